/// A text with `{{variable}}` places, read from a Markdown file with front matter.
///
/// The front matter names the template and declares its variables; a place that is not declared, or a declared
/// variable without a place, is an error when the file is read, not when it is used.
package struct PromptTemplate: Sendable, Hashable {
    package enum Piece: Sendable, Hashable {
        case text(String)
        case variable(String)
    }

    package let name: String
    package let variables: [String]
    package let pieces: [Piece]
    /// The other fields of the front matter; who uses the template knows which it allows.
    package let fields: [FrontMatter.Field]
    /// SHA-256 of the file's bytes in lower-case hexadecimal; it stands in the record of each turn that used it.
    package let hash: String

    package init(file: String, path: String) throws(PromptError) {
        let bytes = Array(file.utf8)
        let matter: FrontMatter
        let name: String
        let declared: [String]
        do throws(FrontMatterError) {
            matter = try FrontMatter.parse(bytes) ?? FrontMatter(fields: [], bodyStart: 0, bodyLine: 1)
            name = try matter["name"]?.text() ?? ""
            declared = try matter["variables"]?.list() ?? []
        } catch {
            throw PromptError(path: path, reason: "\(error)")
        }
        guard !name.isEmpty else { throw PromptError(path: path, reason: "the front matter has no name") }
        var body = String(decoding: bytes[matter.bodyStart...], as: UTF8.self)[...]
        while body.hasSuffix("\n") { body = body.dropLast() }
        while body.hasPrefix("\n") { body = body.dropFirst() }
        self.name = name
        variables = declared
        fields = matter.fields.filter { $0.name != "name" && $0.name != "variables" }
        pieces = try Self.pieces(of: body, path: path)
        hash = SHA256.hex(bytes)
        let used = Set(pieces.compactMap { if case .variable(let name) = $0 { name } else { nil } })
        if let missing = used.subtracting(variables).sorted().first {
            throw PromptError(path: path, reason: "the text uses \(missing), which the front matter does not declare")
        }
        if let unused = Set(variables).subtracting(used).sorted().first {
            throw PromptError(path: path, reason: "the front matter declares \(unused), which the text does not use")
        }
    }

    /// The text with its places filled.
    ///
    /// - Precondition: there is a value for each variable; who loads a template checks that it knows them all.
    package func filled(_ value: (String) -> String?) -> String {
        pieces.map { piece in
            switch piece {
            case .text(let text): return text
            case .variable(let name):
                guard let value = value(name) else { preconditionFailure("no value for a variable of \(self.name)") }
                return value
            }
        }.joined()
    }

    private static func pieces(of body: Substring, path: String) throws(PromptError) -> [Piece] {
        var pieces: [Piece] = []
        var rest = body
        while let open = rest.firstRange(of: "{{") {
            if open.lowerBound > rest.startIndex { pieces.append(.text(String(rest[..<open.lowerBound]))) }
            rest = rest[open.upperBound...]
            guard let close = rest.firstRange(of: "}}") else {
                throw PromptError(path: path, reason: "a place opened with {{ is not closed")
            }
            pieces.append(.variable(String(rest[..<close.lowerBound].filter { !$0.isWhitespace })))
            rest = rest[close.upperBound...]
        }
        if !rest.isEmpty { pieces.append(.text(String(rest))) }
        return pieces
    }
}
