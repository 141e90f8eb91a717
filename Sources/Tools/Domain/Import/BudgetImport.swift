internal import AgentRuntime

/// `import budget`: one row per month, account and dimensions.
struct BudgetImport: ImportFormat {
    static let type = "budget"
    static let refusesRepeatedFiles = false
    static let columns: [ImportColumn] = [
        .required("month"), .required("account_code"), .optional("account_name"), .required("section"),
        .required("amount"), .optional("region"), .optional("lob"), .optional("department"),
    ]

    private var writer: BudgetWriter

    init(connection: SQLiteConnection) throws { writer = try BudgetWriter(connection: connection) }

    static func clear(_ connection: SQLiteConnection) throws { try BudgetWriter.clear(connection) }

    func read(_ row: ImportRow) throws(RowFault) -> BudgetEntry {
        let code = try row.required("account_code")
        let name = row.text("account_name")
        var entry = BudgetEntry(
            month: try row.month("month"),
            accountCode: code,
            accountName: name.isEmpty ? code : name,
            section: try row.section("section"),
            units: try row.amount("amount")
        )
        for dimension in LedgerDimension.allCases where dimension.isBudgeted {
            entry.dimensions[dimension.index] = row.text(dimension.rawValue)
        }
        return entry
    }

    mutating func store(_ entry: BudgetEntry) throws -> Stored { try writer.add(entry) }

    mutating func finish() throws { try writer.finish() }
}
