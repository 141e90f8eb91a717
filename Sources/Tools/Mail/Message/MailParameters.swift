internal import AgentRuntime

/// A structured header value: `text/plain; charset=utf-8; name*0*=…` (RFC 2045 §5.1, RFC 2231).
struct MailParameters: Sendable, Hashable {
    /// What stands before the first semicolon, in lower case.
    var value: String
    private var parameters: [String: String] = [:]

    static let countMax = 100

    subscript(name: String) -> String? { parameters[name] }

    init(_ text: String) {
        var pieces = MailParameters.split(text)
        value = MailText.trimmed(MailAddressReader.withoutComments(pieces.first ?? "")).lowercased()
        pieces = Array(pieces.dropFirst().prefix(MailParameters.countMax))
        var extended: [String: [Int: (text: String, isEncoded: Bool)]] = [:]
        for piece in pieces {
            guard let equals = piece.firstIndex(of: "=") else { continue }
            var name = MailText.trimmed(String(piece[..<equals])).lowercased()
            let value = MailParameters.unquoted(MailText.trimmed(String(piece[piece.index(after: equals)...])))
            let isEncoded = name.hasSuffix("*")
            if isEncoded { name.removeLast() }
            if let star = name.lastIndex(of: "*"), let number = Int(name[name.index(after: star)...]),
                (0..<MailParameters.countMax).contains(number)
            {
                extended[String(name[..<star]), default: [:]][number] = (value, isEncoded)
            } else if isEncoded {
                extended[name, default: [:]][0] = (value, true)
            } else if parameters[name] == nil {
                parameters[name] = EncodedWord.decode(value)
            }
        }
        for (name, sections) in extended { parameters[name] = MailParameters.joined(sections) }
    }

    /// Sections are joined from 0 on; the first one names the character set of the encoded ones.
    private static func joined(_ sections: [Int: (text: String, isEncoded: Bool)]) -> String {
        var charset: String?
        var bytes: [UInt8] = []
        var number = 0
        while let section = sections[number] {
            var text = section.text[...]
            if number == 0, section.isEncoded {
                let parts = text.split(separator: "'", maxSplits: 2, omittingEmptySubsequences: false)
                if parts.count == 3 {
                    charset = String(parts[0])
                    text = parts[2]
                }
            }
            bytes += section.isEncoded ? percentDecoded(text) : Array(text.utf8)
            number += 1
        }
        return MailCharset.decode(bytes[...], charset: charset)
    }

    private static func percentDecoded(_ text: Substring) -> [UInt8] {
        let bytes = Array(text.utf8)
        var result: [UInt8] = []
        var index = 0
        while index < bytes.count {
            if bytes[index] == UInt8(ascii: "%"), index + 2 < bytes.count,
                let high = TransferEncoding.hex(bytes[index + 1]), let low = TransferEncoding.hex(bytes[index + 2])
            {
                result.append(high << 4 | low)
                index += 3
            } else {
                result.append(bytes[index])
                index += 1
            }
        }
        return result
    }

    /// The pieces between semicolons that do not stand in quotes.
    private static func split(_ text: String) -> [String] {
        var pieces: [String] = []
        var piece = ""
        var isQuoted = false
        var isEscaped = false
        for character in text.unicodeScalars {
            if isEscaped {
                isEscaped = false
            } else if character == "\\" && isQuoted {
                isEscaped = true
            } else if character == "\"" {
                isQuoted.toggle()
            } else if character == ";" && !isQuoted {
                pieces.append(piece)
                piece = ""
                continue
            }
            piece.unicodeScalars.append(character)
        }
        return pieces + [piece]
    }

    private static func unquoted(_ text: String) -> String {
        guard text.hasPrefix("\"") else { return text }
        var result = ""
        var isEscaped = false
        for character in text.unicodeScalars.dropFirst() {
            if isEscaped {
                isEscaped = false
            } else if character == "\\" {
                isEscaped = true
                continue
            } else if character == "\"" {
                break
            }
            result.unicodeScalars.append(character)
        }
        return result
    }
}
