/// How the words of a question fall into phrases: which words belong together and what each phrase may mean.
///
/// Of all ways to cut the question, the one is taken that covers most words; then longer phrases before shorter ones,
/// exact ones before stems, parts and misspellings (a shortest-path over the words, linear in them).
package struct Reading: Sendable, Hashable {
    /// A phrase, a stretch of time or a single word, in the order of the question.
    package struct Item: Sendable, Hashable {
        package enum Content: Sendable, Hashable {
            /// A phrase of the vocabulary with its possible meanings, the tenant's own first.
            case phrase([Vocabulary.Meaning], Vocabulary.Likeness)
            /// A stretch of time and how it is tied to what stands before it.
            case period(PeriodExpression, PeriodMention.Lead)
            case word
        }

        /// Tokens it covers.
        package var range: Range<Int>
        package var content: Content
    }

    package var utterance: Utterance
    package var items: [Item]

    package static let tokensMax = 200

    package init(_ utterance: Utterance, vocabulary: Vocabulary) {
        var utterance = utterance
        utterance.tokens = Array(utterance.tokens.prefix(Self.tokensMax))
        for index in utterance.tokens.indices {
            let token = utterance.tokens[index]
            guard !token.isSign, token.number == nil, !token.isCapitalised || index == 0,
                vocabulary.isUnknown(token), vocabulary.lookup(token).repairs.isEmpty,
                let meant = EnglishWords.askingSpelling.nearest(to: token.word).first
            else { continue }
            utterance.tokens[index].word = meant
            utterance.tokens[index].stem = WordForm.stem(meant)
        }
        let periodWords = Self.repairPeriods(in: &utterance, vocabulary: vocabulary)
        let tokens = utterance.tokens
        let mentions = PeriodReader(words: periodWords).mentions
        var candidates: [[Item]] = Array(repeating: [], count: tokens.count)
        for mention in mentions where !mention.words.isEmpty {
            candidates[mention.words.lowerBound].append(
                Item(range: mention.words, content: .period(mention.expression, mention.lead))
            )
        }
        for phrase in Self.phrases(in: tokens, vocabulary: vocabulary) {
            candidates[phrase.range.lowerBound].append(phrase)
        }
        self.utterance = utterance
        items = Self.best(candidates, count: tokens.count)
        settleKinds()
    }

    private static func best(_ candidates: [[Item]], count: Int) -> [Item] {
        var value = [Int](repeating: 0, count: count + 1)
        var choice = [Item?](repeating: nil, count: count + 1)
        for index in stride(from: count - 1, through: 0, by: -1) {
            value[index] = value[index + 1]
            for item in candidates[index] {
                let gain = worth(item) + value[item.range.upperBound]
                if gain > value[index] {
                    value[index] = gain
                    choice[index] = item
                }
            }
        }
        var items: [Item] = []
        var index = 0
        while index < count {
            let item = choice[index] ?? Item(range: index..<(index + 1), content: .word)
            items.append(item)
            index = item.range.upperBound
        }
        return items
    }

    /// Covered words first; one phrase of two words is worth more than two of one.
    private static func worth(_ item: Item) -> Int {
        let covered = item.range.count * 20
        switch item.content {
        case .phrase(let meanings, let likeness):
            let isFiller = meanings.allSatisfy { $0.term == .filler }
            return covered - 6 + likeness.rawValue + (isFiller ? -5 : 0)
        case .period: return covered - 2
        case .word: return 0
        }
    }

    /// A word that several names of one kind share stands for all of them.
    private static func joined(_ terms: [Term]) -> Term? {
        guard terms.count > 1 else { return nil }
        var dimensions: Set<String> = []
        var values: [String] = []
        for term in terms {
            switch term {
            case .value(let dimension, let value):
                dimensions.insert(dimension)
                values.append(value)
            case .metric(let metric):
                guard let colon = metric.firstIndex(of: ":") else { return nil }
                dimensions.insert(String(metric[..<colon]))
                values.append(String(metric[metric.index(after: colon)...]))
            default: return nil
            }
        }
        guard dimensions.count == 1, let dimension = dimensions.first else { return nil }
        return .values(dimension: dimension, values: values)
    }

    /// One meaning for each phrase: every combination, at most as many as asked for.
    ///
    /// The first takes the first meaning everywhere; a question with many ambiguous phrases varies the first of them.
    package func assignments(max: Int) -> [[Int: Term]] {
        var assignments: [[Int: Term]] = [[:]]
        for (index, item) in items.enumerated() {
            guard case .phrase(let meanings, let likeness) = item.content else { continue }
            var terms = meanings.map(\.term)
            if likeness <= .partial, let joined = Self.joined(terms) { terms = [joined] }
            if assignments.count * terms.count <= max {
                assignments = terms.flatMap { term in
                    assignments.map { assignment in
                        var assignment = assignment
                        assignment[index] = term
                        return assignment
                    }
                }
            } else {
                for position in assignments.indices { assignments[position][index] = terms[0] }
            }
        }
        return assignments
    }
}
