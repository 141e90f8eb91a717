internal import AgentRuntime

/// Answers `what_if`: the actuals of a period, some of them changed, and what the results would then have been.
///
/// Each change is of the actuals, so that the order of the changes does not matter, and everything that is not named
/// stays as it was. A change of costs moves the results by as much the other way; a change of a result moves those
/// further down the statement by as much.
struct WhatIf {
    /// The results of an income statement from the top down; a change of one moves all after it.
    static let results = ["gross_profit", "ebitda", "operating_income", "net_income"]
    private static let margins = [
        "gross_margin": "gross_profit", "ebitda_margin": "ebitda", "operating_margin": "operating_income",
        "net_margin": "net_income",
    ]
    static let outcomesMax = 8

    let ledger: LedgerSnapshot
    let settings: TenantSettings
    let period: PeriodArgument
    let changes: [ChangeArgument]
    let outcomes: [Metric]
    let arguments: JSONObject

    init(_ arguments: JSONObject, ledger: LedgerSnapshot, settings: TenantSettings) throws(FigureFailure) {
        self.ledger = ledger
        self.settings = settings
        self.arguments = arguments
        period = try PeriodArgument(arguments["period"], settings: settings)
        changes = try ChangeArgument.list(arguments["changes"])
        var names = (arguments["outcomes"]?.array ?? []).compactMap(\.string)
        if names.isEmpty { names = ["operating_income", "net_income"] }
        guard names.count <= Self.outcomesMax else { throw .invalidArgument("outcomes", "has too many entries") }
        var outcomes: [Metric] = []
        for name in names {
            let metric = try MetricCatalogue.find(name, in: ledger)
            if !outcomes.contains(metric) { outcomes.append(metric) }
        }
        self.outcomes = outcomes
    }

    /// A change worked out: where it starts from, by how much it moves it, and how it moves each outcome.
    private struct Effect {
        var change: ChangeArgument
        var calculator: FigureCalculator
        var name: String
        var base: LedgerFigure
        /// What the measure's money moves by.
        var amount: ExactNumber
        /// Signed shares of the amount by account, for the outcomes; `nil` for a change of a result.
        var byAccount: [LedgerFigure]
        var result: String?
    }

    func result() throws -> ToolResult {
        let effects = try changes.map(effect)
        guard let first = effects.first else { throw FigureFailure.invalidArgument("changes", "must not be empty") }
        var content: JSONObject = [
            "period": period.json,
            "currency": .string(settings.currency),
            "to_date": .bool(first.calculator.isRunning(period.period)),
            "changes": .array(try effects.map(json)),
            "outcomes": .array(try outcomes.map { try outcome($0, effects) }),
        ]
        content["basis"] = "actuals; what is not named stays as it was"
        let citations = effects.map { effect in
            Citation.ledger(effect.calculator, period, tool: WhatIfTool.name, arguments: arguments)
        }
        let own = try outcomes.prefix(1).map { metric in
            let calculator = try FigureCalculator(metric, filters: [], ledger: ledger, settings: settings)
            return Citation.ledger(calculator, period, tool: WhatIfTool.name, arguments: arguments)
        }
        var kept: [Citation] = []
        for citation in citations + own where !kept.contains(citation) { kept.append(citation) }
        return ToolResult(content: .object(content), citations: kept)
    }

    // MARK: Changes

    private func effect(_ change: ChangeArgument) throws -> Effect {
        var metricName = change.metric
        var filters = change.filters
        var name: String?
        if metricName == "headcount" {
            metricName = "spend"
            if case .heads = change.kind {
                metricName = "opex"
                name = PersonnelAccounts.name
            } else {
                let codes = PersonnelAccounts.codes(in: ledger)
                guard !codes.isEmpty else {
                    throw FigureFailure(
                        code: "unknown_metric",
                        message: "No account of the ledger is named after salaries, wages or payroll."
                    )
                }
                filters.append(
                    try FigureFilter.list([["dimension": "account", "values": .array(codes.map(JSONValue.string))]])[0]
                )
                name = PersonnelAccounts.name
            }
        }
        let metric = try MetricCatalogue.find(metricName, in: ledger)
        let calculator = try FigureCalculator(metric, filters: filters, ledger: ledger, settings: settings)
        let base = calculator.figure(period.period)
        if base.rows == 0 {
            let what = "ledger row of \(name ?? metric.name)"
            throw FigureFailure.noData(what, period, available: calculator.available(.actual))
        }
        let amount = try self.amount(change.kind, of: base, metric)
        let result = Self.margins[metric.id] ?? (Self.results.contains(metric.id) ? metric.id : nil)
        return Effect(
            change: change,
            calculator: calculator,
            name: name ?? metric.name,
            base: base,
            amount: amount,
            byAccount: result == nil ? calculator.figures(period.period, by: Grouping(.account, ledger)) : [],
            result: result
        )
    }

