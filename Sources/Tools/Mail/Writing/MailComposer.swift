internal import AgentRuntime
internal import Foundation

/// Writes a mail's bytes (RFC 5322, RFC 2045–2047): ASCII lines ended by CRLF, at most 78 bytes long.
///
/// Header values are made of one line each, whatever they are made from, so that nobody's text can add a field.
struct MailComposer {
    var from: MailAddress
    var to: [MailAddress]
    var subject: String
    var text: String
    var date: Timestamp
    var messageID: String
    var inReplyTo: String?
    var references: [String] = []
    /// Whether no person has looked at it (RFC 3834 §5).
    var isAutomatic = false
    /// A whole mail that goes along.
    var forwarded: [UInt8]?

    /// The identifiers that an answer refers to: the mail's own references and the mail (RFC 5322 §3.6.4).
    static func references(answering mail: Mail) -> [String] {
        guard let id = mail.messageID else { return mail.references }
        let before = mail.references.isEmpty ? mail.inReplyTo.map { [$0] } ?? [] : mail.references
        // The first and the newest are what threads hang on; the middle of an endless one may go.
        let kept = before.count > 30 ? [before[0]] + before.suffix(29) : before
        return kept.filter { $0 != id } + [id]
    }

    /// The subject of an answer; one `Re:` is enough.
    static func subject(answering subject: String) -> String {
        prefixed("Re: ", MailText.line(subject), known: ["re:", "aw:", "sv:", "antw:"])
    }

    static func subject(forwarding subject: String) -> String {
        prefixed("Fwd: ", MailText.line(subject), known: ["fwd:", "fw:", "wg:"])
    }

    private static func prefixed(_ prefix: String, _ subject: String, known: [String]) -> String {
        let lower = subject.lowercased()
        return known.contains { lower.hasPrefix($0) } ? subject : prefix + subject
    }

    func bytes() -> [UInt8] {
        var head = ""
        func field(_ name: String, _ value: String) { head += "\(name): \(value)\r\n" }
        field("From", Self.mailbox(from))
        field("To", to.map(Self.mailbox).joined(separator: ",\r\n "))
        field("Subject", Self.encoded(MailText.line(subject)))
        field("Date", MailDate.text(date))
        field("Message-ID", messageID)
        if let inReplyTo { field("In-Reply-To", inReplyTo) }
        if !references.isEmpty { field("References", references.joined(separator: "\r\n ")) }
        // RFC 3834 §5: an answer, or a message of its own.
        if isAutomatic { field("Auto-Submitted", inReplyTo == nil ? "auto-generated" : "auto-replied") }
        field("MIME-Version", "1.0")
        let body = Self.quotedPrintable(text)
        guard let forwarded else {
            field("Content-Type", "text/plain; charset=utf-8")
            field("Content-Transfer-Encoding", "quoted-printable")
            return Array((head + "\r\n" + body).utf8)
        }
        let boundary = "part-" + SHA256.hex(Array(messageID.utf8) + forwarded).prefix(32)
        field("Content-Type", "multipart/mixed; boundary=\"\(boundary)\"")
        head += "\r\n--\(boundary)\r\nContent-Type: text/plain; charset=utf-8\r\n"
        head += "Content-Transfer-Encoding: quoted-printable\r\n\r\n\(body)\r\n--\(boundary)\r\n"
        // As base64 the mail arrives as it was, whatever bytes it holds.
        head += "Content-Type: application/octet-stream; name=\"forwarded.eml\"\r\n"
        head +=
            "Content-Disposition: attachment; filename=\"forwarded.eml\"\r\nContent-Transfer-Encoding: base64\r\n\r\n"
        let encoded = Data(forwarded).base64EncodedData(options: [
            .lineLength76Characters, .endLineWithCarriageReturn, .endLineWithLineFeed,
        ])
        return Array(head.utf8) + Array(encoded) + Array("\r\n--\(boundary)--\r\n".utf8)
    }

    static func mailbox(_ mailbox: MailAddress) -> String {
        guard !mailbox.name.isEmpty else { return mailbox.address }
        let name = MailText.line(mailbox.name)
        let isPlain = name.unicodeScalars.allSatisfy { $0.isASCII && $0 != "\"" && $0 != "\\" }
        return (isPlain ? "\"\(name)\"" : encoded(name)) + " <\(mailbox.address)>"
    }

    /// The text, or encoded words of at most 75 bytes where it is not plain ASCII of one line.
    private static func encoded(_ text: String) -> String {
        let isPlain = text.unicodeScalars.allSatisfy { (0x20..<0x7F).contains($0.value) } && !text.contains("=?")
        if isPlain, text.utf8.count <= 60 { return text }
        var words: [String] = []
        var piece = ""
        for scalar in text.unicodeScalars {
            if piece.utf8.count + String(scalar).utf8.count > 42 {
                words.append(piece)
                piece = ""
            }
            piece.unicodeScalars.append(scalar)
        }
        if !piece.isEmpty { words.append(piece) }
        return words.map { "=?utf-8?B?\(Data($0.utf8).base64EncodedString())?=" }.joined(separator: "\r\n ")
    }

    private static func quotedPrintable(_ text: String) -> String {
        var output = ""
        for line in MailText.lines(text).split(separator: "\n", omittingEmptySubsequences: false) {
            var length = 0
            let bytes = Array(line.utf8)
            for (index, byte) in bytes.enumerated() {
                let isLast = index == bytes.count - 1
                let isPlain = (0x21...0x7E).contains(byte) && byte != UInt8(ascii: "=") || byte == 0x20 && !isLast
                // A dot or "From " at the start of a line is what servers and mailboxes change.
                let isSafe = isPlain && !(length == 0 && (byte == UInt8(ascii: ".") || byte == UInt8(ascii: "F")))
                let piece = isSafe ? String(Unicode.Scalar(byte)) : "=" + Hex.encode([byte]).uppercased()
                if length + piece.utf8.count > 75 {
                    output += "=\r\n"
                    length = 0
                }
                output += piece
                length += piece.utf8.count
            }
            output += "\r\n"
        }
        return output
    }
}
