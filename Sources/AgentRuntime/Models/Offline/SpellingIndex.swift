/// Finds the words of a vocabulary that a misspelt word may have meant.
///
/// A deletion index: every word is filed under itself and under each form with one letter (two from eight letters on)
/// missing among its first seven; two words within that distance share a form. Candidates are then measured
/// (Damerau–Levenshtein, adjacent transpositions count one). Build is linear in words, look-up independent of them.
package struct SpellingIndex: Sendable {
    private let words: [[UInt8]]
    /// Hash of a form and the number of a word filed under it, sorted by hash.
    private let forms: [Form]

    private struct Form: Sendable {
        var hash: UInt64
        var word: Int32
    }

    private static let prefix = 7
    package static let shortest = 4

    package init(_ vocabulary: some Sequence<String>) {
        words = Set(vocabulary).filter { $0.utf8.count >= Self.shortest }.sorted().map { Array($0.utf8) }
        var forms: [Form] = []
        forms.reserveCapacity(words.count * 20)
        for (index, word) in words.enumerated() {
            for hash in Self.forms(of: word) { forms.append(Form(hash: hash, word: Int32(index))) }
        }
        forms.sort { ($0.hash, $0.word) < ($1.hash, $1.word) }
        self.forms = forms
    }

    /// The nearest words within the distance that the word's length allows, best first, at most three.
    ///
    /// One edit for four to seven letters, two from eight on; a word with the same first letter comes first, and two
    /// edits are too many for another one ("iterations" is not "operations").
    package func nearest(to word: String) -> [String] {
        let query = Array(word.utf8)
        guard query.count >= Self.shortest else { return [] }
        var seen: Set<Int32> = []
        var found: [(distance: Int, otherFirst: Int, index: Int32)] = []
        for hash in Self.forms(of: query) {
            var position = lowerBound(hash)
            while position < forms.count, forms[position].hash == hash {
                let index = forms[position].word
                position += 1
                guard seen.insert(index).inserted else { continue }
                let candidate = words[Int(index)]
                let allowed = Self.allowed(min(query.count, candidate.count))
                let distance = Self.distance(query, candidate, atMost: allowed)
                guard distance <= allowed else { continue }
                let otherFirst = candidate.first == query.first ? 0 : 1
                guard otherFirst == 0 || query.count >= 6 && distance < 2 else { continue }
                found.append((distance, otherFirst, index))
            }
        }
        found.sort { ($0.distance, $0.otherFirst, $0.index) < ($1.distance, $1.otherFirst, $1.index) }
        guard let best = found.first else { return [] }
        return found.prefix(3).filter { $0.distance == best.distance && $0.otherFirst == best.otherFirst }
            .map { String(decoding: words[Int($0.index)], as: UTF8.self) }
    }

    private static func allowed(_ length: Int) -> Int { length >= 8 ? 2 : 1 }

    private func lowerBound(_ hash: UInt64) -> Int {
        var low = 0
        var high = forms.count
        while low < high {
            let middle = (low + high) / 2
            if forms[middle].hash < hash { low = middle + 1 } else { high = middle }
        }
        return low
    }

    /// Hashes of the word's first letters and of these with one or two deleted.
    private static func forms(of word: [UInt8]) -> Set<UInt64> {
        let head = Array(word.prefix(prefix))
        var hashes: Set<UInt64> = [hash(head, without: -1, -1)]
        for first in head.indices {
            hashes.insert(hash(head, without: first, -1))
            guard word.count >= 7 else { continue }
            for second in head.indices where second > first { hashes.insert(hash(head, without: first, second)) }
        }
        return hashes
    }

    /// FNV-1a over the letters that stay.
    private static func hash(_ letters: [UInt8], without first: Int, _ second: Int) -> UInt64 {
        var hash: UInt64 = 0xcbf2_9ce4_8422_2325
        for (index, letter) in letters.enumerated() where index != first && index != second {
            hash = (hash ^ UInt64(letter)) &* 0x100_0000_01b3
        }
        return hash
    }

    /// Edits between two words (optimal string alignment), or something above the bound when there are more.
    static func distance(_ first: [UInt8], _ second: [UInt8], atMost bound: Int) -> Int {
        guard abs(first.count - second.count) <= bound else { return bound + 1 }
        var beforeLast = [Int](repeating: 0, count: second.count + 1)
        var last = Array(0...second.count)
        var row = last
        for i in first.indices {
            row[0] = i + 1
            var best = row[0]
            for j in second.indices {
                let change = first[i] == second[j] ? 0 : 1
                var cost = min(last[j] + change, last[j + 1] + 1, row[j] + 1)
                if i > 0, j > 0, first[i] == second[j - 1], first[i - 1] == second[j] {
                    cost = min(cost, beforeLast[j - 1] + 1)
                }
                row[j + 1] = cost
                best = min(best, cost)
            }
            if best > bound { return bound + 1 }
            swap(&beforeLast, &last)
            swap(&last, &row)
        }
        return last[second.count]
    }
}
