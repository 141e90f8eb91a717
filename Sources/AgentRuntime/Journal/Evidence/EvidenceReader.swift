/// Reads what proofs are made of from a journal file: stored bytes, heads and checkpoints; beside a serving process too.
///
/// Not thread-safe; its owner's. Blocks while it reads.
final class EvidenceReader {
    /// Where a tenant's records begin when the older ones were dropped.
    struct Beginning {
        /// The last record that is gone; 0 when none is.
        var sequence: Int64 = 0
        var leaf: [UInt8] = HashChain.genesis
        var frontier = MerkleFrontier()
    }

    let connection: SQLiteConnection

    /// The same for callers whose errors are the journal's.
    convenience init(journal path: String) throws(JournalError) {
        do throws(DatabaseError) {
            try self.init(path: path)
        } catch {
            throw JournalError(error)
        }
    }

    init(path: String) throws(DatabaseError) {
        connection = try SQLiteConnection(path: path, mode: .readOnly)
        let version = try connection.schemaVersion()
        guard version == JournalWriter.migrations.count else {
            throw DatabaseError(
                code: 1,
                message: "\(path) has journal format \(version); this program verifies format "
                    + "\(JournalWriter.migrations.count)"
            )
        }
    }

    /// Runs the body over one moment of the file.
    func snapshot<T>(_ body: () throws(DatabaseError) -> T) throws(DatabaseError) -> T {
        try connection.execute("BEGIN")
        defer { connection.rollBack() }
        return try body()
    }

    /// All tenants that anything here speaks of, by name: one whose records were taken away may still have checkpoints.
    func tenants() throws(DatabaseError) -> [TenantID] {
        var names = Set(try connection.query("SELECT tenant FROM tenants") { $0.text(0) })
        for table in ["records", "heads", "checkpoints", "beginnings"] {
            var last = ""
            // One look into the key per tenant; DISTINCT would read every row.
            while let next = try connection.first(
                "SELECT tenant FROM \(table) WHERE tenant > ? ORDER BY tenant LIMIT 1",
                [.text(last)],
                { $0.text(0) }
            ) {
                names.insert(next)
                last = next
            }
        }
        return names.sorted().map { TenantID($0) }
    }

    func head(of tenant: TenantID) throws(DatabaseError) -> (sequence: Int64, leaf: [UInt8])? {
        try connection.first("SELECT seq, leaf FROM tenants WHERE tenant = ?", [.id(tenant)]) { row in
            (sequence: row.int(0), leaf: row.blob(1))
        }
    }

    func heads() throws(DatabaseError) -> [(tenant: TenantID, sequence: Int64)] {
        try connection.query("SELECT tenant, seq FROM tenants ORDER BY tenant") { (TenantID($0.text(0)), $0.int(1)) }
    }

    func beginning(of tenant: TenantID) throws(DatabaseError) -> Beginning {
        let sql = "SELECT seq, leaf, frontier FROM beginnings WHERE tenant = ?"
        let stored = try connection.first(sql, [.id(tenant)]) { row in
            MerkleFrontier(size: row.int(0), hashes: row.blob(2)).map {
                Beginning(sequence: row.int(0), leaf: row.blob(1), frontier: $0)
            }
        }
        guard let stored else { return Beginning() }
        guard let beginning = stored else {
            throw DatabaseError(code: 11, message: "the beginning of \(tenant) does not read as one")
        }
        return beginning
    }

    /// The checkpoint with the least size above the given one.
    func checkpoint(of tenant: TenantID, after size: Int64) throws(DatabaseError) -> StoredCheckpoint? {
        try checkpoint(tenant, "size > ? ORDER BY size", size)
    }

    func newestCheckpoint(of tenant: TenantID) throws(DatabaseError) -> StoredCheckpoint? {
        try checkpoint(tenant, "size >= ? ORDER BY size DESC", 0)
    }

    private func checkpoint(
        _ tenant: TenantID,
        _ clause: String,
        _ size: Int64
    ) throws(DatabaseError) -> StoredCheckpoint? {
        let sql = "SELECT size, time, note, frontier FROM checkpoints WHERE tenant = ? AND \(clause) LIMIT 1"
        let stored = try connection.first(sql, [.id(tenant), .integer(size)]) { row in
            // A frontier that does not fit its size is as good as none; the walk over the records makes it again.
            StoredCheckpoint(
                tenant: tenant,
                size: row.int(0),
                time: Timestamp(milliseconds: row.int(1)),
                note: row.text(2),
                frontier: MerkleFrontier(size: row.int(0), hashes: row.blob(3)) ?? MerkleFrontier()
            )
        }
        return stored
    }

    /// The stored bytes of a tenant's records after a number, in order, until the body says false.
    func forEachRecord(
        of tenant: TenantID,
        after sequence: Int64,
        _ body: (Int64, UnsafeRawBufferPointer) throws(DatabaseError) -> Bool
    ) throws(DatabaseError) {
        try connection.forEach(
            "SELECT seq, bytes FROM records WHERE tenant = ? AND seq > ? ORDER BY seq",
            [.id(tenant), .integer(sequence)]
        ) { (row) throws(DatabaseError) in
            let number = row.int(0)
            return try row.withBytes(1) { (bytes) throws(DatabaseError) in try body(number, bytes) }
        }
    }
}
