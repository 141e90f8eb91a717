/// Porter's stemmer for English (https://tartarus.org/martin/PorterStemmer/def.txt), as FTS5's `porter` tokenizer
/// applies it, so that words read here and words found by the index agree.
///
/// Works on the UTF-8 bytes of one lower-case word. Words of fewer than 3 or more than 64 bytes are left as they are.
package struct PorterStemmer {
    private var word: [UInt8]

    /// The stem of a lower-case word.
    package static func stem(_ word: String) -> String {
        var bytes = Array(word.utf8)
        stem(&bytes)
        return String(decoding: bytes, as: UTF8.self)
    }

    /// Replaces the word by its stem.
    static func stem(_ word: inout [UInt8]) {
        guard (3...64).contains(word.count) else { return }
        var stemmer = PorterStemmer(word: word)
        stemmer.run()
        word = stemmer.word
    }

    private mutating func run() {
        removePlural()
        removePastAndParticiple()
        if word.last == UInt8(ascii: "y"), hasVowel(word.count - 1) { word[word.count - 1] = UInt8(ascii: "i") }
        replaceFirst(of: Self.second) { $0.measure($1) > 0 }
        replaceFirst(of: Self.third) { $0.measure($1) > 0 }
        removeFourth()
        removeFinalE()
        if word.count > 1, word.hasSuffix("ll"), measure(word.count - 1) > 1 { word.removeLast() }
    }

    // MARK: What a stem is like

    /// Whether the byte at the index is a vowel; `y` is one after a consonant.
    private func isVowel(_ index: Int, afterConsonant: Bool) -> Bool {
        switch word[index] {
        case UInt8(ascii: "a"), UInt8(ascii: "e"), UInt8(ascii: "i"), UInt8(ascii: "o"), UInt8(ascii: "u"): true
        case UInt8(ascii: "y"): afterConsonant
        default: false
        }
    }

    /// The number of sequences "vowels, consonants" in the first `count` bytes, counted up to 2.
    private func measure(_ count: Int) -> Int {
        var measure = 0
        var isConsonant = false
        var wasVowel = false
        for index in 0..<count {
            isConsonant = !isVowel(index, afterConsonant: isConsonant)
            if isConsonant, wasVowel {
                measure += 1
                if measure == 2 { return 2 }
            }
            wasVowel = !isConsonant
        }
        return measure
    }

    private func hasVowel(_ count: Int) -> Bool {
        (0..<count).contains { isVowel($0, afterConsonant: $0 > 0) }
    }

    /// Whether the first `count` bytes end with consonant, vowel, consonant, the last not `w`, `x` or `y`.
    private func endsShort(_ count: Int) -> Bool {
        guard count > 0, !"wxy".utf8.contains(word[count - 1]) else { return false }
        var shape = 0
        var isConsonant = false
        for index in 0..<count {
            isConsonant = !isVowel(index, afterConsonant: isConsonant)
            shape = (shape << 1 | (isConsonant ? 1 : 0)) & 0b111
        }
        return shape == 0b101
    }

    // MARK: The steps

    private mutating func removePlural() {
        guard word.last == UInt8(ascii: "s") else { return }
        let count = word.count
        if word[count - 2] == UInt8(ascii: "e") {
            let isLong = count > 4 && word.hasSuffix("sses") || count > 3 && word.hasSuffix("ies")
            word.removeLast(isLong ? 2 : 1)
        } else if word[count - 2] != UInt8(ascii: "s") {
            word.removeLast()
        }
    }

    private mutating func removePastAndParticiple() {
        if word.count > 3, word.hasSuffix("eed") {
            if measure(word.count - 3) > 0 { word.removeLast() }
            return
        }
        if word.count > 2, word.hasSuffix("ed"), hasVowel(word.count - 2) {
            word.removeLast(2)
        } else if word.count > 3, word.hasSuffix("ing"), hasVowel(word.count - 3) {
            word.removeLast(3)
        } else {
            return
        }
        if word.count > 2, word.hasSuffix("at") || word.hasSuffix("bl") || word.hasSuffix("iz") {
            word.append(UInt8(ascii: "e"))
            return
        }
        guard let last = word.last else { return }
        // Like FTS5, the last letter is judged alone: a `y` here counts as a consonant.
        let isVowel = isVowel(word.count - 1, afterConsonant: false)
        if !isVowel, !"lsz".utf8.contains(last), word.count > 1, word[word.count - 2] == last {
            word.removeLast()
        } else if measure(word.count) == 1, endsShort(word.count) {
            word.append(UInt8(ascii: "e"))
        }
    }

    /// Replaces the first ending of the table that the word has, if its stem satisfies the condition.
    private mutating func replaceFirst(
        of table: [(ending: String, replacement: String)],
        if condition: (PorterStemmer, Int) -> Bool
    ) {
        for (ending, replacement) in table where word.count > ending.utf8.count && word.hasSuffix(ending) {
            let count = word.count - ending.utf8.count
            if condition(self, count) { word.replaceSubrange(count..., with: replacement.utf8) }
            return
        }
    }

    private mutating func removeFourth() {
        for ending in Self.fourth where word.count > ending.utf8.count && word.hasSuffix(ending) {
            let count = word.count - ending.utf8.count
            let isRemovable = ending != "ion" || "st".utf8.contains(word[count - 1])
            if isRemovable, measure(count) > 1 { word.removeLast(ending.utf8.count) }
            return
        }
    }

    private mutating func removeFinalE() {
        guard word.last == UInt8(ascii: "e") else { return }
        let measure = measure(word.count - 1)
        if measure > 1 || measure == 1 && !endsShort(word.count - 1) { word.removeLast() }
    }

    private static let second: [(ending: String, replacement: String)] = [
        ("ational", "ate"), ("tional", "tion"), ("enci", "ence"), ("anci", "ance"), ("izer", "ize"), ("logi", "log"),
        ("bli", "ble"), ("alli", "al"), ("entli", "ent"), ("eli", "e"), ("ousli", "ous"), ("ization", "ize"),
        ("ation", "ate"), ("ator", "ate"), ("alism", "al"), ("iveness", "ive"), ("fulness", "ful"),
        ("ousness", "ous"), ("aliti", "al"), ("iviti", "ive"), ("biliti", "ble"),
    ]

    private static let third: [(ending: String, replacement: String)] = [
        ("ical", "ic"), ("ness", ""), ("icate", "ic"), ("iciti", "ic"), ("ful", ""), ("ative", ""), ("alize", "al"),
    ]

    private static let fourth = [
        "al", "ance", "ence", "er", "ic", "able", "ible", "ant", "ement", "ment", "ent", "ion", "ou", "ism", "ate",
        "iti", "ous", "ive", "ize",
    ]
}

extension [UInt8] {
    fileprivate func hasSuffix(_ ending: String) -> Bool {
        let ending = ending.utf8
        guard count >= ending.count else { return false }
        return self[(count - ending.count)...].elementsEqual(ending)
    }
}
