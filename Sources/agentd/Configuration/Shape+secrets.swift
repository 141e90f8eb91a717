internal import AgentRuntime

extension Shape {
    /// The value with every secret replaced by a word; where it lies (a file, a variable) is left out too.
    func withoutSecrets(_ value: JSONValue) -> JSONValue {
        switch (self, value) {
        case (.secret, .null): return .null
        case (.secret, _): return "[secret]"
        case (.list(let element), .array(let values)): return .array(values.map(element.withoutSecrets))
        case (.map(let inner, _, _), .object(let object)):
            return .object(
                JSONObject(
                    uniqueMembers: object.members.map { (name: $0.name, value: inner.withoutSecrets($0.value)) }
                )
            )
        case (.unless(_, let shape), _): return shape.withoutSecrets(value)
        case (.either(let first, let second), _): return second.withoutSecrets(first.withoutSecrets(value))
        case (.group(let settings), .object(let object)):
            return .object(
                JSONObject(
                    uniqueMembers: object.members.map { member in
                        let shape = settings.first { $0.name == member.name }?.shape
                        return (name: member.name, value: shape?.withoutSecrets(member.value) ?? member.value)
                    }
                )
            )
        default: return value
        }
    }
}
