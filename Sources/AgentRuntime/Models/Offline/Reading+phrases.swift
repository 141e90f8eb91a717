// Where the phrases of a vocabulary stand in a question, whatever signs their words are written with.

extension Reading {
    /// The phrases that start at each word.
    ///
    /// A hyphen or a slash within a word does not part a name ("South-East", "Pay-as-you-go"); a comma, a colon or a
    /// dash by itself does, unless the name is written with it or a legal form follows ("Acme, Inc.").
    static func phrases(in tokens: [Token], vocabulary: Vocabulary) -> [Item] {
        let places = tokens.indices.filter { !joiners.contains(tokens[$0].word) || !tokens[$0].isSign }
        let words = places.map { vocabulary.lookup(tokens[$0]) }
        var items: [Item] = []
        func add(_ match: Vocabulary.Match, _ range: Range<Int>) {
            let meanings = match.meanings.sorted { $0.isFromData && !$1.isFromData }
            guard range.count > 1 || isMeant(meanings, tokens, range.lowerBound, vocabulary) else { return }
            items.append(Item(range: range, content: .phrase(meanings, match.likeness)))
        }
        for (order, start) in places.enumerated() where !tokens[start].isSign {
            for match in vocabulary.matches(in: words, at: order) {
                let range = start..<(places[order + match.length - 1] + 1)
                guard match.isPunctuated || isWhole(tokens, range) else { continue }
                add(match, range)
            }
            // "Mid-Market" for Midmarket.
            guard order + 1 < places.count, places[order + 1] == start + 2, isGlued(tokens, start + 1) else { continue }
            let joined = tokens[start].word + tokens[start + 2].word
            let word = LookupWord(word: joined, stem: WordForm.stem(joined), repairs: [])
            if let match = vocabulary.matches(in: [word], at: 0).first, match.likeness >= .stem {
                add(match, start..<(start + 3))
            }
        }
        return items
    }

    private static let joiners: Set<String> = ["-", "/", ",", ":"]

    /// Whether no sign parts the words of a range.
    private static func isWhole(_ tokens: [Token], _ range: Range<Int>) -> Bool {
        range.allSatisfy { index in
            guard tokens[index].isSign else { return true }
            if tokens[index].word == "," { return Vocabulary.isLegalForm(tokens[index + 1].word) }
            return tokens[index].word != ":" && isGlued(tokens, index)
        }
    }

    /// Whether a hyphen or a slash stands without a space between two words.
    private static func isGlued(_ tokens: [Token], _ index: Int) -> Bool {
        guard ["-", "/"].contains(tokens[index].word), index > 0, index + 1 < tokens.count else { return false }
        return tokens[index - 1].range.upperBound == tokens[index].range.lowerBound
            && tokens[index].range.upperBound == tokens[index + 1].range.lowerBound
    }

    /// Whether a word that English uses for itself stands for the name that it also is: "IT" and "US", not "it"
    /// and "us", unless what stands beside it says so ("the it department", "in the us").
    private static func isMeant(
        _ meanings: [Vocabulary.Meaning],
        _ tokens: [Token],
        _ index: Int,
        _ vocabulary: Vocabulary
    ) -> Bool {
        let token = tokens[index]
        guard EnglishWords.stop.contains(token.word), meanings.allSatisfy(\.isFromData) else { return true }
        let neighbours = [index - 1, index + 1].filter(tokens.indices.contains)
        let isKindSaid = neighbours.contains { neighbour in
            vocabulary.matches(in: [vocabulary.lookup(tokens[neighbour])], at: 0).contains { match in
                match.meanings.contains { if case .dimension = $0.term { true } else { false } }
            }
        }
        if isKindSaid { return true }
        guard token.word != "i" else { return false }
        let isUpper = token.text.allSatisfy(\.isUppercase) && token.word.utf8.count > 1
        if isUpper || token.isCapitalised && index > 0 { return true }
        let before = index > 0 ? tokens[index - 1].word : ""
        return token.word.utf8.count > 1 && (before == "the" || before == "in" && token.word != "it")
    }

    /// Mends misspelt names of months and units, and gives the words as the reader of periods takes them.
    static func repairPeriods(in utterance: inout Utterance, vocabulary: Vocabulary) -> [String] {
        let tokens = utterance.tokens
        var words = tokens.map(\.text)
        let spelling = PeriodSpelling(words: tokens.map(\.word)) { index in
            !tokens[index].isSign && tokens[index].number == nil && vocabulary.isUnknown(tokens[index])
        }
        for (index, word) in spelling.repairs {
            words[index] = tokens[index].isCapitalised ? word.prefix(1).uppercased() + word.dropFirst() : word
            utterance.tokens[index].word = word
            utterance.tokens[index].stem = WordForm.stem(word)
        }
        return words
    }
}
