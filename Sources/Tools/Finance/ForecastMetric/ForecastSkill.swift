package import AgentRuntime

/// Reads questions about figures to come ("forecast revenue for the next 3 months", "what will opex be next quarter").
package struct ForecastSkill: Skill {
    package let name = "forecast"
    package let words: [VocabularyEntry] = FinanceWords.entries(
        .cue("forecast"),
        "project|projecting|forecasting|predicting|expect|expected|expecting|estimate for|likely to be|going to look like"
    )
    package let phrases: [Phrase] = [Self.total, Self.month, Self.booked, Self.method, Self.noMape]

    private static let total = Phrase("forecast_total", "subject", "period", "value", "low", "high")
    private static let month = Phrase("forecast_month", "name", "value", "detail")
    private static let booked = Phrase("forecast_booked", "count")
    private static let method = Phrase("forecast_method", "method", "months", "mape", "rmse")
    private static let noMape = Phrase("forecast_method_plain", "method", "months", "rmse")

    package init() {}

    package func plans(for frame: Frame, in situation: Situation) -> [SkillPlan] {
        let today = situation.today
        let future = frame.periods.filter { $0.period.end > today }
        let asks =
            frame.has("forecast") || frame.tense == .future
            || future.contains { $0.period.start > today && Self.looksAhead($0) }
        guard asks, frame.groupings.isEmpty, frame.subjects.isEmpty, frame.periods.count <= 1, frame.metrics.count <= 3,
            frame.periods.isEmpty || !future.isEmpty, !frame.comparisons.contains("budget"), !frame.has("why"),
            frame.thresholds.isEmpty, frame.filters.allSatisfy({ Self.dimensions.contains($0.dimension) })
        else { return [] }
        var metrics = frame.metrics
        if metrics.isEmpty {
            guard frame.has("forecast") || !frame.filters.isEmpty else { return [] }
            let isSpent = frame.filters.contains { ["vendor", "department"].contains($0.dimension) }
            metrics = [isSpent ? "spend" : "revenue"]
        }
        let start = situation.settings.fiscalYearStart
        let calls = metrics.map { metric in
            var arguments: JSONObject = ["metric": .string(metric)]
            if let span = future.first { arguments["period"] = span.period.json(fiscalYearStart: start) }
            if !frame.filters.isEmpty { arguments["filters"] = .array(frame.filters.map(\.json)) }
            return PlannedCall("forecast_metric", arguments)
        }
        var slots: Set<String> = [
            "metric", "value", "period", "granularity", "chart", "comparison", "number", "cue:forecast",
        ]
        for cue in [
            "trend", "change", "up", "down", "total", "compare", "hit", "list", "include", "again", "breakdown",
        ] {
            slots.insert("cue:" + cue)
        }
        return [SkillPlan(skill: name, calls: calls, frame: frame, uses: slots, preference: 3)]
    }

    /// Whether a time is named as one to come: a month by its name is asked for as booked, also before it has begun.
    private static func looksAhead(_ span: Frame.Span) -> Bool {
        span.words.lowercased().split(separator: " ").contains { ahead.contains(String($0)) }
    }

    private static let ahead: Set<String> = [
        "next", "coming", "upcoming", "following", "tomorrow", "rest", "remaining", "remainder",
    ]

    private static let dimensions: Set<String> = [
        "region", "lob", "product", "department", "vendor", "account", "source",
    ]

    package func answer(_ question: AskedQuestion, in situation: Situation) -> AnswerDraft {
        var draft = AnswerDraft()
        for (index, call) in question.calls.enumerated() {
            if index > 0 { draft.say(.text("\n\n")) }
            word(FigureReader(call), situation, in: &draft)
        }
        return draft
    }

    private func word(_ reader: FigureReader, _ situation: Situation, in draft: inout AnswerDraft) {
        let sentences = FigureSentences(reader: reader, situation: situation)
        let format: Figure.Format = sentences.isRatio ? .percent : .money
        func figure(_ pointer: String) -> [Segment] { [.figure(Figure(reader.reference(pointer), format: format))] }
        draft.say(
            Self.total,
            [
                "subject": [.data(sentences.name)], "period": sentences.scope, "value": figure("/total/value"),
                "low": figure("/total/low_80"), "high": figure("/total/high_80"),
            ]
        )
        if reader.value("/total/booked")?.int ?? 0 > 0 {
            draft.say(.text(" "))
            draft.say(
                Self.booked,
                ["count": [.figure(Figure(reader.reference("/total/booked"), format: .number))]]
            )
        }
        draft.cite(reader.citations)
        let count = reader.count("/months")
        if count > 1 {
            draft.say(.text("\n"))
            for index in 0..<count {
                let base = "/months/\(index)"
                draft.say(.text("\n"))
                let isBooked = reader.text(base + "/kind") == "actual"
                let detail: [Segment] =
                    isBooked
                    ? [.text(", as booked")]
                    : [.text(" (")] + figure(base + "/low_80") + [.text(" to ")] + figure(base + "/high_80")
                        + [.text(")")]
                draft.say(
                    Self.month,
                    [
                        "name": [.data(reader.text(base + "/label") ?? "")], "value": figure(base + "/value"),
                        "detail": detail,
                    ]
                )
            }
        }
        draft.say(.text("\n\n"))
        let method: [Segment] = [.data(reader.text("/method_name") ?? "")]
        let months: [Segment] = [.figure(Figure(reader.reference("/history_months"), format: .number))]
        if reader.exact("/backtest/mape") != nil {
            draft.say(
                Self.method,
                [
                    "method": method, "months": months, "rmse": figure("/backtest/rmse"),
                    "mape": [.figure(Figure(reader.reference("/backtest/mape"), format: .percent))],
                ]
            )
        } else {
            draft.say(Self.noMape, ["method": method, "months": months, "rmse": figure("/backtest/rmse")])
        }
        if let chart = chart(reader, sentences, situation) { draft.show(chart: chart) }
    }

    private func chart(_ reader: FigureReader, _ sentences: FigureSentences, _ situation: Situation) -> JSONValue? {
        let past = reader.value("/history")?.array ?? []
        let months = (reader.value("/months")?.array ?? []).filter { $0["kind"]?.string == "forecast" }
        guard !months.isEmpty else { return nil }
        func column(_ name: String, _ isPast: Bool) -> [JSONValue] {
            past.map { isPast ? $0[name] ?? .null : .null } + months.map { isPast ? .null : $0[name] ?? .null }
        }
        return ChartShape.chart(
            "line",
            title: "\(sentences.name), forecast",
            labels: (past + months).map { $0["label"]?.string ?? "" },
            datasets: [
                ("Booked", column("value", true)), ("Forecast", column("value", false)),
                ("Low", column("low_80", false)), ("High", column("high_80", false)),
            ],
            unit: sentences.isRatio ? "ratio" : "currency",
            currency: situation.settings.currency
        )
    }

    package func suggestions(in situation: Situation) -> [String] {
        situation.vocabulary.firstDate == nil ? [] : ["Forecast revenue for the next quarter"]
    }
}
