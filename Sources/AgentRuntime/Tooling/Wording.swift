/// Turns segments into text: figures by the tenant's locale and currency, periods by the fiscal year.
///
/// It notes which figure stands for which value of which call, so that each number of an answer can be traced.
package struct Wording: Sendable {
    package struct Trace: Sendable, Hashable {
        package var text: String
        package var figure: Figure
    }

    private let format: FigureFormat
    private let fiscalYearStart: Int
    private let contents: [ToolCallID: JSONValue]
    package private(set) var traces: [Trace] = []

    package init(settings: TenantSettings, contents: [ToolCallID: JSONValue]) {
        format = FigureFormat(locale: settings.locale, currency: settings.currency)
        fiscalYearStart = settings.fiscalYearStart
        self.contents = contents
    }

    package mutating func text(of segments: [Segment]) -> String {
        var text = ""
        for segment in segments { text += self.text(of: segment) }
        return text
    }

    private mutating func text(of segment: Segment) -> String {
        switch segment {
        case .text(let text):
            assert(!text.contains(where: \.isNumber), "a figure was written as text: \(text)")
            return text
        case .data(let text), .echo(let text): return text
        case .period(let period): return period.label(fiscalYearStart: fiscalYearStart)
        case .date(let date): return "\(Month.name(date.month)) \(date.day), \(date.year)"
        case .ordinal(let number): return "\(number)"
        case .figure(let figure):
            let text = self.text(of: figure)
            traces.append(Trace(text: text, figure: figure))
            return text
        }
    }

    private func text(of figure: Figure) -> String {
        guard let value = figure.value(in: contents) else { return "not available" }
        switch figure.format {
        case .money: return format.money(value, style: .full, signed: figure.isSigned)
        case .shortMoney: return format.money(value, style: .short, signed: figure.isSigned)
        case .percent: return (figure.isSigned && !value.isNegative && !value.isZero ? "+" : "") + format.percent(value)
        case .wholePercent: return format.percent(value.rounded(places: 2), signed: figure.isSigned)
        case .points:
            let sign = figure.isSigned && !value.isNegative && !value.isZero ? "+" : ""
            return sign + format.number(value.shifted(by: 2).rounded(places: 1)) + " percentage points"
        case .number: return format.number(value)
        }
    }

    /// The traces as a note of the turn.
    package var note: JSONValue? {
        guard !traces.isEmpty else { return nil }
        return .array(
            traces.map { trace in
                [
                    "text": .string(trace.text),
                    "call": .string(trace.figure.reference.call.rawValue),
                    "pointer": .string(trace.figure.reference.pointer),
                    "derivation": .string(trace.figure.derivation.name),
                ]
            }
        )
    }
}

extension Figure.Derivation {
    /// As the note writes it.
    var name: String {
        switch self {
        case .value: "value"
        case .difference: "difference"
        case .change: "change"
        case .ratio: "ratio"
        case .sum: "sum"
        case .mean: "mean"
        case .count, .countWithout: "count"
        case .complement: "complement"
        }
    }
}

extension PromptTemplate {
    /// The template with its places filled.
    ///
    /// A declared variable that is not given is a defect of the caller.
    package func filled(_ values: [String: [Segment]]) -> [Segment] {
        pieces.flatMap { piece -> [Segment] in
            switch piece {
            case .text(let text): return [.text(text)]
            case .variable(let name):
                guard let segments = values[name] else {
                    preconditionFailure("the phrase \(self.name) needs \(name)")
                }
                return segments
            }
        }
    }
}
