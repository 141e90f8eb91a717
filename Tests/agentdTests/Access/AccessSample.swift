import AgentRuntime
import Synchronization
import TestSupport
import Testing

@testable import agentd

/// Accounts and keys over a database in memory, with a clock that the test moves and cheap password hashes.
struct AccessSample {
    static let email = "ann@x.com"
    static let password = "correct horse"

    let clock = HandClock()
    let records = RecordList()
    let database: Database
    let issuer: TokenIssuer
    let accounts: LocalAccounts
    let keys: APIKeys
    let authenticator: Authenticator

    /// What was appended, in order.
    final class RecordList: Sendable {
        private let drafts = Mutex<[(TenantID, RecordDraft)]>([])
        var all: [(tenant: TenantID, draft: RecordDraft)] { drafts.withLock { $0.map { (tenant: $0, draft: $1) } } }
        var kinds: [String] { all.map(\.draft.kind.rawValue) }
        func append(_ tenant: TenantID, _ draft: RecordDraft) { drafts.withLock { $0.append((tenant, draft)) } }
    }

    init(path: String? = nil) async throws {
        database = try ControlDatabase.open(path: path ?? "", mode: path == nil ? .memory : .readWriteCreate)
        let auth = try Configuration.load(ConfigurationSources()).auth
        issuer = TokenIssuer(
            secret: Array("0123456789abcdef0123456789abcdef".utf8),
            auth: auth,
            clock: clock,
            identifiers: SeededIdentifiers(),
            random: SystemRandom()
        )
        let records = records
        let record: AccountJournal = { records.append($0, $1) }
        let cost = Scrypt.Cost(iterations: 16, blockSize: 1, parallelism: 1)
        accounts = try await LocalAccounts.open(
            database: database,
            services: .init(issuer: issuer, workers: globalConcurrentExecutor, record: record, cost: cost)
        )
        keys = try await APIKeys.open(
            database: database,
            clock: clock,
            identifiers: SeededIdentifiers(),
            random: SystemRandom(),
            record: record
        )
        let log = Logger(level: .error, format: .json, wallClock: clock) { _ in }
        let keySets = KeySets(own: issuer.key, sets: [], log: log) { _ in [] }
        authenticator = Authenticator(keySets: keySets, accounts: accounts, keys: keys, clock: clock)
    }

    @discardableResult
    func add(
        _ email: String = email,
        tenant: String = "ten_x",
        roles: [Role] = [.viewer]
    ) async throws -> Account {
        try await accounts.add(
            email: email,
            password: Self.password,
            tenant: TenantID(tenant),
            roles: roles,
            name: "Ann",
            actor: "operator"
        )
    }

    /// Why a request is not let in; `nil` where it is.
    func failure(_ credentials: Credentials) async -> AuthenticationFailure? {
        do throws(AuthenticationFailure) {
            _ = try await authenticator.authenticate(credentials)
            return nil
        } catch {
            return error
        }
    }

    func login(
        _ email: String = email,
        _ password: String = password,
        address: String = "192.0.2.1"
    ) async throws -> LoginGrant {
        try await accounts.login(email: email, password: password, address: address)
    }

    func failure(
        _ email: String = email,
        _ password: String = "wrong",
        address: String = "192.0.2.1"
    ) async -> LoginFailure? {
        do {
            _ = try await login(email, password, address: address)
            return nil
        } catch {
            return error as? LoginFailure
        }
    }

    func refreshFailure(_ token: String) async -> LoginFailure? {
        do {
            _ = try await accounts.refresh(token)
            return nil
        } catch {
            return error as? LoginFailure
        }
    }

    /// How a bearer token is taken.
    func refusal(of token: String) async -> AuthenticationFailure? {
        do throws(AuthenticationFailure) {
            _ = try await authenticator.authenticate(Credentials(method: "GET", authorization: ["Bearer \(token)"]))
            return nil
        } catch {
            return error
        }
    }
}
