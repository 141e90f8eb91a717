internal import AgentRuntime

/// On which line of a JSON5 document each key stands, for errors about what the parser has already accepted.
///
/// It walks the text that the parser has read without fault, so it only needs to tell values apart.
struct ConfigurationLines {
    /// Lines from 1, by path (`tenants.ten_x.as_of`, `models[0].name`).
    private(set) var lines: [String: Int] = [:]
    private let bytes: [UInt8]
    private var position = 0
    private var line = 1

    init(_ bytes: [UInt8]) {
        self.bytes = bytes
        skipSpace()
        value("", depth: 0)
    }

    /// The line of a path, or of the nearest one above it.
    func line(of path: String) -> Int? {
        var path = Substring(path)
        while true {
            if let line = lines[String(path)] { return line }
            guard let end = path.lastIndex(where: { $0 == "." || $0 == "[" }) else { return nil }
            path = path[..<end]
        }
    }

    private var next: UInt8? { position < bytes.count ? bytes[position] : nil }

    private mutating func advance() {
        if next == UInt8(ascii: "\n") { line += 1 }
        position += 1
    }

    private mutating func skipSpace() {
        while let byte = next {
            if byte == UInt8(ascii: "/"), position + 1 < bytes.count {
                let isBlock = bytes[position + 1] == UInt8(ascii: "*")
                position += 2
                while let inner = next {
                    if !isBlock, inner == UInt8(ascii: "\n") { break }
                    advance()
                    if isBlock, inner == UInt8(ascii: "*"), next == UInt8(ascii: "/") {
                        position += 1
                        break
                    }
                }
            } else if byte <= 0x20 || byte >= 0x80 {
                // Beyond ASCII only white space and the byte order mark can stand between values; keys are read apart.
                advance()
            } else {
                return
            }
        }
    }

    private mutating func value(_ path: String, depth: Int) {
        guard depth < 128 else {
            position = bytes.count
            return
        }
        switch next {
        case UInt8(ascii: "{"):
            position += 1
            skipSpace()
            while let byte = next, byte != UInt8(ascii: "}") {
                let start = line
                let name = key()
                let inner = path.isEmpty ? name : "\(path).\(name)"
                lines[inner] = start
                skipSpace()
                if next == UInt8(ascii: ":") { position += 1 }
                skipSpace()
                value(inner, depth: depth + 1)
                skipSeparator()
            }
            position += 1
        case UInt8(ascii: "["):
            position += 1
            skipSpace()
            var index = 0
            while let byte = next, byte != UInt8(ascii: "]") {
                lines["\(path)[\(index)]"] = line
                value("\(path)[\(index)]", depth: depth + 1)
                index += 1
                skipSeparator()
            }
            position += 1
        case UInt8(ascii: "\""), UInt8(ascii: "'"): skipString()
        default: skipWord()
        }
    }

    private mutating func skipSeparator() {
        skipSpace()
        if next == UInt8(ascii: ",") { position += 1 }
        skipSpace()
    }

    private mutating func key() -> String {
        let start = position
        guard next == UInt8(ascii: "\"") || next == UInt8(ascii: "'") else {
            while let byte = next, byte != UInt8(ascii: ":"), byte > 0x20, byte != UInt8(ascii: "/") { position += 1 }
            if position == start { advance() }
            return String(decoding: bytes[start..<position], as: UTF8.self)
        }
        skipString()
        // The parser has read this string before; should it fail now, the key is only not found by its line.
        let parsed = try? JSONValue(parsing: Array(bytes[start..<position]), syntax: .json5)
        return parsed?.string ?? ""
    }

    private mutating func skipString() {
        let quote = next
        position += 1
        while let byte = next, byte != quote {
            if byte == UInt8(ascii: "\\") { advance() }
            advance()
        }
        position += 1
    }

    private mutating func skipWord() {
        let start = position
        let ends: [UInt8] = [",", "}", "]", "/"].map { UInt8(ascii: $0) }
        while let byte = next, byte > 0x20, !ends.contains(byte) { position += 1 }
        if position == start { advance() }
    }
}
