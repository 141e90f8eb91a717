/// The transactions of the journal: checks versions, numbers, chains and stores what a group of appends brings.
///
/// Not thread-safe; `SQLiteJournal` owns it. Between commits the remembered heads are those of the file: a commit that
/// failed, or another writer's, makes them be read again.
final class JournalWriter {
    /// How many sessions' heads are remembered.
    static let sessionsMax = 10_000
    static let tenantsMax = 1000
    /// Records have one to three kilobytes, and a table without row numbers keeps a quarter of a page in place
    /// (https://www.sqlite.org/fileformat2.html#b_tree_pages): in pages of 4,096 bytes each took one or two of its own.
    static let pageSize = 16_384

    /// An append whose drafts are made ready.
    struct Prepared: Sendable {
        var append: JournalAppend
        var drafts: [RecordCodec.Prepared]
    }

    private struct TenantHead {
        var sequence: Int64
        var leaf: [UInt8]
        var part: [UInt8]
    }

    private struct SessionKey: Hashable {
        var tenant: TenantID
        var session: SessionID
    }

    /// What the running transaction has changed.
    private struct Changes {
        var tenants: [TenantID: TenantHead] = [:]
        var sessions: [SessionKey: SessionHead] = [:]
    }

    static let migrations = [
        Migration(
            version: 1,
            sql: """
                CREATE TABLE records(
                    tenant TEXT NOT NULL, seq INTEGER NOT NULL, previous_in_session INTEGER, bytes BLOB NOT NULL,
                    PRIMARY KEY (tenant, seq)
                ) WITHOUT ROWID;
                CREATE TABLE tenants(tenant TEXT PRIMARY KEY, seq INTEGER NOT NULL, leaf BLOB NOT NULL) WITHOUT ROWID;
                CREATE TABLE heads(
                    tenant TEXT NOT NULL, session TEXT NOT NULL, version INTEGER NOT NULL, last_seq INTEGER NOT NULL,
                    unsettled INTEGER NOT NULL, PRIMARY KEY (tenant, session)
                ) WITHOUT ROWID;
                CREATE INDEX heads_unsettled ON heads(tenant, session) WHERE unsettled = 1;
                CREATE TABLE snapshots(
                    tenant TEXT NOT NULL, session TEXT NOT NULL, version INTEGER NOT NULL, format INTEGER NOT NULL,
                    state BLOB NOT NULL, PRIMARY KEY (tenant, session)
                ) WITHOUT ROWID;
                """
        ),
        Migration(
            version: 2,
            sql: """
                CREATE TABLE checkpoints(
                    tenant TEXT NOT NULL, size INTEGER NOT NULL, time INTEGER NOT NULL, note TEXT NOT NULL,
                    frontier BLOB NOT NULL, PRIMARY KEY (tenant, size)
                ) WITHOUT ROWID;
                CREATE TABLE beginnings(
                    tenant TEXT PRIMARY KEY, seq INTEGER NOT NULL, leaf BLOB NOT NULL, frontier BLOB NOT NULL
                ) WITHOUT ROWID;
                """
        ),
    ]

    let connection: SQLiteConnection
    private let clock: any WallClock
    private var tenants = LeastRecentlyUsed<TenantID, TenantHead>(capacity: tenantsMax)
    private var sessions = LeastRecentlyUsed<SessionKey, SessionHead>(capacity: sessionsMax)
    private var dataVersion: Int64?

    init(connection: SQLiteConnection, clock: any WallClock) throws(DatabaseError) {
        self.connection = connection
        self.clock = clock
        // Snapshots are replaced and erased; what they held must not stay in free pages.
        try connection.execute("PRAGMA secure_delete = ON")
        connection.countLogPages()
        try connection.migrate(JournalWriter.migrations)
    }

    /// Stores a group in one transaction.
    ///
    /// An append with a wrong version fails alone; a failure of the store fails the group and leaves nothing of it.
    func commit(
        _ group: [Prepared],
        snapshots: [SessionSnapshot] = []
    ) throws(DatabaseError) -> [Result<[Record], JournalError>] {
        do throws(DatabaseError) {
            try connection.execute("BEGIN IMMEDIATE")
            try forgetIfOthersWrote()
            var changes = Changes()
            var results: [Result<[Record], JournalError>] = []
            for prepared in group { results.append(try write(prepared, &changes)) }
            try writeHeads(changes)
            for snapshot in snapshots { try write(snapshot) }
            try connection.execute("COMMIT")
            for (tenant, head) in changes.tenants { tenants[tenant] = head }
            for (key, head) in changes.sessions { sessions[key] = head }
            return results
        } catch {
            connection.rollBack()
            forget()
            throw error
        }
    }

    func forget() {
        tenants.removeAll()
        sessions.removeAll()
    }

    /// One process writes, by the data folder's lock; should another ever do, versions must still be checked right.
    private func forgetIfOthersWrote() throws(DatabaseError) {
        let version = try connection.first("PRAGMA data_version") { $0.int(0) }
        if version != dataVersion { forget() }
        dataVersion = version
    }

