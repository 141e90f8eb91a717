internal import Foundation

/// The words that ROUGE counts, cut as Google ADK cuts them, so that both give the same scores.
///
/// Lower case, compatibility forms made one (NFKC); letters, digits and combining marks make words, all else parts them.
/// Chinese, Japanese and Korean signs are words of their own, Thai, Lao, Khmer and Burmese are cut into clusters; an
/// English word of more than three letters is reduced to its stem.
package enum ROUGEWords {
    /// The most words of a text.
    package static let wordsMax = 20_000

    /// `stem` reduces a lower-case English word, as Porter's algorithm does.
    package static func words(_ text: String, stem: (String) -> String) -> [String] {
        let normal = text.precomposedStringWithCompatibilityMapping.lowercased()
        var cut = String.UnicodeScalarView()
        for scalar in normal.unicodeScalars {
            let isMark = isMark(scalar)
            if isSign(scalar) {
                cut += [" ", scalar, " "]
            } else if isCluster(scalar) {
                if !isMark { cut.append(" ") }
                cut.append(scalar)
            } else {
                cut.append(isMark || isLetterOrNumber(scalar) ? scalar : " ")
            }
        }
        let words = String(cut).split(separator: " ").prefix(wordsMax)
        return words.map { word in
            let isEnglish = word.utf8.allSatisfy { $0 < 0x80 } && word.utf8.count > 3
            return isEnglish ? self.stem(String(word), stem) : String(word)
        }
    }

    /// Porter's stem with the corrections that ADK's stemmer makes: short words in -ie, and -y, which becomes -i after a
    /// consonant and nowhere else.
    private static func stem(_ word: String, _ stem: (String) -> String) -> String {
        if let known = irregular[word] { return known }
        if word.count == 4, word.hasSuffix("ies") || word.hasSuffix("ied") { return word.prefix(1) + "ie" }
        let short = stem(word)
        guard short.count > 2, let last = short.last, let before = short.dropLast().last else { return short }
        let isAfterVowel = "aeiou".contains(before)
        if last == "y", !isAfterVowel, before != "y" { return short.dropLast() + "i" }
        if last == "i", isAfterVowel, word.hasPrefix(short.dropLast() + "y") { return short.dropLast() + "y" }
        return short
    }

    private static let irregular = [
        "skies": "sky", "dying": "die", "lying": "lie", "tying": "tie", "news": "news", "innings": "inning",
        "inning": "inning", "outings": "outing", "outing": "outing", "cannings": "canning", "canning": "canning",
        "howe": "howe", "proceed": "proceed", "exceed": "exceed", "succeed": "succeed",
    ]

    private static func isLetterOrNumber(_ scalar: Unicode.Scalar) -> Bool {
        switch scalar.properties.generalCategory {
        case .uppercaseLetter, .lowercaseLetter, .titlecaseLetter, .modifierLetter, .otherLetter, .decimalNumber,
            .letterNumber, .otherNumber:
            true
        default: false
        }
    }

    private static func isMark(_ scalar: Unicode.Scalar) -> Bool {
        switch scalar.properties.generalCategory {
        case .nonspacingMark, .spacingMark, .enclosingMark: true
        default: false
        }
    }

    private static func isSign(_ scalar: Unicode.Scalar) -> Bool {
        switch scalar.value {
        case 0x4E00...0x9FFF, 0x3040...0x30FF, 0xAC00...0xD7AF: true
        default: false
        }
    }

    private static func isCluster(_ scalar: Unicode.Scalar) -> Bool {
        switch scalar.value {
        case 0x0E00...0x0EFF, 0x1000...0x109F, 0x1780...0x17FF: true
        default: false
        }
    }
}
