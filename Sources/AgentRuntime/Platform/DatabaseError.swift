internal import CSQLite

/// What SQLite refused, with its codes (https://www.sqlite.org/rescode.html) and the statement.
///
/// Bound arguments are user data and are never part of it.
package struct DatabaseError: Error, Sendable, Hashable, CustomStringConvertible {
    /// The primary result code.
    package var code: Int32
    /// The result code with its detail (`SQLITE_IOERR_FSYNC`).
    package var extendedCode: Int32
    package var message: String
    package var sql: String?

    package init(code: Int32, extendedCode: Int32? = nil, message: String, sql: String? = nil) {
        self.code = code & 0xff
        self.extendedCode = extendedCode ?? code
        self.message = message
        self.sql = sql
    }

    package var description: String {
        let place = sql.map { " in “\($0)”" } ?? ""
        return "SQLite error \(extendedCode): \(message)\(place)"
    }

    /// The work was interrupted because its task was cancelled.
    package var isInterrupted: Bool { code == SQLITE_INTERRUPT }
    /// Another connection holds the lock and did not let go within the busy timeout.
    package var isBusy: Bool { code == SQLITE_BUSY || code == SQLITE_LOCKED }
    /// The disk, or the database's own limit, is full.
    package var isFull: Bool { code == SQLITE_FULL }
    /// A unique, foreign-key, check or not-null rule was broken.
    package var isConstraint: Bool { code == SQLITE_CONSTRAINT }
    /// The file is damaged or no database.
    package var isCorrupt: Bool { code == SQLITE_CORRUPT || code == SQLITE_NOTADB }
}
