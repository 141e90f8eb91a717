// What JSON5 (https://spec.json5.org) allows beyond JSON: comments, unquoted names, single quotes, more escapes and
// line continuations, trailing commas, hexadecimal numbers, bare points and a leading plus.
//
// Two things it allows are refused: Infinity and NaN, which no figure of ours can be, and raw control characters
// other than the tab in strings. Numbers come out as literals of RFC 8259.

extension JSONParser {
    /// Reads a value that is neither an object, an array, a double-quoted string nor a word of JSON.
    mutating func extendedValue() throws(JSONParseError) -> JSONValue {
        switch peek {
        case UInt8(ascii: "'"): return .string(try string())
        case UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "-"), UInt8(ascii: "+"), UInt8(ascii: "."):
            return .number(try extendedNumber())
        default:
            if isInfinityOrNaN { throw failure("Infinity and NaN are no figures; write a number or null") }
            throw failure("expected a value, found \(found)")
        }
    }

    private var isInfinityOrNaN: Bool {
        var copy = self
        return copy.consume("Infinity") || copy.consume("NaN")
    }

    private mutating func extendedNumber() throws(JSONParseError) -> JSONNumber {
        let start = position
        let isNegative = peek == UInt8(ascii: "-")
        if isNegative || peek == UInt8(ascii: "+") { position += 1 }
        if isInfinityOrNaN { throw failure("Infinity and NaN are no figures; write a number or null", at: start) }
        let sign = isNegative ? "-" : ""
        if peek == UInt8(ascii: "0"), peek(after: 1) | 0x20 == UInt8(ascii: "x") {
            return JSONNumber(validLiteral: sign + (try hexadecimalNumber(from: start)))
        }
        let whole = position
        let wholeDigits = skipDigits()
        if wholeDigits > 1, input[whole] == UInt8(ascii: "0") {
            throw failure("a number has no leading zero", at: start)
        }
        var literal = sign + (wholeDigits == 0 ? "0" : text(whole..<position))
        var fractionDigits = 0
        if peek == UInt8(ascii: ".") {
            position += 1
            let fraction = position
            fractionDigits = skipDigits()
            if fractionDigits > 0 { literal += "." + text(fraction..<position) }
        }
        guard wholeDigits + fractionDigits > 0 else { throw failure("expected a digit, found \(found)") }
        let exponent = position
        try skipExponent()
        literal += text(exponent..<position)
        return JSONNumber(validLiteral: literal)
    }

    private mutating func hexadecimalNumber(from start: Int) throws(JSONParseError) -> String {
        position += 2
        guard hexadecimalDigit(peek) != nil else { throw failure("expected a hexadecimal digit, found \(found)") }
        var value: UInt128 = 0
        while let digit = hexadecimalDigit(peek) {
            guard value >> 124 == 0 else { throw failure("a hexadecimal number has more than 128 bits", at: start) }
            value = value << 4 | UInt128(digit)
            position += 1
        }
        return String(value)
    }

    /// Reads a name in single quotes or an identifier of ECMAScript 5.1.
    mutating func extendedName() throws(JSONParseError) -> String {
        if peek == UInt8(ascii: "'") { return try string() }
        var bytes: [UInt8] = []
        while position < input.count {
            let start = position
            let scalar: Unicode.Scalar
            if peek == UInt8(ascii: "\\") {
                guard peek(after: 1) == UInt8(ascii: "u") else { throw failure("unknown escape in a name") }
                position += 2
                scalar = try escapedScalar(from: start)
            } else {
                guard let next = self.scalar(at: position) else { break }
                scalar = next.scalar
                position += next.length
            }
            guard isIdentifier(scalar, first: bytes.isEmpty) else {
                guard input[start] != UInt8(ascii: "\\") else { throw failure("not part of a name", at: start) }
                position = start
                break
            }
            UTF8.append(scalar, to: &bytes)
        }
        guard !bytes.isEmpty else { throw failure("expected a name, found \(found)") }
        return String(decoding: bytes, as: UTF8.self)
    }

    private func isIdentifier(_ scalar: Unicode.Scalar, first: Bool) -> Bool {
        switch scalar.value {
        case 0x24, 0x5F, 0x41...0x5A, 0x61...0x7A: true
        case 0x30...0x39: !first
        case 0x200C, 0x200D: !first
        case ..<0x80: false
        default: first ? scalar.properties.isIDStart : scalar.properties.isIDContinue
        }
    }

    /// Reads the escapes that only JSON5 has; the position is at the backslash, and a byte follows it.
    mutating func extendedEscape(into bytes: inout [UInt8]) throws(JSONParseError) {
        let start = position
        position += 1
        guard let (scalar, length) = scalar(at: position) else { throw failure("unknown escape in a string") }
        position += length
        switch scalar {
        case "v": bytes.append(0x0B)
        case "0":
            guard !isDigit(peek) else { throw failure("a string has no octal escapes", at: start) }
            bytes.append(0)
        case "1"..."9": throw failure("a string has no octal escapes", at: start)
        case "x":
            guard let character = Unicode.Scalar(try hexadecimal(digits: 2)) else { return }
            UTF8.append(character, to: &bytes)
        case "\r":
            if peek == 0x0A { position += 1 }
        case "\n", "\u{2028}", "\u{2029}": break
        default:
            guard scalar.value >= 0x20 else { throw failure("a control character stands unescaped in a string") }
            UTF8.append(scalar, to: &bytes)
        }
    }

    mutating func skipExtendedSpace() throws(JSONParseError) {
        while position < input.count {
            switch input[position] {
            case 0x09...0x0D, 0x20: position += 1
            case UInt8(ascii: "/"): try skipComment()
            case 0x80...:
                guard let (scalar, length) = scalar(at: position), isSpace(scalar) else { return }
                position += length
            default: return
            }
        }
    }

    private func isSpace(_ scalar: Unicode.Scalar) -> Bool {
        switch scalar.value {
        case 0xFEFF, 0x2028, 0x2029: true
        default: scalar.properties.generalCategory == .spaceSeparator
        }
    }

    private mutating func skipComment() throws(JSONParseError) {
        let start = position
        switch peek(after: 1) {
        case UInt8(ascii: "/"):
            while position < input.count, input[position] != 0x0A, input[position] != 0x0D {
                if input[position] == 0xE2, let (scalar, _) = scalar(at: position), isLineSeparator(scalar) { return }
                position += 1
            }
        case UInt8(ascii: "*"):
            position += 2
            while position < input.count {
                if peek == UInt8(ascii: "*"), peek(after: 1) == UInt8(ascii: "/") {
                    position += 2
                    return
                }
                position += 1
            }
            throw failure("a comment has no end", at: start)
        default: throw failure("unexpected `/`; comments start with `//` or `/*`")
        }
    }

    private func isLineSeparator(_ scalar: Unicode.Scalar) -> Bool { scalar == "\u{2028}" || scalar == "\u{2029}" }
}
