internal import AgentRuntime

/// `import cash`: one row per day and account, in place of the one of the same day and account.
struct CashImport: ImportFormat {
    static let type = "cash"
    static let refusesRepeatedFiles = false
    static let columns: [ImportColumn] = [.required("date"), .required("account"), .required("balance")]

    private let store: CashStore

    init(connection: SQLiteConnection) throws { store = CashStore(connection) }

    static func clear(_ connection: SQLiteConnection) throws { try connection.execute("DELETE FROM cash_balances") }

    func read(_ row: ImportRow) throws(RowFault) -> CashBalance {
        CashBalance(
            date: try row.date("date"),
            account: try row.required("account"),
            balance: try row.amount("balance")
        )
    }

    func store(_ balance: CashBalance) throws -> Stored { try store.put(balance) }

    func finish() throws {}
}
