// The gate between a model's text and everyone who reads it: figures that rest on nothing are marked, or withheld.
//
// Text passes at once. Only a number that is not finished where the text so far ends is held back, with the unit it may
// get (`1.2 mil`), so a figure is never shown before it is judged, and nothing else waits. What is found does not depend
// on how the text was cut.

/// What becomes of a figure that no result gives.
package enum UngroundedPolicy: String, Sendable, CaseIterable {
    /// It is followed by ` [unverified]`.
    case mark
    /// `[figure withheld]` stands in its place.
    case withhold
}

/// Judges the figures of one step's text as it comes.
package struct GroundingGate: Sendable {
    package static let mark = " [unverified]"
    package static let withheld = "[figure withheld]"

    /// Bytes of shown text that are kept to judge what follows.
    private static let contextBytes = 512

    private let policy: UngroundedPolicy
    /// Gathered at the first figure: a text without figures needs none.
    private let evidence: LazyValue<FigureEvidence>
    private var scanner: FigureScanner
    private var window: [UInt8] = []
    private var resume = 0
    private var shown = 0
    /// The figures found that rest on nothing, as they stand in the text, in order.
    package private(set) var ungrounded: [String] = []

    /// Takes what figures may rest on, settled.
    package init(policy: UngroundedPolicy = .mark, signs: NumberSigns = NumberSigns(), evidence: FigureEvidence) {
        self.init(policy: policy, signs: signs, evidence: LazyValue { evidence })
    }

    init(policy: UngroundedPolicy, signs: NumberSigns, evidence: LazyValue<FigureEvidence>) {
        self.policy = policy
        self.evidence = evidence
        scanner = FigureScanner(signs: signs)
        scanner.holdsWords = policy == .withhold
    }

    /// Takes text in; gives what may be shown now.
    package mutating func pass(_ text: String) -> String {
        window += text.utf8
        return advance(isFinal: false)
    }

    /// The text ends here, or something other than text comes next: gives what was held back.
    package mutating func flush() -> String { advance(isFinal: true) }

    private mutating func advance(isFinal: Bool) -> String {
        var figures: [WrittenFigure] = []
        let rest = scanner.scan(window, from: resume, isFinal: isFinal) { item in
            if case .figure(let figure) = item { figures.append(figure) }
        }
        var output: [UInt8] = []
        for figure in figures where !evidence.value.grounds(figure) {
            let range = front(of: figure.range)
            ungrounded.append(String(decoding: window[range], as: UTF8.self))
            switch policy {
            case .mark:
                // Two figures of one range end at the same place; one mark is enough.
                guard figure.range.upperBound > shown else { continue }
                output += window[shown..<figure.range.upperBound]
                output += Self.mark.utf8
            case .withhold:
                guard figure.range.lowerBound >= shown else { continue }
                output += window[shown..<figure.range.lowerBound]
                output += Self.withheld.utf8
            }
            shown = figure.range.upperBound
        }
        if rest.hold > shown {
            output += window[shown..<rest.hold]
            shown = rest.hold
        }
        resume = rest.resume
        trim()
        return String(decoding: output, as: UTF8.self)
    }

    /// The figure with the currency sign before it.
    private func front(of range: Range<Int>) -> Range<Int> {
        for length in 1...3 where range.lowerBound >= length {
            let start = range.lowerBound - length
            let sign = String(decoding: window[start..<range.lowerBound], as: UTF8.self)
            if ["$", "€", "£", "¥", "₹", "-$", "-€", "-£"].contains(sign) { return start..<range.upperBound }
        }
        return range
    }

    private mutating func trim() {
        let drop = min(resume, shown) - Self.contextBytes
        guard drop > 4096 else { return }
        window.removeFirst(drop)
        resume -= drop
        shown -= drop
    }
}

extension GroundingGate {
    /// A step's text before the gate marked these figures in it, in order.
    ///
    /// What was withheld is gone; that stands as it was shown.
    package static func unmarked(_ text: String, _ figures: [String]) -> String {
        var result = ""
        var rest = text[...]
        for figure in figures {
            // Two figures of one range share a mark.
            guard let place = rest.firstRange(of: figure + mark) else { continue }
            result += rest[..<place.lowerBound] + figure
            rest = rest[place.upperBound...]
        }
        return result + rest
    }

    /// The figures that are marked in a text, where the gate itself is gone: an answer that a crash cut short.
    package static func marked(in content: String) -> [String] {
        var figures: [String] = []
        let pieces = content.split(separator: mark, omittingEmptySubsequences: false).dropLast()
        for piece in pieces {
            let figure = piece.split(whereSeparator: { $0.isWhitespace || "(*_|".contains($0) }).last
            figures.append(figure.map(String.init) ?? "")
        }
        let withheld = content.split(separator: withheld, omittingEmptySubsequences: false).count - 1
        return figures + Array(repeating: Self.withheld, count: withheld)
    }
}
