package import AgentRuntime

/// Reads questions about the steps from budgeted or earlier costs to those of a period.
///
/// A plain division of costs ("costs by vendor") belongs to the metrics.
package struct CostsBreakdownSkill: Skill {
    package let name = "costs"
    package let words: [VocabularyEntry] = FinanceWords.entries(
        .cue(":bridge"),
        "cost breakdown from budget to actual|cost breakdown from budget to actuals|"
            + "costs breakdown from budget to actual|breakdown of costs from budget to actual|"
            + "breakdown from budget to actual|breakdown from budget to actuals|cost walk|costs walk"
    )
    package let phrases: [Phrase] = [Self.lead, Self.step, Self.rest, Self.same] + MetricsPhrase.all

    private static let lead = Phrase("costs_lead", "dimension")
    private static let step = Phrase("costs_step", "name", "difference", "value", "baseline")
    private static let rest = Phrase("costs_rest", "difference", "count")
    private static let same = Phrase("costs_same")
    private static let shownMax = 6
    private static let dimensions: Set<String> = ["account", "vendor", "department", "region", "lob", "product"]

    package init() {}

    package func plans(for frame: Frame, in situation: Situation) -> [SkillPlan] {
        let isAsked = frame.isAbout("bridge") || (frame.chart == "waterfall" && frame.metrics.count == 1)
        guard isAsked, !frame.has("why"), frame.granularity == nil, frame.tense != .future, frame.metrics.count <= 1,
            frame.metrics.allSatisfy(CostsBreakdown.metrics.contains),
            frame.groupings.count <= 1, frame.groupings.allSatisfy(Self.dimensions.contains),
            frame.filters.allSatisfy({ Self.dimensions.contains($0.dimension) })
        else { return [] }
        let (period, baseline) = Self.periods(frame, situation)
        var arguments: JSONObject = ["period": period, "compare_to": baseline]
        if let metric = frame.metrics.first, metric != "costs" { arguments["metric"] = .string(metric) }
        if let dimension = frame.groupings.first, dimension != "account" { arguments["by"] = .string(dimension) }
        if !frame.filters.isEmpty { arguments["filters"] = .array(frame.filters.map(\.json)) }
        if let limit = frame.limit { arguments["limit"] = .integer(limit) }
        var slots: Set<String> = [
            "metric", "value", "dimension", "period", "comparison", "number", "chart", "subject:bridge",
            "subject:leaks",
        ]
        for cue in ["difference", "change", "compare", "total", "breakdown", "include", "again", "list", "hit"] {
            slots.insert("cue:" + cue)
        }
        return [
            SkillPlan(
                skill: name,
                calls: [PlannedCall(CostsBreakdownTool.name, arguments)],
                frame: frame,
                uses: slots,
                preference: 2
            )
        ]
    }

    /// Two periods are the end and the start of the bridge; one starts from its budget unless a past is named.
    private static func periods(_ frame: Frame, _ situation: Situation) -> (JSONValue, JSONValue) {
        let start = situation.settings.fiscalYearStart
        var spans = frame.periods.map(\.period)
        if spans.count == 1, frame.hasBaseline, let unit = spans[0].unit, spans[0].end < situation.current(unit).start {
            spans = [situation.current(unit), spans[0]]
        }
        if spans.count >= 2 {
            let (after, before) = spans[0].start < spans[1].start ? (spans[1], spans[0]) : (spans[0], spans[1])
            let json = after.json(fiscalYearStart: start)
            if before == after.previous() { return (json, "prior_period") }
            if before == after.priorYear() { return (json, "prior_year") }
            return (json, ["period": before.json(fiscalYearStart: start)])
        }
        let period = (spans.first ?? situation.current(.month)).json(fiscalYearStart: start)
        switch frame.comparisons.first {
        case "budget": return (period, "budget")
        case "prior_year": return (period, "prior_year")
        case .some: return (period, "prior_period")
        case nil: return (period, situation.vocabulary.lacking.contains("budget") ? "prior_period" : "budget")
        }
    }

    package func answer(_ question: AskedQuestion, in situation: Situation) -> AnswerDraft {
        var draft = AnswerDraft()
        guard let call = question.calls.first else { return draft }
        let reader = FigureReader(call)
        let words = FigureSentences(reader: reader, situation: situation, differenceFormat: .shortMoney)
        words.sentence(in: &draft)
        draft.cite(reader.citations)
        let changed = (0..<reader.count("/items")).filter { index in
            reader.exact("/items/\(index)/difference").map { !$0.isZero } ?? false
        }
        guard !changed.isEmpty else {
            draft.say(Self.same)
            return draft
        }
        let by = reader.text("/by") ?? "category"
        draft.say(Self.lead, ["dimension": [.text(by == "category" ? "account" : DimensionNames.singular(by))]])
        for index in changed.prefix(question.frame.limit ?? Self.shownMax) { step(index, reader, &draft) }
        if let rest = reader.exact("/other/difference"), !rest.isZero {
            draft.say(.text("\n"))
            draft.say(
                Self.rest,
                [
                    "difference": [
                        .figure(Figure(reader.reference("/other/difference"), format: .money, isSigned: true))
                    ],
                    "count": [.figure(Figure(reader.reference("/other/count"), format: .number))],
                ]
            )
        }
        draft.show(chart: chart(reader, words, situation))
        if let period = words.period, period.unit != nil {
            draft.suggest("Why did costs change in \(situation.label(period))?")
            draft.suggest("Costs by department in \(situation.label(period))")
        }
        return draft
    }

    private func step(_ index: Int, _ reader: FigureReader, _ draft: inout AnswerDraft) {
        let base = "/items/\(index)"
        draft.say(.text("\n"))
        draft.say(
            Self.step,
            [
                "name": [.data(reader.text(base + "/name") ?? "")],
                "difference": [.figure(Figure(reader.reference(base + "/difference"), format: .money, isSigned: true))],
                "value": [.figure(Figure(reader.reference(base + "/value"), format: .money))],
                "baseline": [.figure(Figure(reader.reference(base + "/baseline"), format: .money))],
            ]
        )
    }

    private func chart(_ reader: FigureReader, _ words: FigureSentences, _ situation: Situation) -> JSONValue {
        let steps = 0..<reader.count("/waterfall")
        return ChartShape.chart(
            "waterfall",
            title: "\(words.name), \(words.period.map(situation.label) ?? reader.text("/period/label") ?? "")",
            labels: steps.map { reader.text("/waterfall/\($0)/name") ?? "" },
            datasets: [(words.name, steps.map { reader.value("/waterfall/\($0)/value") ?? .null })],
            unit: "currency",
            currency: situation.settings.currency
        )
    }

    package func suggestions(in situation: Situation) -> [String] { [] }
}
