/// The schema of a tool's arguments, as far as it says what an argument may be.
struct ArgumentSchema: Sendable {
    private let root: JSONValue
    private static let depthMax = 16

    init(_ root: JSONValue) { self.root = root }

    /// A part of it with its references followed.
    func resolved(_ part: JSONValue) -> JSONValue {
        var part = part
        for _ in 0..<Self.depthMax {
            guard let reference = part["$ref"]?.string else { return part }
            guard reference.hasPrefix("#") else { return .null }
            part = reference.dropFirst().split(separator: "/").reduce(root) { found, name in
                let name = String(name).replacing("~1", with: "/").replacing("~0", with: "~")
                return found[name] ?? .null
            }
        }
        return .null
    }

    /// The schema of a member of an object; `nil` when the object's does not declare a member of that name.
    ///
    /// Where several are possible it is `null`: nothing is known of the value.
    func member(_ name: String, of part: JSONValue, depth: Int = 0) -> JSONValue? {
        guard depth < Self.depthMax else { return nil }
        let part = resolved(part)
        if let own = part["properties"]?[name] { return resolved(own) }
        for whole in part["allOf"]?.array ?? [] {
            if let found = member(name, of: whole, depth: depth + 1) { return found }
        }
        let choices = (part["anyOf"]?.array ?? []) + (part["oneOf"]?.array ?? [])
        return choices.contains { member(name, of: $0, depth: depth + 1) != nil } ? .null : nil
    }

    /// What is known of a member whose name the schema does not declare.
    func undeclared(of part: JSONValue) -> JSONValue {
        let rest = resolved(part)["additionalProperties"] ?? .null
        return rest.object == nil ? .null : resolved(rest)
    }

    func items(of part: JSONValue) -> JSONValue { resolved(resolved(part)["items"] ?? .null) }
}
