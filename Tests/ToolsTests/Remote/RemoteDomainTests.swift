import AgentRuntime
import TestSupport
import Testing

@testable import Tools

@Suite("Data that another service holds")
struct RemoteDomainTests {
    private static let tenant = TenantID("t")
    private static let principal = Principal(
        tenant: tenant,
        user: UserID("u"),
        permissions: PermissionSet(Permission.all)
    )
    private static let asker = Asker(principal: principal, now: Timestamp(milliseconds: 0))

    private static func domain(
        _ transport: FakeTransport,
        base: String = "https://books.test/v3",
        asOf: String? = "2026-01-31"
    ) -> RemoteDomain {
        let service = RemoteService(
            name: "t",
            transport: transport,
            urlGuard: URLGuard(allowsPrivate: false),
            clock: ContinuousClock(),
            timeout: .seconds(5),
            key: { "key" }
        )
        return RemoteDomain(service, base: base, overrides: TenantOverrides(asOf: asOf.flatMap { CalendarDate($0) }))
    }

    private static func context() throws -> ToolContext {
        ToolContext(
            principal: principal,
            settings: TenantSettings(tenant: tenant, today: try #require(CalendarDate("2026-01-31"))),
            session: SessionID("s"),
            turn: TurnID("m"),
            call: ToolCallID("c"),
            effectID: "eff_1",
            now: Timestamp(milliseconds: 0)
        )
    }

    private static func reply(_ data: JSONValue, _ more: JSONObject = [:]) -> FakeTransport.Reply {
        var body: JSONObject = ["success": true, "data": data]
        for member in more { body[member.name] = member.value }
        return .text(JSONValue.object(body).text)
    }

    private static func own() throws -> LedgerStore {
        LedgerStore(DomainDatabases(dataFolder: "/nowhere"))
    }

    @Test(
        "An address without a path stands for the API's usual one",
        arguments: [
            ("https://books.test", "https://books.test/api/v1/x"),
            ("https://books.test/", "https://books.test/api/v1/x"),
            ("https://books.test/v3/", "https://books.test/v3/x"),
        ]
    )
    func base(given: String, asked: String) {
        #expect(Self.domain(FakeTransport([]), base: given).address("/x", []) == asked)
    }

    @Test(
        "An address inside is allowed where it is named outright, and not where a name leads there",
        arguments: [
            ("http://127.0.0.1:8080", true), ("http://[::1]/api", true), ("http://10.0.0.7", true),
            ("http://localhost:1", true), ("http://2130706433", true), ("http://books.localhost", false),
            ("https://books.test", false), ("https://93.184.216.34", false), ("nonsense", false),
        ]
    )
    func inside(url: String, isNamed: Bool) { #expect(URLGuard.namesPrivate(url) == isNamed) }

    @Test("Every page of a list is read, and no more than there are")
    func pages() async throws {
        let transport = FakeTransport { call, _ in
            let page = call.url.contains("page=2") ? 2 : 1
            return Self.reply([.integer(page)], ["pagination": ["total_pages": 2]])
        }
        let items = try await Self.domain(transport).list("/things", [RemoteQuery("a b", "c&d")], for: Self.asker)
        #expect(items == [1, 2])
        #expect(transport.calls.count == 2)
        #expect(transport.calls[0].url == "https://books.test/v3/things?a%20b=c%26d&page=1&limit=100")
    }

    @Test("A list that never ends is given up")
    func endless() async throws {
        let transport = FakeTransport { _, _ in Self.reply([1], ["pagination": ["total_pages": 1_000_000]]) }
        await #expect(throws: FigureFailure.self) {
            try await Self.domain(transport).list("/things", [], for: Self.asker)
        }
        #expect(transport.calls.count == RemoteDomain.pagesMax)
    }

    @Test(
        "What a service does instead of answering is told without a number",
        arguments: [
            (FakeTransport.Reply.text("{}", status: 401), "refused"), (.text("{}", status: 403), "refused"),
            (.text("{}", status: 404), "refused"), (.text("{}", status: 429), "unavailable"),
            (.text("{}", status: 500), "unavailable"), (.text("", status: 302), "refused"),
            (.text("<html>", type: "text/html"), "unavailable"), (.text("{\"data\""), "unavailable"),
            (.text("{\"success\": true}"), "unavailable"), (.failure(.refused), "unavailable"),
            (.failure(.cut), "unavailable"),
        ]
    )
    func refusals(reply: FakeTransport.Reply, code: String) async throws {
        let domain = Self.domain(FakeTransport { _, _ in reply })
        let tool = RemoteMetricsQueryTool(domain, like: MetricsQueryTool(ledger: try Self.own()))
        let result = try await tool.call(["metric": "revenue", "period": "2025-12"], context: Self.context())
        #expect(result.isError)
        #expect(result.content["code"]?.string == code)
        let message = try #require(result.content["message"]?.string)
        let digits = message.filter(\.isNumber)
        #expect(digits.isEmpty, "\(message)")
    }

    @Test("What is wrong with a question is told as the service says it")
    func invalid() async throws {
        let error: JSONValue = ["error": ["code": "INVALID_PARAMETER", "message": "There is no metric “sails”."]]
        let domain = Self.domain(FakeTransport { _, _ in .text(error.text, status: 400) })
        let tool = RemoteMetricsQueryTool(domain, like: MetricsQueryTool(ledger: try Self.own()))
        let result = try await tool.call(["metric": "sails", "period": "2025-12"], context: Self.context())
        #expect(result.content == ["code": "invalid_argument", "message": "There is no metric “sails”."])
    }

    @Test("A question becomes a request, and its answer the result of the tool")
    func metrics() async throws {
        let item: JSONValue = [
            "id": "spend", "name": "Spend", "unit": "currency", "is_cost": true, "rows": 7,
            "summary": ["total_actual": .double(120.5), "to_date": false],
            "comparison": [
                "kind": "prior_year", "value": .double(100.5), "difference": 20, "percent": .double(19.9005),
                "favourable": false,
            ],
            "breakdowns": [
                ["by": "account", "groups": [["name": "Rent", "code": "6100", "value": .double(120.5), "rows": 7]]],
                [
                    "by": "vendor",
                    "groups": [["name": "Bunker & Sons", "value": .double(120.5), "share": 1, "rows": 7]],
                ],
            ],
            "sources": [["name": "ERP", "rows": 7]],
        ]
        let transport = FakeTransport([Self.reply(["metrics": [item]])])
        let tool = RemoteMetricsQueryTool(Self.domain(transport), like: MetricsQueryTool(ledger: try Self.own()))
        let arguments: JSONObject = [
            "metric": "spend", "period": "2025-12", "compare_to": "prior_year", "group_by": "vendor",
            "filters": [["dimension": "region", "values": ["South & West"], "exclude": true]],
        ]
        let result = try await tool.call(arguments, context: Self.context())
        #expect(
            transport.calls.map(\.url) == [
                "https://books.test/v3/metrics?metrics=spend&start_date=2025-12-01&end_date=2025-12-31"
                    + "&compare_to=prior_year&region_ne=South%20%26%20West&group_by=account%2Cvendor&group_sort=value"
                    + "&group_order=desc"
            ]
        )
        #expect(result.content["value"] == JSONValue.double(120.5))
        #expect(result.content["comparison"]?["difference"] == 20)
        #expect(result.content["groups"]?[0]?["name"] == "Bunker & Sons")
        #expect(result.citations.map(\.text) == ["Rent (6100), December 2025, 7 ledger rows"])
        #expect(result.citations[0].fields["request"]?.string == "GET " + transport.calls[0].url)
    }

