internal import AgentRuntime

/// Answers `variance_drivers`: which accounts (or vendors, regions …) make up the difference of a metric from its
/// baseline.
///
/// The drivers and the rest sum to the total difference exactly. A group's value, baseline and difference are its
/// contributions to the metric, so that for EBITDA a cost counts negative.
struct VarianceDrivers {
    static let limitDefault = 5
    static let limitMax = 100

    let calculator: FigureCalculator
    let period: PeriodArgument
    let baseline: Baseline
    let breakdown: Breakdown
    let limit: Int
    let arguments: JSONObject

    private struct Driver {
        var group: Grouping.Group
        var value: LedgerSum
        var baseline: LedgerSum
        var difference: Int128 { value.units - baseline.units }
    }

    init(_ arguments: JSONObject, ledger: LedgerSnapshot, settings: TenantSettings) throws(FigureFailure) {
        guard let name = arguments["metric"]?.string, !name.isEmpty else {
            throw .invalidArgument("metric", "is missing")
        }
        let metric = try MetricCatalogue.find(name, in: ledger)
        guard metric.unit == .currency else {
            throw .invalidArgument(
                "metric",
                "is a ratio, whose change is no sum of parts; ask for gross_profit, ebitda or another amount"
            )
        }
        period = try PeriodArgument(arguments["period"], settings: settings)
        baseline = try Baseline(arguments["compare_to"], settings: settings) ?? .budget
        limit = try arguments.count("limit", default: VarianceDrivers.limitDefault, max: VarianceDrivers.limitMax)
        self.arguments = arguments
        calculator = try FigureCalculator(
            metric,
            filters: try FigureFilter.list(arguments["filters"]),
            ledger: ledger,
            settings: settings
        )
        if let name = arguments["by"]?.string {
            breakdown = try Breakdown(name)
        } else {
            breakdown = VarianceDrivers.natural(calculator, baseline)
        }
        if case .budget = baseline, !calculator.isBudgeted(by: breakdown) {
            let possible = Breakdown.names.filter { (try? Breakdown($0)).map(calculator.isBudgeted) ?? false }
            throw .invalidArgument(
                "by",
                "\(breakdown.name) is not in the budget; possible are \(possible.joined(separator: ", "))"
            )
        }
    }

    /// By account; a single account is divided by what its rows carry.
    private static func natural(_ calculator: FigureCalculator, _ baseline: Baseline) -> Breakdown {
        let ledger = calculator.ledger
        let accounts = ledger.accounts.indices.filter { calculator.weights[$0] != 0 && ledger.ledgerRows[$0] > 0 }
        guard accounts.count <= 1 else { return .account }
        let candidates: [Breakdown] = [.vendor, .department, .region, .lob, .product].map(Breakdown.dimension)
        for candidate in candidates {
            guard case .dimension(let dimension) = candidate else { continue }
            if case .budget = baseline, !calculator.isBudgeted(by: candidate) { continue }
            if calculator.valuesUsed(dimension) > 1 { return candidate }
        }
        return .account
    }

    func result(_ connection: SQLiteConnection) throws -> ToolResult {
        let metric = calculator.metric
        let total = calculator.figure(period.period)
        let comparison = calculator.baseline(baseline, for: period)
        guard let before = comparison.baseline, let basePeriod = comparison.period else {
            let measure: FigureCalculator.Measure = if case .budget = baseline { .budget } else { .actual }
            let noun = measure == .budget ? "budget" : "ledger row"
            throw FigureFailure.noData(
                "\(noun) of \(metric.name) to compare with",
                comparison.period ?? period,
                available: calculator.available(measure)
            )
        }
        guard total.rows > 0 || (before.rows > 0 && !calculator.isBeyondLedger(period.period)) else {
            throw FigureFailure.noData("ledger row of \(metric.name)", period, available: calculator.available(.actual))
        }
        let drivers = drivers(basePeriod)
        let totalDifference = total.amount.units - before.amount.units
        let named = drivers.prefix(limit)
        let rest = drivers.dropFirst(limit)
        let anomalies = breakdown == .account ? try anomalies(connection) : [:]
        let content: JSONObject = [
            "metric": metric.json,
            "period": period.json,
            "currency": .string(calculator.settings.currency),
            "value": try total.value.map(JSONValue.exact) ?? .null,
            "rows": .integer(total.rows),
            "to_date": .bool(calculator.isRunning(period.period)),
            "comparison": .object(try comparison.json(of: total, isCost: metric.isCost)),
            "by": .string(breakdown.name),
            "drivers": .array(
                try named.map { .object(try json($0, of: totalDifference, anomalies[$0.group.code ?? ""])) }
            ),
            "other": [
                "count": .integer(rest.count),
                "difference": .money(try LedgerSum(units: rest.reduce(0) { $0 + $1.difference }).money),
            ],
            "total_difference": .money(try LedgerSum(units: totalDifference).money),
            "filters": .array(calculator.filters.map(\.json)),
        ]
        return ToolResult(content: .object(content), citations: citations(named.map(\.group), anomalies))
    }

