internal import AgentRuntime

/// Answers `income_statement`: every account by section, with subtotals and the results between them.
struct IncomeStatement {
    let ledger: LedgerSnapshot
    let settings: TenantSettings
    let period: PeriodArgument
    let baseline: Baseline?
    let filters: [FigureFilter]
    let arguments: JSONObject
    /// All accounts with their own sign, for the lines.
    private let lines: FigureCalculator

    /// The results that stand between and below the sections, with their share of revenue.
    private static let totals = ["gross_profit", "operating_income", "net_income"]
    /// What every line shows beside its actuals, whatever it is compared with.
    private static let beside: [Baseline] = [.budget, .priorPeriod, .priorYear]

    init(_ arguments: JSONObject, ledger: LedgerSnapshot, settings: TenantSettings) throws(FigureFailure) {
        self.ledger = ledger
        self.settings = settings
        self.arguments = arguments
        period = try PeriodArgument(arguments["period"], settings: settings)
        baseline = try Baseline(arguments["compare_to"], settings: settings)
        filters = try FigureFilter.list(arguments["filters"])
        let everything = Metric(
            id: "income_statement",
            name: "Income statement",
            aliases: [],
            isCost: false,
            amount: MetricAmount(terms: LedgerSection.allCases.map { .init(section: $0, isAdded: true) }),
            denominator: nil
        )
        lines = try FigureCalculator(everything, filters: filters, ledger: ledger, settings: settings)
    }

    /// A line's figures in each of the columns.
    private struct Line {
        var actual: [LedgerFigure]
        var compared: Comparison?
        var comparedFigures: [LedgerFigure]?
        var beside: [(name: String, figures: [LedgerFigure]?)]
    }

    func result() throws -> ToolResult {
        let grouping = Grouping(.account, ledger)
        let actual = lines.figures(period.period, by: grouping)
        guard actual.contains(where: { $0.rows > 0 }) else {
            throw FigureFailure.noData("ledger row", period, available: lines.available(.actual))
        }
        let line = Line(
            actual: actual,
            compared: baseline.map { lines.baseline($0, for: period) },
            comparedFigures: baseline.flatMap { figures($0, grouping) },
            beside: IncomeStatement.beside.map { (name: $0.kind, figures: figures($0, grouping)) }
        )
        var sections: [JSONValue] = []
        for section in LedgerSection.allCases {
            let accounts = ledger.accounts.indices.filter { index in
                ledger.accounts[index].section == section && isUsed(index, line)
            }
            if accounts.isEmpty { continue }
            sections.append(try json(section, accounts, line))
        }
        var totals: JSONObject = [:]
        for name in IncomeStatement.totals { totals[name] = try total(name) }
        let content: JSONObject = [
            "period": period.json,
            "currency": .string(settings.currency),
            "to_date": .bool(lines.isRunning(period.period)),
            "sections": .array(sections),
            "totals": .object(totals),
            "filters": .array(filters.map(\.json)),
        ]
        let citation = Citation.ledger(lines, period, tool: IncomeStatementTool.name, arguments: arguments)
        return ToolResult(content: .object(content), citations: [citation])
    }

    /// What each account was in the baseline; `nil` where there is none.
    private func figures(_ baseline: Baseline, _ grouping: Grouping) -> [LedgerFigure]? {
        let comparison = lines.baseline(baseline, for: period)
        guard comparison.baseline != nil, let period = comparison.period else { return nil }
        if case .budget = baseline { return lines.figures(period.period, .budget, by: grouping) }
        return lines.figures(period.period, by: grouping)
    }

    private func isUsed(_ index: Int, _ line: Line) -> Bool {
        line.actual[index].rows > 0 || line.comparedFigures?[index].rows ?? 0 > 0
            || line.beside.contains { $0.figures?[index].rows ?? 0 > 0 && $0.name != "prior_year" }
    }

    private func json(_ section: LedgerSection, _ accounts: [Int], _ line: Line) throws -> JSONValue {
        var items: [JSONValue] = []
        for index in accounts {
            var item: JSONObject = [
                "account_code": .string(ledger.accounts[index].code),
                "name": .string(ledger.accounts[index].name),
            ]
            try add([index], line, isCost: section.isCost, to: &item)
            items.append(.object(item))
        }
        var subtotal: JSONObject = ["name": .string("Total \(section.title)")]
        try add(accounts, line, isCost: section.isCost, to: &subtotal)
        return [
            "section": .string(section.rawValue), "name": .string(section.title), "items": .array(items),
            "subtotal": .object(subtotal),
        ]
    }

    /// Adds the columns of some accounts' sum.
    private func add(_ accounts: [Int], _ line: Line, isCost: Bool, to json: inout JSONObject) throws {
        func sum(_ figures: [LedgerFigure]) -> LedgerFigure {
            LedgerFigure(amount: accounts.reduce(LedgerSum()) { $0 + figures[$1].amount })
        }
        let actual = sum(line.actual)
        json["actual"] = .money(try actual.amount.money)
        json["rows"] = .integer(actual.rows)
        for column in line.beside {
            json[column.name] = try column.figures.map { .money(try sum($0).amount.money) } ?? .null
        }
        guard var comparison = line.compared else { return }
        comparison.baseline = line.comparedFigures.map(sum)
        comparison.period = nil
        json["comparison"] = .object(try comparison.json(of: actual, isCost: isCost))
    }

    private func total(_ name: String) throws -> JSONValue {
        let metric = try MetricCatalogue.find(name, in: ledger)
        let calculator = try FigureCalculator(metric, filters: filters, ledger: ledger, settings: settings)
        let figure = calculator.figure(period.period)
        var json: JSONObject = ["name": .string(metric.name), "actual": .money(try figure.amount.money)]
        for other in IncomeStatement.beside {
            let before = calculator.baseline(other, for: period).baseline
            json[other.kind] = try before?.value.map(JSONValue.exact) ?? .null
        }
        if let baseline {
            let comparison = calculator.baseline(baseline, for: period)
            json["comparison"] = .object(try comparison.json(of: figure, isCost: false))
        }
        let revenue = try MetricCatalogue.find("revenue", in: ledger)
        let whole = try FigureCalculator(revenue, filters: filters, ledger: ledger, settings: settings)
            .figure(period.period)
        let margin = try figure.amount.money.exact.divided(by: whole.amount.money.exact, places: 6)
        json["margin"] = margin.map(JSONValue.exact) ?? .null
        return .object(json)
    }
}
