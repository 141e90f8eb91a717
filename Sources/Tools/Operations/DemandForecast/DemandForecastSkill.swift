package import AgentRuntime

/// Reads questions about how much of a material will be needed.
package struct DemandForecastSkill: Skill {
    package let name = "demand_forecast"
    package let words: [VocabularyEntry] = FinanceWords.entries(
        .cue(":demand"),
        "demand|material demand|demand forecast|material requirement|material requirements|will we need|do we need|"
            + "shall we need|usage|consumption|will we use|use up|going to need|needs for|demand for"
    )
    package let phrases: [Phrase] = [Self.lead, Self.row, Self.method, Self.stock]

    private static let lead = Phrase("demand_lead", "name", "code", "total", "unit", "periods")
    private static let row = Phrase("demand_row", "period", "quantity", "low", "high")
    private static let method = Phrase("demand_method", "method", "months", "error")
    private static let stock = Phrase("demand_stock", "available", "unit", "date")

    package init() {}

    package func plans(for frame: Frame, in situation: Situation) -> [SkillPlan] {
        guard frame.metrics.isEmpty, let material = frame.values(of: "material").first,
            frame.isAbout("demand") || frame.has("forecast") || frame.tense == .future
        else { return [] }
        var arguments: JSONObject = ["material": .string(material)]
        if let granularity = frame.granularity {
            arguments["horizon"] = granularity == "week" ? "weekly" : granularity == "quarter" ? "quarterly" : "monthly"
        } else if let unit = frame.periods.first?.period.unit {
            if unit == .quarter { arguments["horizon"] = "quarterly" }
            if unit == .week { arguments["horizon"] = "weekly" }
            arguments["periods"] = unit == .year ? 12 : 1
        }
        if let limit = frame.limit { arguments["periods"] = .integer(limit) }
        var slots: Set<String> = [
            "subject:demand", "subject:stock", "value", "period", "granularity", "number", "chart", "dimension",
        ]
        for cue in ["forecast", "total", "include", "again", "count"] { slots.insert("cue:" + cue) }
        return [
            SkillPlan(
                skill: name,
                calls: [PlannedCall(DemandForecastTool.name, arguments)],
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
        func figure(_ pointer: String, _ format: Figure.Format = .number) -> [Segment] {
            [.figure(Figure(reader.reference(pointer), format: format))]
        }
        let unitText = reader.text("/unit") ?? ""
        let unit: [Segment] = unitText.isEmpty ? [] : [.data(" " + unitText)]
        let count = reader.count("/forecasts")
        draft.say(
            Self.lead,
            [
                "name": [.data(reader.text("/name") ?? "")], "code": [.data(reader.text("/code") ?? "")],
                "total": figure("/total"), "unit": unit,
                "periods": [
                    .data(reader.text("/forecasts/0/period") ?? ""),
                    .data(count > 1 ? " to \(reader.text("/forecasts/\(count - 1)/period") ?? "")" : ""),
                ],
            ]
        )
        for index in 0..<count {
            let base = "/forecasts/\(index)"
            draft.say(.text("\n"))
            draft.say(
                Self.row,
                [
                    "period": [.data(reader.text(base + "/period") ?? "")], "quantity": figure(base + "/quantity"),
                    "low": figure(base + "/lower_80"), "high": figure(base + "/upper_80"),
                ]
            )
        }
        draft.say(.text("\n\n"))
        draft.say(
            Self.method,
            [
                "method": [.data((reader.text("/method") ?? "").replacing("_", with: " "))],
                "months": figure("/months_of_history"), "error": figure("/mape", .percent),
            ]
        )
        if let date = reader.text("/stock_lasts_until") {
            draft.say(.text(" "))
            draft.say(Self.stock, ["available": figure("/stock_available"), "unit": unit, "date": [.data(date)]])
        }
        draft.show(
            chart: ChartShape.chart(
                "line",
                title: "Demand for \(reader.text("/name") ?? "")",
                labels: (0..<count).map { reader.text("/forecasts/\($0)/period") ?? "" },
                datasets: [("Quantity", (0..<count).map { reader.value("/forecasts/\($0)/quantity") ?? .null })],
                unit: "number",
                currency: situation.settings.currency
            )
        )
        draft.cite(reader.citations)
        draft.suggest("What should we reorder?")
        return draft
    }

    package func suggestions(in situation: Situation) -> [String] { [] }
}
