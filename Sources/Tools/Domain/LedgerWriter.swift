internal import AgentRuntime

/// Writes ledger rows within a transaction of the tenant's writer.
struct LedgerWriter {
    private let connection: SQLiteConnection
    private var names: LedgerNames
    /// Arguments of rows that are still held back: rows go in by the dozen, which halves the time.
    private var held: [SQLValue] = []

    init(connection: SQLiteConnection) throws(DatabaseError) {
        self.connection = connection
        names = try LedgerNames(connection: connection)
    }

    mutating func add(_ entry: LedgerEntry) throws(DatabaseError) {
        let day = entry.date.dayNumber
        let account = try names.account(entry.accountCode, entry.section, named: entry.accountName, on: Int64(day))
        let tuple = try names.tuple(entry.dimensions)
        held.append(.integer(Int64(day)))
        held.append(.integer(account))
        held.append(.integer(tuple))
        held.append(.integer(entry.units))
        if held.count == 4 * LedgerWriter.batch {
            try connection.execute(LedgerWriter.batchSQL, held)
            held.removeAll(keepingCapacity: true)
        }
    }

    mutating func finish() throws(DatabaseError) {
        for start in stride(from: 0, to: held.count, by: 4) {
            try connection.execute(LedgerWriter.sql(rows: 1), Array(held[start..<start + 4]))
        }
        held.removeAll()
        try names.finish()
    }

    private static let batch = 24
    private static let batchSQL = sql(rows: batch)

    private static func sql(rows: Int) -> String {
        "INSERT INTO ledger (day, account, dimensions, amount) VALUES "
            + Array(repeating: "(?, ?, ?, ?)", count: rows).joined(separator: ", ")
    }

    static func clear(_ connection: SQLiteConnection) throws(DatabaseError) {
        try connection.execute("DELETE FROM ledger")
        try LedgerNames.prune(connection)
    }
}

/// The accounts and tuples of dimension values that rows point to, found or made.
struct LedgerNames {
    private struct Account {
        var id: Int64
        var name: String
        var namedOn: Int64?
        var isChanged = false
        var known: Set<String> = []
    }

    private struct AccountKey: Hashable {
        var code: String
        var section: LedgerSection
    }

    private let connection: SQLiteConnection
    private var accounts: [AccountKey: Account] = [:]
    private var tuples: [[String]: Int64] = [:]

    init(connection: SQLiteConnection) throws(DatabaseError) {
        self.connection = connection
        var found: [AccountKey: Account] = [:]
        try connection.forEach("SELECT id, code, section, name, named_on FROM accounts") { row in
            guard let section = LedgerSection(number: row.int(2)) else { return true }
            let account = Account(id: row.int(0), name: row.text(3), namedOn: row.intOrNil(4))
            found[AccountKey(code: row.text(1), section: section)] = account
            return true
        }
        accounts = found
        var known: [[String]: Int64] = [:]
        let sql = "SELECT id, region, lob, product, department, vendor, source FROM dimensions"
        try connection.forEach(sql) { row in
            known[(1...6).map { row.text($0) }] = row.int(0)
            return true
        }
        tuples = known
    }

    /// The account with that code in that section.
    ///
    /// It takes the name of its latest ledger row; a budget (`on: nil`) names only accounts without ledger rows.
    mutating func account(
        _ code: String,
        _ section: LedgerSection,
        named name: String,
        on day: Int64?
    ) throws(DatabaseError) -> Int64 {
        let key = AccountKey(code: code, section: section)
        var account: Account
        if let known = accounts[key] {
            // The frequent case first, and without copying the set of names.
            if known.name == name, known.namedOn ?? .min >= day ?? .min, known.known.contains(name) { return known.id }
            account = known
        } else {
            try connection.execute(
                "INSERT INTO accounts (code, section, name, named_on) VALUES (?, ?, ?, ?)",
                [.text(code), .integer(section.number), .text(name), .optional(day)]
            )
            account = Account(id: connection.lastInsertedRowID, name: name, namedOn: day)
        }
        if !account.known.contains(name) {
            try connection.execute(
                "INSERT OR IGNORE INTO account_names (account, name) VALUES (?, ?)",
                [.integer(account.id), .text(name)]
            )
            account.known.insert(name)
        }
        if day ?? .min >= account.namedOn ?? .min {
            account.name = name
            account.namedOn = day ?? account.namedOn
            account.isChanged = true
        }
        accounts[key] = account
        return account.id
    }

    /// The tuple with those values.
    mutating func tuple(_ values: [String]) throws(DatabaseError) -> Int64 {
        if let known = tuples[values] { return known }
        try connection.execute(
            "INSERT INTO dimensions (region, lob, product, department, vendor, source) VALUES (?, ?, ?, ?, ?, ?)",
            values.map(SQLValue.text)
        )
        tuples[values] = connection.lastInsertedRowID
        return connection.lastInsertedRowID
    }

    /// Writes the names that have changed.
    mutating func finish() throws(DatabaseError) {
        for account in accounts.values where account.isChanged {
            try connection.execute(
                "UPDATE accounts SET name = ?, named_on = ? WHERE id = ?",
                [.text(account.name), .optional(account.namedOn), .integer(account.id)]
            )
        }
    }

    /// Forgets accounts and tuples that no row points to any more.
    static func prune(_ connection: SQLiteConnection) throws(DatabaseError) {
        try connection.execute(
            "DELETE FROM accounts WHERE id NOT IN (SELECT account FROM ledger UNION SELECT account FROM budget)"
        )
        try connection.execute("DELETE FROM account_names WHERE account NOT IN (SELECT id FROM accounts)")
        try connection.execute(
            """
            DELETE FROM dimensions
            WHERE id NOT IN (SELECT dimensions FROM ledger UNION SELECT dimensions FROM budget)
            """
        )
    }
}