    private func write(
        _ prepared: Prepared,
        _ changes: inout Changes
    ) throws(DatabaseError) -> Result<[Record], JournalError> {
        let append = prepared.append
        var tenant = try head(of: append.tenant, changes)
        var session: SessionHead?
        if let id = append.session {
            let key = SessionKey(tenant: append.tenant, session: id)
            let head = try head(of: key, changes)
            guard head.version == append.expectedVersion else {
                return .failure(.versionConflict(actual: head.version))
            }
            session = head
        }
        var place = RecordCodec.Place(
            tenantPart: tenant.part,
            previousLeaf: tenant.leaf,
            sequence: tenant.sequence,
            sessionPart: RecordCodec.sessionPart(append.session),
            version: session?.version ?? 0,
            time: clock.now()
        )
        var records: [Record] = []
        records.reserveCapacity(prepared.drafts.count)
        for draft in prepared.drafts {
            place.sequence += 1
            if session != nil { place.version += 1 }
            let bytes = RecordCodec.encode(draft, at: place)
            let previous = session.flatMap { $0.lastSequence > 0 ? $0.lastSequence : nil }
            try connection.execute(
                "INSERT INTO records(tenant, seq, previous_in_session, bytes) VALUES (?, ?, ?, ?)",
                [.id(append.tenant), .integer(place.sequence), .optional(previous), .blob(bytes)]
            )
            let leaf = HashChain.leaf(of: bytes)
            records.append(Record(draft.draft, append, place, leaf: leaf))
            place.previousLeaf = leaf
            session?.lastSequence = place.sequence
        }
        if !records.isEmpty {
            tenant.sequence = place.sequence
            tenant.leaf = place.previousLeaf
            changes.tenants[append.tenant] = tenant
        }
        if var head = session {
            head.version = place.version
            head.isUnsettled = append.isUnsettled
            if head.version > 0 { changes.sessions[SessionKey(tenant: head.tenant, session: head.session)] = head }
        }
        return .success(records)
    }

    private func writeHeads(_ changes: Changes) throws(DatabaseError) {
        for (tenant, head) in changes.tenants {
            try connection.execute(
                """
                INSERT INTO tenants(tenant, seq, leaf) VALUES (?, ?, ?)
                ON CONFLICT DO UPDATE SET seq = excluded.seq, leaf = excluded.leaf
                """,
                [.id(tenant), .integer(head.sequence), .blob(head.leaf)]
            )
        }
        for head in changes.sessions.values {
            try connection.execute(
                """
                INSERT INTO heads(tenant, session, version, last_seq, unsettled) VALUES (?, ?, ?, ?, ?)
                ON CONFLICT DO UPDATE SET
                    version = excluded.version, last_seq = excluded.last_seq, unsettled = excluded.unsettled
                """,
                [
                    .id(head.tenant), .id(head.session), .integer(head.version), .integer(head.lastSequence),
                    .bool(head.isUnsettled),
                ]
            )
        }
    }

    private func write(_ snapshot: SessionSnapshot) throws(DatabaseError) {
        try connection.execute(
            """
            INSERT INTO snapshots(tenant, session, version, format, state) VALUES (?, ?, ?, ?, ?)
            ON CONFLICT DO UPDATE SET version = excluded.version, format = excluded.format, state = excluded.state
            WHERE excluded.version >= version
            """,
            [
                .id(snapshot.tenant), .id(snapshot.session), .integer(snapshot.version), .int(snapshot.format),
                .blob(snapshot.state.bytes()),
            ]
        )
    }

    private func head(of tenant: TenantID, _ changes: Changes) throws(DatabaseError) -> TenantHead {
        if let head = changes.tenants[tenant] { return head }
        if let head = tenants[tenant] { return head }
        let part = RecordCodec.tenantPart(tenant)
        let stored = try connection.first("SELECT seq, leaf FROM tenants WHERE tenant = ?", [.id(tenant)]) { row in
            TenantHead(sequence: row.int(0), leaf: row.blob(1), part: part)
        }
        let head = stored ?? TenantHead(sequence: 0, leaf: HashChain.genesis, part: part)
        tenants[tenant] = head
        return head
    }

    private func head(of key: SessionKey, _ changes: Changes) throws(DatabaseError) -> SessionHead {
        if let head = changes.sessions[key] { return head }
        if let head = sessions[key] { return head }
        let sql = "SELECT version, last_seq, unsettled FROM heads WHERE tenant = ? AND session = ?"
        let stored = try connection.first(sql, [.id(key.tenant), .id(key.session)]) { row in
            SessionHead(
                tenant: key.tenant,
                session: key.session,
                version: row.int(0),
                lastSequence: row.int(1),
                isUnsettled: row.bool(2)
            )
        }
        let new = SessionHead(tenant: key.tenant, session: key.session, version: 0, lastSequence: 0, isUnsettled: false)
        let head = stored ?? new
        sessions[key] = head
        return head
    }
}

extension Record {
    /// A draft with what the journal decided about it.
    convenience init(_ draft: RecordDraft, _ append: JournalAppend, _ place: RecordCodec.Place, leaf: [UInt8]) {
        self.init(
            tenant: append.tenant,
            sequence: place.sequence,
            session: append.session,
            version: place.version,
            turn: draft.turn,
            kind: draft.kind,
            kindVersion: draft.kindVersion,
            wallTime: place.time,
            actor: draft.actor,
            subject: draft.subject,
            labels: draft.labels,
            payload: draft.payload,
            previousLeaf: place.previousLeaf,
            leaf: leaf
        )
    }
}
