internal import AgentRuntime

/// The months of a scenario: its base, and what the assumptions make of it.
struct ScenarioProjection {
    let scenario: Scenario
    let base: ScenarioBase
    /// As `base.parts`, with the assumptions in.
    private(set) var parts: [[Double]]
    /// People added, by month.
    private(set) var heads: [Double]
    private(set) var headCosts: [Double]
    let assumptions: [Assumption]
    private let ledger: LedgerSnapshot
    private let settings: TenantSettings

    init(
        _ scenario: Scenario,
        inherited: [Assumption] = [],
        base: ScenarioBase,
        ledger: LedgerSnapshot,
        settings: TenantSettings,
        scaling: (index: Int, factor: Double)? = nil
    ) throws {
        self.scenario = scenario
        self.base = base
        self.ledger = ledger
        self.settings = settings
        var assumptions = inherited + (try Assumption.list(scenario.assumptions, settings: settings))
        if let scaling, assumptions.indices.contains(scaling.index) {
            assumptions[scaling.index].value *= scaling.factor
            if assumptions[scaling.index].kind == .percentage {
                assumptions[scaling.index].value = max(-100, assumptions[scaling.index].value)
            }
        }
        self.assumptions = assumptions
        parts = base.parts
        heads = base.months.map { _ in 0 }
        headCosts = heads
        let salary = assumptions.last { $0.kind == .salary }?.value
        var faults = FaultList()
        for (index, assumption) in assumptions.enumerated() {
            let own = index - inherited.count
            faults.take(
                at: own < 0 ? "" : Assumption.place(own),
                argument: own < 0 ? "base_scenario_id" : "applies_to"
            ) {
                try apply(assumption, salary: salary)
            }
        }
        try faults.check()
    }

    private mutating func apply(_ assumption: Assumption, salary: Double?) throws {
        let open = base.months.indices.filter { index in
            index >= base.booked && base.months[index] >= assumption.start ?? Int.min
                && base.months[index] <= assumption.end ?? Int.max
        }
        switch assumption.kind {
        case .note, .salary: return
        case .headcount:
            guard let cost = assumption.costPerHead ?? salary, cost >= 0 else {
                throw FigureFailure.invalidArgument(
                    "cost_per_head",
                    "is needed for headcount: the ledger does not tell what a person costs a year"
                )
            }
            for month in open {
                heads[month] += assumption.value
                headCosts[month] += assumption.value * cost / 12
                parts[MonteCarlo.Part.opex.rawValue][month] += assumption.value * cost / 12
            }
        case .percentage:
            for share in try shares(of: assumption) {
                for month in open {
                    parts[share.part][month] += base.parts[share.part][month] * share.share * assumption.value / 100
                }
            }
        case .absolute:
            let shares = try shares(of: assumption)
            let total = shares.reduce(0) { $0 + $1.share }
            for (index, share) in shares.enumerated() {
                // Spread over the parts of the target as they are; a target without history takes it whole.
                let part = total > 0 ? share.share / total : index == 0 ? 1 : 0
                for month in open { parts[share.part][month] += assumption.value * part }
            }
        case .timing:
            let months = Int(assumption.value.rounded())
            guard abs(months) <= ScenarioBase.monthsMax else {
                throw FigureFailure.invalidArgument("value", "moves by too many months")
            }
            for share in try shares(of: assumption) {
                for month in open {
                    let from = month - months
                    // What was to come before the horizon is not in it; after it nothing is known.
                    let moved = from >= base.booked && from < base.months.count ? base.parts[share.part][from] : 0
                    parts[share.part][month] += (moved - base.parts[share.part][month]) * share.share
                }
            }
        }
    }

    /// How much of each part a target is, by what was booked in the last twelve months.
    private func shares(of assumption: Assumption) throws -> [(part: Int, share: Double)] {
        var names = assumption.appliesTo
        if names.isEmpty {
            let words = (assumption.name + " " + (assumption.source["category"]?.string ?? "")).lowercased()
            if ["revenue", "sales", "growth", "demand", "price"].contains(where: { words.contains($0) }) {
                names = ["revenue"]
            } else if ["cost", "spend", "expens", "inflation", "saving"].contains(where: { words.contains($0) }) {
                names = ["costs"]
            } else {
                throw FigureFailure.invalidArgument(
                    "applies_to",
                    "must say which accounts, departments or measures change"
                )
            }
        }
        var shares = [Double](repeating: 0, count: MonteCarlo.Part.allCases.count)
        for name in names {
            for (part, share) in try self.share(of: name).enumerated() { shares[part] = min(1, shares[part] + share) }
        }
        let found = shares.enumerated().filter { $0.element > 0 }.map { (part: $0.offset, share: $0.element) }
        if !found.isEmpty { return found }
        throw FigureFailure(
            code: "no_data",
            message: "nothing was booked for \(names.map(shown).joined(separator: ", ")) in the last twelve months",
            more: ["available": .null]
        )
    }

    private func share(of name: String) throws -> [Double] {
        guard let recent = base.recent else { return MonteCarlo.Part.allCases.map { _ in 0 } }
        let calculator = try calculator(for: name)
        let grouping = Grouping(.account, ledger)
        let own = calculator.figures(recent, by: grouping)
        var mine = [Double](repeating: 0, count: MonteCarlo.Part.allCases.count)
        for (index, account) in ledger.accounts.enumerated() {
            mine[MonteCarlo.Part.of(account).rawValue] += Double(own[index].amount.units)
        }
        return try MonteCarlo.Part.allCases.map { part in
            let whole = try FigureCalculator(part.metric, filters: [], ledger: ledger, settings: settings)
                .figure(recent).amount.units
            return whole == 0 ? 0 : min(1, max(0, mine[part.rawValue] / Double(whole)))
        }
    }

