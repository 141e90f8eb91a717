// Writes JSON as bytes: compact for the wire, indented for people, canonical (`JSONValue+canonical.swift`) for hashes.
//
// Control characters are escaped, and so are U+2028 and U+2029, which end a line in older JavaScript and in some log
// readers. All else is written as it is; a `String` is always valid UTF-8, so the output is too.
//
// Every record, request and event is written here, so the bytes go to memory of the writer's own, which grows without
// being looked at for each of them, and strings are scanned eight bytes at a time.

internal import Glibc

extension JSONValue {
    /// The document without white space.
    package func bytes() -> [UInt8] {
        var writer = JSONWriter()
        writer.write(self)
        return writer.output
    }

    /// Writes the document without white space behind other bytes.
    package func append(to output: inout [UInt8]) {
        var writer = JSONWriter()
        writer.write(self)
        writer.append(to: &output)
    }

    /// The document without white space.
    package var text: String {
        var writer = JSONWriter()
        writer.write(self)
        return writer.text
    }

    /// The document with a line for each member, indented by two spaces, without a last line end.
    package var pretty: String {
        var writer = JSONWriter(isPretty: true)
        writer.write(self)
        return writer.text
    }

    /// Writes a string in quotes behind other bytes, for encoders that write their objects by hand.
    package static func append(string: String, to output: inout [UInt8]) {
        var native = string
        native.withUTF8 { bytes in
            guard JSONWriter.isPlain(UnsafeRawBufferPointer(bytes)) else {
                var writer = JSONWriter(capacity: bytes.count + 16)
                writer.write(string)
                return writer.append(to: &output)
            }
            output.append(UInt8(ascii: "\""))
            output.append(contentsOf: bytes)
            output.append(UInt8(ascii: "\""))
        }
    }
}

/// Writes values one behind another.
struct JSONWriter: ~Copyable {
    private var start: UnsafeMutableRawPointer
    private var count = 0
    private var capacity: Int
    private let isPretty: Bool
    private let isCanonical: Bool
    private var depth = 0

    init(isPretty: Bool = false, isCanonical: Bool = false, capacity: Int = 1024) {
        self.isPretty = isPretty
        self.isCanonical = isCanonical
        self.capacity = capacity
        start = JSONWriter.grown(nil, capacity)
    }

    deinit { free(start) }

    /// What has been written.
    var output: [UInt8] { Array(written) }
    var text: String { String(decoding: written, as: UTF8.self) }

    func append(to output: inout [UInt8]) { output.append(contentsOf: written) }

    private var written: UnsafeRawBufferPointer { UnsafeRawBufferPointer(start: start, count: count) }

    mutating func write(_ value: JSONValue) {
        switch value {
        case .null: put("null")
        case .bool(let value): put(value ? "true" : "false")
        case .number(let number): put(text: isCanonical ? number.canonicalLiteral : number.literal)
        case .string(let text): write(text)
        case .array(let elements): write(elements)
        case .object(let object): write(object)
        }
    }

    private mutating func write(_ elements: [JSONValue]) {
        put(UInt8(ascii: "["))
        depth += 1
        elements.withUnsafeBufferPointer { elements in
            for index in elements.indices {
                if index > 0 { put(UInt8(ascii: ",")) }
                if isPretty { newLine() }
                write(elements[index])
            }
        }
        depth -= 1
        if isPretty, !elements.isEmpty { newLine() }
        put(UInt8(ascii: "]"))
    }

    private mutating func write(_ object: JSONObject) {
        put(UInt8(ascii: "{"))
        depth += 1
        let pairs = isCanonical ? object.pairs.sorted(by: JSONObject.canonicalOrder) : object.pairs
        // Read where they lie: an iterator would hold each name and value once more.
        pairs.withUnsafeBufferPointer { pairs in
            for index in pairs.indices {
                if index > 0 { put(UInt8(ascii: ",")) }
                if isPretty { newLine() }
                write(pairs[index].0, before: UInt8(ascii: ":"))
                if isPretty { put(UInt8(ascii: " ")) }
                write(pairs[index].1)
            }
        }
        depth -= 1
        if isPretty, !pairs.isEmpty { newLine() }
        put(UInt8(ascii: "}"))
    }

    private mutating func newLine() {
        put(UInt8(ascii: "\n"))
        for _ in 0..<depth { put("  ") }
    }

    /// Writes a text in quotes, and a byte behind it where one is given.
    mutating func write(_ text: String, before next: UInt8? = nil) {
        if text.utf8.withContiguousStorageIfAvailable({ quote(UnsafeRawBufferPointer($0), next) }) == nil {
            var native = text
            native.withUTF8 { quote(UnsafeRawBufferPointer($0), next) }
        }
    }

