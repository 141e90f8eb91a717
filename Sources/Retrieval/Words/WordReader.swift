internal import Foundation

/// Cuts text into words, as FTS5's `unicode61 remove_diacritics 2` does: runs of letters and digits, in lower case,
/// without accents (https://www.sqlite.org/fts5.html#unicode61_tokenizer).
///
/// A word longer than `bytesMax` is cut there; what follows is passed over up to the word's end.
struct WordReader {
    static let bytesMax = 128

    /// One word of a text.
    struct Word {
        /// Lower case, without accents; letters and digits only.
        var bytes: [UInt8]
        /// Whether an apostrophe stands right before it (`what's`).
        var isAfterApostrophe: Bool

        var isStop: Bool {
            if isAfterApostrophe, Self.endings.contains(bytes) { return true }
            return StopWords.contains(bytes)
        }

        var term: Term {
            if isStop { return .stop }
            var stem = bytes
            PorterStemmer.stem(&stem)
            return Term(stem: stem)
        }

        private static let endings: Set<[UInt8]> = Set(["s", "t", "d", "m", "ll", "re", "ve"].map { Array($0.utf8) })
    }

    /// Hands over the words in order until the body says false.
    static func forEach(in text: String, _ body: (Word) -> Bool) {
        var word: [UInt8] = []
        word.reserveCapacity(32)
        var isAfterApostrophe = false
        for scalar in text.unicodeScalars {
            let value = scalar.value
            if value < 0x80 {
                let byte = UInt8(value)
                if isLetterOrDigit(byte) {
                    let isCapital = (UInt8(ascii: "A")...UInt8(ascii: "Z")).contains(byte)
                    if word.count < bytesMax { word.append(isCapital ? byte | 0x20 : byte) }
                    continue
                }
            } else if let folded = fold(scalar) {
                if word.count + folded.count <= bytesMax { word.append(contentsOf: folded) }
                continue
            }
            if !word.isEmpty {
                guard body(Word(bytes: word, isAfterApostrophe: isAfterApostrophe)) else { return }
                word.removeAll(keepingCapacity: true)
            }
            isAfterApostrophe = scalar == "'" || scalar == "\u{2019}"
        }
        if !word.isEmpty { _ = body(Word(bytes: word, isAfterApostrophe: isAfterApostrophe)) }
    }

    /// The terms of a text in order, stop words as such, at most `limit`.
    static func terms(in text: String, limit: Int = .max) -> [Term] {
        var terms: [Term] = []
        guard limit > 0 else { return terms }
        forEach(in: text) { word in
            terms.append(word.term)
            return terms.count < limit
        }
        return terms
    }

    private static func isLetterOrDigit(_ byte: UInt8) -> Bool {
        switch byte {
        case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
            UInt8(ascii: "0")...UInt8(ascii: "9"):
            true
        default: false
        }
    }

    /// What a scalar beyond ASCII adds to a word: its lower case without accents, nothing for a combining mark, `nil`
    /// where it ends the word.
    private static func fold(_ scalar: Unicode.Scalar) -> [UInt8]? {
        if let folded = latin[scalar.value] { return folded }
        switch scalar.properties.generalCategory {
        case .uppercaseLetter, .lowercaseLetter, .titlecaseLetter, .modifierLetter, .otherLetter, .decimalNumber,
            .letterNumber, .otherNumber, .privateUse:
            return Array(scalar.properties.lowercaseMapping.utf8)
        case .nonspacingMark:
            return []
        default:
            return nil
        }
    }

    /// The Latin letters with accents and the letters below them.
    private static let latin: [UInt32: [UInt8]] = {
        var table: [UInt32: [UInt8]] = [:]
        for value in [0xC0..<0x250, 0x1E00..<0x1F00].joined() {
            guard let scalar = Unicode.Scalar(UInt32(value)), scalar.properties.isAlphabetic,
                let base = String(scalar).decomposedStringWithCanonicalMapping.unicodeScalars.first
            else { continue }
            table[UInt32(value)] = Array(base.properties.lowercaseMapping.utf8)
        }
        return table
    }()
}
