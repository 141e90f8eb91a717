package import AgentRuntime

/// Reads "why" questions: what makes up the difference of a figure from its plan or its past.
package struct VarianceDriversSkill: Skill {
    package let name = "drivers"
    package let words: [VocabularyEntry] =
        FinanceWords.entries(
            .cue(":leaks"),
            "what went wrong|went wrong|bleeding money|eating our budget|eating up our budget|eating the budget|eating into our budget|"
                + "blowing the budget|blowing our budget|where are we overspending|"
                + "bleed money|bleeding cash|leaking money|wasting money|waste money|overspending|where are we over|"
                + "money pit|leakage|leaks|cost overruns|cost overrun|problem areas|losing the most money|biggest overruns|"
                + "biggest variances|largest variances|biggest variance|largest variance|variance drivers|main variances|"
                + "biggest overrun|cost drivers|cost driver|biggest drivers|main drivers|key drivers|top drivers"
        )
    package let phrases: [Phrase] = DriversPhrase.all + MetricsPhrase.all

    package init() {}

    package func plans(for frame: Frame, in situation: Situation) -> [SkillPlan] {
        let isAsked = frame.has("why") || frame.isAbout("leaks")
        guard isAsked, frame.tense != .future, frame.metrics.count <= 1 else { return [] }
        guard let metric = Self.metric(frame) else { return [] }
        let dimensions = frame.groupings.filter(Self.dimensions.contains)
        guard dimensions.count == frame.groupings.count,
            frame.filters.allSatisfy({ Self.dimensions.contains($0.dimension) })
        else { return [] }
        let (period, baseline) = Self.periods(frame, metric, situation)
        var arguments: JSONObject = ["metric": .string(metric), "period": period, "compare_to": baseline]
        if let dimension = dimensions.first { arguments["by"] = .string(dimension) }
        if !frame.filters.isEmpty { arguments["filters"] = .array(frame.filters.map(\.json)) }
        if let limit = frame.limit { arguments["limit"] = .integer(limit) }
        var calls = [PlannedCall("variance_drivers", arguments)]
        if let ratio = frame.metrics.first, Self.amounts[ratio] != nil {
            // The change of a ratio is told in points, and beside it that of what it is a part of.
            let asked: JSONObject = ["metric": .string(ratio), "period": period, "compare_to": baseline]
            calls =
                [asked, asked].enumerated().map { index, asked in
                    var arguments = asked
                    if index > 0 { arguments["metric"] = "revenue" }
                    if !frame.filters.isEmpty { arguments["filters"] = .array(frame.filters.map(\.json)) }
                    return PlannedCall("metrics_query", arguments)
                } + calls
        }
        var slots: Set<String> = [
            "metric", "value", "dimension", "period", "comparison", "order", "number", "chart", "granularity",
            "subject:leaks", "subject:overview",
        ]
        for cue in [
            "why", "difference", "change", "up", "down", "over", "under", "hit", "compare", "total", "breakdown",
            "share",
            "include", "again", "list", "trend", "rate",
        ] { slots.insert("cue:" + cue) }
        return [
            SkillPlan(
                skill: name,
                calls: calls,
                frame: frame,
                uses: slots,
                preference: 1
            )
        ]
    }

    private static let dimensions: Set<String> = [
        "account", "vendor", "department", "region", "lob", "product", "source",
    ]

    /// A ratio is explained by the amount above its line.
    private static let amounts = [
        "gross_margin": "gross_profit", "ebitda_margin": "ebitda", "operating_margin": "operating_income",
        "net_margin": "net_income",
    ]
    private static let costs: Set<String> = ["costs", "spend", "opex", "cogs", "other", "depreciation"]

    private static func metric(_ frame: Frame) -> String? {
        if let metric = frame.metrics.first { return amounts[metric] ?? metric }
        if frame.isAbout("leaks") || frame.comparisons.contains("budget") || frame.has("difference") { return "costs" }
        if frame.isAbout("overview") { return "net_income" }
        guard let dimension = frame.filters.first?.dimension else { return nil }
        return ["vendor", "department"].contains(dimension) ? "spend" : "revenue"
    }

    private static func periods(_ frame: Frame, _ metric: String, _ situation: Situation) -> (JSONValue, JSONValue) {
        let start = situation.settings.fiscalYearStart
        var spans = frame.periods.map(\.period)
        var isBaseline = frame.hasBaseline
        if spans.count == 1, isBaseline, let unit = spans[0].unit, spans[0].end < situation.current(unit).start {
            spans = [situation.current(unit), spans[0]]
        }
        if spans.count == 2, !isBaseline, spans[0].unit == spans[1].unit { isBaseline = true }
        if spans.count == 2, isBaseline {
            let (current, before) = spans[0].start < spans[1].start ? (spans[1], spans[0]) : (spans[0], spans[1])
            if before == current.previous() { return (current.json(fiscalYearStart: start), "prior_period") }
            if before == current.priorYear() { return (current.json(fiscalYearStart: start), "prior_year") }
            return (
                current.json(fiscalYearStart: start), ["period": before.json(fiscalYearStart: start)]
            )
        }
        let period = (spans.first ?? situation.current(.month)).json(fiscalYearStart: start)
        return (period, baseline(frame, metric, situation))
    }

    /// A variance is one against the budget; a change is one against the period before.
    private static func baseline(_ frame: Frame, _ metric: String, _ situation: Situation) -> JSONValue {
        switch frame.comparisons.first {
        case "budget": return "budget"
        case "prior_year": return "prior_year"
        case .some: return "prior_period"
        case nil: break
        }
        if situation.vocabulary.lacking.contains("budget") { return "prior_period" }
        if frame.has("change") || frame.has("up") || frame.has("down") { return "prior_period" }
        if frame.has("difference") || frame.has("over") || frame.has("under") || frame.has("hit") { return "budget" }
        if frame.isAbout("overview") { return "budget" }
        if frame.inheritsSubject { return "prior_period" }
        let isCost = costs.contains(metric) || metric.hasPrefix("account:") || frame.isAbout("leaks")
        return isCost ? "budget" : "prior_period"
    }

    package func answer(_ question: AskedQuestion, in situation: Situation) -> AnswerDraft {
        guard let call = question.calls.first(where: { $0.call.name == "variance_drivers" }) else {
            return AnswerDraft()
        }
        let reader = FigureReader(call)
        let beside = question.calls.filter { $0.call.name == "metrics_query" }.map(FigureReader.init)
        var draft = AnswerDraft()
        DriversPremise(reader: beside.first ?? reader, frame: question.frame, situation: situation).correct(in: &draft)
        for reader in beside {
            let words = FigureSentences(reader: reader, situation: situation)
            guard words.hasValue else { continue }
            words.sentence(in: &draft)
            draft.cite(reader.citations)
        }
        draft.append(DriversAnswer(reader: reader, frame: question.frame, situation: situation).draft())
        return draft
    }

    package func suggestions(in situation: Situation) -> [String] {
        let month = situation.current(.month)
        if situation.vocabulary.lacking.contains("budget") {
            return ["Why did revenue change in \(situation.label(month.previous()))?"]
        }
        return [
            "What is driving the variance of operating expenses in \(situation.label(month))?",
            "Why did revenue change in \(situation.label(month.previous()))?",
        ]
    }
}

