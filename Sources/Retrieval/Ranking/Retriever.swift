package import AgentRuntime

/// Answers a question with passages, or with nothing when nothing is relevant.
///
/// FTS5 finds candidates (`MatchQuery`, `PassageIndex`), `Ranker` and `Feedback` order them. Whether anything is
/// relevant is asked of documents: the best one must hold enough of what the question says, each word counted by its
/// information. Words that the collection does not know count as well, so a question about something else fails even
/// when it shares a word.
package struct Retriever {
    package struct Options: Sendable {
        /// The most passages in the answer.
        package var limit = 5
        /// The most passages of one document.
        package var passagesPerDocument = 3
        package var category: String?
        /// The share of a question's information that one document must hold, for questions of up to four words.
        ///
        /// In longer ones each further word counts half: people who say more say more that no document repeats.
        package var coverage = 0.42
        /// Passages with less than this share of the best one's score are left out.
        package var scoreShare = 0.35
        /// How many candidates are ranked.
        package var candidatesMax = 200

        package init() {}
    }

    /// A passage that answers, with its score: only its order among the others means something.
    package struct Match: Sendable, Hashable {
        package var document: String
        package var title: String
        package var category: String?
        package var passage: Passage
        package var score: Double
        /// The share of the question's information that the passage holds, 0 to 1.
        package var coverage: Double
    }

    private let index: PassageIndex
    private let feedback = Feedback()

    package init(_ index: PassageIndex) { self.index = index }

    /// The passages that say most about the question, best first; empty when nothing is relevant.
    package func search(_ question: String, options: Options = Options()) throws(DatabaseError) -> [Match] {
        let (ranked, ranker) = try ranked(question, options)
        guard let best = ranked.first else { return [] }
        let total = ranker.informationByWord.reduce(0, +)
        var matches: [Match] = []
        var countByDocument: [String: Int] = [:]
        for entry in ranked where matches.count < options.limit && entry.score >= options.scoreShare * best.score {
            let document = entry.candidate.document
            guard countByDocument[document, default: 0] < options.passagesPerDocument,
                let stored = try index.passage(entry.candidate.id)
            else { continue }
            countByDocument[document, default: 0] += 1
            matches.append(
                Match(
                    document: document,
                    title: stored.title,
                    category: stored.category,
                    passage: stored.passage,
                    score: entry.score,
                    coverage: Self.information(entry.matched, ranker) / total
                )
            )
        }
        return matches
    }

    /// Documents in the order of their best passages, with that passage's score.
    package func documents(
        _ question: String,
        options: Options = Options()
    ) throws(DatabaseError) -> [(document: String, score: Double)] {
        var seen: Set<String> = []
        return try ranked(question, options).ranked.compactMap { entry in
            guard seen.insert(entry.candidate.document).inserted else { return nil }
            return (entry.candidate.document, entry.score)
        }
    }

    private func ranked(
        _ question: String,
        _ options: Options
    ) throws(DatabaseError) -> (ranked: [Ranker.Ranked], ranker: Ranker) {
        let query = MatchQuery(question)
        let statistics = try index.statistics()
        let counts = try index.passageCounts(of: query.words.flatMap { $0.terms.map(\.code) })
        let ranker = Ranker(query, statistics: statistics, passageCounts: counts)
        guard let expression = expression(query, counts, statistics) else { return ([], ranker) }
        let candidates = try index.candidates(
            matching: expression,
            category: options.category,
            limit: options.candidatesMax
        )
        let ranked = ranker.rank(candidates)
        guard isRelevant(ranked, ranker, options) else { return ([], ranker) }
        let shared = feedback.sharedTerms(of: ranked)
        let words = feedback.words(
            from: ranked,
            shared: shared,
            passageCounts: try index.passageCounts(of: shared),
            passages: statistics.passages
        )
        return (ranker.rank(ranked, with: words), ranker)
    }

    /// What FTS5 is asked for: words in more than a third of the passages are left out when two others are known.
    ///
    /// They cost the most time and hardly find what the others do not; ranking counts them all the same.
    private func expression(
        _ query: MatchQuery,
        _ counts: [UInt32: Int],
        _ statistics: PassageIndex.Statistics
    ) -> String? {
        let common = max(1, statistics.passages / 3)
        let rare = query.words.filter { word in (1...common).contains(Self.count(word, counts)) }
        guard rare.count >= 2 else { return query.expression }
        return query.expression { Self.count($0, counts) <= common }
    }

    /// Whether one document, in the passages found, holds enough of what the question says.
    private func isRelevant(_ ranked: [Ranker.Ranked], _ ranker: Ranker, _ options: Options) -> Bool {
        var matchedByDocument: [String: UInt64] = [:]
        for entry in ranked { matchedByDocument[entry.candidate.document, default: 0] |= entry.matched }
        let best = matchedByDocument.values.map { Self.information($0, ranker) }.max() ?? 0
        let total = ranker.informationByWord.reduce(0, +)
        let words = Double(ranker.informationByWord.count)
        let counted = words > 4 ? (4 + (words - 4) / 2) / words : 1
        return best > 0 && best >= options.coverage * counted * total
    }

    /// In how many passages a word occurs in any of its forms, at most.
    private static func count(_ word: MatchQuery.Word, _ counts: [UInt32: Int]) -> Int {
        word.terms.reduce(0) { $0 + (counts[$1.code] ?? 0) }
    }

    private static func information(_ matched: UInt64, _ ranker: Ranker) -> Double {
        ranker.informationByWord.enumerated().reduce(0) { sum, word in
            matched & (1 << UInt64(word.offset)) == 0 ? sum : sum + word.element
        }
    }
}
