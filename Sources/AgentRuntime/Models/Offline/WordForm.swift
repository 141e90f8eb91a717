// How a word is brought to the form in which it is looked up: folded (lower case, no accents), then stemmed.
// Phrases of the vocabulary and words of a question go through the same functions, so they can meet.

/// The folding and stemming of single words.
package enum WordForm {
    /// Lower case without accents; combining and zero-width characters are dropped.
    package static func fold(_ text: some StringProtocol) -> String {
        if text.utf8.allSatisfy({ $0 < 0x80 }) { return text.lowercased() }
        var folded = ""
        for scalar in text.unicodeScalars {
            switch scalar.value {
            case 0x300...0x36F, 0x200B...0x200F, 0x202A...0x202E, 0x2060...0x2064, 0xFEFF: continue
            default: break
            }
            let lower = scalar.properties.lowercaseMapping
            for part in lower.unicodeScalars {
                if let plain = unaccented[part] {
                    folded += plain
                } else if !(0x300...0x36F).contains(part.value) {
                    folded.unicodeScalars.append(part)
                }
            }
        }
        return folded
    }

    /// A light stem: plural and verb endings off, nothing that would join words of different meaning.
    package static func stem(_ word: String) -> String {
        let bytes = Array(word.utf8)
        guard bytes.count > 3, bytes.allSatisfy({ (97...122).contains($0) }) else { return word }
        if word.hasSuffix("ies"), bytes.count > 4 { return String(word.dropLast(3)) + "y" }
        if word.hasSuffix("sses") || word.hasSuffix("shes") || word.hasSuffix("ches") || word.hasSuffix("xes") {
            return String(word.dropLast(2))
        }
        if word.hasSuffix("ss") || word.hasSuffix("us") || word.hasSuffix("is") { return word }
        if word.hasSuffix("s") { return trimmedE(String(word.dropLast())) }
        if word.hasSuffix("ing"), bytes.count > 6 { return trimmedE(undoubled(String(word.dropLast(3)))) }
        if word.hasSuffix("ied"), bytes.count > 4 { return String(word.dropLast(3)) + "y" }
        if word.hasSuffix("ed"), bytes.count > 5 { return trimmedE(undoubled(String(word.dropLast(2)))) }
        return trimmedE(word)
    }

    /// `compared`, `compares` and `comparing` meet without the mute e.
    private static func trimmedE(_ word: String) -> String {
        word.utf8.count > 4 && word.hasSuffix("e") && !word.hasSuffix("ee") ? String(word.dropLast()) : word
    }

    private static func undoubled(_ word: String) -> String {
        let bytes = Array(word.utf8)
        guard bytes.count > 3, let last = bytes.last, last == bytes[bytes.count - 2],
            !"lsz".utf8.contains(last), !"aeiou".utf8.contains(last)
        else { return word }
        return String(word.dropLast())
    }

    private static let unaccented: [Unicode.Scalar: String] = {
        var table: [Unicode.Scalar: String] = [:]
        let rows = [
            ("a", "àáâãäåāăą"), ("c", "çćĉċč"), ("d", "ďđð"), ("e", "èéêëēĕėęě"), ("g", "ĝğġģ"), ("h", "ĥħ"),
            ("i", "ìíîïĩīĭįı"), ("j", "ĵ"), ("k", "ķ"), ("l", "ĺļľŀł"), ("n", "ñńņň"), ("o", "òóôõöøōŏő"),
            ("r", "ŕŗř"), ("s", "śŝşšș"), ("t", "ţťŧț"), ("u", "ùúûüũūŭůűų"), ("w", "ŵ"), ("y", "ýÿŷ"),
            ("z", "źżž"), ("ss", "ß"), ("ae", "æ"), ("oe", "œ"), ("th", "þ"), ("'", "’‘ʼ`´"), ("-", "‐‑‒–—−"),
        ]
        for (plain, letters) in rows {
            for scalar in letters.precomposed { table[scalar] = plain }
        }
        return table
    }()
}

extension String {
    /// The scalars of a literal whose letters are written as one scalar each.
    fileprivate var precomposed: [Unicode.Scalar] { Array(unicodeScalars) }
}
