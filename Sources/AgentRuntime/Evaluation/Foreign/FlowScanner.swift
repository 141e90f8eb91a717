/// Reads a flow value of YAML: `[a, "b", {c: 1}]`, `'text'`, `"text"`.
struct FlowScanner {
    struct Problem: Error {
        var reason: String
    }

    private let characters: [Character]
    private var index = 0

    init(_ text: String) { characters = Array(text) }

    var isAtEnd: Bool { characters[index...].allSatisfy(\.isWhitespace) }

    mutating func value(_ depth: Int) throws(Problem) -> JSONValue {
        guard depth < YAMLReader.depthMax else { throw Problem(reason: "nested too deeply") }
        skipSpace()
        switch peek {
        case "[": return try sequence(depth)
        case "{": return try mapping(depth)
        case "\"": return .string(try doubleQuoted())
        case "'": return .string(try singleQuoted())
        case "&", "*", "!": throw Problem(reason: "anchors, aliases and tags are not read")
        default: return YAMLReader.plain(plain(endingAt: [",", "]", "}"]))
        }
    }

    private var peek: Character? { index < characters.count ? characters[index] : nil }

    private mutating func skipSpace() {
        while let character = peek, character.isWhitespace { index += 1 }
    }

    private mutating func sequence(_ depth: Int) throws(Problem) -> JSONValue {
        index += 1
        var items: [JSONValue] = []
        while true {
            skipSpace()
            if peek == "]" {
                index += 1
                return .array(items)
            }
            items.append(try value(depth + 1))
            try separator("]")
        }
    }

    private mutating func mapping(_ depth: Int) throws(Problem) -> JSONValue {
        index += 1
        var object = JSONObject()
        while true {
            skipSpace()
            if peek == "}" {
                index += 1
                return .object(object)
            }
            let name: String
            switch peek {
            case "\"": name = try doubleQuoted()
            case "'": name = try singleQuoted()
            default: name = plain(endingAt: [":", ",", "}"])
            }
            skipSpace()
            guard object[name] == nil else { throw Problem(reason: "“\(name)” stands there twice") }
            if peek == ":" {
                index += 1
                object[name] = try value(depth + 1)
            } else {
                object[name] = .null
            }
            try separator("}")
        }
    }

    /// A comma, or the end that follows.
    private mutating func separator(_ end: Character) throws(Problem) {
        skipSpace()
        if peek == "," {
            index += 1
        } else if peek != end {
            throw Problem(reason: peek == nil ? "“\(end)” is missing" : "a comma or “\(end)” is missing")
        }
    }

    private mutating func plain(endingAt ends: Set<Character>) -> String {
        var text = ""
        while let character = peek, !ends.contains(character) {
            text.append(character)
            index += 1
        }
        while text.last?.isWhitespace == true { text.removeLast() }
        return text
    }

    private mutating func singleQuoted() throws(Problem) -> String {
        index += 1
        var text = ""
        while let character = peek {
            index += 1
            guard character == "'" else {
                text.append(character)
                continue
            }
            guard peek == "'" else { return text }
            text.append("'")
            index += 1
        }
        throw Problem(reason: "a quote does not end")
    }

    private mutating func doubleQuoted() throws(Problem) -> String {
        index += 1
        var text = ""
        while let character = peek {
            index += 1
            switch character {
            case "\"": return text
            case "\\":
                guard let escaped = peek else { throw Problem(reason: "a quote does not end") }
                index += 1
                text.append(try unescaped(escaped))
            default: text.append(character)
            }
        }
        throw Problem(reason: "a quote does not end")
    }

    private mutating func unescaped(_ character: Character) throws(Problem) -> Character {
        switch character {
        case "n": return "\n"
        case "t": return "\t"
        case "r": return "\r"
        case "0": return "\0"
        case "e": return "\u{1B}"
        case "\"", "\\", "/", " ": return character
        case "x", "u", "U":
            let count = character == "x" ? 2 : character == "u" ? 4 : 8
            guard index + count <= characters.count,
                let value = UInt32(String(characters[index..<index + count]), radix: 16),
                let scalar = Unicode.Scalar(value)
            else { throw Problem(reason: "\\\(character) needs \(count) hexadecimal digits of a character") }
            index += count
            return Character(scalar)
        default: throw Problem(reason: "\\\(character) is no escape")
        }
    }
}
