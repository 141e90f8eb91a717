internal import AgentRuntime

/// Words the results of `metrics_query`.
struct MetricsAnswer {
    let question: AskedQuestion
    let situation: Situation
    let readers: [FigureReader]
    let shape: MetricsQuestion.Shape
    var frame: Frame { question.frame }

    static let rowsMax = 10
    /// What results call the rows without a value in a dimension.
    static let nameless = "unassigned"
    static let rowsAskedMax = 50

    init(_ question: AskedQuestion, _ situation: Situation) {
        self.question = question
        self.situation = situation
        readers = question.calls.map(FigureReader.init)
        shape = question.data["shape"]?.string.flatMap(MetricsQuestion.Shape.init(rawValue:)) ?? .value
    }

    func draft() -> AnswerDraft {
        var draft = AnswerDraft()
        guard let first = readers.first else { return draft }
        switch shape {
        case .value: value(first, in: &draft)
        case .planned: for (index, reader) in readers.enumerated() { planned(reader, isFirst: index == 0, in: &draft) }
        case .breakdown, .leader:
            for (index, reader) in readers.enumerated() {
                if index > 0 { draft.say(.text("\n\n")) }
                groups(reader, in: &draft)
            }
        case .series: series(first, in: &draft)
        case .share: share(in: &draft)
        case .ratio: ratio(in: &draft)
        case .average:
            for (index, reader) in readers.enumerated() {
                if index > 0 { draft.say(.text("\n\n")) }
                average(reader, in: &draft)
            }
        case .count: count(first, in: &draft)
        case .pair: pair(first, in: &draft)
        case .several: several(in: &draft)
        }
        suggest(in: &draft)
        return draft
    }

    func sentences(_ reader: FigureReader) -> FigureSentences {
        FigureSentences(reader: reader, situation: situation)
    }

    // MARK: One value

    func value(_ reader: FigureReader, in draft: inout AnswerDraft) {
        if let isTrue = verdict(reader) { draft.say(isTrue ? MetricsPhrase.yes : MetricsPhrase.no) }
        statement(reader, in: &draft)
        if question.data["used"]?.bool == true, let planned = reader.exact("/comparison/value"), !planned.isZero {
            let reference = reader.reference("/comparison/value")
            let percent = Figure(reader.reference("/value"), .ratio(to: reference), format: .percent)
            draft.say(.text(" "))
            draft.say(MetricsPhrase.used, ["percent": [.figure(percent)]])
        }
        let rows = reader.count("/groups")
        if rows > 1 { list(reader, indices: Array(0..<min(rows, Self.rowsMax)), lead: true, in: &draft) }
        if reader.count("/series") > 1 { points(reader, in: &draft) }
        sources(reader, in: &draft)
        if frame.chart != nil, rows < 2, reader.count("/series") < 2 { comparisonChart(reader, in: &draft) }
    }

    /// The value with its comparison and sources: one whole sentence.
    func statement(_ reader: FigureReader, in draft: inout AnswerDraft) {
        let words = sentences(reader)
        guard words.hasValue else {
            let phrase = words.isRatio ? MetricsPhrase.undefined : MetricsPhrase.nothing
            draft.say(phrase, ["subject": [.data(words.name)], "period": words.scope])
            draft.cite(reader.citations)
            return
        }
        if words.isEmpty, !words.hasBaseline() {
            draft.say(MetricsPhrase.nothing, ["subject": [.data(words.name)], "period": words.scope])
            draft.cite(reader.citations)
            return
        }
        draft.say(
            MetricsPhrase.value,
            ["subject": [.data(words.name)], "period": words.scope, "value": [words.figure()]]
        )
        words.toDate(in: &draft)
        if reader.value("/comparison") != nil {
            words.comparison(in: &draft, isAsked: question.data["unasked_comparison"]?.bool != true)
        }
        draft.say(.text("."))
        draft.cite(reader.citations)
    }

