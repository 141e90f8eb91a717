/// Phrases that are looked for in the words of a text; the cost is per word of the text, not per phrase.
package struct PhraseTable: Sendable {
    private var phrases: [String: [[String]]] = [:]

    /// Takes phrases as people write them; they are cut into words as questions are.
    package init(_ list: some Sequence<String>) {
        for phrase in list {
            let words = Tokenizer.words(of: phrase)
            guard let first = words.first else { continue }
            phrases[first, default: []].append(words)
        }
    }

    /// Whether the words hold one of the phrases.
    package func isFound(in words: [String]) -> Bool {
        words.indices.contains { starts(at: $0, of: words) }
    }

    private func starts(at index: Int, of words: [String]) -> Bool {
        guard let candidates = phrases[words[index]] else { return false }
        return candidates.contains { phrase in
            index + phrase.count <= words.count && zip(phrase, words[index...]).allSatisfy(==)
        }
    }
}
