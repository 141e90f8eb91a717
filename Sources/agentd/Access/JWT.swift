internal import AgentRuntime

// JSON Web Tokens (RFC 7519) as RFC 8725 says to use them: the algorithms are those of the configured keys and never
// what a token asks for, `none` is not among them, every key serves one algorithm and one issuer, `exp` must be there,
// and a token over 8 KiB is not even looked at.

/// The algorithms that a key may be for (RFC 7518 §3.1).
enum JWTAlgorithm: String, Sendable, Hashable {
    case hs256 = "HS256"
    case rs256 = "RS256"
    case es256 = "ES256"
}

/// A key that tokens may be signed with, and the tokens it may sign.
struct JWTKey: Sendable {
    var algorithm: JWTAlgorithm
    /// Its `kid`; a token that names another key is not checked with this one.
    var id: String?
    /// The `iss` that its tokens must carry; any when `nil`.
    var issuer: String?
    /// The `aud` that its tokens must carry; any when `nil`.
    var audience: String?
    /// Whether a signature is this key's for the bytes.
    var isValid: @Sendable (_ signature: [UInt8], _ bytes: [UInt8]) -> Bool

    /// The daemon's own secret.
    static func hs256(_ secret: [UInt8], issuer: String?, audience: String?) -> JWTKey {
        JWTKey(algorithm: .hs256, issuer: issuer, audience: audience) { signature, bytes in
            HMACSHA256.isValid(signature, for: bytes, key: secret)
        }
    }
}

/// Why a token does not hold.
///
/// All but `expired` are the same to a client.
enum JWTError: Error, Sendable, Hashable {
    case tooLarge
    case malformed
    case wrongAlgorithm
    case wrongType
    case wrongSignature
    case missingClaim(String)
    case wrongClaim(String)
    case wrongIssuer
    case wrongAudience
    case notYetValid
    case expired
}

/// What a token says that holds.
struct JWTClaims: Sendable, Hashable {
    var subject: UserID
    var tenant: TenantID
    var email: String?
    var name: String?
    var roles: [Role]
    var permissions: PermissionSet
    var issuedAt: Timestamp?
    var expiresAt: Timestamp
    /// The token's own id (`jti`).
    var id: String?
    /// The family of refresh tokens it belongs to (`sid`).
    var family: String?
}

enum JWT {
    static let bytesMax = 8192
    static let skew = Duration.seconds(60)

    /// A token signed with HS256 (RFC 7515 §3.1).
    static func signed(_ claims: JSONObject, secret: [UInt8]) -> String {
        let header: JSONValue = ["alg": "HS256", "typ": "JWT"]
        let content =
            Base64URL.encode(header.bytes()) + "." + Base64URL.encode(JSONValue.object(claims).bytes())
        return content + "." + Base64URL.encode(HMACSHA256.code(for: Array(content.utf8), key: secret))
    }

    /// What a token says, when one of the keys holds for it.
    static func verified(_ token: String, keys: [JWTKey], at now: Timestamp) throws(JWTError) -> JWTClaims {
        guard token.utf8.count <= bytesMax else { throw .tooLarge }
        let parts = token.utf8.split(separator: UInt8(ascii: "."), omittingEmptySubsequences: false).map(Array.init)
        guard parts.count == 3, let signature = Base64URL.decode(bytes: parts[2]) else { throw .malformed }
        let header = try object(parts[0])
        let candidates = try candidates(keys, for: header)
        let content = Array(token.utf8.prefix(parts[0].count + 1 + parts[1].count))
        guard let key = candidates.first(where: { $0.isValid(signature, content) }) else { throw .wrongSignature }
        let claims = try object(parts[1])
        try check(claims, key: key, at: now)
        return try read(claims)
    }

    /// The key that a token names, whether or not the token holds.
    static func keyID(of token: String) -> String? {
        guard token.utf8.count <= bytesMax, let header = token.utf8.split(separator: UInt8(ascii: ".")).first else {
            return nil
        }
        // What is no header names no key.
        return (try? object(Array(header)))?["kid"]?.string
    }

