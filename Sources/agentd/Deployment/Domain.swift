internal import AgentRuntime
internal import Retrieval
internal import Tools

/// The business side of a deployment: the tenants' data, the tools over it, and the planner that uses them.
struct Domain: Sendable {
    let databases: DomainDatabases
    let ledger: LedgerStore
    let settings: DomainSettings
    let importer: Importer
    let registry: ToolRegistry
    let planner: OfflinePlanner
    /// What each agent is told.
    let prompts: AgentPrompts
    /// The questions that are suggested.
    let suggestions: SuggestionPrompts
    let agents: AgentCatalogue
    let mail: MailAccounts
    let mailBook: MailBook
    let outbox: MailOutbox
    /// The servers that take mail, of tenants that have one.
    let mailTransports: [TenantID: any MailTransport]
    /// `nil` where no tenant has a mail server.
    let smtp: SMTPTransport?
    let vocabulary: EmbeddedVocabulary

    init(
        _ configuration: Configuration,
        folder: DataFolder,
        journal: any Journal,
        transport: any HTTPTransport,
        callers: CallerTokens
    ) throws {
        let remote = Self.remoteDomains(configuration, transport: transport, callers: callers)
        databases = DomainDatabases(dataFolder: folder.path, elsewhere: Set(remote.keys))
        ledger = LedgerStore(databases)
        let clock = SystemWallClock()
        let embedded = EmbeddedSettings(
            ledger: ledger,
            overrides: configuration.tenants.mapValues(TenantOverrides.init),
            clock: clock
        )
        settings = DomainSettings(embedded, remote: remote, clock: clock)
        importer = Importer(databases: databases)
        mail = MailAccounts(configuration.tenants.mapValues { MailAccount($0.mail) })
        let drafter = MailDrafter(databases, accounts: mail)
        let servers = configuration.tenants.compactMapValues(\.mail.smtp)
        let smtp = servers.isEmpty ? nil : try SMTPTransport()
        self.smtp = smtp
        let transports = smtp.map { smtp in servers.mapValues { SMTPMailTransport($0, over: smtp) } } ?? [:]
        mailTransports = transports
        outbox = MailOutbox(
            databases,
            accounts: mail,
            transports: transports,
            wallClock: SystemWallClock(),
            journal: journal
        )
        mailBook = MailBook(databases, drafter: drafter, outbox: outbox, wallClock: SystemWallClock())
        let articles = EmbeddedArticles(databases)
        let own: [any Tool] = [
            MetricsQueryTool(ledger: ledger),
            VarianceDriversTool(ledger: ledger),
            AnomaliesTool(ledger: ledger),
            IncomeStatementTool(ledger: ledger),
            WhatIfTool(ledger: ledger),
            ForecastMetricTool(ledger: ledger),
            ScenarioCreateTool(ScenarioDesk(databases)),
            ScenarioCompareTool(ScenarioDesk(databases)),
            ScenarioSimulateTool(ScenarioDesk(databases)),
            PipelineOverviewTool(ledger: ledger),
            DealSearchTool(ledger: ledger),
            KBSearchTool(source: articles),
            KBReadTool(source: articles),
            OrderStatusTool(ledger: ledger),
            InvoicesOverdueTool(ledger: ledger),
            ReceivablesAgingTool(ledger: ledger),
            StockAlertsTool(ledger: ledger),
            SupplierPerformanceTool(ledger: ledger),
            DealScoreTool(ledger: ledger),
            RevenueForecastTool(ledger: ledger),
            CustomerIntelligenceTool(ledger: ledger),
            CustomerHealthTool(ledger: ledger),
            DemandForecastTool(ledger: ledger),
            PriceQuoteTool(ledger: ledger),
            EmailClassifyTool(databases),
            EmailSearchTool(databases),
            EmailDraftTool(drafter),
            EmailSendTool(drafter, outbox: outbox, book: mailBook),
            CostsBreakdownTool(ledger: ledger),
            CashRunwayTool(ledger: ledger),
            ARRMovementTool(ledger: ledger),
            CausalSimulateTool(ledger: ledger),
            InitiativeAnalysisTool(),
        ]
        registry = try ToolRegistry(own, elsewhere: remote.mapValues { $0.tools(like: own) })
        let library = try Self.prompts(configuration)
        prompts = try AgentPrompts(library, tools: registry.declarations.map(\.name))
        suggestions = try SuggestionPrompts(library)
        agents = AgentCatalogue(folders: try Self.promptFolders(configuration))
        vocabulary = EmbeddedVocabulary(catalogue: TenantCatalogue(ledger), databases: databases)
        planner = try OfflinePlanner(
            skills: PlannerSkills.all,
            vocabulary: DomainVocabulary(vocabulary, remote: remote, clock: clock),
            phrasing: library,
            identifiers: TimeOrderedIdentifiers()
        )
    }

    /// The prompts from beside the program, and before them those from where the configuration says.
    static func prompts(_ configuration: Configuration) throws -> PromptLibrary {
        let folders = try promptFolders(configuration)
        return try PromptLibrary(folder: folders[0], base: folders.last)
    }

    /// Folders of prompts; what stands in the first goes before the like in the second.
    private static func promptFolders(_ configuration: Configuration) throws -> [String] {
        let base = PromptLibrary.folder(named: nil, executable: Environment.executablePath)
        let folders = [configuration.prompts, base].compactMap { $0 }
        guard !folders.isEmpty else {
            throw AgentError(
                .invalidArgument,
                "The folder of prompts was not found beside the program; name it with --prompts."
            )
        }
        return folders
    }
}

/// The articles of tenants whose data lies in `tenants/T.db`.
struct EmbeddedArticles: ArticleSource {
    private let databases: DomainDatabases

    init(_ databases: DomainDatabases) { self.databases = databases }

    func articles(of tenant: TenantID) async throws -> Database { try await databases.database(of: tenant).reader }
}

extension MailAccount {
    init(_ mail: Configuration.Mail) {
        self.init(address: mail.address, name: mail.name, aliases: mail.aliases)
    }
}

extension TenantOverrides {
    init(_ tenant: Configuration.Tenant) {
        self.init(
            asOf: tenant.asOf,
            currency: tenant.currency,
            locale: tenant.locale,
            fiscalYearStart: tenant.fiscalYearStart
        )
    }
}
