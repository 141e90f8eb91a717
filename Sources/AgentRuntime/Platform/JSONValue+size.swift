extension JSONValue {
    /// About how long it is when written; cheap, never exact.
    var roughByteCount: Int {
        switch self {
        case .null, .bool, .number: 8
        case .string(let text): text.utf8.count
        case .array(let elements): elements.reduce(2) { $0 + $1.roughByteCount }
        case .object(let object): object.members.reduce(2) { $0 + $1.name.utf8.count + 4 + $1.value.roughByteCount }
        }
    }
}
