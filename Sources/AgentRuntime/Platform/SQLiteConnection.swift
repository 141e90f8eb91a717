internal import CSQLite

/// One connection to an SQLite file, owned by one executor at a time.
///
/// Every connection has foreign keys on, an untrusted schema, the defensive flag, and waits up to the busy timeout for
/// another's lock. Files are in WAL mode: readers never wait for the writer. Statements are kept prepared by their
/// text, at most `statementsMax`, the longest unused going first.
package final class SQLiteConnection {
    package enum Mode: Sendable {
        case readWriteCreate
        /// The file must exist; every write is refused.
        case readOnly
        /// A private database that ends with the connection.
        case memory
    }

    /// When a commit is on the disk (https://www.sqlite.org/pragma.html#pragma_synchronous).
    package enum Synchronous: String, Sendable {
        /// A commit survives power loss.
        case full = "FULL"
        /// A commit survives the end of the process; the last ones may be lost with the machine, never torn.
        case normal = "NORMAL"
    }

    package static let statementsMax = 64

    /// What holds for the whole library, once; a refusal leaves it slower, nothing else.
    private static let isSetUp: Bool = csqlite_count_no_memory() == SQLITE_OK

    package let path: String
    package let mode: Mode
    /// Set while a cancellable call runs; the progress handler looks at it.
    var cancellation: CancellationFlag?
    private let database: OpaquePointer
    private var statements: [String: Statement] = [:]
    /// The same statements by the place of their texts; see `place(of:)`.
    private var statementsByPlace: [UInt: Statement] = [:]
    private var uses: UInt64 = 0
    /// How many pages the log had after the last commit that wrote to it, where they are counted (`countLogPages`).
    private(set) var logPages = 0

    package init(
        path: String,
        mode: Mode = .readWriteCreate,
        synchronous: Synchronous = .full,
        pageSize: Int? = nil,
        busyTimeoutMilliseconds: Int = 5000
    ) throws(DatabaseError) {
        let access =
            switch mode {
            case .readWriteCreate: SQLITE_OPEN_READWRITE | SQLITE_OPEN_CREATE
            case .readOnly: SQLITE_OPEN_READONLY
            case .memory: SQLITE_OPEN_READWRITE | SQLITE_OPEN_CREATE | SQLITE_OPEN_MEMORY
            }
        _ = Self.isSetUp
        var handle: OpaquePointer?
        let name = mode == .memory ? ":memory:" : path
        // No mutex: the connection has one owner. Extended codes: they name the disk's faults.
        let code = sqlite3_open_v2(name, &handle, access | SQLITE_OPEN_NOMUTEX | SQLITE_OPEN_EXRESCODE, nil)
        guard code == SQLITE_OK, let handle else {
            var error = DatabaseError(code, handle, nil)
            error.message += " (\(name))"
            sqlite3_close_v2(handle)
            throw error
        }
        self.path = path
        self.mode = mode
        database = handle
        sqlite3_busy_timeout(handle, Int32(clamping: busyTimeoutMilliseconds))
        _ = csqlite_set_defensive(handle)
        // A flag of the running call instead of sqlite3_interrupt, which could hit the call after it.
        let context = Unmanaged.passUnretained(self).toOpaque()
        sqlite3_progress_handler(
            handle,
            1000,
            { context in
                guard let context else { return 0 }
                let connection = Unmanaged<SQLiteConnection>.fromOpaque(context).takeUnretainedValue()
                return connection.cancellation?.isSet == true ? 1 : 0
            },
            context
        )
        try execute("PRAGMA foreign_keys = ON")
        try execute("PRAGMA trusted_schema = OFF")
        switch mode {
        case .readWriteCreate:
            // Of a file that is made now; one that is there keeps its own.
            if let pageSize { try execute("PRAGMA page_size = \(pageSize)") }
            try execute("PRAGMA journal_mode = WAL")
            try execute("PRAGMA synchronous = \(synchronous.rawValue)")
        case .readOnly:
            try execute("PRAGMA query_only = ON")
            // SQLite opens the log at the first read, by its name: it must be the one that goes with this file.
            try execute("PRAGMA schema_version")
        case .memory:
            break
        }
    }

    /// Counts the log's pages from now on, and leaves it to others to take them over into the file.
    func countLogPages() {
        let context = Unmanaged.passUnretained(self).toOpaque()
        // In place of the one by which SQLite does it itself (https://www.sqlite.org/c3ref/wal_hook.html).
        sqlite3_wal_hook(
            database,
            { context, _, _, pages in
                guard let context else { return SQLITE_OK }
                Unmanaged<SQLiteConnection>.fromOpaque(context).takeUnretainedValue().logPages = Int(pages)
                return SQLITE_OK
            },
            context
        )
    }

    /// Waits until what was taken over from the log is on the disk.
    ///
    /// SQLite itself waits for that only once the whole log is in the file, and then for all that came since.
    func syncFile() throws(DatabaseError) {
        let code = csqlite_sync_file(database)
        guard code == SQLITE_OK else { throw DatabaseError(code, database, nil) }
    }

    deinit {
        statementsByPlace.removeAll()
        statements.removeAll()
        sqlite3_close_v2(database)
    }

    /// Runs a statement to its end; without arguments, also several in one text.
    package func execute(_ sql: String, _ arguments: [SQLValue] = []) throws(DatabaseError) {
        guard let statement = try statement(sql) else {
            precondition(arguments.isEmpty, "arguments need one statement: \(sql)")
            let code = sqlite3_exec(database, sql, nil, nil, nil)
            guard code == SQLITE_OK else { throw DatabaseError(code, database, sql) }
            return
        }
        try run(statement, arguments) { (_) throws(DatabaseError) in true }
    }

    /// The rows of a statement, each as `map` makes it.
    package func query<T>(
        _ sql: String,
        _ arguments: [SQLValue] = [],
        _ map: (Row) throws(DatabaseError) -> T
    ) throws(DatabaseError) -> [T] {
        var results: [T] = []
        try forEach(sql, arguments) { (row) throws(DatabaseError) in
            results.append(try map(row))
            return true
        }
        return results
    }

    /// The first row as `map` makes it; `nil` when there is none.
    package func first<T>(
        _ sql: String,
        _ arguments: [SQLValue] = [],
        _ map: (Row) throws(DatabaseError) -> T
    ) throws(DatabaseError) -> T? {
        var result: T?
        try forEach(sql, arguments) { (row) throws(DatabaseError) in
            result = try map(row)
            return false
        }
        return result
    }

    /// Hands over the rows one by one, without keeping them, until the body says false.
    package func forEach(
        _ sql: String,
        _ arguments: [SQLValue] = [],
        _ body: (Row) throws(DatabaseError) -> Bool
    ) throws(DatabaseError) {
        guard let statement = try statement(sql) else {
            throw DatabaseError(code: SQLITE_MISUSE, message: "a query is one statement", sql: sql)
        }
        try run(statement, arguments, body)
    }

    /// Runs the body in a transaction: committed when it returns, rolled back when it throws.
    ///
    /// Within another transaction it is a savepoint of it.
    package func transaction<T>(_ body: () throws -> T) throws -> T {
        let isNested = isInTransaction
        try execute(isNested ? "SAVEPOINT nested" : mode == .readOnly ? "BEGIN" : "BEGIN IMMEDIATE")
        do {
            let result = try body()
            try execute(isNested ? "RELEASE nested" : "COMMIT")
            return result
        } catch {
            rollBack(isNested: isNested)
            throw error
        }
    }

    /// Undoes the open transaction; SQLite may have done it already (disk full, for one).
    func rollBack(isNested: Bool = false) {
        guard isInTransaction else { return }
        // A cancelled call must still be able to clean up.
        let flag = cancellation
        cancellation = nil
        defer { cancellation = flag }
        // What cannot be rolled back is ended by closing the connection; the error that led here says more.
        if isNested {
            try? execute("ROLLBACK TO nested")
            try? execute("RELEASE nested")
        } else {
            try? execute("ROLLBACK")
        }
    }

    package var isInTransaction: Bool { sqlite3_get_autocommit(database) == 0 }

    /// How many rows the last INSERT, UPDATE or DELETE changed.
    package var changes: Int { Int(sqlite3_changes64(database)) }

    package var lastInsertedRowID: Int64 { sqlite3_last_insert_rowid(database) }

    /// How many statements are kept prepared.
    var statementsCached: Int { statements.count }

    private func statement(_ sql: String) throws(DatabaseError) -> Statement? {
        uses += 1
        let place = place(of: sql)
        if let place, let cached = statementsByPlace[place], cached.sql == sql, !cached.isRunning {
            cached.lastUse = uses
            return cached
        }
        guard let statement = try keptStatement(sql) else { return nil }
        if let place, statement.isKept {
            if statementsByPlace.count >= 2 * SQLiteConnection.statementsMax { statementsByPlace.removeAll() }
            statementsByPlace[place] = statement
        }
        return statement
    }

    /// Where a text's bytes lie; `nil` for a short text, which lies nowhere.
    ///
    /// For a literal the same place whenever it is run, so that finding its statement costs no hash of its text.
    private func place(of sql: String) -> UInt? {
        guard sql.utf8.count > 15 else { return nil }
        return sql.utf8.withContiguousStorageIfAvailable { UInt(bitPattern: $0.baseAddress) }
    }

    private func keptStatement(_ sql: String) throws(DatabaseError) -> Statement? {
        if let cached = statements[sql] {
            guard cached.isRunning else {
                cached.lastUse = uses
                return cached
            }
            return try Statement(sql, on: database, isPersistent: false)
        }
        guard let statement = try Statement(sql, on: database, isPersistent: true) else { return nil }
        statement.lastUse = uses
        if statements.count >= SQLiteConnection.statementsMax,
            let oldest = statements.min(by: { $0.value.lastUse < $1.value.lastUse })?.key
        {
            statements[oldest] = nil
            statementsByPlace.removeAll()
        }
        statements[sql] = statement
        statement.isKept = true
        return statement
    }

    private func run(
        _ statement: Statement,
        _ arguments: [SQLValue],
        _ body: (Row) throws(DatabaseError) -> Bool
    ) throws(DatabaseError) {
        statement.isRunning = true
        defer {
            statement.reset()
            statement.isRunning = false
        }
        try statement.bind(arguments)
        while try statement.step() {
            guard try body(statement.row) else { return }
        }
    }
}
