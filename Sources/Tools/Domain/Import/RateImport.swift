internal import AgentRuntime

/// `import rates`: one row per rate, in place of the one of its kind and name.
struct RateImport: ImportFormat {
    static let type = "rates"
    static let refusesRepeatedFiles = false
    static let columns: [ImportColumn] = [
        .required("kind"), .optional("name"), .required("value"), .optional("unit"),
    ]

    private let store: RateStore

    init(connection: SQLiteConnection) throws { store = RateStore(connection) }

    static func clear(_ connection: SQLiteConnection) throws { try connection.execute("DELETE FROM rates") }

    func read(_ row: ImportRow) throws(RowFault) -> Rate {
        let kind = try row.required("kind")
        guard let known = Rate.Kind(words: kind) else {
            let names = Rate.Kind.allCases.map { $0.rawValue.replacing("_", with: " ") }
            throw RowFault("kind “\(shown(kind))” is none of \(names.joined(separator: ", "))")
        }
        let text = try row.required("value")
        guard let value = ExactNumber(text)?.shifted(by: 6).int.map(Int64.init), value >= 0 else {
            throw RowFault("value “\(shown(text))” is no number of at least 0 with at most six decimals")
        }
        return Rate(kind: known, name: row.text("name"), value: value, unit: row.text("unit"))
    }

    func store(_ rate: Rate) throws -> Stored { try store.put(rate) }

    func finish() throws {}
}
