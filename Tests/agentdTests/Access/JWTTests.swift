import AgentRuntime
import Foundation
import Testing

@testable import agentd

@Suite("JSON Web Tokens")
struct JWTTests {
    static let secret = Array("0123456789abcdef0123456789abcdef".utf8)
    static let now = Timestamp(milliseconds: 1_767_225_600_000)
    static let seconds = 1_767_225_600

    private static func claims(_ change: (inout JSONObject) -> Void = { _ in }) -> JSONObject {
        var claims: JSONObject = [
            "sub": "usr_1", "tenant_id": "ten_x", "email": "a@x.com", "roles": ["viewer"],
            "permissions": ["ai:chat"], "exp": .integer(seconds + 100), "jti": "tok_1", "sid": "ses_1",
        ]
        change(&claims)
        return claims
    }

    private static func token(header: String, payload: String, secret: [UInt8] = secret) -> String {
        let content = Base64URL.encode(Array(header.utf8)) + "." + Base64URL.encode(Array(payload.utf8))
        return content + "." + Base64URL.encode(HMACSHA256.code(for: Array(content.utf8), key: secret))
    }

    private static func verify(
        _ token: String,
        issuer: String? = nil,
        audience: String? = nil
    ) throws(JWTError) -> JWTClaims {
        try JWT.verified(token, keys: [.hs256(secret, issuer: issuer, audience: audience)], at: now)
    }

    private static func failure(_ token: String, issuer: String? = nil, audience: String? = nil) -> JWTError? {
        do throws(JWTError) {
            _ = try verify(token, issuer: issuer, audience: audience)
            return nil
        } catch {
            return error
        }
    }

    @Test("A signed token says what it was given")
    func roundTrip() throws {
        let claims = try Self.verify(JWT.signed(Self.claims(), secret: Self.secret))
        #expect(claims.subject == UserID("usr_1"))
        #expect(claims.tenant == TenantID("ten_x"))
        #expect(claims.email == "a@x.com")
        #expect(claims.roles == [.viewer])
        #expect(claims.permissions == [Permission("ai:chat")])
        #expect(claims.id == "tok_1")
        #expect(claims.family == "ses_1")
    }

