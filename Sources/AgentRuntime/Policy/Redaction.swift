// Takes out of a text what must reach neither a model nor a record: numbers of cards, accounts and telephones,
// addresses for mail, and secrets. What is found is replaced by a word in brackets, so that a sentence stays one.
//
// Only what can be told from its form is found, and where a form has a check digit it must hold: an amount or an order
// number is not a card because it is long.

/// Rules about what is taken out of texts.
package struct Redaction: Sendable, Hashable {
    package enum Rule: String, Sendable, Hashable, CaseIterable {
        /// 13 to 19 digits whose check digit holds (ISO/IEC 7812-1, Luhn).
        case card
        /// Two letters and digits whose check digits hold (ISO 13616).
        case iban
        /// Keys and tokens of known forms, private keys, and what follows `password:` and the like.
        case secret
        /// `name@host`.
        case email
        /// International numbers, and those of ten digits with their usual separators.
        case phone
    }

    package static let none = Redaction([])

    package let rules: Set<Rule>
    /// The same, for looking them up at every string of every result.
    let secret: Bool
    let email: Bool
    let iban: Bool
    let card: Bool
    let phone: Bool

    package init(_ rules: some Sequence<Rule>) {
        let rules = Set(rules)
        self.rules = rules
        secret = rules.contains(.secret)
        email = rules.contains(.email)
        iban = rules.contains(.iban)
        card = rules.contains(.card)
        phone = rules.contains(.phone)
    }

    /// The text without what the rules find.
    package func redacted(_ text: String) -> String {
        // Most texts have nothing of it; a look at their bytes says which rules are worth trying.
        let signs = Signs(text)
        var text = text
        // Secrets first: parts of one could be taken for something else. Phones last, as the loosest.
        if secret { text = Redaction.withoutSecrets(text, signs) }
        if email, signs.hasAt { text = text.replacing(Patterns.mail, with: "[email]") }
        if iban, signs.hasCountry { text = Redaction.withoutAccounts(text) }
        if card, signs.digits >= 13 {
            text = Redaction.withoutCards(text)
            if signs.hasPoint { text = Redaction.withoutDottedCards(text) }
        }
        if phone, signs.digits >= 8 { text = Redaction.withoutPhones(text) }
        return text
    }

    /// What the bytes of a text have that some rule needs.
    private struct Signs {
        var digits = 0
        var hasAt = false
        var hasAssignment = false
        var hasPoint = false
        /// Letters, digits, `-` and `_` in a row, at least as many as the shortest token has.
        var hasLongWord = false
        var hasDashes = false
        /// Two capitals and two digits in a row.
        var hasCountry = false

        init(_ text: String) {
            var word = 0
            var dashes = 0
            /// How much of the beginning of an account's number has been seen.
            var country = 0
            for byte in text.utf8 {
                switch byte {
                case UInt8(ascii: "0")...UInt8(ascii: "9"):
                    digits += 1
                    word += 1
                case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"), UInt8(ascii: "_"):
                    word += 1
                case UInt8(ascii: "-"): word += 1
                case UInt8(ascii: "@"):
                    hasAt = true
                    word = 0
                case UInt8(ascii: ":"), UInt8(ascii: "="):
                    hasAssignment = true
                    word = 0
                case UInt8(ascii: "."):
                    hasPoint = true
                    word = 0
                default: word = 0
                }
                dashes = byte == UInt8(ascii: "-") ? dashes + 1 : 0
                if dashes >= 5 { hasDashes = true }
                switch byte {
                case UInt8(ascii: "A")...UInt8(ascii: "Z"): country = country < 2 ? country + 1 : (country == 2 ? 2 : 1)
                case UInt8(ascii: "0")...UInt8(ascii: "9"): country = country >= 2 ? country + 1 : 0
                default: country = 0
                }
                if country == 4 { hasCountry = true }
                if word >= 13 { hasLongWord = true }
            }
        }
    }

    /// Each is compiled once.
    ///
    /// A `Regex` is not marked `Sendable` by the standard library, though its program is immutable and is lowered once,
    /// atomically.
    private enum Patterns {
        nonisolated(unsafe) static let mail =
            #/[A-Za-z0-9._%+\-]{1,64}@[A-Za-z0-9\-]{1,63}(?:\.[A-Za-z0-9\-]{1,63}){1,8}/#
        nonisolated(unsafe) static let privateKey =
            #/
            -----BEGIN\x20[A-Z\x20]{0,40}PRIVATE\x20KEY-----[A-Za-z0-9+\/=\s]*
            (?:-----END\x20[A-Z\x20]{0,40}PRIVATE\x20KEY-----)?
            /#
        nonisolated(unsafe) static let token =
            #/
            \b(?:AKIA[0-9A-Z]{16}
            |ASIA[0-9A-Z]{16}
            |AIza[A-Za-z0-9_\-]{35}
            |sk-[A-Za-z0-9_\-]{20,}
            |[prs]k_(?:live|test)_[A-Za-z0-9]{8,}
            |whsec_[A-Za-z0-9+\/=]{16,}
            |glpat-[A-Za-z0-9_\-]{20,}
            |github_pat_[A-Za-z0-9_]{22,}
            |gh[pousr]_[A-Za-z0-9]{36,}
            |xox[abprs]-[A-Za-z0-9\-]{10,}
            |eyJ[A-Za-z0-9_\-]{10,}\.[A-Za-z0-9_\-]{10,}\.[A-Za-z0-9_\-]{10,})
            /#
        nonisolated(unsafe) static let named =
            #/
            (?i)(password|passwd|passphrase|secret(?:[_\s\-]?(?:access[_\s\-]?)?key)?|api[_\s\-]?key
            |(?:access|account|private)[_\s\-]?key|(?:access|refresh)[_\s\-]?token)
            (["']?\s?[:=]\s?)("[^"\[\]]{6,}"|[^\s\[\],;]{6,})
            /#
        /// Names that stand before words too ("token: expired"); what follows must look like a secret.
        nonisolated(unsafe) static let maybeNamed =
            #/
            (?i)(token["']?\s?[:=]\s?["']?|authorization["']?\s?[:=]\s?["']?(?:[a-z]{3,10}\x20)?|\bbearer\x20)
            ([A-Za-z0-9._~+\/=\-]{8,})
            /#
        /// Digits with what people and programs put between groups: spaces of every width, and dashes.
        nonisolated(unsafe) static let card =
            #/[0-9](?:[\x20\-\u{a0}\u{2007}\u{2009}\u{200a}\u{2010}-\u{2013}\u{202f}]?[0-9]){12,}/#
        /// With points only in the groups that stand on cards: those of figures have three digits.
        nonisolated(unsafe) static let dottedCard =
            #/[0-9]{4}\.[0-9]{4}\.[0-9]{4}\.[0-9]{1,7}|[0-9]{4}\.[0-9]{6}\.[0-9]{4,5}/#
        nonisolated(unsafe) static let account = #/\b[A-Z]{2}[0-9]{2}(?: ?[A-Z0-9]{1,4}){3,9}\b/#
        nonisolated(unsafe) static let phone =
            #/
            \+[1-9](?:[\s\-.\/()]{0,2}[0-9]){7,14}
            |\([0-9]{3}\)\s?[0-9]{3}[\-.\s][0-9]{4}
            |\b[0-9]{3}[\-.][0-9]{3}[\-.][0-9]{4}
            /#
    }

    // MARK: - Secrets

    private static func withoutSecrets(_ text: String, _ signs: Signs) -> String {
        var text = text
        if signs.hasDashes { text = text.replacing(Patterns.privateKey, with: "[secret]") }
        if signs.hasLongWord { text = text.replacing(Patterns.token, with: "[secret]") }
        guard signs.hasAssignment || signs.hasLongWord, mayNameSecret(text) else { return text }
        text = text.replacing(Patterns.named) { match -> String in
            let quote = match.output.3.first == "\"" ? "\"" : ""
            return "\(match.output.1)\(match.output.2)\(quote)[secret]\(quote)"
        }
        return text.replacing(Patterns.maybeNamed) { match -> String in
            looksRandom(match.output.2) ? "\(match.output.1)[secret]" : String(match.output.0)
        }
    }

    /// Whether a word is not one that people write: it has digits, a capital after a small letter, or is very long.
    private static func looksRandom(_ word: Substring) -> Bool {
        if word.utf8.count >= 24 { return true }
        var isAfterSmall = false
        for byte in word.utf8 {
            switch byte {
            case UInt8(ascii: "0")...UInt8(ascii: "9"): return true
            case UInt8(ascii: "A")...UInt8(ascii: "Z"):
                if isAfterSmall { return true }
                isAfterSmall = false
            case UInt8(ascii: "a")...UInt8(ascii: "z"): isAfterSmall = true
            default: isAfterSmall = false
            }
        }
        return false
    }

    /// Whether a member's name says that its value is a secret.
    static func namesSecret(_ name: String) -> Bool {
        guard name.utf8.count <= 100, mayNameSecret(name) else { return false }
        return "\(name)=xxxxxx".contains(Patterns.named)
    }

    /// Whether the text has a part of one of the names that a secret stands behind.
    private static func mayNameSecret(_ text: String) -> Bool {
        var text = text
        return text.withUTF8 { bytes in
            for index in bytes.indices {
                guard let name = secretName(from: bytes[index] | 0x20), bytes.count - index >= name.utf8CodeUnitCount
                else { continue }
                var length = 1
                while length < name.utf8CodeUnitCount, bytes[index + length] | 0x20 == name.utf8Start[length] {
                    length += 1
                }
                if length == name.utf8CodeUnitCount { return true }
            }
            return false
        }
    }

    /// Each begins with a letter of its own.
    private static func secretName(from letter: UInt8) -> StaticString? {
        switch letter {
        case UInt8(ascii: "p"): "pass"
        case UInt8(ascii: "s"): "secret"
        case UInt8(ascii: "k"): "key"
        case UInt8(ascii: "t"): "token"
        case UInt8(ascii: "a"): "authorization"
        case UInt8(ascii: "b"): "bearer"
        default: nil
        }
    }

    // MARK: - Numbers

    /// A stretch of digits and separators within a text.
    private static func withoutCards(_ text: String) -> String {
        text.replacing(Patterns.card) { match -> String in
            let isCard = isCard(match.output) && !touchesNumber(text, match.range)
            return isCard ? "[card]" : String(match.output)
        }
    }

    private static func withoutDottedCards(_ text: String) -> String {
        text.replacing(Patterns.dottedCard) { match -> String in
            let isCard = isCard(match.output) && !touchesNumber(text, match.range)
            return isCard ? "[card]" : String(match.output)
        }
    }

    /// Whether digits, with what stands between their groups, are the number of a card.
    private static func isCard(_ text: Substring) -> Bool {
        let digits = text.filter(\.isNumber)
        guard (13...19).contains(digits.count), "23456".contains(digits.first ?? "0"), isLuhn(digits) else {
            return false
        }
        // Thousands: no card is written in groups of three.
        let groups = text.split { !$0.isNumber }
        return groups.count < 3 || !groups.dropFirst().allSatisfy { $0.count == 3 }
    }

    /// Whether a whole number is that of a card.
    ///
    /// Where nothing but the digits is there to go by, the beginning and the length must be those that cards are given
    /// too: an amount must stay one.
    static func isCardNumber(_ digits: String) -> Bool {
        guard (13...19).contains(digits.utf8.count), digits.utf8.allSatisfy({ (48...57).contains($0) }),
            let prefix = Int(digits.prefix(4)), isLuhn(digits)
        else { return false }
        let isGiven =
            switch (prefix, digits.utf8.count) {
            case (4000...4999, 13), (4000...4999, 16), (4000...4999, 19): true
            case (5100...5599, 16), (2221...2720, 16): true
            case (3400...3499, 15), (3700...3799, 15): true
            case (3000...3059, 14), (3600...3699, 14), (3800...3999, 14), (3528...3589, 16...19): true
            case (6011, 16...19), (6440...6599, 16...19), (6200...6299, 16...19): true
            default: false
            }
        return isGiven
    }

    /// Whether a figure goes on beyond the range: decimals, or a letter that makes it a name of something.
    private static func touchesNumber(_ text: String, _ range: Range<String.Index>) -> Bool {
        if range.lowerBound > text.startIndex {
            let before = text[text.index(before: range.lowerBound)]
            if before.isLetter || before.isNumber || ".,$€£_".contains(before) { return true }
        }
        guard range.upperBound < text.endIndex else { return false }
        let after = text[range.upperBound]
        if after.isLetter || after == "_" || after == "%" { return true }
        let next = text.index(after: range.upperBound)
        return ".,".contains(after) && next < text.endIndex && text[next].isNumber
    }

    private static func isLuhn(_ digits: some StringProtocol) -> Bool {
        var sum = 0
        for (place, digit) in digits.reversed().enumerated() {
            guard var value = digit.wholeNumberValue else { return false }
            if place % 2 == 1 {
                value *= 2
                if value > 9 { value -= 9 }
            }
            sum += value
        }
        return sum % 10 == 0
    }

    private static func withoutAccounts(_ text: String) -> String {
        text.replacing(Patterns.account) { match -> String in
            // Words in capitals may follow the number; the longest beginning that holds is it.
            var end = match.output.endIndex
            while end > match.output.startIndex {
                let part = match.output[..<end]
                let compact = part.filter { $0 != " " }
                guard compact.count >= 15 else { break }
                if compact.count <= 34, part.last != " ", isAccount(compact) {
                    return "[iban]" + String(match.output[end...])
                }
                end = match.output.index(before: end)
            }
            return String(match.output)
        }
    }

    /// ISO 7064 MOD 97-10 over the number with its first four characters at the end.
    private static func isAccount(_ text: some StringProtocol) -> Bool {
        var rest = 0
        for character in String(text.dropFirst(4)) + text.prefix(4) {
            guard let value = Int(String(character), radix: 36) else { return false }
            rest = (rest * (value > 9 ? 100 : 10) + value) % 97
        }
        return rest == 1
    }

    private static func withoutPhones(_ text: String) -> String {
        text.replacing(Patterns.phone) { match -> String in
            touchesNumber(text, match.range) ? String(match.output) : "[phone]"
        }
    }
}