    /// The groups that differ from their baseline, the largest difference first.
    private func drivers(_ basePeriod: PeriodArgument) -> [Driver] {
        let grouping = Grouping(breakdown, calculator.ledger)
        let measure: FigureCalculator.Measure = if case .budget = baseline { .budget } else { .actual }
        let values = calculator.figures(period.period, by: grouping)
        let bases = calculator.figures(basePeriod.period, measure, by: grouping)
        return grouping.groups.indices
            .map { Driver(group: grouping.groups[$0], value: values[$0].amount, baseline: bases[$0].amount) }
            .filter { $0.difference != 0 }
            .sorted { left, right in
                if left.difference.magnitude != right.difference.magnitude {
                    return left.difference.magnitude > right.difference.magnitude
                }
                return (left.group.name, left.group.code ?? "") < (right.group.name, right.group.code ?? "")
            }
    }

    private func json(_ driver: Driver, of total: Int128, _ anomaly: Anomaly?) throws -> JSONObject {
        let difference = try LedgerSum(units: driver.difference).money
        let base = try driver.baseline.money
        var json: JSONObject = ["name": .string(driver.group.name)]
        if let code = driver.group.code { json["code"] = .string(code) }
        json["value"] = .money(try driver.value.money)
        json["baseline"] = .money(base)
        json["difference"] = .money(difference)
        json["percent"] = Comparison.percent(difference.exact, of: base.exact).map(JSONValue.exact) ?? .null
        let whole = try LedgerSum(units: total).money.exact
        json["share_of_change"] = difference.exact.divided(by: whole, places: 6).map(JSONValue.exact) ?? .null
        json["favourable"] = Comparison.favourable(difference.exact, isCost: calculator.metric.isCost)
        if let anomaly {
            json["anomaly"] = [
                "id": .string(anomaly.id), "severity": .string(anomaly.severity.rawValue),
                "description": .string(anomaly.description),
            ]
        }
        return json
    }

    /// The gravest anomaly of each account in the period.
    private func anomalies(_ connection: SQLiteConnection) throws -> [String: Anomaly] {
        let all = try AnomalyBook.all(calculator.ledger, connection, calculator.settings)
        return Dictionary(
            all.filter { period.period.overlaps($0.month) && $0.state.status != .dismissed }
                .map { ($0.accountCode, $0) },
            uniquingKeysWith: { $0.severity >= $1.severity ? $0 : $1 }
        )
    }

    /// The whole first, then for each driver its account and its anomaly.
    private func citations(_ groups: [Grouping.Group], _ anomalies: [String: Anomaly]) -> [Citation] {
        let tool = VarianceDriversTool.name
        var citations = [Citation.ledger(calculator, period, tool: tool, arguments: arguments)]
        guard breakdown == .account else { return citations }
        let grouping = Grouping(.account, calculator.ledger)
        let figures = calculator.figures(period.period, by: grouping)
        for group in groups {
            guard let code = group.code, let index = grouping.groups.firstIndex(of: group) else { continue }
            if let anomaly = anomalies[code] { citations.append(anomaly.citation) }
            citations.append(
                .ledger(
                    accounts: [calculator.ledger.accounts[index]],
                    rows: figures[index].rows,
                    name: group.name,
                    period: period,
                    query: Citation.query(tool, arguments),
                    dataVersion: calculator.ledger.dataVersion
                )
            )
        }
        return citations
    }
}
