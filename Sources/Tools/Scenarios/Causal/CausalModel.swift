internal import AgentRuntime

/// The relationships of one tenant: those it imported, those that its own months show, and those of the income
/// statement.
///
/// What was imported goes first; what would contradict it or close a circle is left out. What is estimated: costs by
/// driver may lead to new customers, orders and revenue, new customers to orders and revenue, orders to revenue, and
/// revenue to the cost of goods sold, each up to three months later. Only what is not likely to be chance is kept:
/// the probability of each, times all that were tried (Bonferroni), must be below 5 %. A direct relationship is left
/// out where its effect already comes through one in between. The rest follows from how results are added up.
struct CausalModel {
    static let significance = 0.05
    /// Months whose mean is what a change is taken of.
    static let baseMonths = 3
    private static let monthDays = 30

    private(set) var graph: CausalGraph
    /// The months that were learned from; `nil` without a ledger.
    private(set) var months: Period?
    /// Pairs and lags that were tried.
    private(set) var tried = 0
    let importedCount: Int

    private let ledger: LedgerSnapshot
    private let settings: TenantSettings
    private var series: [String: [Double]] = [:]
    private var first = 0
    private var count = 0

    /// A `metric` that is an account is held beside the measures of its own.
    init(
        ledger: LedgerSnapshot,
        relationships: [Relationship],
        orders: [Order],
        customers: [Customer],
        metric: String?,
        settings: TenantSettings
    ) throws {
        self.ledger = ledger
        self.settings = settings
        importedCount = relationships.count
        graph = try CausalGraph(relationships: relationships)
        try readMonths()
        guard count > 0 else { return }
        let drivers = try readDrivers()
        try readStatement()
        readTrade(orders, customers)
        let account = try metric.flatMap { try readAccount($0) }
        estimate(drivers)
        if let account { accounting(of: account) }
        statement(drivers)
    }

    private struct Account {
        var id: String
        var section: LedgerSection
        /// The measure of its driver, for an operating expense.
        var driver: String?
    }

    // MARK: Series

    private mutating func readMonths() throws {
        let calculator = try FigureCalculator(
            try MetricCatalogue.find("revenue", in: ledger),
            filters: [],
            ledger: ledger,
            settings: settings
        )
        let revenue = try MonthlySeries(calculator)
        first = revenue.first
        count = revenue.values.count
        guard count > 0, let start = MonthlySeries.month(first), let end = MonthlySeries.month(first + count - 1) else {
            return
        }
        months = Period(start: start.start, end: end.end)
        keep(revenue.values, as: "revenue", label: "Revenue")
    }

    private mutating func keep(_ values: [Double], as id: String, label: String, isMoney: Bool = true) {
        series[CausalGraph.key(id)] = values
        let last = values.suffix(Self.baseMonths)
        _ = graph.node(id, label: label, monthly: last.reduce(0, +) / Double(max(1, last.count)), isMoney: isMoney)
    }

    /// The months of a metric, within those of the model.
    private func values(of metric: Metric) throws -> [Double] {
        let calculator = try FigureCalculator(metric, filters: [], ledger: ledger, settings: settings)
        return try (first..<(first + count)).map { month in
            guard let period = MonthlySeries.month(month) else { return 0 }
            return try calculator.figure(period).value?.double ?? 0
        }
    }

    /// What each driver costs a month; the names of those that cost anything.
    private mutating func readDrivers() throws -> [String] {
        let grouping = CostDriver.grouping(ledger)
        let calculator = try FigureCalculator(
            try MetricCatalogue.find("opex", in: ledger),
            filters: [],
            ledger: ledger,
            settings: settings
        )
        var values = [[Double]](repeating: [], count: CostDriver.allCases.count)
        for month in first..<(first + count) {
            guard let period = MonthlySeries.month(month) else { continue }
            for (index, figure) in calculator.figures(period, by: grouping).enumerated() {
                values[index].append(try figure.amount.money.exact.double)
            }
        }
        var names: [String] = []
        for (driver, values) in zip(CostDriver.allCases, values) where values.contains(where: { $0 != 0 }) {
            let name = driver.rawValue + "_spend"
            keep(values, as: name, label: CausalGraph.title(name))
            if let place = graph.place(of: name) { graph.alias(driver.rawValue, of: place) }
            names.append(name)
        }
        return names
    }

    private mutating func readStatement() throws {
        for id in ["cogs", "opex", "gross_profit", "operating_income", "net_income"] {
            let metric = try MetricCatalogue.find(id, in: ledger)
            let values = try values(of: metric)
            guard values.contains(where: { $0 != 0 }) else { continue }
            keep(values, as: id, label: metric.name)
        }
    }

