import AgentRuntime
import Foundation
import Synchronization
import TestSupport
import Testing

@testable import agentd

@Suite("Commands about access and configuration")
struct CommandTests {
    /// One data folder and what the commands print.
    final class Sample: Sendable {
        let folder = TemporaryFolder()
        let clock = HandClock()
        private let output = Mutex("")
        private let errors = Mutex("")
        var printed: String { output.withLock { $0 } }
        var complained: String { errors.withLock { $0 } }
        var data: String { folder.file("data") }

        func run(_ line: String, input: String? = "correct horse", environment: [String: String] = [:]) async -> Int32 {
            output.withLock { $0 = "" }
            errors.withLock { $0 = "" }
            let context = CommandContext(
                environment: environment.merging(["AGENTD_DATA": data]) { first, _ in first },
                readLine: { input },
                print: { text in self.output.withLock { $0 += text } },
                printError: { text in self.errors.withLock { $0 += text } },
                clock: clock,
                identifiers: TimeOrderedIdentifiers(),
                random: SystemRandom(),
                workers: globalConcurrentExecutor
            )
            return await CommandRegistry(CommandRegistry.access).run(
                line.split(separator: " ").map(String.init),
                in: context
            )
        }

        func claims(of token: String) throws -> JWTClaims {
            let secret = try DaemonSecret.load(nil, folder: data, random: SystemRandom())
            let text = token.trimmingCharacters(in: .newlines)
            return try JWT.verified(text, keys: [.hs256(secret, issuer: nil, audience: nil)], at: clock.now())
        }
    }

    @Test("A token needs no account, and opens this data folder")
    func token() async throws {
        let sample = Sample()
        #expect(await sample.run("token --tenant ten_x --user bob --role viewer --role sales --ttl 60") == 0)
        let claims = try sample.claims(of: sample.printed)
        #expect(claims.subject == UserID("bob"))
        #expect(claims.tenant == TenantID("ten_x"))
        #expect(claims.roles == [.viewer, .sales])
        #expect(claims.expiresAt == sample.clock.now().advanced(by: .seconds(60)))
        #expect(await sample.run("token --tenant ten_x --user bob --role viewer --ttl -100") == 0)
        let expired = sample.printed
        #expect(throws: JWTError.expired) { try sample.claims(of: expired) }
    }

    @Test("A token for an account carries the account")
    func tokenOfAccount() async throws {
        let sample = Sample()
        #expect(await sample.run("user add --email Ann@x.com --role sales --tenant ten_x") == 0)
        #expect(await sample.run("token --tenant ten_x --user ann@X.com") == 0)
        let claims = try sample.claims(of: sample.printed)
        #expect(claims.subject.rawValue.hasPrefix("usr_"))
        #expect(claims.email == "ann@x.com")
        #expect(claims.roles == [.sales])
        // An account of another tenant is nobody here.
        #expect(await sample.run("token --tenant ten_y --user ann@x.com --role viewer") == 0)
        #expect(try sample.claims(of: sample.printed).subject == UserID("ann@x.com"))
    }

    @Test(
        "What was not understood ends with 2",
        arguments: [
            "", "nonsense", "user", "user ad", "token", "token --tenant ten_x --user u",
            "token --tenant TEN --user u --role viewer",
            "token --tenant ten_x --user u --role vewer", "token --tenant ten_x --user u --role viewer --ttl soon",
            "user add --email a@x.com --role viewer --tenant ten_x --emial",
            "user add --email a@x.com --role root --tenant t",
            "config schema --format xml", "key add --tenant ten_x",
        ]
    )
    func notUnderstood(line: String) async {
        let sample = Sample()
        #expect(await sample.run(line) == 2)
        #expect(!sample.complained.isEmpty)
        #expect(sample.printed.isEmpty)
    }

    @Test("What failed ends with 1 and says why")
    func failed() async {
        let sample = Sample()
        #expect(await sample.run("user add --email a@x.com --role viewer --tenant ten_x", input: nil) == 1)
        #expect(sample.complained.contains("AGENTD_PASSWORD"))
        #expect(await sample.run("user add --email nobody --role viewer --tenant ten_x") == 1)
        #expect(await sample.run("user disable --email nobody@x.com") == 1)
        #expect(await sample.run("user passwd --email nobody@x.com") == 1)
        #expect(await sample.run("key revoke --tenant ten_x --name none") == 1)
        #expect(await sample.run("user disable --email a@x.com", environment: ["AGENTD_LOOPS": "many"]) == 1)
        #expect(sample.complained.contains("AGENTD_LOOPS"))
    }

