internal import AgentRuntime

/// The header fields of a message or of one of its parts, in their order (RFC 5322 §2.2).
///
/// Values are unfolded and kept as they were written; encoded words are decoded by whoever reads a field as text.
/// Bounds: `fieldsMax` fields of `valueBytesMax` bytes, `bytesMax` in all; what goes beyond is left out.
package struct MailHeaders: Sendable, Hashable {
    package struct Field: Sendable, Hashable {
        /// In lower case.
        package var name: String
        package var value: String
    }

    package static let fieldsMax = 1000
    package static let valueBytesMax = 65_536
    package static let bytesMax = 262_144

    package private(set) var fields: [Field] = []

    private var bytes = 0

    package init() {}

    /// Reads fields up to the empty line, and tells where the body begins.
    ///
    /// A line that is no field ends the header, as mail that lost its empty line is common; the body begins with it.
    static func parse(_ bytes: ArraySlice<UInt8>) -> (headers: MailHeaders, bodyStart: Int) {
        var headers = MailHeaders()
        var lines = MailLines(bytes)
        var isFirst = true
        while let line = lines.next() {
            if line.isEmpty { return (headers, lines.position) }
            if let first = line.first, first == 0x20 || first == 0x09 {
                guard !isFirst else { return (headers, line.startIndex) }
                headers.extend(line)
                continue
            }
            // The separator of an mbox file.
            if isFirst, line.starts(with: Array("From ".utf8)) {
                isFirst = false
                continue
            }
            isFirst = false
            guard let colon = line.firstIndex(of: UInt8(ascii: ":")), colon > line.startIndex,
                let name = fieldName(line[..<colon])
            else { return (headers, line.startIndex) }
            headers.begin(name, line[(colon + 1)...])
        }
        return (headers, bytes.endIndex)
    }

    /// Whether the last field is one that was left out; its further lines are left out too.
    private var isSkipping = false

    private mutating func begin(_ name: String, _ value: ArraySlice<UInt8>) {
        isSkipping = fields.count >= Self.fieldsMax || bytes >= Self.bytesMax
        guard !isSkipping else { return }
        let value = value.prefix(Self.valueBytesMax)
        bytes += value.count
        fields.append(Field(name: name, value: Self.text(value)))
    }

    private mutating func extend(_ line: ArraySlice<UInt8>) {
        guard !isSkipping, let last = fields.indices.last, bytes < Self.bytesMax,
            fields[last].value.utf8.count < Self.valueBytesMax
        else { return }
        let line = line.prefix(Self.valueBytesMax)
        bytes += line.count
        fields[last].value += Self.text(line)
    }

    /// Printable ASCII without a colon; blanks before the colon are passed over, as RFC 822 allowed them.
    private static func fieldName(_ bytes: ArraySlice<UInt8>) -> String? {
        var name = bytes
        while let last = name.last, last == 0x20 || last == 0x09 { name.removeLast() }
        guard !name.isEmpty, name.count <= 200, name.allSatisfy({ (0x21...0x7E).contains($0) }) else { return nil }
        return String(decoding: name, as: UTF8.self).lowercased()
    }

    /// Header text is ASCII, or UTF-8 (RFC 6532); whatever else was written is read as Latin-1.
    private static func text(_ bytes: ArraySlice<UInt8>) -> String {
        String(validating: bytes, as: UTF8.self) ?? MailCharset.latin1(bytes)
    }

    // MARK: Reading

    /// The first field of a name, as it was written, without blanks around it.
    package subscript(name: String) -> String? {
        fields.first { $0.name == name }.map { MailText.trimmed($0.value) }
    }

    package func all(_ name: String) -> [String] {
        fields.filter { $0.name == name }.map { MailText.trimmed($0.value) }
    }

    /// A field for people to read: encoded words decoded, control characters out.
    package func text(_ name: String) -> String? { self[name].map { MailText.line(EncodedWord.decode($0)) } }

    package func has(prefix: String) -> Bool { fields.contains { $0.name.hasPrefix(prefix) } }
}

/// The lines of a message, ended by CRLF, LF or CR, without their ends.
struct MailLines {
    private let bytes: ArraySlice<UInt8>
    /// Where the next line begins.
    private(set) var position: Int

    init(_ bytes: ArraySlice<UInt8>) {
        self.bytes = bytes
        position = bytes.startIndex
    }

    mutating func next() -> ArraySlice<UInt8>? {
        guard position < bytes.endIndex else { return nil }
        let start = position
        var end = start
        while end < bytes.endIndex, bytes[end] != 0x0A, bytes[end] != 0x0D { end += 1 }
        position = end
        if position < bytes.endIndex {
            let isReturn = bytes[position] == 0x0D
            position += 1
            if isReturn, position < bytes.endIndex, bytes[position] == 0x0A { position += 1 }
        }
        return bytes[start..<end]
    }
}
