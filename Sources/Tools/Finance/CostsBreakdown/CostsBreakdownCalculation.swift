internal import AgentRuntime

/// Answers `costs_breakdown`: what the costs of a period are made of, and the steps from a budget or an earlier period
/// to them.
///
/// The items and the rest sum to the total exactly, and so do the steps of the waterfall: baseline + Σ differences =
/// value (the variance bridge of management accounting: Horngren, Cost Accounting, ch. 7, "static-budget variances").
struct CostsBreakdown {
    static let limitDefault = 12
    static let limitMax = 100
    static let metrics = ["costs", "spend", "opex", "cogs"]
    /// By which costs can be divided; `category` is the account.
    static let divisions = ["category", "driver"] + Breakdown.names

    private let calculator: FigureCalculator
    private let period: PeriodArgument
    private let baseline: Baseline?
    private let division: String
    private let grouping: Grouping
    private let limit: Int
    private let arguments: JSONObject

    private struct Item {
        var group: Grouping.Group
        var value: LedgerSum
        var baseline: LedgerSum?
        var difference: Int128 { value.units - (baseline?.units ?? 0) }
    }

    init(_ arguments: JSONObject, ledger: LedgerSnapshot, settings: TenantSettings) throws(FigureFailure) {
        let name = try arguments.choice("metric", Self.metrics) ?? "costs"
        let metric = try MetricCatalogue.find(name, in: ledger)
        period = try PeriodArgument(arguments["period"], settings: settings)
        baseline = try Baseline(arguments["compare_to"], settings: settings)
        limit = try arguments.count("limit", default: Self.limitDefault, max: Self.limitMax)
        division = arguments["by"]?.string ?? "category"
        guard Self.divisions.contains(division) else {
            throw .unknownDimension(division, known: Self.divisions)
        }
        self.arguments = arguments
        let calculator = try FigureCalculator(
            metric,
            filters: try FigureFilter.list(arguments["filters"]),
            ledger: ledger,
            settings: settings
        )
        self.calculator = calculator
        guard division != "driver" else {
            grouping = CostDriver.grouping(ledger)
            return
        }
        let breakdown = division == "category" ? .account : try Breakdown(division)
        if case .budget = baseline, !calculator.isBudgeted(by: breakdown) {
            let possible = Self.divisions.filter { division in
                guard let breakdown = try? Breakdown(division) else { return true }
                return calculator.isBudgeted(by: breakdown)
            }
            throw .invalidArgument(
                "by",
                "\(division) is not in the budget; possible are \(possible.joined(separator: ", "))"
            )
        }
        grouping = Grouping(breakdown, ledger)
    }

    func result() throws -> ToolResult {
        let metric = calculator.metric
        let total = calculator.figure(period.period)
        guard total.rows > 0 else {
            throw FigureFailure.noData("ledger row of \(metric.name)", period, available: calculator.available(.actual))
        }
        let comparison = try comparison()
        let items = items(comparison?.period)
        let named = items.prefix(limit)
        let rest = items.dropFirst(limit)
        var content: JSONObject = [
            "metric": metric.json,
            "period": period.json,
            "currency": .string(calculator.settings.currency),
            "value": try total.value.map(JSONValue.exact) ?? .null,
            "rows": .integer(total.rows),
            "to_date": .bool(calculator.isRunning(period.period)),
            "by": .string(division),
            "items": .array(try named.map { .object(try json($0, of: total.amount)) }),
            "filters": .array(calculator.filters.map(\.json)),
        ]
        var other: JSONObject = [
            "count": .integer(rest.count),
            "value": .money(try LedgerSum(units: rest.reduce(0) { $0 + $1.value.units }).money),
        ]
        if let comparison {
            content["comparison"] = .object(try comparison.json(of: total, isCost: metric.isCost))
            let difference = rest.reduce(Int128(0)) { $0 + $1.difference }
            other["difference"] = .money(try LedgerSum(units: difference).money)
            content["waterfall"] = .array(try steps(comparison, named, difference, total))
        }
        content["other"] = .object(other)
        return ToolResult(content: .object(content), citations: citations(comparison))
    }

