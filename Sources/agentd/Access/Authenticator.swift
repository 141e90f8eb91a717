internal import AgentRuntime
internal import Tools

// From a request's headers to the one who sends it. Tokens count in the `Authorization` header and in the session
// cookie only, never in a URL. The cookie comes along unasked, so a request that changes something and has nothing
// better must say that it was made by our own page (`Origin`).

/// What of a request says who sends it.
struct Credentials: Sendable {
    /// The request's method, in capitals.
    var method: String
    /// The `Host` header.
    var host: String?
    var origin: String?
    /// Every `Authorization` header.
    var authorization: [String]
    /// Every `Cookie` header.
    var cookies: [String]
    /// The `X-API-Key` header, where the profile takes one.
    var apiKey: String?
    /// Whether a bearer token may be an API key (`openai`, `mcp`).
    var acceptsKeyAsBearer: Bool
    /// The tenant that a header names, where the profile has such a header.
    var tenant: String?

    init(
        method: String,
        host: String? = nil,
        origin: String? = nil,
        authorization: [String] = [],
        cookies: [String] = [],
        apiKey: String? = nil,
        acceptsKeyAsBearer: Bool = false,
        tenant: String? = nil
    ) {
        self.method = method
        self.host = host
        self.origin = origin
        self.authorization = authorization
        self.cookies = cookies
        self.apiKey = apiKey
        self.acceptsKeyAsBearer = acceptsKeyAsBearer
        self.tenant = tenant
    }
}

/// Why a request is not let in.
enum AuthenticationFailure: Error, Sendable, Hashable {
    /// It brings no credential.
    case missing
    /// What it brings does not hold.
    case invalid
    /// What it brings held once.
    case expired
    /// The account is shut out.
    case disabled
    /// A cookie alone, and the request does not come from our own page.
    case foreignOrigin
    /// A header names another tenant than the credential.
    case foreignTenant

    /// The status that fits: 401 for who it is, 403 for what it may not.
    var status: Int {
        switch self {
        case .missing, .invalid, .expired, .disabled: 401
        case .foreignOrigin, .foreignTenant: 403
        }
    }
}

/// Who sends a request, and by what it is known.
struct Identity: Sendable {
    enum Means: Sendable {
        case bearer(JWTClaims)
        case cookie(JWTClaims)
        case apiKey(APIKey)
    }

    var principal: Principal
    var means: Means

    /// The token's claims; `nil` for an API key.
    var claims: JWTClaims? {
        switch means {
        case .bearer(let claims), .cookie(let claims): claims
        case .apiKey: nil
        }
    }
}

struct Authenticator: Sendable {
    /// The cookie that a login sets.
    static let cookieName = "agentd_session"

    private let keySets: KeySets
    private let accounts: LocalAccounts
    private let keys: APIKeys
    private let clock: any WallClock
    /// Takes the tokens that hold, for services that are asked in users' names.
    private let callers: CallerTokens

    init(
        keySets: KeySets,
        accounts: LocalAccounts,
        keys: APIKeys,
        clock: any WallClock,
        callers: CallerTokens = CallerTokens(of: [])
    ) {
        self.keySets = keySets
        self.accounts = accounts
        self.keys = keys
        self.clock = clock
        self.callers = callers
    }

    /// The strongest credential decides alone: a bad one is never made up for by another.
    func authenticate(_ credentials: Credentials) async throws(AuthenticationFailure) -> Identity {
        let identity = try await identified(credentials)
        if let tenant = credentials.tenant, tenant != identity.principal.tenant.rawValue { throw .foreignTenant }
        return identity
    }

    private func identified(_ credentials: Credentials) async throws(AuthenticationFailure) -> Identity {
        if !credentials.authorization.isEmpty {
            guard credentials.authorization.count == 1, let token = Authenticator.bearer(credentials.authorization[0])
            else { throw .invalid }
            if credentials.acceptsKeyAsBearer, token.hasPrefix(APIKeys.prefix) {
                return try await identified(key: token)
            }
            let claims = try await verified(token)
            return Identity(principal: principal(claims, token), means: .bearer(claims))
        }
        if let key = credentials.apiKey { return try await identified(key: key) }
        let cookies = Set(credentials.cookies.flatMap { Authenticator.cookies(in: $0) })
        guard let token = cookies.first else { throw .missing }
        guard cookies.count == 1 else { throw .invalid }
        let claims = try await verified(token)
        let isSafe = ["GET", "HEAD", "OPTIONS"].contains(credentials.method)
        guard isSafe || Authenticator.isOwn(origin: credentials.origin, host: credentials.host) else {
            throw .foreignOrigin
        }
        return Identity(principal: principal(claims, token), means: .cookie(claims))
    }

