/// Brings payloads of older kind versions to the newest when they are read; what is stored never changes.
package struct RecordUpcasters: Sendable {
    /// Takes a payload of one version to the next.
    package typealias Step = @Sendable (JSONValue) -> JSONValue

    private let steps: [RecordKind: [Step]]

    package static let none = RecordUpcasters([:])

    /// For each kind its steps in order: the first takes version 1 to 2.
    package init(_ steps: [RecordKind: [Step]]) { self.steps = steps }

    /// The newest version that is known of a kind; 1 for a kind without steps.
    package func newestVersion(of kind: RecordKind) -> Int { (steps[kind]?.count ?? 0) + 1 }

    /// The record with its payload at the newest version.
    func newest(_ record: Record) -> Record {
        guard !steps.isEmpty, let payload = record.payload else { return record }
        let newest = upcast(payload, kind: record.kind, version: record.kindVersion)
        return record.with(payload: newest.payload, kindVersion: newest.version)
    }

    /// The payload at the newest version; one of an unknown kind or a newer version stays as it is.
    func upcast(_ payload: JSONValue, kind: RecordKind, version: Int) -> (payload: JSONValue, version: Int) {
        guard let steps = steps[kind], version >= 1, version <= steps.count else { return (payload, version) }
        return (steps[(version - 1)...].reduce(payload) { $1($0) }, steps.count + 1)
    }
}
