package import AgentRuntime

/// A file that a mail carries, as it names it; the bytes stay in the mail's source.
package struct MailAttachment: Sendable, Hashable {
    package var name: String
    /// In lower case, such as `application/pdf`.
    package var mediaType: String
    package var size: Int

    package init(name: String, mediaType: String, size: Int) {
        self.name = name
        self.mediaType = mediaType
        self.size = size
    }

    package var json: JSONValue {
        ["name": .string(name), "content_type": .string(mediaType), "size": .integer(size)]
    }
}

/// A mail read from its bytes (RFC 5322, RFC 2045–2047, RFC 2231).
///
/// Reading never fails: mail is often malformed, and what cannot be understood is passed over. Everything is bounded:
/// parts by number and depth, the text by `textBytesMax`, header fields by `MailHeaders`; the time is linear in the
/// size of the source times the depth.
package struct MailMessage: Sendable {
    package static let textBytesMax = 256 * 1024
    package static let partsMax = 500
    package static let depthMax = 20
    package static let attachmentsMax = 100
    /// Of message identifiers in `References`.
    package static let referencesMax = 100

    package let headers: MailHeaders
    package let subject: String
    package let from: [MailAddress]
    package let replyTo: [MailAddress]
    package let to: [MailAddress]
    package let cc: [MailAddress]
    package let date: Timestamp?
    /// With its angle brackets.
    package let messageID: String?
    package let inReplyTo: [String]
    package let references: [String]
    /// Of the whole message, in lower case.
    package let mediaType: String
    /// The readable text, with LF between lines.
    package let text: String
    package let attachments: [MailAttachment]
    /// Types of all parts, in lower case, in their order.
    package let partTypes: [String]

    package init(_ bytes: [UInt8]) {
        let (headers, bodyStart) = MailHeaders.parse(bytes[...])
        self.headers = headers
        subject = String(headers.text("subject")?.prefix(1000) ?? "")
        from = headers.all("from").flatMap(MailAddressReader.addresses)
        replyTo = headers.all("reply-to").flatMap(MailAddressReader.addresses)
        to = headers.all("to").flatMap(MailAddressReader.addresses)
        cc = headers.all("cc").flatMap(MailAddressReader.addresses)
        date = MailMessage.date(headers)
        messageID = MailMessage.identifiers(headers["message-id"] ?? "").first
        inReplyTo = MailMessage.identifiers(headers["in-reply-to"] ?? "")
        references = MailMessage.identifiers(headers["references"] ?? "")
        var reader = PartReader()
        let body = reader.read(headers, bytes[bodyStart...], depth: 0)
        mediaType = reader.types.first ?? "text/plain"
        partTypes = reader.types
        attachments = reader.attachments
        text = MailMessage.bounded(MailText.lines(body))
    }

    /// The sender: the first mailbox of `From`.
    package var sender: MailAddress? { from.first }

    /// Where an answer goes: the first mailbox of `Reply-To`, else the sender.
    package var replyAddress: MailAddress? { replyTo.first { !$0.address.isEmpty } ?? sender }

    private static func date(_ headers: MailHeaders) -> Timestamp? {
        if let date = headers["date"].flatMap(MailDate.timestamp) { return date }
        // What received it says when; the last hop stands first.
        return headers["received"]?.split(separator: ";").last.flatMap { MailDate.timestamp(String($0)) }
    }

    /// Message identifiers with their brackets; what stands between them is passed over.
    private static func identifiers(_ text: String) -> [String] {
        var found: [String] = []
        var rest = text[...]
        while found.count < referencesMax, let start = rest.firstIndex(of: "<"),
            let end = rest[start...].firstIndex(of: ">")
        {
            let id = rest[start...end]
            let isHarmless = id.unicodeScalars.allSatisfy { $0.value > 0x20 && $0.value < 0x7F }
            if isHarmless, id.utf8.count <= 998, id.contains("@") || id.utf8.count > 2 { found.append(String(id)) }
            rest = rest[rest.index(after: end)...]
        }
        return found
    }

    private static func bounded(_ text: String) -> String {
        guard text.utf8.count > textBytesMax else { return text }
        var end = text.utf8.index(text.startIndex, offsetBy: textBytesMax)
        while end.samePosition(in: text.unicodeScalars) == nil { end = text.utf8.index(before: end) }
        return String(text[..<end])
    }
}

/// Walks through the parts of a message: what is readable becomes text, what is named or not readable an attachment.
private struct PartReader {
    private(set) var types: [String] = []
    private(set) var attachments: [MailAttachment] = []
    private var textBytes = 0

