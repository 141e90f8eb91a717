internal import AgentRuntime

/// Scores customers by what they have bought.
///
/// Recency, frequency and value are scored 1 to 5 by fifths of all buyers (Hughes, Strategic Database Marketing, RFM);
/// equal values have equal scores.
struct CustomerIntelligence {
    private static let horizonDays = 30
    private static let citationsMax = 10

    struct Profile {
        var buyer: PurchaseHistory.Buyer
        var recencyDays: Int
        var churn: Double
        var reorder: Double
        var nextDate: CalendarDate
        var scores: (recency: Int, frequency: Int, value: Int)

        var risk: String { churn >= 0.9 ? "high" : churn >= 0.7 ? "medium" : "low" }
        var segment: String {
            if let own = buyer.customer?.segment, !own.isEmpty { return own }
            let sum = scores.recency + scores.frequency + scores.value
            return sum >= 13 ? "VIP" : sum >= 8 ? "Standard" : "Occasional"
        }
    }

    private let history: PurchaseHistory

    init(_ history: PurchaseHistory) { self.history = history }

    func profiles(horizon: Int) -> [Profile] {
        let buying = history.buyers.filter { !$0.purchases.isEmpty }
        let model = ReturnModel(buying)
        let recency = Fifths(buying.map { -Double($0.last?.days(until: history.today) ?? 0) })
        let frequency = Fifths(buying.map { Double($0.purchases.count) })
        let value = Fifths(buying.map { $0.value.double })
        return buying.map { buyer in
            let days = max(0, buyer.last?.days(until: history.today) ?? 0)
            let centre = model.centre(buyer)
            let churn = model.cumulative(Double(days), centre)
            // A lost customer does not buy again: the chance is of being still there and then buying.
            let chance = (1 - churn) * model.chance(within: horizon, after: days, centre)
            let next = (buyer.last ?? history.today).adding(days: model.medianDays(after: days, centre))
            return Profile(
                buyer: buyer,
                recencyDays: days,
                churn: churn,
                reorder: chance,
                nextDate: max(next, history.today.adding(days: 1)),
                scores: (
                    recency.score(-Double(days)), frequency.score(Double(buyer.purchases.count)),
                    value.score(buyer.value.double)
                )
            )
        }
    }

    func result(_ arguments: JSONObject) throws -> ToolResult {
        let horizon = arguments["horizon_days"]?.int ?? Self.horizonDays
        var profiles = profiles(horizon: horizon)
        let all = profiles.count
        if let name = arguments["customer"]?.string?.trimmingBlanks(), !name.isEmpty {
            let found = try history.buyers(named: name)
            let ids = Set(found.map(\.id))
            profiles.removeAll { !ids.contains($0.buyer.id) }
            guard !profiles.isEmpty else { throw FigureFailure.neverBought(found.first?.name ?? name) }
        }
        guard all > 0 else { throw FigureFailure.none(of: "orders") }
        if let segment = arguments["segment"]?.string?.trimmingBlanks(), !segment.isEmpty {
            let known = Set(profiles.map(\.segment)).sorted()
            profiles.removeAll { $0.segment.lowercased() != segment.lowercased() }
            guard !profiles.isEmpty else {
                throw FigureFailure.unknownValue(segment, dimension: "segment", known: known)
            }
        }
        let atRisk = profiles.count { $0.risk == "high" }
        if let risk = arguments["churn_risk"]?.string { profiles.removeAll { $0.risk != risk } }
        let order =
            try arguments.choice("order_by", CustomerIntelligenceTool.Order.allCases.map(\.rawValue))
            .flatMap(CustomerIntelligenceTool.Order.init) ?? .value
        let sorted = profiles.sorted { left, right in
            let (first, second) = (key(left, order), key(right, order))
            return first != second ? first > second : left.buyer.name < right.buyer.name
        }
        let limit = try arguments.count(
            "limit",
            default: CustomerIntelligenceTool.limitDefault,
            max: CustomerIntelligenceTool.limitMax
        )
        let listed = sorted.prefix(limit)
        let values = profiles.reduce(ExactNumber.zero) { $0.adding($1.buyer.value) ?? $0 }
        let content: JSONObject = [
            "as_of": .string(history.today.description),
            "currency": .string(history.currency),
            "horizon_days": .integer(horizon),
            "total": .integer(profiles.count),
            "buying_customers": .integer(all),
            "high_risk": .integer(atRisk),
            "lifetime_value": .exact(values),
            "customers": .array(listed.map { .object(json($0)) }),
        ]
        let purchases = profiles.reduce(0) { $0 + $1.buyer.purchases.count }
        let summary = "\(purchases) \(history.source)s of \(profiles.count) customers"
        let rows = Citation.rows(
            history.source,
            summary,
            rows: purchases,
            tool: CustomerIntelligenceTool.name,
            arguments
        )
        return ToolResult(
            content: .object(content),
            citations: [rows]
                + listed.prefix(Self.citationsMax).map { profile in
                    let count = profile.buyer.purchases.count
                    return Citation(
                        source: "customer",
                        id: profile.buyer.id,
                        text: "\(profile.buyer.name), \(count) \(history.source)s"
                    )
                }
        )
    }

