internal import AgentRuntime
internal import Tools

/// A key that a service comes with: what it may do stands in its scopes.
struct APIKey: Sendable, Hashable {
    var id: String
    var tenant: TenantID
    /// Unique among the tenant's live keys.
    var name: String
    var scopes: PermissionSet
    var createdAt: Timestamp

    var principal: Principal {
        Principal(tenant: tenant, user: UserID(id), name: name, roles: [.service], permissions: scopes)
    }
}

/// The API keys of all tenants; of a key only its SHA-256 is kept, which suffices for 256 random bits.
///
/// Bound: 10,000 live keys.
actor APIKeys {
    static let keysMax = 10_000
    static let prefix = "ak_"

    private let database: Database
    private let clock: any WallClock
    private let identifiers: any IdentifierSource
    private let random: any RandomSource
    private let record: AccountJournal
    /// Live keys by hash: what `control.db` says, or less while a revocation is on its way to it.
    private var keys: [[UInt8]: APIKey] = [:]

    private init(
        database: Database,
        clock: any WallClock,
        identifiers: any IdentifierSource,
        random: any RandomSource,
        record: @escaping AccountJournal
    ) {
        self.database = database
        self.clock = clock
        self.identifiers = identifiers
        self.random = random
        self.record = record
    }

    static func open(
        database: Database,
        clock: any WallClock,
        identifiers: any IdentifierSource,
        random: any RandomSource,
        record: @escaping AccountJournal
    ) async throws -> APIKeys {
        let keys = APIKeys(
            database: database,
            clock: clock,
            identifiers: identifiers,
            random: random,
            record: record
        )
        try await keys.load()
        return keys
    }

    private func load() async throws {
        let rows = try await database.perform { connection in
            try connection.query(
                "SELECT hash, id, tenant, name, scopes, created_at FROM api_keys WHERE revoked_at IS NULL"
            ) { row in
                (
                    row.blob(0),
                    APIKey(
                        id: row.text(1),
                        tenant: TenantID(row.text(2)),
                        name: row.text(3),
                        scopes: PermissionSet(row.text(4).split(separator: " ").map { Permission(String($0)) }),
                        createdAt: Timestamp(milliseconds: row.int(5))
                    )
                )
            }
        }
        keys = Dictionary(rows) { first, _ in first }
    }

    /// Makes a key; its text is given this once.
    func add(
        tenant: TenantID,
        name: String,
        scopes: [Permission],
        actor: String
    ) async throws -> (text: String, key: APIKey) {
        guard TenantID.isValid(tenant.rawValue) else {
            throw AgentError(.invalidArgument, "\(tenant) cannot name a tenant: 1 to 64 of a–z 0–9 _ - are allowed.")
        }
        guard (1...64).contains(name.utf8.count),
            name.unicodeScalars.allSatisfy({ $0.value >= 0x20 && $0.value != 0x7F })
        else { throw AgentError(.invalidArgument, "The name of a key has 1 to 64 bytes and no control characters.") }
        for scope in scopes where !Permission.all.contains(scope) {
            let nearest = NearestName.closest(to: scope.rawValue, among: Permission.all.map(\.rawValue)) ?? ""
            throw AgentError(.invalidArgument, "\(scope) is not a scope; the nearest one is \(nearest).")
        }
        guard keys.count < APIKeys.keysMax else {
            throw AgentError(.limitExceeded, "There are \(APIKeys.keysMax) keys; revoke one first.")
        }
        let text = APIKeys.prefix + Base64URL.encode(random.bytes(32))
        let hash = SHA256.hash(text)
        let key = APIKey(
            id: identifiers.next("key"),
            tenant: tenant,
            name: name,
            scopes: PermissionSet(scopes),
            createdAt: clock.now()
        )
        do {
            try await database.perform { connection in
                try connection.execute(
                    "INSERT INTO api_keys (id, hash, tenant, name, scopes, created_at) VALUES (?, ?, ?, ?, ?, ?)",
                    [
                        .text(key.id), .blob(hash), .id(tenant), .text(name),
                        .text(key.scopes.map(\.rawValue).joined(separator: " ")),
                        .integer(key.createdAt.milliseconds),
                    ]
                )
            }
        } catch let error as DatabaseError where error.isConstraint {
            throw AgentError(.conflict, "\(tenant) has a key named \(name) already; revoke it first.")
        }
        keys[hash] = key
        try await record(tenant, .key(.keyCreated, key, actor: actor))
        return (text, key)
    }

    /// Ends a key, named by its name or its id; it is refused from now on.
    func revoke(tenant: TenantID, name: String, actor: String) async throws -> APIKey {
        guard let (hash, key) = keys.first(where: { $1.tenant == tenant && ($1.name == name || $1.id == name) }) else {
            throw AgentError(.notFound, "\(tenant) has no key named \(name).")
        }
        keys[hash] = nil
        let now = clock.now()
        try await database.perform { connection in
            try connection.execute(
                "UPDATE api_keys SET revoked_at = ? WHERE id = ?",
                [.integer(now.milliseconds), .text(key.id)]
            )
        }
        try await record(tenant, .key(.keyRevoked, key, actor: actor))
        return key
    }

    /// The key with a text; `nil` when there is none or it has been revoked.
    func key(_ text: String) -> APIKey? {
        guard text.utf8.count <= 256, text.hasPrefix(APIKeys.prefix) else { return nil }
        return keys[SHA256.hash(text)]
    }

    func keys(of tenant: TenantID) -> [APIKey] {
        keys.values.filter { $0.tenant == tenant }.sorted { $0.name < $1.name }
    }
}
