/// What every session of a deployment works with.
package struct SessionServices: Sendable {
    package var journal: any Journal
    package var model: any LanguageModel
    package var tools: ToolExecutor
    package var settings: any TenantSettingsSource
    package var wallClock: any WallClock
    package var clock: any TimerClock
    package var identifiers: any IdentifierSource
    package var limits: TurnLimits
    /// The agents a conversation may be held with.
    package var agents: AgentPrompts
    /// When a call has to wait for a person.
    package var rules: ToolRules
    /// Told what becomes of sessions and turns; for logs and metrics, never for behaviour.
    package var observer: any SessionObserver
    /// What else a turn of a tenant is answered with: members of its `turn.started` (`prompt`, `policy`).
    package var provenance: @Sendable (TenantID) -> JSONObject

    package init(
        journal: any Journal,
        model: any LanguageModel,
        tools: ToolExecutor,
        settings: any TenantSettingsSource,
        wallClock: any WallClock,
        clock: any TimerClock,
        identifiers: any IdentifierSource,
        limits: TurnLimits = TurnLimits(),
        agents: AgentPrompts = .none,
        rules: ToolRules = ToolRules(),
        observer: any SessionObserver = SilentObserver(),
        provenance: @escaping @Sendable (TenantID) -> JSONObject = { _ in [:] }
    ) {
        self.journal = journal
        self.model = model
        self.tools = tools
        self.settings = settings
        self.wallClock = wallClock
        self.clock = clock
        self.identifiers = identifiers
        self.limits = limits
        self.agents = agents
        self.rules = rules
        self.observer = observer
        self.provenance = provenance
    }
}

/// The thread a session lives on: its executor, where its tasks run, and the tail beside it.
package struct SessionPlace: Sendable {
    package var serial: any SerialExecutor
    package var tasks: any TaskExecutor
    package var tail: any Tail

    package init(serial: any SerialExecutor, tasks: any TaskExecutor, tail: any Tail) {
        self.serial = serial
        self.tasks = tasks
        self.tail = tail
    }
}

/// Hears of what sessions do.
package protocol SessionObserver: Sendable {
    func turnStarted(_ turn: TurnID, session: SessionID, tenant: TenantID)
    func turnEnded(_ turn: TurnID, session: SessionID, tenant: TenantID, summary: TurnSummary, failure: TurnFailure?)
    /// Something failed that a person should know of.
    func fault(_ words: String, session: SessionID, tenant: TenantID)
}

/// Hears nothing.
package struct SilentObserver: SessionObserver {
    package init() {}
    package func turnStarted(_ turn: TurnID, session: SessionID, tenant: TenantID) {}
    package func turnEnded(
        _ turn: TurnID,
        session: SessionID,
        tenant: TenantID,
        summary: TurnSummary,
        failure: TurnFailure?
    ) {}
    package func fault(_ words: String, session: SessionID, tenant: TenantID) {}
}
