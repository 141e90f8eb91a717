package import AgentRuntime

/// Suggests what a user could ask, by what the tenant's data shows now.
///
/// What the data shows is worked out once per data version and day; what has become of its anomalies is read each time.
package actor SuggestionBook {
    package static let limitDefault = 5
    package static let limitMax = 20
    /// Tenants whose suggestions are kept; beyond it the longest unused goes.
    package static let keptMax = 64

    private struct Kept {
        var dataVersion: Int64
        var settings: TenantSettings
        var candidates: [SuggestionCandidate]
    }

    private let ledger: LedgerStore
    private let prompts: SuggestionPrompts
    private var kept: [TenantID: Kept] = [:]
    private var order: [TenantID] = []

    private let elsewhere: Set<TenantID>

    package init(_ ledger: LedgerStore, prompts: SuggestionPrompts, elsewhere: Set<TenantID> = []) {
        self.ledger = ledger
        self.prompts = prompts
        self.elsewhere = elsewhere
    }

    /// The most relevant suggestions first; the same ones for the same data, context and permissions.
    ///
    /// None for a tenant whose data another service holds: that is asked for questions, not looked through for them.
    package func suggestions(
        for principal: Principal,
        context: String,
        limit: Int = SuggestionBook.limitDefault,
        settings: TenantSettings
    ) async throws -> [Suggestion] {
        guard !elsewhere.contains(settings.tenant) else { return [] }
        let known = kept[settings.tenant].flatMap { $0.settings == settings ? $0 : nil }
        let (fresh, settled) = try await ledger.read(settings.tenant) { [prompts] ledger, connection in
            let version = try connection.dataVersion()
            let states = try AnomalyBook.states(connection)
            let settled = Set(states.filter { [.resolved, .dismissed].contains($0.value.status) }.keys)
            if let known, known.dataVersion == version { return (Kept?.none, settled) }
            let found = try SuggestionFinder(ledger, connection, settings, prompts).candidates()
            return (Kept(dataVersion: version, settings: settings, candidates: found), settled)
        }
        guard let current = fresh ?? known else { return [] }
        keep(current)
        let favoured = Suggestion.Topic.favoured(by: context)
        let ranked = current.candidates
            .filter { principal.may($0.permission) && !($0.anomaly.map(settled.contains) ?? false) }
            .map { $0.suggestion(favouring: favoured) }
            .sorted { ($1.relevance, $0.text) < ($0.relevance, $1.text) }
        return Array(ranked.prefix(limit))
    }

    private func keep(_ current: Kept) {
        let tenant = current.settings.tenant
        order.removeAll { $0 == tenant }
        order.append(tenant)
        if order.count > SuggestionBook.keptMax { kept[order.removeFirst()] = nil }
        kept[tenant] = current
    }
}
