package import AgentRuntime

/// The open domain data of one tenant: one connection that writes, one that reads beside it (WAL).
package struct TenantDatabase: Sendable {
    package let tenant: TenantID
    package let writer: Database
    package let reader: Database
    private let kept = KeptSnapshot()

    init(tenant: TenantID, path: String) throws {
        self.tenant = tenant
        writer = try Database(
            path: path,
            label: "tenant-\(tenant)-writer",
            migrations: DomainSchema.migrations
        )
        reader = try Database(path: path, mode: .readOnly, label: "tenant-\(tenant)-reader")
    }

    /// Runs the body over the ledger as it is now, on the reader's executor.
    ///
    /// The ledger is read again when its data version has moved, also when another process moved it.
    package func withLedger<T: Sendable>(
        _ body: @escaping @Sendable (LedgerSnapshot) throws -> T
    ) async throws -> T {
        try await withLedger { snapshot, _ in try body(snapshot) }
    }

    /// The same with the reading connection, for what lies beside the ledger.
    package func withLedger<T: Sendable>(
        _ body: @escaping @Sendable (LedgerSnapshot, SQLiteConnection) throws -> T
    ) async throws -> T {
        let kept = kept
        return try await reader.perform { connection in
            // One transaction: what lies beside the ledger is of the same moment.
            try connection.transaction { try body(try kept.current(connection), connection) }
        }
    }
}

/// The last snapshot that was read.
///
/// Unchecked: it is touched only by bodies of `reader.perform`, one at a time on that actor's executor.
private final class KeptSnapshot: @unchecked Sendable {
    private var snapshot: LedgerSnapshot?

    func current(_ connection: SQLiteConnection) throws -> LedgerSnapshot {
        let version = try connection.dataVersion()
        if let snapshot, snapshot.dataVersion == version { return snapshot }
        // Let go first: two versions of a large ledger need not fit in memory.
        snapshot = nil
        let fresh = try LedgerSnapshot(reading: connection)
        snapshot = fresh
        return fresh
    }
}
