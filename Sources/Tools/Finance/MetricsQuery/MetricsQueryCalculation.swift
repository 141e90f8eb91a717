internal import AgentRuntime

/// Answers `metrics_query`: a metric's value in a period, compared, divided into groups and followed over time.
struct MetricsQuery {
    static let groupsDefault = 50
    static let groupsMax = 1000
    /// Points that a series may have; finer granularities over longer periods are refused.
    static let pointsMax = 400

    enum Order: String, CaseIterable {
        case value
        case difference
        case share
        case name
    }

    let calculator: FigureCalculator
    let period: PeriodArgument
    let measure: FigureCalculator.Measure
    let baseline: Baseline?
    let breakdown: Breakdown?
    let granularity: Granularity?
    let order: Order
    let isAscending: Bool
    let limit: Int
    let arguments: JSONObject

    init(_ arguments: JSONObject, ledger: LedgerSnapshot, settings: TenantSettings) throws(FigureFailure) {
        guard let name = arguments["metric"]?.string, !name.isEmpty else {
            throw .invalidArgument("metric", "is missing")
        }
        let metric = try MetricCatalogue.find(name, in: ledger)
        period = try PeriodArgument(arguments["period"], settings: settings)
        measure = try arguments.choice("measure", ["actual", "budget"]) == "budget" ? .budget : .actual
        baseline = try Baseline(arguments["compare_to"], settings: settings)
        if let name = arguments["group_by"]?.string { breakdown = try Breakdown(name) } else { breakdown = nil }
        let units = Granularity.allCases.map(\.rawValue)
        granularity = try arguments.choice("granularity", units).flatMap(Granularity.init)
        order = try arguments.choice("order_by", Order.allCases.map(\.rawValue)).flatMap(Order.init) ?? .value
        let direction = try arguments.choice("order", ["asc", "desc"])
        isAscending = direction.map { $0 == "asc" } ?? (order == .name)
        limit = try arguments.count("limit", default: MetricsQuery.groupsDefault, max: MetricsQuery.groupsMax)
        self.arguments = arguments
        calculator = try FigureCalculator(
            metric,
            filters: try FigureFilter.list(arguments["filters"]),
            ledger: ledger,
            settings: settings
        )
    }

    func result() throws -> ToolResult {
        let metric = calculator.metric
        let figure = calculator.figure(period.period, measure)
        let comparison = baseline.map { calculator.baseline($0, for: period) }
        // No rows is an answer only where something else was expected: a plan that nothing was booked against.
        let isUnknown = measure == .budget || calculator.isBeyondLedger(period.period)
        if figure.rows == 0, isUnknown || (comparison?.baseline?.rows ?? 0) == 0 {
            throw FigureFailure.noData(subject, period, available: calculator.available(measure))
        }
        var content: JSONObject = [
            "metric": metric.json,
            "period": period.json,
            "currency": .string(calculator.settings.currency),
            "measure": .string(measure.rawValue),
            "value": try figure.value.map(JSONValue.exact) ?? .null,
            "rows": .integer(figure.rows),
            "to_date": .bool(measure == .actual && calculator.isRunning(period.period)),
        ]
        if let comparison { content["comparison"] = .object(try comparison.json(of: figure, isCost: metric.isCost)) }
        if let breakdown {
            let groups = try groups(by: breakdown, total: figure, comparison: comparison)
            content["group_by"] = .string(breakdown.name)
            content["groups"] = .array(try groups.prefix(limit).map { .object(try $0.json(metric)) })
            content["groups_total"] = .integer(groups.count)
        }
        if let granularity { content["series"] = .array(try series(granularity)) }
        content["filters"] = .array(calculator.filters.map(\.json))
        if measure == .actual { content["sources"] = .array(sources()) }
        let citation = Citation.ledger(calculator, period, measure, tool: MetricsQueryTool.name, arguments: arguments)
        return ToolResult(content: .object(content), citations: [citation])
    }

    private var subject: String {
        let filters = calculator.filters.map { filter in
            (filter.isExcluding ? "without " : "for ") + filter.values.map(shown).joined(separator: ", ")
        }
        let noun = measure == .budget ? "budget" : "ledger"
        return ([noun + " row of " + calculator.metric.name] + filters).joined(separator: " ")
    }

    private func sources() -> [JSONValue] {
        let grouping = Grouping(.dimension(.source), calculator.ledger)
        return zip(grouping.groups, calculator.rowCounts(period.period, by: grouping))
            .filter { $0.1 > 0 && $0.0.name != LedgerDimension.unassigned }
            .sorted { ($1.1, $0.0.name) < ($0.1, $1.0.name) }
            .map { ["name": .string($0.0.name), "rows": .integer($0.1)] }
    }

    // MARK: Groups

    struct GroupFigure {
        var group: Grouping.Group
        var figure: LedgerFigure
        var share: ExactNumber?
        var comparison: Comparison?

        func json(_ metric: Metric) throws -> JSONObject {
            var json: JSONObject = ["name": .string(group.name)]
            if let code = group.code { json["code"] = .string(code) }
            json["value"] = try figure.value.map(JSONValue.exact) ?? .null
            json["share"] = share.map(JSONValue.exact) ?? .null
            json["rows"] = .integer(figure.rows)
            if let comparison { json["comparison"] = .object(try comparison.json(of: figure, isCost: metric.isCost)) }
            return json
        }
    }

