internal import AgentRuntime
internal import Foundation

/// How likely open deals are to be won, learned from the tenant's own closed ones.
///
/// A deal's stage and the rest of it are taken as two independent witnesses: the odds of its stage's base rate are
/// multiplied by the likelihood ratio that a logistic regression over closed deals gives to the rest. Its features are
/// age, days since the last activity, amount, owner's record, and the record of the customer's segment (the region
/// unless each closed deal's customer has one); records are win rates drawn towards the overall rate, and come from other folds than the
/// deal's own while fitting, so that no deal is told by its own end. Deals keep no history of stages, so days in a
/// stage are taken from the last activity, and a stage's base rate is the average probability that the tenant's people
/// give its open deals, or the usual one.
/// Calibrated by Platt's method on out-of-fold values (Platt, Probabilistic Outputs for Support Vector Machines, 1999).
struct DealScoreModel: Sendable {
    static let closedMin = 50
    private static let eachMin = 5
    /// The latest closed deals are learned from, at most so many.
    private static let closedMax = 20_000
    private static let folds = 5
    /// A record counts as if so many deals of the overall rate were added to it.
    private static let recordPrior = 5.0
    private static let deviationMin = 0.05

    enum Feature: String, CaseIterable {
        case age, activity, amount, owner, segment
    }

    /// A win rate with how many deals it is of.
    struct Record: Sendable {
        var won = 0
        var closed = 0
    }

    struct Fitted: Sendable {
        var regression: LogisticRegression
        var means: [Double]
        var deviations: [Double]
        /// Platt's slope; the intercept is left to the base rate.
        var slope: Double
        var brier: Double
        var baseBrier: Double
        var area: Double?
    }

    let today: CalendarDate
    let closed: Int
    let won: Int
    let winRate: Double
    let fitted: Fitted?
    private let stageRates: [String: Double]
    private let owners: [String: Record]
    private let segments: [String: Record]
    private let segmentOf: @Sendable (Deal) -> String

    private static let usualRates = [
        "prospecting": 0.1, "qualification": 0.25, "proposal": 0.5, "negotiation": 0.75,
    ]

    init(_ deals: [Deal], today: CalendarDate, segmentOf: @escaping @Sendable (Deal) -> String) {
        self.today = today
        self.segmentOf = segmentOf
        let ended = deals.filter { $0.status != .open && ($0.closeDate.map { $0 <= today } ?? true) }
            .sorted { ($0.closeDate ?? .first, $0.id) < ($1.closeDate ?? .first, $1.id) }
        let learned = Array(ended.suffix(Self.closedMax))
        closed = ended.count
        won = ended.count { $0.status == .won }
        let rate = ended.isEmpty ? 0.3 : (Double(won) + 1) / (Double(ended.count) + 2)
        winRate = rate
        stageRates = Self.stageRates(deals)
        let owners = Self.records(learned) { Self.key($0.owner) }
        let segments = Self.records(learned, by: segmentOf)
        self.owners = owners
        self.segments = segments
        let lost = ended.count - won
        guard ended.count >= Self.closedMin, won >= Self.eachMin, lost >= Self.eachMin else {
            fitted = nil
            return
        }
        fitted = Self.fit(learned, today: today, rate: rate, segmentOf: segmentOf)
    }

    // MARK: Learning

    private static func key(_ name: String) -> String { name.trimmingBlanks().lowercased() }

    private static func records(_ deals: [Deal], by key: (Deal) -> String) -> [String: Record] {
        var records: [String: Record] = [:]
        for deal in deals {
            records[key(deal), default: Record()].closed += 1
            if deal.status == .won { records[key(deal), default: Record()].won += 1 }
        }
        return records
    }

    private static func smoothed(_ record: Record?, _ rate: Double) -> Double {
        let record = record ?? Record()
        return (Double(record.won) + recordPrior * rate) / (Double(record.closed) + recordPrior)
    }

