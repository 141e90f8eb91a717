/// Cuts text into words, numbers and signs with the bytes they came from.
///
/// Hyphens between letters part words; beside a digit they stay (`2026-01`, `6500-200`).
/// `&` becomes the word "and". An address of a mailbox is one word, and so is a year behind an apostrophe (`'24`).
/// Sentence ends come as the words `.`, `?`, `!`, `;` and a line feed.
package enum Tokenizer {
    /// Numbers are read by the signs of a locale; the tokens write them with a point before the decimals.
    package static func tokens(of text: String, signs: NumberSigns = NumberSigns()) -> [Token] {
        var tokens: [Token] = []
        let scalars = Array(text.unicodeScalars.prefix(Utterance.bytesMax))
        var offsets: [Int] = []
        offsets.reserveCapacity(scalars.count + 1)
        var bytes = 0
        for scalar in scalars {
            offsets.append(bytes)
            bytes += UTF8.width(scalar)
        }
        offsets.append(bytes)

        let mayHoldAddress = scalars.contains("@")
        var index = 0
        while index < scalars.count {
            let scalar = scalars[index]
            if isIgnorable(scalar) || (isSpace(scalar) && scalar != "\n") {
                index += 1
                continue
            }
            let start = index
            if let end = mayHoldAddress ? addressEnd(scalars, index) : nil {
                index = end
                tokens.append(token(scalars[start..<index], offsets[start]..<offsets[index], signs))
            } else if isWord(scalar) || startsNumber(scalars, index) || startsYear(scalars, index) {
                index += 1
                while index < scalars.count, continues(scalars, index) { index += 1 }
                if index < scalars.count, scalars[index] == "%" { index += 1 }
                let token = token(scalars[start..<index], offsets[start]..<offsets[index], signs)
                tokens.append(token)
                if let verb = contractedVerb(token) { tokens.append(verb) }
            } else {
                index += 1
                if let sign = sign(scalars, start) {
                    let source = String(String.UnicodeScalarView(scalars[start..<index]))
                    tokens.append(
                        Token(
                            range: offsets[start]..<offsets[index],
                            text: source,
                            word: sign,
                            stem: sign,
                            number: nil,
                            isSign: sign != "and",
                            isCapitalised: false
                        )
                    )
                }
            }
        }
        return tokens
    }

    /// The folded words of a phrase, as the vocabulary keeps them.
    package static func words(of phrase: String) -> [String] {
        tokens(of: phrase).filter { !$0.isSign }.map(\.word)
    }

    private static func token(
        _ scalars: ArraySlice<Unicode.Scalar>,
        _ range: Range<Int>,
        _ signs: NumberSigns
    ) -> Token {
        let text = signs.pointed(String(String.UnicodeScalarView(scalars)))
        var word = WordForm.fold(text)
        if word.hasSuffix("n't") { word = word == "can't" ? "cannot" : String(word.dropLast(3)) + "nt" }
        for suffix in ["'s", "'re", "'ve", "'ll", "'d", "'m", "s'"] where word.hasSuffix(suffix) {
            word = String(word.dropLast(suffix == "s'" ? 1 : suffix.utf8.count))
            break
        }
        word.removeAll { $0 == "'" }
        if word == "whats" { word = "what" }
        let number = NumberToken(reading: word)
        return Token(
            range: range,
            text: text,
            word: word,
            stem: number == nil ? WordForm.stem(word) : word,
            number: number,
            isSign: word.isEmpty,
            isCapitalised: scalars.first?.properties.isUppercase ?? false
        )
    }

    /// "What's" is two words.
    private static func contractedVerb(_ token: Token) -> Token? {
        guard token.text.utf8.count == token.word.utf8.count + 2 || token.text.hasSuffix("’s"),
            ["what", "how", "who", "where", "when", "that", "there", "it", "here", "why"].contains(token.word),
            token.text.lowercased().hasSuffix("s")
        else { return nil }
        return Token(
            range: token.range.upperBound..<token.range.upperBound,
            text: "is",
            word: "is",
            stem: "is",
            number: nil,
            isSign: false,
            isCapitalised: false
        )
    }

    private static func isSpace(_ scalar: Unicode.Scalar) -> Bool { scalar.properties.isWhitespace }

    private static func isIgnorable(_ scalar: Unicode.Scalar) -> Bool {
        switch scalar.value {
        case 0x200B...0x200F, 0x202A...0x202E, 0x2060...0x2064, 0xFEFF: true
        default: false
        }
    }

    private static func isWord(_ scalar: Unicode.Scalar) -> Bool {
        if scalar.value < 0x80 { return isDigit(scalar) || isASCIILetter(scalar) }
        return scalar.properties.isAlphabetic || (0x300...0x36F).contains(scalar.value)
    }

    private static func isASCIILetter(_ scalar: Unicode.Scalar) -> Bool {
        (0x41...0x5A).contains(scalar.value) || (0x61...0x7A).contains(scalar.value)
    }

    private static func isDigit(_ scalar: Unicode.Scalar) -> Bool { (0x30...0x39).contains(scalar.value) }

    private static func isCurrency(_ scalar: Unicode.Scalar) -> Bool {
        scalar.properties.generalCategory == .currencySymbol
    }

    private static func startsNumber(_ scalars: [Unicode.Scalar], _ index: Int) -> Bool {
        isCurrency(scalars[index]) && index + 1 < scalars.count && isDigit(scalars[index + 1])
    }

    /// `'24` behind no letter: a year without its century.
    private static func startsYear(_ scalars: [Unicode.Scalar], _ index: Int) -> Bool {
        guard scalars[index] == "'" || scalars[index] == "’", index + 2 < scalars.count,
            isDigit(scalars[index + 1]), isDigit(scalars[index + 2])
        else { return false }
        return index + 3 == scalars.count || !isWord(scalars[index + 3])
    }

    /// The most characters before the sign of an address (RFC 5321 §4.5.3.1.1).
    private static let addressNameMax = 64

    /// Where the address of a mailbox ends that starts at an index.
    private static func addressEnd(_ scalars: [Unicode.Scalar], _ start: Int) -> Int? {
        func isPlain(_ index: Int) -> Bool { isDigit(scalars[index]) || isASCIILetter(scalars[index]) }
        guard isPlain(start) else { return nil }
        var at = start
        while at < scalars.count, at - start <= addressNameMax,
            isPlain(at) || [".", "_", "%", "+", "-"].contains(scalars[at])
        {
            at += 1
        }
        guard at < scalars.count, scalars[at] == "@" else { return nil }
        var end: Int?
        var index = at + 1
        var label = index
        var labels = 0
        while index < scalars.count, isPlain(index) || scalars[index] == "-" || scalars[index] == "." {
            if scalars[index] == "." {
                guard label < index else { break }
                labels += 1
                label = index + 1
            } else if labels > 0, isPlain(index) {
                end = index + 1
            }
            index += 1
        }
        return end
    }

    /// Whether the scalar at an index belongs to the word before it.
    private static func continues(_ scalars: [Unicode.Scalar], _ index: Int) -> Bool {
        let scalar = scalars[index]
        if isWord(scalar) || isIgnorable(scalar) { return true }
        guard index > 0, index + 1 < scalars.count else { return false }
        let before = scalars[index - 1]
        let after = scalars[index + 1]
        switch scalar {
        case "'", "’": return isWord(before) && isWord(after)
        case ".", ",", "/": return isDigit(before) && isDigit(after)
        case "-", "‐", "‑": return isWord(before) && isWord(after) && (isDigit(before) || isDigit(after))
        case "_": return isWord(before) && isWord(after)
        default: return false
        }
    }

    /// What a sign means between words; `nil` when it means nothing.
    private static func sign(_ scalars: [Unicode.Scalar], _ index: Int) -> String? {
        switch scalars[index] {
        case "&", "+": return "and"
        case "%": return "percent"
        case "?", "？", "¿": return "?"
        case "!", "！": return "!"
        case ";": return ";"
        case "\n": return "\n"
        case "。": return "."
        case ".":
            return endsSentence(scalars, index) ? "." : nil
        case ",", "、": return ","
        case ":": return ":"
        case "/": return "/"
        case "-", "–", "—", "−": return "-"
        case "<": return "<"
        case ">": return ">"
        default: return nil
        }
    }

    /// A point ends a sentence before white space or the end, but not after an abbreviation or an initial.
    private static func endsSentence(_ scalars: [Unicode.Scalar], _ index: Int) -> Bool {
        guard index + 1 >= scalars.count || isSpace(scalars[index + 1]) else { return false }
        var start = index
        while start > 0, isWord(scalars[start - 1]) || scalars[start - 1] == "." { start -= 1 }
        let word = WordForm.fold(String(String.UnicodeScalarView(scalars[start..<index])))
        let isInitials = word.split(separator: ".").allSatisfy { $0.utf8.count == 1 && $0.first?.isLetter == true }
        if index + 1 < scalars.count, !word.isEmpty, isInitials { return false }
        return !abbreviations.contains(word)
    }

    private static let abbreviations: Set<String> = [
        "vs", "e.g", "i.e", "eg", "ie", "inc", "ltd", "co", "corp", "st", "no", "dept", "approx", "mr", "mrs", "ms",
        "dr", "jan", "feb", "mar", "apr", "jun", "jul", "aug", "sep", "sept", "oct", "nov", "dec", "u.s", "u.k", "avg",
    ]
}

