/// Reads the lines of a front matter; `FrontMatter` says what it accepts.
struct FrontMatterScanner {
    private let file: [UInt8]
    private var offset: Int
    /// The number of the line that `next` has returned last.
    private var line = 0

    init(_ file: [UInt8]) {
        self.file = file
        offset = file.starts(with: [0xEF, 0xBB, 0xBF]) ? 3 : 0
    }

    mutating func frontMatter() throws(FrontMatterError) -> FrontMatter? {
        guard let first = next(), Self.isFence(first) else { return nil }
        var fields: [FrontMatter.Field] = []
        while let text = next() {
            if Self.isFence(text) {
                return FrontMatter(fields: fields, bodyStart: offset, bodyLine: line + 1)
            }
            guard offset <= FrontMatter.bytesMax else {
                throw error("the front matter is longer than \(FrontMatter.bytesMax) bytes")
            }
            try read(text, into: &fields)
        }
        throw FrontMatterError(line: 1, message: "the front matter is not closed by a line “---”")
    }

    // MARK: Lines

    private mutating func next() -> String? {
        guard offset < file.count else { return nil }
        let end = file[offset...].firstIndex(of: UInt8(ascii: "\n")) ?? file.count
        var content = file[offset..<end]
        if content.last == UInt8(ascii: "\r") { content.removeLast() }
        offset = min(end + 1, file.count)
        line += 1
        return String(decoding: content, as: UTF8.self)
    }

    private static func isFence(_ text: String) -> Bool { text.hasPrefix("---") && trim(text.dropFirst(3)).isEmpty }

    private func error(_ message: String) -> FrontMatterError { FrontMatterError(line: line, message: message) }

    /// One line; an indented one belongs to the field above it.
    private mutating func read(_ text: String, into fields: inout [FrontMatter.Field]) throws(FrontMatterError) {
        let content = Self.trim(text[...])
        guard !content.isEmpty, !content.hasPrefix("#") else { return }
        guard !text.unicodeScalars.contains(where: { $0.value < 0x20 && $0 != "\t" || $0.value == 0x7F }) else {
            throw error("a control character")
        }
        let indentation = text.prefix { $0 == " " || $0 == "\t" }
        guard !indentation.contains("\t") else { throw error("indent with spaces, not tabs") }
        if content == "-" || content.hasPrefix("- ") {
            guard let last = fields.indices.last else { throw error("a list item before any field") }
            try append(item: Self.trim(content.dropFirst()), to: &fields[last])
        } else if !indentation.isEmpty {
            guard let last = fields.indices.last else { throw error("an indented line before any field") }
            let field = try field(content)
            switch fields[last].value {
            case .text(""): fields[last].value = .fields([field])
            case .fields(var inner):
                try refuseRepetition(of: field, in: inner)
                inner.append(field)
                fields[last].value = .fields(inner)
            default: throw error("an indented line after a value")
            }
        } else {
            let field = try field(content)
            try refuseRepetition(of: field, in: fields)
            fields.append(field)
        }
    }

    private func refuseRepetition(
        of field: FrontMatter.Field,
        in fields: [FrontMatter.Field]
    ) throws(FrontMatterError) {
        if let earlier = fields.first(where: { $0.name == field.name }) {
            throw error("“\(field.name)” was given on line \(earlier.line) already")
        }
    }

    private func append(item: String, to field: inout FrontMatter.Field) throws(FrontMatterError) {
        let text = try scalar(item)
        switch field.value {
        case .text(""): field.value = .list([text])
        case .list(let items) where items.isEmpty || field.line < line: field.value = .list(items + [text])
        default: throw error("a list item after a value")
        }
    }

    // MARK: Values

