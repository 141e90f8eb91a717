package import AgentRuntime

/// Reads questions about what a change brings about: "what happens to revenue if we raise marketing by 20%?".
///
/// What follows by adding up alone belongs to `what_if`; here belongs what is asked about a measure that the change is
/// no part of, and what asks for effects by name.
package struct CausalSkill: Skill {
    package let name = "causal"
    package let words: [VocabularyEntry] = FinanceWords.entries(
        .cue(":causal"),
        "knock|knock on|knock on effect|knock on effects|ripple effect|ripple effects|ripple|causal|causal effect|causal effects|"
            + "downstream effect|downstream effects|causal simulation|causal relationships|causal relationship|"
            + "causal graph|causal model|cause and effect|chain reaction|side effects"
    )
    package let phrases: [Phrase] = [
        Self.lead, Self.effect, Self.none, Self.unknown, Self.beyond, Self.imported, Self.estimated, Self.accounting,
        Self.graph, Self.edge, Self.noGraph,
    ]

    private static let lead = Phrase("causal_lead", "name", "change", "days")
    private static let effect = Phrase("causal_effect", "name", "change", "amount", "lag", "confidence", "basis")
    private static let none = Phrase("causal_none", "name")
    private static let unknown = Phrase("causal_unknown", "name", "outcome")
    private static let beyond = Phrase("causal_beyond", "name", "days")
    private static let imported = Phrase("causal_imported")
    private static let estimated = Phrase("causal_estimated", "period")
    private static let accounting = Phrase("causal_accounting")
    private static let graph = Phrase("causal_graph")
    private static let edge = Phrase("causal_edge", "source", "target", "weight", "lag", "basis")
    private static let noGraph = Phrase("causal_no_graph")
    private static let shownMax = 8
    /// Measures that no change of a cost is a part of.
    private static let outcomes: Set<String> = ["revenue"]

    package init() {}

    package func plans(for frame: Frame, in situation: Situation) -> [SkillPlan] {
        guard !frame.has("exclude") else { return [] }
        // A time that the question before named does not matter here; one of its own is a question about that time.
        let isNamed = frame.isAbout("causal")
        guard let reader = ChangeReader(frame, situation) else {
            guard isNamed, frame.metrics.isEmpty, frame.weights["period"] == nil, frame.filters.isEmpty else {
                return []
            }
            let plan = SkillPlan(
                skill: name,
                calls: [PlannedCall(CausalSimulateTool.name, [:])],
                frame: frame,
                uses: ["subject:causal", "subject:what_if", "cue:list", "chart"],
                preference: 4
            )
            return [plan]
        }
        guard reader.changes.count == 1, let change = reader.changes.first, case .percent(let percent) = change.amount,
            let metric = Self.metric(change), frame.weights["period"] == nil
        else { return [] }
        let isOfOthers =
            !reader.outcomes.isEmpty && reader.outcomes.allSatisfy(Self.outcomes.contains)
            && !Self.outcomes.contains(metric) && !reader.isOfPrices
        guard isNamed || isOfOthers else { return [] }
        var plan = SkillPlan(
            skill: name,
            calls: [
                PlannedCall(
                    CausalSimulateTool.name,
                    ["metric": .string(metric), "change_percent": .exact(percent)]
                )
            ],
            data: ["outcomes": .array(reader.outcomes.map(JSONValue.string))],
            score: 1,
            preference: 6
        )
        // "Knock-on effects" comes in pieces, as its hyphen parts words.
        plan.unplaced = reader.unplaced.filter { !["effect", "effects"].contains($0.lowercased()) }
        return [plan]
    }

    /// The measure that changes; a department counts where a driver of costs goes by its name.
    private static func metric(_ change: ChangeReader.Change) -> String? {
        guard let filter = change.filters.first else { return change.metric == "headcount" ? "people" : change.metric }
        guard change.filters.count == 1, filter.dimension == "department", filter.values.count == 1,
            ["spend", "costs", "opex"].contains(change.metric),
            let driver = CostDriver(rawValue: filter.values[0].lowercased())
        else { return nil }
        return driver.rawValue + "_spend"
    }

    package func answer(_ question: AskedQuestion, in situation: Situation) -> AnswerDraft {
        var draft = AnswerDraft()
        guard let call = question.calls.first else { return draft }
        let reader = FigureReader(call)
        if reader.value("/input") == nil {
            relationships(reader, in: &draft)
        } else {
            effects(reader, (question.data["outcomes"]?.array ?? []).compactMap(\.string), situation, in: &draft)
        }
        bases(reader, situation, in: &draft)
        draft.cite(reader.citations)
        return draft
    }

    // MARK: Sentences

    private func effects(
        _ reader: FigureReader,
        _ outcomes: [String],
        _ situation: Situation,
        in draft: inout AnswerDraft
    ) {
        let name: [Segment] = [.data(reader.text("/input/name") ?? "")]
        let count = reader.count("/effects")
        guard count > 0 || reader.count("/beyond_horizon") > 0 else {
            draft.say(Self.none, ["name": name])
            draft.say(.text("\n"))
            return
        }
        let metrics = (0..<count).map { reader.text("/effects/\($0)/metric") ?? "" }
        let late = (0..<reader.count("/beyond_horizon")).map { reader.text("/beyond_horizon/\($0)/metric") ?? "" }
        for outcome in outcomes where !metrics.contains(outcome) && !late.contains(outcome) {
            let label = (0..<reader.count("/nodes")).first { reader.text("/nodes/\($0)/id") == outcome }
                .flatMap { reader.text("/nodes/\($0)/label") }
            draft.say(Self.unknown, ["name": name, "outcome": [.data(label ?? outcome.replacing("_", with: " "))]])
            draft.say(.text("\n\n"))
        }
        draft.say(
            Self.lead,
            [
                "name": name,
                "change": [.figure(Figure(reader.reference("/input/change"), format: .percent, isSigned: true))],
                "days": [.figure(Figure(reader.reference("/horizon_days"), format: .number))],
            ]
        )
        // What was asked about comes first.
        let order =
            (0..<count).filter { outcomes.contains(metrics[$0]) }
            + (0..<count).filter { !outcomes.contains(metrics[$0]) }
        for index in order.prefix(Self.shownMax) { effect(reader, "/effects/\(index)", in: &draft) }
        for index in late.indices.prefix(Self.shownMax) {
            draft.say(.text("\n"))
            draft.say(
                Self.beyond,
                [
                    "name": [.data(reader.text("/beyond_horizon/\(index)/name") ?? "")],
                    "days": [
                        .figure(Figure(reader.reference("/beyond_horizon/\(index)/lag_days"), format: .number))
                    ],
                ]
            )
        }
        draft.say(.text("\n\n"))
        if let chart = chart(reader, order) { draft.show(chart: chart) }
    }

    private func effect(_ reader: FigureReader, _ base: String, in draft: inout AnswerDraft) {
        var amount: [Segment] = []
        if reader.value(base + "/is_money")?.bool == true, reader.exact(base + "/monthly_change") != nil {
            amount = [
                .text(" ("),
                .figure(Figure(reader.reference(base + "/monthly_change"), format: .money, isSigned: true)),
                .text(" a month)"),
            ]
        }
        draft.say(.text("\n"))
        draft.say(
            Self.effect,
            [
                "name": [.data(reader.text(base + "/name") ?? "")],
                "change": [.figure(Figure(reader.reference(base + "/change"), format: .percent, isSigned: true))],
                "amount": amount, "lag": lag(reader, base),
                "confidence": [.figure(Figure(reader.reference(base + "/confidence"), format: .wholePercent))],
                "basis": [.text(Self.word(reader.text(base + "/basis")))],
            ]
        )
    }

    private func lag(_ reader: FigureReader, _ base: String) -> [Segment] {
        guard let days = reader.value(base + "/lag_days")?.int, days > 0 else { return [.text("at once")] }
        return [
            .text("after "), .figure(Figure(reader.reference(base + "/lag_days"), format: .number)), .text(" days"),
        ]
    }

    private static func word(_ basis: String?) -> String {
        switch basis {
        case "estimated": "estimated"
        case "accounting": "by the income statement"
        case "imported": "imported"
        default: "given"
        }
    }

    private func relationships(_ reader: FigureReader, in draft: inout AnswerDraft) {
        let count = reader.count("/edges")
        guard count > 0 else {
            draft.say(Self.noGraph)
            draft.say(.text("\n"))
            return
        }
        draft.say(Self.graph)
        // What people gave or the months show says more than the lines of the statement.
        let order = (0..<count).sorted { left, right in
            let ranks = [left, right].map { reader.text("/edges/\($0)/basis") == "accounting" ? 1 : 0 }
            return ranks[0] == ranks[1] ? left < right : ranks[0] < ranks[1]
        }
        for index in order.prefix(Self.shownMax * 2) {
            let base = "/edges/\(index)"
            draft.say(.text("\n"))
            draft.say(
                Self.edge,
                [
                    "source": [.data(reader.text(base + "/source_name") ?? "")],
                    "target": [.data(reader.text(base + "/target_name") ?? "")],
                    "weight": [.figure(Figure(reader.reference(base + "/weight"), format: .number, isSigned: true))],
                    "lag": lag(reader, base), "basis": [.text(Self.word(reader.text(base + "/basis")))],
                ]
            )
        }
        draft.say(.text("\n\n"))
    }

    /// Where the relationships are known from.
    private func bases(_ reader: FigureReader, _ situation: Situation, in draft: inout AnswerDraft) {
        let bases = Set((0..<reader.count("/edges")).compactMap { reader.text("/edges/\($0)/basis") })
        if bases.contains("imported") { draft.say(Self.imported) }
        if bases.contains("estimated"), let period = reader.period("/learned_from", in: situation) {
            draft.say(.text(bases.contains("imported") ? " " : ""))
            draft.say(Self.estimated, ["period": [.period(period)]])
        } else if bases.contains("accounting") {
            draft.say(.text(bases.contains("imported") ? " " : ""))
            draft.say(Self.accounting)
        }
    }

    private func chart(_ reader: FigureReader, _ order: [Int]) -> JSONValue? {
        guard order.count > 1 else { return nil }
        let shown = order.prefix(Self.shownMax)
        return ChartShape.chart(
            "bar",
            title: "What follows from \(reader.text("/input/name") ?? "it")",
            labels: shown.map { reader.text("/effects/\($0)/name") ?? "" },
            datasets: [("Change in percent", shown.map { reader.value("/effects/\($0)/change_percent") ?? .null })],
            unit: "percent",
            currency: ""
        )
    }

    package func suggestions(in situation: Situation) -> [String] { [] }
}
