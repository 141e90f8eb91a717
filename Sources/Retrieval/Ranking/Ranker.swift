internal import Foundation

/// Orders candidate passages by what they say about a question.
///
/// The score of a passage is the sum of
/// 1. BM25 (Robertson and Zaragoza 2009, k1 1.2, b 0.75) over words, where a word in the title counts twice, in a
///    heading or keyword one and a half times;
/// 2. proximity: for words that follow each other in the question and stand near each other in the passage;
/// 3. feedback (`Feedback`): BM25 over words that the best passages have in common, weighted down.
///
/// All of it reads `TermSequence`s: a few hundred passages take about a millisecond.
struct Ranker {
    struct Weights {
        var saturation = 1.2
        var lengthNormalization = 0.75
        var title = 2.0
        var headings = 1.5
        var keywords = 1.5
        var proximity = 0.4
        /// Words further apart than this are not near each other.
        var proximityWindow = 4
    }

    /// A passage with its score.
    struct Ranked {
        var candidate: PassageIndex.Candidate
        var score: Double
        /// Which words of the question it holds: bit *i* for `MatchQuery.words[i]`.
        var matched: UInt64
    }

    let weights: Weights
    let query: MatchQuery
    let passages: Int
    let averageLength: Double
    /// What each word of the question tells: the rarer, the more.
    let informationByWord: [Double]

    init(
        _ query: MatchQuery,
        statistics: PassageIndex.Statistics,
        passageCounts: [UInt32: Int],
        weights: Weights = Weights()
    ) {
        self.weights = weights
        self.query = query
        passages = statistics.passages
        averageLength = max(1, Double(statistics.terms) / Double(max(1, statistics.passages)))
        let count = statistics.passages
        informationByWord = query.words.map { word in
            Self.information(word.terms.reduce(0) { $0 + (passageCounts[$1.code] ?? 0) }, of: count)
        }
    }

    /// `ln(1 + (N − n + ½) / (n + ½))`: 4.6 for a word in one of 150 passages, 2.7 in ten, 0.7 in half of them.
    ///
    /// A word in none counts as one in half a passage, 5.0.
    static func information(_ count: Int, of passages: Int) -> Double {
        let n = max(0.5, Double(count))
        return log(1 + (Double(max(passages, count)) - n + 0.5) / (n + 0.5))
    }

    /// The candidates by what the question itself says, best first.
    func rank(_ candidates: [PassageIndex.Candidate]) -> [Ranked] {
        var table = TermTable()
        for (index, word) in query.words.enumerated() {
            // A word said twice counts for one and a half.
            let repetition = 1 + 0.5 * Double(word.count - 1)
            for term in word.terms {
                table.insert(term.code, index: index, weight: repetition * informationByWord[index])
            }
        }
        var scratch = Scratch(words: query.words.count)
        let ranked = candidates.map { candidate in
            scratch.reset()
            let score = score(candidate.terms, table, &scratch, keepsPositions: true)
            return Ranked(candidate: candidate, score: score + proximity(&scratch), matched: scratch.matched)
        }
        return Self.sorted(ranked)
    }

    /// Adds what further words say; those of the question keep their score.
    func rank(_ ranked: [Ranked], with further: [(term: UInt32, weight: Double)]) -> [Ranked] {
        guard !further.isEmpty else { return ranked }
        var table = TermTable()
        for (index, word) in further.enumerated() { table.insert(word.term, index: index, weight: word.weight) }
        var scratch = Scratch(words: further.count)
        return Self.sorted(
            ranked.map { entry in
                scratch.reset()
                var entry = entry
                entry.score += score(entry.candidate.terms, table, &scratch, keepsPositions: false)
                return entry
            }
        )
    }

    /// By score; equal ones by document and place, so that the order is the same in every run.
    private static func sorted(_ ranked: [Ranked]) -> [Ranked] {
        ranked.sorted { left, right in
            if left.score != right.score { return left.score > right.score }
            if left.candidate.document != right.candidate.document {
                return left.candidate.document < right.candidate.document
            }
            return left.candidate.ordinal < right.candidate.ordinal
        }
    }

    // MARK: One passage

    private func score(
        _ terms: TermSequence,
        _ table: TermTable,
        _ scratch: inout Scratch,
        keepsPositions: Bool
    ) -> Double {
        var field = 0
        for (position, code) in terms.codes.enumerated() where table.mayContain(code) {
            guard let word = table[code] else { continue }
            while position >= terms.ends[field] { field += 1 }
            let weight =
                switch field {
                case TermSequence.Field.title.rawValue: weights.title
                case TermSequence.Field.headings.rawValue: weights.headings
                case TermSequence.Field.keywords.rawValue: weights.keywords
                default: 1.0
                }
            if scratch.frequencies[word.index] == 0 { scratch.weights[word.index] = word.weight }
            scratch.frequencies[word.index] += weight
            // A gap between fields, so that their ends are not near each other.
            if keepsPositions { scratch.positions[word.index].append(position + field * 2 * weights.proximityWindow) }
        }
        let length = Double(terms.count) / averageLength
        let norm =
            weights.saturation * (1 - weights.lengthNormalization + weights.lengthNormalization * length)
        var score = 0.0
        for (index, frequency) in scratch.frequencies.enumerated() where frequency > 0 {
            score += scratch.weights[index] * frequency * (weights.saturation + 1) / (frequency + norm)
            if index < 64 { scratch.matched |= 1 << UInt64(index) }
        }
        return score
    }

    /// For each two words in succession: Σ 1/distance over their near occurrences, saturated, by the commoner's weight.
    private func proximity(_ scratch: inout Scratch) -> Double {
        var sum = 0.0
        for (first, second) in zip(query.sequence, query.sequence.dropFirst()) where first != second {
            var nearness = 0.0
            for left in scratch.positions[first] {
                for right in scratch.positions[second] {
                    let distance = abs(right - left)
                    if distance > 0, distance <= weights.proximityWindow { nearness += 1 / Double(distance) }
                }
            }
            sum += min(informationByWord[first], informationByWord[second]) * nearness / (1 + nearness)
        }
        return weights.proximity * sum
    }

    /// What is counted while one passage is read; kept between passages to save its memory.
    private struct Scratch {
        var frequencies: [Double]
        var weights: [Double]
        var positions: [[Int]]
        var matched: UInt64 = 0

        init(words: Int) {
            frequencies = Array(repeating: 0, count: words)
            weights = Array(repeating: 0, count: words)
            positions = Array(repeating: [], count: words)
        }

        mutating func reset() {
            for index in frequencies.indices {
                frequencies[index] = 0
                positions[index].removeAll(keepingCapacity: true)
            }
            matched = 0
        }
    }
}
