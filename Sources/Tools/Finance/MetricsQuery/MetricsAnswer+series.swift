internal import AgentRuntime

// How values over time are worded: their course, their extremes, their average.

extension MetricsAnswer {
    func series(_ reader: FigureReader, in draft: inout AnswerDraft) {
        if leadingPoints(reader, in: &draft) { return }
        statement(reader, in: &draft)
        points(reader, in: &draft)
    }

    /// "In which month was it highest": the month comes first, with its value; `false` where nothing ranks.
    private func leadingPoints(_ reader: FigureReader, in draft: inout AnswerDraft) -> Bool {
        guard let order = frame.order, frame.thresholds.isEmpty else { return false }
        let words = sentences(reader)
        func value(_ index: Int) -> ExactNumber { reader.exact("/series/\(index)/value") ?? .zero }
        let indices = (0..<reader.count("/series")).filter { reader.exact("/series/\($0)/value") != nil }
        guard indices.count > 1 else { return false }
        let isAscending = order == .ascending
        let ranked = indices.sorted { left, right in
            guard value(left) != value(right) else { return left < right }
            return (value(left) < value(right)) == isAscending
        }
        // Equal points share the first place.
        let leaders = ranked.prefix { value($0) == value(ranked[0]) }.prefix(6)
        let names = leaders.map { reader.text("/series/\($0)/label") ?? "" }
        draft.say(
            leaders.count == 1 ? MetricsPhrase.leader : MetricsPhrase.leaders,
            [
                "name": [.data(names.joined(separator: ", "))], "rank": [.text(isAscending ? "lowest" : "highest")],
                "subject": [.data(words.innerName)], "period": words.scope,
                "value": [words.figure("/series/\(ranked[0])/value")],
                "detail": words.detail("/series/\(ranked[0])", shareOf: nil),
            ]
        )
        words.toDate(in: &draft)
        draft.say(.text("."))
        draft.cite(reader.citations)
        let rows = frame.limit.map { Array(ranked.prefix($0)) } ?? indices
        if rows.count > 1, rows.count <= 36 {
            draft.say(.text("\n"))
            for index in rows {
                draft.say(.text("\n"))
                draft.say(
                    MetricsPhrase.row,
                    [
                        "name": [.data(reader.text("/series/\(index)/label") ?? "")],
                        "value": [words.figure("/series/\(index)/value")],
                        "detail": words.detail("/series/\(index)", shareOf: nil),
                    ]
                )
            }
        }
        let type = frame.chart.flatMap { $0 == "auto" ? nil : $0 } ?? "line"
        if let chart = words.chart(rows: "/series", indices: indices, label: "label", type: type) {
            draft.show(chart: chart)
        }
        return true
    }

    func points(_ reader: FigureReader, in draft: inout AnswerDraft) {
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
    func matching(
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

    func movement(
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

    func average(_ reader: FigureReader, in draft: inout AnswerDraft) {
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
}
