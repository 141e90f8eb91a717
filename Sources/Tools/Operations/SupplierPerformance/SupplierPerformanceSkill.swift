package import AgentRuntime

/// Reads questions about who delivers late or badly.
package struct SupplierPerformanceSkill: Skill {
    package let name = "supplier_performance"
    package let words: [VocabularyEntry] =
        FinanceWords.entries(
            .cue(":suppliers"),
            "supplier|suppliers|supplier performance|vendor performance|delivery performance|supplier rating|"
                + "supplier ratings|supplier scorecard|on time delivery|delivery reliability|reliability of our suppliers|"
                + "deliveries|purchase order|purchase orders|incoming deliveries|delivery|vendor|vendors"
        )
        + FinanceWords.entries(
            .cue("on_time"),
            "on time|on time rate|reliable|unreliable|punctual|perform on time"
        )
        + FinanceWords.entries(
            .cue("quality"),
            "quality|defect|defects|rejected|reject rate|rejects|acceptance rate|accepted|faulty"
        )
    package let phrases: [Phrase] = [Self.lead, Self.row, Self.late, Self.overdue, Self.noneLate, Self.rates]

    private static let lead = Phrase("suppliers_lead", "scope", "count", "rate", "overdue")
    private static let row = Phrase("suppliers_row", "name", "rates", "overdue")
    private static let rates = Phrase("suppliers_rates", "rate", "onTime", "due")
    private static let late = Phrase("suppliers_late", "count", "overdue")
    private static let overdue = Phrase("suppliers_overdue", "name", "po", "material", "days", "date")
    private static let noneLate = Phrase("suppliers_none_late", "scope")
    private static let shownMax = 8

    /// Words that ask how suppliers do without saying at what.
    private static let ratings: Set<String> = [
        "performance", "perform", "performs", "performing", "performed", "rating", "ratings", "scorecard",
        "scorecards", "reliability", "doing", "delivering",
    ]

    package init() {}

    package func plans(for frame: Frame, in situation: Situation) -> [SkillPlan] {
        let supplier = frame.values(of: "supplier").first
        let isRated =
            frame.has("on_time") || frame.has("quality") || frame.has("late") || frame.has("at_risk")
            || Tokenizer.words(of: frame.text).contains(where: Self.ratings.contains)
        guard frame.isAbout("suppliers") || supplier != nil && isRated, frame.metrics.isEmpty,
            !situation.vocabulary.values(of: "supplier").isEmpty, isRated || frame.order != nil || supplier != nil
        else { return [] }
        var arguments = JSONObject()
        if let supplier { arguments["supplier"] = .string(supplier) }
        if let period = frame.periods.first?.period {
            arguments["period"] = period.json(fiscalYearStart: situation.settings.fiscalYearStart)
        }
        let asksLate = frame.has("late") || frame.has("at_risk")
        if frame.has("quality") {
            arguments["order_by"] = "quality_rate"
        } else if !asksLate {
            arguments["order_by"] = "on_time_rate"
        }
        if frame.order == .descending, !asksLate, frame.text.lowercased().contains("best") || frame.has("on_time") {
            arguments["order"] = frame.text.lowercased().contains("unreliable") ? "asc" : "desc"
        }
        if let limit = frame.limit { arguments["limit"] = .integer(limit) }
        var slots: Set<String> = ["subject:suppliers", "value", "period", "order", "number", "dimension", "chart"]
        for cue in [
            "count", "list", "include", "again", "late", "at_risk", "on_time", "quality", "order_state", "rate",
            "compare",
            "under",
        ] { slots.insert("cue:" + cue) }
        return [
            SkillPlan(
                skill: name,
                calls: [PlannedCall(SupplierPerformanceTool.name, arguments)],
                data: ["shape": asksLate ? "late" : "rates"],
                frame: frame,
                uses: slots,
                preference: 3
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
        let scope: [Segment] = question.frame.periods.first.map { [.text(" in "), .period($0.period)] } ?? []
        let count = min(reader.count("/suppliers"), Self.shownMax)
        let asksLate = question.data["shape"]?.string == "late"
        let isAnyOverdue = reader.exact("/overdue").map { !$0.isZero } ?? false
        if asksLate, isAnyOverdue {
            draft.say(Self.late, ["count": figure("/late_suppliers"), "overdue": figure("/overdue")])
            for index in 0..<count {
                for item in 0..<min(reader.count("/suppliers/\(index)/overdue"), 3) {
                    let base = "/suppliers/\(index)/overdue/\(item)"
                    let material = reader.text(base + "/material") ?? ""
                    draft.say(.text("\n"))
                    draft.say(
                        Self.overdue,
                        [
                            "name": [.data(reader.text("/suppliers/\(index)/supplier") ?? "")],
                            "po": [.data(reader.text(base + "/po") ?? "")],
                            "material": material.isEmpty ? [] : [.text(" ("), .data(material), .text(")")],
                            "days": figure(base + "/days_late"),
                            "date": [.data(reader.text(base + "/promised_date") ?? "")],
                        ]
                    )
                }
            }
        } else {
            if asksLate {
                draft.say(Self.noneLate, ["scope": scope])
                draft.say(.text(" "))
            }
            draft.say(
                Self.lead,
                [
                    "scope": scope, "count": figure("/deliveries"), "rate": figure("/on_time_rate", .percent),
                    "overdue": figure("/overdue"),
                ]
            )
            let isQuality = call.call.arguments["order_by"]?.string == "quality_rate"
            for index in 0..<count {
                let base = "/suppliers/\(index)"
                var rates: [Segment] = []
                if reader.exact(base + "/on_time_rate") != nil {
                    rates =
                        situation.phrasing.phrasing(Self.rates.name)?.filled([
                            "rate": figure(base + "/on_time_rate", .percent), "onTime": figure(base + "/on_time"),
                            "due": figure(base + "/due"),
                        ]) ?? []
                }
                if reader.exact(base + "/quality_rate") != nil {
                    let quality = [.text("accepted quantity ")] + figure(base + "/quality_rate", .percent)
                    rates =
                        isQuality
                        ? quality + (rates.isEmpty ? [] : [.text(", ")] + rates)
                        : rates + (rates.isEmpty ? [] : [.text(", ")]) + quality
                }
                let isLate = reader.exact(base + "/overdue_count").map { !$0.isZero } ?? false
                draft.say(.text("\n"))
                draft.say(
                    Self.row,
                    [
                        "name": [.data(reader.text(base + "/supplier") ?? "")], "rates": rates,
                        "overdue": isLate ? [.text(", overdue now: ")] + figure(base + "/overdue_count") : [],
                    ]
                )
            }
        }
        draft.cite(reader.citations)
        draft.suggest("What should we reorder?")
        draft.suggest(asksLate ? "Which supplier is the most reliable?" : "Which supplier is late?")
        return draft
    }

    package func suggestions(in situation: Situation) -> [String] {
        situation.vocabulary.values(of: "supplier").isEmpty ? [] : ["Which supplier is late?"]
    }
}