    private func identified(key text: String) async throws(AuthenticationFailure) -> Identity {
        guard let key = await keys.key(text) else { throw .invalid }
        return Identity(principal: key.principal, means: .apiKey(key))
    }

    private func verified(_ token: String) async throws(AuthenticationFailure) -> JWTClaims {
        let claims: JWTClaims
        if let known = keySets.verified.claims(of: token, at: clock.now()) {
            claims = known
        } else {
            claims = try await checked(token)
        }
        if let refusal = await accounts.refusal(of: claims) { throw refusal }
        return claims
    }

    /// What a token says that one of the keys holds for.
    private func checked(_ token: String) async throws(AuthenticationFailure) -> JWTClaims {
        do throws(JWTError) {
            return try await held(token)
        } catch {
            // An issuer may have begun to sign with a new key since its set was read.
            guard error == .wrongSignature || error == .wrongAlgorithm, await keySets.refresh(for: token) else {
                throw error == .expired ? .expired : .invalid
            }
        }
        do throws(JWTError) {
            return try await held(token)
        } catch {
            throw error == .expired ? .expired : .invalid
        }
    }

    private func held(_ token: String) async throws(JWTError) -> JWTClaims {
        let generation = keySets.verified.generation
        let now = clock.now()
        let claims = try JWT.verified(token, keys: await keySets.keys, at: now)
        keySets.verified.keep(token, claims, at: now, of: generation)
        return claims
    }

    /// The principal of a token that holds; services that know him can then be asked with it.
    private func principal(_ claims: JWTClaims, _ token: String) -> Principal {
        let principal = Authenticator.principal(claims)
        callers.keep(token, of: principal, until: claims.expiresAt)
        return principal
    }

    /// Roles count by the table; permissions that the token's issuer wrote into it count beside them.
    private static func principal(_ claims: JWTClaims) -> Principal {
        Principal(
            tenant: claims.tenant,
            user: claims.subject,
            email: claims.email,
            name: claims.name,
            roles: claims.roles,
            permissions: RolePermissions.permissions(of: claims.roles).union(claims.permissions)
        )
    }
}

// The headers' grammar.
extension Authenticator {
    /// The token of a `Bearer` header (RFC 6750 §2.1); the scheme in any case.
    static func bearer(_ header: String) -> String? {
        // Over bytes: a token has hundreds of characters, and every request brings one.
        let scheme: StaticString = "bearer "
        var header = header
        return header.withUTF8 { bytes in
            guard bytes.count > scheme.utf8CodeUnitCount else { return nil }
            for index in 0..<scheme.utf8CodeUnitCount {
                let expected = scheme.utf8Start[index]
                guard bytes[index] == expected || bytes[index] | 0x20 == expected && expected != 0x20 else {
                    return nil
                }
            }
            let token = bytes[scheme.utf8CodeUnitCount...].drop { $0 == 0x20 }
            return token.isEmpty || token.contains(0x20) ? nil : String(decoding: token, as: UTF8.self)
        }
    }

    /// The values of the session cookie in a `Cookie` header (RFC 6265 §4.2.1).
    static func cookies(in header: String) -> [String] {
        header.split(separator: ";").compactMap { pair in
            let text = pair.drop { $0 == " " || $0 == "\t" }
            guard text.hasPrefix(cookieName + "=") else { return nil }
            let value = text.dropFirst(cookieName.count + 1)
            return value.isEmpty ? nil : String(value)
        }
    }

    /// Whether an origin has the host and port that the request went to.
    ///
    /// The scheme is not compared: before TLS that ends in front of the daemon the two differ.
    static func isOwn(origin: String?, host: String?) -> Bool {
        guard let origin, let host, !host.isEmpty else { return false }
        for (scheme, port) in [("http://", ":80"), ("https://", ":443")] where origin.lowercased().hasPrefix(scheme) {
            let named = origin.dropFirst(scheme.count).lowercased()
            let asked = host.lowercased()
            return named == asked || named + port == asked || named == asked + port
        }
        return false
    }

    /// The `Set-Cookie` value after a login.
    static func cookie(_ token: String, lifetime: Duration, isSecure: Bool) -> String {
        "\(cookieName)=\(token); Path=/; HttpOnly; SameSite=Strict; Max-Age=\(lifetime.components.seconds)"
            + (isSecure ? "; Secure" : "")
    }

    /// The `Set-Cookie` value after a logout.
    static func endedCookie(isSecure: Bool) -> String { cookie("", lifetime: .zero, isSecure: isSecure) }
}
