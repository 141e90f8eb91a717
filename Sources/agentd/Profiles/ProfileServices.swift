internal import AgentRuntime

/// What profiles translate to: the same core for all of them.
struct ProfileServices: Sendable {
    var conversations: Conversations
    var history: ConversationHistory
    var usage: UsageView
    var audit: AuditView
    var approvals: ApprovalDesk
    var scenarioApprovals: ScenarioApprovals
    var places: SessionPlaces
    var accounts: LocalAccounts
    var domain: DomainServices
    var agents: AgentCatalogue
    var evaluations: EvaluationDesk
    var proxies: TrustedProxies
    var configuration: Configuration
    var wallClock: any WallClock
    var webhooks: WebhookActions
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
