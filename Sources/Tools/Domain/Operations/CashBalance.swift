package import AgentRuntime

/// What lay on an account of the bank, or in a till, at the end of a day.
package struct CashBalance: Sendable, Hashable {
    package var date: CalendarDate
    package var account: String
    /// In 1/10,000 of the currency unit; negative for an overdraft.
    package var balance: Int64

    package init(date: CalendarDate, account: String, balance: Int64) {
        self.date = date
        self.account = account
        self.balance = balance
    }
}

/// The cash of one tenant, over a connection to its database.
package struct CashStore {
    private let connection: SQLiteConnection

    package init(_ connection: SQLiteConnection) { self.connection = connection }

    static let sql = """
        CREATE TABLE cash_balances (
            day INTEGER NOT NULL, account TEXT NOT NULL, balance INTEGER NOT NULL, PRIMARY KEY (day, account)
        ) WITHOUT ROWID;
        """

    /// Every balance, the oldest first.
    package func all() throws(DatabaseError) -> [CashBalance] {
        try connection.query("SELECT day, account, balance FROM cash_balances ORDER BY day, account") { row in
            CashBalance(
                date: CalendarDate(daysSinceEpoch: Int(row.int(0))),
                account: row.text(1),
                balance: row.int(2)
            )
        }
    }

    package func isEmpty() throws(DatabaseError) -> Bool {
        try connection.first("SELECT 1 FROM cash_balances LIMIT 1") { row in row.int(0) } == nil
    }

    /// Stores a balance in place of the one of its day and account.
    package func put(_ balance: CashBalance) throws(DatabaseError) -> Stored {
        let key: [SQLValue] = [.day(balance.date), .text(balance.account)]
        return try connection.put(
            "INSERT OR REPLACE INTO cash_balances (day, account, balance) VALUES (?,?,?)",
            key + [.integer(balance.balance)],
            unless: "SELECT 1 FROM cash_balances WHERE day = ? AND account = ?",
            key
        )
    }
}
