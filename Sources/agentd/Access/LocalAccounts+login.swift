internal import AgentRuntime

// Logging in. An account that is not there costs the same scrypt as one that is, is counted and locked like one, and
// is answered in the same words.

/// Why a login or a refresh was refused.
enum LoginFailure: Error, Sendable, Hashable {
    /// No such account, or not its password; never told apart.
    case invalidCredentials
    /// The right password of an account that is shut out.
    case disabled
    /// Too many failures of this account or from this address.
    case locked(retryAfter: Duration)
    /// Too many logins at once.
    case busy
    /// The refresh token does not hold: unknown, used before, or its session has ended.
    case invalidToken
    /// The refresh token held once.
    case expiredToken
}

/// What a login gives.
struct LoginGrant: Sendable {
    var account: Account
    var accessToken: String
    var refreshToken: String
    /// How long the access token holds.
    var lifetime: Duration
}

extension LocalAccounts {
    /// Checks e-mail and password, and begins a session.
    ///
    /// - Throws: `LoginFailure`, or what the store and the journal throw.
    func login(email: String, password: String, address: String) async throws -> LoginGrant {
        let now = services.clock.now()
        // What is no address finds no account, and is counted under what was typed, cut to a bound.
        let folded = Account.folded(email) ?? String(email.unicodeScalars.prefix(64))
        let keys: [LoginThrottle.Key] = [.account(folded), .address(address)]
        if let wait = keys.compactMap({ throttle.wait($0, at: now) }).max() {
            throw LoginFailure.locked(retryAfter: wait)
        }
        guard checksRunning < LocalAccounts.checksMax else { throw LoginFailure.busy }
        for key in keys { throttle.begin(key, at: now) }
        checksRunning += 1
        var isDecided = false
        defer {
            checksRunning -= 1
            if !isDecided { for key in keys { throttle.withdraw(key, begunAt: now) } }
        }
        let found = try await storedPassword(of: folded)
        let hash = found?.hash ?? .dummy(cost: services.cost)
        let isTooLong = password.utf8.count > PasswordHash.bytesMax
        let matches = await hash.matches(isTooLong ? "" : password, on: services.workers)
        isDecided = true
        guard let found, matches, !isTooLong else {
            refuse(found?.account, keys: keys, address: address)
            throw LoginFailure.invalidCredentials
        }
        throttle.clear(keys[0])
        throttle.withdraw(keys[1], begunAt: now)
        guard !found.account.isDisabled else { throw LoginFailure.disabled }
        return try await beginSession(found.account, hash: found.hash, address: address)
    }

    private func refuse(_ account: Account?, keys: [LoginThrottle.Key], address: String) {
        let now = services.clock.now()
        let locked = keys.filter { throttle.fail($0, at: now) }
        guard let account else { return }
        let details: JSONObject = ["address": .string(address)]
        let kind: RecordKind = locked.contains(keys[0]) ? .accountLocked : .accountLoginFailed
        eventInput.yield((account.tenant, .account(kind, account, actor: "system", details)))
    }

    private func storedPassword(of email: String) async throws -> (account: Account, hash: PasswordHash)? {
        try await database.perform { connection in
            try connection.first("SELECT \(Account.columns), password FROM users WHERE email = ?", [.text(email)]) {
                row in
                PasswordHash(row.text(8)).map { (Account(row: row), $0) }
            } ?? nil
        }
    }

    private func beginSession(_ account: Account, hash: PasswordHash, address: String) async throws -> LoginGrant {
        let now = services.clock.now()
        let family = services.issuer.identifiers.next("ses")
        let token = services.issuer.refreshToken()
        let expiry = now.advanced(by: services.issuer.refreshLifetime)
        let (isStillTrue, ended) = try await database.perform { connection in
            try connection.transaction { () -> (Bool, [String]) in
                // The account may have been changed while the password was checked.
                let same = try connection.first(
                    "SELECT 1 FROM users WHERE id = ? AND password = ? AND NOT is_disabled",
                    [.id(account.id), .text(hash.text)]
                ) { _ in true }
                guard same != nil else { return (false, []) }
                // Kept a while after they ended, so that who comes with one hears that it has expired.
                let longAgo = SQLValue.integer(now.advanced(by: .zero - LocalAccounts.afterlife).milliseconds)
                try connection.execute("DELETE FROM families WHERE expires_at <= ?", [longAgo])
                try connection.execute("DELETE FROM refresh_tokens WHERE expires_at <= ?", [longAgo])
                try connection.execute(
                    "INSERT INTO families (id, user, created_at, expires_at) VALUES (?, ?, ?, ?)",
                    [.text(family), .id(account.id), .integer(now.milliseconds), .integer(expiry.milliseconds)]
                )
                try connection.execute(
                    "INSERT INTO refresh_tokens (hash, family, expires_at) VALUES (?, ?, ?)",
                    [.blob(SHA256.hash(token)), .text(family), .integer(expiry.milliseconds)]
                )
                try connection.execute(
                    "UPDATE users SET last_login_at = ? WHERE id = ?",
                    [.integer(now.milliseconds), .id(account.id)]
                )
                let surplus = try connection.query(
                    "SELECT id FROM families WHERE user = ? ORDER BY created_at DESC, id DESC LIMIT -1 OFFSET ?",
                    [.id(account.id), .int(LocalAccounts.familiesMax)]
                ) { $0.text(0) }
                for id in surplus { try connection.execute("DELETE FROM families WHERE id = ?", [.text(id)]) }
                return (true, surplus)
            }
        }
        guard isStillTrue else { throw LoginFailure.invalidCredentials }
        if !ended.isEmpty { try await revoke(ended, until: lastAccess(from: now)) }
        let details: JSONObject = ["session": .string(family), "address": .string(address)]
        try await services.record(
            account.tenant,
            .account(.accountLogin, account, actor: "user:\(account.id)", details)
        )
        var account = account
        account.lastLoginAt = now
        return grant(account, family: family, refreshToken: token)
    }

    func grant(_ account: Account, family: String, refreshToken: String) -> LoginGrant {
        let issuer = services.issuer
        return LoginGrant(
            account: account,
            accessToken: issuer.token(for: account.principal, lifetime: issuer.accessLifetime, family: family),
            refreshToken: refreshToken,
            lifetime: issuer.accessLifetime
        )
    }

    /// When the last access token that is out now has expired, with the skew it is granted.
    func lastAccess(from now: Timestamp) -> Timestamp {
        now.advanced(by: services.issuer.accessLifetime + JWT.skew + .seconds(1))
    }
}
