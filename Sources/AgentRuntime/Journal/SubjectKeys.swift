/// The keys that seal what people said: one per tenant and subject, in a file of its own.
///
/// Erasing a subject destroys the bytes of its keys; its records stay, the chain still verifies, and their payloads
/// read as `nil` for ever. A subject that comes back later gets a new key. In `keys.db` keys lie wrapped with the master
/// key that lies beside it: a copy of the database alone opens nothing, whoever may read the data folder may read the
/// records. A copy of both undoes erasures, so backups are to be kept no longer than erasure may take.
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
    private let master: MasterKey
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
        master = try SubjectKeys.wrapAll(connection, random)
        self.executor = executor ?? ThreadExecutor(label: "keys")
        self.identifiers = identifiers
        self.clock = clock
        self.random = random
    }

    /// The master key, once no key in the file is left unwrapped.
    private static func wrapAll(
        _ connection: SQLiteConnection,
        _ random: any RandomSource
    ) throws(JournalError) -> MasterKey {
        do throws(DatabaseError) {
            let wrapped = try connection.first(
                "SELECT 1 FROM keys WHERE length(key) = ?",
                [.int(MasterKey.wrappedCount)]
            ) { _ in true }
            let master: MasterKey
            do throws(JournalError) {
                master = try MasterKey(beside: connection.path, isNew: wrapped == nil, random: random)
            } catch {
                throw DatabaseError(code: 14, message: "\(error)")
            }
            let plain = try connection.query(
                "SELECT id, key FROM keys WHERE length(key) = ?",
                [.int(AESGCM.keyCount)]
            ) { row in (id: row.text(0), key: row.blob(1)) }
            for (id, key) in plain {
                try connection.execute(
                    "UPDATE keys SET key = ? WHERE id = ? AND length(key) = ?",
                    [.blob(master.wrap(key, id: id, random: random)), .text(id), .int(AESGCM.keyCount)]
                )
            }
            if !plain.isEmpty { try connection.truncateLog() }
            return master
        } catch {
            throw JournalError(error)
        }
    }

    private func unwrapped(_ key: [UInt8], _ id: String) throws(DatabaseError) -> [UInt8] {
        guard let bytes = master.unwrap(key, id: id) else {
            throw DatabaseError(code: 26, message: "the key \(id) was wrapped with another master key")
        }
        return bytes
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
            let stored = try connection.first(sql, [.id(tenant), .id(subject)]) { (row) throws(DatabaseError) in
                SealingKey(id: row.text(0), bytes: try unwrapped(row.blob(1), row.text(0)))
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
                .text(key.id), .id(owner.tenant), .id(owner.subject),
                .blob(master.wrap(key.bytes, id: key.id, random: random)),
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
            let state = try connection.first("SELECT key FROM keys WHERE id = ?", [.text(id)]) {
                (row) throws(DatabaseError) in
                guard let key = row.blobOrNil(0) else { return State.erased }
                return .key(try unwrapped(key, id))
            }
            if let state { states[id] = state }
            return state
        } catch {
            throw JournalError(error)
        }
    }

    /// The tenants that have, or had, keys of a subject, by name.
    package func tenants(of subject: SubjectID) throws(JournalError) -> [TenantID] {
        do throws(DatabaseError) {
            let sql = "SELECT DISTINCT tenant FROM keys WHERE subject = ? ORDER BY tenant"
            return try connection.query(sql, [.id(subject)]) { TenantID($0.text(0)) }
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

extension JournalError {
    init(_ error: DatabaseError) { self = .storage(code: Int(error.extendedCode), message: error.description) }
}
