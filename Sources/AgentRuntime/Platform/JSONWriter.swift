// Writes JSON as bytes: compact for the wire, indented for people, canonical (`JSONValue+canonical.swift`) for hashes.
//
// Control characters are escaped, and so are U+2028 and U+2029, which end a line in older JavaScript and in some log
// readers. All else is written as it is; a `String` is always valid UTF-8, so the output is too.

extension JSONValue {
    /// The document without white space.
    package func bytes() -> [UInt8] {
        var output: [UInt8] = []
        output.reserveCapacity(256)
        append(to: &output)
        return output
    }

    /// Writes the document without white space behind other bytes.
    package func append(to output: inout [UInt8]) {
        var writer = JSONWriter(output: output)
        output = []
        writer.write(self)
        output = writer.output
    }

    /// The document without white space.
    package var text: String { String(decoding: bytes(), as: UTF8.self) }

    /// The document with a line for each member, indented by two spaces, without a last line end.
    package var pretty: String {
        var writer = JSONWriter(output: [], isPretty: true)
        writer.write(self)
        return String(decoding: writer.output, as: UTF8.self)
    }

    /// Writes a string in quotes behind other bytes, for encoders that write their objects by hand.
    package static func append(string: String, to output: inout [UInt8]) {
        var writer = JSONWriter(output: output)
        output = []
        writer.write(string)
        output = writer.output
    }
}

/// Writes values behind the bytes it was given.
struct JSONWriter {
    var output: [UInt8]
    private let isPretty: Bool
    private let isCanonical: Bool
    private var depth = 0

    init(output: [UInt8], isPretty: Bool = false, isCanonical: Bool = false) {
        self.output = output
        self.isPretty = isPretty
        self.isCanonical = isCanonical
    }

    mutating func write(_ value: JSONValue) {
        switch value {
        case .null: output.append(contentsOf: "null".utf8)
        case .bool(let value): output.append(contentsOf: (value ? "true" : "false").utf8)
        case .number(let number):
            output.append(contentsOf: (isCanonical ? number.canonicalLiteral : number.literal).utf8)
        case .string(let text): write(text)
        case .array(let elements): write(elements)
        case .object(let object): write(object)
        }
    }

    private mutating func write(_ elements: [JSONValue]) {
        output.append(UInt8(ascii: "["))
        depth += 1
        elements.withUnsafeBufferPointer { elements in
            for index in elements.indices {
                if index > 0 { output.append(UInt8(ascii: ",")) }
                newLine()
                write(elements[index])
            }
        }
        depth -= 1
        if !elements.isEmpty { newLine() }
        output.append(UInt8(ascii: "]"))
    }

    private mutating func write(_ object: JSONObject) {
        output.append(UInt8(ascii: "{"))
        depth += 1
        let members = isCanonical ? object.members.sorted(by: JSONObject.canonicalOrder) : object.members
        // Read where they lie: an iterator would hold each name and value once more.
        members.withUnsafeBufferPointer { members in
            for index in members.indices {
                if index > 0 { output.append(UInt8(ascii: ",")) }
                newLine()
                write(members[index].name)
                output.append(UInt8(ascii: ":"))
                if isPretty { output.append(UInt8(ascii: " ")) }
                write(members[index].value)
            }
        }
        depth -= 1
        if !members.isEmpty { newLine() }
        output.append(UInt8(ascii: "}"))
    }

    private mutating func newLine() {
        guard isPretty else { return }
        output.append(UInt8(ascii: "\n"))
        output.append(contentsOf: repeatElement(UInt8(ascii: " "), count: 2 * depth))
    }

    mutating func write(_ text: String) {
        output.append(UInt8(ascii: "\""))
        if text.utf8.withContiguousStorageIfAvailable({ write($0) }) == nil {
            var native = text
            native.withUTF8 { write($0) }
        }
        output.append(UInt8(ascii: "\""))
    }

    /// Copies runs of bytes that need no escape, and escapes the others.
    private mutating func write(_ bytes: UnsafeBufferPointer<UInt8>) {
        var start = 0
        var index = 0
        while index < bytes.count {
            let byte = bytes[index]
            if byte >= 0x20, byte != UInt8(ascii: "\""), byte != UInt8(ascii: "\\"), byte != 0xE2 {
                index += 1
                continue
            }
            if byte == 0xE2 {
                guard !isCanonical, index + 2 < bytes.count, bytes[index + 1] == 0x80, bytes[index + 2] | 1 == 0xA9
                else {
                    index += 1
                    continue
                }
                copy(bytes, start, index)
                output.append(contentsOf: (bytes[index + 2] == 0xA8 ? "\\u2028" : "\\u2029").utf8)
                index += 3
            } else {
                copy(bytes, start, index)
                escape(byte)
                index += 1
            }
            start = index
        }
        copy(bytes, start, bytes.count)
    }

    private mutating func copy(_ bytes: UnsafeBufferPointer<UInt8>, _ start: Int, _ end: Int) {
        // As a buffer, which is copied at once, not as a slice, which is copied byte by byte.
        if start < end { output.append(contentsOf: UnsafeBufferPointer(rebasing: bytes[start..<end])) }
    }

    private mutating func escape(_ byte: UInt8) {
        output.append(UInt8(ascii: "\\"))
        switch byte {
        case 0x08: output.append(UInt8(ascii: "b"))
        case 0x09: output.append(UInt8(ascii: "t"))
        case 0x0A: output.append(UInt8(ascii: "n"))
        case 0x0C: output.append(UInt8(ascii: "f"))
        case 0x0D: output.append(UInt8(ascii: "r"))
        case ..<0x20:
            let digits = Array("0123456789abcdef".utf8)
            output.append(contentsOf: "u00".utf8)
            output.append(digits[Int(byte >> 4)])
            output.append(digits[Int(byte & 15)])
        default: output.append(byte)
        }
    }
}
