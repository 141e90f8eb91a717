// The tokens that JSON and JSON5 share: numbers, strings with their escapes, and where an error stands.

extension JSONParser {
    /// Reads a number and keeps its literal.
    mutating func number() throws(JSONParseError) -> JSONNumber {
        let start = position
        if peek == UInt8(ascii: "-") { position += 1 }
        if peek == UInt8(ascii: "0") {
            position += 1
            guard !isDigit(peek) else { throw failure("a number has no leading zero", at: start) }
        } else {
            guard skipDigits() > 0 else { throw failure("expected a digit, found \(found)") }
        }
        if peek == UInt8(ascii: ".") {
            position += 1
            guard skipDigits() > 0 else { throw failure("expected a digit after the point, found \(found)") }
        }
        try skipExponent()
        return JSONNumber(validLiteral: text(start..<position, isASCII: true))
    }

    /// Reads the exponent of a number, when there is one.
    mutating func skipExponent() throws(JSONParseError) {
        guard peek == UInt8(ascii: "e") || peek == UInt8(ascii: "E") else { return }
        position += 1
        if peek == UInt8(ascii: "+") || peek == UInt8(ascii: "-") { position += 1 }
        guard skipDigits() > 0 else { throw failure("expected a digit in the exponent, found \(found)") }
    }

    @inline(__always)
    mutating func skipDigits() -> Int {
        let start = position
        while isDigit(peek) { position += 1 }
        return position - start
    }

    @inline(__always)
    func isDigit(_ byte: UInt8) -> Bool { byte &- UInt8(ascii: "0") < 10 }

    /// Reads a string from its opening to its closing quote, which is the same byte.
    mutating func string() throws(JSONParseError) -> String {
        let quote = input[position]
        let opening = position
        position += 1
        let start = position
        let raw = UnsafeRawBufferPointer(input)
        var isASCII = true
        while position < input.count {
            if quote == UInt8(ascii: "\""), position + 8 <= raw.count {
                let bytes = EightBytes(raw, at: position)
                let count = bytes.countBeforeEnd
                isASCII = isASCII && bytes.isASCII(first: count)
                position += count
                if count == 8 { continue }
            }
            let byte = input[position]
            if byte == quote {
                position += 1
                return text(start..<position - 1, isASCII: isASCII)
            }
            if byte == UInt8(ascii: "\\") { return try escapedString(from: start, opening: opening, quote: quote) }
            try checkControl(byte)
            isASCII = isASCII && byte < 0x80
            position += 1
        }
        throw failure("a string has no closing quote", at: opening)
    }

    /// Goes on reading a string at its first escape.
    private mutating func escapedString(
        from start: Int,
        opening: Int,
        quote: UInt8
    ) throws(JSONParseError) -> String {
        var bytes = Array(input[start..<position])
        while position < input.count {
            let byte = input[position]
            if byte == quote {
                position += 1
                return String(decoding: bytes, as: UTF8.self)
            }
            if byte == UInt8(ascii: "\\") {
                try escape(into: &bytes)
            } else {
                try checkControl(byte)
                bytes.append(byte)
                position += 1
            }
        }
        throw failure("a string has no closing quote", at: opening)
    }

    private func checkControl(_ byte: UInt8) throws(JSONParseError) {
        guard byte < 0x20 else { return }
        if byte == 0x09, syntax == .json5 { return }
        if byte == 0x0A || byte == 0x0D { throw failure("a line ends within a string") }
        throw failure("a control character stands unescaped in a string")
    }

    private mutating func escape(into bytes: inout [UInt8]) throws(JSONParseError) {
        let start = position
        position += 1
        let byte = peek
        position += 1
        switch byte {
        case UInt8(ascii: "\""), UInt8(ascii: "\\"), UInt8(ascii: "/"): bytes.append(byte)
        case UInt8(ascii: "b"): bytes.append(0x08)
        case UInt8(ascii: "f"): bytes.append(0x0C)
        case UInt8(ascii: "n"): bytes.append(0x0A)
        case UInt8(ascii: "r"): bytes.append(0x0D)
        case UInt8(ascii: "t"): bytes.append(0x09)
        case UInt8(ascii: "u"): UTF8.append(try escapedScalar(from: start), to: &bytes)
        default:
            position = start
            guard syntax == .json5, start + 1 < input.count else { throw failure("unknown escape in a string") }
            try extendedEscape(into: &bytes)
        }
    }

    /// Reads what follows `\u`, with the second half of a surrogate pair.
    mutating func escapedScalar(from start: Int) throws(JSONParseError) -> Unicode.Scalar {
        let first = try hexadecimal(digits: 4)
        if let scalar = Unicode.Scalar(first) { return scalar }
        guard first < 0xDC00, peek == UInt8(ascii: "\\"), peek(after: 1) == UInt8(ascii: "u") else {
            throw failure("a lone surrogate is no character", at: start)
        }
        position += 2
        let second = try hexadecimal(digits: 4)
        guard (0xDC00...0xDFFF).contains(second),
            let scalar = Unicode.Scalar(0x10000 + (first - 0xD800) << 10 + (second - 0xDC00))
        else { throw failure("a lone surrogate is no character", at: start) }
        return scalar
    }