/// The sentences of the skill.
enum DriversPhrase {
    static let lead = Phrase("drivers_lead", "dimension")
    static let driver = Phrase("drivers_driver", "number", "name", "difference")
    static let figures = Phrase("drivers_figures", "value", "baseline", "percent")
    static let anomaly = Phrase("drivers_anomaly", "description")
    static let rest = Phrase("drivers_rest", "difference", "count")
    static let none = Phrase("drivers_none")
    static let premise = Phrase("drivers_premise", "subject", "change")

    static let all = [premise, lead, driver, figures, anomaly, rest, none]
}

/// Words the result of `variance_drivers`.
struct DriversAnswer {
    let reader: FigureReader
    let frame: Frame
    let situation: Situation

    func draft() -> AnswerDraft {
        var draft = AnswerDraft()
        let words = FigureSentences(reader: reader, situation: situation, differenceFormat: .shortMoney)
        draft.say(
            MetricsPhrase.value,
            ["subject": [.data(words.name)], "period": words.scope, "value": [words.figure()]]
        )
        words.toDate(in: &draft)
        words.comparison(in: &draft, isAsked: true)
        draft.say(.text("."))
        let count = reader.count("/drivers")
        var (general, special) = citations(count)
        draft.cite(general)
        guard count > 0 else {
            draft.say(.text(" "))
            draft.say(DriversPhrase.none)
            return draft
        }
        let dimension = DimensionNames.singular(reader.text("/by") ?? "account")
        draft.say(.text(" "))
        draft.say(DriversPhrase.lead, ["dimension": [.text(dimension)]])
        for index in 0..<count {
            driver(index, in: &draft)
            draft.cite(special[index] ?? [])
            special[index] = nil
        }
        if let rest = reader.exact("/other/difference"), !rest.isZero {
            let difference = Figure(reader.reference("/other/difference"), format: .shortMoney, isSigned: true)
            draft.say(.text("\n\n"))
            draft.say(
                DriversPhrase.rest,
                [
                    "difference": [.figure(difference)],
                    "count": [.figure(Figure(reader.reference("/other/count"), format: .number))],
                ]
            )
        }
        draft.show(chart: waterfall(count, words))
        suggest(words, in: &draft)
        return draft
    }

