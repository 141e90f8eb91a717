/// The phrases that a tenant's questions can be made of, compiled for look-up.
///
/// It joins the language of questions, the static words of the skills and the words of the tenant's data.
/// A phrase is found exactly, by its stems, by a distinctive word of it, or misspelt, in that order of trust;
/// the longest phrase wins. A phrase with several meanings keeps them all: the reading decides.
package struct Vocabulary: Sendable {
    /// How far a phrase of a question is from the phrase of the vocabulary.
    package enum Likeness: Int, Sendable, Hashable, Comparable {
        case misspelt, partial, stem, exact
        package static func < (left: Self, right: Self) -> Bool { left.rawValue < right.rawValue }
    }

    /// A phrase of the vocabulary found in a question.
    package struct Match: Sendable, Hashable {
        /// Tokens it covers.
        package var length: Int
        package var meanings: [Meaning]
        package var likeness: Likeness
        /// Whether a name is written so that a comma, a colon or a dash by itself stands between its words.
        package var isPunctuated = false
    }

    /// One meaning of a phrase.
    package struct Meaning: Sendable, Hashable {
        package var term: Term
        /// Whether it comes from the tenant's data; such a word is more specific than a skill's.
        package var isFromData: Bool

        /// Whether it says what is measured.
        var isMeasure: Bool { if case .metric = term { true } else { false } }
    }

    package let version: Int
    package let firstDate: CalendarDate?
    package let lastDate: CalendarDate?
    /// Comparisons that the tenant has no data for; no skill chooses one of them unasked.
    package let lacking: Set<String>

    private var exact: [String: [Meaning]] = [:]
    private var stems: [String: [Meaning]] = [:]
    private var partial: [String: [Meaning]] = [:]
    /// Names with a sign between their words, by their words.
    private var punctuated: Set<String> = []
    /// The most words of a phrase whose first word has this stem.
    private var longest: [String: Int] = [:]
    private var spelling: SpellingIndex
    private var known: Set<String> = []
    /// Names as the data writes them.
    private var names: [Term: String] = [:]
    private var valuesByDimension: [String: [String]] = [:]
    private var topicWords: [String: Set<String>] = [:]
    private var topicTitles: [String: String] = [:]

    /// More meanings than this say too little to be kept.
    private static let meaningsMax = 6
    private static let phraseWordsMax = 8

    package init(words: [VocabularyEntry], tenant: TenantVocabulary) {
        version = tenant.version
        firstDate = tenant.firstDate
        lastDate = tenant.lastDate
        lacking = tenant.lacking
        spelling = SpellingIndex([])
        var spellable: Set<String> = []
        for entry in words + QuestionWords.entries { add(entry, isFromData: false, spellable: &spellable) }
        for entry in tenant.entries { add(entry, isFromData: true, spellable: &spellable) }
        for entry in tenant.entries { addPartials(of: entry, spellable: &spellable) }
        spelling = SpellingIndex(spellable)
        for dimension in valuesByDimension.keys { valuesByDimension[dimension]?.sort() }
    }

    private mutating func add(_ entry: VocabularyEntry, isFromData: Bool, spellable: inout Set<String>) {
        let words = Tokenizer.words(of: entry.phrase)
        guard !words.isEmpty else { return }
        if isFromData, names[entry.term] == nil {
            names[entry.term] = entry.phrase
            if case .value(let dimension, let value) = entry.term {
                valuesByDimension[dimension, default: []].append(value)
            }
        }
        if case .topic(_, let id) = entry.term {
            topicTitles[id] = topicTitles[id] ?? entry.phrase
            for word in words where !EnglishWords.stop.contains(word) {
                topicWords[WordForm.stem(word), default: []].insert(id)
                known.insert(word)
                if word.utf8.count >= 5 { spellable.insert(word) }
            }
            guard words.count > 1 else { return }
        }
        guard words.count <= Self.phraseWordsMax else { return }
        let meaning = Meaning(term: entry.term, isFromData: isFromData)
        file(words, meaning)
        if isFromData, Self.isPunctuated(entry.phrase) { punctuated.insert(words.joined(separator: " ")) }
        if isFromData, let last = words.last, Self.legalForms.contains(last), words.count > 1 {
            file(Array(words.dropLast()), meaning)
        }
        for word in words {
            known.insert(word)
            if !EnglishWords.stop.contains(word) { spellable.insert(word) }
        }
    }

    private static func isPunctuated(_ phrase: String) -> Bool {
        phrase.contains(where: { $0 == "," || $0 == ":" })
            || [" - ", " – ", " — ", " / "].contains { phrase.contains($0) }
    }

    private mutating func file(_ words: [String], _ meaning: Meaning) {
        Self.insert(meaning, into: &exact, at: words.joined(separator: " "))
        let stemmed = words.map(WordForm.stem)
        Self.insert(meaning, into: &stems, at: stemmed.joined(separator: " "))
        longest[stemmed[0]] = max(longest[stemmed[0]] ?? 0, words.count)
    }

    private static func insert(_ meaning: Meaning, into table: inout [String: [Meaning]], at key: String) {
        var meanings = table[key] ?? []
        guard !meanings.contains(meaning), meanings.count < meaningsMax else { return }
        meanings.append(meaning)
        table[key] = meanings
    }

    /// Files a name of several words under each distinctive one of them.
    private mutating func addPartials(of entry: VocabularyEntry, spellable: inout Set<String>) {
        if case .topic = entry.term { return }
        guard !entry.isWhole else { return }
        let words = Tokenizer.words(of: entry.phrase)
        if let parted = Self.parted(words), parted.count <= Self.phraseWordsMax {
            file(parted, Meaning(term: entry.term, isFromData: true))
        }
        guard words.count > 1, words.count <= Self.phraseWordsMax else { return }
        let meaning = Meaning(term: entry.term, isFromData: true)
        // "Midmarket" for Mid-Market.
        let joined = words.joined()
        if entry.phrase.contains(where: { $0 == "-" || $0 == "‐" || $0 == "‑" }), exact[joined] == nil,
            stems[joined] == nil,
            !EnglishWords.isOrdinary(joined)
        {
            file([joined], meaning)
        }
        if let initials = Self.initials(of: words) {
            for alias in initials where exact[alias.joined(separator: " ")] == nil { file(alias, meaning) }
        }
        let isWritten = Set(
            entry.phrase.split(separator: " ").filter { $0.allSatisfy(\.isUppercase) }.map { $0.lowercased() }
        )
        for word in words where word.utf8.count >= 3 || isWritten.contains(word) {
            if Self.legalForms.contains(word) || Self.generalWords.contains(word) { continue }
            let stem = WordForm.stem(word)
            guard !EnglishWords.stop.contains(word), stems[stem] == nil, exact[word] == nil else { continue }
            if EnglishWords.soft.contains(word) || Int(word) != nil { continue }
            Self.insert(meaning, into: &partial, at: stem)
        }
    }

    /// "7 Eleven" for 7-Eleven: beside a digit a hyphen does not part words.
    private static func parted(_ words: [String]) -> [String]? {
        guard words.contains(where: { $0.contains("-") && $0.contains(where: \.isLetter) }) else { return nil }
        return words.flatMap { $0.split(separator: "-").map(String.init) }
    }

    /// "R and D" and "RD" for Research & Development, "AWS" for Amazon Web Services.
    private static func initials(of words: [String]) -> [[String]]? {
        let named = words.filter { !legalForms.contains($0) }
        guard named.allSatisfy({ $0.utf8.count > 1 && $0.first?.isLetter == true }) else { return nil }
        let letters = named.filter { !["and", "of", "the", "for"].contains($0) }.map { String($0.prefix(1)) }
        guard letters.count >= 2, letters.count <= 5 else { return nil }
        let joined = letters.joined()
        var aliases: [[String]] = []
        if named.contains("and"), letters.count == 2 { aliases.append([letters[0], "and", letters[1]]) }
        if letters.count >= 3 || named.contains("and") {
            if !EnglishWords.isOrdinary(joined) { aliases.append([joined]) }
        }
        return aliases
    }

    /// Words of names that tell nothing apart.
    private static let generalWords: Set<String> = [
        "fee", "fees", "service", "services", "charge", "charges", "program", "programs", "programme", "programmes",
        "payment", "payments", "group", "general", "miscellaneous", "misc", "various", "solutions", "partners",
        "holding", "holdings", "international", "global", "systems", "technologies", "team", "project", "projects",
    ]

    /// Whether a word only says what kind of company a name belongs to.
    package static func isLegalForm(_ word: String) -> Bool { legalForms.contains(word) }

    private static let legalForms: Set<String> = [
        "inc", "ltd", "llc", "gmbh", "corp", "co", "sa", "ag", "bv", "plc", "limited", "company", "srl", "sl", "kg",
        "oy", "ab", "as", "nv", "sas", "corporation", "incorporated", "pty",
    ]

    // MARK: Look-up

    /// The phrases that start at a token, longest first, at most one of each length.
    package func matches(in words: [LookupWord], at index: Int) -> [Match] {
        var matches: [Match] = []
        let first = words[index]
        var reach = longest[first.stem] ?? 0
        for repair in first.repairs { reach = max(reach, longest[WordForm.stem(repair)] ?? 0) }
        reach = min(reach, words.count - index)
        var length = reach
        while length > 0 {
            if let match = match(words[index..<(index + length)]) { matches.append(match) }
            length -= 1
        }
        if !matches.contains(where: { $0.length == 1 }), let meanings = partial[first.stem] {
            matches.append(Match(length: 1, meanings: meanings, likeness: .partial))
        } else if matches.isEmpty {
            for repair in first.repairs where Self.isSlip(first.word, for: repair) {
                // A guess at a part of a name may say what is measured; it must not take away all other rows.
                let measures = (partial[WordForm.stem(repair)] ?? []).filter(\.isMeasure)
                if !measures.isEmpty {
                    matches.append(Match(length: 1, meanings: measures, likeness: .misspelt))
                    break
                }
            }
        }
        return matches
    }

    /// Whether letters were swapped, doubled or left out; another letter makes a short word another word.
    private static func isSlip(_ word: String, for meant: String) -> Bool {
        word.utf8.count >= 8 || word.utf8.count != meant.utf8.count || word.utf8.sorted() == meant.utf8.sorted()
    }

    private func match(_ words: ArraySlice<LookupWord>) -> Match? {
        let count = words.count
        let key = key(words, \.word)
        if let meanings = exact[key] {
            return Match(
                length: count,
                meanings: meanings,
                likeness: .exact,
                isPunctuated: punctuated.contains(key)
            )
        }
        if let meanings = stems[self.key(words, \.stem)] {
            return Match(length: count, meanings: meanings, likeness: .stem)
        }
        guard words.contains(where: { !$0.repairs.isEmpty }) else { return nil }
        var candidates = [""]
        for word in words {
            let forms = word.repairs.isEmpty ? [word.stem] : word.repairs.map(WordForm.stem)
            candidates = candidates.flatMap { start in forms.map { start.isEmpty ? $0 : start + " " + $0 } }
            if candidates.count > 9 { candidates = Array(candidates.prefix(9)) }
        }
        var meanings: [Meaning] = []
        for candidate in candidates {
            for meaning in stems[candidate] ?? [] where !meanings.contains(meaning) { meanings.append(meaning) }
        }
        return meanings.isEmpty ? nil : Match(length: count, meanings: meanings, likeness: .misspelt)
    }

    private func key(_ words: ArraySlice<LookupWord>, _ form: KeyPath<LookupWord, String>) -> String {
        var key = ""
        for word in words {
            if !key.isEmpty { key += " " }
            key += word[keyPath: form]
        }
        return key
    }

    /// Whether some phrase holds the word.
    package func knows(_ token: Token) -> Bool { known.contains(token.word) }

    /// Whether a word is neither of the vocabulary nor ordinary English.
    package func isUnknown(_ token: Token) -> Bool {
        !known.contains(token.word) && stems[token.stem] == nil && partial[token.stem] == nil
            && topicWords[token.stem] == nil && !EnglishWords.isOrdinary(token.word)
    }

    /// The word as it is looked up: with what it may have been meant to be, when nothing is known of it.
    package func lookup(_ token: Token) -> LookupWord {
        var repairs: [String] = []
        if !token.isSign, token.number == nil, isUnknown(token) {
            repairs = spelling.nearest(to: token.word)
        }
        return LookupWord(word: token.word, stem: token.stem, repairs: repairs)
    }

    // MARK: What the tenant has

    /// The name of a term as the data writes it.
    package func name(of term: Term) -> String? { names[term] }

    /// The values of a dimension, sorted.
    package func values(of dimension: String) -> [String] { valuesByDimension[dimension] ?? [] }

    package var dimensions: [String] { valuesByDimension.keys.sorted() }

    /// The identifiers of texts whose title or tags hold the word.
    package func topics(holding stem: String) -> Set<String> { topicWords[stem] ?? [] }

    /// The title of a text.
    package func title(ofTopic id: String) -> String? { topicTitles[id] }

    /// Titles in the order of their identifiers, at most as many as asked for.
    package func titles(max count: Int) -> [String] {
        topicTitles.sorted { $0.key < $1.key }.prefix(count).map(\.value)
    }
}

/// A word of a question with what it may have been meant to be.
package struct LookupWord: Sendable, Hashable {
    package var word: String
    package var stem: String
    /// Words of the vocabulary that it may be a misspelling of; empty when it is known or ordinary.
    package var repairs: [String]
}
