import AgentRuntime
import TestSupport
import Testing

@testable import agentd

@Suite("Refresh tokens")
struct RefreshTokenTests {
    @Test("A refresh gives a new access token and a new refresh token")
    func rotation() async throws {
        let sample = try await AccessSample()
        try await sample.add()
        var grant = try await sample.login()
        for _ in 0..<3 {
            let next = try await sample.accounts.refresh(grant.refreshToken)
            #expect(next.refreshToken != grant.refreshToken)
            #expect(next.accessToken != grant.accessToken)
            #expect(await sample.refusal(of: next.accessToken) == nil)
            grant = next
        }
    }

    @Test("A reused refresh token revokes its family")
    func reuse() async throws {
        let sample = try await AccessSample()
        try await sample.add()
        let other = try await sample.login()
        let first = try await sample.login()
        let second = try await sample.accounts.refresh(first.refreshToken)
        #expect(await sample.refreshFailure(first.refreshToken) == .invalidToken)
        #expect(await sample.refreshFailure(second.refreshToken) == .invalidToken)
        #expect(await sample.refusal(of: second.accessToken) == .invalid)
        #expect(await sample.refusal(of: first.accessToken) == .invalid)
        #expect(sample.records.kinds.last == "account.refresh_reused")
        #expect(await sample.refusal(of: other.accessToken) == nil)
        _ = try await sample.accounts.refresh(other.refreshToken)
    }

    @Test("Of two refreshes at once with one token, one wins and the family ends")
    func parallelReuse() async throws {
        let sample = try await AccessSample()
        try await sample.add()
        let token = try await sample.login().refreshToken
        async let first = sample.refreshFailure(token)
        async let second = sample.refreshFailure(token)
        let outcomes = await [first, second]
        #expect(outcomes.count { $0 == nil } == 1)
        #expect(outcomes.contains(.invalidToken))
    }

    @Test("What was never a refresh token, and one that is too old, are told apart")
    func invalidAndExpired() async throws {
        let sample = try await AccessSample()
        try await sample.add()
        let grant = try await sample.login()
        #expect(await sample.refreshFailure("") == .invalidToken)
        #expect(await sample.refreshFailure("rt_unknown") == .invalidToken)
        #expect(await sample.refreshFailure(grant.accessToken) == .invalidToken)
        #expect(await sample.refreshFailure(String(repeating: "a", count: 100_000)) == .invalidToken)
        sample.clock.advance(by: .seconds(2_592_000))
        #expect(await sample.refreshFailure(grant.refreshToken) == .expiredToken)
        _ = try await sample.login()
        #expect(await sample.refreshFailure(grant.refreshToken) == .expiredToken)
        sample.clock.advance(by: LocalAccounts.afterlife)
        _ = try await sample.login()
        #expect(await sample.refreshFailure(grant.refreshToken) == .invalidToken)
    }

    @Test("Logging out ends the session's tokens and no others")
    func logout() async throws {
        let sample = try await AccessSample()
        let account = try await sample.add()
        try await sample.add("bob@x.com")
        let mine = try await sample.login()
        let second = try await sample.login()
        let bob = try await sample.login("bob@x.com")
        let claims = try JWT.verified(mine.accessToken, keys: [sample.issuer.key], at: sample.clock.now())
        // Somebody else's refresh token is not theirs to end.
        try await sample.accounts.logout(claims, refreshToken: bob.refreshToken)
        #expect(await sample.refusal(of: mine.accessToken) == .invalid)
        #expect(await sample.refreshFailure(mine.refreshToken) == .invalidToken)
        #expect(await sample.refusal(of: second.accessToken) == nil)
        _ = try await sample.accounts.refresh(bob.refreshToken)
        // A token without a session ends by its own id, and takes the session of a refresh token of its user along.
        let bare = sample.issuer.token(for: account.principal, lifetime: .seconds(3600))
        let bareClaims = try JWT.verified(bare, keys: [sample.issuer.key], at: sample.clock.now())
        try await sample.accounts.logout(bareClaims, refreshToken: second.refreshToken)
        #expect(await sample.refusal(of: bare) == .invalid)
        #expect(await sample.refusal(of: second.accessToken) == .invalid)
        #expect(sample.records.kinds.suffix(2) == ["account.logout", "account.logout"])
    }

    @Test("The list of dead tokens forgets those that have expired")
    func revocationsEnd() async throws {
        let sample = try await AccessSample()
        try await sample.add()
        for _ in 0..<3 {
            let grant = try await sample.login()
            let claims = try JWT.verified(grant.accessToken, keys: [sample.issuer.key], at: sample.clock.now())
            try await sample.accounts.logout(claims)
            sample.clock.advance(by: .seconds(86_400))
        }
        let count = try await sample.database.perform { connection in
            try connection.first("SELECT count(*) FROM revocations") { $0.int(0) }
        }
        #expect(count == 2)
    }

    @Test("The oldest sessions end when an account has too many")
    func boundedSessions() async throws {
        let sample = try await AccessSample()
        try await sample.add()
        let first = try await sample.login()
        for _ in 0..<LocalAccounts.familiesMax {
            sample.clock.advance(by: .seconds(1))
            _ = try await sample.login()
        }
        #expect(await sample.refusal(of: first.accessToken) == .invalid)
        #expect(await sample.refreshFailure(first.refreshToken) == .invalidToken)
    }
}