    private static func stageRates(_ deals: [Deal]) -> [String: Double] {
        var sums: [String: (sum: Double, count: Int)] = [:]
        for deal in deals where deal.status == .open {
            guard let probability = deal.probability else { continue }
            sums[key(deal.stage), default: (0, 0)].sum += Double(probability) / 1_000_000
            sums[key(deal.stage), default: (0, 0)].count += 1
        }
        return sums.mapValues { $0.sum / Double($0.count) }
    }

    func stageRate(_ deal: Deal) -> Double {
        let key = Self.key(deal.stage)
        return min(max(stageRates[key] ?? Self.usualRates[key] ?? winRate, 0.01), 0.99)
    }

    /// The features of a deal as it was when it closed, or is today.
    private static func features(
        _ deal: Deal,
        today: CalendarDate,
        rate: Double,
        owner: Record?,
        segment: Record?
    ) -> [Double] {
        let end = deal.status == .open ? today : deal.closeDate ?? today
        let age = max(0, deal.createdDate?.days(until: end) ?? 0)
        let idle = max(0, (deal.lastActivityDate ?? deal.createdDate)?.days(until: end) ?? 0)
        return [
            log(1 + Double(age)), log(1 + Double(idle)), log(1 + abs(Double(deal.units)) / 10_000),
            LogisticRegression.logit(ofChance: smoothed(owner, rate)),
            LogisticRegression.logit(ofChance: smoothed(segment, rate)),
        ]
    }

    private static func fit(
        _ deals: [Deal],
        today: CalendarDate,
        rate: Double,
        segmentOf: (Deal) -> String
    ) -> Fitted? {
        // Deals in a row by date fall into different folds.
        let fold = deals.indices.map { $0 % folds }
        let outcomes = deals.map { $0.status == .won }
        var rows = [[Double]](repeating: [], count: deals.count)
        for part in 0..<folds {
            let others = deals.indices.filter { fold[$0] != part }.map { deals[$0] }
            let owners = records(others) { key($0.owner) }
            let segments = records(others, by: segmentOf)
            for index in deals.indices where fold[index] == part {
                rows[index] = features(
                    deals[index],
                    today: today,
                    rate: rate,
                    owner: owners[key(deals[index].owner)],
                    segment: segments[segmentOf(deals[index])]
                )
            }
        }
        let width = Feature.allCases.count
        let means = (0..<width).map { column in Sample.mean(rows.map { $0[column] }) }
        // A column that hardly varies tells nothing; what is left of it is how the folds differ.
        let deviations = (0..<width).map { column in
            let deviation = Sample.deviation(rows.map { $0[column] })
            return deviation < deviationMin ? Double.infinity : deviation
        }
        let scaled = rows.map { row in (0..<width).map { (row[$0] - means[$0]) / deviations[$0] } }
        guard let regression = LogisticRegression(rows: scaled, outcomes: outcomes, penalty: 1) else { return nil }
        var logits = [Double](repeating: 0, count: deals.count)
        for part in 0..<folds {
            let others = deals.indices.filter { fold[$0] != part }
            let model = LogisticRegression(
                rows: others.map { scaled[$0] },
                outcomes: others.map { outcomes[$0] },
                penalty: 1
            )
            guard let model else { return nil }
            for index in deals.indices where fold[index] == part { logits[index] = model.logit(scaled[index]) }
        }
        let platt = LogisticRegression(rows: logits.map { [$0] }, outcomes: outcomes, penalty: 1e-6)
        // A slope below nothing would turn every factor round: the features then tell nothing.
        let slope = min(max(platt?.weights.first ?? 0, 0), 1.5)
        let chances = logits.map { LogisticRegression.sigmoid((platt?.intercept ?? 0) + slope * $0) }
        return Fitted(
            regression: regression,
            means: means,
            deviations: deviations,
            slope: slope,
            brier: ForecastQuality.brier(chances, outcomes),
            baseBrier: ForecastQuality.brier(chances.map { _ in Sample.mean(outcomes.map { $0 ? 1 : 0 }) }, outcomes),
            area: ForecastQuality.area(logits, outcomes)
        )
    }

