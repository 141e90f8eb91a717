package import AgentRuntime

/// Reads questions about how likely deals are to be won, and why.
package struct DealScoreSkill: Skill {
    package let name = "deal_score"
    package let words: [VocabularyEntry] = FinanceWords.entries(
        .cue("score"),
        "score|scores|scored|scoring|deal score|win probability|probability of winning|chance of winning|"
            + "chances of winning|odds of winning|how likely are we to win|likely to win|likely are we to win|"
            + "will we win|can we win|win chance|winnable|most promising|likelihood of winning"
    )
    package let phrases: [Phrase] = [
        Self.lead, Self.factor, Self.advice, Self.fallback, Self.ranking, Self.row, Self.basis,
    ]

    private static let lead = Phrase("score_lead", "name", "stage", "amount", "chance", "rate")
    private static let factor = Phrase("score_factor", "factor", "detail", "impact")
    private static let advice = Phrase("score_advice", "advice")
    private static let fallback = Phrase("score_fallback", "closed", "needed")
    private static let basis = Phrase("score_basis", "closed", "rate")
    private static let ranking = Phrase("score_ranking", "what", "count", "expected")
    private static let row = Phrase("score_row", "name", "chance", "amount", "stage")
    private static let shownMax = 10

    package init() {}

    package func plans(for frame: Frame, in situation: Situation) -> [SkillPlan] {
        guard frame.has("score"), frame.metrics.isEmpty else { return [] }
        var frame = frame
        var arguments = JSONObject()
        if let deal = frame.values(of: "deal").first {
            arguments["text"] = .string(deal)
        } else if let account = (frame.values(of: "deal_account") + frame.values(of: "customer")).first {
            arguments["text"] = .string(account)
        } else {
            // "The Acme deal" where no name of the data is whole: the word itself is looked for.
            let names = frame.unexplained.filter { !$0.isTolerable }
            if !names.isEmpty {
                arguments["text"] = .string(names.map(\.text).joined(separator: " "))
                frame.unexplained.removeAll { names.contains($0) }
            }
        }
        if let owner = frame.argument(of: "deal_owner") { arguments["owner"] = owner }
        if let stage = frame.argument(of: "deal_stage") { arguments["stage"] = stage }
        if frame.order == .ascending || frame.isNegated { arguments["order"] = "asc" }
        if let limit = frame.limit { arguments["limit"] = .integer(limit) }
        var slots: Set<String> = [
            "subject:deals", "subject:pipeline", "subject:customers", "value", "order", "number", "dimension", "chart",
        ]
        for cue in [
            "score", "probability", "list", "include", "again", "why", "closing", "forecast", "at_risk", "count",
            "next_step",
        ] { slots.insert("cue:" + cue) }
        return [
            SkillPlan(
                skill: name,
                calls: [PlannedCall(DealScoreTool.name, arguments)],
                frame: frame,
                uses: slots,
                preference: 4
            )
        ]
    }

    package func answer(_ question: AskedQuestion, in situation: Situation) -> AnswerDraft {
        var draft = AnswerDraft()
        guard let call = question.calls.first else { return draft }
        let reader = FigureReader(call)
        func figure(_ pointer: String, _ format: Figure.Format, signed: Bool = false) -> [Segment] {
            [.figure(Figure(reader.reference(pointer), format: format, isSigned: signed))]
        }
        func text(_ pointer: String) -> [Segment] { [.data(reader.text(pointer) ?? "")] }
        let count = reader.count("/deals")
        guard count > 0 else { return draft }
        if count == 1 {
            draft.say(
                Self.lead,
                [
                    "name": text("/deals/0/name"), "stage": text("/deals/0/stage"),
                    "amount": figure("/deals/0/amount", .money),
                    "chance": figure("/deals/0/win_probability", .percent),
                    "rate": figure("/deals/0/stage_base_rate", .percent),
                ]
            )
            for index in 0..<min(reader.count("/deals/0/factors"), 4) {
                let base = "/deals/0/factors/\(index)"
                draft.say(.text("\n"))
                draft.say(
                    Self.factor,
                    [
                        "factor": text(base + "/factor"), "detail": text(base + "/detail"),
                        "impact": figure(base + "/impact", .points, signed: true),
                    ]
                )
            }
            let advice = reader.count("/deals/0/recommendations")
            if advice > 0 { draft.say(.text("\n\nRecommended:")) }
            for index in 0..<min(advice, 3) {
                draft.say(.text("\n"))
                draft.say(Self.advice, ["advice": text("/deals/0/recommendations/\(index)")])
            }
        } else {
            let owners = DealFilter.names(call.call.arguments["owner"])
            let what: [Segment] = owners.isEmpty ? [] : [.text(" of "), .data(owners.joined(separator: ", "))]
            draft.say(
                Self.ranking,
                ["what": what, "count": figure("/total", .number), "expected": figure("/expected_amount", .money)]
            )
            for index in 0..<min(count, question.frame.limit ?? Self.shownMax) {
                let base = "/deals/\(index)"
                draft.say(.text("\n"))
                draft.say(
                    Self.row,
                    [
                        "name": text(base + "/name"), "chance": figure(base + "/win_probability", .percent),
                        "amount": figure(base + "/amount", .money), "stage": text(base + "/stage"),
                    ]
                )
            }
        }
        draft.say(.text("\n\n"))
        if reader.text("/method") == "stage_base_rates" {
            draft.say(
                Self.fallback,
                ["closed": figure("/closed_deals", .number), "needed": figure("/closed_deals_needed", .number)]
            )
        } else {
            draft.say(Self.basis, ["closed": figure("/closed_deals", .number), "rate": figure("/win_rate", .percent)])
        }
        draft.cite(reader.citations)
        draft.suggest("Which deals are at risk?")
        draft.suggest("Which deals are most likely to win?")
        return draft
    }

    package func suggestions(in situation: Situation) -> [String] {
        situation.vocabulary.values(of: "deal_stage").isEmpty ? [] : ["Which deals are most likely to win?"]
    }
}
