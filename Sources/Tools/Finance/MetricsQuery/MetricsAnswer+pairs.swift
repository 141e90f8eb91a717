internal import AgentRuntime

// How many values of a dimension there are, and two of them side by side.

extension MetricsAnswer {
    func count(_ reader: FigureReader, in draft: inout AnswerDraft) {
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
    func pair(_ reader: FigureReader, in draft: inout AnswerDraft) {
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

    func ahead(_ reader: FigureReader, in draft: inout AnswerDraft) {
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

    func comparisonOfTwo(
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
}