    private func key(_ profile: Profile, _ order: CustomerIntelligenceTool.Order) -> Double {
        switch order {
        case .churn: profile.churn
        case .reorder: profile.reorder
        case .value: profile.buyer.value.double
        }
    }

    private func json(_ profile: Profile) -> JSONObject {
        let buyer = profile.buyer
        let count = ExactNumber(buyer.purchases.count)
        let intervals = buyer.intervals
        return [
            "customer_id": .string(buyer.id), "name": .string(buyer.name), "segment": .string(profile.segment),
            "lifetime_value": .exact(buyer.value), "total_orders": .integer(buyer.purchases.count),
            "average_order_value": buyer.value.divided(by: count, places: 2).map(JSONValue.exact) ?? .null,
            "first_order_date": .optional(buyer.first?.description),
            "last_order_date": .optional(buyer.last?.description),
            "days_since_last_order": .integer(profile.recencyDays),
            "usual_days_between_orders": intervals.isEmpty
                ? .null : .exact(ExactNumber(rounding: Sample.median(intervals.map(Double.init)), places: 1)),
            "reorder_probability": .exact(ExactNumber(rounding: profile.reorder, places: 4)),
            "reorder_predicted_date": .string(profile.nextDate.description),
            "churn_probability": .exact(ExactNumber(rounding: profile.churn, places: 4)),
            "churn_risk": .string(profile.risk),
            "rfm": [
                "recency": .integer(profile.scores.recency), "frequency": .integer(profile.scores.frequency),
                "value": .integer(profile.scores.value),
            ],
        ]
    }
}

/// Scores 1 to 5 by the share of a sample that is smaller.
struct Fifths {
    private let sorted: [Double]

    init(_ values: [Double]) { sorted = values.sorted() }

    func score(_ value: Double) -> Int {
        guard !sorted.isEmpty else { return 1 }
        let below = firstIndex { $0 >= value }
        let ties = firstIndex { $0 > value } - below
        let place = (Double(below) + Double(ties) / 2) / Double(sorted.count)
        return min(5, Int(place * 5) + 1)
    }

    /// Where the values begin that fulfil a condition which holds from some value on.
    private func firstIndex(_ holds: (Double) -> Bool) -> Int {
        var (low, high) = (0, sorted.count)
        while low < high {
            let middle = (low + high) / 2
            if holds(sorted[middle]) { high = middle } else { low = middle + 1 }
        }
        return low
    }
}

extension FigureFailure {
    static func neverBought(_ name: String) -> FigureFailure {
        FigureFailure(
            code: "no_data",
            message: "\(shown(name)) has not bought anything yet.",
            more: ["available": .null, "name": .string(shown(name))]
        )
    }
}
