import AgentRuntime
import Foundation
import TestSupport
import Testing

@testable import agentd

@Suite("Local accounts")
struct LocalAccountsTests {
    @Test("An account logs in with its e-mail in any case, and gets what its roles allow")
    func login() async throws {
        let sample = try await AccessSample()
        let account = try await sample.add(roles: [.viewer, .auditor])
        let grant = try await sample.login(" Ann@X.COM ")
        #expect(grant.account.id == account.id)
        #expect(grant.lifetime == .seconds(3600))
        let credentials = Credentials(method: "GET", authorization: ["Bearer \(grant.accessToken)"])
        let identity = try await sample.authenticator.authenticate(credentials)
        #expect(identity.principal == account.principal)
        #expect(sample.records.kinds == ["account.created", "account.login"])
        #expect(try await sample.accounts.account(id: account.id)?.lastLoginAt == sample.clock.now())
    }

    @Test("A wrong password and an account that is not there are answered alike")
    func invalidCredentials() async throws {
        let sample = try await AccessSample()
        try await sample.add()
        #expect(await sample.failure() == .invalidCredentials)
        #expect(await sample.failure("nobody@x.com") == .invalidCredentials)
        #expect(await sample.failure("no address at all") == .invalidCredentials)
        #expect(await sample.failure(AccessSample.email, "") == .invalidCredentials)
        #expect(await sample.failure(AccessSample.email, String(repeating: "a", count: 100_000)) == .invalidCredentials)
    }

    @Test("An e-mail has one account over all tenants, whatever its case or Unicode form")
    func uniqueEmails() async throws {
        let sample = try await AccessSample()
        try await sample.add("josé@x.com")
        for (email, tenant) in [("JOSE\u{301}@x.com", "ten_x"), ("josé@X.com", "ten_y")] {
            let error = await #expect(throws: AgentError.self) { try await sample.add(email, tenant: tenant) }
            #expect(error?.code == .conflict)
        }
    }

