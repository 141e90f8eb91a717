/// A question in the user's words, made safe for FTS5's `MATCH`.
///
/// The words are read as the index reads them and joined by OR, each as a quoted string of letters and digits:
/// nothing of the query language (https://www.sqlite.org/fts5.html#full_text_query_syntax) can come through. Stop words
/// are left out; a question of stop words alone matches nothing. Forms that the stemmer cannot join (`lose`, `lost`) are
/// looked for together.
package struct MatchQuery: Sendable, Hashable {
    struct Word: Sendable, Hashable {
        /// The word, then its irregular forms.
        var texts: [String]
        var terms: [Term]
        /// How often the question says it.
        var count: Int
    }

    /// The most different words that are searched for; those after them are left out.
    package static let wordsMax = 64
    /// The part of the question that is read, in bytes.
    package static let bytesMax = 16_384

    /// The different content words, in order of their first occurrence.
    private(set) var words: [Word] = []
    /// The content words in the order of the question, as indexes of `words`.
    private(set) var sequence: [Int] = []

    package init(_ question: String) {
        let bytes = question.utf8.prefix(Self.bytesMax)
        var positions: [UInt32: Int] = [:]
        WordReader.forEach(in: String(decoding: bytes, as: UTF8.self)) { word in
            let term = word.term
            guard !term.isStop else { return true }
            if let known = positions[term.code] {
                words[known].count += 1
                sequence.append(known)
            } else if words.count < Self.wordsMax {
                let text = String(decoding: word.bytes, as: UTF8.self)
                let others = WordForms.others(of: text)
                let terms = [term] + others.compactMap { WordReader.terms(in: $0).first }
                for term in terms { positions[term.code] = words.count }
                sequence.append(words.count)
                words.append(Word(texts: [text] + others, terms: terms, count: 1))
            }
            return sequence.count < Self.wordsMax * 4
        }
    }

    package var isEmpty: Bool { words.isEmpty }

    /// The text for `MATCH`; `nil` when there is nothing to look for.
    package var expression: String? { expression { _ in true } }

    /// The text for `MATCH` with only the words that the filter lets through.
    func expression(where isIncluded: (Word) -> Bool) -> String? {
        let quoted = words.filter(isIncluded).flatMap(\.texts).map { "\"\($0)\"" }
        return quoted.isEmpty ? nil : quoted.joined(separator: " OR ")
    }
}
