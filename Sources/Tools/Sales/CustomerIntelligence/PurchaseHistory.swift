internal import AgentRuntime
internal import Foundation

/// What customers have bought and when, from orders, or from invoices where a tenant has no orders.
struct PurchaseHistory {
    struct Purchase: Sendable {
        var date: CalendarDate
        var units: Int64
    }

    /// One customer's purchases, the oldest first.
    struct Buyer: Sendable {
        var id: String
        var name: String
        var customer: Customer?
        var purchases: [Purchase]

        var first: CalendarDate? { purchases.first?.date }
        var last: CalendarDate? { purchases.last?.date }
        var value: ExactNumber {
            ExactNumber(significand: purchases.reduce(Int128(0)) { $0 + Int128($1.units) }, exponent: -4)
        }
        /// Days between two days of buying.
        var intervals: [Int] {
            let days = Set(purchases.map { Int($0.date.dayNumber) }).sorted()
            return zip(days.dropFirst(), days).map { $0 - $1 }
        }
    }

    let buyers: [Buyer]
    let source: String
    let rows: Int
    let today: CalendarDate
    let currency: String
    let directory: CustomerDirectory

    init(_ connection: SQLiteConnection, _ settings: TenantSettings) throws {
        let directory = try CustomerDirectory(connection)
        today = settings.today
        currency = settings.currency
        self.directory = directory
        var rows: [(customer: String, purchase: Purchase)] = []
        func isOwn(_ code: String) -> Bool { code.isEmpty || code == settings.currency }
        for order in try OrderStore(connection).all() where !order.isCancelled && isOwn(order.currency) {
            guard let date = order.orderDate, date <= settings.today, !order.customer.isEmpty else { continue }
            rows.append((order.customer, Purchase(date: date, units: order.total)))
        }
        var source = "order"
        if rows.isEmpty {
            source = "invoice"
            for invoice in try InvoiceStore(connection).all() where invoice.total > 0 && isOwn(invoice.currency) {
                guard let date = invoice.invoiceDate, date <= settings.today else { continue }
                rows.append((invoice.customer, Purchase(date: date, units: invoice.total)))
            }
        }
        guard !rows.isEmpty || !directory.customers.isEmpty else { throw FigureFailure.none(of: "customers") }
        var groups: [String: [Purchase]] = [:]
        var names: [String: String] = [:]
        for row in rows {
            let identity = directory.identity(row.customer)
            groups[identity, default: []].append(row.purchase)
            names[identity] = names[identity] ?? directory.name(row.customer)
        }
        for customer in directory.customers where groups[customer.id.lowercased()] == nil {
            groups[customer.id.lowercased()] = []
            names[customer.id.lowercased()] = customer.name
        }
        buyers = groups.map { identity, purchases in
            let customer = directory.customer(named: identity)
            return Buyer(
                id: customer?.id ?? identity,
                name: names[identity] ?? identity,
                customer: customer,
                purchases: purchases.sorted { $0.date < $1.date }
            )
        }
        .sorted { ($0.name, $0.id) < ($1.name, $1.id) }
        self.source = source
        self.rows = rows.count
    }

    /// The buyers that a name means; all without one.
    func buyers(named name: String?) throws -> [Buyer] {
        guard let name = name?.trimmingBlanks(), !name.isEmpty else { return buyers }
        let identity = directory.identity(name)
        let found = buyers.filter { $0.id.lowercased() == identity || $0.name.lowercased() == name.lowercased() }
        guard found.isEmpty else { return found }
        let part = buyers.filter { $0.name.lowercased().contains(name.lowercased()) }
        guard part.count == 1 else { throw FigureFailure.notFound("customer", name, known: buyers.map(\.name)) }
        return part
    }
}

/// How customers return: the days between two purchases as a log-normal variable.
///
/// Logs of intervals are normal with a mean of the customer's own, drawn towards the mean of all as if two intervals of
/// it were added, and one deviation for all (NIST/SEMATECH e-Handbook of Statistical Methods, §1.3.6.6.9). With F its
/// distribution and t the days since the last purchase, the chance of buying again within h days is
/// (F(t + h) − F(t)) / (1 − F(t)) for a customer that still buys; F(t) is how unusual the silence is, the risk of
/// having lost the customer.
struct ReturnModel: Sendable {
    private static let priorIntervals = 2.0
    /// Without any interval of any customer: a quarter, give or take a factor of two.
    private static let usualMean = log(90.0)
    private static let usualDeviation = 0.7

    let mean: Double
    let deviation: Double

    init(_ buyers: [PurchaseHistory.Buyer]) {
        let groups = buyers.map { $0.intervals.map { log(Double(max(1, $0))) } }.filter { !$0.isEmpty }
        let all = groups.flatMap(\.self)
        guard !all.isEmpty else {
            mean = Self.usualMean
            deviation = Self.usualDeviation
            return
        }
        mean = Sample.mean(all)
        // Within customers; one interval of each says nothing of how it varies.
        let residuals = groups.reduce((sum: 0.0, freedom: 0)) { total, group in
            let centre = Sample.mean(group)
            return (total.sum + group.reduce(0) { $0 + ($1 - centre) * ($1 - centre) }, total.freedom + group.count - 1)
        }
        deviation =
            residuals.freedom >= 3
            ? min(max((residuals.sum / Double(residuals.freedom)).squareRoot(), 0.15), 1.5) : Self.usualDeviation
    }

    func centre(_ buyer: PurchaseHistory.Buyer) -> Double {
        let logs = buyer.intervals.map { log(Double(max(1, $0))) }
        return (logs.reduce(0, +) + Self.priorIntervals * mean) / (Double(logs.count) + Self.priorIntervals)
    }

    /// F(days) for a customer.
    func cumulative(_ days: Double, _ centre: Double) -> Double {
        days <= 0 ? 0 : Normal.cumulative((log(days) - centre) / deviation)
    }

    func chance(within horizon: Int, after days: Int, _ centre: Double) -> Double {
        let gone = cumulative(Double(days), centre)
        guard gone < 0.999_999 else { return 0 }
        return (cumulative(Double(days + horizon), centre) - gone) / (1 - gone)
    }

    /// The day by which half of those who are silent for so long and still buy have bought again.
    func medianDays(after days: Int, _ centre: Double) -> Int {
        let gone = cumulative(Double(days), centre)
        let middle = min(gone + (1 - gone) / 2, 1 - 1e-9)
        return max(days + 1, Int(exp(centre + deviation * Normal.quantile(middle)).rounded()))
    }
}