    @Test("Accounts are added, changed and shut out, and the journal says so")
    func accounts() async throws {
        let sample = Sample()
        let environment = ["AGENTD_PASSWORD": "from the environment"]
        #expect(
            await sample.run(
                "user add --email a@x.com --role admin --tenant ten_x",
                input: nil,
                environment: environment
            ) == 0
        )
        #expect(await sample.run("user add --email A@X.com --role admin --tenant ten_y") == 1)
        #expect(await sample.run("user passwd --email a@x.com", input: "pw") == 0)
        #expect(sample.complained.contains("fewer than 8"))
        #expect(await sample.run("user disable --email a@x.com") == 0)
        #expect(await sample.run("user enable --email a@x.com") == 0)
        let folder = try DataFolder(path: sample.data)
        let journal = try SQLiteJournal(path: folder.journal, keys: try SubjectKeys(path: folder.keys))
        let records = try await journal.records(of: TenantID("ten_x"), after: 0, limit: 10)
        #expect(
            records.map(\.kind.rawValue) == [
                "account.created", "account.password_changed", "account.disabled", "account.enabled",
            ]
        )
    }

    @Test("A key is printed once, and revoked by its name")
    func keys() async {
        let sample = Sample()
        #expect(
            await sample.run("key add --tenant ten_x --name bot --scope mail:read,knowledge:write --scope ai:chat") == 0
        )
        #expect(sample.printed.hasPrefix("ak_"))
        #expect(sample.complained.isEmpty)
        #expect(await sample.run("key add --tenant ten_x --name bot --scope mail:read") == 1)
        #expect(await sample.run("key revoke --tenant ten_x --name bot") == 0)
        #expect(await sample.run("key add --tenant ten_x --name other --scope mail:reed") == 1)
        #expect(sample.complained.contains("mail:read"))
    }

    @Test("The check of a configuration names every problem by line")
    func configCheck() async throws {
        let sample = Sample()
        let file = sample.folder.file("c.json5")
        try Data("{\n  listn: 1,\n  loops: 'x',\n}".utf8).write(to: URL(filePath: file))
        #expect(await sample.run("config check --config \(file)") == 1)
        #expect(sample.complained.contains("\(file):2: listn is not a key; the nearest one is listen"))
        #expect(sample.complained.contains("\(file):3: loops must be a whole number"))
        #expect(await sample.run("config check") == 0)
        #expect(await sample.run("config schema") == 0)
        #expect(try JSONValue(parsing: sample.printed) == Configuration.schema)
        #expect(await sample.run("config schema --format markdown") == 0)
        #expect(sample.printed == Configuration.documentation)
    }

    @Test("Help is printed for the program and for each command")
    func help() async {
        let sample = Sample()
        for line in ["--help", "help", "--version"] { #expect(await sample.run(line) == 0) }
        for command in CommandRegistry.access {
            #expect(await sample.run("\(command.syntax.name) --help") == 0)
            #expect(sample.printed.contains("usage: agentd \(command.syntax.name)"))
        }
    }

    @Test("Beside a running daemon a command goes through its socket")
    func besideDaemon() async throws {
        let sample = Sample()
        let folder = try DataFolder(path: sample.data)
        let lock = try folder.lock()
        #expect(await sample.run("user disable --email a@x.com") == 1)
        #expect(sample.complained.contains("nobody answers"))
        let access = try await AccessSample()
        try await access.add("a@x.com")
        let grant = try await access.login("a@x.com")
        let server = ControlServer(
            path: folder.socket,
            handler: ControlRouter([AccountControl(accounts: access.accounts, keys: access.keys)]),
            log: Logger(level: .error, format: .json, wallClock: sample.clock) { _ in }
        )
        try await withThrowingTaskGroup(of: Void.self) { group in
            group.addTask { try await server.run() }
            // The daemon may be starting: the command says so and can be tried again.
            while await sample.run("user disable --email a@x.com") != 0 { await Task.yield() }
            #expect(sample.printed == "disabled a@x.com\n")
            #expect(await access.refusal(of: grant.accessToken) == .disabled)
            #expect(await sample.run("user disable --email nobody@x.com") == 1)
            #expect(sample.complained.contains("There is no account"))
            group.cancelAll()
            try await group.waitForAll()
        }
        withExtendedLifetime(lock) {}
    }
}
