package import AgentRuntime

/// Reads questions about how customers are.
package struct CustomerHealthSkill: Skill {
    package let name = "customer_health"
    package let words: [VocabularyEntry] = FinanceWords.entries(
        .cue(":health"),
        "customer health|health score|health scores|health of our customers|healthy|unhealthy|healthy customers|"
            + "unhealthy customers|healthiest|unhealthiest|customers health|account health|health|customers at risk|"
            + "customers are at risk|at risk customers|customer satisfaction"
    )
    package let phrases: [Phrase] = [
        Self.lead, Self.row, Self.one, Self.part, Self.recurring, Self.count,
    ]

    private static let lead = Phrase("health_lead", "average", "healthy", "watch", "risk")
    private static let row = Phrase("health_row", "name", "score", "band")
    private static let one = Phrase("health_one", "name", "score", "band")
    private static let part = Phrase("health_part", "part", "score", "reason")
    private static let count = Phrase("health_count", "count")
    private static let recurring = Phrase("health_recurring", "amount")
    private static let shownMax = 8

    package init() {}

    package func plans(for frame: Frame, in situation: Situation) -> [SkillPlan] {
        if let plan = counting(frame) { return [plan] }
        guard frame.isAbout("health"), frame.metrics.isEmpty, frame.periods.isEmpty else { return [] }
        var arguments = JSONObject()
        let customer = (frame.values(of: "customer") + frame.values(of: "deal_account")).first
        if let customer { arguments["customer"] = .string(customer) }
        let text = frame.text.lowercased()
        if customer == nil, frame.has("at_risk") || text.contains("at risk") { arguments["band"] = "at_risk" }
        if let limit = frame.limit { arguments["limit"] = .integer(limit) }
        var slots: Set<String> = [
            "subject:health", "subject:customers", "value", "order", "number", "dimension", "chart",
        ]
        for cue in ["list", "include", "again", "count", "at_risk", "average", "score", "under"] {
            slots.insert("cue:" + cue)
        }
        return [
            SkillPlan(
                skill: name,
                calls: [PlannedCall(CustomerHealthTool.name, arguments)],
                frame: frame,
                uses: slots,
                preference: 4
            )
        ]
    }

    /// "How many customers do we have" asks for the number alone.
    private func counting(_ frame: Frame) -> SkillPlan? {
        guard frame.subjects == ["customers"], frame.form == .count || frame.has("count"), frame.metrics.isEmpty,
            frame.periods.isEmpty, frame.filters.isEmpty, frame.groupings.isEmpty
        else { return nil }
        return SkillPlan(
            skill: name,
            calls: [PlannedCall(CustomerHealthTool.name, ["limit": 1])],
            data: ["shape": "count"],
            frame: frame,
            uses: ["subject:customers", "cue:count", "cue:total", "cue:include", "cue:again"],
            preference: 4
        )
    }

    package func answer(_ question: AskedQuestion, in situation: Situation) -> AnswerDraft {
        var draft = AnswerDraft()
        guard let call = question.calls.first else { return draft }
        let reader = FigureReader(call)
        func figure(_ pointer: String, _ format: Figure.Format = .number) -> [Segment] {
            [.figure(Figure(reader.reference(pointer), format: format))]
        }
        func text(_ pointer: String) -> [Segment] { [.data(reader.text(pointer) ?? "")] }
        func band(_ base: String) -> [Segment] {
            [.text((reader.text(base + "/band") ?? "").replacing("_", with: " "))]
        }
        if question.data["shape"]?.string == "count" {
            draft.say(Self.count, ["count": figure("/customers_total")])
        } else if call.call.arguments["customer"] != nil, reader.count("/customers") == 1 {
            let base = "/customers/0"
            draft.say(
                Self.one,
                ["name": text(base + "/name"), "score": figure(base + "/health_score"), "band": band(base)]
            )
            for index in 0..<reader.count(base + "/parts") {
                let part = base + "/parts/\(index)"
                draft.say(.text("\n"))
                draft.say(
                    Self.part,
                    ["part": text(part + "/part"), "score": figure(part + "/score"), "reason": text(part + "/reason")]
                )
            }
        } else {
            draft.say(
                Self.lead,
                [
                    "average": figure("/average_score"), "healthy": figure("/bands/healthy"),
                    "watch": figure("/bands/watch"), "risk": figure("/bands/at_risk"),
                ]
            )
            for index in 0..<min(reader.count("/customers"), question.frame.limit ?? Self.shownMax) {
                let base = "/customers/\(index)"
                draft.say(.text("\n"))
                draft.say(
                    Self.row,
                    ["name": text(base + "/name"), "score": figure(base + "/health_score"), "band": band(base)]
                )
            }
            if let amount = reader.exact("/recurring_revenue_at_risk"), !amount.isZero {
                draft.say(.text("\n\n"))
                draft.say(Self.recurring, ["amount": figure("/recurring_revenue_at_risk", .money)])
            }
        }
        draft.cite(reader.citations)
        draft.suggest("Who is likely to churn?")
        draft.suggest("Which invoices are overdue?")
        return draft
    }

    package func suggestions(in situation: Situation) -> [String] { [] }
}