    @Test("Without a date that is set, the service's own stands for today, and a guessed one leads to no figure")
    func today() async throws {
        let facts: JSONValue = [["id": "revenue", "last_calculated": "2026-02-03T00:00:00Z", "currency": "EUR"]]
        let transport = FakeTransport { call, _ in
            call.url.hasSuffix("/data/metrics") ? Self.reply(facts) : .failure(.refused)
        }
        let domain = Self.domain(transport, asOf: nil)
        let settings = try await domain.settings(for: Self.principal, of: Self.tenant, now: Self.asker.now)
        #expect(settings.today == CalendarDate("2026-02-03"))
        #expect(settings.currency == "EUR")
        let tool = RemoteMetricsQueryTool(domain, like: MetricsQueryTool(ledger: try Self.own()))
        let result = try await tool.call(["metric": "revenue", "period": "2025-12"], context: Self.context())
        #expect(result.content["message"]?.string?.contains("ask again") == true)
        #expect(transport.calls.count == 1)
    }

    @Test("While the service is away, one question does not wait for it several times")
    func away() async throws {
        let transport = FakeTransport { _, _ in .failure(.refused) }
        let domain = Self.domain(transport, asOf: nil)
        let now = Timestamp(milliseconds: 1000)
        let first = try await domain.settings(for: Self.principal, of: Self.tenant, now: now)
        let tries = transport.calls.count
        #expect(tries > 0)
        let second = try await domain.settings(for: Self.principal, of: Self.tenant, now: now)
        let words = try await domain.vocabulary(for: Asker(principal: Self.principal, now: now))
        #expect(first == second)
        #expect(words.entries.isEmpty)
        #expect(transport.calls.count == tries)
        _ = try await domain.settings(for: Self.principal, of: Self.tenant, now: now.advanced(by: .seconds(3)))
        #expect(transport.calls.count == 2 * tries)
    }

    @Test("Deals are read as the API writes them; one that is none is not guessed")
    func deals() throws {
        let deal = try #require(
            Deal(remote: [
                "id": "d1", "name": "Dock", "stage": "Proposal", "amount": .double(1200.25),
                "probability": .double(0.35),
                "account": ["name": "Orkla"], "owner": ["name": "Kim", "email": "kim@x.test"],
                "close_date": "2026-03-01",
                "next_step": nil,
            ])
        )
        #expect(deal.units == 12_002_500)
        #expect(deal.probability == 350_000)
        #expect([deal.account, deal.owner, deal.ownerEmail, deal.nextStep] == ["Orkla", "Kim", "kim@x.test", ""])
        #expect(Deal(remote: ["id": "d1", "name": "Dock", "stage": "Proposal", "amount": "much"]) == nil)
        #expect(Deal(remote: ["name": "Dock"]) == nil)
    }

    @Test("A reply cannot fill the memory with rows")
    func rows() async throws {
        func item(_ section: String) -> JSONValue {
            [
                "breakdowns": [
                    [
                        "by": "account",
                        "groups": [
                            ["name": "A", "code": "1", "value": 10, "rows": 9_000_000_000],
                            ["name": "B", "code": "2", "value": 0, "rows": -5],
                        ],
                    ]
                ]
            ]
        }
        let transport = FakeTransport([Self.reply(["metrics": .array(["revenue", "cogs", "opex", "other"].map(item))])])
        let remote = RemoteLedger(
            domain: Self.domain(transport),
            asker: Self.asker,
            settings: try Self.context().settings
        )
        let period = try PeriodArgument("2025-12", settings: try Self.context().settings)
        let (ledger, _) = try await remote.sums(of: period)
        #expect(ledger.ledger.count == 4)
        #expect(ledger.accounts.count == 8)
    }
}