    @Test(
        "What is no account is refused",
        arguments: [
            ("nobody", "pass word", "ten_x", "viewer"), ("a@x.com", "", "ten_x", "viewer"),
            ("a@x.com", "pass word", "Ten X", "viewer"), ("a@x.com", "pass word", "ten_x", "viewr"),
            ("a b@x.com", "pass word", "ten_x", "viewer"),
        ]
    )
    func refusedAccounts(email: String, password: String, tenant: String, role: String) async throws {
        let sample = try await AccessSample()
        let error = await #expect(throws: AgentError.self) {
            try await sample.accounts.add(
                email: email,
                password: password,
                tenant: TenantID(tenant),
                roles: [Role(role)],
                actor: "operator"
            )
        }
        #expect(error?.code == .invalidArgument)
        #expect(sample.records.kinds.isEmpty)
    }

    @Test(
        "Ten failures lock an account, for a quarter of an hour, known or not",
        arguments: [AccessSample.email, "nobody@x.com"]
    )
    func lockedAccount(email: String) async throws {
        let sample = try await AccessSample()
        try await sample.add()
        for number in 0..<10 {
            #expect(await sample.failure(email, address: "192.0.2.\(number)") == .invalidCredentials)
        }
        #expect(await sample.failure(email) == .locked(retryAfter: .seconds(900)))
        #expect(await sample.failure(email, AccessSample.password) == .locked(retryAfter: .seconds(900)))
        sample.clock.advance(by: .seconds(899))
        #expect(await sample.failure(email) == .locked(retryAfter: .seconds(1)))
        sample.clock.advance(by: .seconds(1))
        #expect(await sample.failure(email, "still wrong") == .invalidCredentials)
    }

    @Test("The right password clears the count of failures")
    func clearedCount() async throws {
        let sample = try await AccessSample()
        try await sample.add()
        for _ in 0..<3 {
            for _ in 0..<9 { #expect(await sample.failure() == .invalidCredentials) }
            _ = try await sample.login()
        }
    }

    @Test("A hundred failures lock an address, and successes do not count")
    func lockedAddress() async throws {
        let sample = try await AccessSample()
        try await sample.add()
        for number in 0..<99 { #expect(await sample.failure("n\(number)@x.com") == .invalidCredentials) }
        for _ in 0..<5 { _ = try await sample.login() }
        #expect(await sample.failure("last@x.com") == .invalidCredentials)
        #expect(await sample.failure(AccessSample.email, AccessSample.password) == .locked(retryAfter: .seconds(900)))
        _ = try await sample.login(address: "192.0.2.2")
    }

    @Test("Many attempts at once get no more tries than many in a row")
    func parallelAttempts() async throws {
        let sample = try await AccessSample()
        try await sample.add()
        let outcomes = await withTaskGroup(of: LoginFailure?.self) { group in
            for number in 0..<60 {
                group.addTask { await sample.failure(AccessSample.email, "guess \(number)") }
            }
            return await group.reduce(into: []) { $0.append($1) }
        }
        #expect(outcomes.count { $0 == .invalidCredentials } <= 10)
        #expect(!outcomes.contains(nil))
    }

    @Test("Refused logins and locks become records, without holding the answer up")
    func failureRecords() async throws {
        let sample = try await AccessSample()
        try await sample.add()
        for _ in 0..<10 { _ = await sample.failure() }
        _ = await sample.failure("nobody@x.com")
        #expect(sample.records.kinds == ["account.created"])
        await withThrowingTaskGroup(of: Void.self) { group in
            group.addTask { try await sample.accounts.run() }
            while sample.records.kinds.count < 11 { await Task.yield() }
            group.cancelAll()
            await #expect(throws: CancellationError.self) { try await group.waitForAll() }
        }
        #expect(sample.records.kinds.count { $0 == "account.login_failed" } == 9)
        #expect(sample.records.kinds.last == "account.locked")
    }

    @Test("Records hold no password, no token and no hash")
    func recordsHoldNoSecret() async throws {
        let sample = try await AccessSample()
        try await sample.add()
        let grant = try await sample.login()
        let (key, _) = try await sample.keys.add(
            tenant: TenantID("ten_x"),
            name: "k",
            scopes: [Permission("mail:read")],
            actor: "operator"
        )
        _ = try await sample.accounts.changePassword(email: AccessSample.email, password: "another", actor: "operator")
        let text = sample.records.all.map { $0.draft.payload.text }.joined()
        for secret in [AccessSample.password, "another", grant.accessToken, grant.refreshToken, key] {
            #expect(!text.contains(secret))
        }
        #expect(sample.records.all.allSatisfy { $0.tenant == TenantID("ten_x") })
        #expect(sample.records.all.first?.draft.subject == SubjectID("user:\(grant.account.id)"))
    }

    @Test("A disabled account's live tokens are refused at once, and it cannot log in or refresh")
    func disabled() async throws {
        let sample = try await AccessSample()
        let account = try await sample.add()
        let grant = try await sample.login()
        let bare = sample.issuer.token(for: account.principal, lifetime: .seconds(3600))
        #expect(await sample.refusal(of: bare) == nil)
        _ = try await sample.accounts.disable(email: "ANN@x.com", actor: "operator")
        #expect(await sample.refusal(of: grant.accessToken) == .disabled)
        #expect(await sample.refusal(of: bare) == .disabled)
        #expect(await sample.failure(AccessSample.email, AccessSample.password) == .disabled)
        #expect(await sample.failure() == .invalidCredentials)
        #expect(await sample.refreshFailure(grant.refreshToken) != nil)
        _ = try await sample.accounts.enable(email: AccessSample.email, actor: "operator")
        #expect(await sample.refusal(of: grant.accessToken) == .invalid)
        _ = try await sample.login()
    }

    @Test("Disabled accounts and ended sessions stay so after a restart")
    func restart() async throws {
        let folder = TemporaryFolder()
        let path = folder.file("control.db")
        let (disabledToken, endedToken) = try await { () async throws -> (String, String) in
            let sample = try await AccessSample(path: path)
            try await sample.add()
            try await sample.add("bob@x.com")
            let grant = try await sample.login()
            let other = try await sample.login("bob@x.com")
            _ = try await sample.accounts.disable(email: AccessSample.email, actor: "operator")
            let claims = try JWT.verified(other.accessToken, keys: [sample.issuer.key], at: sample.clock.now())
            try await sample.accounts.logout(claims)
            return (grant.accessToken, other.accessToken)
        }()
        let sample = try await AccessSample(path: path)
        #expect(await sample.refusal(of: disabledToken) == .disabled)
        #expect(await sample.refusal(of: endedToken) == .invalid)
    }

    @Test("A new password ends all sessions")
    func changedPassword() async throws {
        let sample = try await AccessSample()
        try await sample.add()
        let grant = try await sample.login()
        _ = try await sample.accounts.changePassword(email: AccessSample.email, password: "new", actor: "operator")
        #expect(await sample.refusal(of: grant.accessToken) == .invalid)
        #expect(await sample.refreshFailure(grant.refreshToken) == .invalidToken)
        #expect(await sample.failure(AccessSample.email, AccessSample.password) == .invalidCredentials)
        _ = try await sample.login(AccessSample.email, "new")
        let error = await #expect(throws: AgentError.self) {
            try await sample.accounts.disable(email: "nobody@x.com", actor: "operator")
        }
        #expect(error?.code == .notFound)
    }

    @Test("A journal that does not take the login leaves the user outside")
    func failedRecord() async throws {
        let base = try await AccessSample()
        try await base.add()
        let failing = try await LocalAccounts.open(
            database: base.database,
            services: .init(
                issuer: base.issuer,
                workers: globalConcurrentExecutor,
                record: { _, _ in throw AgentError(.storageFailed, "The disk is full.") },
                cost: Scrypt.Cost(iterations: 16, blockSize: 1, parallelism: 1)
            )
        )
        let error = await #expect(throws: AgentError.self) {
            try await failing.login(email: AccessSample.email, password: AccessSample.password, address: "192.0.2.1")
        }
        #expect(error?.code == .storageFailed)
    }

    @Test("The cost of passwords is the one that is promised, and a kept password reads back")
    func passwordHashes() async throws {
        #expect(Scrypt.Cost.interactive == Scrypt.Cost(iterations: 32_768, blockSize: 8, parallelism: 1))
        let cost = Scrypt.Cost(iterations: 16, blockSize: 8, parallelism: 1)
        let key = await PasswordHash.derive("pass", salt: [1, 2, 3], cost: cost, on: globalConcurrentExecutor)
        let hash = PasswordHash(cost: cost, salt: [1, 2, 3], key: try #require(key))
        #expect(PasswordHash(hash.text) == hash)
        #expect(await hash.matches("pass", on: globalConcurrentExecutor))
        #expect(await !hash.matches("Pass", on: globalConcurrentExecutor))
        for text in ["", "plain", "scrypt$16$8$1$AQID", "bcrypt$16$8$1$AQID$AQID", "scrypt$x$8$1$AQID$AQID"] {
            #expect(PasswordHash(text) == nil)
        }
    }
}