extension NumberToken {
    /// Reads `1,200`, `$1.5m`, `250k`, `12%` or a number word up to twenty; `nil` for anything else.
    init?(reading word: String) {
        if let value = NumberToken.words[word] {
            self.init(value: ExactNumber(value), unit: .plain)
            return
        }
        var digits = word.unicodeScalars[...]
        var unit = Unit.plain
        if let first = digits.first, first.properties.generalCategory == .currencySymbol {
            unit = .money
            digits = digits.dropFirst()
        }
        if digits.last == "%" {
            unit = .percent
            digits = digits.dropLast()
        }
        var scale = 0
        for (suffix, power) in [("bn", 9), ("mn", 6), ("m", 6), ("k", 3), ("b", 9)]
        where String(digits).hasSuffix(suffix) {
            scale = power
            unit = unit == .plain ? .money : unit
            digits = digits.dropLast(suffix.utf8.count)
            break
        }
        guard let first = digits.first, ("0"..."9").contains(first) else { return nil }
        let literal = String(String.UnicodeScalarView(digits.filter { $0 != "," }))
        guard let number = ExactNumber(literal) else { return nil }
        self.init(value: ExactNumber(significand: number.significand, exponent: number.exponent + scale), unit: unit)
    }

    private static let words: [String: Int] = [
        "one": 1, "two": 2, "three": 3, "four": 4, "five": 5, "six": 6, "seven": 7, "eight": 8, "nine": 9, "ten": 10,
        "eleven": 11, "twelve": 12, "fifteen": 15, "twenty": 20,
    ]
}
