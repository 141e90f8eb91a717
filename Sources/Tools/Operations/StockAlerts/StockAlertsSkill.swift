package import AgentRuntime

/// Reads questions about what runs short and what to order.
package struct StockAlertsSkill: Skill {
    package let name = "stock_alerts"
    package let words: [VocabularyEntry] = FinanceWords.entries(
        .cue(":stock"),
        "stock|stocks|in stock|stock level|stock levels|inventory|inventories|material|materials|raw material|"
            + "raw materials|reorder|reordering|re order|restock|replenish|replenishment|stock alert|stock alerts|"
            + "low stock|out of stock|low on stock|running low|run low|running out|run out|running short|running out of|"
            + "stockout|stock outs|reorder point|reorder points|need to buy|should we buy|need to order|should we order|"
            + "days of cover|on hand|low on|short of material|what is short"
    )
    package let phrases: [Phrase] = [
        Self.lead, Self.row, Self.order, Self.none, Self.one, Self.cover, Self.value, Self.unvalued,
    ]

    private static let lead = Phrase("stock_lead", "scope", "count", "cost")
    private static let row = Phrase("stock_row", "name", "code", "available", "unit", "level", "point", "order")
    private static let order = Phrase("stock_order", "quantity", "unit", "supplier")
    private static let none = Phrase("stock_none", "scope")
    private static let one = Phrase("stock_one", "name", "code", "available", "unit", "level", "order")
    private static let value = Phrase("stock_value", "scope", "value", "count")
    private static let unvalued = Phrase("stock_unvalued", "count")
    private static let cover = Phrase("stock_cover", "days")
    private static let shownMax = 10

    /// Words that ask what stock is worth, not what of it runs short.
    private static let worth: Set<String> = ["worth", "value", "valued", "valuation", "values"]

    package init() {}

    package func plans(for frame: Frame, in situation: Situation) -> [SkillPlan] {
        let material = frame.values(of: "material").first
        guard frame.isAbout("stock"), frame.metrics.isEmpty, frame.periods.isEmpty, !frame.has("forecast"),
            frame.tense != .future || material == nil
        else { return [] }
        var arguments = JSONObject()
        if let material { arguments["material"] = .string(material) }
        if let supplier = frame.values(of: "supplier").first { arguments["supplier"] = .string(supplier) }
        if let limit = frame.limit { arguments["limit"] = .integer(limit) }
        var slots: Set<String> = [
            "subject:stock", "subject:anomalies", "value", "order", "number", "dimension", "chart",
        ]
        for cue in ["count", "list", "total", "include", "again", "under", "at_risk", "order_state", "difference"] {
            slots.insert("cue:" + cue)
        }
        return [
            SkillPlan(
                skill: name,
                calls: [PlannedCall(StockAlertsTool.name, arguments)],
                data: [
                    "shape": Tokenizer.words(of: frame.text).contains(where: Self.worth.contains) ? "value" : "alerts"
                ],
                frame: frame,
                uses: slots,
                preference: 2
            )
        ]
    }

    package func answer(_ question: AskedQuestion, in situation: Situation) -> AnswerDraft {
        var draft = AnswerDraft()
        guard let call = question.calls.first else { return draft }
        let reader = FigureReader(call)
        func figure(_ pointer: String, _ format: Figure.Format = .number) -> [Segment] {
            [.figure(Figure(reader.reference(pointer), format: format))]
        }
        let scope: [Segment] = call.call.arguments["supplier"]?.string.map { [.text(" from "), .data($0)] } ?? []
        let count = reader.count("/alerts")
        if question.data["shape"]?.string == "value" {
            let material: [Segment] =
                call.call.arguments["material"] == nil
                ? [] : [.text(" of "), .data(reader.text("/alerts/0/name") ?? "")]
            draft.say(
                Self.value,
                ["scope": material + scope, "value": figure("/stock_value", .money), "count": figure("/valued_count")]
            )
            if let left = reader.exact("/unvalued_count"), !left.isZero {
                draft.say(.text(" "))
                draft.say(Self.unvalued, ["count": figure("/unvalued_count")])
            }
            draft.cite(reader.citations.prefix(1))
            draft.suggest("What should we reorder?")
            return draft
        }
        guard count > 0 else {
            draft.say(Self.none, ["scope": scope])
            draft.cite(reader.citations)
            return draft
        }
        func values(_ base: String) -> [String: [Segment]] {
            let unit = reader.text(base + "/unit") ?? ""
            var order: [Segment] = []
            if let quantity = reader.exact(base + "/order_quantity"), !quantity.isZero {
                let supplier = reader.text(base + "/supplier") ?? ""
                let filled = situation.phrasing.phrasing(Self.order.name)?.filled([
                    "quantity": figure(base + "/order_quantity"), "unit": unit.isEmpty ? [] : [.data(" " + unit)],
                    "supplier": supplier.isEmpty ? [] : [.text(" from "), .data(supplier)],
                ])
                order = [.text(" ")] + (filled ?? [])
            }
            return [
                "name": [.data(reader.text(base + "/name") ?? "")], "code": [.data(reader.text(base + "/code") ?? "")],
                "available": figure(base + "/available"), "unit": unit.isEmpty ? [] : [.data(" " + unit)],
                "level": [.text(Self.words(reader.text(base + "/level") ?? ""))], "order": order,
            ]
        }
        if call.call.arguments["material"] != nil, count == 1 {
            draft.say(Self.one, values("/alerts/0"))
            if reader.exact("/alerts/0/days_of_cover") != nil {
                draft.say(.text(" "))
                draft.say(Self.cover, ["days": figure("/alerts/0/days_of_cover")])
            }
        } else {
            draft.say(Self.lead, ["scope": scope, "count": figure("/total"), "cost": figure("/order_cost", .money)])
            for index in 0..<min(count, Self.shownMax) {
                let base = "/alerts/\(index)"
                var row = values(base)
                let point: [Segment] =
                    reader.exact(base + "/reorder_point") == nil
                    ? [] : [.text(", reorder point ")] + figure(base + "/reorder_point")
                row["point"] = point
                draft.say(.text("\n"))
                draft.say(Self.row, row)
            }
        }
        draft.cite(reader.citations)
        draft.suggest("Which supplier is late?")
        if let code = reader.text("/alerts/0/name") { draft.suggest("Forecast the demand for \(code)") }
        return draft
    }

    private static func words(_ level: String) -> String {
        switch level {
        case "out": "out of stock"
        case "critical": "critically low"
        case "low": "low"
        default: "enough"
        }
    }

    package func suggestions(in situation: Situation) -> [String] {
        situation.vocabulary.values(of: "material").isEmpty ? [] : ["What should we reorder?"]
    }
}