    /// The readable text of a part.
    mutating func read(_ headers: MailHeaders, _ body: ArraySlice<UInt8>, depth: Int) -> String {
        let content = MailParameters(headers["content-type"] ?? "text/plain")
        let type = content.value.contains("/") ? content.value : "text/plain"
        guard types.count < MailMessage.partsMax else { return "" }
        types.append(type)
        let disposition = MailParameters(headers["content-disposition"] ?? "")
        if type.hasPrefix("multipart/"), let boundary = content["boundary"], !boundary.isEmpty,
            depth < MailMessage.depthMax
        {
            return read(multipart: type, boundary, body, depth)
        }
        let encoding = headers["content-transfer-encoding"]
        let name = fileName(disposition["filename"] ?? content["name"])
        let isText = type == "text/plain" || type == "text/html" || type.hasPrefix("multipart/")
        guard isText, disposition.value != "attachment", name == nil || disposition.value == "inline" else {
            attach(name, type, encoding, body)
            return ""
        }
        // Text that is shown and has a name is both.
        if name != nil { attach(name, type, encoding, body) }
        guard textBytes < MailMessage.textBytesMax else { return "" }
        let decoded = TransferEncoding.decode(body.prefix(MailMessage.textBytesMax * 4), encoding)
        let text = MailCharset.decode(decoded[...], charset: content["charset"])
        let plain = type == "text/html" ? MailText.plain(html: text) : text
        textBytes += plain.utf8.count
        return plain
    }

    private mutating func read(
        multipart type: String,
        _ boundary: String,
        _ body: ArraySlice<UInt8>,
        _ depth: Int
    ) -> String {
        var texts: [(type: String, text: String)] = []
        for part in parts(of: body, boundary) {
            guard types.count < MailMessage.partsMax else { break }
            let (headers, start) = MailHeaders.parse(part)
            let index = types.count
            let text = read(headers, part[start...], depth: depth + 1)
            let hasText = text.contains { !$0.isWhitespace }
            if hasText, index < types.count { texts.append((types[index], text)) }
        }
        if type == "multipart/alternative" {
            // The plain form where there is one: it is what the sender saw as text.
            return (texts.first { $0.type == "text/plain" } ?? texts.last)?.text ?? ""
        }
        return texts.map(\.text).joined(separator: "\n\n")
    }

    /// The parts between lines that begin with the boundary (RFC 2046 §5.1.1); a missing last line is forgiven.
    private func parts(of body: ArraySlice<UInt8>, _ boundary: String) -> [ArraySlice<UInt8>] {
        let mark = Array("--\(boundary)".utf8)
        var parts: [ArraySlice<UInt8>] = []
        var start: Int?
        var lines = MailLines(body)
        var lineStart = body.startIndex
        while let line = lines.next() {
            defer { lineStart = lines.position }
            guard line.starts(with: mark) else { continue }
            var rest = line[(line.startIndex + mark.count)...]
            let isLast = rest.starts(with: [0x2D, 0x2D])
            if isLast { rest = rest.dropFirst(2) }
            guard rest.allSatisfy({ $0 == 0x20 || $0 == 0x09 }) else { continue }
            if let begun = start { parts.append(part(body, begun, lineStart)) }
            start = lines.position
            if isLast || parts.count >= MailMessage.partsMax { return parts }
        }
        if let begun = start, begun < body.endIndex { parts.append(body[begun...]) }
        return parts
    }

    /// The line break before a boundary belongs to the boundary.
    private func part(_ body: ArraySlice<UInt8>, _ start: Int, _ boundary: Int) -> ArraySlice<UInt8> {
        var end = boundary
        if end > start, body[end - 1] == 0x0A { end -= 1 }
        if end > start, body[end - 1] == 0x0D { end -= 1 }
        return body[start..<max(start, end)]
    }

    private mutating func attach(_ name: String?, _ type: String, _ encoding: String?, _ body: ArraySlice<UInt8>) {
        guard attachments.count < MailMessage.attachmentsMax else { return }
        let isEncoded = MailText.trimmed(encoding ?? "").lowercased() == "base64"
        let size = isEncoded ? body.count { $0 > 0x20 && $0 != UInt8(ascii: "=") } * 3 / 4 : body.count
        attachments.append(MailAttachment(name: name ?? fallbackName(type), mediaType: type, size: size))
    }

    private func fallbackName(_ type: String) -> String {
        switch type {
        case "message/rfc822": "message.eml"
        case "text/calendar": "calendar.ics"
        default: "unnamed"
        }
    }

    /// The last component of a file's name, in one line, at most 255 bytes.
    private func fileName(_ text: String?) -> String? {
        guard let text else { return nil }
        let last = text.split { $0 == "/" || $0 == "\\" }.last.map(String.init) ?? ""
        var name = MailText.line(last)
        while name.utf8.count > 255 { name.removeLast() }
        return name.isEmpty || name == "." || name == ".." ? nil : name
    }
}
