/// Words that the best passages have in common and the question did not say (pseudo-relevance feedback, after
/// Rocchio 1971): "heated aircraft" also finds what speaks of aerodynamic heating.
///
/// Of the ten best passages, those with at least half of the best one's score vote for their words: by score, by the
/// word's share of the passage, and by its information. The twenty words with most votes, each in two passages or more
/// and in at most a quarter of the collection, are added with at most 0.6 of a question's word weight. They only order
/// the candidates that the question itself has found, so they can never make something relevant that is not.
struct Feedback {
    var passagesMax = 10
    var scoreShare = 0.5
    var wordsMax = 20
    var weight = 0.6
    var passageShareMax = 0.25

    /// The terms to look up before `words(from:…)`: those that two or more of the best passages share.
    func sharedTerms(of ranked: [Ranker.Ranked]) -> [UInt32] {
        var passages: [UInt32: Int] = [:]
        for entry in voters(ranked) {
            for term in entry.candidate.terms.distinct where Term(code: term).isTopical {
                passages[term, default: 0] += 1
            }
        }
        return passages.filter { $0.value > 1 }.keys.sorted()
    }

    /// The words to add, with their weights.
    func words(
        from ranked: [Ranker.Ranked],
        shared: [UInt32],
        passageCounts: [UInt32: Int],
        passages: Int
    ) -> [(term: UInt32, weight: Double)] {
        var votes = Dictionary(uniqueKeysWithValues: shared.map { ($0, 0.0) })
        for entry in voters(ranked) {
            let share = entry.score / Double(max(1, entry.candidate.terms.count))
            for code in entry.candidate.terms.codes { votes[code]? += share }
        }
        var words: [(term: UInt32, weight: Double)] = []
        for (term, vote) in votes {
            let count = passageCounts[term] ?? 0
            guard Double(count) <= passageShareMax * Double(passages) else { continue }
            words.append((term, vote * Ranker.information(count, of: passages)))
        }
        words.sort { $0.weight != $1.weight ? $0.weight > $1.weight : $0.term < $1.term }
        guard let best = words.first?.weight, best > 0 else { return [] }
        return words.prefix(wordsMax).map { word in
            let information = Ranker.information(passageCounts[word.term] ?? 0, of: passages)
            return (word.term, weight * word.weight / best * information)
        }
    }

    private func voters(_ ranked: [Ranker.Ranked]) -> ArraySlice<Ranker.Ranked> {
        guard let best = ranked.first?.score else { return [] }
        return ranked.prefix(passagesMax).prefix { $0.score >= scoreShare * best }
    }
}
