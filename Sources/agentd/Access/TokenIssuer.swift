internal import AgentRuntime

/// Makes the daemon's own tokens.
struct TokenIssuer: Sendable {
    var secret: [UInt8]
    var issuer: String?
    var audience: String?
    var accessLifetime: Duration
    var refreshLifetime: Duration
    var clock: any WallClock
    var identifiers: any IdentifierSource
    var random: any RandomSource

    init(
        secret: [UInt8],
        auth: Configuration.Auth,
        clock: any WallClock,
        identifiers: any IdentifierSource,
        random: any RandomSource
    ) {
        self.secret = secret
        issuer = auth.issuer
        audience = auth.audience
        accessLifetime = auth.accessLifetime
        refreshLifetime = auth.refreshLifetime
        self.clock = clock
        self.identifiers = identifiers
        self.random = random
    }

    /// The key that these tokens are checked with.
    var key: JWTKey { .hs256(secret, issuer: issuer, audience: audience) }

    /// A signed token for a principal; it holds for `lifetime`, which may be negative.
    func token(for principal: Principal, lifetime: Duration, family: String? = nil) -> String {
        let now = clock.now()
        var claims: JSONObject = ["sub": .string(principal.user.rawValue)]
        if let email = principal.email { claims["email"] = .string(email) }
        if let name = principal.name { claims["name"] = .string(name) }
        claims["tenant_id"] = .string(principal.tenant.rawValue)
        claims["roles"] = .array(principal.roles.map { .string($0.rawValue) })
        claims["permissions"] = .array(principal.permissions.map { .string($0.rawValue) })
        claims["iat"] = .integer(Int(now.milliseconds / 1000))
        claims["exp"] = .integer(Int(now.advanced(by: lifetime).milliseconds / 1000))
        if let issuer { claims["iss"] = .string(issuer) }
        if let audience { claims["aud"] = .string(audience) }
        claims["jti"] = .string(identifiers.next("tok"))
        if let family { claims["sid"] = .string(family) }
        return JWT.signed(claims, secret: secret)
    }

    /// A new refresh token: 256 unpredictable bits.
    func refreshToken() -> String { "rt_" + Base64URL.encode(random.bytes(32)) }
}
