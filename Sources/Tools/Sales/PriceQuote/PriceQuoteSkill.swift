package import AgentRuntime

/// Reads requests for a price: "quote 50 pieces of an aluminium bracket".
package struct PriceQuoteSkill: Skill {
    package let name = "price_quote"
    package let words: [VocabularyEntry] = FinanceWords.entries(
        .cue(":quote"),
        "quote|quotation|price quote|quote me|price for|what would it cost to make|cost to make|cost to machine|"
            + "make an offer|offer for|what should we charge|how much should we charge|price a quotation|"
            + "price quotation|calculate a price|price for making"
    )
    package let phrases: [Phrase] = [Self.lead, Self.line, Self.assumed]

    private static let lead = Phrase("quote_lead", "quantity", "material", "piece", "total", "margin")
    private static let line = Phrase("quote_line", "material", "machining", "hours", "labour", "overhead", "cost")
    private static let assumed = Phrase("quote_assumed", "assumptions")

    package init() {}

    package func plans(for frame: Frame, in situation: Situation) -> [SkillPlan] {
        guard frame.isAbout("quote") else { return [] }
        guard let asked = PriceRequest(frame.text) else { return [] }
        var line: JSONObject = ["quantity": .integer(asked.quantity)]
        if let material = frame.values(of: "material").first ?? asked.material { line["material"] = .string(material) }
        if let complexity = asked.complexity { line["complexity"] = .string(complexity) }
        if let machine = asked.machine { line["machine"] = .string(machine) }
        if let hours = asked.machiningHours { line["machining_hours"] = .exact(hours) }
        if let hours = asked.labourHours { line["labour_hours"] = .exact(hours) }
        if let weight = asked.weight { line["weight"] = .exact(weight) }
        if !asked.product.isEmpty { line["product"] = .string(asked.product) }
        var arguments: JSONObject = ["lines": [.object(line)]]
        if let margin = asked.margin { arguments["margin_percent"] = .exact(margin) }
        return [
            SkillPlan(
                skill: name,
                calls: [PlannedCall(PriceQuoteTool.name, arguments)],
                score: 0.95,
                preference: 5
            )
        ]
    }

    package func answer(_ question: AskedQuestion, in situation: Situation) -> AnswerDraft {
        var draft = AnswerDraft()
        guard let call = question.calls.first else { return draft }
        let reader = FigureReader(call)
        func figure(_ pointer: String, _ format: Figure.Format = .money) -> [Segment] {
            [.figure(Figure(reader.reference(pointer), format: format))]
        }
        let base = "/lines/0"
        let product = reader.text(base + "/product") ?? ""
        let material = reader.text(base + "/material") ?? ""
        var what: [Segment] = product.isEmpty ? [] : [.text(" "), .data(product)]
        if !material.isEmpty { what += [.text(" in "), .data(material)] }
        draft.say(
            Self.lead,
            [
                "quantity": figure(base + "/quantity", .number), "material": what,
                "piece": figure(base + "/unit_price"),
                "total": figure("/total_amount"), "margin": figure("/margin_percent", .number),
            ]
        )
        draft.say(.text("\n"))
        draft.say(
            Self.line,
            [
                "material": figure(base + "/material_cost"), "machining": figure(base + "/machining_cost"),
                "hours": figure(base + "/machining_hours", .number), "labour": figure(base + "/labour_cost"),
                "overhead": figure(base + "/overhead"), "cost": figure(base + "/total_cost"),
            ]
        )
        let assumed = (reader.value("/assumptions")?.array ?? []).compactMap(\.string)
        if !assumed.isEmpty {
            draft.say(.text("\n\n"))
            draft.say(Self.assumed, ["assumptions": [.data(assumed.joined(separator: ", "))]])
        }
        draft.cite(reader.citations)
        return draft
    }

    package func suggestions(in situation: Situation) -> [String] { [] }
}