    @Test("The example of RFC 7515 A.1 has the signature that the RFC gives")
    func knownSignature() throws {
        let key = try #require(
            Base64URL.decode("AyM1SysPpbyDfgZld3umj1qzKObwVMkoqQ-EstJQLr_T-1qS0gZH75aKtMN3Yj0iPS4hcgUuTwjAzZr1Z9CAow")
        )
        let content =
            "eyJ0eXAiOiJKV1QiLA0KICJhbGciOiJIUzI1NiJ9."
            + "eyJpc3MiOiJqb2UiLA0KICJleHAiOjEzMDA4MTkzODAsDQogImh0dHA6Ly9leGFtcGxlLmNvbS9pc19yb290Ijp0cnVlfQ"
        #expect(
            Base64URL.encode(HMACSHA256.code(for: Array(content.utf8), key: key))
                == "dBjftJeZ4CVP-mB92K27uhbUJU1p1r_wW1gFWFOEjXk"
        )
    }

    static let payload = #"{"sub":"u","tenant_id":"t","exp":1767225700}"#
    static let header = #"{"alg":"HS256","typ":"JWT"}"#

    @Test(
        "What a header may not say",
        arguments: [
            (#"{"alg":"none"}"#, JWTError.wrongAlgorithm), (#"{"alg":"None"}"#, .wrongAlgorithm),
            (#"{"alg":"HS384"}"#, .wrongAlgorithm), (#"{"alg":"RS256"}"#, .wrongAlgorithm),
            (#"{"alg":"hs256"}"#, .wrongAlgorithm), (#"{}"#, .wrongAlgorithm), (#"{"alg":1}"#, .wrongAlgorithm),
            (#"{"alg":"HS256","typ":"secevent+jwt"}"#, .wrongType), (#"{"alg":"HS256","typ":1}"#, .wrongType),
            (#"{"alg":"HS256","crit":["x"],"x":1}"#, .malformed), (#"{"alg":"HS256","kid":1}"#, .malformed),
            (#"{"alg":"HS256","alg":"none"}"#, .malformed), (#"["HS256"]"#, .malformed), ("", .malformed),
        ]
    )
    func headers(header: String, error: JWTError) {
        #expect(Self.failure(Self.token(header: header, payload: Self.payload)) == error)
    }

    @Test(
        "A type of tokens, or none, is taken",
        arguments: ["", #","typ":"JWT""#, #","typ":"at+jwt""#, #","kid":"any""#]
    )
    func tolerated(more: String) {
        #expect(Self.failure(Self.token(header: #"{"alg":"HS256"\#(more)}"#, payload: Self.payload)) == nil)
    }

    @Test(
        "What claims may not say",
        arguments: [
            (#"{"sub":"u","tenant_id":"t"}"#, JWTError.missingClaim("exp")),
            (#"{"sub":"u","tenant_id":"t","exp":null}"#, .wrongClaim("exp")),
            (#"{"sub":"u","tenant_id":"t","exp":"1767225700"}"#, .wrongClaim("exp")),
            (#"{"sub":"u","tenant_id":"t","exp":1e300}"#, .wrongClaim("exp")),
            (#"{"tenant_id":"t","exp":1767225700}"#, .missingClaim("sub")),
            (#"{"sub":"","tenant_id":"t","exp":1767225700}"#, .missingClaim("sub")),
            (#"{"sub":1,"tenant_id":"t","exp":1767225700}"#, .wrongClaim("sub")),
            (#"{"sub":"u","exp":1767225700}"#, .missingClaim("tenant_id")),
            (#"{"sub":"u","tenant_id":"../x","exp":1767225700}"#, .wrongClaim("tenant_id")),
            (#"{"sub":"u","tenant_id":"t","exp":1767225700,"roles":"admin"}"#, .wrongClaim("roles")),
            (#"{"sub":"u","tenant_id":"t","exp":1767225700,"roles":[1]}"#, .wrongClaim("roles")),
            (#"{"sub":"u","sub":"v","tenant_id":"t","exp":1767225700}"#, .malformed),
            (#"{"sub":"u","tenant_id":"t","exp":1767225540}"#, .expired),
            (#"{"sub":"u","tenant_id":"t","exp":1767225700,"nbf":1767225661}"#, .notYetValid),
            (#"{"sub":"u","tenant_id":"t","exp":1767225700,"iat":1767225661}"#, .notYetValid),
        ]
    )
    func claims(payload: String, error: JWTError) {
        #expect(Self.failure(Self.token(header: Self.header, payload: payload)) == error)
    }

    @Test("A clock may be wrong by 60 seconds")
    func skew() {
        for payload in [
            #"{"sub":"u","tenant_id":"t","exp":1767225541}"#,
            #"{"sub":"u","tenant_id":"t","exp":1767225700.5,"nbf":1767225660,"iat":1767225660}"#,
        ] { #expect(Self.failure(Self.token(header: Self.header, payload: payload)) == nil) }
    }

    @Test("Issuer and audience count when they are configured")
    func issuer() {
        func token(_ more: String) -> String {
            Self.token(header: Self.header, payload: #"{"sub":"u","tenant_id":"t","exp":1767225700\#(more)}"#)
        }
        #expect(Self.failure(token(""), issuer: "i") == .wrongIssuer)
        #expect(Self.failure(token(#","iss":"j""#), issuer: "i") == .wrongIssuer)
        #expect(Self.failure(token(#","iss":"i""#), issuer: "i") == nil)
        #expect(Self.failure(token(""), audience: "a") == .wrongAudience)
        #expect(Self.failure(token(#","aud":["b"]"#), audience: "a") == .wrongAudience)
        #expect(Self.failure(token(#","aud":["b","a"]"#), audience: "a") == nil)
        #expect(Self.failure(token(#","aud":"a""#), audience: "a") == nil)
        #expect(Self.failure(token(#","iss":"anyone","aud":"any""#)) == nil)
    }

    @Test("A changed token does not hold, whatever byte was changed")
    func changed() {
        let token = Array(JWT.signed(Self.claims(), secret: Self.secret).utf8)
        for index in token.indices {
            var other = token
            other[index] = other[index] == UInt8(ascii: "A") ? UInt8(ascii: "B") : UInt8(ascii: "A")
            #expect(Self.failure(String(decoding: other, as: UTF8.self)) != nil, "byte \(index)")
        }
    }

    @Test("A token of another secret, of wrong form or of more than 8 KiB does not hold")
    func foreign() {
        let other = Array("another secret of 32 bytes or so".utf8)
        #expect(Self.failure(JWT.signed(Self.claims(), secret: other)) == .wrongSignature)
        #expect(Self.failure("") == .malformed)
        #expect(Self.failure("a.b") == .malformed)
        #expect(Self.failure("a.b.c.d") == .malformed)
        #expect(Self.failure(JWT.signed(Self.claims(), secret: Self.secret) + "=") == .malformed)
        let long = Self.claims { $0["name"] = .string(String(repeating: "a", count: 8000)) }
        #expect(Self.failure(JWT.signed(long, secret: Self.secret)) == .tooLarge)
    }

    @Test("A key is used for its own algorithm and id alone")
    func keySelection() {
        var key = JWTKey.hs256(Self.secret, issuer: nil, audience: nil)
        key.id = "one"
        let named = Self.token(header: #"{"alg":"HS256","kid":"two"}"#, payload: Self.payload)
        #expect(throws: JWTError.wrongSignature) { try JWT.verified(named, keys: [key], at: Self.now) }
        let foreign = JWTKey(algorithm: .rs256) { _, _ in true }
        #expect(throws: JWTError.wrongAlgorithm) {
            try JWT.verified(JWT.signed(Self.claims(), secret: Self.secret), keys: [foreign], at: Self.now)
        }
    }
}
