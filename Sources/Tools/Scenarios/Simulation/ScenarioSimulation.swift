internal import AgentRuntime

/// Answers `scenario_simulate`: a horizon drawn many times over.
///
/// The base is a scenario's projection, or the forecast of a period. A growth variable multiplies revenue, an inflation
/// variable cogs and opex. Without variables the errors that the forecast makes on past months stand for what is
/// uncertain: normal, around no change, with the spread of the horizon's sum.
struct ScenarioSimulation {
    static let seedDefault = 42
    static let percentiles = [5, 10, 25, 50, 75, 90, 95]

    let arguments: JSONObject
    let settings: TenantSettings
    private let ledger: LedgerSnapshot
    private let scenario: Scenario?
    private let base: ScenarioBase
    private let parts: [[Double]]
    private let variables: [Given]
    private let correlation: CorrelationMatrix
    private let iterations: Int
    private let seed: Int
    private let target: Target?

    private struct Given {
        var variable: MonteCarlo.Variable
        var json: JSONObject
    }

    private struct Target {
        var outcome: MonteCarlo.Outcome
        var value: Double
        var isAtLeast: Bool
        var source: String
    }

    init(_ arguments: JSONObject, ledger: LedgerSnapshot, store: ScenarioStore, settings: TenantSettings) throws {
        self.arguments = arguments
        self.settings = settings
        self.ledger = ledger
        iterations = try Self.iterations(arguments)
        seed = try Self.seed(arguments)
        if let id = arguments["scenario_id"]?.string {
            guard let found = try store.scenario(id) else {
                throw FigureFailure(
                    code: "not_found",
                    message: "there is no such scenario",
                    more: ["argument": "scenario_id", "name": .string(shown(id))]
                )
            }
            scenario = found
            let projection = try ScenarioDesk.projection(found, ledger, store, settings).projection
            base = projection.base
            parts = projection.parts
        } else {
            scenario = nil
            let period = try ScenarioDesk.horizon(arguments["period"], settings)
            base = try ScenarioBase(period, basis: .forecast, ledger: ledger, settings: settings)
            parts = base.parts
        }
        guard base.booked < base.months.count else {
            throw FigureFailure.invalidPeriod("it has ended, so that nothing in it is uncertain")
        }
        let given = try Self.variables(arguments["variables"])
        variables = given.isEmpty ? Self.implied(base) : given
        correlation = try Self.correlation(arguments["correlation"], count: variables.count, isGiven: !given.isEmpty)
        target = try Self.target(arguments["target"])
    }

    private static func iterations(_ arguments: JSONObject) throws(FigureFailure) -> Int {
        guard let value = arguments["iterations"], !value.isNull else { return MonteCarlo.iterationsDefault }
        guard let number = value.int, (1...MonteCarlo.iterationsMax).contains(number) else {
            throw .invalidArgument("iterations", "must be a whole number of at least one and at most a million")
        }
        return number
    }

    private static func seed(_ arguments: JSONObject) throws(FigureFailure) -> Int {
        guard let value = arguments["seed"], !value.isNull else { return seedDefault }
        guard let number = value.int, number >= 0 else {
            throw .invalidArgument("seed", "must be a whole number that is not negative")
        }
        return number
    }

    /// All that is wrong with a simulation's arguments, apart from what they are about.
    static func faults(in arguments: JSONObject) -> [AgentError.Detail] {
        var faults = FaultList()
        faults.take { try iterations(arguments) }
        faults.take { try seed(arguments) }
        let items = arguments["variables"]?.array ?? []
        if items.count > MonteCarlo.variablesMax { faults.add("variables", "must be a list of at most ten") }
        for (index, item) in items.prefix(MonteCarlo.variablesMax).enumerated() {
            guard let object = item.object else { continue }
            let name = object["name"]?.string ?? ""
            if !name.isEmpty { faults.take(at: "variables[\(index)]") { try parts(object, name) } }
            faults.take(at: "variables[\(index)]") { try distribution(object, name) }
        }
        faults.take { try correlation(arguments["correlation"], count: items.count, isGiven: !items.isEmpty) }
        faults.take { try target(arguments["target"]) }
        return faults.details
    }

    // MARK: Variables

