internal import Glibc

/// What stands around the text in an event that brings text and nothing else.
///
/// The events of a stream differ in little but their text, and to read each as a tree costs ten times as much as to
/// compare it with the one before. That is no guess: between the same bytes, whatever a JSON string may hold makes a
/// document that differs in this one string.
struct TextFrame: Sendable {
    private let before: [UInt8]
    private let after: [UInt8]

    /// The frame of an event's data around the string value of its first member of a name; `nil` where there is none
    /// or it has escapes.
    init?(around member: String, in data: UnsafeBufferPointer<UInt8>) {
        let name = Array("\"\(member)\"".utf8)
        guard let found = data.indices.first(where: { data[$0...].starts(with: name) }) else { return nil }
        var start = found + name.count
        func skipSpace() { while start < data.count, data[start] == UInt8(ascii: " ") { start += 1 } }
        skipSpace()
        guard start < data.count, data[start] == UInt8(ascii: ":") else { return nil }
        start += 1
        skipSpace()
        guard start < data.count, data[start] == UInt8(ascii: "\"") else { return nil }
        start += 1
        guard let end = data[start...].firstIndex(where: { !Self.isPlain($0) }), data[end] == UInt8(ascii: "\"")
        else { return nil }
        before = Array(data[..<start])
        after = Array(data[end...])
    }

    /// The data with another text in the frame, of characters that need no escape.
    func filled(with text: String) -> [UInt8] { before + Array(text.utf8) + after }

    /// The text of an event's data; `nil` where it is not this frame around a string's content.
    func text(of data: UnsafeBufferPointer<UInt8>) -> String? {
        let end = data.count - after.count
        guard end >= before.count, let start = data.baseAddress, memcmp(start, before, before.count) == 0,
            memcmp(start + end, after, after.count) == 0
        else { return nil }
        let text = UnsafeBufferPointer(rebasing: data[before.count..<end])
        if text.allSatisfy(Self.isPlain) { return String(decoding: text, as: UTF8.self) }
        // The quotes around it are the frame's. What cannot be read so is read as a tree, which says what is wrong.
        return try? JSONValue(parsing: UnsafeBufferPointer(rebasing: data[before.count - 1...end])).string
    }

    /// Whether a byte of a string stands for itself (RFC 8259 §7).
    private static func isPlain(_ byte: UInt8) -> Bool {
        byte >= 0x20 && byte != UInt8(ascii: "\"") && byte != UInt8(ascii: "\\")
    }
}
