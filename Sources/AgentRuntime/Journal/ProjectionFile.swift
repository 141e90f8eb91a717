/// The file of the projections: their tables, and how far each has read, changed in one transaction.
///
/// Not thread-safe; `ProjectionStore` owns it. The leaf of the last record read is kept too: a journal that does not
/// continue it is another one (put back from a copy, say), and everything is read again.
final class ProjectionFile {
    /// The journal does not continue what was read.
    struct Diverged: Error {}

    /// A batch writes rows that lie side by side: four times the usual page is a quarter of the writes.
    private static let pageSize = 16_384

    let connection: SQLiteConnection
    private var projections: [any Projection]
    /// How far every projection has read, by tenant.
    private(set) var progress: [TenantID: Int64] = [:]

    init(path: String, projections: [any Projection]) throws(DatabaseError) {
        precondition(Set(projections.map(\.name)).count == projections.count, "projections have names of their own")
        connection = try SQLiteConnection(path: path, synchronous: .normal, pageSize: Self.pageSize)
        self.projections = projections.map { $0.opened() }
        try connection.setLogBound()
        try connection.execute(
            """
            CREATE TABLE IF NOT EXISTS projections(name TEXT PRIMARY KEY, version INTEGER, tables TEXT) WITHOUT ROWID;
            CREATE TABLE IF NOT EXISTS projection_progress(
                projection TEXT, tenant TEXT, seq INTEGER NOT NULL, leaf BLOB NOT NULL,
                PRIMARY KEY (projection, tenant)
            ) WITHOUT ROWID;
            """
        )
        try adopt(force: false)
    }

    /// Forgets everything, so that it is read again.
    func reset() throws(DatabaseError) {
        projections = projections.map { $0.opened() }
        try adopt(force: true)
    }

    /// Makes the tables of new projections and of new versions, and drops those of projections that are gone.
    private func adopt(force: Bool) throws(DatabaseError) {
        try connection.execute("BEGIN IMMEDIATE")
        defer { connection.rollBack() }
        let stored = try connection.query("SELECT name, version, tables FROM projections") { row in
            (name: row.text(0), version: row.int(1), tables: row.text(2))
        }
        var current: Set<String> = []
        for known in stored {
            let isCurrent = projections.contains { $0.name == known.name && Int64($0.version) == known.version }
            if isCurrent, !force {
                current.insert(known.name)
                continue
            }
            for table in known.tables.split(separator: " ") {
                try connection.execute("DROP TABLE IF EXISTS \"\(table)\"")
            }
            try connection.execute("DELETE FROM projections WHERE name = ?", [.text(known.name)])
            try connection.execute("DELETE FROM projection_progress WHERE projection = ?", [.text(known.name)])
        }
        for projection in projections where !current.contains(projection.name) {
            try connection.execute(projection.schema)
            try connection.execute(
                "INSERT INTO projections(name, version, tables) VALUES (?, ?, ?)",
                [.text(projection.name), .int(projection.version), .text(projection.tables.joined(separator: " "))]
            )
        }
        try connection.execute("COMMIT")
        try readProgress()
    }

    private func readProgress() throws(DatabaseError) {
        let rows = try connection.query(
            "SELECT tenant, min(seq), count(*) FROM projection_progress GROUP BY tenant"
        ) { row in (tenant: TenantID(row.text(0)), sequence: row.int(1), count: Int(row.int(2))) }
        progress = [:]
        for row in rows { progress[row.tenant] = row.count == projections.count ? row.sequence : 0 }
    }

    /// Takes in the records of a tenant that each projection has not read yet.
    ///
    /// `beginning`: where the tenant's records begin, for a projection that has read none.
    /// - Throws: `Diverged` when the records do not continue what was read; `DatabaseError`. Nothing is changed then.
    func apply(_ records: [Record], of tenant: TenantID, after beginning: JournalBeginning) throws {
        guard let last = records.last else { return }
        do {
            try connection.transaction {
                for projection in projections { try apply(records, to: last, of: tenant, after: beginning, projection) }
            }
        } catch {
            projections = projections.map { $0.opened() }
            throw error
        }
        progress[tenant] = max(progress[tenant] ?? 0, last.sequence)
    }

    private func apply(
        _ records: [Record],
        to last: Record,
        of tenant: TenantID,
        after beginning: JournalBeginning,
        _ projection: any Projection
    ) throws {
        let stored = try connection.first(
            "SELECT seq, leaf FROM projection_progress WHERE projection = ? AND tenant = ?",
            [.text(projection.name), .id(tenant)]
        ) { row in (sequence: row.int(0), leaf: row.blob(1)) }
        var sequence = stored?.sequence ?? beginning.sequence
        var leaf = stored?.leaf ?? beginning.leaf
        guard sequence < last.sequence else { return }
        for record in records where record.sequence > sequence {
            guard record.sequence == sequence + 1, record.previousLeaf == leaf else { throw Diverged() }
            try projection.apply(record, to: connection)
            sequence = record.sequence
            leaf = record.leaf
        }
        try projection.settle(connection)
        try connection.execute(
            """
            INSERT INTO projection_progress(projection, tenant, seq, leaf) VALUES (?, ?, ?, ?)
            ON CONFLICT DO UPDATE SET seq = excluded.seq, leaf = excluded.leaf
            """,
            [.text(projection.name), .id(tenant), .integer(sequence), .blob(leaf)]
        )
    }

    /// Whether every tenant has been read at least as far as in another file.
    func isAsFar(as other: ProjectionFile) -> Bool {
        other.progress.allSatisfy { (progress[$0.key] ?? 0) >= $0.value }
    }

    /// Lets SQLite check the file.
    func check() throws(DatabaseError) {
        let answer = try connection.first("PRAGMA integrity_check(1)") { $0.text(0) }
        guard answer == "ok" else {
            throw DatabaseError(code: 11, message: "\(connection.path) is damaged: \(answer ?? "no answer")")
        }
    }
}
