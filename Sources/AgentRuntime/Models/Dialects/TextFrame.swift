internal import Glibc

/// What stands around the text in an event that brings text and nothing else.
///
/// The events of a stream differ in little but their text, and to read each as a tree costs ten times as much as to
/// compare it with the one before. That is no guess: between the same bytes, in a JSON string, any characters that need
/// no escape make a document that differs in this one string.
struct TextFrame: Sendable {
    private let before: [UInt8]
    private let after: [UInt8]

    /// The frame of an event's data around the string value of its first member of a name; `nil` where there is none
    /// or it has escapes.
    init?(around member: String, in data: String) {
        let bytes = Array(data.utf8)
        let name = Array("\"\(member)\"".utf8)
        guard let found = bytes.indices.first(where: { bytes[$0...].starts(with: name) }) else { return nil }
        var start = found + name.count
        func skipSpace() { while start < bytes.count, bytes[start] == UInt8(ascii: " ") { start += 1 } }
        skipSpace()
        guard start < bytes.count, bytes[start] == UInt8(ascii: ":") else { return nil }
        start += 1
        skipSpace()
        guard start < bytes.count, bytes[start] == UInt8(ascii: "\"") else { return nil }
        start += 1
        guard let end = bytes[start...].firstIndex(where: { !Self.isPlain($0) }), bytes[end] == UInt8(ascii: "\"")
        else { return nil }
        before = Array(bytes[..<start])
        after = Array(bytes[end...])
    }

    /// The data with another text in the frame, of characters that need no escape.
    func filled(with text: String) -> String { String(decoding: before + Array(text.utf8) + after, as: UTF8.self) }

    /// The text of an event's data; `nil` where it is not this frame around a text without escapes.
    func text(of data: String) -> String? {
        var data = data
        return data.withUTF8 { bytes in
            guard bytes.count >= before.count + after.count, let start = bytes.baseAddress,
                memcmp(start, before, before.count) == 0,
                memcmp(start + (bytes.count - after.count), after, after.count) == 0
            else { return nil }
            let text = UnsafeBufferPointer(rebasing: bytes[before.count..<(bytes.count - after.count)])
            guard text.allSatisfy(Self.isPlain) else { return nil }
            return String(decoding: text, as: UTF8.self)
        }
    }

    /// Whether a byte of a string stands for itself (RFC 8259 §7).
    private static func isPlain(_ byte: UInt8) -> Bool {
        byte >= 0x20 && byte != UInt8(ascii: "\"") && byte != UInt8(ascii: "\\")
    }
}
