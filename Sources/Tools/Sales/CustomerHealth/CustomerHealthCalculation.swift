internal import AgentRuntime

/// Weighs what is known of a customer.
///
/// Parts, each from 0 to 100, with their weights: the rating on record (2), recency: 100 less the risk of having lost
/// the customer (2), trend: the value ordered in the last 180 days against the 180 before, 50 for no change, 100 for
/// twice as much or more (1), payment: the share of unpaid invoices that is not overdue (1). A part that is not known
/// weighs nothing; the score is the weighted mean of the rest.
struct CustomerHealth {
    enum Band: String, CaseIterable {
        case healthy, watch
        case atRisk = "at_risk"
    }

    struct Part {
        var name: String
        var score: Double
        var weight: Double
        var reason: String
    }

    struct Health {
        var buyer: PurchaseHistory.Buyer
        var parts: [Part]

        var score: Double {
            let weight = parts.reduce(0) { $0 + $1.weight }
            return weight == 0 ? 50 : parts.reduce(0) { $0 + $1.weight * $1.score } / weight
        }
        var band: Band { score >= 70 ? .healthy : score >= 45 ? .watch : .atRisk }
    }

    private static let trendDays = 180
    private static let citationsMax = 10

    private let history: PurchaseHistory
    private let all: [Health]

    init(_ connection: SQLiteConnection, _ settings: TenantSettings) throws {
        let history = try PurchaseHistory(connection, settings)
        let today = settings.today
        let model = ReturnModel(history.buyers)
        var owed: [String: (all: Int128, overdue: Int128)] = [:]
        for invoice in try InvoiceStore(connection).all() where invoice.total - invoice.paid > 0 {
            guard invoice.currency.isEmpty || invoice.currency == settings.currency else { continue }
            let identity = history.directory.identity(invoice.customer)
            owed[identity, default: (0, 0)].all += Int128(invoice.total - invoice.paid)
            if (invoice.daysOverdue(today: today) ?? 0) > 0 {
                owed[identity, default: (0, 0)].overdue += Int128(invoice.total - invoice.paid)
            }
        }
        all = history.buyers.map { buyer in
            var parts: [Part] = []
            if let rating = Self.rating(buyer.customer?.health ?? "") {
                parts.append(Part(name: "rating", score: rating, weight: 2, reason: "rating on record"))
            }
            if let last = buyer.last {
                let days = max(0, last.days(until: today))
                let lost = model.cumulative(Double(days), model.centre(buyer))
                parts.append(Part(name: "recency", score: 100 * (1 - lost), weight: 2, reason: "last order on \(last)"))
            }
            if let trend = Self.trend(buyer, today: today) {
                let reason =
                    trend < 50 ? "orders less than before" : trend > 50 ? "orders more than before" : "orders as before"
                parts.append(Part(name: "trend", score: trend, weight: 1, reason: reason))
            }
            let identity = buyer.customer?.id.lowercased() ?? buyer.id
            if let debt = owed[identity], debt.all > 0 {
                let share = Double(debt.overdue) / Double(debt.all)
                let reason = share > 0 ? "invoices are overdue" : "no invoice is overdue"
                parts.append(Part(name: "payment", score: 100 * (1 - share), weight: 1, reason: reason))
            }
            return Health(buyer: buyer, parts: parts)
        }
        self.history = history
    }

    /// A number from 0 to 100, or a word as people write it.
    static func rating(_ text: String) -> Double? {
        let text = text.trimmingBlanks().lowercased()
        if let number = Double(text), number.isFinite { return min(max(number, 0), 100) }
        switch text {
        case "green", "good", "healthy", "excellent", "high": return 85
        case "yellow", "amber", "fair", "ok", "neutral", "watch", "medium", "at_risk", "at risk": return 50
        case "red", "poor", "bad", "critical", "low", "unhealthy": return 20
        default: return nil
        }
    }

    /// 50 where both halves are alike; `nil` without any order in either.
    private static func trend(_ buyer: PurchaseHistory.Buyer, today: CalendarDate) -> Double? {
        let middle = today.adding(days: -trendDays)
        let start = today.adding(days: -2 * trendDays)
        var (before, after) = (0.0, 0.0)
        for purchase in buyer.purchases where start < purchase.date {
            if middle < purchase.date { after += Double(purchase.units) } else { before += Double(purchase.units) }
        }
        // Without a first half there is nothing to compare with.
        guard before > 0 else { return nil }
        return min(100, 50 * after / before)
    }

    func result(_ arguments: JSONObject) throws -> ToolResult {
        var chosen = all
        if let name = arguments["customer"]?.string?.trimmingBlanks(), !name.isEmpty {
            let ids = Set(try history.buyers(named: name).map(\.id))
            chosen = all.filter { ids.contains($0.buyer.id) }
        }
        func count(_ band: Band) -> Int { chosen.count { $0.band == band } }
        let bands: JSONValue = [
            "healthy": .integer(count(.healthy)), "watch": .integer(count(.watch)), "at_risk": .integer(count(.atRisk)),
        ]
        let average = Sample.mean(chosen.map(\.score))
        let atRisk = chosen.filter { $0.band == .atRisk }
        if let band = arguments["band"]?.string { chosen.removeAll { $0.band.rawValue != band } }
        let sorted = chosen.sorted { ($0.score, $0.buyer.name) < ($1.score, $1.buyer.name) }
        let limit = try arguments.count(
            "limit",
            default: CustomerHealthTool.limitDefault,
            max: CustomerHealthTool.limitMax
        )
        let listed = sorted.prefix(limit)
        let content: JSONObject = [
            "as_of": .string(history.today.description),
            "currency": .string(history.currency),
            "total": .integer(chosen.count),
            "customers_total": .integer(all.count),
            "bands": bands,
            "average_score": .exact(ExactNumber(rounding: average, places: 1)),
            "recurring_revenue_at_risk": .exact(Self.recurring(atRisk)),
            "customers": .array(listed.map { .object(json($0)) }),
        ]
        let summary = "\(all.count) customers, \(history.rows) \(history.source)s"
        let rows = Citation.rows("customer", summary, rows: all.count, tool: CustomerHealthTool.name, arguments)
        return ToolResult(
            content: .object(content),
            citations: [rows]
                + listed.prefix(Self.citationsMax).map {
                    Citation(source: "customer", id: $0.buyer.id, text: $0.buyer.name)
                }
        )
    }

    private static func recurring(_ healths: [Health]) -> ExactNumber {
        ExactNumber(significand: healths.reduce(Int128(0)) { $0 + Int128($1.buyer.customer?.arr ?? 0) }, exponent: -4)
    }

    private func json(_ health: Health) -> JSONObject {
        [
            "customer_id": .string(health.buyer.id), "name": .string(health.buyer.name),
            "health_score": .exact(ExactNumber(rounding: health.score, places: 0)),
            "band": .string(health.band.rawValue),
            "recurring_revenue": health.buyer.customer?.arr.map { JSONValue.money(Money(units: $0)) } ?? .null,
            "parts": .array(
                health.parts.map { part in
                    [
                        "part": .string(part.name), "score": .exact(ExactNumber(rounding: part.score, places: 0)),
                        "reason": .string(part.reason),
                    ]
                }
            ),
        ]
    }
}
