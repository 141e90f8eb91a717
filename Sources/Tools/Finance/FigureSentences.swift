internal import AgentRuntime

/// The parts of sentences that answers about one figure share: its subject, its time, what it is held against.
struct FigureSentences {
    let reader: FigureReader
    let situation: Situation
    /// How differences of money are written.
    var differenceFormat = Figure.Format.money

    var name: String { reader.text("/metric/name") ?? "" }
    /// The name within a sentence: names of accounts and abbreviations keep their capitals.
    var innerName: String {
        guard reader.text("/metric/id")?.hasPrefix("account:") != true else { return name }
        return name.split(separator: " ").map { word in
            word.allSatisfy { $0.isUppercase || !$0.isLetter } ? String(word) : word.lowercased()
        }.joined(separator: " ")
    }
    var isCost: Bool { reader.value("/metric/is_cost")?.bool ?? false }
    var isRatio: Bool { reader.text("/metric/unit") == "ratio" }
    var period: Period? { reader.period("/period", in: situation) }
    var hasValue: Bool { reader.exact("/value") != nil }
    var isEmpty: Bool { (reader.value("/rows")?.int ?? 1) == 0 }

    func figure(_ pointer: String = "/value", signed: Bool = false) -> Segment {
        .figure(Figure(reader.reference(pointer), format: isRatio ? .percent : .money, isSigned: signed))
    }

    /// The period and the parts of the business that the figure is of: "Q2 2025, Iberia, without Wholesale".
    var scope: [Segment] {
        var segments: [Segment] = periodSegments
        for filter in reader.value("/filters")?.array ?? [] {
            let names = (filter["values"]?.array ?? []).compactMap(\.string).map { value in
                shownName(value, dimension: filter["dimension"]?.string ?? "")
            }
            guard !names.isEmpty else { continue }
            segments.append(.text(filter["exclude"]?.bool == true ? ", without " : ", "))
            segments.append(.data(names.joined(separator: ", ")))
        }
        return segments
    }

    var periodSegments: [Segment] { period.map { [.period($0)] } ?? [.data(reader.text("/period/label") ?? "")] }

    private func shownName(_ value: String, dimension: String) -> String {
        guard dimension == "account" else { return value }
        return situation.vocabulary.name(of: .metric("account:" + value)) ?? value
    }

    /// "(month to date …)" where the period still runs.
    func toDate(in draft: inout AnswerDraft) {
        guard reader.value("/to_date")?.bool == true, let unit = period?.unit else {
            if reader.value("/to_date")?.bool == true {
                draft.say(MetricsPhrase.toDate, ["unit": [.text("period")], "date": [.date(situation.today)]])
            }
            return
        }
        draft.say(MetricsPhrase.toDate, ["unit": [.text(unit.rawValue)], "date": [.date(situation.today)]])
    }

    // MARK: Comparison

    /// Whether the result has a baseline to speak of.
    func hasBaseline(_ base: String = "") -> Bool {
        reader.exact(base + "/comparison/value") != nil && reader.exact(base + "/value") != nil
    }

    var comparisonKind: String { reader.text("/comparison/kind") ?? "" }

    func difference(_ base: String = "") -> ExactNumber? {
        reader.difference(base + "/value", base + "/comparison/value")
    }

    private func differenceFigure(_ base: String, signed: Bool) -> Segment {
        .figure(
            Figure(
                reader.reference(base + "/value"),
                .difference(from: reader.reference(base + "/comparison/value")),
                format: isRatio ? .points : differenceFormat,
                isSigned: signed,
                isMagnitude: !signed
            )
        )
    }

    /// The change as a percentage in brackets; nothing where the baseline is zero or the figures are ratios.
    private func percent(_ base: String, signed: Bool, lead: String, tail: String) -> [Segment] {
        guard !isRatio, let before = reader.exact(base + "/comparison/value"), !before.isZero else { return [] }
        let figure = Figure(
            reader.reference(base + "/value"),
            .change(from: reader.reference(base + "/comparison/value")),
            format: .percent,
            isSigned: signed,
            isMagnitude: !signed
        )
        return [.text(lead), .figure(figure), .text(tail)]
    }

    /// Says the value and how it stands against its baseline, as a sentence that another may follow.
    func sentence(in draft: inout AnswerDraft) {
        draft.say(MetricsPhrase.value, ["subject": [.data(name)], "period": scope, "value": [figure()]])
        toDate(in: &draft)
        comparison(in: &draft, isAsked: true)
        draft.say(.text(". "))
    }

    /// Says how the value stands against its baseline, as the rest of a sentence that gave the value.
    func comparison(in draft: inout AnswerDraft, isAsked: Bool) {
        compare(in: &draft, isAsked: isAsked)
        if hasBaseline(), reader.value("/comparison/missing")?.bool == true { draft.say(MetricsPhrase.partBaseline) }
    }

