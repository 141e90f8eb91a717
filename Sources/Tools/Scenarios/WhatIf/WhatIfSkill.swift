package import AgentRuntime

/// Reads suppositions about what was booked ("what if we cut travel by 15%?") and words what would have come of them.
package struct WhatIfSkill: Skill {
    package let name = "what_if"
    package let words: [VocabularyEntry] =
        FinanceWords.entries(.filler, "across the board")
        + FinanceWords.entries(
            .cue(":what_if"),
            "what if|what happens if|what would happen if|what would be the effect if|what would be the impact if|"
                + "what would change if|suppose|supposing|suppose that|assuming|hypothetically|imagine|and if we|"
                + "what about if"
        )
    package let phrases: [Phrase] = [
        Self.changeLine, Self.margin, Self.points, Self.outcomes, Self.outcome, Self.same, Self.heads, Self.prices,
        Self.rest,
    ]

    private static let changeLine = Phrase("what_if_change", "name", "period", "direction", "by", "base", "new")
    private static let margin = Phrase("what_if_margin", "name", "period", "base", "new", "by")
    private static let points = Phrase("what_if_points", "name", "base", "new", "by")
    private static let outcomes = Phrase("what_if_outcomes")
    private static let outcome = Phrase("what_if_outcome", "name", "base", "new", "by")
    private static let same = Phrase("what_if_same", "name", "base")
    private static let heads = Phrase("what_if_heads", "count", "cost", "period", "by")
    private static let prices = Phrase("what_if_prices")
    private static let rest = Phrase("what_if_rest")

    package init() {}

    package func plans(for frame: Frame, in situation: Situation) -> [SkillPlan] {
        guard !frame.has("exclude"), let reader = ChangeReader(frame, situation) else { return [] }
        let start = situation.settings.fiscalYearStart
        let span = frame.periods.first ?? defaultSpan(situation)
        var arguments: JSONObject = [
            "period": span.period.json(fiscalYearStart: start), "changes": reader.argument,
        ]
        if !reader.outcomes.isEmpty {
            arguments["outcomes"] = .array(reader.outcomes.prefix(WhatIf.outcomesMax).map(JSONValue.string))
        }
        var plan = SkillPlan(
            skill: name,
            calls: [PlannedCall("what_if", arguments)],
            data: reader.isOfPrices ? ["prices": true] : [:],
            score: 1,
            preference: 4
        )
        plan.unplaced = reader.unplaced
        if frame.periods.isEmpty { plan.assumedPeriods = [span] }
        return [plan]
    }

    /// Without a named time a supposition is about a year of actuals: the twelve months that end with the current one.
    private func defaultSpan(_ situation: Situation) -> Frame.Span {
        let month = situation.current(.month)
        let period =
            Period(
                start: month.start.adding(months: -11),
                end: month.end,
                fiscalYearStart: situation.settings.fiscalYearStart
            ) ?? month
        return Frame.Span(words: "", period: period, isToDate: situation.today < period.end)
    }

    package func answer(_ question: AskedQuestion, in situation: Situation) -> AnswerDraft {
        var draft = AnswerDraft()
        guard let call = question.calls.first else { return draft }
        let reader = FigureReader(call)
        for index in 0..<reader.count("/changes") {
            if index > 0 { draft.say(.text("\n")) }
            change(reader, "/changes/\(index)", situation, in: &draft)
            if reader.value("/to_date")?.bool == true {
                draft.say(
                    MetricsPhrase.toDate,
                    ["unit": [.text(unit(reader, situation))], "date": [.date(situation.today)]]
                )
            }
            draft.say(.text("."))
            if index == 0 { draft.cite(reader.citations) }
        }
        if question.data["prices"]?.bool == true {
            draft.say(.text(" "))
            draft.say(Self.prices)
        }
        let moved = (0..<reader.count("/outcomes"))
        if !moved.isEmpty {
            draft.say(.text("\n\n"))
            draft.say(Self.outcomes)
            for index in moved { outcome(reader, "/outcomes/\(index)", in: &draft) }
        }
        draft.say(.text("\n\n"))
        draft.say(Self.rest)
        if let chart = chart(reader, situation) { draft.show(chart: chart) }
        suggest(reader, situation, in: &draft)
        return draft
    }

    private func unit(_ reader: FigureReader, _ situation: Situation) -> String {
        reader.period("/period", in: situation)?.unit?.rawValue ?? "period"
    }

    private func money(
        _ reader: FigureReader,
        _ pointer: String,
        signed: Bool = false,
        magnitude: Bool = false
    )
        -> Segment
    {
        .figure(Figure(reader.reference(pointer), format: .money, isSigned: signed, isMagnitude: magnitude))
    }

    /// "Travel, Q2 2025" with the part of the business that it is narrowed to.
    private func scope(_ reader: FigureReader, _ base: String, _ situation: Situation) -> [Segment] {
        var segments: [Segment] =
            reader.period("/period", in: situation).map { [.period($0)] } ?? [.data(reader.text("/period/label") ?? "")]
        for filter in reader.value(base + "/filters")?.array ?? [] {
            let names = (filter["values"]?.array ?? []).compactMap(\.string)
            guard !names.isEmpty else { continue }
            segments += [
                .text(filter["exclude"]?.bool == true ? ", without " : ", "), .data(names.joined(separator: ", ")),
            ]
        }
        return segments
    }

    private func change(_ reader: FigureReader, _ base: String, _ situation: Situation, in draft: inout AnswerDraft) {
        let name: [Segment] = [.data(reader.text(base + "/name") ?? "")]
        if reader.text(base + "/metric/unit") == "ratio" {
            let change = Figure(
                reader.reference(base + "/new"),
                .difference(from: reader.reference(base + "/base")),
                format: .points,
                isSigned: true
            )
            draft.say(
                Self.margin,
                [
                    "name": name, "period": scope(reader, base, situation), "by": [.figure(change)],
                    "base": [.figure(Figure(reader.reference(base + "/base"), format: .percent))],
                    "new": [.figure(Figure(reader.reference(base + "/new"), format: .percent))],
                ]
            )
            return
        }
        if reader.value(base + "/heads") != nil {
            draft.say(
                Self.heads,
                [
                    "count": [.figure(Figure(reader.reference(base + "/heads"), format: .number, isSigned: true))],
                    "cost": [money(reader, base + "/cost_per_head")], "period": scope(reader, base, situation),
                    "by": [money(reader, base + "/change", signed: true)],
                ]
            )
            return
        }
        var by: [Segment] = [money(reader, base + "/change", magnitude: true)]
        if reader.exact(base + "/base")?.isZero == false {
            let percent = Figure(
                reader.reference(base + "/new"),
                .change(from: reader.reference(base + "/base")),
                format: .percent,
                isSigned: true
            )
            by += [.text(" ("), .figure(percent), .text(")")]
        }
        let isFall = reader.exact(base + "/change")?.isNegative == true
        draft.say(
            Self.changeLine,
            [
                "name": name, "period": scope(reader, base, situation), "direction": [.text(isFall ? "down" : "up")],
                "by": by, "base": [money(reader, base + "/base")], "new": [money(reader, base + "/new")],
            ]
        )
    }

    private func outcome(_ reader: FigureReader, _ base: String, in draft: inout AnswerDraft) {
        let name: [Segment] = [.data(reader.text(base + "/name") ?? "")]
        let isRatio = reader.text(base + "/metric/unit") == "ratio"
        func figure(_ pointer: String) -> Segment {
            .figure(Figure(reader.reference(base + pointer), format: isRatio ? .percent : .money))
        }
        draft.say(.text("\n"))
        guard let change = reader.exact(base + "/change"), !change.isZero else {
            draft.say(Self.same, ["name": name, "base": [figure("/base")]])
            return
        }
        let values: [String: [Segment]] = ["name": name, "base": [figure("/base")], "new": [figure("/new")]]
        if isRatio {
            let points = Figure(
                reader.reference(base + "/new"),
                .difference(from: reader.reference(base + "/base")),
                format: .points,
                isSigned: true
            )
            draft.say(Self.points, values.merging(["by": [.figure(points)]]) { $1 })
            return
        }
        var by: [Segment] = [money(reader, base + "/change", signed: true)]
        if reader.exact(base + "/base")?.isZero == false {
            let percent = Figure(
                reader.reference(base + "/new"),
                .change(from: reader.reference(base + "/base")),
                format: .percent,
                isSigned: true
            )
            by += [.text(", "), .figure(percent)]
        }
        draft.say(Self.outcome, values.merging(["by": by]) { $1 })
    }

    /// Base and new level of each result side by side.
    private func chart(_ reader: FigureReader, _ situation: Situation) -> JSONValue? {
        let money = (0..<reader.count("/outcomes")).filter {
            reader.text("/outcomes/\($0)/metric/unit") != "ratio"
        }
        guard !money.isEmpty else { return nil }
        return ChartShape.chart(
            "bar",
            title: reader.period("/period", in: situation).map { "As booked and supposed, \(situation.label($0))" }
                ?? "As booked and supposed",
            labels: money.map { reader.text("/outcomes/\($0)/name") ?? "" },
            datasets: [
                ("As booked", money.map { reader.value("/outcomes/\($0)/base") ?? .null }),
                ("Supposed", money.map { reader.value("/outcomes/\($0)/new") ?? .null }),
            ],
            unit: "currency",
            currency: situation.settings.currency
        )
    }

    private func suggest(_ reader: FigureReader, _ situation: Situation, in draft: inout AnswerDraft) {
        guard let period = reader.period("/period", in: situation), period.unit != nil else { return }
        let label = situation.label(period)
        if let name = reader.text("/changes/0/name") { draft.suggest("What was \(name) in \(label)?") }
        draft.suggest("Show me the P&L for \(label)")
    }

    package func suggestions(in situation: Situation) -> [String] { [] }
}
