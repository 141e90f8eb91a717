internal import AgentRuntime

// How several results are worded together: shares, ratios, sums and one beside the other.

extension MetricsAnswer {
    func share(in draft: inout AnswerDraft) {
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

    func ratio(in draft: inout AnswerDraft) {
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
    func ratios(in draft: inout AnswerDraft) {
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

    func several(in draft: inout AnswerDraft) {
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
    func together(in draft: inout AnswerDraft) {
        let period = readers.first?.value("/period")
        guard readers.count > 1, readers.allSatisfy({ $0.value("/period") == period && $0.exact("/value") != nil })
        else { return }
        let others = readers.dropFirst().map { $0.reference("/value") }
        let sum = Figure(readers[0].reference("/value"), .sum(others), format: .money)
        draft.say(.text("\n\n"))
        draft.say(MetricsPhrase.together, ["value": [.figure(sum)]])
    }

    /// One line for each result, when all have points.
    func seriesChart(in draft: inout AnswerDraft) {
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
}
