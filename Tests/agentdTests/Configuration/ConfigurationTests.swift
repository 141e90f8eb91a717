import AgentRuntime
import Foundation
import TestSupport
import Testing

@testable import agentd

@Suite("Configuration")
struct ConfigurationTests {
    private static func load(
        _ text: String = "{}",
        environment: [String: String] = [:],
        flags: [(String, String)] = [],
        files: [String: String] = [:]
    ) throws(ConfigurationError) -> Configuration {
        let contents = files.merging(["c.json5": text]) { first, _ in first }
        return try Configuration.load(
            ConfigurationSources(file: "c.json5", environment: environment, flags: flags.map { (path: $0, text: $1) }) {
                contents[$0].map { Array($0.utf8) }
            }
        )
    }

    private static func problems(
        _ text: String = "{}",
        environment: [String: String] = [:],
        files: [String: String] = [:]
    ) -> [String] {
        do throws(ConfigurationError) {
            _ = try load(text, environment: environment, files: files)
            return []
        } catch {
            return error.problems.map(\.description)
        }
    }

    @Test("Nothing set gives what the surface promises")
    func initialValues() throws {
        let configuration = try Self.load(environment: ["HOME": "/home/a"])
        #expect(configuration.listen.description == "127.0.0.1:8080")
        #expect(configuration.data == "/home/a/.local/share/agentd")
        #expect(configuration.durability == .full)
        #expect(configuration.profiles.map(\.mount) == ["/aems/api/v1", "/api/v1", "/cnc/v1", "/mcp", "/api", "/v1"])
        #expect(configuration.modelChain.isEmpty)
        #expect(configuration.auth.accessLifetime == .seconds(3600))
        #expect(configuration.limits.bodyBytes == 1 << 20)
        #expect(configuration.limits.uploadBytes == 16 << 20)
        #expect(configuration.limits.queuedMessages == 8)
        #expect(configuration.tenant(TenantID("any")).currency == "USD")
    }

    @Test("Rates come from the profiles' documents")
    func initialRates() throws {
        let rates = try Self.load().limits.rates
        #expect(rates.limit(.ai, on: .aether) == RateLimit(requests: 30))
        #expect(rates.limit(.auth, on: .smb) == RateLimit(requests: 10))
        #expect(rates.limit(.general, on: .aether) == RateLimit(requests: 60, burst: 100))
        #expect(rates.limit(.general, on: .smb) == RateLimit(requests: 100))
        #expect(rates.limit(.general, on: .cnc) == RateLimit(requests: 1000, seconds: 3600))
    }

