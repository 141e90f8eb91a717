import AgentRuntime
import TestSupport
import Testing

@testable import agentd

@Suite("Tokens that were verified lately")
struct VerifiedTokensTests {
    private static let principal = Principal(tenant: TenantID("ten_x"), user: UserID("bob"), roles: [.viewer])

    private static func failure(_ sample: AccessSample, _ token: String) async -> AuthenticationFailure? {
        await sample.failure(Credentials(method: "GET", authorization: ["Bearer \(token)"]))
    }

    @Test("One that was let in expires all the same, and a changed one is none of them")
    func expiry() async throws {
        let sample = try await AccessSample()
        let token = sample.issuer.token(for: Self.principal, lifetime: .seconds(60))
        for _ in 0..<3 { #expect(await Self.failure(sample, token) == nil) }
        #expect(await Self.failure(sample, String(token.dropLast(2)) + "AA") == .invalid)
        sample.clock.advance(by: .seconds(119))
        #expect(await Self.failure(sample, token) == nil)
        sample.clock.advance(by: .seconds(2))
        #expect(await Self.failure(sample, token) == .expired)
    }

    @Test("An account that is shut out is asked for every time")
    func disabled() async throws {
        let sample = try await AccessSample()
        try await sample.add()
        let token = try await sample.login().accessToken
        #expect(await Self.failure(sample, token) == nil)
        _ = try await sample.accounts.disable(email: AccessSample.email, actor: "operator")
        #expect(await Self.failure(sample, token) == .disabled)
    }

    @Test("What was verified with keys of before is forgotten, also when it comes late")
    func forgotten() throws {
        let tokens = VerifiedTokens()
        let now = Timestamp(milliseconds: 1_000_000)
        let claims = JWTClaims(
            subject: UserID("bob"),
            tenant: TenantID("ten_x"),
            roles: [],
            permissions: [],
            expiresAt: now.advanced(by: .seconds(60))
        )
        let generation = tokens.generation
        tokens.keep("a", claims, at: now, of: generation)
        #expect(tokens.claims(of: "a", at: now) == claims)
        // The clock was set back: it may not have been valid yet.
        #expect(tokens.claims(of: "a", at: Timestamp(milliseconds: 999_999)) == nil)
        tokens.keep("a", claims, at: now, of: generation)
        tokens.forget()
        #expect(tokens.claims(of: "a", at: now) == nil)
        tokens.keep("a", claims, at: now, of: generation)
        #expect(tokens.claims(of: "a", at: now) == nil)
    }
}
