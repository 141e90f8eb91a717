internal import AgentRuntime
internal import Foundation

/// The text of mails: lines without controls, HTML as text, and what a sender wrote beside what he quotes.
package enum MailText {
    static func trimmed(_ text: String) -> String {
        let scalars = text.unicodeScalars
        guard let start = scalars.firstIndex(where: { !isBlank($0) }),
            let end = scalars.lastIndex(where: { !isBlank($0) })
        else { return "" }
        return String(scalars[start...end])
    }

    private static func isBlank(_ scalar: Unicode.Scalar) -> Bool {
        scalar == " " || scalar == "\t" || scalar == "\r" || scalar == "\n" || scalar == "\u{A0}"
    }

    /// One line: runs of blanks and control characters become one space, so that no line break can hide in it.
    static func line(_ text: String) -> String {
        var result = ""
        var isBlank = false
        for scalar in text.unicodeScalars {
            switch scalar.properties.generalCategory {
            case .control, .lineSeparator, .paragraphSeparator: isBlank = true
            // Direction marks can make a name look like another.
            case .format: continue
            case .spaceSeparator: isBlank = true
            default:
                if isBlank, !result.isEmpty { result += " " }
                isBlank = false
                result.unicodeScalars.append(scalar)
            }
        }
        return result
    }

    /// Several lines: ends of lines as LF, other control characters out, no more than two empty lines in a row.
    static func lines(_ text: String) -> String {
        var result = ""
        var breaks = 0
        var lastWasReturn = false
        for scalar in text.unicodeScalars {
            let isBreak = scalar == "\n" || scalar == "\r"
            if isBreak {
                if scalar == "\n", lastWasReturn {
                    lastWasReturn = false
                    continue
                }
                lastWasReturn = scalar == "\r"
                breaks += 1
                if breaks <= 3 { result += "\n" }
                continue
            }
            lastWasReturn = false
            if scalar == "\t" {
                result += " "
                continue
            }
            guard scalar.properties.generalCategory != .control else { continue }
            if scalar != " " { breaks = 0 }
            result.unicodeScalars.append(scalar)
        }
        return trimmed(result)
    }

    // MARK: What the sender wrote

    /// The text without quotations, signature and forwarded messages.
    package static func own(_ text: String) -> String {
        var kept: [Substring] = []
        for line in text.split(separator: "\n", omittingEmptySubsequences: false) {
            let trimmed = line.drop { $0 == " " }
            if line == "-- " || line == "--" { break }
            if isOriginal(trimmed) { break }
            if trimmed.hasPrefix(">") || isAttribution(trimmed) { continue }
            kept.append(line)
        }
        return trimmed(kept.joined(separator: "\n"))
    }

    private static func isOriginal(_ line: Substring) -> Bool {
        guard line.hasPrefix("--") || line.hasPrefix("__") else { return false }
        let words = line.lowercased()
        return words.contains("original message") || words.contains("forwarded message")
            || words.contains("ursprüngliche nachricht") || line.allSatisfy { $0 == "_" } && line.count >= 20
    }

    /// "On Friday, Ann wrote:" above a quotation.
    private static func isAttribution(_ line: Substring) -> Bool {
        let words = line.lowercased()
        guard words.hasSuffix(":"), words.utf8.count <= 300 else { return false }
        return words.hasPrefix("on ") && words.hasSuffix("wrote:")
            || words.hasPrefix("am ") && words.contains("schrieb")
            || words.hasPrefix("le ") && words.hasSuffix("écrit :")
    }

    // MARK: HTML

    /// HTML as text: tags out, blocks as lines, entities resolved; nothing is loaded or run.
    static func plain(html: String) -> String {
        let bytes = Array(html.utf8)
        var output: [UInt8] = []
        output.reserveCapacity(bytes.count / 2)
        var index = 0
        while index < bytes.count {
            let byte = bytes[index]
            if byte == UInt8(ascii: "<") {
                index = tag(bytes, index, &output)
            } else if byte == UInt8(ascii: "&") {
                index = entity(bytes, index, &output)
            } else if byte == 0x0A || byte == 0x0D || byte == 0x09 {
                output.append(0x20)
                index += 1
            } else {
                output.append(byte)
                index += 1
            }
        }
        let text = String(decoding: output, as: UTF8.self)
        let tidy = text.split(separator: "\n", omittingEmptySubsequences: false).map { line in
            line.split(separator: " ").joined(separator: " ")
        }
        return lines(tidy.joined(separator: "\n"))
    }

    private static func tag(_ bytes: [UInt8], _ start: Int, _ output: inout [UInt8]) -> Int {
        if bytes[start...].starts(with: Array("<!--".utf8)) {
            return find(Array("-->".utf8), in: bytes, from: start + 4).map { $0 + 3 } ?? bytes.count
        }
        var end = start + 1
        let isEnd = end < bytes.count && bytes[end] == UInt8(ascii: "/")
        if isEnd { end += 1 }
        let nameStart = end
        while end < bytes.count, isNameByte(bytes[end]) { end += 1 }
        let name = String(decoding: bytes[nameStart..<end], as: UTF8.self).lowercased()
        guard !name.isEmpty || end < bytes.count && (bytes[end] == UInt8(ascii: "!") || bytes[end] == UInt8(ascii: "?"))
        else {
            output.append(bytes[start])
            return start + 1
        }
        var quote: UInt8?
        while end < bytes.count {
            let byte = bytes[end]
            if let open = quote {
                if byte == open { quote = nil }
            } else if byte == UInt8(ascii: "\"") || byte == UInt8(ascii: "'") {
                quote = byte
            } else if byte == UInt8(ascii: ">") {
                break
            }
            end += 1
        }
        end = min(bytes.count, end + 1)
        if !isEnd, hidden.contains(name) {
            let close = Array("</\(name)".utf8)
            guard let found = find(close, in: bytes, from: end) else { return bytes.count }
            return bytes[found...].firstIndex(of: UInt8(ascii: ">")).map { $0 + 1 } ?? bytes.count
        }
        if blocks.contains(name) { output.append(0x0A) }
        return end
    }

    private static let hidden: Set<String> = ["script", "style", "head", "title", "template", "noscript"]
    private static let blocks: Set<String> = [
        "br", "p", "div", "tr", "table", "li", "ul", "ol", "h1", "h2", "h3", "h4", "h5", "h6", "blockquote", "hr",
        "pre", "section", "article", "header", "footer",
    ]

    private static func isNameByte(_ byte: UInt8) -> Bool {
        (0x30...0x39).contains(byte) || (0x41...0x5A).contains(byte) || (0x61...0x7A).contains(byte)
    }

    /// ASCII letters are compared without regard to case.
    private static func find(_ mark: [UInt8], in bytes: [UInt8], from start: Int) -> Int? {
        guard start + mark.count <= bytes.count else { return nil }
        var index = start
        while index + mark.count <= bytes.count {
            var length = 0
            while length < mark.count {
                let byte = bytes[index + length]
                let lower = (0x41...0x5A).contains(byte) ? byte | 0x20 : byte
                guard lower == mark[length] else { break }
                length += 1
            }
            if length == mark.count { return index }
            index += 1
        }
        return nil
    }

    private static func entity(_ bytes: [UInt8], _ start: Int, _ output: inout [UInt8]) -> Int {
        let limit = min(bytes.count, start + 12)
        guard let end = bytes[start..<limit].firstIndex(of: UInt8(ascii: ";")) else {
            output.append(bytes[start])
            return start + 1
        }
        let name = String(decoding: bytes[(start + 1)..<end], as: UTF8.self)
        var text = entities[name]
        if text == nil, name.hasPrefix("#") {
            let digits = name.dropFirst()
            let isHex = digits.first == "x" || digits.first == "X"
            let number = isHex ? UInt32(digits.dropFirst(), radix: 16) : UInt32(digits)
            text = number.flatMap(Unicode.Scalar.init).map(String.init)
        }
        guard let text else {
            output.append(bytes[start])
            return start + 1
        }
        output += Array(text.utf8)
        return end + 1
    }

    private static let entities = [
        "amp": "&", "lt": "<", "gt": ">", "quot": "\"", "apos": "'", "nbsp": " ", "euro": "€", "pound": "£",
        "copy": "©", "reg": "®", "ndash": "–", "mdash": "—", "hellip": "…", "rsquo": "’", "lsquo": "‘", "rdquo": "”",
        "ldquo": "“", "bull": "•", "auml": "ä", "ouml": "ö", "uuml": "ü", "Auml": "Ä", "Ouml": "Ö", "Uuml": "Ü",
        "szlig": "ß", "eacute": "é", "egrave": "è", "agrave": "à", "ccedil": "ç", "ntilde": "ñ", "deg": "°",
        "plusmn": "±", "times": "×", "middot": "·",
    ]
}
