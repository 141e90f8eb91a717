internal import AgentRuntime
internal import Tools

extension Deployment {
    /// What profiles read and change of the business data; made once, as it keeps what it has worked out.
    func domainServices() -> DomainServices {
        let log = log
        let tools = ToolExecutor(
            registry: domain.registry,
            settings: domain.settings,
            wallClock: SystemWallClock(),
            clock: ContinuousClock(),
            workers: workers,
            resultBytesMax: DomainServices.resultBytesMax,
            failures: { fault in
                log.error("a tool failed", ["tool": .string(fault.tool), "error": .string(fault.words)])
            }
        )
        return DomainServices(
            tools: tools,
            settings: domain.settings,
            anomalies: AnomalyBook(domain.databases),
            deals: DealBook(domain.databases),
            mails: domain.mailBook,
            articles: ArticleBook(domain.databases, wallClock: SystemWallClock()),
            catalogue: Catalogue(domain.databases),
            scenarios: ScenarioDesk(domain.databases),
            suggestions: SuggestionBook(
                domain.ledger,
                prompts: domain.suggestions,
                elsewhere: Set(configuration.tenants.values.filter { $0.domain != nil }.map(\.id))
            ),
            importer: domain.importer,
            news: domain.news,
            articleSource: EmbeddedArticles(domain.databases),
            ledger: domain.ledger,
            journal: journal
        )
    }
}
