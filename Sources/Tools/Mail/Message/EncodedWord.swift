internal import AgentRuntime

/// Words of a header that stand for text in another character set: `=?charset?B|Q?text?=` (RFC 2047).
///
/// Neighbours with nothing but blanks between them are joined, and their bytes too when they share a character set,
/// as senders cut characters in two. A word that does not hold is left as it was written.
enum EncodedWord {
    /// RFC 2047 allows 75 bytes; senders write more.
    private static let lengthMax = 1024

    static func decode(_ text: String) -> String {
        guard text.contains("=?") else { return text }
        let bytes = Array(text.utf8)
        var result = ""
        var pending: (charset: String, bytes: [UInt8])?
        var plainStart = 0
        var index = 0

        func plain(_ end: Int) -> String { String(decoding: bytes[plainStart..<end], as: UTF8.self) }
        func flush() {
            if let word = pending { result += MailCharset.decode(word.bytes[...], charset: word.charset) }
            pending = nil
        }
        while index + 1 < bytes.count {
            guard bytes[index] == UInt8(ascii: "="), bytes[index + 1] == UInt8(ascii: "?"),
                let word = word(bytes, at: index)
            else {
                index += 1
                continue
            }
            let between = bytes[plainStart..<index]
            let isJoined = pending != nil && between.allSatisfy { $0 == 0x20 || $0 == 0x09 }
            if !isJoined {
                flush()
                result += plain(index)
            } else if pending?.charset != word.charset {
                flush()
            }
            pending = (word.charset, (pending?.bytes ?? []) + word.bytes)
            index = word.end
            plainStart = index
        }
        flush()
        return result + plain(bytes.count)
    }

    private static func word(_ bytes: [UInt8], at start: Int) -> (charset: String, bytes: [UInt8], end: Int)? {
        let question = UInt8(ascii: "?")
        let limit = min(bytes.count, start + lengthMax)
        func find(from index: Int) -> Int? { index < limit ? bytes[index..<limit].firstIndex(of: question) : nil }
        guard let afterCharset = find(from: start + 2), afterCharset > start + 2, afterCharset + 2 < limit,
            bytes[afterCharset + 2] == question
        else { return nil }
        let textStart = afterCharset + 3
        var end = textStart
        while true {
            guard let mark = find(from: end), mark + 1 < limit else { return nil }
            end = mark
            if bytes[mark + 1] == UInt8(ascii: "=") { break }
            end += 1
        }
        var charset = String(decoding: bytes[(start + 2)..<afterCharset], as: UTF8.self).lowercased()
        // RFC 2231 §5: a language may follow.
        if let star = charset.firstIndex(of: "*") { charset = String(charset[..<star]) }
        let text = bytes[textStart..<end]
        switch bytes[afterCharset + 1] | 0x20 {
        case UInt8(ascii: "b"):
            return (charset, TransferEncoding.base64(text), end + 2)
        case UInt8(ascii: "q"):
            let spaced = text.map { $0 == UInt8(ascii: "_") ? 0x20 : $0 }
            return (charset, TransferEncoding.quotedPrintable(spaced[...]), end + 2)
        default: return nil
        }
    }
}
