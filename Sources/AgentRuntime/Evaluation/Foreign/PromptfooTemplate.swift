/// Texts with `{{name}}` and `{{name.member}}` in the places of variables.
///
/// What has no value is left empty, as promptfoo does. Filters, conditions and loops of its templates are not worked out.
struct PromptfooTemplate {
    private let variables: JSONObject

    /// Variables may name other variables, up to so many times within each other.
    private static let depthMax = 4

    init(_ variables: JSONObject) { self.variables = variables }

    func filled(_ text: String) -> String { filled(text, depth: 0) }

    private func filled(_ text: String, depth: Int) -> String {
        guard depth < Self.depthMax, text.contains("{{") else { return text }
        var result = ""
        var rest = Substring(text)
        while let open = rest.firstRange(of: "{{") {
            guard let close = rest[open.upperBound...].firstRange(of: "}}") else { break }
            result += rest[..<open.lowerBound]
            let name = Self.name(rest[open.upperBound..<close.lowerBound])
            let known = name.map { filled(value(at: $0), depth: depth + 1) }
            result += known ?? String(rest[open.lowerBound..<close.upperBound])
            rest = rest[close.upperBound...]
        }
        return result + rest
    }

    /// Whether a text asks for more than values of variables.
    func hasMore(_ text: String) -> Bool {
        if text.contains("{%") { return true }
        var rest = Substring(text)
        while let open = rest.firstRange(of: "{{"), let close = rest[open.upperBound...].firstRange(of: "}}") {
            if Self.name(rest[open.upperBound..<close.lowerBound]) == nil { return true }
            rest = rest[close.upperBound...]
        }
        return false
    }

    private static func name(_ inner: Substring) -> [Substring]? {
        let name = inner.drop { $0.isWhitespace }.prefix { !$0.isWhitespace }
        guard inner.allSatisfy({ $0.isWhitespace || name.contains($0) }), !name.isEmpty,
            name.allSatisfy({ $0.isLetter || $0.isNumber || "_-.".contains($0) })
        else { return nil }
        return name.split(separator: ".")
    }

    private func value(at path: [Substring]) -> String {
        var value = JSONValue.object(variables)
        for name in path {
            guard let next = value[String(name)] else { return "" }
            value = next
        }
        return value.isNull ? "" : value.string ?? value.text
    }
}