    private func groups(by breakdown: Breakdown, total: LedgerFigure, comparison: Comparison?) throws -> [GroupFigure] {
        let grouping = Grouping(breakdown, calculator.ledger)
        let figures = calculator.figures(period.period, measure, by: grouping)
        let before = baselines(by: breakdown, grouping, comparison)
        let whole = calculator.metric.unit == .currency ? try total.value : nil
        var groups: [GroupFigure] = []
        for index in figures.indices where figures[index].rows > 0 || (before?[index].rows ?? 0) > 0 {
            var entry = GroupFigure(group: grouping.groups[index], figure: figures[index])
            if let whole, let value = try figures[index].value { entry.share = value.divided(by: whole, places: 6) }
            if var comparison {
                comparison.baseline = before?[index]
                comparison.isMissing = comparison.isMissing || before == nil
                comparison.period = nil
                entry.comparison = comparison
            }
            groups.append(entry)
        }
        return try sorted(groups)
    }

    /// The baseline of each group; `nil` where it cannot be divided.
    private func baselines(by breakdown: Breakdown, _ grouping: Grouping, _ comparison: Comparison?) -> [LedgerFigure]?
    {
        guard let comparison, comparison.baseline != nil, let period = comparison.period else { return nil }
        guard case .budget = baseline else { return calculator.figures(period.period, by: grouping) }
        guard calculator.isBudgeted(by: breakdown) else { return nil }
        return calculator.figures(period.period, .budget, by: grouping)
    }

    /// By the order asked for; groups without a value last, equal ones by name and code.
    private func sorted(_ groups: [GroupFigure]) throws -> [GroupFigure] {
        let keyed = try groups.map { group in
            let key =
                switch order {
                case .value, .share: try group.figure.value
                case .difference: try group.comparison?.difference(of: group.figure)
                case .name: ExactNumber.zero
                }
            return (group: group, key: key)
        }
        return keyed.sorted { left, right in
            if order != .name, left.key != right.key {
                guard let first = left.key else { return false }
                guard let second = right.key else { return true }
                return isAscending ? first < second : second < first
            }
            let names = (left.group.group, right.group.group)
            if names.0.name != names.1.name {
                return (names.0.name < names.1.name) == (order != .name || isAscending)
            }
            return (names.0.code ?? "") < (names.1.code ?? "")
        }
        .map(\.group)
    }

    // MARK: Series

    /// The metric by calendar units; units outside of the data are left out.
    private func series(_ granularity: Granularity) throws -> [JSONValue] {
        let settings = calculator.settings
        guard period.period.dayCount <= MetricsQuery.pointsMax * granularity.dayCountMin else {
            throw FigureFailure.invalidArgument(
                "granularity",
                "\(granularity.rawValue) gives more than \(MetricsQuery.pointsMax) points; choose a coarser one"
            )
        }
        let known = bounds
        let pieces = period.period.split(by: granularity, fiscalYearStart: settings.fiscalYearStart)
        return try pieces.filter { $0.overlaps(known) }.map { piece in
            let argument = PeriodArgument(piece, settings: settings)
            let figure = calculator.figure(piece, measure)
            var point: JSONObject = [
                "label": .string(argument.label),
                "start_date": .string(piece.start.description),
                "end_date": .string(piece.end.description),
                "value": try figure.value.map(JSONValue.exact) ?? .null,
                "rows": .integer(figure.rows),
            ]
            if measure == .actual, calculator.isRunning(piece) { point["to_date"] = true }
            if let baseline, let comparison = compared(argument, baseline, granularity) {
                point["comparison"] = .object(try comparison.json(of: figure, isCost: calculator.metric.isCost))
            }
            return .object(point)
        }
    }

    /// A point's baseline: none against one fixed period, and none against a budget that has no days or weeks.
    private func compared(_ piece: PeriodArgument, _ baseline: Baseline, _ unit: Granularity) -> Comparison? {
        switch baseline {
        case .period: nil
        case .budget where unit.months == nil || piece.period.monthCount == nil: nil
        default: calculator.baseline(baseline, for: piece)
        }
    }

    /// Where data can be: actuals end with today's month, budgets with the last month planned.
    private var bounds: Period {
        let ledger = calculator.ledger
        let today = calculator.settings.today
        let range =
            measure == .actual
            ? (ledger.firstDate ?? today, max(today, ledger.lastDate ?? today))
            : (ledger.firstBudgetMonth ?? today, (ledger.lastBudgetMonth ?? today).endOfMonth)
        return Period(start: range.0, end: max(range.0, range.1)) ?? period.period
    }
}

extension Granularity {
    fileprivate var dayCountMin: Int {
        switch self {
        case .day: 1
        case .week: 7
        case .month: 28
        case .quarter: 90
        case .half: 181
        case .year: 365
        }
    }
}

extension Metric {
    var json: JSONValue {
        var json: JSONObject = ["id": .string(id), "name": .string(name), "unit": .string(unit.rawValue)]
        if let section { json["section"] = .string(section.rawValue) }
        json["is_cost"] = .bool(isCost)
        return .object(json)
    }
}
