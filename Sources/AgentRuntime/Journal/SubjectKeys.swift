/// The keys that seal what people said: one per tenant and subject, in a file of its own.
///
/// Erasing a subject destroys the bytes of its keys; its records stay, the chain still verifies, and their payloads
/// read as `nil` for ever. A subject that comes back later gets a new key. Keys lie in the clear in `keys.db`: whoever
/// may read the data folder may read the records. A copy of the file undoes erasures, so backups of it are to be kept
/// no longer than erasure may take.
package actor SubjectKeys {
    /// A key for new records.
    struct SealingKey: Sendable {
        var id: String
        var bytes: [UInt8]
    }

    /// What is known of a key that a record names.
    enum State: Sendable {
        case key([UInt8])
        case erased
    }

    private struct Owner: Hashable, Sendable {
        var tenant: TenantID
        var subject: SubjectID
    }

    /// How many keys are remembered; the others are read again when needed.
    static let cachedMax = 10_000

    private static let migrations = [
        Migration(
            version: 1,
            sql: """
                CREATE TABLE keys(
                    id TEXT PRIMARY KEY, tenant TEXT NOT NULL, subject TEXT NOT NULL,
                    key BLOB, created INTEGER NOT NULL, erased INTEGER
                ) WITHOUT ROWID;
                CREATE INDEX keys_by_subject ON keys(tenant, subject);
                """
        )
    ]

    private let executor: any SerialExecutor
    private let connection: SQLiteConnection
    private let identifiers: any IdentifierSource
    private let clock: any WallClock
    private let random: any RandomSource
    private let current = SharedCache<Owner, SealingKey>(capacity: cachedMax)
    private let states = SharedCache<String, State>(capacity: cachedMax)

    package nonisolated var unownedExecutor: UnownedSerialExecutor { executor.asUnownedSerialExecutor() }

    package init(
        path: String,
        identifiers: any IdentifierSource = TimeOrderedIdentifiers(),
        clock: any WallClock = SystemWallClock(),
        random: any RandomSource = SystemRandom(),
        executor: (any SerialExecutor)? = nil
    ) throws(JournalError) {
        do throws(DatabaseError) {
            connection = try SQLiteConnection(path: path)
            try connection.execute("PRAGMA secure_delete = ON")
            try connection.migrate(SubjectKeys.migrations)
        } catch {
            throw JournalError(error)
        }
        self.executor = executor ?? DispatchQueueExecutor(label: "keys")
        self.identifiers = identifiers
        self.clock = clock
        self.random = random
    }

    /// The subject's key, when it is remembered.
    nonisolated func rememberedKey(of subject: SubjectID, in tenant: TenantID) -> SealingKey? {
        current[Owner(tenant: tenant, subject: subject)]
    }

    /// The subject's key, made and durable before this returns when there was none.
    func key(of subject: SubjectID, in tenant: TenantID) throws(JournalError) -> SealingKey {
        let owner = Owner(tenant: tenant, subject: subject)
        if let key = current[owner] { return key }
        do throws(DatabaseError) {
            let sql = """
                SELECT id, key FROM keys WHERE tenant = ? AND subject = ? AND erased IS NULL ORDER BY id DESC LIMIT 1
                """
            let stored = try connection.first(sql, [.id(tenant), .id(subject)]) { row in
                SealingKey(id: row.text(0), bytes: row.blob(1))
            }
            let key = if let stored { stored } else { try make(owner) }
            current[owner] = key
            states[key.id] = .key(key.bytes)
            return key
        } catch {
            throw JournalError(error)
        }
    }

    private func make(_ owner: Owner) throws(DatabaseError) -> SealingKey {
        let key = SealingKey(id: identifiers.next("key"), bytes: random.bytes(AESGCM.keyCount))
        try connection.execute(
            "INSERT INTO keys(id, tenant, subject, key, created) VALUES (?, ?, ?, ?, ?)",
            [
                .text(key.id), .id(owner.tenant), .id(owner.subject), .blob(key.bytes),
                .integer(clock.now().milliseconds),
            ]
        )
        return key
    }

    /// What is known of a key, when it is remembered.
    nonisolated func rememberedState(of id: String) -> State? { states[id] }

    /// What is known of a key; `nil` when there never was one of that name here.
    func state(of id: String) throws(JournalError) -> State? {
        do throws(DatabaseError) {
            let state = try connection.first("SELECT key FROM keys WHERE id = ?", [.text(id)]) { row in
                row.blobOrNil(0).map { State.key($0) } ?? .erased
            }
            if let state { states[id] = state }
            return state
        } catch {
            throw JournalError(error)
        }
    }

    /// Destroys the subject's keys; how many there were.
    ///
    /// When this returns, their bytes are overwritten in the file and gone from its write-ahead log.
    package func erase(_ subject: SubjectID, in tenant: TenantID) throws(JournalError) -> Int {
        do throws(DatabaseError) {
            let live = "tenant = ? AND subject = ? AND erased IS NULL"
            let arguments: [SQLValue] = [.id(tenant), .id(subject)]
            let ids = try connection.query("SELECT id FROM keys WHERE \(live)", arguments) { $0.text(0) }
            try connection.execute(
                "UPDATE keys SET key = NULL, erased = ? WHERE \(live)",
                [.integer(clock.now().milliseconds)] + arguments
            )
            current[Owner(tenant: tenant, subject: subject)] = nil
            for id in ids { states[id] = .erased }
            try connection.truncateLog()
            return ids.count
        } catch {
            throw JournalError(error)
        }
    }
}

extension SQLiteConnection {
    /// Moves the write-ahead log into the file and empties it, so that what was deleted is not left in it.
    package func truncateLog() throws(DatabaseError) {
        let isBusy = try first("PRAGMA wal_checkpoint(TRUNCATE)") { $0.int(0) } ?? 0
        guard isBusy == 0 else {
            throw DatabaseError(code: 5, message: "a reader kept the log of \(path) from being emptied")
        }
    }
}

extension JournalError {
    init(_ error: DatabaseError) { self = .storage(code: Int(error.extendedCode), message: error.description) }
}