    // MARK: Scoring

    struct Factor: Sendable {
        var feature: Feature?
        var name: String
        /// What is so, in words of the data.
        var detail: String
        /// Added log-odds.
        var weight: Double
        /// The share of the probability that it moves, in points of 1.
        var impact: Double
    }

    struct Score: Sendable {
        var chance: Double
        var stageRate: Double
        var factors: [Factor]
        /// By the name of each piece of evidence, the stage among them: how likely a usual deal would be with it alone.
        var evidence: [(name: String, chance: Double)]
    }

    func score(_ deal: Deal) -> Score {
        let base = stageRate(deal)
        let start = LogisticRegression.logit(ofChance: base)
        let owner = owners[Self.key(deal.owner)]
        let segmentName = segmentOf(deal)
        let segment = segments[segmentName]
        let row = Self.features(deal, today: today, rate: winRate, owner: owner, segment: segment)
        var weights = [Double](repeating: 0, count: row.count)
        if let fitted {
            for index in row.indices {
                // Three deviations are as far as closed deals tell anything.
                let value = min(max((row[index] - fitted.means[index]) / fitted.deviations[index], -3), 3)
                weights[index] = fitted.slope * fitted.regression.weights[index] * value
            }
        }
        let total = start + weights.reduce(0, +)
        let chance = LogisticRegression.sigmoid(total)
        let factors = zip(Feature.allCases, weights).map { feature, weight in
            Factor(
                feature: feature,
                name: Self.name(feature),
                detail: detail(feature, deal, owner, segment, segmentName),
                weight: weight,
                impact: chance - LogisticRegression.sigmoid(total - weight)
            )
        }
        let stage = Factor(
            feature: nil,
            name: "stage",
            detail: deal.stage,
            weight: start - LogisticRegression.logit(ofChance: winRate),
            impact: fitted == nil
                ? base - winRate
                : chance
                    - LogisticRegression.sigmoid(
                        total - start + LogisticRegression.logit(ofChance: winRate)
                    )
        )
        let all = fitted == nil ? [stage] : [stage] + factors.filter { abs($0.impact) >= 0.005 }
        return Score(
            chance: chance,
            stageRate: base,
            factors: all.sorted { (abs($1.impact), $0.name) < (abs($0.impact), $1.name) },
            evidence: [(name: "stage", chance: base)]
                + zip(Feature.allCases, weights).map { feature, weight in
                    let usual = LogisticRegression.logit(ofChance: winRate)
                    return (name: feature.rawValue, chance: LogisticRegression.sigmoid(usual + weight))
                }
        )
    }

    private static func name(_ feature: Feature) -> String {
        switch feature {
        case .age: "age of the deal"
        case .activity: "recent activity"
        case .amount: "amount"
        case .owner: "owner's record"
        case .segment: "segment's record"
        }
    }

    private func detail(
        _ feature: Feature,
        _ deal: Deal,
        _ owner: Record?,
        _ segment: Record?,
        _ segmentName: String
    ) -> String {
        switch feature {
        case .age: deal.createdDate.map { "created \($0)" } ?? "creation unknown"
        case .activity: (deal.lastActivityDate ?? deal.createdDate).map { "last activity \($0)" } ?? "no activity known"
        case .amount: "compared with closed deals"
        case .owner: "\(deal.owner.isEmpty ? "nobody" : deal.owner) won \(owner?.won ?? 0) of \(owner?.closed ?? 0)"
        case .segment:
            "\(segmentName.isEmpty ? "unassigned" : segmentName) won \(segment?.won ?? 0) of \(segment?.closed ?? 0)"
        }
    }
}
