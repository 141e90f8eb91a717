/// How alike two texts are, without any model: measures of shared words and shared letters, each 0…1.
package enum TextSimilarity {
    /// The mean of the words' overlap in order (ROUGE-L) and the overlap of three-letter pieces (Dice).
    ///
    /// Word order and spelling both count a half; 1 for texts that differ in case, spaces and signs only.
    /// Lin 2004, "ROUGE: A Package for Automatic Evaluation of Summaries", section 3; Dice 1945.
    package static func score(_ first: String, _ second: String) -> Double {
        let (a, b) = (words(first), words(second))
        guard !a.isEmpty || !b.isEmpty else { return 1 }
        return (rougeL(a, b) + dice(a.joined(separator: " "), b.joined(separator: " "))) / 2
    }

    /// Lower-case words and numbers, at most 4,000.
    package static func words(_ text: String) -> [String] {
        let parts = text.lowercased().split { !$0.isLetter && !$0.isNumber }
        return parts.prefix(4000).map(String.init)
    }

    /// The harmonic mean of precision and recall of single words (ROUGE-1 F1), each word counted as often as it stands.
    ///
    /// 0 where either text has no word, as the reference implementation has it.
    package static func rouge1(_ answer: [String], _ reference: [String]) -> Double {
        guard !answer.isEmpty, !reference.isEmpty else { return 0 }
        var counts: [String: Int] = [:]
        for word in reference { counts[word, default: 0] += 1 }
        var shared = 0
        for word in answer {
            guard let count = counts[word], count > 0 else { continue }
            counts[word] = count - 1
            shared += 1
        }
        return f1(shared, answer.count, reference.count)
    }

    /// The F1 of the longest common subsequence of words (ROUGE-L).
    package static func rougeL(_ answer: [String], _ reference: [String]) -> Double {
        guard !answer.isEmpty, !reference.isEmpty else { return answer.isEmpty && reference.isEmpty ? 1 : 0 }
        var previous = [Int](repeating: 0, count: reference.count + 1)
        for word in answer {
            var current = previous
            for index in reference.indices {
                current[index + 1] =
                    word == reference[index] ? previous[index] + 1 : max(previous[index + 1], current[index])
            }
            previous = current
        }
        return f1(previous[reference.count], answer.count, reference.count)
    }

    /// The smallest number of insertions, deletions and replacements of characters (Levenshtein 1966).
    ///
    /// Texts are cut at 10,000 characters.
    package static func distance(_ first: String, _ second: String) -> Int {
        let (a, b) = (Array(first.prefix(10_000)), Array(second.prefix(10_000)))
        var previous = Array(0...b.count)
        for (row, character) in a.enumerated() {
            var current = [row + 1]
            current.reserveCapacity(b.count + 1)
            for (column, other) in b.enumerated() {
                let replaced = previous[column] + (character == other ? 0 : 1)
                current.append(min(replaced, previous[column + 1] + 1, current[column] + 1))
            }
            previous = current
        }
        return previous[b.count]
    }

    private static func f1(_ shared: Int, _ first: Int, _ second: Int) -> Double {
        shared == 0 ? 0 : 2 * Double(shared) / Double(first + second)
    }

    private static func dice(_ first: String, _ second: String) -> Double {
        let (a, b) = (trigrams(first), trigrams(second))
        let total = a.values.reduce(0, +) + b.values.reduce(0, +)
        guard total > 0 else { return first == second ? 1 : 0 }
        let shared = a.reduce(0) { $0 + min($1.value, b[$1.key] ?? 0) }
        return 2 * Double(shared) / Double(total)
    }

    private static func trigrams(_ text: String) -> [String: Int] {
        let characters = Array("  " + text + " ")
        guard characters.count > 2 else { return [:] }
        var counts: [String: Int] = [:]
        for index in 0..<(characters.count - 2) { counts[String(characters[index..<index + 3]), default: 0] += 1 }
        return counts
    }
}
