package import AgentRuntime

/// A row of the budget: an account's plan for a month, at most split by region, line of business and department.
package struct BudgetEntry: Sendable, Hashable {
    /// The first day of the month.
    package var month: CalendarDate
    package var accountCode: String
    package var accountName: String
    package var section: LedgerSection
    /// In 1/10,000 of the currency unit.
    package var units: Int64
    /// The values of the dimensions, by `LedgerDimension.index`; empty where there is none.
    package var dimensions: [String]

    package init(
        month: CalendarDate,
        accountCode: String,
        accountName: String,
        section: LedgerSection,
        units: Int64,
        dimensions: [LedgerDimension: String] = [:]
    ) {
        self.month = month.startOfMonth
        self.accountCode = accountCode
        self.accountName = accountName
        self.section = section
        self.units = units
        self.dimensions = LedgerDimension.allCases.map { dimensions[$0] ?? "" }
    }
}

/// Writes budget rows within a transaction of the tenant's writer.
struct BudgetWriter {
    private let connection: SQLiteConnection
    private var names: LedgerNames

    init(connection: SQLiteConnection) throws(DatabaseError) {
        self.connection = connection
        names = try LedgerNames(connection: connection)
    }

    /// Stores a row in place of the one of the same month, account and dimensions.
    mutating func add(_ entry: BudgetEntry) throws(DatabaseError) -> Stored {
        let account = try names.account(entry.accountCode, entry.section, named: entry.accountName, on: nil)
        let key: [SQLValue] = [
            .integer(Int64(entry.month.dayNumber)), .integer(account), .integer(try names.tuple(entry.dimensions)),
        ]
        try connection.execute(
            "INSERT OR IGNORE INTO budget (month, account, dimensions, amount) VALUES (?, ?, ?, ?)",
            key + [.integer(entry.units)]
        )
        if connection.changes == 1 { return .inserted }
        try connection.execute(
            "UPDATE budget SET amount = ? WHERE month = ? AND account = ? AND dimensions = ?",
            [.integer(entry.units)] + key
        )
        return .replaced
    }

    mutating func finish() throws(DatabaseError) { try names.finish() }

    static func clear(_ connection: SQLiteConnection) throws(DatabaseError) {
        try connection.execute("DELETE FROM budget")
        try LedgerNames.prune(connection)
    }
}