    /// What the money of the measure moves by, rounded once to 1/10,000.
    private func amount(_ kind: ChangeArgument.Kind, of base: LedgerFigure, _ metric: Metric) throws -> ExactNumber {
        let money = try base.amount.money.exact
        func rounded(_ value: ExactNumber?) throws -> ExactNumber {
            guard let value else { throw FigureFailure.invalidArgument("changes", "lead beyond the range of money") }
            return value.rounded(places: 4)
        }
        if metric.unit == .ratio {
            guard let whole = try base.denominator?.money.exact, !whole.isZero else {
                throw FigureFailure.noData("revenue to take \(metric.name) of", period, available: nil)
            }
            switch kind {
            case .points(let points), .percent(let points):
                return try rounded(whole.multiplied(by: points.shifted(by: -2)))
            case .level(let level):
                return try rounded(whole.multiplied(by: level)?.subtracting(money))
            default:
                throw FigureFailure.invalidArgument("changes", "move a margin by points or to a level only")
            }
        }
        switch kind {
        case .percent(let percent): return try rounded(money.multiplied(by: percent)?.shifted(by: -2))
        case .amount(let amount): return try rounded(amount)
        case .level(let level): return try rounded(level.subtracting(money))
        case .heads(let heads, let cost):
            let yearly = heads.multiplied(by: cost)
            let (part, whole) = shareOfYear
            return try rounded(yearly?.multiplied(by: ExactNumber(part))?.divided(by: ExactNumber(whole), places: 8))
        case .points: throw FigureFailure.invalidArgument("points", "are for margins; use percent")
        }
    }

    /// The part of a year that the base covers: its months, else its days.
    private var shareOfYear: (part: Int, whole: Int) {
        let end = period.period.start <= settings.today ? min(period.period.end, settings.today) : period.period.end
        let elapsed = Period(start: period.period.start, end: end) ?? period.period
        return elapsed.monthCount.map { ($0, 12) } ?? (elapsed.dayCount, 365)
    }

    private func json(_ effect: Effect) throws -> JSONValue {
        let metric = effect.calculator.metric
        var json: JSONObject = [
            "name": .string(effect.name), "metric": metric.json, "kind": .string(effect.change.kind.name),
            "filters": .array(effect.change.filters.map(\.json)), "rows": .integer(effect.base.rows),
        ]
        let money = try effect.base.amount.money.exact
        if metric.unit == .ratio {
            let whole = try effect.base.denominator?.money.exact ?? .zero
            json["base"] = try effect.base.value.map(JSONValue.exact) ?? .null
            json["new"] = money.adding(effect.amount)?.divided(by: whole, places: 6).map(JSONValue.exact) ?? .null
            json["change"] = effect.amount.divided(by: whole, places: 6).map(JSONValue.exact) ?? .null
            json["amount"] = .exact(effect.amount)
            return .object(json)
        }
        json["base"] = .exact(money)
        json["change"] = .exact(effect.amount)
        json["new"] = money.adding(effect.amount).map(JSONValue.exact) ?? .null
        json["percent"] = Comparison.percent(effect.amount, of: money).map(JSONValue.exact) ?? .null
        if case .heads(let heads, let cost) = effect.change.kind {
            json["heads"] = .exact(heads)
            json["cost_per_head"] = .exact(cost)
        }
        return .object(json)
    }

    // MARK: Outcomes

    private func outcome(_ metric: Metric, _ effects: [Effect]) throws -> JSONValue {
        let calculator = try FigureCalculator(metric, filters: [], ledger: ledger, settings: settings)
        let figure = calculator.figure(period.period)
        let base = try figure.amount.money.exact
        var amount = ExactNumber.zero
        var whole = ExactNumber.zero
        for effect in effects {
            amount = amount.adding(moved(metric.amount, metric.id, by: effect)) ?? amount
            guard let denominator = metric.denominator else { continue }
            whole = whole.adding(moved(denominator, "revenue", by: effect)) ?? whole
        }
        let new = base.adding(amount) ?? base
        var json: JSONObject = ["metric": metric.json, "name": .string(metric.name)]
        guard let before = try figure.denominator?.money.exact else {
            json["base"] = .exact(base)
            json["new"] = .exact(new)
            json["change"] = .exact(amount)
            json["percent"] = Comparison.percent(amount, of: base).map(JSONValue.exact) ?? .null
            json["favourable"] = Comparison.favourable(amount, isCost: metric.isCost)
            return .object(json)
        }
        let after = before.adding(whole) ?? before
        let ratio = new.divided(by: after, places: 6)
        let change = try figure.value.flatMap { old in ratio?.subtracting(old) }
        json["base"] = try figure.value.map(JSONValue.exact) ?? .null
        json["new"] = ratio.map(JSONValue.exact) ?? .null
        json["change"] = change.map(JSONValue.exact) ?? .null
        json["favourable"] = Comparison.favourable(change, isCost: metric.isCost)
        return .object(json)
    }

    /// How much an effect moves an amount of the statement.
    private func moved(_ amount: MetricAmount, _ id: String, by effect: Effect) -> ExactNumber {
        if let result = effect.result {
            let name = Self.margins[id] ?? id
            guard let place = Self.results.firstIndex(of: result), let own = Self.results.firstIndex(of: name) else {
                return .zero
            }
            return own >= place ? effect.amount : .zero
        }
        let weights = effect.calculator.weights
        let counted = ledger.accounts.indices.filter { weights[$0] != 0 }
        let signs = Set(counted.map { amount.weight(of: ledger.accounts[$0]) })
        // All of it counts the same way, or is spread over its accounts as they are booked.
        if let only = signs.first, signs.count == 1 {
            return only == 0 ? .zero : only > 0 ? effect.amount : effect.amount.negated
        }
        var kept: Int128 = 0
        var total: Int128 = 0
        for index in counted {
            total += effect.byAccount[index].amount.units
            kept += effect.byAccount[index].amount.units * Int128(amount.weight(of: ledger.accounts[index]))
        }
        guard total != 0 else { return .zero }
        let share = effect.amount.multiplied(by: ExactNumber(significand: kept, exponent: 0))
        return share?.divided(by: ExactNumber(significand: total, exponent: 0), places: 4) ?? .zero
    }
}