    private static func object(_ part: [UInt8]) throws(JWTError) -> JSONObject {
        // The parser refuses repeated names, so no two readers can see different claims.
        guard let bytes = Base64URL.decode(bytes: part),
            let value = try? JSONValue(parsing: bytes, limits: JSONLimits(depth: 8, bytes: bytesMax, members: 1000)),
            case .object(let object) = value
        else { throw .malformed }
        return object
    }

    private static func candidates(_ keys: [JWTKey], for header: JSONObject) throws(JWTError) -> [JWTKey] {
        // Extensions that must be understood are not (RFC 7515 §4.1.11).
        guard header["crit"] == nil else { throw .malformed }
        if let type = header["typ"] {
            guard let name = type.string?.lowercased(), ["jwt", "at+jwt", "application/at+jwt"].contains(name) else {
                throw .wrongType
            }
        }
        guard let name = header["alg"]?.string, let algorithm = JWTAlgorithm(rawValue: name) else {
            throw .wrongAlgorithm
        }
        let matching = keys.filter { $0.algorithm == algorithm }
        guard !matching.isEmpty else { throw .wrongAlgorithm }
        guard let id = header["kid"] else { return matching }
        guard let id = id.string else { throw .malformed }
        return matching.filter { $0.id == nil || $0.id == id }
    }

    private static func check(_ claims: JSONObject, key: JWTKey, at now: Timestamp) throws(JWTError) {
        guard let expires = try time(claims, "exp") else { throw .missingClaim("exp") }
        guard now < expires.advanced(by: skew) else { throw .expired }
        if let start = try time(claims, "nbf"), now.advanced(by: skew) < start { throw .notYetValid }
        if let issued = try time(claims, "iat"), now.advanced(by: skew) < issued { throw .notYetValid }
        if let issuer = key.issuer, claims["iss"]?.string != issuer { throw .wrongIssuer }
        if let audience = key.audience {
            let named = claims["aud"]?.array?.map(\.string) ?? [claims["aud"]?.string]
            guard named.contains(audience) else { throw .wrongAudience }
        }
    }

    private static func read(_ claims: JSONObject) throws(JWTError) -> JWTClaims {
        guard let subject = try text(claims, "sub"), !subject.isEmpty else { throw .missingClaim("sub") }
        guard let tenant = try text(claims, "tenant_id") else { throw .missingClaim("tenant_id") }
        guard TenantID.isValid(tenant) else { throw .wrongClaim("tenant_id") }
        guard let expires = try time(claims, "exp") else { throw .missingClaim("exp") }
        return JWTClaims(
            subject: UserID(subject),
            tenant: TenantID(tenant),
            email: try text(claims, "email"),
            name: try text(claims, "name"),
            roles: try texts(claims, "roles").map { Role($0) },
            permissions: PermissionSet(try texts(claims, "permissions").map { Permission($0) }),
            issuedAt: try time(claims, "iat"),
            expiresAt: expires,
            id: try text(claims, "jti"),
            family: try text(claims, "sid")
        )
    }

    private static func text(_ claims: JSONObject, _ name: String) throws(JWTError) -> String? {
        guard let value = claims[name], !value.isNull else { return nil }
        guard let text = value.string, text.utf8.count <= 320 else { throw .wrongClaim(name) }
        return text
    }

    private static func texts(_ claims: JSONObject, _ name: String) throws(JWTError) -> [String] {
        guard let value = claims[name], !value.isNull else { return [] }
        guard let elements = value.array else { throw .wrongClaim(name) }
        let texts = elements.compactMap(\.string)
        guard texts.count == elements.count else { throw .wrongClaim(name) }
        return texts
    }

    /// Seconds since 1970, with or without a fraction, up to the year 9999.
    private static func time(_ claims: JSONObject, _ name: String) throws(JWTError) -> Timestamp? {
        guard let value = claims[name] else { return nil }
        guard let seconds = value.double, seconds >= -62_135_596_800, seconds <= 253_402_300_799 else {
            throw .wrongClaim(name)
        }
        return Timestamp(milliseconds: Int64(seconds * 1000))
    }
}