    private static func variables(_ value: JSONValue?) throws(FigureFailure) -> [Given] {
        guard let value, !value.isNull else { return [] }
        guard let items = value.array, items.count <= MonteCarlo.variablesMax else {
            throw .invalidArgument("variables", "must be a list of at most ten")
        }
        var variables: [Given] = []
        for (index, item) in items.enumerated() {
            guard let object = item.object, let name = object["name"]?.string, !name.isEmpty else {
                throw .invalidArgument("variables[\(index)].name", "is needed")
            }
            let parts: Set<MonteCarlo.Part>
            let distribution: Distribution
            do throws(FigureFailure) {
                parts = try Self.parts(object, name)
                distribution = try Self.distribution(object, name)
            } catch {
                throw error.placed(at: "variables[\(index)]")
            }
            variables.append(Given(variable: .init(name: name, parts: parts, distribution: distribution), json: object))
        }
        return variables
    }

    /// What a variable multiplies: what it says, else what its name speaks of.
    private static func parts(_ object: JSONObject, _ name: String) throws(FigureFailure) -> Set<MonteCarlo.Part> {
        let asked = object["applies_to"]?.string ?? object["applies_to"]?[0]?.string
        let words = (asked ?? name).lowercased()
        if words == "cogs" || words.contains("cost of goods") { return [.cogs] }
        if words.contains("opex") || words.contains("operating exp") { return [.opex, .depreciation] }
        if ["inflation", "cost", "expens", "spend", "wage", "salar"].contains(where: { words.contains($0) }) {
            return [.cogs, .opex, .depreciation]
        }
        if ["growth", "revenue", "sales", "demand", "price", "volume"].contains(where: { words.contains($0) }) {
            return [.revenue]
        }
        throw .invalidArgument("applies_to", "of each variable must be one of revenue, costs, cogs and opex")
    }

    private static func distribution(_ object: JSONObject, _ name: String) throws(FigureFailure) -> Distribution {
        func number(_ names: String...) throws(FigureFailure) -> Double {
            for name in names {
                guard let value = object[name]?.exact?.double else { continue }
                guard value.isFinite, abs(value) <= 1e6 else { throw .invalidArgument(name, "is out of range") }
                return value
            }
            throw .invalidArgument(names[0], "is needed for this distribution")
        }
        let kinds = ["normal", "lognormal", "uniform", "triangular", "beta"]
        guard let kind = try object.choice("distribution", kinds) else {
            throw .invalidArgument("distribution", "must be one of normal, lognormal, uniform, triangular and beta")
        }
        switch kind {
        case "normal":
            let deviation = try number("std_dev", "stddev", "sd")
            guard deviation >= 0 else { throw .invalidArgument("std_dev", "must not be negative") }
            return .normal(mean: try number("mean"), deviation: deviation)
        case "lognormal":
            if object["sigma"] != nil {
                let sigma = try number("sigma")
                guard sigma >= 0, sigma <= 10 else { throw .invalidArgument("sigma", "is out of range") }
                return .lognormal(mu: try number("mu"), sigma: sigma)
            }
            let mean = try number("mean")
            let deviation = try number("std_dev", "stddev", "sd")
            guard mean > 0, deviation >= 0 else {
                throw .invalidArgument("mean", "of a lognormal variable must be above zero, its std_dev not negative")
            }
            return .lognormal(mean: mean, deviation: deviation)
        case "uniform":
            let low = try number("min")
            let high = try number("max")
            guard low <= high else { throw .invalidArgument("min", "must not be above max") }
            return .uniform(low: low, high: high)
        case "triangular":
            let low = try number("min")
            let mode = try number("mode", "likely")
            let high = try number("max")
            guard low <= mode, mode <= high else { throw .invalidArgument("mode", "must lie between min and max") }
            return .triangular(low: low, mode: mode, high: high)
        default:
            let alpha = try number("alpha", "a")
            let beta = try number("beta", "b")
            guard alpha > 0, beta > 0, alpha <= 1e4, beta <= 1e4 else {
                throw .invalidArgument("alpha", "and beta must be above zero")
            }
            let low = try object["min"] == nil ? 0 : number("min")
            let high = try object["max"] == nil ? 1 : number("max")
            guard low <= high else { throw .invalidArgument("min", "must not be above max") }
            return .beta(alpha: alpha, beta: beta, low: low, high: high)
        }
    }

