internal import AgentRuntime

/// `import ledger`: one row per posting.
struct LedgerImport: ImportFormat {
    static let type = "ledger"
    static let refusesRepeatedFiles = true
    static let columns: [ImportColumn] = [
        .required("date"), .required("account_code"), .optional("account_name"), .required("section"),
        .required("amount"), .optional("region"), .optional("lob"), .optional("product"),
        .optional("department"), .optional("vendor"), .optional("source"),
    ]

    private var writer: LedgerWriter

    init(connection: SQLiteConnection) throws { writer = try LedgerWriter(connection: connection) }

    static func clear(_ connection: SQLiteConnection) throws { try LedgerWriter.clear(connection) }

    func read(_ row: ImportRow) throws(RowFault) -> LedgerEntry {
        let code = try row.required("account_code")
        let name = row.text("account_name")
        var entry = LedgerEntry(
            date: try row.date("date"),
            accountCode: code,
            accountName: name.isEmpty ? code : name,
            section: try row.section("section"),
            units: try row.amount("amount")
        )
        for dimension in LedgerDimension.allCases {
            entry.dimensions[dimension.index] = row.text(dimension.rawValue)
        }
        return entry
    }

    mutating func store(_ entry: LedgerEntry) throws -> Stored {
        try writer.add(entry)
        return .inserted
    }

    mutating func finish() throws { try writer.finish() }
}
