internal import CSQLite

/// One step of a schema, applied once, in order of version; never changed after it has been released.
package struct Migration: Sendable {
    /// 1, 2, 3, … without gaps; kept in `PRAGMA user_version`.
    package let version: Int
    package let sql: String

    package init(version: Int, sql: String) {
        self.version = version
        self.sql = sql
    }
}

extension SQLiteConnection {
    /// The schema's version; 0 for a new file.
    package func schemaVersion() throws(DatabaseError) -> Int {
        Int(try first("PRAGMA user_version") { (row) throws(DatabaseError) in row.int(0) } ?? 0)
    }

    /// Applies the steps that the file does not have yet, each in its own transaction.
    ///
    /// A file of a newer program is refused untouched.
    package func migrate(_ migrations: [Migration]) throws(DatabaseError) {
        for (index, migration) in migrations.enumerated() {
            precondition(migration.version == index + 1, "migrations are numbered 1, 2, 3, …")
        }
        guard !migrations.isEmpty else { return }
        let current = try schemaVersion()
        guard current <= migrations.count else {
            throw DatabaseError(
                code: SQLITE_ERROR,
                message: "\(path) has schema version \(current), written by a newer program; "
                    + "this one knows versions up to \(migrations.count)"
            )
        }
        for migration in migrations.dropFirst(current) {
            do {
                try transaction {
                    // Another process may have been quicker between the look and the lock.
                    guard try schemaVersion() < migration.version else { return }
                    try execute(migration.sql)
                    try execute("PRAGMA user_version = \(migration.version)")
                }
            } catch let error as DatabaseError {
                throw error
            } catch {
                throw DatabaseError(code: SQLITE_ERROR, message: "\(error)", sql: migration.sql)
            }
        }
    }
}
