/// Reads the part of YAML 1.2 that test configurations are written in.
///
/// Block and flow mappings and sequences, plain, quoted and block scalars (`|`, `>`, with `-` and `+`), comments, and the
/// core schema's null, booleans and numbers. Anchors, aliases, tags, merge keys, complex keys, tabs as indentation and
/// several documents in one file are refused with their line. https://yaml.org/spec/1.2.2/
package struct YAMLReader {
    package static let depthMax = 64
    package static let linesMax = 500_000

    private struct Line {
        var number: Int
        var indent: Int
        /// Without indentation, comment and white space at its end.
        var text: Substring
        /// As it stands, for block scalars.
        var raw: Substring
    }

    private var lines: [Line]
    private var next = 0

    /// Reads one document.
    ///
    /// - Throws: `SuiteError` with the line of the first thing that is not understood.
    package static func document(_ bytes: [UInt8]) throws(SuiteError) -> JSONValue {
        guard let text = String(validating: bytes, as: UTF8.self) else {
            throw SuiteError(problems: ["it is not UTF-8 text"])
        }
        var reader = try YAMLReader(text)
        guard reader.next < reader.lines.count else { return .null }
        let value = try reader.block(reader.lines[0].indent, depth: 0)
        if reader.next < reader.lines.count { throw reader.error("it does not fit the indentation before it") }
        return value
    }

    private init(_ text: String) throws(SuiteError) {
        lines = []
        let all = text.split(omittingEmptySubsequences: false) { $0 == "\n" || $0 == "\r\n" }
        guard all.count <= Self.linesMax else { throw SuiteError(problems: ["more than \(Self.linesMax) lines"]) }
        var isAtStart = true
        for (index, raw) in all.enumerated() {
            let body = raw.drop { $0 == " " }
            if body.first == "\t", body.contains(where: { $0 != "\t" && $0 != " " }) {
                throw SuiteError(problems: ["line \(index + 1): a tab cannot indent"])
            }
            if isAtStart, raw == "---" { continue }
            if raw == "---" || raw == "..." {
                throw SuiteError(problems: ["line \(index + 1): one document at a time"])
            }
            let line = Line(
                number: index + 1,
                indent: raw.count - body.count,
                text: Self.trimmed(Self.withoutComment(body)),
                raw: raw
            )
            if !line.text.isEmpty { isAtStart = false }
            lines.append(line)
        }
        skipEmpty()
        lines.removeFirst(next)
        next = 0
    }

    private func error(_ reason: String, at place: Int? = nil) -> SuiteError {
        let index = min(place ?? next, lines.count - 1)
        return SuiteError(problems: ["line \(lines.isEmpty ? 1 : lines[index].number): \(reason)"])
    }

    private mutating func skipEmpty() {
        while next < lines.count, lines[next].text.isEmpty { next += 1 }
    }

    // MARK: Blocks

    private mutating func block(_ indent: Int, depth: Int) throws(SuiteError) -> JSONValue {
        guard depth < Self.depthMax else { throw error("nested more than \(Self.depthMax) deep") }
        skipEmpty()
        guard next < lines.count, lines[next].indent >= indent else { return .null }
        let line = lines[next]
        if Self.isItem(line.text) { return try sequence(line.indent, depth) }
        if try Self.key(line.text, { error($0) }) != nil { return try mapping(line.indent, depth) }
        return try scalarLines(line.indent, depth)
    }

    private mutating func sequence(_ indent: Int, _ depth: Int) throws(SuiteError) -> JSONValue {
        var items: [JSONValue] = []
        while true {
            skipEmpty()
            guard next < lines.count, lines[next].indent == indent, Self.isItem(lines[next].text) else { break }
            let rest = lines[next].text.dropFirst()
            let body = rest.drop { $0 == " " }
            if body.isEmpty {
                next += 1
                items.append(try block(indent + 1, depth: depth + 1))
                continue
            }
            // What follows the hyphen is a block of its own that begins in the middle of the line.
            let column = indent + 1 + (rest.count - body.count)
            let isMapping = try Self.key(body, { error($0) }) != nil
            if Self.isBlockScalar(body) {
                items.append(try blockScalar(body, indent))
            } else if isMapping || Self.isItem(body) {
                lines[next].indent = column
                lines[next].text = body
                items.append(try block(column, depth: depth + 1))
            } else {
                items.append(try inline(body, indent, depth))
            }
        }
        return .array(items)
    }

    private mutating func mapping(_ indent: Int, _ depth: Int) throws(SuiteError) -> JSONValue {
        var object = JSONObject()
        while true {
            skipEmpty()
            guard next < lines.count, lines[next].indent == indent else { break }
            guard let (name, rest) = try Self.key(lines[next].text, { error($0) }) else { break }
            guard name != "<<" else { throw error("merge keys are not read") }
            guard object[name] == nil else { throw error("“\(name)” stands there twice") }
            let value: JSONValue
            if rest.isEmpty {
                next += 1
                skipEmpty()
                // A sequence may stand as far left as the key it belongs to.
                if next < lines.count, lines[next].indent == indent, Self.isItem(lines[next].text) {
                    value = try sequence(indent, depth + 1)
                } else {
                    value =
                        next < lines.count && lines[next].indent > indent
                        ? try block(indent + 1, depth: depth + 1) : .null
                }
            } else if Self.isBlockScalar(rest) {
                value = try blockScalar(rest, indent)
            } else {
                value = try inline(rest, indent, depth)
            }
            object[name] = value
        }
        return .object(object)
    }

    // MARK: Scalars

    /// A value that begins on the current line; flow collections and quoted texts may go on for several lines.
    private mutating func inline(_ text: Substring, _ indent: Int, _ depth: Int) throws(SuiteError) -> JSONValue {
        guard let first = text.first else { return .null }
        if "&*!".contains(first) { throw error("anchors, aliases and tags are not read") }
        var whole = String(text)
        if "[{\"'".contains(first) {
            while !Self.isClosed(whole) {
                next += 1
                guard next < lines.count else { throw error("what begins with \(first) does not end") }
                let more =
                    first == "\"" || first == "'" ? Self.trimmed(lines[next].raw.drop { $0 == " " }) : lines[next].text
                whole += " " + more
            }
            next += 1
            var flow = FlowScanner(whole)
            do throws(FlowScanner.Problem) {
                let value = try flow.value(depth)
                guard flow.isAtEnd else { throw FlowScanner.Problem(reason: "something stands behind the value") }
                return value
            } catch {
                throw self.error(error.reason, at: next - 1)
            }
        }
        next += 1
        // A plain scalar goes on in lines that are indented deeper.
        while next < lines.count, !lines[next].text.isEmpty, lines[next].indent > indent,
            try Self.key(lines[next].text, { error($0) }) == nil
        {
            whole += " " + lines[next].text
            next += 1
        }
        return Self.plain(whole)
    }

    private mutating func scalarLines(_ indent: Int, _ depth: Int) throws(SuiteError) -> JSONValue {
        try inline(lines[next].text, indent - 1, depth)
    }

    private mutating func blockScalar(_ header: Substring, _ parent: Int) throws(SuiteError) -> JSONValue {
        let isFolded = header.first == ">"
        var chomping: Character = " "
        var width: Int?
        for mark in header.dropFirst() {
            if mark == "-" || mark == "+" {
                chomping = mark
            } else if let digit = mark.wholeNumberValue {
                width = parent + digit
            }
        }
        next += 1
        var body: [Substring] = []
        while next < lines.count {
            let raw = lines[next].raw
            let content = raw.drop { $0 == " " }
            let indent = raw.count - content.count
            if content.isEmpty {
                body.append(width.map { raw.dropFirst($0) } ?? "")
            } else {
                if width == nil, indent > parent { width = indent }
                guard let width, indent >= width else { break }
                body.append(raw.dropFirst(width))
            }
            next += 1
        }
        var trailing = 0
        while body.last?.isEmpty == true {
            body.removeLast()
            trailing += 1
        }
        var text = isFolded ? Self.folded(body) : body.joined(separator: "\n")
        if chomping == "+" {
            text += String(repeating: "\n", count: trailing + 1)
        } else if chomping != "-", !body.isEmpty {
            text += "\n"
        }
        return .string(text)
    }

    private static func folded(_ lines: [Substring]) -> String {
        var text = ""
        for (index, line) in lines.enumerated() {
            guard index > 0 else {
                text += line
                continue
            }
            let isKept = line.first == " " || lines[index - 1].first == " "
            if line.isEmpty {
                text += "\n"
            } else if lines[index - 1].isEmpty && !isKept {
                text += line
            } else {
                text += (isKept ? "\n" : " ") + line
            }
        }
        return text
    }

    /// The core schema: null, booleans, integers, floats, else text.
    static func plain(_ text: String) -> JSONValue {
        switch text {
        case "", "~", "null", "Null", "NULL": return .null
        case "true", "True", "TRUE": return .bool(true)
        case "false", "False", "FALSE": return .bool(false)
        default: break
        }
        let digits = text.hasPrefix("+") ? String(text.dropFirst()) : text
        let isNumber =
            digits.contains { $0.isNumber } && digits.allSatisfy { $0.isASCII && ($0.isNumber || "+-.eE".contains($0)) }
        // What only looks like a number is text.
        if isNumber, let number = try? JSONValue(parsing: digits), number.number != nil { return number }
        if isNumber, digits.hasPrefix("."), let number = try? JSONValue(parsing: "0" + digits), number.number != nil {
            return number
        }
        return .string(text)
    }

    // MARK: Lines

    private static func isItem(_ text: Substring) -> Bool { text == "-" || text.hasPrefix("- ") }

    private static func isBlockScalar(_ text: Substring) -> Bool {
        guard let first = text.first, first == "|" || first == ">" else { return false }
        return text.dropFirst().allSatisfy { $0 == "-" || $0 == "+" || $0.isNumber }
    }

    /// The key of a line and what stands behind its colon; `nil` for a line without one.
    private static func key(
        _ text: Substring,
        _ error: (String) -> SuiteError
    ) throws(SuiteError) -> (String, Substring)? {
        guard let first = text.first, !"[{".contains(first) else { return nil }
        if text.hasPrefix("? ") { throw error("complex keys are not read") }
        if first == "\"" || first == "'" {
            guard let end = text.dropFirst().firstIndex(of: first) else { return nil }
            let rest = text[text.index(after: end)...]
            guard rest.first == ":", rest.dropFirst().first == nil || rest.dropFirst().first == " " else { return nil }
            return (String(text[text.index(after: text.startIndex)..<end]), trimmed(rest.dropFirst()))
        }
        var index = text.startIndex
        while let colon = text[index...].firstIndex(of: ":") {
            let after = text.index(after: colon)
            if after == text.endIndex || text[after] == " " {
                return (String(trimmed(text[..<colon])), trimmed(text[after...]))
            }
            index = after
        }
        return nil
    }

    /// A comment begins with `#` at the line's start or after a space, outside quotes.
    private static func withoutComment(_ text: Substring) -> Substring {
        guard text.contains("#") else { return text }
        var quote: Character?
        var before: Character = " "
        for index in text.indices {
            let character = text[index]
            if let open = quote {
                if character == open, before != "\\" || open == "'" { quote = nil }
            } else if character == "\"" || character == "'", " :[{,-".contains(before) {
                quote = character
            } else if character == "#", before == " " {
                return text[..<index]
            }
            before = character
        }
        return text
    }

    private static func trimmed(_ text: Substring) -> Substring {
        var text = text.drop { $0 == " " || $0 == "\t" }
        while let last = text.last, last == " " || last == "\t" || last == "\r" { text.removeLast() }
        return text
    }

    /// Whether all brackets and quotes that a text opens are closed.
    private static func isClosed(_ text: String) -> Bool {
        var depth = 0
        var quote: Character?
        var isEscaped = false
        for character in text {
            if let open = quote {
                if isEscaped {
                    isEscaped = false
                } else if character == "\\", open == "\"" {
                    isEscaped = true
                } else if character == open {
                    quote = nil
                }
            } else if character == "\"" || character == "'" {
                quote = character
            } else if "[{".contains(character) {
                depth += 1
            } else if "]}".contains(character) {
                depth -= 1
            }
        }
        return depth <= 0 && quote == nil
    }
}