    private static func implied(_ base: ScenarioBase) -> [Given] {
        let parts: [(name: String, parts: [MonteCarlo.Part])] = [
            ("Revenue", [.revenue]), ("Costs", [.cogs, .opex, .depreciation]),
        ]
        return parts.map { entry in
            var whole = 0.0
            var square = 0.0
            for part in entry.parts {
                let weight = abs(base.parts[part.rawValue].dropFirst(base.booked).reduce(0, +))
                let error = weight * base.spread[part.rawValue]
                whole += weight
                // The parts' errors are taken as independent, so their squares add up.
                square += error * error
            }
            let deviation = whole > 0 ? square.squareRoot() / whole : 0
            return Given(
                variable: MonteCarlo.Variable(
                    name: entry.name,
                    parts: Set(entry.parts),
                    distribution: .normal(mean: 0, deviation: deviation)
                ),
                json: [
                    "name": .string(entry.name), "distribution": "normal", "mean": 0,
                    "std_dev": .rounded(deviation, places: 6), "source": "forecast_errors",
                ]
            )
        }
    }

    private static func correlation(
        _ value: JSONValue?,
        count: Int,
        isGiven: Bool
    ) throws(FigureFailure) -> CorrelationMatrix {
        guard let value, !value.isNull else { return .independent(count) }
        guard isGiven else { throw .invalidArgument("correlation", "needs variables of your own") }
        let matrix = (value.array ?? []).map { row in (row.array ?? []).map { $0.exact?.double ?? .nan } }
        do throws(CorrelationMatrix.Defect) {
            return try CorrelationMatrix(matrix, count: count)
        } catch {
            switch error {
            case .notSquare: throw .invalidArgument("correlation", "must have a row and a column for each variable")
            case .notSymmetric: throw .invalidArgument("correlation", "must be symmetric")
            case .notOneOnDiagonal: throw .invalidArgument("correlation", "must be one on its diagonal")
            case .outOfRange: throw .invalidArgument("correlation", "must lie between minus one and one")
            case .singular:
                throw .invalidArgument(
                    "correlation",
                    "is singular or not positive definite: no variables can be correlated like that"
                )
            }
        }
    }

    private static func target(_ value: JSONValue?) throws(FigureFailure) -> Target? {
        guard let value, !value.isNull else { return nil }
        let name = value["metric"]?.string ?? "ebitda"
        guard let outcome = MonteCarlo.Outcome.named(name) else {
            throw FigureFailure(
                code: "unknown_metric",
                message: "“\(shown(name))” is no measure that can be simulated",
                more: [
                    "argument": "target", "metric": .string(shown(name)),
                    "nearest": .optional(NearestName.of(name, among: MonteCarlo.Outcome.all.map(\.name))),
                ]
            )
        }
        guard let amount = value["value"]?.exact?.double ?? value.exact?.double, abs(amount) <= 1e15 else {
            throw .invalidArgument("target", "needs a value")
        }
        let direction = try (value.object ?? [:]).choice("direction", ["at_least", "at_most"])
        let isCost = ["cogs", "opex", "costs"].contains(name)
        return Target(
            outcome: outcome,
            value: amount,
            isAtLeast: direction.map { $0 == "at_least" } ?? !isCost,
            source: "given"
        )
    }

    // MARK: Running

