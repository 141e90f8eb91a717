internal import AgentRuntime

/// What profiles translate to: the same core for all of them.
struct ProfileServices: Sendable {
    var conversations: Conversations
    var history: ConversationHistory
    var accounts: LocalAccounts
    var domain: DomainServices
    var agents: AgentCatalogue
    var proxies: TrustedProxies
    var configuration: Configuration
    var wallClock: any WallClock
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
