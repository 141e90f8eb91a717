extension JSONSchema {
    /// The value with the defaults of absent members filled in, at every depth.
    package func fillingDefaults(in value: JSONValue) -> JSONValue { filled(value, root, depth: 0) }

    private func filled(_ value: JSONValue, _ index: Int, depth: Int) -> JSONValue {
        guard depth < Validation.deepest else { return value }
        let node = nodes[index]
        var result = value
        if let reference = node.reference { result = filled(result, reference, depth: depth + 1) }
        for branch in node.allOf { result = filled(result, branch, depth: depth + 1) }
        switch result {
        case .object(var object):
            for property in node.properties {
                if let present = object[property.name] {
                    object[property.name] = filled(present, property.node, depth: depth + 1)
                } else if let value = defaultValue(of: property.node) {
                    object[property.name] = filled(value, property.node, depth: depth + 1)
                }
            }
            if case .schema(let schema) = node.additional, !nodes[schema].isNever {
                for member in object where node.property(member.name) == nil {
                    object[member.name] = filled(member.value, schema, depth: depth + 1)
                }
            }
            return .object(object)
        case .array(let elements):
            guard let items = node.items else { return result }
            return .array(elements.map { filled($0, items, depth: depth + 1) })
        default: return result
        }
    }

    private func defaultValue(of index: Int) -> JSONValue? {
        nodes[index].defaultValue ?? nodes[index].reference.flatMap { nodes[$0].defaultValue }
    }
}