    /// - Throws: `no_data` where the baseline that was asked for has no rows.
    private func comparison() throws -> Comparison? {
        guard let baseline else { return nil }
        let comparison = calculator.baseline(baseline, for: period)
        guard comparison.baseline != nil else {
            let isBudget = if case .budget = baseline { true } else { false }
            throw FigureFailure.noData(
                "\(isBudget ? "budget" : "ledger row") of \(calculator.metric.name) to compare with",
                comparison.period ?? period,
                available: calculator.available(isBudget ? .budget : .actual)
            )
        }
        return comparison
    }

    private var baseMeasure: FigureCalculator.Measure { if case .budget = baseline { .budget } else { .actual } }

    /// The groups that have something: by their difference where there is a baseline, else by their value.
    private func items(_ basePeriod: PeriodArgument?) -> [Item] {
        let values = calculator.figures(period.period, by: grouping)
        let bases = basePeriod.map { calculator.figures($0.period, baseMeasure, by: grouping) }
        return grouping.groups.indices
            .filter { values[$0].rows > 0 || bases?[$0].rows ?? 0 > 0 }
            .map { Item(group: grouping.groups[$0], value: values[$0].amount, baseline: bases?[$0].amount) }
            .sorted { left, right in
                let (first, second) =
                    bases == nil
                    ? (left.value.units, right.value.units)
                    : (Int128(left.difference.magnitude), Int128(right.difference.magnitude))
                if first != second { return first > second }
                return (left.group.name, left.group.code ?? "") < (right.group.name, right.group.code ?? "")
            }
    }

    private func json(_ item: Item, of total: LedgerSum) throws -> JSONObject {
        let value = try item.value.money
        var json: JSONObject = ["name": .string(item.group.name)]
        if let code = item.group.code { json["code"] = .string(code) }
        json["value"] = .money(value)
        json["rows"] = .integer(item.value.rows)
        json["share"] = value.exact.divided(by: try total.money.exact, places: 6).map(JSONValue.exact) ?? .null
        guard let baseline = item.baseline else { return json }
        let base = try baseline.money.exact
        let difference = try LedgerSum(units: item.difference).money.exact
        json["baseline"] = .exact(base)
        json["difference"] = .exact(difference)
        json["percent"] = Comparison.percent(difference, of: base).map(JSONValue.exact) ?? .null
        json["favourable"] = Comparison.favourable(difference, isCost: true)
        return json
    }

    /// The bars of a waterfall, each from where the one before ended.
    private func steps(
        _ comparison: Comparison,
        _ items: ArraySlice<Item>,
        _ rest: Int128,
        _ total: LedgerFigure
    ) throws -> [JSONValue] {
        func amount(_ units: Int128) throws -> JSONValue { .money(try LedgerSum(units: units).money) }
        var level = comparison.baseline?.amount.units ?? 0
        var steps: [JSONValue] = [
            [
                "name": .string(comparison.kind == "budget" ? "Budget" : comparison.period?.label ?? "Before"),
                "kind": "start", "value": try amount(level), "from": 0, "to": try amount(level),
            ]
        ]
        var changes = items.filter { $0.difference != 0 }.map { ($0.group.name, $0.difference) }
        if rest != 0 { changes.append(("Other", rest)) }
        for (name, difference) in changes {
            steps.append([
                "name": .string(name), "kind": "change", "value": try amount(difference), "from": try amount(level),
                "to": try amount(level + difference),
            ])
            level += difference
        }
        let end = try amount(total.amount.units)
        steps.append(["name": .string(period.label), "kind": "end", "value": end, "from": 0, "to": end])
        return steps
    }

    /// The rows of the period, then those of what it is held against.
    private func citations(_ comparison: Comparison?) -> [Citation] {
        let tool = CostsBreakdownTool.name
        var citations = [Citation.ledger(calculator, period, tool: tool, arguments: arguments)]
        if let base = comparison?.period {
            citations.append(.ledger(calculator, base, baseMeasure, tool: tool, arguments: arguments))
        }
        return citations
    }
}