    mutating func hexadecimal(digits: Int) throws(JSONParseError) -> UInt32 {
        var value: UInt32 = 0
        for _ in 0..<digits {
            guard let digit = hexadecimalDigit(peek) else {
                throw failure("expected a hexadecimal digit, found \(found)")
            }
            value = value << 4 | digit
            position += 1
        }
        return value
    }

    func hexadecimalDigit(_ byte: UInt8) -> UInt32? {
        switch byte {
        case UInt8(ascii: "0")...UInt8(ascii: "9"): UInt32(byte - UInt8(ascii: "0"))
        case UInt8(ascii: "a")...UInt8(ascii: "f"): UInt32(byte - UInt8(ascii: "a") + 10)
        case UInt8(ascii: "A")...UInt8(ascii: "F"): UInt32(byte - UInt8(ascii: "A") + 10)
        default: nil
        }
    }

    /// A part of the document between two of its ASCII characters, whose encoding has been checked with the whole.
    @inline(__always)
    func text(_ range: Range<Int>, isASCII: Bool = false) -> String {
        let bytes = UnsafeBufferPointer(rebasing: input[range]).span
        return String(copying: UTF8Span(unchecked: bytes, isKnownASCII: isASCII))
    }

    /// The position of the first byte that is not part of valid UTF-8 (RFC 3629), or `nil`.
    ///
    /// Eight bytes of ASCII are passed over at a time.
    func firstInvalidUTF8() -> Int? {
        var index = 0
        let raw = UnsafeRawBufferPointer(input)
        while index < raw.count {
            if index + 8 <= raw.count, EightBytes(raw, at: index).isASCII {
                index += 8
                continue
            }
            let lead = raw[index]
            let length: Int
            switch lead {
            case 0x00...0x7F: length = 1
            case 0xC2...0xDF: length = 2
            case 0xE0...0xEF: length = 3
            case 0xF0...0xF4: length = 4
            default: return index
            }
            guard index + length <= raw.count else { return index }
            for next in index + 1..<index + length where raw[next] & 0xC0 != 0x80 { return index }
            if length > 2 {
                let second = raw[index + 1]
                if lead == 0xE0, second < 0xA0 { return index }
                if lead == 0xED, second > 0x9F { return index }
                if lead == 0xF0, second < 0x90 { return index }
                if lead == 0xF4, second > 0x8F { return index }
            }
            index += length
        }
        return nil
    }

    /// The scalar at a position and its length in bytes; `nil` at the end and where the bytes are none.
    func scalar(at offset: Int) -> (scalar: Unicode.Scalar, length: Int)? {
        guard offset < input.count else { return nil }
        var decoder = UTF8()
        var bytes = input[offset..<min(offset + 4, input.count)].makeIterator()
        guard case .scalarValue(let scalar) = decoder.decode(&bytes) else { return nil }
        return (scalar, UTF8.width(scalar))
    }

    /// What stands at the position, for an error.
    var found: String {
        guard position < input.count else { return "the end of the document" }
        guard let (scalar, _) = scalar(at: position) else { return "invalid UTF-8" }
        switch scalar.properties.generalCategory {
        case .control, .format, .spaceSeparator, .lineSeparator, .paragraphSeparator: break
        default: return "`\(scalar)`"
        }
        let digits = String(scalar.value, radix: 16, uppercase: true)
        return "U+" + String(repeating: "0", count: max(0, 4 - digits.count)) + digits
    }

    /// An error at the position, or at another one.
    func failure(_ reason: String, at offset: Int? = nil) -> JSONParseError {
        let offset = min(offset ?? position, input.count)
        var line = 1
        var lineStart = 0
        for index in 0..<offset
        where input[index] == 0x0A || (input[index] == 0x0D && (index + 1 >= input.count || input[index + 1] != 0x0A)) {
            line += 1
            lineStart = index + 1
        }
        let column = 1 + input[lineStart..<offset].reduce(0) { $1 & 0xC0 == 0x80 ? $0 : $0 + 1 }
        return JSONParseError(line: line, column: column, offset: offset, reason: reason)
    }
}

extension UTF8 {
    /// Writes a scalar's bytes behind others.
    static func append(_ scalar: Unicode.Scalar, to bytes: inout [UInt8]) {
        if let encoded = encode(scalar) { bytes.append(contentsOf: encoded) }
    }

    static func width(_ scalar: Unicode.Scalar) -> Int {
        switch scalar.value {
        case ..<0x80: 1
        case ..<0x800: 2
        case ..<0x10000: 3
        default: 4
        }
    }
}
