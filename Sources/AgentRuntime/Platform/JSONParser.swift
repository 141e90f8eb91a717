// Reads a JSON document (RFC 8259) from bytes; `JSONParser+JSON5.swift` adds what JSON5 allows beyond it.
//
// Strict by default: UTF-8 only, no byte order mark, no duplicate names, no lone surrogates, nothing after the
// document. Bounded in depth, size and members, so a hostile document costs time linear in its size. It works on
// bytes: a `Character` at a time is some twenty times slower. Names that Unicode holds equal (composed and decomposed
// forms) count as duplicates, because `String` would hold them equal in every look-up afterwards.

/// Why a document was refused, and where.
package struct JSONParseError: Error, Sendable, Hashable, CustomStringConvertible {
    /// The line, from 1.
    package let line: Int
    /// The column in Unicode scalars, from 1.
    package let column: Int
    /// The position in bytes, from 0.
    package let offset: Int
    /// What is wrong, as a clause without a full stop.
    package let reason: String

    package var description: String { "line \(line), column \(column): \(reason)" }
}

/// The grammar that a document is read by.
package enum JSONSyntax: Sendable {
    case json
    case json5
}

/// The bounds of a document; one beyond them is refused.
package struct JSONLimits: Sendable, Hashable {
    /// Objects and arrays within each other.
    package var depth: Int
    /// Size of the document in bytes.
    package var bytes: Int
    /// Members of objects and elements of arrays, in the whole document together.
    package var members: Int

    package init(depth: Int = 64, bytes: Int = 16 << 20, members: Int = 1_000_000) {
        self.depth = depth
        self.bytes = bytes
        self.members = members
    }

    package static let `default` = JSONLimits()
}

extension JSONValue {
    package init(
        parsing bytes: UnsafeBufferPointer<UInt8>,
        syntax: JSONSyntax = .json,
        limits: JSONLimits = .default
    ) throws(JSONParseError) {
        var parser = JSONParser(input: bytes, syntax: syntax, limits: limits)
        self = try parser.document()
    }

    package init(
        parsing bytes: [UInt8],
        syntax: JSONSyntax = .json,
        limits: JSONLimits = .default
    ) throws(JSONParseError) {
        let result = bytes.withUnsafeBufferPointer { JSONParser.result($0, syntax, limits) }
        self = try result.get()
    }

    package init(
        parsing text: String,
        syntax: JSONSyntax = .json,
        limits: JSONLimits = .default
    ) throws(JSONParseError) {
        var text = text
        let result = text.withUTF8 { JSONParser.result($0, syntax, limits) }
        self = try result.get()
    }
}

/// One pass over one document; it lives no longer than the bytes that it reads.
struct JSONParser {
    let input: UnsafeBufferPointer<UInt8>
    let syntax: JSONSyntax
    let limits: JSONLimits
    var position = 0
    var members = 0

    init(input: UnsafeBufferPointer<UInt8>, syntax: JSONSyntax, limits: JSONLimits) {
        self.input = input
        self.syntax = syntax
        self.limits = limits
    }

    static func result(
        _ input: UnsafeBufferPointer<UInt8>,
        _ syntax: JSONSyntax,
        _ limits: JSONLimits
    ) -> Result<JSONValue, JSONParseError> {
        var parser = JSONParser(input: input, syntax: syntax, limits: limits)
        do throws(JSONParseError) { return .success(try parser.document()) } catch { return .failure(error) }
    }

    /// The byte at the position, 0 at the end; no token starts with 0.
    @inline(__always)
    var peek: UInt8 { position < input.count ? input[position] : 0 }

    /// The byte after some others, 0 beyond the end.
    @inline(__always)
    func peek(after distance: Int) -> UInt8 {
        position + distance < input.count ? input[position + distance] : 0
    }

    mutating func document() throws(JSONParseError) -> JSONValue {
        guard input.count <= limits.bytes else {
            throw JSONParseError(line: 1, column: 1, offset: 0, reason: "the document exceeds \(limits.bytes) bytes")
        }
        if let invalid = firstInvalidUTF8() {
            let isUTF16 =
                invalid == 0 && input.count > 1 && (input[0] ^ input[1]) == 1 && max(input[0], input[1]) == 0xFF
            throw failure(isUTF16 ? "the document is in UTF-16; write it in UTF-8" : "invalid UTF-8", at: invalid)
        }
        if input.count >= 3, input[0] == 0xEF, input[1] == 0xBB, input[2] == 0xBF {
            throw failure("the document starts with a byte order mark; remove it")
        }
        try skipSpace()
        guard position < input.count else { throw failure("the document is empty") }
        let value = try value(depth: 0)
        try skipSpace()
        guard position == input.count else { throw failure("unexpected \(found) after the document") }
        return value
    }

