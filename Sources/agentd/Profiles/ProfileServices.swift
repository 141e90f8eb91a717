internal import AgentRuntime

/// What profiles translate to: the same core for all of them.
final class ProfileServices: Sendable {
    let conversations: Conversations
    let history: ConversationHistory
    let usage: UsageView
    let audit: AuditView
    let approvals: ApprovalDesk
    let scenarioApprovals: ScenarioApprovals
    let places: SessionPlaces
    let accounts: LocalAccounts
    let domain: DomainServices
    let agents: AgentCatalogue
    let evaluations: EvaluationDesk
    let proxies: TrustedProxies
    let configuration: Configuration
    let wallClock: any WallClock
    let webhooks: WebhookActions

    init(
        conversations: Conversations,
        history: ConversationHistory,
        usage: UsageView,
        audit: AuditView,
        approvals: ApprovalDesk,
        scenarioApprovals: ScenarioApprovals,
        places: SessionPlaces,
        accounts: LocalAccounts,
        domain: DomainServices,
        agents: AgentCatalogue,
        evaluations: EvaluationDesk,
        proxies: TrustedProxies,
        configuration: Configuration,
        wallClock: any WallClock,
        webhooks: WebhookActions
    ) {
        self.conversations = conversations
        self.history = history
        self.usage = usage
        self.audit = audit
        self.approvals = approvals
        self.scenarioApprovals = scenarioApprovals
        self.places = places
        self.accounts = accounts
        self.domain = domain
        self.agents = agents
        self.evaluations = evaluations
        self.proxies = proxies
        self.configuration = configuration
        self.wallClock = wallClock
        self.webhooks = webhooks
    }
}

extension ProfileServices {
    /// The conversation of a turn, where the principal may read it; `not_found` says nothing else.
    func conversation(of turn: TurnID, by principal: Principal, on loop: EventLoop) async throws -> Conversation {
        try await history.caughtUp(principal.tenant)
        guard let session = try await history.view.conversation(ofTurn: turn, in: principal.tenant) else {
            throw AgentError.noSuchMessage
        }
        do {
            return try await conversations.conversation(session, by: principal, on: loop)
        } catch let error as AgentError where error.code == .notFound {
            throw AgentError.noSuchMessage
        }
    }
}

/// Reads what the journal's projections keep, never behind what the caller has already been told.
struct ConversationHistory: Sendable {
    let view: ConversationsView
    let projections: ProjectionStore
    let journal: any Journal

    /// Waits until the views hold everything that the tenant's journal holds now.
    func caughtUp(_ tenant: TenantID) async throws {
        let head = try await journal.tenantHeads()[tenant] ?? 0
        try await projections.caughtUp(tenant, to: head)
    }
}