    private func compare(in draft: inout AnswerDraft, isAsked: Bool) {
        guard hasBaseline(), let difference = difference() else {
            if isAsked { draft.say(MetricsPhrase.noBaseline, ["what": [.text(baselineWord)]]) }
            return
        }
        let baseline = [figure("/comparison/value")]
        if comparisonKind == "budget" {
            guard !difference.isZero else {
                draft.say(MetricsPhrase.onBudget, ["baseline": baseline])
                return
            }
            let side = difference.isNegative ? "under" : "over"
            draft.say(
                MetricsPhrase.againstBudget,
                [
                    "baseline": baseline, "difference": [differenceFigure("", signed: false)], "side": [.text(side)],
                    "percent": percent("", signed: false, lead: " (", tail: ")"), "verdict": verdict(difference),
                ]
            )
            return
        }
        let before =
            reader.period("/comparison/period", in: situation).map { [Segment.period($0)] }
            ?? [.data(reader.text("/comparison/period/label") ?? "")]
        guard !difference.isZero else {
            draft.say(MetricsPhrase.unchanged, ["baseline": baseline, "period": before])
            return
        }
        let direction: [Segment] = [.text(difference.isNegative ? "down" : "up")]
        guard !isRatio else {
            draft.say(
                MetricsPhrase.points,
                [
                    "direction": direction, "by": [differenceFigure("", signed: false)], "baseline": baseline,
                    "period": before,
                ]
            )
            return
        }
        let exact: [Segment] = [differenceFigure("", signed: true)]
        let share = percent("", signed: true, lead: ", ", tail: "")
        let rounded = roundedPercent()
        let by = rounded ?? percent("", signed: false, lead: "", tail: "")
        draft.say(
            MetricsPhrase.change,
            [
                "direction": direction, "by": by.isEmpty ? [] : [.text(" ")] + by, "baseline": baseline,
                "period": before, "exact": exact + (rounded == nil ? [] : share),
            ]
        )
    }

    /// From ten percent on a change is said in whole percents first; `nil` where that is all there is to say.
    private func roundedPercent() -> [Segment]? {
        let reference = reader.reference("/comparison/value")
        var figure = Figure(reader.reference("/value"), .change(from: reference), format: .percent, isMagnitude: true)
        guard let value = figure.value(in: [reader.call.call.id: reader.content]),
            !(value < ExactNumber(significand: 1, exponent: -1)), value.rounded(places: 2) != value.rounded(places: 3)
        else { return nil }
        figure.format = .wholePercent
        return [.figure(figure)]
    }

    private var baselineWord: String {
        comparisonKind == "budget" ? "budget" : "figure for the earlier period"
    }

    /// "which is unfavourable".
    private func verdict(_ difference: ExactNumber) -> [Segment] {
        guard let isFavourable = reader.value("/comparison/favourable")?.bool else { return [] }
        return [.text(isFavourable ? ", which is favourable" : ", which is unfavourable")]
    }

    /// What stands behind a row's value: its share, or how it stands against its baseline.
    func detail(_ base: String, shareOf total: String? = "/value", isCompared: Bool = true) -> [Segment] {
        if isCompared, hasBaseline(base), let difference = difference(base) {
            let isBudget = (reader.text(base + "/comparison/kind") ?? comparisonKind) == "budget"
            var segments: [Segment] = [
                .text(isBudget ? " against a budget of " : " against "), figure(base + "/comparison/value"),
            ]
            if difference.isZero { return segments + [.text(", no difference")] }
            segments += [.text(", "), differenceFigure(base, signed: true)]
            return segments + percent(base, signed: true, lead: " (", tail: ")")
        }
        guard let total, !isRatio, let whole = reader.exact(total), !whole.isZero, !whole.isNegative,
            let part = reader.exact(base + "/value"), !part.isNegative
        else { return [] }
        let share = Figure(reader.reference(base + "/value"), .ratio(to: reader.reference(total)), format: .percent)
        return [.text(" ("), .figure(share), .text(")")]
    }

    // MARK: Charts

    func chart(rows: String, indices: [Int], label: String, type: String, isCompared: Bool = true) -> JSONValue? {
        guard indices.count > 1 else { return nil }
        var labels: [String] = []
        var values: [JSONValue] = []
        var baselines: [JSONValue] = []
        for index in indices {
            labels.append(reader.text("\(rows)/\(index)/\(label)") ?? "")
            values.append(reader.value("\(rows)/\(index)/value") ?? .null)
            baselines.append(reader.value("\(rows)/\(index)/comparison/value") ?? .null)
        }
        var datasets = [(label: name, values: values)]
        if isCompared, baselines.contains(where: { !$0.isNull }) {
            let kind = reader.text("\(rows)/\(indices[0])/comparison/kind") ?? comparisonKind
            datasets.append((label: Self.baselineLabels[kind] ?? "Earlier period", values: baselines))
        }
        let title = period.map { "\(name), \(situation.label($0))" } ?? name
        return ChartShape.chart(
            type,
            title: title,
            labels: labels,
            datasets: datasets,
            unit: isRatio ? "ratio" : "currency",
            currency: situation.settings.currency
        )
    }

    private static let baselineLabels = [
        "budget": "Budget", "prior_period": "Prior period", "prior_year": "Prior year",
    ]
}