    private func field(_ content: String) throws(FrontMatterError) -> FrontMatter.Field {
        guard let colon = content.firstIndex(of: ":") else { throw error("expected “name: value”") }
        let name = Self.trim(content[..<colon])
        let isName = name.utf8.allSatisfy { byte in
            (UInt8(ascii: "a")...UInt8(ascii: "z")).contains(byte | 0x20)
                || (UInt8(ascii: "0")...UInt8(ascii: "9")).contains(byte)
                || byte == UInt8(ascii: "_") || byte == UInt8(ascii: "-")
        }
        guard !name.isEmpty, isName, name.utf8.count <= 64 else {
            throw error("a field's name is made of letters, digits, “_” and “-”")
        }
        let rest = content[content.index(after: colon)...]
        guard rest.isEmpty || rest.first == " " || rest.first == "\t" else {
            throw error("a space is missing after “\(name):”")
        }
        let value = Self.trim(rest)
        if value.hasPrefix("[") { return FrontMatter.Field(name: name, value: .list(try list(value)), line: line) }
        return FrontMatter.Field(name: name, value: .text(try scalar(value)), line: line)
    }

    /// `[a, "b, c", 'd']`.
    private func list(_ text: String) throws(FrontMatterError) -> [String] {
        let content = withoutComment(text)
        guard content.hasSuffix("]") else { throw error("the list is not closed by “]”") }
        var items: [String] = []
        var item = ""
        var quote: Character?
        for character in content.dropFirst().dropLast() {
            if let open = quote {
                if character == open { quote = nil }
                item.append(character)
            } else if character == "," {
                items.append(item)
                item = ""
            } else {
                if character == "\"" || character == "'", Self.trim(item[...]).isEmpty { quote = character }
                guard character != "[", character != "]" else { throw error("a list within a list") }
                item.append(character)
            }
        }
        guard quote == nil else { throw error("a quotation mark is not closed") }
        if !items.isEmpty || !Self.trim(item[...]).isEmpty { items.append(item) }
        var values: [String] = []
        for item in items {
            let value = try scalar(Self.trim(item[...]))
            guard !value.isEmpty else { throw error("an empty list item") }
            values.append(value)
        }
        return values
    }

    private func scalar(_ text: String) throws(FrontMatterError) -> String {
        guard let first = text.first else { return "" }
        if first == "\"" || first == "'" { return try quoted(text, mark: first) }
        guard !"&*!|>%@`{}[]".contains(first) else {
            throw error("a value that begins with “\(first)” must be in quotation marks")
        }
        return withoutComment(text)
    }

    /// A bare value ends at ` #`.
    private func withoutComment(_ text: String) -> String {
        var isAfterSpace = true
        for index in text.indices {
            if text[index] == "#", isAfterSpace { return Self.trim(text[..<index]) }
            isAfterSpace = text[index] == " "
        }
        return text
    }

    /// In double marks `\"`, `\\`, `\n` and `\t` are escapes; in single marks a doubled mark stands for itself.
    private func quoted(_ text: String, mark: Character) throws(FrontMatterError) -> String {
        var value = ""
        var rest = text.dropFirst()
        while let character = rest.popFirst() {
            if character == mark {
                if mark == "'", rest.first == "'" {
                    value.append(rest.removeFirst())
                    continue
                }
                let remainder = Self.trim(rest)
                guard remainder.isEmpty || remainder.hasPrefix("#") else { throw error("text after the closing mark") }
                return value
            }
            guard mark == "\"", character == "\\" else {
                value.append(character)
                continue
            }
            switch rest.popFirst() {
            case "\"": value.append("\"")
            case "\\": value.append("\\")
            case "n": value.append("\n")
            case "t": value.append("\t")
            default: throw error("an unknown escape after “\\”")
            }
        }
        throw error("a quotation mark is not closed")
    }

    static func trim(_ text: Substring) -> String {
        var text = text
        while let first = text.first, first == " " || first == "\t" { text.removeFirst() }
        while let last = text.last, last == " " || last == "\t" { text.removeLast() }
        return String(text)
    }
}
