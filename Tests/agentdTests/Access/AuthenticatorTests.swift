import AgentRuntime
import TestSupport
import Testing

@testable import agentd

@Suite("Who sends a request")
struct AuthenticatorTests {
    static let principal = Principal(tenant: TenantID("ten_x"), user: UserID("bob"), roles: [.viewer])

    @Test("A token of a user without an account is taken by what it says")
    func withoutAccount() async throws {
        let sample = try await AccessSample()
        var principal = Self.principal
        principal.permissions = [Permission("ai:chat")]
        let token = sample.issuer.token(for: principal, lifetime: .seconds(60))
        let identity = try await sample.authenticator.authenticate(
            Credentials(method: "POST", authorization: ["bearer   \(token)"])
        )
        #expect(identity.principal.user == UserID("bob"))
        #expect(identity.principal.may(Permission("ai:chat")))
        #expect(identity.principal.may(Permission("metrics:read")))
        #expect(!identity.principal.may(Permission("deals:read")))
    }

    @Test("Each way of not being let in has its name")
    func failures() async throws {
        let sample = try await AccessSample()
        let token = sample.issuer.token(for: Self.principal, lifetime: .seconds(60))
        let expired = sample.issuer.token(for: Self.principal, lifetime: .seconds(-61))
        let cookie = "\(Authenticator.cookieName)=\(token)"
        let cases: [(Credentials, AuthenticationFailure)] = [
            (Credentials(method: "GET"), .missing),
            (Credentials(method: "GET", cookies: ["other=1"]), .missing),
            (Credentials(method: "GET", cookies: ["\(Authenticator.cookieName)="]), .missing),
            (Credentials(method: "GET", authorization: ["Bearer nonsense"]), .invalid),
            (Credentials(method: "GET", authorization: ["Bearer"]), .invalid),
            (Credentials(method: "GET", authorization: ["Basic YTpi"]), .invalid),
            (Credentials(method: "GET", authorization: ["Bearer \(token)", "Bearer \(token)"]), .invalid),
            (Credentials(method: "GET", authorization: ["Bearer \(token) x"]), .invalid),
            (Credentials(method: "GET", authorization: ["Bearer \(expired)"]), .expired),
            // A bad token is not made up for by a good cookie.
            (Credentials(method: "GET", authorization: ["Bearer x"], cookies: [cookie]), .invalid),
            (Credentials(method: "GET", cookies: [cookie, "\(Authenticator.cookieName)=other"]), .invalid),
            (Credentials(method: "GET", apiKey: "ak_unknown"), .invalid),
            (Credentials(method: "GET", authorization: ["Bearer \(token)"], tenant: "ten_y"), .foreignTenant),
        ]
        for (credentials, failure) in cases { #expect(await sample.failure(credentials) == failure) }
    }

    @Test("The cookie is enough for reading, and for writing from our own page alone")
    func cookies() async throws {
        let sample = try await AccessSample()
        let token = sample.issuer.token(for: Self.principal, lifetime: .seconds(60))
        let cookies = ["a=b; \(Authenticator.cookieName)=\(token); c=d"]
        #expect(await sample.failure(Credentials(method: "GET", cookies: cookies)) == nil)
        let cases: [(String?, String?, AuthenticationFailure?)] = [
            (nil, "a.example", .foreignOrigin),
            ("null", "a.example", .foreignOrigin),
            ("http://a.example", nil, .foreignOrigin),
            ("http://evil.example", "a.example", .foreignOrigin),
            ("http://a.example.evil", "a.example", .foreignOrigin),
            ("http://a.example:8080", "a.example", .foreignOrigin),
            ("http://a.example", "a.example", nil),
            ("https://A.example", "a.Example", nil),
            ("http://a.example", "a.example:80", nil),
            ("https://a.example", "a.example:443", nil),
            ("http://127.0.0.1:8080", "127.0.0.1:8080", nil),
        ]
        for (origin, host, failure) in cases {
            for method in ["POST", "PATCH", "PUT", "DELETE"] {
                let credentials = Credentials(method: method, host: host, origin: origin, cookies: cookies)
                #expect(await sample.failure(credentials) == failure, "\(method) \(origin ?? "-") \(host ?? "-")")
            }
        }
        #expect(
            Authenticator.cookie("t", lifetime: .seconds(60), isSecure: true)
                == "agentd_session=t; Path=/; HttpOnly; SameSite=Strict; Max-Age=60; Secure"
        )
    }

    @Test("An API key acts within its scopes, and only where keys are taken")
    func apiKeys() async throws {
        let sample = try await AccessSample()
        let scope = Permission("knowledge:write")
        let tenant = TenantID("ten_x")
        let (text, key) = try await sample.keys.add(tenant: tenant, name: "bot", scopes: [scope], actor: "operator")
        #expect(text.hasPrefix("ak_"))
        let identity = try await sample.authenticator.authenticate(Credentials(method: "POST", apiKey: text))
        #expect(identity.principal.permissions == [scope])
        #expect(identity.principal.roles == [.service])
        #expect(identity.claims == nil)
        let bearer = Credentials(method: "POST", authorization: ["Bearer \(text)"])
        #expect(await sample.failure(bearer) == .invalid)
        var open = bearer
        open.acceptsKeyAsBearer = true
        #expect(await sample.failure(open) == nil)
        open.tenant = "ten_y"
        #expect(await sample.failure(open) == .foreignTenant)
        _ = try await sample.keys.revoke(tenant: tenant, name: key.id, actor: "operator")
        #expect(await sample.failure(Credentials(method: "GET", apiKey: text)) == .invalid)
        #expect(sample.records.kinds == ["key.created", "key.revoked"])
    }

    @Test("A name belongs to one live key, and a scope must be a permission")
    func keyRules() async throws {
        let sample = try await AccessSample()
        let tenant = TenantID("ten_x")
        func add(_ name: String, _ scopes: [Permission] = []) async -> AgentError.Code? {
            do {
                _ = try await sample.keys.add(tenant: tenant, name: name, scopes: scopes, actor: "operator")
                return nil
            } catch {
                return (error as? AgentError)?.code
            }
        }
        #expect(await add("bot") == nil)
        #expect(await add("bot") == .conflict)
        #expect(await add("", []) == .invalidArgument)
        #expect(await add("other", [Permission("mail:reed")]) == .invalidArgument)
        _ = try await sample.keys.revoke(tenant: tenant, name: "bot", actor: "operator")
        #expect(await add("bot") == nil)
        let error = await #expect(throws: AgentError.self) {
            try await sample.keys.revoke(tenant: TenantID("ten_y"), name: "bot", actor: "operator")
        }
        #expect(error?.code == .notFound)
    }

    @Test("Keys are found again after a restart, and only their hash is kept")
    func keysPersist() async throws {
        let folder = TemporaryFolder()
        let path = folder.file("control.db")
        let first = try await AccessSample(path: path)
        let (text, _) = try await first.keys.add(tenant: TenantID("ten_x"), name: "k", scopes: [], actor: "operator")
        let second = try await AccessSample(path: path)
        #expect(await second.keys.key(text)?.name == "k")
        let stored = try await second.database.perform { connection in
            try connection.query("SELECT hash, name, scopes FROM api_keys") { $0.blob(0) }
        }
        #expect(stored == [SHA256.hash(text)])
    }
}
