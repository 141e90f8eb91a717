internal import AgentRuntime

/// Gives a mail its category: by the tenant's own labels where there are enough, else by rules.
///
/// The classifier decides when it was fitted and its confidence is at least `confidenceMin`. Below that, or without
/// labels, the rules of `MessageIntent` name the category; they use a label of the tenant when it is spelled like the
/// intent, and their own name otherwise.
package struct MailSorter: Sendable {
    /// Twice the chance of a guess between two.
    package static let confidenceMin = 0.35

    private let classifier: MailClassifier?

    package struct Reading: Sendable {
        package var category: String
        /// From 0 to 1.
        package var confidence: Double
        package var source: Mail.CategorySource
        package var alternatives: [MailClassifier.Score]
        package var intent: MessageIntent.Reading
    }

    package init(labelled: [(text: String, category: String)]) { classifier = MailClassifier(labelled) }

    package func read(subject: String, text: String) -> Reading {
        let words = MailClassifier.words(subject: subject, text: text)
        let intent = MessageIntent.read(words)
        let scores = classifier?.scores(words) ?? []
        if let best = scores.first, best.confidence >= Self.confidenceMin || intent.intent == .general {
            return Reading(
                category: best.category,
                confidence: best.confidence,
                source: .model,
                alternatives: Array(scores.dropFirst().prefix(3)),
                intent: intent
            )
        }
        let own = classifier?.categories.first { Self.folded($0) == Self.folded(intent.intent.rawValue) }
        return Reading(
            category: own ?? intent.intent.rawValue,
            confidence: intent.confidence,
            source: .rules,
            alternatives: Array(scores.prefix(3)),
            intent: intent
        )
    }

    private static func folded(_ name: String) -> String { String(name.lowercased().filter(\.isLetter)) }
}