    private mutating func readTrade(_ orders: [Order], _ customers: [Customer]) {
        func counts(_ dates: [CalendarDate]) -> [Double] {
            var counts = [Double](repeating: 0, count: count)
            for date in dates {
                let place = date.monthNumber - first
                if counts.indices.contains(place) { counts[place] += 1 }
            }
            return counts
        }
        let ordered = counts(orders.filter { !$0.isCancelled }.compactMap(\.orderDate))
        if ordered.contains(where: { $0 > 0 }) { keep(ordered, as: "orders", label: "Orders", isMoney: false) }
        let gained = counts(customers.compactMap(\.createdDate))
        if gained.contains(where: { $0 > 0 }) {
            keep(gained, as: "new_customers", label: "New Customers", isMoney: false)
        }
    }

    /// The account that a name means, where it means no measure of the graph.
    private mutating func readAccount(_ name: String) throws -> Account? {
        guard graph.place(of: name) == nil else { return nil }
        let metric = try MetricCatalogue.find(name, in: ledger)
        guard metric.id.hasPrefix("account:"), let section = metric.section else { return nil }
        let values = try values(of: metric)
        keep(values, as: metric.id, label: metric.name)
        guard let place = graph.place(of: metric.id) else { return nil }
        graph.alias(name, of: place)
        let driver = ledger.accounts.first { "account:\($0.code)" == metric.id && $0.section == .opex }
            .map { CostDriver(of: $0).rawValue + "_spend" }
        return Account(id: CausalGraph.key(metric.id), section: section, driver: driver)
    }

    // MARK: Relationships

    private mutating func estimate(_ spends: [String]) {
        var pairs: [(String, String)] = [("revenue", "cogs")]
        for source in spends + ["new_customers", "orders"] {
            for target in ["new_customers", "orders", "revenue"] where target != source {
                if source == "orders", target == "new_customers" { continue }
                pairs.append((source, target))
            }
        }
        var found: [(source: String, target: String, relation: LaggedRelation)] = []
        for (source, target) in pairs {
            guard let causes = series[source], let effects = series[target] else { continue }
            tried += LaggedRelation.lagMax + 1
            guard let relation = LaggedRelation.strongest(of: causes, to: effects) else { continue }
            found.append((source, target, relation))
        }
        let kept = found.filter { $0.relation.probability * Double(max(1, tried)) < Self.significance }
        // The nearer ones first, so that what comes through them is known when a direct one is looked at.
        let rank = ["new_customers": 0, "orders": 1, "revenue": 2, "cogs": 3]
        for entry in kept.sorted(by: { (rank[$0.target] ?? 9, $0.source) < (rank[$1.target] ?? 9, $1.source) }) {
            guard let source = graph.place(of: entry.source), let target = graph.place(of: entry.target) else {
                continue
            }
            let isThrough = kept.contains { first in
                first.source == entry.source && first.target != entry.target
                    && kept.contains { $0.source == first.target && $0.target == entry.target }
            }
            guard !isThrough else { continue }
            graph.addIfNew(
                CausalGraph.Edge(
                    source: source,
                    target: target,
                    weight: entry.relation.slope,
                    lagDays: entry.relation.lag * Self.monthDays,
                    confidence: min(CausalGraph.confidenceMax, abs(entry.relation.correlation)),
                    basis: .estimated,
                    relation: entry.relation
                )
            )
        }
    }

    /// What a measure is made of: a change of the part is the same change of the whole, in money.
    private mutating func add(_ part: String, to whole: String, sign: Double = 1) {
        guard let source = graph.place(of: part), let target = graph.place(of: whole),
            let base = graph.nodes[source].monthly, let level = graph.nodes[target].monthly,
            abs(level) > 1e-9, abs(base) > 1e-9
        else { return }
        graph.addIfNew(
            CausalGraph.Edge(
                source: source,
                target: target,
                weight: sign * abs(base) / abs(level),
                lagDays: 0,
                confidence: CausalGraph.confidenceMax,
                basis: .accounting,
                relation: nil
            )
        )
    }

    private mutating func accounting(of account: Account) {
        switch account.section {
        case .revenue: add(account.id, to: "revenue")
        case .cogs: add(account.id, to: "cogs")
        // What its driver leads to, a part of it leads to in its share.
        case .opex: add(account.id, to: account.driver ?? "opex")
        case .other: add(account.id, to: "net_income", sign: -1)
        }
    }

    private mutating func statement(_ drivers: [String]) {
        for driver in drivers { add(driver, to: "opex") }
        add("revenue", to: "gross_profit")
        add("cogs", to: "gross_profit", sign: -1)
        add("gross_profit", to: "operating_income")
        add("opex", to: "operating_income", sign: -1)
        add("operating_income", to: "net_income")
    }
}
