package import AgentRuntime

/// Reads questions about chances ("how likely are we to reach 14M in Q2?"), simulations and scenarios.
package struct ScenarioSkill: Skill {
    package let name = "scenarios"
    package let words: [VocabularyEntry] =
        FinanceWords.entries(.cue(":scenario"), "scenario|scenarios")
        + FinanceWords.entries(
            .cue(":simulation"),
            "simulate|simulates|simulated|simulating|simulation|simulations|monte carlo|monte carlo simulation|"
                + "monte carlo analysis|monte carlo forecast"
        )
        + FinanceWords.entries(.filler, "iterations|iteration")
    package let phrases: [Phrase] = [
        Self.chance, Self.outlook, Self.range, Self.basis, Self.lead, Self.row, Self.none, Self.created, Self.effect,
        Self.totals,
    ]

    private static let chance = Phrase("simulation_chance", "direction", "subject", "target", "period", "percent")
    private static let outlook = Phrase("simulation_outlook", "subject", "period")
    private static let range = Phrase("simulation_range", "median", "low", "high")
    private static let basis = Phrase("simulation_basis", "count")
    private static let lead = Phrase("scenarios_lead", "count")
    private static let row = Phrase("scenarios_row", "name", "revenue", "costs", "ebitda")

    private static let none = Phrase("scenarios_none")
    private static let created = Phrase("scenario_created", "name", "period")
    private static let effect = Phrase("scenario_effect", "revenue", "costs", "ebitda")
    private static let totals = Phrase("scenario_totals", "revenue", "costs", "ebitda")

    private static let likely: Set<String> = [
        "likely", "likelihood", "probability", "probable", "chance", "chances", "odds", "confident",
    ]
    /// Verbs of a chance that say no more than its direction, which a cue tells.
    private static let verbs: Set<String> = ["stays", "hitting", "exceeds", "reaches", "reaching"]
    private static let measures: Set<String> = [
        "revenue", "cogs", "opex", "costs", "gross_profit", "ebitda", "operating_income", "net_income",
    ]

    package init() {}

    package func plans(for frame: Frame, in situation: Situation) -> [SkillPlan] {
        if let plan = chance(frame, situation) ?? simulation(frame, situation) { return [plan] }
        if frame.isAbout("scenario") {
            if let wish = ScenarioWish(frame, situation) { return [creation(wish, frame, situation)] }
            if let plan = comparison(frame) { return [plan] }
        }
        guard frame.isAbout("scenario"), frame.metrics.isEmpty, frame.filters.isEmpty, frame.periods.isEmpty else {
            return []
        }
        var slots: Set<String> = ["subject:scenario", "chart"]
        for cue in ["compare", "list", "count", "total", "difference", "include"] { slots.insert("cue:" + cue) }
        return [
            SkillPlan(
                skill: name,
                calls: [PlannedCall("scenario_compare", [:])],
                frame: frame,
                uses: slots,
                preference: 2
            )
        ]
    }

    private func creation(_ wish: ScenarioWish, _ frame: Frame, _ situation: Situation) -> SkillPlan {
        var arguments: JSONObject = ["name": .string(wish.name)]
        if !wish.assumptions.isEmpty { arguments["assumptions"] = .array(wish.assumptions) }
        if let period = frame.periods.first?.period, !(period.end < situation.today) {
            arguments["time_horizon"] = [
                "start_date": .string(period.start.description), "end_date": .string(period.end.description),
                "granularity": "monthly",
            ]
        }
        var plan = SkillPlan(
            skill: name,
            calls: [PlannedCall(ScenarioCreateTool.name, arguments)],
            score: 1,
            preference: 5
        )
        plan.unplaced = wish.unplaced
        return plan
    }

    /// "Compare the scenarios Growth and Downturn": those of these names.
    private func comparison(_ frame: Frame) -> SkillPlan? {
        let tokens = Tokenizer.tokens(of: frame.text)
        guard let verb = tokens.firstIndex(where: { ["compare", "comparing"].contains($0.word) }) else { return nil }
        var names: [String] = []
        var name: [String] = []
        for token in tokens[(verb + 1)...] {
            if ["scenario", "scenarios", "the", "our", "my", "all", "both"].contains(token.word) { continue }
            if token.isSign || ["and", "with", "to", "vs", "versus", "against"].contains(token.word) {
                if !name.isEmpty { names.append(name.joined(separator: " ")) }
                name = []
            } else {
                name.append(token.text)
            }
        }
        if !name.isEmpty { names.append(name.joined(separator: " ")) }
        guard names.count > 1, names.count <= ScenarioDesk.comparedMax else { return nil }
        return SkillPlan(
            skill: self.name,
            calls: [PlannedCall("scenario_compare", ["scenario_ids": .array(names.map(JSONValue.string))])],
            score: 1,
            preference: 3
        )
    }

    private func chance(_ frame: Frame, _ situation: Situation) -> SkillPlan? {
        let tokens = Tokenizer.tokens(of: frame.text)
        guard tokens.contains(where: { Self.likely.contains($0.word) }), frame.filters.isEmpty,
            frame.subjects.allSatisfy({ ["scenario", "simulation"].contains($0) }), frame.groupings.isEmpty,
            frame.metrics.count <= 1
        else { return nil }
        let metric = frame.metrics.first ?? "revenue"
        guard Self.measures.contains(metric), let amount = amount(tokens) else { return nil }
        var target: JSONObject = ["metric": .string(metric), "value": .exact(amount.value)]
        if frame.has("under") || frame.has("down") { target["direction"] = "at_most" }
        if frame.has("over") { target["direction"] = "at_least" }
        var arguments: JSONObject = ["target": .object(target)]
        if let span = frame.periods.first {
            arguments["period"] = ahead(span.period, situation).json(
                fiscalYearStart: situation.settings.fiscalYearStart
            )
        }
        var plan = SkillPlan(
            skill: name,
            calls: [PlannedCall("scenario_simulate", arguments)],
            score: 1,
            preference: 4
        )
        plan.unplaced = frame.unplaced.filter { word in
            !amount.words.contains(word) && !Self.likely.union(Self.verbs).contains(word.lowercased())
        }
        return plan
    }

    /// "Simulate revenue next quarter", "Monte Carlo for EBITDA with 5,000 runs": how far a figure may spread.
    private func simulation(_ frame: Frame, _ situation: Situation) -> SkillPlan? {
        guard frame.isAbout("simulation"), frame.subjects == ["simulation"], frame.filters.isEmpty,
            frame.groupings.isEmpty, frame.metrics.count <= 1, frame.periods.count <= 1
        else { return nil }
        let metric = frame.metrics.first ?? "revenue"
        guard Self.measures.contains(metric) else { return nil }
        // The bound only names the measure; what is told is the spread.
        var arguments: JSONObject = ["target": ["metric": .string(metric), "value": 0]]
        if let span = frame.periods.first {
            arguments["period"] = ahead(span.period, situation).json(
                fiscalYearStart: situation.settings.fiscalYearStart
            )
        }
        var frame = frame
        let tokens = Tokenizer.tokens(of: frame.text)
        for (index, token) in tokens.dropLast().enumerated() {
            guard let count = token.number?.value.int, Self.runs.contains(tokens[index + 1].word) else { continue }
            arguments["iterations"] = .integer(count)
            frame.unexplained.removeAll { [token.text, tokens[index + 1].text].contains($0.text) }
        }
        return SkillPlan(
            skill: name,
            calls: [PlannedCall("scenario_simulate", arguments)],
            data: ["shape": "outlook"],
            frame: frame,
            uses: [
                "subject:simulation", "metric", "period", "chart", "number", "cue:forecast", "cue:trend", "cue:total",
            ],
            preference: 4
        )
    }

    private static let runs: Set<String> = [
        "iterations", "iteration", "runs", "trials", "draws", "drawings", "simulations", "times",
    ]

    /// "14M", "$14 million", "14,000,000"; a number that a period or a percentage holds is none.
    private func amount(_ tokens: [Token]) -> (value: ExactNumber, words: [String])? {
        let scales = ["thousand": 3, "k": 3, "million": 6, "m": 6, "mn": 6, "billion": 9, "bn": 9]
        for (index, token) in tokens.enumerated() {
            guard let number = token.number, number.unit != .percent else { continue }
            if index + 1 < tokens.count, let scale = scales[tokens[index + 1].word] {
                return (number.value.shifted(by: scale), [token.text, tokens[index + 1].text])
            }
            if number.unit == .money || ExactNumber(10_000) <= number.value { return (number.value, [token.text]) }
        }
        return nil
    }

    /// A part of a year that has ended is meant of the next year: a chance is of what is to come.
    private func ahead(_ period: Period, _ situation: Situation) -> Period {
        guard period.end < situation.today, let unit = period.unit, unit < .year, period.priorYear() != period else {
            return period
        }
        let next = period.shifted(years: 1)
        return next.end < situation.today ? period : next
    }

    package func answer(_ question: AskedQuestion, in situation: Situation) -> AnswerDraft {
        guard let call = question.calls.first else { return AnswerDraft() }
        let reader = FigureReader(call)
        if call.call.name == ScenarioCreateTool.name { return made(reader, situation) }
        return call.call.name == "scenario_compare"
            ? listed(reader, situation)
            : likely(reader, situation, isOutlook: question.data["shape"]?.string == "outlook")
    }

    private func made(_ reader: FigureReader, _ situation: Situation) -> AnswerDraft {
        var draft = AnswerDraft()
        func money(_ pointer: String, signed: Bool = false) -> [Segment] {
            [.figure(Figure(reader.reference(pointer), format: .money, isSigned: signed))]
        }
        draft.say(
            Self.created,
            [
                "name": [.data(reader.text("/name") ?? "")],
                "period": reader.period("/time_horizon", in: situation).map { [.period($0)] } ?? [],
            ]
        )
        draft.cite(reader.citations)
        if reader.count("/assumptions") > 0 {
            draft.say(.text(" "))
            draft.say(
                Self.effect,
                [
                    "revenue": money("/comparison_to_base/revenue_delta", signed: true),
                    "costs": money("/comparison_to_base/cost_delta", signed: true),
                    "ebitda": money("/comparison_to_base/ebitda_delta", signed: true),
                ]
            )
        }
        draft.say(.text(" "))
        draft.say(
            Self.totals,
            [
                "revenue": money("/projections/summary/total_revenue"),
                "costs": money("/projections/summary/total_costs"),
                "ebitda": money("/projections/summary/total_ebitda"),
            ]
        )
        draft.suggest("Compare scenarios")
        return draft
    }

    private func likely(_ reader: FigureReader, _ situation: Situation, isOutlook: Bool) -> AnswerDraft {
        var draft = AnswerDraft()
        func money(_ pointer: String) -> [Segment] { [.figure(Figure(reader.reference(pointer), format: .money))] }
        let results = "/results/" + (reader.text("/target/metric") ?? "revenue")
        let isAtMost = reader.text("/target/direction") == "at_most"
        let subject: [Segment] = [.data(reader.text("/target/name") ?? "")]
        let period: [Segment] = reader.period("/period", in: situation).map { [.period($0)] } ?? []
        let probability = Figure(reader.reference("/probability_of_meeting_target"), format: .percent)
        if isOutlook {
            draft.say(Self.outlook, ["subject": subject, "period": period])
        } else {
            draft.say(
                Self.chance,
                [
                    "direction": [.text(isAtMost ? "staying within" : "reaching")], "subject": subject,
                    "target": money("/target/value"), "period": period, "percent": [.figure(probability)],
                ]
            )
        }
        draft.cite(reader.citations)
        draft.say(.text(" "))
        draft.say(
            Self.range,
            [
                "median": money(results + "/median"), "low": money(results + "/percentiles/p10"),
                "high": money(results + "/percentiles/p90"),
            ]
        )
        draft.say(.text("\n\n"))
        draft.say(Self.basis, ["count": [.figure(Figure(reader.reference("/iterations"), format: .number))]])
        let months = reader.value("/monthly")?.array ?? []
        if months.count > 1, let metric = reader.text("/target/metric") {
            draft.show(
                chart: ChartShape.chart(
                    "bar",
                    title: "\(reader.text("/target/name") ?? ""), simulated mean by month",
                    labels: months.map { $0["period"]?.string ?? "" },
                    datasets: [("Mean", months.map { $0[metric] ?? .null })],
                    unit: "currency",
                    currency: situation.settings.currency
                )
            )
        }
        return draft
    }

    private func listed(_ reader: FigureReader, _ situation: Situation) -> AnswerDraft {
        var draft = AnswerDraft()
        func money(_ pointer: String) -> [Segment] { [.figure(Figure(reader.reference(pointer), format: .money))] }
        guard reader.count("/scenarios") > 0 else {
            draft.say(Self.none)
            return draft
        }
        draft.say(Self.lead, ["count": [.figure(Figure(reader.reference("/scenarios"), .count, format: .number))]])
        draft.cite(reader.citations)
        for index in 0..<reader.count("/scenarios") {
            let base = "/scenarios/\(index)"
            draft.say(.text("\n"))
            draft.say(
                Self.row,
                [
                    "name": [.data(reader.text(base + "/name") ?? "")], "revenue": money(base + "/revenue"),
                    "costs": money(base + "/costs"), "ebitda": money(base + "/ebitda"),
                ]
            )
        }
        return draft
    }

    package func suggestions(in situation: Situation) -> [String] { [] }
}
