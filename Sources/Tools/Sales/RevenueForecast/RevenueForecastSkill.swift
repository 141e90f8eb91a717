package import AgentRuntime

/// Reads questions about what a coming period will bring in sales.
package struct RevenueForecastSkill: Skill {
    package let name = "revenue_forecast"
    package let words: [VocabularyEntry] = FinanceWords.entries(
        .cue(":sales_forecast"),
        "sales forecast|forecast of sales|pipeline forecast|bookings forecast|forecast of the pipeline|forecast bookings|"
            + "will we close|expect to close|expected bookings|sales outlook|expected closings|will we bring in|"
            + "will sales bring in|expect to bring in"
    )
    package let phrases: [Phrase] = [Self.lead, Self.range, Self.pipeline, Self.budget]

    private static let lead = Phrase("forecast_sales_lead", "period", "expected", "booked")
    private static let range = Phrase("forecast_sales_range", "low", "high", "far_low", "far_high")
    private static let pipeline = Phrase("forecast_sales_pipeline", "count", "amount", "expected", "won")
    private static let budget = Phrase("forecast_sales_budget", "budget", "gap", "chance")

    package init() {}

    package func plans(for frame: Frame, in situation: Situation) -> [SkillPlan] {
        guard frame.isAbout("sales_forecast"), frame.filters.isEmpty else { return [] }
        var arguments = JSONObject()
        if let period = frame.periods.first?.period {
            guard period.end >= situation.today else { return [] }
            arguments["period"] = period.json(fiscalYearStart: situation.settings.fiscalYearStart)
        }
        var slots: Set<String> = [
            "subject:sales_forecast", "subject:pipeline", "subject:deals", "period", "number", "chart", "metric",
        ]
        for cue in ["forecast", "closing", "total", "include", "again", "probability", "weighted"] {
            slots.insert("cue:" + cue)
        }
        return [
            SkillPlan(
                skill: name,
                calls: [PlannedCall(RevenueForecastTool.name, arguments)],
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
        func figure(_ pointer: String, _ format: Figure.Format = .money, signed: Bool = false) -> [Segment] {
            [.figure(Figure(reader.reference(pointer), format: format, isSigned: signed))]
        }
        let period: [Segment] = reader.period("/period", in: situation).map { [.period($0)] } ?? []
        draft.say(Self.lead, ["period": period, "expected": figure("/expected"), "booked": figure("/booked")])
        draft.say(.text(" "))
        draft.say(
            Self.range,
            [
                "low": figure("/intervals/80/lower"), "high": figure("/intervals/80/upper"),
                "far_low": figure("/intervals/95/lower"), "far_high": figure("/intervals/95/upper"),
            ]
        )
        draft.say(.text("\n\n"))
        draft.say(
            Self.pipeline,
            [
                "count": figure("/pipeline/open_deals", .number), "amount": figure("/pipeline/open_amount"),
                "expected": figure("/pipeline/expected_amount"), "won": figure("/pipeline/won_amount"),
            ]
        )
        if reader.exact("/gap_to_budget") != nil {
            draft.say(.text(" "))
            draft.say(
                Self.budget,
                [
                    "budget": figure("/budget"), "gap": figure("/gap_to_budget", signed: true),
                    "chance": figure("/probability_of_budget", .percent),
                ]
            )
        }
        draft.cite(reader.citations)
        draft.suggest("What is in our pipeline?")
        draft.suggest("Which deals are most likely to win?")
        return draft
    }

    package func suggestions(in situation: Situation) -> [String] { [] }
}
