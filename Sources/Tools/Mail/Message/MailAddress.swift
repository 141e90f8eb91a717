package import AgentRuntime

/// A mailbox as a header names it.
package struct MailAddress: Sendable, Hashable {
    /// Empty where none was given.
    package var name: String
    package var address: String

    package init(name: String = "", address: String) {
        self.name = name
        self.address = address
    }

    /// Whether the address can be written to: `local@domain` without blanks, controls or brackets (RFC 5321 §4.1.2).
    package var isValid: Bool {
        guard let at = address.lastIndex(of: "@") else { return false }
        let local = address[..<at]
        let domain = address[address.index(after: at)...]
        guard (1...64).contains(local.utf8.count), (1...255).contains(domain.utf8.count) else { return false }
        let isClean = address.unicodeScalars.allSatisfy { scalar in
            scalar.value > 0x20 && scalar.value != 0x7F && !"<>()[],;:\\\"".unicodeScalars.contains(scalar)
        }
        return isClean && !local.contains("@")
            && domain.split(separator: ".", omittingEmptySubsequences: false).allSatisfy { label in
                !label.isEmpty && label.utf8.count <= 63 && label.first != "-" && label.last != "-"
            }
    }

    /// In lower case, for comparing.
    package var key: String { address.lowercased() }

    package var json: JSONValue { ["name": .string(name), "address": .string(address)] }
}

/// Reads the mailboxes of an address header (RFC 5322 §3.4), groups and obsolete forms included.
enum MailAddressReader {
    static let addressesMax = 1000

    static func addresses(_ text: String) -> [MailAddress] {
        var reader = Scanner(text)
        return reader.addresses()
    }

    /// The text with its comments taken out.
    static func withoutComments(_ text: String) -> String {
        guard text.contains("(") else { return text }
        var scanner = Scanner(text)
        return scanner.plain()
    }

    private struct Scanner {
        private let scalars: [Unicode.Scalar]
        private var index = 0

        init(_ text: String) { scalars = Array(text.unicodeScalars) }

        mutating func plain() -> String {
            var result = ""
            while index < scalars.count {
                if scalars[index] == "(" {
                    _ = comment()
                } else if scalars[index] == "\"" {
                    result += "\"" + quoted() + "\""
                } else {
                    result.unicodeScalars.append(scalars[index])
                    index += 1
                }
            }
            return result
        }

        mutating func addresses() -> [MailAddress] {
            var found: [MailAddress] = []
            var phrase = ""
            var remark = ""
            var angle: String?

            func finish() {
                let name = MailText.line(EncodedWord.decode(MailText.trimmed(phrase)))
                if let angle {
                    found.append(MailAddress(name: name, address: MailText.line(angle)))
                } else if phrase.contains("@") {
                    let address = String(String.UnicodeScalarView(phrase.unicodeScalars.filter { $0.value > 0x20 }))
                    let note = MailText.line(EncodedWord.decode(MailText.trimmed(remark)))
                    found.append(MailAddress(name: note, address: MailText.line(address)))
                } else if !name.isEmpty {
                    found.append(MailAddress(name: name, address: ""))
                }
                (phrase, remark, angle) = ("", "", nil)
            }
            while index < scalars.count, found.count < addressesMax {
                let scalar = scalars[index]
                switch scalar {
                case "\"": phrase += quoted()
                case "(": remark = comment()
                case "<": angle = bracketed()
                case ",", ";":
                    index += 1
                    finish()
                case ":" where angle == nil && !phrase.contains("@"):
                    // The name of a group.
                    index += 1
                    phrase = ""
                default:
                    phrase.unicodeScalars.append(scalar)
                    index += 1
                }
            }
            finish()
            return found
        }

        private mutating func quoted() -> String {
            var text = ""
            index += 1
            while index < scalars.count {
                let scalar = scalars[index]
                index += 1
                if scalar == "\"" { break }
                if scalar == "\\", index < scalars.count {
                    text.unicodeScalars.append(scalars[index])
                    index += 1
                } else {
                    text.unicodeScalars.append(scalar)
                }
            }
            return text
        }

        private mutating func comment() -> String {
            var text = ""
            var depth = 0
            while index < scalars.count {
                let scalar = scalars[index]
                index += 1
                if scalar == "\\", index < scalars.count {
                    text.unicodeScalars.append(scalars[index])
                    index += 1
                    continue
                }
                if scalar == "(" {
                    depth += 1
                    if depth == 1 { continue }
                }
                if scalar == ")" {
                    depth -= 1
                    if depth == 0 { break }
                }
                text.unicodeScalars.append(scalar)
            }
            return text
        }

        /// What stands between angle brackets; a route before it (RFC 5322 §4.4) is passed over.
        private mutating func bracketed() -> String {
            var text = ""
            index += 1
            while index < scalars.count, scalars[index] != ">" {
                if scalars[index] == "\"" {
                    text += quoted()
                } else {
                    if scalars[index].value > 0x20 { text.unicodeScalars.append(scalars[index]) }
                    index += 1
                }
            }
            if index < scalars.count { index += 1 }
            if text.hasPrefix("@"), let colon = text.firstIndex(of: ":") {
                return String(text[text.index(after: colon)...])
            }
            return text
        }
    }
}
