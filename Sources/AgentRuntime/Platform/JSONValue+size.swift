extension JSONValue {
    /// About how long it is when written; cheap, never exact.
    var roughByteCount: Int {
        switch self {
        case .null, .bool, .number: 8
        case .string(let text): text.utf8.count
        case .array(let elements): elements.reduce(2) { $0 + $1.roughByteCount }
        case .object(let object): object.pairs.reduce(2) { $0 + $1.0.utf8.count + 4 + $1.1.roughByteCount }
        }
    }

    /// Whether it has at most so many bytes when written.
    func fits(_ count: Int) -> Bool { byteCountMax <= count || bytes().count <= count }

    /// How long it may be when written: every byte of a text may need an escape (`\u001f`).
    private var byteCountMax: Int {
        switch self {
        case .null, .bool: 5
        case .number(let number): number.literal.utf8.count
        case .string(let text): 6 * text.utf8.count + 2
        case .array(let elements): elements.reduce(2) { $0 + $1.byteCountMax + 1 }
        case .object(let object):
            object.pairs.reduce(2) { $0 + 6 * $1.0.utf8.count + 4 + $1.1.byteCountMax }
        }
    }
}
