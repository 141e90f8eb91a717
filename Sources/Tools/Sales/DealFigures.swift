package import AgentRuntime

/// How deals came in and ended within a period.
package struct DealFigures: Sendable, Hashable {
    /// Who won what.
    package struct Performer: Sendable, Hashable {
        package var id: String?
        package var name: String
        package var amount: ExactNumber
        package var deals: Int
    }

    /// Deals created in the period.
    package var created: Int
    package var won: Int
    package var lost: Int
    /// Won of won and lost, 0 to 1; `nil` where none ended.
    package var winRate: ExactNumber?
    /// Mean amount of the deals won; `nil` without one.
    package var averageSize: ExactNumber?
    /// Share of the deals created in the period that have been won since; `nil` without one.
    package var conversion: ExactNumber?
    /// By amount won, the largest first.
    package var performers: [Performer]

    init(_ deals: [Deal], in period: Period) {
        func isWithin(_ date: CalendarDate?) -> Bool { date.map(period.contains) ?? false }
        let fresh = deals.filter { isWithin($0.createdDate) }
        let closed = deals.filter { $0.status != .open && isWithin($0.closeDate) }
        let winners = closed.filter { $0.status == .won }
        created = fresh.count
        won = winners.count
        lost = closed.count - winners.count
        winRate = ExactNumber(won).divided(by: ExactNumber(closed.count), places: 6)
        averageSize = DealTotals(winners).amount.divided(by: ExactNumber(won), places: 2)
        conversion = ExactNumber(fresh.count { $0.status == .won }).divided(by: ExactNumber(created), places: 6)
        performers = Dictionary(grouping: winners) { $0.owner }
            .map { owner, deals in
                Performer(id: deals.first?.ownerID, name: owner, amount: DealTotals(deals).amount, deals: deals.count)
            }
            .filter { !$0.name.isEmpty }
            .sorted { ($1.amount, $0.name) < ($0.amount, $1.name) }
    }
}

extension DealBook {
    /// The figures of a period and of the one before, and the amount that is open now; of one region, or all.
    package func figures(
        in period: Period,
        region: String?,
        settings: TenantSettings
    ) async throws -> (now: DealFigures, before: DealFigures, open: ExactNumber, isEmpty: Bool) {
        try await ledger.read(settings.tenant) { _, connection in
            let wanted = region?.lowercased()
            let deals = try DealStore(connection).all().filter { wanted == nil || $0.region.lowercased() == wanted }
            return (
                DealFigures(deals, in: period), DealFigures(deals, in: period.previous()),
                DealTotals(deals.filter { $0.status == .open }).amount, deals.isEmpty
            )
        }
    }
}
