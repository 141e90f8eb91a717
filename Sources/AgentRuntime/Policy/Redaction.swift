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
        // Most texts have nothing of it; a look at their bytes says so.
        guard !rules.isEmpty, text.utf8.contains(where: Redaction.isSuspicious) else { return text }
        var text = text
        // Secrets first: parts of one could be taken for something else. Phones last, as the loosest.
        if rules.contains(.secret) { text = Redaction.withoutSecrets(text) }
        if rules.contains(.email) {
            let mail = #/[A-Za-z0-9._%+\-]{1,64}@[A-Za-z0-9\-]{1,63}(?:\.[A-Za-z0-9\-]{1,63}){1,8}/#
            text = text.replacing(mail, with: "[email]")
        }
        if rules.contains(.iban) { text = Redaction.withoutAccounts(text) }
        if rules.contains(.card) { text = Redaction.withoutCards(text) }
        if rules.contains(.phone) { text = Redaction.withoutPhones(text) }
        return text
    }

    private static func isSuspicious(_ byte: UInt8) -> Bool {
        (UInt8(ascii: "0")...UInt8(ascii: "9")).contains(byte) || byte == UInt8(ascii: "@")
            || byte == UInt8(ascii: ":") || byte == UInt8(ascii: "=") || byte == UInt8(ascii: "-")
    }

    // MARK: - Secrets

    private static func withoutSecrets(_ text: String) -> String {
        var text = text
        let block =
            #/
            -----BEGIN\x20[A-Z\x20]{0,40}PRIVATE\x20KEY-----[A-Za-z0-9+\/=\s]*
            (?:-----END\x20[A-Z\x20]{0,40}PRIVATE\x20KEY-----)?
            /#
        text = text.replacing(block, with: "[secret]")
        let token =
            #/
            \b(?:AKIA[0-9A-Z]{16}
            |sk-[A-Za-z0-9_\-]{20,}
            |gh[pousr]_[A-Za-z0-9]{36,}
            |xox[abprs]-[A-Za-z0-9\-]{10,}
            |eyJ[A-Za-z0-9_\-]{10,}\.[A-Za-z0-9_\-]{10,}\.[A-Za-z0-9_\-]{10,})
            /#
        text = text.replacing(token, with: "[secret]")
        let named =
            #/
            (?i)\b(password|passwd|passphrase|secret|api[_\s\-]?key|access[_\s\-]?token)
            (\s?[:=]\s?)([^\s\[\],;]{6,})
            /#
        return text.replacing(named) { match -> String in "\(match.output.1)\(match.output.2)[secret]" }
    }

    // MARK: - Numbers

    /// A stretch of digits and separators within a text.
    private static func withoutCards(_ text: String) -> String {
        text.replacing(#/[0-9](?:[ \-]?[0-9]){12,}/#) { match -> String in
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
        text.replacing(#/\b[A-Z]{2}[0-9]{2}(?: ?[A-Z0-9]{1,4}){3,9}\b/#) { match -> String in
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
        let phone =
            #/
            \+[1-9](?:[\s\-.\/()]{0,2}[0-9]){7,14}
            |\([0-9]{3}\)\s?[0-9]{3}[\-.\s][0-9]{4}
            |\b[0-9]{3}[\-.][0-9]{3}[\-.][0-9]{4}
            /#
        return text.replacing(phone) { match -> String in
            touchesNumber(text, match.range) ? String(match.output) : "[phone]"
        }
    }
}