    /// A measure, an account, or a value of a dimension: what is spent there, or sold there.
    private func calculator(for name: String) throws -> FigureCalculator {
        let wanted = name.trimmingBlanks().lowercased()
        do throws(FigureFailure) {
            let metric = try MetricCatalogue.find(name, in: ledger)
            guard metric.unit == .currency, metric.amount.terms.allSatisfy(\.isAdded) else {
                throw FigureFailure.invalidArgument("applies_to", "names a result; name what makes it up")
            }
            return try FigureCalculator(metric, filters: [], ledger: ledger, settings: settings)
        } catch {
            guard error.code == "unknown_metric" else { throw error }
            for dimension in LedgerDimension.allCases {
                guard let value = ledger.values[dimension.index].first(where: { $0.lowercased() == wanted }) else {
                    continue
                }
                let isSold = [LedgerDimension.region, .lob, .product, .source].contains(dimension)
                let metric = try MetricCatalogue.find(isSold ? "revenue" : "spend", in: ledger)
                let filters = try FigureFilter.list([
                    ["dimension": .string(dimension.rawValue), "values": [.string(value)]]
                ])
                return try FigureCalculator(metric, filters: filters, ledger: ledger, settings: settings)
            }
            throw error
        }
    }

    // MARK: Figures

    static func sum(_ outcome: MonteCarlo.Outcome, _ parts: [[Double]]) -> Double {
        MonteCarlo.Part.allCases.reduce(0.0) { $0 + outcome.signs[$1.rawValue] * parts[$1.rawValue].reduce(0, +) }
    }

    static func month(_ outcome: MonteCarlo.Outcome, _ parts: [[Double]], _ month: Int) -> Double {
        MonteCarlo.Part.allCases.reduce(0.0) { $0 + outcome.signs[$1.rawValue] * parts[$1.rawValue][month] }
    }

    func total(_ name: String) -> Double { MonteCarlo.Outcome.named(name).map { Self.sum($0, parts) } ?? 0 }
    func baseTotal(_ name: String) -> Double { MonteCarlo.Outcome.named(name).map { Self.sum($0, base.parts) } ?? 0 }
    func delta(_ name: String) -> Double { total(name) - baseTotal(name) }

    var summary: JSONValue {
        [
            "revenue_impact": .rounded(delta("revenue")), "cost_impact": .rounded(delta("costs")),
            "ebitda_impact": .rounded(delta("ebitda")), "headcount_change": .rounded(heads.max() ?? 0, places: 2),
        ]
    }

    var projections: JSONValue {
        func value(_ name: String, _ month: Int) -> JSONValue {
            MonteCarlo.Outcome.named(name).map { .rounded(Self.month($0, parts, month)) } ?? .null
        }
        let monthly = base.months.indices.map { index -> JSONValue in
            [
                "period": .string(base.label(index)), "revenue": value("revenue", index),
                "costs": value("costs", index),
                "headcount_cost_delta": .rounded(headCosts[index]), "ebitda": value("ebitda", index),
                "headcount_delta": .rounded(heads[index]),
                "kind": .string(index < base.booked ? "actual" : "projected"),
            ]
        }
        return [
            "monthly": .array(monthly),
            "summary": [
                "total_revenue": .rounded(total("revenue")), "total_costs": .rounded(total("costs")),
                "total_ebitda": .rounded(total("ebitda")),
                "ebitda_margin": Self.margin(total("ebitda"), total("revenue")),
            ],
        ]
    }

    var comparison: JSONValue {
        var margin = JSONValue.null
        if baseTotal("revenue") != 0, total("revenue") != 0 {
            let before: Double = baseTotal("ebitda") / baseTotal("revenue")
            let after: Double = total("ebitda") / total("revenue")
            margin = .rounded(after - before, places: 4)
        }
        return [
            "revenue_delta": .rounded(delta("revenue")), "cost_delta": .rounded(delta("costs")),
            "ebitda_delta": .rounded(delta("ebitda")),
            "ebitda_margin_delta": margin,
        ]
    }

    private static func margin(_ part: Double, _ whole: Double) -> JSONValue {
        whole == 0 ? .null : .rounded(part / whole, places: 4)
    }

    /// What a fifth more or less of each assumption does to EBITDA.
    func sensitivity(inherited: [Assumption]) throws -> JSONValue {
        var rows: [JSONValue] = []
        for (index, assumption) in assumptions.enumerated()
        where ![Assumption.Kind.note, .timing].contains(assumption.kind) {
            let impacts = try [0.8, 1.2].map { factor in
                try ScenarioProjection(
                    scenario,
                    inherited: inherited,
                    base: base,
                    ledger: ledger,
                    settings: settings,
                    scaling: (index, factor)
                ).total("ebitda") - total("ebitda")
            }
            rows.append([
                "variable": .string(assumption.name), "base_value": .rounded(assumption.value, places: 4),
                "range": [.rounded(assumption.value * 0.8, places: 4), .rounded(assumption.value * 1.2, places: 4)],
                "impact_range": .array(impacts.map { .rounded($0) }),
            ])
        }
        return .array(rows)
    }
}

extension ScenarioBase {
    func label(_ index: Int) -> String {
        MonthlySeries.month(months[index]).map { String($0.start.description.prefix(7)) } ?? ""
    }
}

extension MonteCarlo.Outcome {
    static func named(_ name: String) -> MonteCarlo.Outcome? { all.first { $0.name == name } }
}
