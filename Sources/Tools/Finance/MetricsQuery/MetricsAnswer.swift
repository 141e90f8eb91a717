internal import AgentRuntime

/// Words the results of `metrics_query`.
struct MetricsAnswer {
    private let question: AskedQuestion
    private let situation: Situation
    private let readers: [FigureReader]
    private let shape: MetricsQuestion.Shape
    private var frame: Frame { question.frame }

    private static let rowsMax = 10
    /// What results call the rows without a value in a dimension.
    private static let nameless = "unassigned"
    private static let rowsAskedMax = 50

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

    private func sentences(_ reader: FigureReader) -> FigureSentences {
        FigureSentences(reader: reader, situation: situation)
    }

    // MARK: One value

    private func value(_ reader: FigureReader, in draft: inout AnswerDraft) {
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
    private func statement(_ reader: FigureReader, in draft: inout AnswerDraft) {
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

    private func planned(_ reader: FigureReader, isFirst: Bool, in draft: inout AnswerDraft) {
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
    private func verdict(_ reader: FigureReader) -> Bool? {
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

    private func sources(_ reader: FigureReader, in draft: inout AnswerDraft) {
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

    private func comparisonChart(_ reader: FigureReader, in draft: inout AnswerDraft) {
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

    // MARK: Groups

    private func groups(_ reader: FigureReader, in draft: inout AnswerDraft) {
        let words = sentences(reader)
        var indices = Array(0..<reader.count("/groups"))
        let isByChange = question.data["by_change"]?.bool == true
        if let side = question.data["side"]?.string {
            indices = indices.filter { index in
                guard let difference = words.difference("/groups/\(index)") else { return false }
                return side == "over" ? ExactNumber.zero < difference : difference.isNegative
            }
        }
        for threshold in frame.thresholds {
            indices = indices.filter { meets(threshold, reader, $0, isByChange: isByChange) }
        }
        if frame.has("rate") { indices = byRate(indices, reader) }
        // What carries no name is no candidate for a rank; it is said after those that do.
        let nameless = indices.filter { isNameless(reader, $0) }
        if nameless.count < indices.count { indices.removeAll { nameless.contains($0) } }
        guard !indices.isEmpty else {
            noMatch(words, in: &draft)
            draft.cite(reader.citations)
            return
        }
        let all = indices.count
        let limit = frame.limit.map { min($0, Self.rowsAskedMax) } ?? Self.rowsMax
        indices = Array(indices.prefix(limit))
        if shape == .leader {
            leader(reader, indices[0], in: &draft)
            draft.cite(reader.citations)
            guard indices.count > 1 else { return }
            list(reader, indices: indices, lead: true, in: &draft)
        } else {
            statement(reader, in: &draft)
            if frame.limit == nil { indices += nameless.filter { !indices.contains($0) } }
            list(reader, indices: indices, lead: true, in: &draft)
        }
        if all > indices.count, frame.limit == nil, frame.thresholds.isEmpty, question.data["side"] == nil {
            draft.say(.text("\n"))
            draft.say(
                MetricsPhrase.more,
                ["count": [.figure(Figure(reader.reference("/groups_total"), format: .number))]]
            )
        }
        if reader.count("/series") > 1 { points(reader, in: &draft) }
    }

    /// By relative change, the largest first; groups that had nothing before come last.
    private func byRate(_ indices: [Int], _ reader: FigureReader) -> [Int] {
        func rate(_ index: Int) -> ExactNumber? {
            let base = "/groups/\(index)"
            return Figure(
                reader.reference(base + "/value"),
                .change(from: reader.reference(base + "/comparison/value")),
                format: .percent
            ).value(in: [reader.call.call.id: reader.content])
        }
        let isAscending = question.data["direction"]?.string == "asc"
        return indices.compactMap { index in rate(index).map { (index: index, rate: $0) } }
            .sorted { isAscending ? $0.rate < $1.rate : $1.rate < $0.rate }
            .map(\.index)
    }

    private func isNameless(_ reader: FigureReader, _ index: Int) -> Bool {
        reader.text("/groups/\(index)/name") == Self.nameless
    }

    private func meets(_ threshold: Frame.Threshold, _ reader: FigureReader, _ index: Int, isByChange: Bool) -> Bool {
        let words = sentences(reader)
        let base = "/groups/\(index)"
        var value = isByChange ? words.difference(base)?.magnitude : reader.exact(base + "/value")
        var bound = threshold.value
        if threshold.isPercent {
            bound = bound.shifted(by: -2)
            if isByChange || words.hasBaseline(base) {
                value = Figure(
                    reader.reference(base + "/value"),
                    .change(from: reader.reference(base + "/comparison/value")),
                    format: .percent,
                    isMagnitude: isByChange
                ).value(in: [reader.call.call.id: reader.content])
            } else if !words.isRatio, let part = value, let whole = reader.exact("/value"), !whole.isZero {
                value = part.divided(by: whole, places: 12)
            }
        }
        guard let value else { return false }
        return threshold.isAbove ? bound < value : value < bound
    }

    private func noMatch(_ words: FigureSentences, in draft: inout AnswerDraft) {
        let dimension = words.reader.text("/group_by") ?? frame.groupings.first ?? "account"
        var condition: [Segment] = [.text("that match")]
        if let threshold = frame.thresholds.first {
            condition = [.text(threshold.isAbove ? "above " : "below "), .echo(threshold.words)]
        } else if let side = question.data["side"]?.string {
            let baseline = words.comparisonKind == "budget" ? "budget" : "the earlier period"
            condition = [.text(side == "over" ? "above " : "below "), .text(baseline)]
        }
        draft.say(
            MetricsPhrase.noneMatch,
            [
                "dimension": [.text(DimensionNames.plural(dimension))], "condition": condition,
                "period": [.data(words.name), .text(", ")] + words.scope,
            ]
        )
    }

    private func leader(_ reader: FigureReader, _ index: Int, in draft: inout AnswerDraft) {
        let words = sentences(reader)
        let base = "/groups/\(index)"
        let isAscending = question.data["direction"]?.string == "asc"
        let rank: String
        if question.data["by_change"]?.bool == true {
            let difference = words.difference(base) ?? .zero
            if isAscending {
                rank = ExactNumber.zero < difference ? "smallest increase in" : "largest decrease in"
            } else {
                rank = difference.isNegative ? "smallest decrease in" : "largest increase in"
            }
        } else {
            rank = isAscending ? "lowest" : "highest"
        }
        draft.say(
            MetricsPhrase.leader,
            [
                "name": [.data(reader.text(base + "/name") ?? "")], "rank": [.text(rank)],
                "subject": [.data(words.innerName)], "period": words.scope, "value": [words.figure(base + "/value")],
                "detail": words.detail(base),
            ]
        )
        words.toDate(in: &draft)
        draft.say(.text("."))
    }

    /// Rows of groups with a chart beside them.
    private func list(_ reader: FigureReader, indices: [Int], lead: Bool, in draft: inout AnswerDraft) {
        let words = sentences(reader)
        let isCompared = question.data["unasked_comparison"]?.bool != true
        let dimension = reader.text("/group_by") ?? question.calls.first?.call.arguments["group_by"]?.string ?? ""
        if lead {
            draft.say(.text("\n\n"))
            draft.say(MetricsPhrase.by, ["dimension": [.text(DimensionNames.singular(dimension))]])
        }
        for index in indices {
            let base = "/groups/\(index)"
            draft.say(.text("\n"))
            let value = reader.exact(base + "/value") == nil ? [Segment.text("none")] : [words.figure(base + "/value")]
            draft.say(
                MetricsPhrase.row,
                [
                    "name": [.data(reader.text(base + "/name") ?? "")], "value": value,
                    "detail": words.detail(base, isCompared: isCompared),
                ]
            )
        }
        let type = frame.chart.flatMap { $0 == "auto" ? nil : $0 } ?? "bar"
        if let chart = words.chart(rows: "/groups", indices: indices, label: "name", type: type, isCompared: isCompared)
        {
            draft.show(chart: chart)
        }
    }

    // MARK: Series

    private func series(_ reader: FigureReader, in draft: inout AnswerDraft) {
        statement(reader, in: &draft)
        points(reader, in: &draft)
    }

    private func points(_ reader: FigureReader, in draft: inout AnswerDraft) {
        let words = sentences(reader)
        var indices = (0..<reader.count("/series")).filter { reader.exact("/series/\($0)/value") != nil }
        guard let first = indices.first, let last = indices.last, first != last else { return }
        if !frame.thresholds.isEmpty {
            indices = indices.filter { index in
                frame.thresholds.allSatisfy { threshold in
                    guard let value = reader.exact("/series/\(index)/value") else { return false }
                    let bound = threshold.isPercent ? threshold.value.shifted(by: -2) : threshold.value
                    return threshold.isAbove ? bound < value : value < bound
                }
            }
            matching(reader, indices, words, in: &draft)
            return
        }
        func label(_ index: Int) -> [Segment] { [.data(reader.text("/series/\(index)/label") ?? "")] }
        func exact(_ index: Int) -> ExactNumber { reader.exact("/series/\(index)/value") ?? .zero }
        let high = indices.max { exact($0) < exact($1) } ?? first
        let low = indices.min { exact($0) < exact($1) } ?? last
        draft.say(.text("\n\n"))
        draft.say(
            MetricsPhrase.extremes,
            [
                "high_label": label(high), "high": [words.figure("/series/\(high)/value")], "low_label": label(low),
                "low": [words.figure("/series/\(low)/value")],
            ]
        )
        if frame.order == nil {
            draft.say(.text(" "))
            movement(words, first, last, label(first), label(last), in: &draft)
        }
        if indices.count <= 24 {
            for index in indices {
                draft.say(.text("\n"))
                draft.say(
                    MetricsPhrase.row,
                    [
                        "name": label(index), "value": [words.figure("/series/\(index)/value")],
                        "detail": words.detail("/series/\(index)", shareOf: nil),
                    ]
                )
            }
        }
        let type = frame.chart.flatMap { $0 == "auto" ? nil : $0 } ?? "line"
        if let chart = words.chart(rows: "/series", indices: indices, label: "label", type: type) {
            draft.show(chart: chart)
        }
    }

    /// The points of a series that a bound leaves.
    private func matching(
        _ reader: FigureReader,
        _ indices: [Int],
        _ words: FigureSentences,
        in draft: inout AnswerDraft
    ) {
        guard let threshold = frame.thresholds.first else { return }
        let side: [Segment] = [.text(threshold.isAbove ? "above " : "below "), .echo(threshold.words)]
        draft.say(.text("\n\n"))
        draft.say(indices.isEmpty ? MetricsPhrase.noPoint : MetricsPhrase.matching, ["condition": side])
        for index in indices {
            draft.say(.text("\n"))
            draft.say(
                MetricsPhrase.row,
                [
                    "name": [.data(reader.text("/series/\(index)/label") ?? "")],
                    "value": [words.figure("/series/\(index)/value")], "detail": [],
                ]
            )
        }
    }

    private func movement(
        _ words: FigureSentences,
        _ first: Int,
        _ last: Int,
        _ firstLabel: [Segment],
        _ lastLabel: [Segment],
        in draft: inout AnswerDraft
    ) {
        let from = words.reader.reference("/series/\(first)/value")
        let to = words.reader.reference("/series/\(last)/value")
        guard let difference = words.reader.difference(to.pointer, from.pointer), !difference.isZero else {
            draft.say(MetricsPhrase.trendFlat, ["first": firstLabel, "last": lastLabel])
            return
        }
        var by: [Segment] = [
            .figure(Figure(to, .difference(from: from), format: words.isRatio ? .points : .money, isMagnitude: true))
        ]
        if !words.isRatio, let before = words.reader.exact(from.pointer), !before.isZero {
            let percent = Figure(to, .change(from: from), format: .percent, isMagnitude: true)
            by += [.text(" ("), .figure(percent), .text(")")]
        }
        draft.say(
            MetricsPhrase.trend,
            [
                "first": firstLabel, "last": lastLabel,
                "direction": [.text(difference.isNegative ? "down" : "up")], "by": by,
            ]
        )
    }

    private func average(_ reader: FigureReader, in draft: inout AnswerDraft) {
        let words = sentences(reader)
        let indices = (0..<reader.count("/series")).filter { reader.exact("/series/\($0)/value") != nil }
        guard let first = indices.first, !words.isRatio, indices.count > 1 else {
            statement(reader, in: &draft)
            return
        }
        let others = indices.dropFirst().map { reader.reference("/series/\($0)/value") }
        let mean = Figure(reader.reference("/series/\(first)/value"), .mean(others), format: .money)
        let unit = question.data["unit"]?.string ?? "month"
        draft.say(
            MetricsPhrase.average,
            [
                "subject": [.data(words.innerName)], "unit": [.text(unit)], "period": words.scope,
                "value": [.figure(mean)],
            ]
        )
        draft.cite(reader.citations)
        draft.say(.text(" "))
        draft.say(
            MetricsPhrase.averageTotal,
            [
                "total": [words.figure()], "unit": [.text(unit + "s")],
                "count": [.figure(Figure(reader.reference("/series"), .count, format: .number))],
            ]
        )
        words.toDate(in: &draft)
        draft.say(.text("."))
        if let chart = words.chart(rows: "/series", indices: indices, label: "label", type: "line") {
            draft.show(chart: chart)
        }
    }

    // MARK: Several results

    private func share(in draft: inout AnswerDraft) {
        guard readers.count == 2 else { return }
        let part = sentences(readers[0])
        let whole = sentences(readers[1])
        guard let total = readers[1].exact("/value"), !total.isZero, part.hasValue else {
            statement(readers[1], in: &draft)
            return
        }
        let names = (question.frame.filters.last { !$0.isExcluded })?.values.joined(separator: ", ") ?? ""
        let percent = Figure(
            readers[0].reference("/value"),
            .ratio(to: readers[1].reference("/value")),
            format: .percent
        )
        draft.say(
            MetricsPhrase.share,
            [
                "part": [.data(names)], "percent": [.figure(percent)], "whole": [.data(whole.innerName)],
                "period": whole.scope, "value": [part.figure()], "total": [whole.figure()],
            ]
        )
        whole.toDate(in: &draft)
        draft.say(.text("."))
        draft.cite(readers[0].citations + readers[1].citations)
    }

    private func ratio(in draft: inout AnswerDraft) {
        guard readers.count == 2 else { return }
        let top = sentences(readers[0])
        let bottom = sentences(readers[1])
        guard let divisor = readers[1].exact("/value"), !divisor.isZero, top.hasValue else {
            statement(readers[0], in: &draft)
            draft.say(.text("\n\n"))
            statement(readers[1], in: &draft)
            return
        }
        let percent = Figure(
            readers[0].reference("/value"),
            .ratio(to: readers[1].reference("/value")),
            format: .percent
        )
        draft.say(
            MetricsPhrase.ratio,
            [
                "numerator": [.data(top.name)], "denominator": [.data(bottom.innerName)], "percent": [.figure(percent)],
                "period": bottom.scope, "value": [top.figure()], "total": [bottom.figure()],
            ]
        )
        bottom.toDate(in: &draft)
        draft.say(.text("."))
        draft.cite(readers[0].citations + readers[1].citations)
        ratios(in: &draft)
    }

    /// The ratio of each group that both results hold.
    private func ratios(in draft: inout AnswerDraft) {
        let (top, bottom) = (readers[0], readers[1])
        guard let dimension = bottom.text("/group_by"), top.count("/groups") > 0 else { return }
        var rows: [[String: [Segment]]] = []
        for index in 0..<min(bottom.count("/groups"), Self.rowsAskedMax) {
            let base = "/groups/\(index)"
            let name = bottom.text(base + "/name")
            let part = (0..<top.count("/groups")).first { top.text("/groups/\($0)/name") == name }
            guard let part, let name, bottom.exact(base + "/value")?.isZero == false else { continue }
            let value = top.reference("/groups/\(part)/value")
            let percent = Figure(value, .ratio(to: bottom.reference(base + "/value")), format: .percent)
            let detail: [Segment] = [
                .text(" ("), .figure(Figure(value, format: .money)), .text(" of "),
                .figure(Figure(bottom.reference(base + "/value"), format: .money)), .text(")"),
            ]
            rows.append(["name": [.data(name)], "value": [.figure(percent)], "detail": detail])
        }
        guard !rows.isEmpty else { return }
        draft.say(.text("\n\n"))
        draft.say(MetricsPhrase.by, ["dimension": [.text(DimensionNames.singular(dimension))]])
        for row in rows {
            draft.say(.text("\n"))
            draft.say(MetricsPhrase.row, row)
        }
    }

    private func count(_ reader: FigureReader, in draft: inout AnswerDraft) {
        let words = sentences(reader)
        let dimension = reader.text("/group_by") ?? frame.groupings.first ?? ""
        if question.data["side"] != nil {
            groups(reader, in: &draft)
            return
        }
        draft.say(
            MetricsPhrase.count,
            [
                "count": [
                    .figure(Figure(reader.reference("/groups"), .countWithout(name: Self.nameless), format: .number))
                ],
                "dimension": [.text(DimensionNames.plural(dimension))], "subject": [.data(words.innerName)],
                "period": words.scope,
            ]
        )
        draft.cite(reader.citations)
        let named = (0..<reader.count("/groups")).filter { !isNameless(reader, $0) }
        if !named.isEmpty { list(reader, indices: Array(named.prefix(Self.rowsMax)), lead: true, in: &draft) }
    }

    /// Two or more values of one dimension side by side.
    private func pair(_ reader: FigureReader, in draft: inout AnswerDraft) {
        let rows = reader.count("/groups")
        guard rows >= 1 else {
            statement(reader, in: &draft)
            return
        }
        if reader.value("/comparison") != nil,
            frame.has("rate") || frame.has("change") || frame.has("up") || frame.has("down")
        {
            let indices = byRate(Array(0..<rows), reader)
            if let first = indices.first, frame.form == .which {
                leader(reader, first, in: &draft)
                draft.cite(reader.citations)
            } else {
                statement(reader, in: &draft)
            }
            list(reader, indices: indices, lead: true, in: &draft)
            return
        }
        let wantsWinner =
            frame.has("compare") || frame.has("difference") || frame.form == .yesNo || frame.form == .which
            || frame.has("over") || frame.has("under") || frame.order != nil
        if rows == 2, wantsWinner { ahead(reader, in: &draft) } else { statement(reader, in: &draft) }
        list(reader, indices: Array(0..<min(rows, Self.rowsMax)), lead: true, in: &draft)
        if reader.count("/series") > 1 { points(reader, in: &draft) }
    }

    private func ahead(_ reader: FigureReader, in draft: inout AnswerDraft) {
        let words = sentences(reader)
        let first = reader.exact("/groups/0/value") ?? .zero
        let second = reader.exact("/groups/1/value") ?? .zero
        let (high, low) = first < second ? (1, 0) : (0, 1)
        if frame.form == .yesNo, let asked = frame.filters.first(where: { $0.values.count > 1 })?.values.first {
            let leads = reader.text("/groups/\(high)/name")?.lowercased() == asked.lowercased() && first != second
            draft.say(leads != frame.has("under") ? MetricsPhrase.yes : MetricsPhrase.no)
        }
        draft.say(.data(words.name), .text(", "))
        draft.say(words.scopeWithoutFilters)
        draft.say(.text(": "))
        comparisonOfTwo(
            (reader.text("/groups/\(high)/name") ?? "", reader.reference("/groups/\(high)/value")),
            (reader.text("/groups/\(low)/name") ?? "", reader.reference("/groups/\(low)/value")),
            isEqual: first == second,
            format: words.isRatio ? .points : .money,
            in: &draft
        )
        draft.cite(reader.citations)
    }

    private func comparisonOfTwo(
        _ high: (name: String, reference: FigureReference),
        _ low: (name: String, reference: FigureReference),
        isEqual: Bool,
        format: Figure.Format,
        in draft: inout AnswerDraft
    ) {
        guard !isEqual else {
            draft.say(MetricsPhrase.level, ["first": [.data(high.name)], "second": [.data(low.name)]])
            return
        }
        let difference = Figure(high.reference, .difference(from: low.reference), format: format, isMagnitude: true)
        let change = Figure(high.reference, .change(from: low.reference), format: .percent, isMagnitude: true)
        let contents = Dictionary(
            readers.map { ($0.call.call.id, $0.content) },
            uniquingKeysWith: { first, _ in first }
        )
        let percent: [Segment] =
            format == .money && change.value(in: contents) != nil
            ? [.text(" ("), .figure(change), .text(")")] : []
        draft.say(
            MetricsPhrase.ahead,
            [
                "first": [.data(high.name)], "second": [.data(low.name)], "difference": [.figure(difference)],
                "percent": percent,
            ]
        )
    }

    private func several(in draft: inout AnswerDraft) {
        if readers.count == 2, question.data["pair"]?.bool == true,
            let first = readers[0].exact("/value"), let second = readers[1].exact("/value"),
            sentences(readers[0]).isRatio == sentences(readers[1]).isRatio
        {
            let (high, low) = first < second ? (readers[1], readers[0]) : (readers[0], readers[1])
            if frame.form == .yesNo {
                let leads = second < first
                draft.say(leads != frame.has("under") ? MetricsPhrase.yes : MetricsPhrase.no)
            }
            let isSamePeriod = readers[0].value("/period") == readers[1].value("/period")
            func name(_ reader: FigureReader) -> String {
                let words = sentences(reader)
                return isSamePeriod ? words.name : words.period.map(situation.label) ?? words.name
            }
            comparisonOfTwo(
                (name(high), high.reference("/value")),
                (name(low), low.reference("/value")),
                isEqual: first == second,
                format: sentences(readers[0]).isRatio ? .points : .money,
                in: &draft
            )
            draft.say(.text("\n\n"))
        }
        for (index, reader) in readers.enumerated() {
            if index > 0 { draft.say(.text("\n")) }
            draft.say(.text("- "))
            statement(reader, in: &draft)
        }
        if question.data["together"]?.bool == true { together(in: &draft) }
        for reader in readers {
            let rows = reader.count("/groups")
            if rows > 1 { list(reader, indices: Array(0..<min(rows, Self.rowsMax)), lead: true, in: &draft) }
        }
        seriesChart(in: &draft)
    }

    /// The sum of costs over one period that were asked for together.
    private func together(in draft: inout AnswerDraft) {
        let period = readers.first?.value("/period")
        guard readers.count > 1, readers.allSatisfy({ $0.value("/period") == period && $0.exact("/value") != nil })
        else { return }
        let others = readers.dropFirst().map { $0.reference("/value") }
        let sum = Figure(readers[0].reference("/value"), .sum(others), format: .money)
        draft.say(.text("\n\n"))
        draft.say(MetricsPhrase.together, ["value": [.figure(sum)]])
    }

    /// One line for each result, when all have points.
    private func seriesChart(in draft: inout AnswerDraft) {
        guard readers.allSatisfy({ $0.count("/series") > 1 }), let first = readers.first else { return }
        let labels = (0..<first.count("/series")).map { first.text("/series/\($0)/label") ?? "" }
        let datasets = readers.map { reader in
            (
                label: sentences(reader).name,
                values: (0..<reader.count("/series")).map { reader.value("/series/\($0)/value") ?? .null }
            )
        }
        let title = datasets.map(\.label).joined(separator: ", ")
        draft.show(
            chart: ChartShape.chart(
                frame.chart.flatMap { $0 == "auto" ? nil : $0 } ?? "line",
                title: title,
                labels: labels,
                datasets: datasets,
                unit: sentences(first).isRatio ? "ratio" : "currency",
                currency: situation.settings.currency
            )
        )
    }

    // MARK: What next

    private func suggest(in draft: inout AnswerDraft) {
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

/// How dimensions are called in sentences.
enum DimensionNames {
    static func singular(_ dimension: String) -> String {
        switch dimension {
        case "lob": "line of business"
        default: dimension
        }
    }

    static func plural(_ dimension: String) -> String {
        switch dimension {
        case "lob": "lines of business"
        default: dimension + "s"
        }
    }
}
