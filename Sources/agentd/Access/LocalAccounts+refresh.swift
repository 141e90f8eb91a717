internal import AgentRuntime

// Refresh tokens rotate: each is good once, and the next is of the same family. Who comes with a used one holds a copy,
// or was robbed of one, and nobody can tell which; so the whole family ends (RFC 9700 §4.14.2).

extension LocalAccounts {
    private enum Outcome: Sendable {
        case renewed(Account, family: String)
        case unknown
        case expired
        case reused(Account, family: String)
        case disabled
    }

    /// Gives a new access and refresh token for a refresh token, which is used up by that.
    ///
    /// - Throws: `LoginFailure`, or what the store and the journal throw.
    func refresh(_ token: String) async throws -> LoginGrant {
        guard token.utf8.count <= 256 else { throw LoginFailure.invalidToken }
        let now = services.clock.now()
        let next = services.issuer.refreshToken()
        let expiry = now.advanced(by: services.issuer.refreshLifetime)
        let hash = SHA256.hash(token)
        let outcome = try await database.perform { connection in
            try connection.transaction { () -> Outcome in
                let found = try connection.first(
                    """
                    SELECT \(Account.columns.split(separator: ", ").map { "users." + $0 }.joined(separator: ", ")),
                        refresh_tokens.family, refresh_tokens.expires_at, refresh_tokens.used_at
                    FROM refresh_tokens
                    JOIN families ON families.id = refresh_tokens.family
                    JOIN users ON users.id = families.user
                    WHERE refresh_tokens.hash = ?
                    """,
                    [.blob(hash)]
                ) { row in
                    (Account(row: row), family: row.text(8), expires: row.int(9), used: row.intOrNil(10))
                }
                guard let (account, family, expires, used) = found else { return .unknown }
                guard used == nil else {
                    try connection.execute("DELETE FROM families WHERE id = ?", [.text(family)])
                    return .reused(account, family: family)
                }
                guard expires > now.milliseconds else { return .expired }
                guard !account.isDisabled else { return .disabled }
                try connection.execute(
                    "UPDATE refresh_tokens SET used_at = ? WHERE hash = ?",
                    [.integer(now.milliseconds), .blob(hash)]
                )
                try connection.execute(
                    "INSERT INTO refresh_tokens (hash, family, expires_at) VALUES (?, ?, ?)",
                    [.blob(SHA256.hash(next)), .text(family), .integer(expiry.milliseconds)]
                )
                try connection.execute(
                    "UPDATE families SET expires_at = ? WHERE id = ?",
                    [.integer(expiry.milliseconds), .text(family)]
                )
                return .renewed(account, family: family)
            }
        }
        switch outcome {
        case .renewed(let account, let family): return grant(account, family: family, refreshToken: next)
        case .unknown: throw LoginFailure.invalidToken
        case .expired: throw LoginFailure.expiredToken
        case .disabled: throw LoginFailure.disabled
        case .reused(let account, let family):
            try await revoke([family], until: lastAccess(from: now))
            let details: JSONObject = ["session": .string(family)]
            try await services.record(
                account.tenant,
                .account(.accountRefreshReused, account, actor: "system", details)
            )
            throw LoginFailure.invalidToken
        }
    }

    /// Ends the session that an access token belongs to, and the one of a refresh token of the same user.
    ///
    /// A token without a session (`agentd token`) is refused by its own id until it has expired.
    func logout(_ claims: JWTClaims, refreshToken: String? = nil) async throws {
        let now = services.clock.now()
        var families = Set([claims.family].compactMap(\.self))
        if let refreshToken, refreshToken.utf8.count <= 256 {
            let hash = SHA256.hash(refreshToken)
            let family = try await database.perform { connection in
                try connection.first(
                    """
                    SELECT families.id FROM refresh_tokens JOIN families ON families.id = refresh_tokens.family
                    WHERE refresh_tokens.hash = ? AND families.user = ?
                    """,
                    [.blob(hash), .id(claims.subject)]
                ) { $0.text(0) }
            }
            if let family { families.insert(family) }
        }
        if let id = claims.id { try await revoke([id], until: claims.expiresAt.advanced(by: JWT.skew)) }
        let ended = families.sorted()
        try await revoke(ended, until: lastAccess(from: now))
        try await database.perform { connection in
            for family in ended { try connection.execute("DELETE FROM families WHERE id = ?", [.text(family)]) }
        }
        guard let account = try await account(id: claims.subject) else { return }
        let details: JSONObject = ["sessions": .array(ended.map(JSONValue.string))]
        try await services.record(
            account.tenant,
            .account(.accountLogout, account, actor: "user:\(account.id)", details)
        )
    }

    /// Ends every session of an account.
    func endFamilies(of user: UserID) async throws {
        let ended = try await database.perform { connection in
            try connection.transaction {
                let ids = try connection.query("SELECT id FROM families WHERE user = ?", [.id(user)]) { $0.text(0) }
                try connection.execute("DELETE FROM families WHERE user = ?", [.id(user)])
                return ids
            }
        }
        try await revoke(ended, until: lastAccess(from: services.clock.now()))
    }
}
