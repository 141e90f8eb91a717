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

    package init(_ rules: some Sequence<Rule>) { self.rules = Set(rules) }

    /// The text without what the rules find.
    package func redacted(_ text: String) -> String {
        // Most texts have nothing of it; a look at their bytes says which rules are worth trying.
        let signs = Signs(text)
        var text = text
        // Secrets first: parts of one could be taken for something else. Phones last, as the loosest.
        if rules.contains(.secret) { text = Redaction.withoutSecrets(text, signs) }
        if rules.contains(.email), signs.hasAt { text = text.replacing(Patterns.mail, with: "[email]") }
        if rules.contains(.iban), signs.hasCountry { text = Redaction.withoutAccounts(text) }
        if rules.contains(.card), signs.digits >= 13 { text = Redaction.withoutCards(text) }
        if rules.contains(.phone), signs.digits >= 8 { text = Redaction.withoutPhones(text) }
        return text
    }

    /// The same for every string in a value; numbers and names of members stay.
    package func redacted(_ value: JSONValue) -> JSONValue {
        guard !rules.isEmpty else { return value }
        switch value {
        case .string(let text): return .string(redacted(text))
        case .array(let items): return .array(items.map { redacted($0) })
        case .object(let object):
            return .object(
                JSONObject(uniqueMembers: object.members.map { .init(name: $0.name, value: redacted($0.value)) })
            )
        case .null, .bool, .number: return value
        }
    }

    /// What the bytes of a text have that some rule needs.
    private struct Signs {
        var digits = 0
        var hasAt = false
        var hasAssignment = false
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
            |sk-[A-Za-z0-9_\-]{20,}
            |gh[pousr]_[A-Za-z0-9]{36,}
            |xox[abprs]-[A-Za-z0-9\-]{10,}
            |eyJ[A-Za-z0-9_\-]{10,}\.[A-Za-z0-9_\-]{10,}\.[A-Za-z0-9_\-]{10,})
            /#
        nonisolated(unsafe) static let named =
            #/
            (?i)\b(password|passwd|passphrase|secret|api[_\s\-]?key|access[_\s\-]?token)
            (\s?[:=]\s?)([^\s\[\],;]{6,})
            /#
        nonisolated(unsafe) static let card = #/[0-9](?:[ \-]?[0-9]){12,}/#
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
        guard signs.hasAssignment, mayNameSecret(text) else { return text }
        return text.replacing(Patterns.named) { match -> String in "\(match.output.1)\(match.output.2)[secret]" }
    }

    /// Whether the text has a part of one of the names that a secret stands behind.
    private static func mayNameSecret(_ text: String) -> Bool {
        let bytes = text.utf8
        for name in ["pass", "secret", "key", "token"] {
            let name = Array(name.utf8)
            var matched = 0
            for byte in bytes {
                let letter = byte | 0x20
                matched = letter == name[matched] ? matched + 1 : letter == name[0] ? 1 : 0
                if matched == name.count { return true }
            }
        }
        return false
    }

    // MARK: - Numbers

    /// A stretch of digits and separators within a text.
    private static func withoutCards(_ text: String) -> String {
        text.replacing(Patterns.card) { match -> String in
            let digits = match.output.filter(\.isNumber)
            let isPart = touchesNumber(text, match.range)
            let isCard =
                (13...19).contains(digits.count) && "23456".contains(digits.first ?? "0") && !isPart && isLuhn(digits)
            return isCard ? "[card]" : String(match.output)
        }
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
