internal import AgentRuntime

// How values of one dimension are worded: breakdowns, leaders and the rows beneath them.

extension MetricsAnswer {
    func groups(_ reader: FigureReader, in draft: inout AnswerDraft) {
        let words = sentences(reader)
        var indices = Array(0..<reader.count("/groups"))
        let isByChange = question.data["by_change"]?.bool == true
        if isByChange || question.data["side"] != nil, !indices.isEmpty,
            !indices.contains(where: { words.difference("/groups/\($0)") != nil })
        {
            undivided(words, in: &draft)
            return
        }
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
            if words.hasBaseline(), words.comparisonKind == "budget",
                !indices.contains(where: { words.hasBaseline("/groups/\($0)") })
            {
                let dimension = DimensionNames.singular(reader.text("/group_by") ?? "account")
                draft.say(.text(" "))
                draft.say(
                    MetricsPhrase.undividedNote,
                    ["what": [.text("budget")], "dimension": [.text(dimension)]]
                )
            }
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
    func byRate(_ indices: [Int], _ reader: FigureReader) -> [Int] {
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

    func isNameless(_ reader: FigureReader, _ index: Int) -> Bool {
        reader.text("/groups/\(index)/name") == Self.nameless
    }

    func meets(_ threshold: Frame.Threshold, _ reader: FigureReader, _ index: Int, isByChange: Bool) -> Bool {
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

    func noMatch(_ words: FigureSentences, in draft: inout AnswerDraft) {
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

    /// Says that there is nothing to hold the parts against: no plan or past at all, or none that is divided so.
    func undivided(_ words: FigureSentences, in draft: inout AnswerDraft) {
        let dimension = words.reader.text("/group_by") ?? frame.groupings.first ?? "account"
        let isBudget = words.comparisonKind == "budget"
        let names: [String: [Segment]] = [
            "what": [.text(isBudget ? "budget" : "figure for the earlier period")],
            "dimension": [.text(DimensionNames.singular(dimension))],
            "dimensions": [.text(DimensionNames.plural(dimension))], "period": words.periodSegments,
        ]
        draft.say(words.hasBaseline() ? MetricsPhrase.undivided : MetricsPhrase.unplanned, names)
        if let label = words.period.map(situation.label) {
            draft.suggest("\(words.name) by \(DimensionNames.singular(dimension)) in \(label)")
        }
    }

    func leader(_ reader: FigureReader, _ index: Int, in draft: inout AnswerDraft) {
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
    func list(_ reader: FigureReader, indices: [Int], lead: Bool, in draft: inout AnswerDraft) {
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
}