    @Test("A profile's own rate stands above the class's, and that above the document's")
    func configuredRates() throws {
        let rates = try Self.load(
            "{limits: {rate: {general: 5, ai: {requests: 7, seconds: 10, burst: 9}, profiles: {smb: {general: 3}}}}}"
        ).limits.rates
        #expect(rates.limit(.general, on: .cnc) == RateLimit(requests: 5))
        #expect(rates.limit(.general, on: .smb) == RateLimit(requests: 3))
        #expect(rates.limit(.ai, on: nil) == RateLimit(requests: 7, seconds: 10, burst: 9))
        #expect(try Self.load("{limits: {rate: 'off'}}").limits.rates.limit(.auth, on: .smb) == nil)
        #expect(
            try Self.load(environment: ["AGENTD_LIMITS__RATE": "off"]).limits.rates.limit(.auth, on: .smb) == nil
        )
    }

    @Test("Budgets in money need prices; those in tokens do not")
    func budgets() throws {
        let model = "models: [{name: 'm', base_url: 'http://localhost:1', model: 'x'}], model: 'm'"
        let problems = Self.problems("{\(model), budgets: {tenant_month: {money: 10.5}}}")
        #expect(problems.count == 1)
        #expect(problems.first?.contains("models[0].price is needed, because there are budgets in money") == true)
        let tokens = try Self.load("{\(model), budgets: {turn: {tokens: 9}, on_exceeded: 'offline'}}").budgets
        #expect(tokens.limits.turn == BudgetLimit(tokens: 9))
        #expect(tokens.onExceeded == .offline)
        let priced = model.replacingOccurrences(of: "'x'", with: "'x', price: {input: 2.5, output: 10}")
        let money = try Self.load("{\(priced), budgets: {user_day: {money: 10.5}}}").budgets
        #expect(money.limits.user == BudgetLimit(money: Money(units: 105_000)))
    }

    @Test("Flags stand above the environment, and that above the file")
    func precedence() throws {
        let text = "{listen: '127.0.0.1:1', limits: {steps: 1, tool_calls: 1}}"
        let environment = ["AGENTD_LISTEN": "127.0.0.1:2", "AGENTD_LIMITS__STEPS": "2"]
        let configuration = try Self.load(text, environment: environment, flags: [("listen", "127.0.0.1:3")])
        #expect(configuration.listen.port == 3)
        #expect(configuration.limits.steps == 2)
        #expect(configuration.limits.toolCalls == 1)
    }

    @Test("Every kind of key can stand in the environment")
    func environment() throws {
        let configuration = try Self.load(
            environment: [
                "AGENTD_TENANTS__ten_x__AS_OF": "2026-01-31",
                "AGENTD_TENANTS__ten_x__FISCAL_YEAR_START": "4",
                "AGENTD_PROFILES__CNC": "false",
                "AGENTD_PROFILES__AETHER__MOUNT": "/a/",
                "AGENTD_TRUSTED_PROXIES": "['10.0.0.0/8']",
                "AGENTD_MODELS": "[{name: 'm', base_url: 'http://localhost:1', model: 'x'}]",
                "AGENTD_MODEL": "m",
                "AGENTD_WEBHOOKS__ALLOW_PRIVATE": "true",
                "AGENTD_PASSWORD": "not a key",
                "AGENTD_BINARY": "somebody else's",
                "OTHER": "x",
            ]
        )
        let tenant = configuration.tenant(TenantID("ten_x"))
        #expect(tenant.asOf == CalendarDate("2026-01-31"))
        #expect(tenant.fiscalYearStart == 4)
        #expect(!configuration.profiles.contains { $0.name == .cnc })
        #expect(configuration.profiles.first { $0.name == .aether }?.mount == "/a")
        #expect(configuration.trustedProxies == [IPNetwork("10.0.0.0/8")])
        #expect(configuration.modelChain == ["m"])
        #expect(configuration.webhooksAllowPrivate)
        #expect(configuration.warnings.count == 1)
        #expect(configuration.warnings.first?.contains("AGENTD_BINARY") == true)
    }

    @Test(
        "What is wrong is named with its key, its line and the way out",
        arguments: [
            ("{\n  listn: 'x'\n}", "c.json5:2: listn is not a key; the nearest one is listen"),
            ("{limits: {\n\n  stepz: 1}}", "c.json5:3: limits.stepz is not a key; the nearest one is limits.steps"),
            ("{\n/* a\n b */ limits: {steps: 'x'}}", "c.json5:3: limits.steps must be a whole number"),
            ("{limits: {steps: 0}}", "c.json5:1: limits.steps must be 1 or more"),
            ("{durability: 'some'}", "c.json5:1: durability must be one of full, process"),
            ("{listen: '8080'}", "c.json5:1: listen must be an address with a port, HOST:PORT"),
            ("{listen: '::1:80'}", "c.json5:1: listen must be an address with a port, HOST:PORT"),
            ("{tenants: {'a b': {}}}", "c.json5:1: tenants.a b is not a tenant (1 to 64 of a–z 0–9 _ -)"),
            ("{tenants: {t: {\n as_of: '2026-02-30'}}}", "c.json5:2: tenants.t.as_of must be a date, YYYY-MM-DD"),
            ("{tenants: {t: {currency: 'usd'}}}", "c.json5:1: tenants.t.currency must be an ISO 4217 code"),
            (
                "{trusted_proxies: [\n'10.0.0.0/8',\n'10.0.0.1/8']}",
                "c.json5:3: trusted_proxies[1] must be an address or a network such as 10.0.0.0/8"
            ),
            (
                "{profiles: {smb: {mount: '/api/v1'}}}",
                "c.json5:1: profiles.smb.mount is /api/v1, where aether answers; each needs its own"
            ),
            (
                "{profiles: {smb: {mount: '/metrics'}}}",
                "c.json5:1: profiles.smb.mount is /metrics, where the daemon itself answers"
            ),
            ("{profiles: {smb: {mount: '/a//b'}}}", "c.json5:1: profiles.smb.mount must be a path such as /api/v1"),
            ("{profiles: {smb: true}}", "c.json5:1: profiles.smb must be false or an object"),
            ("{model: 'gpt'}", "c.json5:1: model names no model of models, which is empty"),
            (
                "{models: [{name: 'a', base_url: 'http://x', model: 'm'}], model: ['b']}",
                "c.json5:1: model[0] names no model of models; the nearest one is a"
            ),
            ("{models: [{name: 'a', model: 'm'}]}", "c.json5:1: models[0].base_url is required"),
            (
                "{models: [{name: 'a', base_url: 'ftp://x', model: 'm'}]}",
                "c.json5:1: models[0].base_url must be an http or https URL"
            ),
            (
                "{auth: {secret: {env: 'NOT_SET'}}}",
                "c.json5:1: auth.secret is to be read from the variable NOT_SET, which is not set"
            ),
            (
                "{auth: {secret: {file: 'none'}}}",
                "c.json5:1: auth.secret is to be read from none, which cannot be read"
            ),
            ("{auth: {jwks: [{issuer: 'i'}]}}", "c.json5:1: auth.jwks[0] must have either a file or a url"),
            (
                "{cors: {origins: ['https://a/b']}}",
                "c.json5:1: cors.origins[0] must be an origin such as https://app.example.com"
            ),
            ("{limits: {rate: {ai: 'x'}}}", "c.json5:1: limits.rate.ai must be a whole number or an object"),
            (
                "{limits: {rate: {ai: {requests: 1, second: 2}}}}",
                "c.json5:1: limits.rate.ai.second is not a key; the nearest one is limits.rate.ai.seconds"
            ),
            (
                "{limits: {rate: {profiles: {x: {}}}}}",
                "c.json5:1: limits.rate.profiles.x is not a profile (aether, aems, smb, cnc, openai, mcp)"
            ),
            ("[]", "c.json5: the file must hold one object, { … }"),
        ]
    )
    func problems(text: String, problem: String) { #expect(Self.problems(text) == [problem]) }

    @Test("A text that is no JSON5 and a repeated key are named by line and column")
    func syntax() {
        #expect(Self.problems("{\n  listen: }").first?.hasPrefix("c.json5:2: column") == true)
        #expect(Self.problems("{\n  log: {},\n  log: {}}").first?.hasPrefix("c.json5:3: column") == true)
    }

    @Test("All problems come at once")
    func severalProblems() {
        #expect(Self.problems("{listn: 1, loops: -1, drain_seconds: 'x'}").count == 3)
    }

    @Test(
        "A variable that is nearly a key is an error",
        arguments: [
            ("AGENTD_LISTNE", "AGENTD_LISTNE: no key is read from this variable; the nearest one is AGENTD_LISTEN"),
            (
                "AGENTD_TENANTS__ten_x__ASOF",
                "AGENTD_TENANTS__ten_x__ASOF: no key is read from this variable; "
                    + "the nearest one is AGENTD_TENANTS__ten_x__AS_OF"
            ),
            (
                "AGENTD_LIMITS__BOGUS",
                "AGENTD_LIMITS__BOGUS: no key is read from this variable; the nearest one is AGENTD_LIMITS__BODY"
            ),
        ]
    )
    func unknownVariables(name: String, problem: String) {
        #expect(Self.problems(environment: [name: "1"]) == [problem])
    }

    @Test("A wrong value in the environment is named by its variable")
    func wrongVariable() {
        let problems = Self.problems("{limits: {steps: 3}}", environment: ["AGENTD_LIMITS__STEPS": "many"])
        #expect(problems == ["AGENTD_LIMITS__STEPS: limits.steps must be a whole number"])
    }

    @Test("A file that is not there is an error")
    func missingFile() {
        let error = #expect(throws: ConfigurationError.self) {
            try Configuration.load(ConfigurationSources(file: "none") { _ in nil })
        }
        #expect(error?.problems.map(\.description) == ["none: the file cannot be read"])
    }

    @Test("Two profiles may share a mount when their hosts differ")
    func hosts() throws {
        let text =
            "{profiles: {cnc: {mount: '/v1', hosts: ['a.example']}, openai: {mount: '/v1', hosts: ['b.example']}}}"
        #expect(try Self.load(text).profiles.count == 6)
        #expect(Self.problems(text.replacingOccurrences(of: "b.example", with: "A.example")).count == 1)
    }

    @Test("Secrets come from text, file and variable, and never show")
    func secrets() throws {
        let text = """
            {auth: {secret: {file: "secret"}}, models: [
                {name: "a", base_url: "http://x", model: "m", api_key: {env: "AGENTD_LISTEN_KEY"}},
                {name: "b", base_url: "http://x", model: "m", api_key: "plain"},
            ]}
            """
        let configuration = try Self.load(
            text,
            environment: ["AGENTD_LISTEN_KEY": "from the environment"],
            files: ["secret": "0123456789abcdef0123456789abcdef\n"]
        )
        #expect(configuration.auth.secret?.reveal() == "0123456789abcdef0123456789abcdef")
        #expect(configuration.models.map { $0.apiKey?.reveal() } == ["from the environment", "plain"])
        #expect(configuration.warnings == [])
        var dumped = ""
        dump(configuration, to: &dumped)
        for text in [dumped, "\(configuration)", String(reflecting: configuration)] {
            #expect(!text.contains("from the environment") && !text.contains("plain") && !text.contains("0123456789"))
        }
        #expect(try !Self.load("{auth: {secret: 'short'}}").warnings.isEmpty)
    }

    @Test("The schema takes what the loader takes")
    func schema() throws {
        let schema = try JSONSchema(Configuration.schema)
        let good = try JSONValue(
            parsing: "{profiles: {cnc: false}, limits: {rate: 'off'}, tenants: {t: {as_of: '2026-01-31'}}}",
            syntax: .json5
        )
        #expect(schema.violations(in: good) == [])
        #expect(schema.violations(in: ["listn": 1]).first?.message == "is not a known field; did you mean listen?")
    }

    @Test("The reference page says what the declaration says")
    func documentation() throws {
        let page = URL(filePath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
            .deletingLastPathComponent().deletingLastPathComponent().appending(path: "docs/configuration.md")
        // `agentd config schema --format markdown > docs/configuration.md` writes it anew.
        #expect(try String(contentsOf: page, encoding: .utf8) == Configuration.documentation)
    }
}
