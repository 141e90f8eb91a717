internal import AgentRuntime
internal import Retrieval
internal import Tools

/// Everything that works on one data folder, put together: what `serve`, `ask` and `chat` have in common.
///
/// It holds the folder's lock; a second one on the same folder is refused.
struct Deployment: Sendable {
    let configuration: Configuration
    let folder: DataFolder
    /// What was on record as active when it was opened; asked before turns are run.
    let governed: GovernedVersions
    let lock: DataFolderLock
    let loops: EventLoopGroup
    let workers: Workers
    let journal: SQLiteJournal
    let checkpointer: Checkpointer
    let projections: ProjectionStore
    let history: ConversationHistory
    let domain: Domain
    /// What answers.
    let model: any LanguageModel
    let directory: SessionDirectory
    let conversations: Conversations
    let approvals: ApprovalDesk
    let places: SessionPlaces
    /// Calls to other servers.
    let transport: CurlTransport
    /// The tokens of users in whose names other services are asked.
    let callers: CallerTokens
    let metrics: Metrics
    let log: Logger
    /// Segments that a former process left; removed when their turns are settled.
    private let formerTails: [String]

    /// Opens the folder; blocks for some milliseconds.
    static func open(
        _ configuration: Configuration,
        log: Logger,
        standIns: StandIns = StandIns()
    ) throws -> Deployment {
        let folder = try DataFolder(path: configuration.data)
        var configuration = configuration
        let lock = try folder.lock()
        let loops = try EventLoopGroup(
            count: configuration.loops > 0 ? configuration.loops : EventLoopGroup.coreCount
        )
        let workers = try Workers()
        let keys = try SubjectKeys(path: folder.keys)
        let journal = try SQLiteJournal(
            path: folder.journal,
            keys: keys,
            durability: configuration.durability == .full ? .full : .process
        )
        let governed = try GovernedVersions(folder)
        // From the first activation on, only activations change the prompts.
        if let active = governed.promptFolder { configuration.prompts = active }
        let transport = CurlTransport(loops: loops.loops, options: .ofEnvironment)
        let checkpointer = try Checkpointer.open(
            configuration,
            folder: folder,
            journal: journal,
            random: SystemRandom(),
            transport: transport
        )
        let projections = try ProjectionStore(
            path: folder.views,
            projections: [
                ConversationsProjection(), UsageProjection(), AuditProjection(), BudgetProjection(),
                ApprovalsProjection(),
            ],
            journal: journal
        )
        let formerTails = try TailRecovery.segments(in: folder.tail)
        let pieces = try TailRecovery.pieces(in: folder.tail)
        let places = try SessionPlaces(loops: loops.loops, tailFolder: folder.tail)
        let metrics = Metrics.daemon()
        let callers = CallerTokens(of: configuration.tenantsAskingAsUsers)
        let domain = try Domain(
            configuration,
            folder: folder,
            journal: journal,
            transport: transport,
            callers: callers
        )
        let clock = CurrentLoopClock()
        let observer = TurnObserver(log: log, metrics: metrics)
        let tools = ToolExecutor(
            registry: try domain.registry.replacing(standIns.tool),
            settings: domain.settings,
            wallClock: SystemWallClock(),
            clock: clock,
            workers: workers,
            redaction: configuration.redaction,
            failures: { fault in
                log.error(
                    "a tool failed",
                    ["tool": .string(fault.tool), "turn": .string(fault.turn.rawValue), "error": .string(fault.words)]
                )
            }
        )
        var offline: any LanguageModel = OffLoopModel(domain.planner, workers: workers)
        if configuration.offlinePace > .zero {
            offline = PacedModel(offline, pause: configuration.offlinePace, clock: clock)
        }
        var model = Self.model(
            configuration,
            offline: offline,
            prompts: domain.prompts,
            transport: transport,
            workers: workers,
            log: log,
            metrics: metrics
        )
        model = standIns.model(model)
        model = paid(
            model,
            offline: offline,
            configuration,
            projections: projections,
            journal: journal,
            log: log
        )
        if configuration.rules.controlsFlow { model = LinkGuardedModel(model, hosts: configuration.linkHosts) }
        model = GroundedModel(model, policy: configuration.onUngrounded, workers: workers)
        let services = SessionServices(
            journal: journal,
            model: model,
            tools: tools,
            settings: domain.settings,
            wallClock: SystemWallClock(),
            clock: clock,
            identifiers: TimeOrderedIdentifiers(),
            limits: TurnLimits(configuration.limits),
            agents: domain.prompts,
            rules: configuration.rules,
            observer: observer,
            provenance: Provenance(configuration, prompts: try Domain.prompts(configuration)).members(of:)
        )
        let directory = SessionDirectory(services: services, recovered: pieces, executor: loops.loops[0])
        return Deployment(
            configuration: configuration,
            folder: folder,
            governed: governed,
            lock: lock,
            loops: loops,
            workers: workers,
            journal: journal,
            checkpointer: checkpointer,
            projections: projections,
            history: ConversationHistory(
                view: ConversationsView(projections),
                projections: projections,
                journal: journal
            ),
            domain: domain,
            model: services.model,
            directory: directory,
            conversations: Conversations(
                directory: directory,
                readAll: .conversationsReadAll,
                useShared: .conversationsSupport,
                redaction: configuration.redaction,
                places: { places.place(on: $0) }
            ),
            approvals: ApprovalDesk(
                view: ApprovalsView(projections, journal: journal),
                journal: journal,
                directory: directory,
                wallClock: SystemWallClock(),
                identifiers: TimeOrderedIdentifiers(),
                permission: .approvalsDecide,
                lifetime: configuration.rules.approvals.lifetime
            ),
            places: places,
            transport: transport,
            callers: callers,
            metrics: metrics,
            log: log,
            formerTails: formerTails
        )
    }

    /// Takes up the turns that a former process left unended; returns when they run again or are closed.
    func settle() async throws {
        let places = places
        let loops = loops.loops
        try await directory.settleAll { number in places.place(on: loops[number % loops.count]) }
    }

    /// Lets go of what a former process left behind, once all its turns have ended.
    func forgetFormerTails() async {
        await directory.drain()
        TailRecovery.remove(formerTails)
    }

    /// Ends the threads; nothing of the deployment may be used afterwards.
    func close() {
        places.trimTails()
        loops.stop()
        workers.stop()
        domain.smtp?.stop()
    }
}

extension TurnLimits {
    init(_ limits: Configuration.Limits) {
        self.init(
            steps: limits.steps,
            toolCalls: limits.toolCalls,
            duration: limits.turn,
            queue: limits.queuedMessages
        )
    }
}