    private func driver(_ index: Int, in draft: inout AnswerDraft) {
        let base = "/drivers/\(index)"
        let difference = Figure(reader.reference(base + "/difference"), format: .shortMoney, isSigned: true)
        draft.say(.text("\n\n"))
        draft.say(
            DriversPhrase.driver,
            [
                "number": [.ordinal(index + 1)], "name": [.data(reader.text(base + "/name") ?? "")],
                "difference": [.figure(difference)],
            ]
        )
        var percent: [Segment] = []
        if let before = reader.exact(base + "/baseline"), !before.isZero {
            let change = Figure(
                reader.reference(base + "/value"),
                .change(from: reader.reference(base + "/baseline")),
                format: .percent,
                isSigned: true
            )
            percent = [.text(" ("), .figure(change), .text(")")]
        }
        draft.say(.text("\n"))
        draft.say(
            DriversPhrase.figures,
            [
                "value": [.figure(Figure(reader.reference(base + "/value"), format: .money))],
                "baseline": [.figure(Figure(reader.reference(base + "/baseline"), format: .money))],
                "percent": percent,
            ]
        )
        if let description = reader.text(base + "/anomaly/description") {
            draft.say(.text(" "))
            draft.say(DriversPhrase.anomaly, ["description": [.data(description)]])
        }
    }

    /// Citations of the whole, and those that belong to one driver: its anomaly and its account.
    private func citations(_ count: Int) -> ([Citation], [Int: [Citation]]) {
        var general: [Citation] = []
        var special: [Int: [Citation]] = [:]
        for (order, citation) in reader.citations.enumerated() {
            let account = citation.fields["account"]?.string
            let index = (0..<count).first { index in
                let base = "/drivers/\(index)"
                if citation.source == "anomaly" { return reader.text(base + "/anomaly/id") == citation.id }
                return order > 0 && account != nil && account == reader.text(base + "/code")
            }
            if let index { special[index, default: []].append(citation) } else { general.append(citation) }
        }
        return (general, special)
    }

    private func waterfall(_ count: Int, _ words: FigureSentences) -> JSONValue {
        var labels = [words.comparisonKind == "budget" ? "Budget" : reader.text("/comparison/period/label") ?? "Before"]
        var values: [JSONValue] = [reader.value("/comparison/value") ?? .null]
        for index in 0..<count {
            labels.append(reader.text("/drivers/\(index)/name") ?? "")
            values.append(reader.value("/drivers/\(index)/difference") ?? .null)
        }
        if let rest = reader.exact("/other/difference"), !rest.isZero {
            labels.append("Other")
            values.append(reader.value("/other/difference") ?? .null)
        }
        labels.append(words.period.map(situation.label) ?? "Actual")
        values.append(reader.value("/value") ?? .null)
        return ChartShape.chart(
            "waterfall",
            title: "Drivers of \(words.name)",
            labels: labels,
            datasets: [(words.name, values)],
            unit: "currency",
            currency: situation.settings.currency
        )
    }

    private func suggest(_ words: FigureSentences, in draft: inout AnswerDraft) {
        let id = reader.text("/metric/id") ?? ""
        draft.drillDown("View \(words.name) breakdown", url: "/metrics/\(id)/breakdown")
        guard let period = words.period, period.unit != nil else { return }
        let label = situation.label(period)
        draft.suggest("\(words.name) by department in \(label)")
        draft.suggest("Show the monthly trend of \(words.name.lowercased())")
    }
}
