/// One question of a message, cut into words.
///
/// A message may hold several: sentences, and clauses joined by "and" that start with a question word.
/// Each word keeps the bytes it came from, so that an answer can name it as it was written.
package struct Utterance: Sendable, Hashable {
    /// The question as it was written.
    package var text: String
    package var tokens: [Token]
    /// Whether it ends with a question mark.
    package var isQuestion: Bool
    /// Whether it continues the utterance before it in the same sentence ("… and why?").
    package var isContinuation: Bool

    package init(text: String, tokens: [Token], isQuestion: Bool, isContinuation: Bool = false) {
        self.text = text
        self.tokens = tokens
        self.isQuestion = isQuestion
        self.isContinuation = isContinuation
    }
}

/// A word, number or sign of a question.
package struct Token: Sendable, Hashable {
    /// The bytes of the message it stands in.
    package var range: Range<Int>
    package var text: String
    /// Folded: lower case, no accents, no possessive.
    package var word: String
    package var stem: String
    /// The value when it is a number (`1,200`, `$1.5M`, `12%`, `three`).
    package var number: NumberToken?
    package var isSign: Bool
    package var isCapitalised: Bool
}

/// A number as a question writes it.
package struct NumberToken: Sendable, Hashable {
    package enum Unit: Sendable, Hashable { case plain, money, percent }
    package var value: ExactNumber
    package var unit: Unit
}

extension Utterance {
    /// The longest message that is read; the rest is left out.
    package static let bytesMax = 8_192
    /// The most questions of one message that are answered.
    package static let questionsMax = 6

    /// Splits a message into its questions.
    package static func split(_ message: String, signs: NumberSigns = NumberSigns()) -> [Utterance] {
        var utterances: [Utterance] = []
        var sentence: [Token] = []
        func end(isQuestion: Bool) {
            defer { sentence = [] }
            guard sentence.contains(where: { !$0.isSign }) else { return }
            var isContinuation = false
            for clause in clauses(of: sentence) {
                let text = clause.map(\.text).joined(separator: " ")
                utterances.append(
                    Utterance(
                        text: text,
                        tokens: clause,
                        isQuestion: isQuestion,
                        isContinuation: isContinuation
                    )
                )
                isContinuation = true
            }
        }
        for token in Tokenizer.tokens(of: message, signs: signs) {
            switch token.word {
            case "?": end(isQuestion: true)
            case ".", "!", ";", "\n": end(isQuestion: false)
            default: sentence.append(token)
            }
        }
        end(isQuestion: false)
        return utterances
    }

    /// Cuts "what was X and how did it change" before the "and".
    private static func clauses(of sentence: [Token]) -> [[Token]] {
        var clauses: [[Token]] = []
        var start = 0
        for index in sentence.indices.dropFirst(3) where index - start >= 3 {
            let next = index + 1
            guard ["and", "then", "also", "plus", "but"].contains(sentence[index].word), next < sentence.count else {
                continue
            }
            var opener = next
            while opener < sentence.count - 1, ["also", "then", "and", ","].contains(sentence[opener].word) {
                opener += 1
            }
            guard clauseOpeners.contains(sentence[opener].word) else { continue }
            clauses.append(Array(sentence[start..<index]))
            start = opener
        }
        clauses.append(Array(sentence[start...]))
        return clauses
    }

    private static let clauseOpeners: Set<String> = [
        "what", "how", "which", "who", "why", "when", "where", "whats", "did", "is", "are", "was", "were", "does",
        "do", "show", "list", "give", "tell", "compare", "plot", "chart", "explain", "can", "break",
    ]
}