    mutating func value(depth: Int) throws(JSONParseError) -> JSONValue {
        switch peek {
        case UInt8(ascii: "{"): return .object(try object(depth: depth + 1))
        case UInt8(ascii: "["): return .array(try array(depth: depth + 1))
        case UInt8(ascii: "\""): return .string(try string())
        case UInt8(ascii: "t") where consume("true"): return .bool(true)
        case UInt8(ascii: "f") where consume("false"): return .bool(false)
        case UInt8(ascii: "n") where consume("null"): return .null
        default: break
        }
        if syntax == .json5 { return try extendedValue() }
        switch peek {
        case UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "-"): return .number(try number())
        case UInt8(ascii: "'"): throw failure("strings stand in double quotes")
        case UInt8(ascii: "+"): throw failure("a number takes no plus sign")
        case UInt8(ascii: "."): throw failure("a number needs a digit before its point")
        case UInt8(ascii: "N"), UInt8(ascii: "I"): throw failure("expected a value; JSON has no NaN and no Infinity")
        default: throw failure("expected a value, found \(found)")
        }
    }

    mutating func object(depth: Int) throws(JSONParseError) -> JSONObject {
        guard depth <= limits.depth else { throw failure("more than \(limits.depth) levels within each other") }
        position += 1
        var members: [(String, JSONValue)] = []
        var seen: Set<String> = []
        try skipSpace()
        while peek != UInt8(ascii: "}") {
            let start = position
            let name = try self.name()
            guard isNew(name, among: members, &seen) else {
                throw failure("the name \"\(name.prefix(64))\" stands twice in one object", at: start)
            }
            try skipSpace()
            guard peek == UInt8(ascii: ":") else { throw failure("expected `:` after a name, found \(found)") }
            position += 1
            try skipSpace()
            try count()
            let value = try value(depth: depth)
            // One that goes on has some more: growing one by one would move them three times.
            if members.isEmpty, peek == UInt8(ascii: ",") { members.reserveCapacity(6) }
            members.append((name, value))
            try separate(closing: UInt8(ascii: "}"))
        }
        position += 1
        return JSONObject(uniquePairs: members)
    }

    mutating func array(depth: Int) throws(JSONParseError) -> [JSONValue] {
        guard depth <= limits.depth else { throw failure("more than \(limits.depth) levels within each other") }
        position += 1
        var elements: [JSONValue] = []
        try skipSpace()
        while peek != UInt8(ascii: "]") {
            try count()
            elements.append(try value(depth: depth))
            try separate(closing: UInt8(ascii: "]"))
        }
        position += 1
        return elements
    }

    /// Reads the comma before the next member or stops before the closing bracket.
    private mutating func separate(closing: UInt8) throws(JSONParseError) {
        try skipSpace()
        if peek == UInt8(ascii: ",") {
            let comma = position
            position += 1
            try skipSpace()
            if peek == closing, syntax == .json {
                throw failure("a comma stands before the closing `\(Unicode.Scalar(closing))`", at: comma)
            }
        } else if peek != closing {
            throw failure("expected `,` or `\(Unicode.Scalar(closing))`, found \(found)")
        }
    }

    private mutating func name() throws(JSONParseError) -> String {
        if peek == UInt8(ascii: "\"") { return try string() }
        if syntax == .json5 { return try extendedName() }
        throw failure("expected a name in double quotes, found \(found)")
    }

    /// Whether no member has the name; few members are compared one by one, more go through a set.
    private func isNew(_ name: String, among members: [(String, JSONValue)], _ seen: inout Set<String>) -> Bool {
        if members.count < 12 {
            return members.withUnsafeBufferPointer { members in
                for index in members.indices where members[index].0 == name { return false }
                return true
            }
        }
        if seen.isEmpty { seen = Set(members.map(\.0)) }
        return seen.insert(name).inserted
    }

    private mutating func count() throws(JSONParseError) {
        members += 1
        guard members <= limits.members else { throw failure("more than \(limits.members) members and elements") }
    }

    @inline(__always)
    mutating func skipSpace() throws(JSONParseError) {
        if syntax == .json5 { return try skipExtendedSpace() }
        while position < input.count {
            switch input[position] {
            case 0x20, 0x0A, 0x0D, 0x09: position += 1
            default: return
            }
        }
    }

    /// Takes a word of the grammar when it stands here.
    mutating func consume(_ word: StaticString) -> Bool {
        guard input.count - position >= word.utf8CodeUnitCount else { return false }
        for index in 0..<word.utf8CodeUnitCount where input[position + index] != word.utf8Start[index] { return false }
        position += word.utf8CodeUnitCount
        return true
    }
}
