package import AgentRuntime

/// What the pipeline promises, and how it has moved over the last days.
///
/// Deals carry no history, so the pipeline of an earlier day is told from dates: the deals created by then that were
/// not closed by then, with the amounts of today. Deals without a creation date count as always there.
package struct PipelineTrends: Sendable, Hashable {
    package static let days = 30
    /// From this probability on an open deal counts as committed.
    package static let commitProbability: Int64 = 750_000

    package var bestCase: ExactNumber
    package var commit: ExactNumber
    package var mostLikely: ExactNumber
    package var change: ExactNumber
    /// In percent of the earlier pipeline; `nil` when that was empty.
    package var changePercent: ExactNumber?
    package var added: Int
    package var won: Int
    package var lost: Int

    init(_ deals: [Deal], open listed: [Deal], today: CalendarDate) {
        let start = today.adding(days: -PipelineTrends.days)
        let totals = DealTotals(listed)
        bestCase = totals.amount
        mostLikely = totals.weighted
        commit = DealTotals(listed.filter { $0.probability ?? 0 >= PipelineTrends.commitProbability }).amount
        func isRecent(_ date: CalendarDate?) -> Bool { date.map { start < $0 && $0 <= today } ?? false }
        let open = deals.filter { $0.status == .open }
        let closedSince = deals.filter { $0.status != .open && isRecent($0.closeDate) }
        func wasThere(_ deal: Deal) -> Bool { deal.createdDate.map { $0 <= start } ?? true }
        let before = DealTotals((open + closedSince).filter(wasThere)).amount
        let now = DealTotals(open).amount
        change = now.subtracting(before) ?? .zero
        changePercent = change.shifted(by: 2).divided(by: before, places: 2)
        added = deals.count { isRecent($0.createdDate) }
        won = closedSince.count { $0.status == .won }
        lost = closedSince.count { $0.status == .lost }
    }
}