    private mutating func quote(_ bytes: UnsafeRawBufferPointer, _ next: UInt8?) {
        guard JSONWriter.isPlain(bytes) else {
            quoteEscaping(bytes)
            if let next { put(next) }
            return
        }
        reserve(bytes.count + 3)
        var place = start + count
        place.storeBytes(of: UInt8(ascii: "\""), as: UInt8.self)
        place += 1
        if let from = bytes.baseAddress { place.copyMemory(from: from, byteCount: bytes.count) }
        place += bytes.count
        place.storeBytes(of: UInt8(ascii: "\""), as: UInt8.self)
        count += bytes.count + 2
        guard let next else { return }
        place.storeBytes(of: next, toByteOffset: 1, as: UInt8.self)
        count += 1
    }

    /// Copies runs of bytes that need no escape, and escapes the others.
    private mutating func quoteEscaping(_ bytes: UnsafeRawBufferPointer) {
        put(UInt8(ascii: "\""))
        var first = 0
        var index = 0
        while index < bytes.count {
            if index + 8 <= bytes.count,
                !EightBytes(bytes, at: index).mayNeedEscape
            {
                index += 8
                continue
            }
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
                copy(bytes, first, index)
                put(bytes[index + 2] == 0xA8 ? "\\u2028" : "\\u2029")
                index += 3
            } else {
                copy(bytes, first, index)
                escape(byte)
                index += 1
            }
            first = index
        }
        copy(bytes, first, bytes.count)
        put(UInt8(ascii: "\""))
    }

    /// Whether a string stands in quotes as it is; now and then false of one that does.
    static func isPlain(_ bytes: UnsafeRawBufferPointer) -> Bool {
        let count = bytes.count
        guard count >= 8 else { return isShortPlain(bytes) }
        var index = 0
        while index + 8 <= count {
            if EightBytes(bytes, at: index).mayNeedEscape { return false }
            index += 8
        }
        // The last eight, some of which have been looked at, in place of the few that are left.
        return index == count || !EightBytes(bytes, at: count - 8).mayNeedEscape
    }

    /// The same of fewer than eight bytes: the first four beside the last four, or one by one.
    private static func isShortPlain(_ bytes: UnsafeRawBufferPointer) -> Bool {
        if bytes.count >= 4 { return !EightBytes(endsOf: bytes).mayNeedEscape }
        for byte in bytes where byte < 0x20 || byte == 0x22 || byte == 0x5C || byte == 0xE2 { return false }
        return true
    }

    private mutating func escape(_ byte: UInt8) {
        put(UInt8(ascii: "\\"))
        switch byte {
        case 0x08: put(UInt8(ascii: "b"))
        case 0x09: put(UInt8(ascii: "t"))
        case 0x0A: put(UInt8(ascii: "n"))
        case 0x0C: put(UInt8(ascii: "f"))
        case 0x0D: put(UInt8(ascii: "r"))
        case ..<0x20:
            put("u00")
            for digit in [byte >> 4, byte & 15] { put(digit < 10 ? 0x30 + digit : 0x57 + digit) }
        default: put(byte)
        }
    }

    // MARK: Bytes

    private mutating func put(_ byte: UInt8) {
        if count == capacity { reserve(1) }
        start.storeBytes(of: byte, toByteOffset: count, as: UInt8.self)
        count += 1
    }

    private mutating func put(_ text: StaticString) {
        put(UnsafeRawBufferPointer(start: text.utf8Start, count: text.utf8CodeUnitCount))
    }

    private mutating func put(text: String) {
        var text = text
        text.withUTF8 { put(UnsafeRawBufferPointer($0)) }
    }

    private mutating func put(_ bytes: UnsafeRawBufferPointer) {
        guard let from = bytes.baseAddress, !bytes.isEmpty else { return }
        reserve(bytes.count)
        (start + count).copyMemory(from: from, byteCount: bytes.count)
        count += bytes.count
    }

    private mutating func copy(_ bytes: UnsafeRawBufferPointer, _ first: Int, _ end: Int) {
        if first < end { put(UnsafeRawBufferPointer(rebasing: bytes[first..<end])) }
    }

    private mutating func reserve(_ more: Int) {
        guard count + more > capacity else { return }
        capacity = max(2 * capacity, count + more)
        start = JSONWriter.grown(start, capacity)
    }

    /// Ends the process when memory is out, as Swift's own collections do.
    private static func grown(_ old: UnsafeMutableRawPointer?, _ capacity: Int) -> UnsafeMutableRawPointer {
        guard let new = realloc(old, capacity) else { preconditionFailure("no memory for \(capacity) bytes of JSON") }
        return new
    }
}
