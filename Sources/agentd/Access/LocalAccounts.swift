internal import AgentRuntime

// Local accounts over `control.db`: who there is, what they may be, and which of their tokens are dead. Logging in
// stands in `LocalAccounts+login.swift`, refresh tokens in `LocalAccounts+refresh.swift`.

/// The accounts of all tenants.
///
/// Invariant between awaits: `disabled` and `revoked` say at least what `control.db` says, so that a token is refused
/// from the moment the change is asked for, not from the moment it is on disk.
actor LocalAccounts {
    /// What the accounts need from outside.
    struct Services: Sendable {
        var issuer: TokenIssuer
        /// Where scrypt runs.
        var workers: any TaskExecutor
        /// Appends to the tenant's journal.
        var record: AccountJournal
        /// The cost of new passwords.
        var cost = Scrypt.Cost.interactive

        var clock: any WallClock { issuer.clock }
    }

    /// Live sessions of one account; the oldest end when there are more.
    static let familiesMax = 100
    /// How long expired refresh tokens are still known as such.
    static let afterlife = Duration.seconds(604_800)
    /// Logins whose password is being checked or waits for it; further ones are refused, to be tried again.
    static let checksMax = 64

    let database: Database
    let services: Services
    let eventQueue: AsyncStream<(TenantID, RecordDraft)>
    let eventInput: AsyncStream<(TenantID, RecordDraft)>.Continuation
    var throttle = LoginThrottle()
    var checksRunning = 0
    /// Ids and e-mails of disabled accounts.
    private var disabled: Set<String> = []
    /// Tokens (`jti`) and families (`sid`) that are dead, until the last token they may name has expired.
    private var revoked: [String: Timestamp] = [:]
    private var nextPrune = Timestamp(milliseconds: 0)

    private init(database: Database, services: Services) {
        self.database = database
        self.services = services
        (eventQueue, eventInput) = AsyncStream.makeStream(bufferingPolicy: .bufferingOldest(1024))
    }

    static func open(database: Database, services: Services) async throws -> LocalAccounts {
        let accounts = LocalAccounts(database: database, services: services)
        try await accounts.load()
        return accounts
    }

    private func load() async throws {
        let now = services.clock.now()
        let (disabled, revoked) = try await database.perform { connection in
            let disabled = try connection.query("SELECT id, email FROM users WHERE is_disabled") { row in
                [row.text(0), row.text(1)]
            }
            try connection.execute("DELETE FROM revocations WHERE expires_at <= ?", [.integer(now.milliseconds)])
            let revoked = try connection.query("SELECT id, expires_at FROM revocations") { row in
                (row.text(0), Timestamp(milliseconds: row.int(1)))
            }
            return (disabled, revoked)
        }
        self.disabled = Set(disabled.joined())
        self.revoked = Dictionary(revoked) { first, _ in first }
    }

    /// Writes the records of refused logins, which nobody waits for; ends when cancelled.
    ///
    /// They do not hold the answer up, because waiting for the disk only where an account exists would tell that it does.
    /// Bound: 1,024 wait; further ones are dropped, since the lock bounds them anyway.
    func run() async throws {
        for await (tenant, draft) in eventQueue {
            try await services.record(tenant, draft)
        }
        try Task.checkCancellation()
    }

    // MARK: Accounts

    /// Makes an account; its e-mail must not have one, in whatever tenant.
    ///
    /// A hash of the password that is known already is not made again.
    func add(
        email: String,
        password: String,
        tenant: TenantID,
        roles: [Role],
        name: String? = nil,
        hash known: PasswordHash? = nil,
        actor: String
    ) async throws -> Account {
        let email = try LocalAccounts.checked(email: email)
        guard TenantID.isValid(tenant.rawValue) else {
            throw AgentError(.invalidArgument, "\(tenant) cannot name a tenant: 1 to 64 of a–z 0–9 _ - are allowed.")
        }
        try LocalAccounts.check(roles: roles)
        let hash: PasswordHash
        if let known { hash = known } else { hash = try await newHash(of: password) }
        let account = Account(
            id: UserID(services.issuer.identifiers.next("usr")),
            tenant: tenant,
            email: email,
            name: name,
            roles: roles,
            createdAt: services.clock.now()
        )
        let isTaken = try await database.perform { connection in
            try connection.transaction {
                let taken = try connection.first("SELECT 1 FROM users WHERE email = ?", [.text(email)]) { _ in true }
                guard taken == nil else { return true }
                try connection.execute(
                    """
                    INSERT INTO users (id, tenant, email, name, roles, password, created_at)
                    VALUES (?, ?, ?, ?, ?, ?, ?)
                    """,
                    [
                        .id(account.id), .id(tenant), .text(email), .optional(name),
                        .text(roles.map(\.rawValue).joined(separator: " ")), .text(hash.text),
                        .integer(account.createdAt.milliseconds),
                    ]
                )
                return false
            }
        }
        guard !isTaken else { throw AgentError(.conflict, "An account with the e-mail \(email) is there already.") }
        let details: JSONObject = ["roles": .array(roles.map { .string($0.rawValue) })]
        try await services.record(tenant, .account(.accountCreated, account, actor: actor, details))
        return account
    }

    /// Gives an account a new password and ends all its sessions.
    func changePassword(email: String, password: String, actor: String) async throws -> Account {
        let account = try await existing(email)
        let hash = try await newHash(of: password)
        try await database.perform { connection in
            try connection.execute("UPDATE users SET password = ? WHERE id = ?", [.text(hash.text), .id(account.id)])
        }
        // After the change, so that a login with the old password cannot begin a session behind it.
        try await endFamilies(of: account.id)
        throttle.clear(.account(account.email))
        try await services.record(account.tenant, .account(.accountPasswordChanged, account, actor: actor))
        return account
    }

    /// Shuts an account out; its live tokens are refused from now on.
    func disable(email: String, actor: String) async throws -> Account {
        var account = try await existing(email)
        disabled.formUnion([account.id.rawValue, account.email])
        try await setDisabled(account, true)
        try await endFamilies(of: account.id)
        account.isDisabled = true
        try await services.record(account.tenant, .account(.accountDisabled, account, actor: actor))
        return account
    }

    /// Lets a disabled account log in again.
    ///
    /// Its sessions have ended; only tokens without a session (`agentd token`) hold again until they expire.
    func enable(email: String, actor: String) async throws -> Account {
        var account = try await existing(email)
        try await setDisabled(account, false)
        disabled.subtract([account.id.rawValue, account.email])
        account.isDisabled = false
        try await services.record(account.tenant, .account(.accountEnabled, account, actor: actor))
        return account
    }

    /// Takes out of `control.db` all that says who an account is; nobody can log in with it again.
    ///
    /// Kept answers of the user go too. When this returns, nothing of it is left in the file or its log.
    /// `nil` when the tenant has no such account; its kept answers are gone all the same.
    func erase(_ user: UserID, in tenant: TenantID, actor: String) async throws -> Account? {
        let account = try await account(id: user).flatMap { $0.tenant == tenant ? $0 : nil }
        if let account {
            disabled.formUnion([account.id.rawValue, account.email])
            try await setDisabled(account, true)
            try await endFamilies(of: account.id)
            throttle.clear(.account(account.email))
        }
        try await database.perform { connection in
            // What is deleted or replaced is overwritten too.
            try connection.execute("PRAGMA secure_delete = ON")
            try connection.transaction {
                try connection.execute(
                    "DELETE FROM idempotency WHERE tenant = ? AND user = ?",
                    [.id(tenant), .id(user)]
                )
                try connection.execute(
                    "UPDATE users SET email = 'erased-' || id, name = NULL, password = '' WHERE id = ? AND tenant = ?",
                    [.id(user), .id(tenant)]
                )
            }
            // Pages that were freed before may still hold what stood in them.
            try connection.execute("VACUUM")
            try connection.truncateLog()
        }
        return account
    }

    private func setDisabled(_ account: Account, _ isDisabled: Bool) async throws {
        try await database.perform { connection in
            try connection.execute(
                "UPDATE users SET is_disabled = ? WHERE id = ?",
                [.bool(isDisabled), .id(account.id)]
            )
        }
    }

    /// The account with an e-mail; `nil` when there is none.
    func account(email: String) async throws -> Account? {
        guard let email = Account.folded(email) else { return nil }
        return try await database.perform { connection in
            try connection.first("SELECT \(Account.columns) FROM users WHERE email = ?", [.text(email)]) {
                Account(row: $0)
            }
        }
    }

    /// The account with an id; `nil` when there is none.
    func account(id: UserID) async throws -> Account? {
        try await database.perform { connection in
            try connection.first("SELECT \(Account.columns) FROM users WHERE id = ?", [.id(id)]) { Account(row: $0) }
        }
    }

    func accounts(of tenant: TenantID) async throws -> [Account] {
        try await database.perform { connection in
            try connection.query("SELECT \(Account.columns) FROM users WHERE tenant = ? ORDER BY email", [.id(tenant)])
            {
                Account(row: $0)
            }
        }
    }

    private func existing(_ email: String) async throws -> Account {
        guard let account = try await account(email: email) else {
            throw AgentError(.notFound, "There is no account with the e-mail \(email).")
        }
        return account
    }

    // MARK: Tokens

    /// Whether a token that is otherwise valid is dead, and why.
    func refusal(of claims: JWTClaims) -> AuthenticationFailure? {
        if disabled.contains(claims.subject.rawValue) { return .disabled }
        if let email = claims.email.flatMap(Account.folded), disabled.contains(email) { return .disabled }
        if let id = claims.id, revoked[id] != nil { return .invalid }
        if let family = claims.family, revoked[family] != nil { return .invalid }
        return nil
    }

    /// Refuses a token or family from now on, until the last token it may name has expired.
    func revoke(_ ids: [String], until expiry: Timestamp) async throws {
        for id in ids { revoked[id] = max(expiry, revoked[id] ?? expiry) }
        let now = services.clock.now()
        let isPruning = nextPrune <= now
        if isPruning {
            nextPrune = now.advanced(by: .seconds(60))
            revoked = revoked.filter { $0.value > now }
        }
        try await database.perform { connection in
            try connection.transaction {
                if isPruning {
                    try connection.execute(
                        "DELETE FROM revocations WHERE expires_at <= ?",
                        [.integer(now.milliseconds)]
                    )
                }
                for id in ids {
                    try connection.execute(
                        """
                        INSERT INTO revocations (id, expires_at) VALUES (?, ?)
                        ON CONFLICT (id) DO UPDATE SET expires_at = max(expires_at, excluded.expires_at)
                        """,
                        [.text(id), .integer(expiry.milliseconds)]
                    )
                }
            }
        }
    }

    // MARK: Checks

    func newHash(of password: String) async throws -> PasswordHash {
        guard !password.isEmpty, password.utf8.count <= PasswordHash.bytesMax else {
            throw AgentError(.invalidArgument, "A password has 1 to \(PasswordHash.bytesMax) bytes.")
        }
        let salt = services.issuer.random.bytes(16)
        let cost = services.cost
        guard let key = await PasswordHash.derive(password, salt: salt, cost: cost, on: services.workers) else {
            throw AgentError(.unavailable, "The password could not be hashed: there is not enough memory.")
        }
        return PasswordHash(cost: cost, salt: salt, key: key)
    }

    private static func checked(email: String) throws -> String {
        guard let folded = Account.folded(email) else {
            throw AgentError(.invalidArgument, "\(email) is no e-mail address.")
        }
        return folded
    }

    /// Refuses roles that the table does not have.
    static func check(roles: [Role]) throws {
        guard !roles.isEmpty else { throw AgentError(.invalidArgument, "An account needs at least one role.") }
        let known = RolePermissions.roles
        for role in roles where !known.contains(role) {
            let nearest = NearestName.closest(to: role.rawValue, among: known.map(\.rawValue)) ?? ""
            throw AgentError(.invalidArgument, "\(role) is not a role; the nearest one is \(nearest).")
        }
    }
}
