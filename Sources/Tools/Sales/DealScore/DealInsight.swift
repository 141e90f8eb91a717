package import AgentRuntime

/// What the model of closed deals says of an open one, in words for people who look at it.
package struct DealInsight: Sendable {
    package var winProbability: ExactNumber
    /// One less the Brier score over closed deals; `nil` where too few have closed to learn from.
    package var confidence: ExactNumber?
    package var keyFactors: [String]
    package var recommendations: [String]
}

extension DealBook {
    private static let factorsMax = 3

    /// Insights into those of some deals that are open, by identifier; the figures are those of `deal_score`.
    package func insights(of deals: [Deal], settings: TenantSettings) async throws -> [String: DealInsight] {
        let open = deals.filter { $0.status == .open }
        guard !open.isEmpty else { return [:] }
        return try await ledger.read(settings.tenant) { _, connection in
            let all = try DealStore(connection).all()
            let model = DealScoreModel(
                all,
                today: settings.today,
                segmentOf: try DealScoreTool.segments(of: all, connection)
            )
            let confidence = model.fitted.map { DealScoreTool.rounded(1 - $0.brier, 4) }
            let insights = open.map { deal in
                let score = model.score(deal)
                let insight = DealInsight(
                    winProbability: DealScoreTool.rounded(score.chance, 4),
                    confidence: confidence,
                    keyFactors: score.factors.prefix(Self.factorsMax).map(Self.words),
                    recommendations: DealScoreTool.recommendations(deal, score, settings)
                )
                return (deal.id, insight)
            }
            return Dictionary(insights) { first, _ in first }
        }
    }

    /// `Owner's record: Ann won 5 of 9 (+4.2 points)`.
    private static func words(_ factor: DealScoreModel.Factor) -> String {
        let name = factor.name.prefix(1).uppercased() + factor.name.dropFirst()
        let points = DealScoreTool.rounded(factor.impact * 100, 1)
        return "\(name): \(factor.detail) (\(points.isNegative ? "" : "+")\(points.literal) points)"
    }
}