    func planned(_ reader: FigureReader, isFirst: Bool, in draft: inout AnswerDraft) {
        let words = sentences(reader)
        if !isFirst { draft.say(.text("\n")) }
        draft.say(
            MetricsPhrase.planned,
            ["subject": [.data(words.name)], "period": words.scope, "value": [words.figure()]]
        )
        draft.cite(reader.citations)
        let rows = reader.count("/groups")
        if rows > 1 { list(reader, indices: Array(0..<min(rows, Self.rowsMax)), lead: true, in: &draft) }
    }

    /// Yes or no, when the question asks for it and the figures can tell.
    func verdict(_ reader: FigureReader) -> Bool? {
        guard frame.form == .yesNo else { return nil }
        let words = sentences(reader)
        guard let value = reader.exact("/value") else { return nil }
        if let threshold = frame.thresholds.first, !words.isRatio || threshold.isPercent {
            let bound = threshold.isPercent ? threshold.value.shifted(by: -2) : threshold.value
            return threshold.isAbove ? bound < value : value < bound
        }
        if words.hasBaseline(), let difference = words.difference() {
            if frame.has("under") || frame.has("down") { return difference.isNegative }
            if frame.has("hit") { return words.isCost ? !(ExactNumber.zero < difference) : !difference.isNegative }
            if words.comparisonKind == "budget", !frame.has("over"), !frame.has("up"), !frame.has("compare") {
                return nil
            }
            return ExactNumber.zero < difference
        }
        guard reader.value("/comparison") == nil, frame.metrics == ["net_income"] else { return nil }
        let asksForLoss = frame.words.contains { ["loss", "losses", "lose", "losing", "lost", "red"].contains($0) }
        return asksForLoss ? value.isNegative : ExactNumber.zero < value
    }

    func sources(_ reader: FigureReader, in draft: inout AnswerDraft) {
        let count = reader.count("/sources")
        guard (1...6).contains(count), shape == .value else { return }
        var list: [Segment] = []
        for index in 0..<count {
            guard let name = reader.text("/sources/\(index)/name") else { continue }
            if !list.isEmpty { list.append(.text(", ")) }
            let rows = Figure(reader.reference("/sources/\(index)/rows"), format: .number)
            list += [.data(name), .text(" ("), .figure(rows), .text(" data points)")]
        }
        guard !list.isEmpty else { return }
        draft.say(.text("\n\n"))
        draft.say(MetricsPhrase.sources, ["sources": list])
    }

    func comparisonChart(_ reader: FigureReader, in draft: inout AnswerDraft) {
        let words = sentences(reader)
        guard words.hasBaseline(), let period = words.period else { return }
        let before = reader.text("/comparison/period/label") ?? "Baseline"
        let chart = ChartShape.chart(
            "bar",
            title: "\(words.name), \(situation.label(period))",
            labels: [situation.label(period), words.comparisonKind == "budget" ? "Budget" : before],
            datasets: [(words.name, [reader.value("/value") ?? .null, reader.value("/comparison/value") ?? .null])],
            unit: words.isRatio ? "ratio" : "currency",
            currency: situation.settings.currency
        )
        draft.show(chart: chart)
    }

    // MARK: What next

    func suggest(in draft: inout AnswerDraft) {
        guard let reader = readers.first else { return }
        let words = sentences(reader)
        guard let period = words.period, period.unit != nil, period.unit != .day, period.unit != .week else { return }
        let label = situation.label(period)
        let name = words.innerName
        if !words.isRatio, shape == .value || shape == .series {
            draft.suggest("What is driving the change in \(name) in \(label)?")
        }
        if reader.text("/comparison/kind") != "budget", !situation.vocabulary.lacking.contains("budget") {
            draft.suggest("Compare \(name) to budget in \(label)")
        }
        if shape != .series, period.unit != .month { draft.suggest("Show \(name) by month in \(label)") }
        if shape != .breakdown, shape != .leader, !words.isRatio,
            situation.vocabulary.values(of: "region").count > 1, reader.count("/groups") == 0
        {
            draft.suggest("\(words.name) by region in \(label)")
        }
    }
}

extension FigureSentences {
    var scopeWithoutFilters: [Segment] { periodSegments }
}