    func content() throws -> JSONObject {
        var outcomes = MonteCarlo.Outcome.all.filter { ["revenue", "costs", "ebitda"].contains($0.name) }
        let ebitda = outcomes.first { $0.name == "ebitda" } ?? MonteCarlo.Outcome.all[0]
        // Without a target it is to do no worse than what is projected.
        let target =
            self.target
            ?? Target(
                outcome: ebitda,
                value: ScenarioProjection.sum(ebitda, parts),
                isAtLeast: true,
                source: "projection"
            )
        if !outcomes.contains(where: { $0.name == target.outcome.name }) { outcomes.append(target.outcome) }
        let simulation = MonteCarlo(
            base: parts,
            bookedMonths: base.booked,
            variables: variables.map(\.variable),
            correlation: correlation,
            outcomes: outcomes
        )
        let drawn = try simulation.run(iterations: iterations, seed: UInt64(seed))
        var results = JSONObject()
        var probability = 0.0
        for (index, outcome) in outcomes.enumerated() {
            let summary = SampleSummary(drawn.samples[index])
            results[outcome.name] = Self.json(summary)
            if outcome.name == target.outcome.name {
                probability =
                    target.isAtLeast ? summary.share(atLeast: target.value) : summary.share(atMost: target.value)
            }
        }
        var content: JSONObject = [
            "scenario_id": .optional(scenario?.id), "scenario_name": .optional(scenario?.name),
            "iterations": .integer(iterations), "seed": .integer(seed), "currency": .string(settings.currency),
            "period": period.json, "booked_months": .integer(base.booked),
            "variables": .array(variables.map { .object($0.json) }), "results": .object(results),
            "target": [
                "metric": .string(target.outcome.name), "name": .string(target.outcome.title),
                "value": .rounded(target.value), "direction": target.isAtLeast ? "at_least" : "at_most",
                "source": .string(target.source),
            ],
            "probability_of_meeting_target": .rounded(probability, places: 4),
            "projected": .rounded(ScenarioProjection.sum(target.outcome, parts)),
        ]
        content["monthly"] = .array(
            base.months.indices.map { month in
                var row: JSONObject = ["period": .string(base.label(month))]
                for (index, outcome) in outcomes.enumerated() {
                    row[outcome.name] = .rounded(drawn.monthlyMeans[index][month])
                }
                return .object(row)
            }
        )
        content["sensitivity"] = .array(sensitivity(simulation, target.outcome))
        let key = JSONValue.object(arguments).canonicalBytes() + Array("\(ledger.dataVersion)".utf8)
        content["simulation_id"] = .string("sim_" + SHA256.hex(String(decoding: key, as: UTF8.self)).prefix(16))
        return content
    }

    /// What one variable from its tenth to its ninetieth percentile does, the others at their medians.
    private func sensitivity(_ simulation: MonteCarlo, _ outcome: MonteCarlo.Outcome) -> [JSONValue] {
        let middle = variables.map { $0.variable.distribution.value(at: 0) }
        let level = simulation.value(outcome, factors: simulation.factors(middle))
        return variables.indices.map { index in
            let ends = [-Forecast.intervals[0].z, Forecast.intervals[0].z].map { z in
                var values = middle
                values[index] = variables[index].variable.distribution.value(at: z)
                return (values[index], simulation.value(outcome, factors: simulation.factors(values)) - level)
            }
            return [
                "variable": .string(variables[index].variable.name),
                "range": .array(ends.map { .rounded($0.0, places: 6) }),
                "impact_range": .array(ends.map { .rounded($0.1) }), "metric": .string(outcome.name),
            ]
        }
    }

    private static func json(_ summary: SampleSummary) -> JSONValue {
        var percentiles = JSONObject()
        for percent in Self.percentiles {
            percentiles["p\(percent)"] = .rounded(summary.percentile(Double(percent) / 100))
        }
        return [
            "mean": .rounded(summary.mean), "median": .rounded(summary.percentile(0.5)),
            "std_dev": .rounded(summary.deviation), "percentiles": .object(percentiles),
        ]
    }

    private var period: PeriodArgument {
        let start = MonthlySeries.month(base.months[0])?.start ?? settings.today
        let end = MonthlySeries.month(base.months[base.months.count - 1])?.end ?? settings.today
        let whole = Period(start: start, end: max(start, end), fiscalYearStart: settings.fiscalYearStart)
        return PeriodArgument(whole ?? settings.today.asPeriod, settings: settings)
    }

    /// The booked months that the base was learned from, and the scenario.
    func citations() throws -> [Citation] {
        var citations: [Citation] = []
        if let scenario {
            citations.append(Citation(source: "scenario", id: scenario.id, text: scenario.name))
        }
        if let recent = base.recent {
            let metric = try MetricCatalogue.find(target?.outcome.name ?? "ebitda", in: ledger)
            let calculator = try FigureCalculator(metric, filters: [], ledger: ledger, settings: settings)
            citations.append(
                .ledger(
                    calculator,
                    PeriodArgument(recent, settings: settings),
                    tool: ScenarioSimulateTool.name,
                    arguments: arguments
                )
            )
        }
        return citations
    }
}

extension CalendarDate {
    /// The day as a period.
    fileprivate var asPeriod: Period { FiscalCalendar(startMonth: 1).period(.day, containing: self) }
}

extension MonteCarlo.Outcome {
    var title: String { MetricCatalogue.metrics.first { $0.id == name }?.name ?? name }
}
