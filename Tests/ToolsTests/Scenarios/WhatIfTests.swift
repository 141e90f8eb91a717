import AgentRuntime
import Testing

@testable import Tools

@Suite("What if")
struct WhatIfTests {
    private static let ledger = """
        date,account_code,account_name,section,amount,region,department,vendor
        2025-01-10,4000,Sales,revenue,1000.00,EMEA,,
        2025-02-10,4000,Sales,revenue,600.50,APAC,,
        2025-01-11,5000,Material,cogs,400.00,,,
        2025-01-12,6100,Salaries,opex,300.00,,Engineering,
        2025-01-13,6200,Travel,opex,33.33,,Sales,Iberia Air
        2025-02-13,6200,Travel,opex,66.67,,Engineering,
        2025-01-14,7100,Interest,other,20.00,,,
        """

    private func fixture() async throws -> TenantFixture {
        let fixture = try TenantFixture(today: "2025-12-31")
        try await fixture.load("ledger", Self.ledger)
        return fixture
    }

    private func ask(_ changes: JSONValue, _ more: JSONObject = [:]) async throws -> JSONValue {
        let fixture = try await fixture()
        var arguments: JSONObject = ["period": "2025", "changes": changes]
        for member in more { arguments[member.name] = member.value }
        return try await fixture.content(WhatIfTool(ledger: fixture.ledger), arguments)
    }

    @Test("A cut of a cost raises the results by as much")
    func cut() async throws {
        let content = try await ask([["metric": "Travel", "percent": -15]])
        #expect(content.at("changes.0.base") == .exact(ExactNumber(100)))
        #expect(content.at("changes.0.change") == .exact(ExactNumber(-15)))
        #expect(content.at("changes.0.new") == .exact(ExactNumber(85)))
        // 1600.50 − 400 − 400 = 800.50, less interest 780.50.
        #expect(content.at("outcomes.0.base")?.exact == ExactNumber("800.5"))
        #expect(content.at("outcomes.0.new")?.exact == ExactNumber("815.5"))
        #expect(content.at("outcomes.1.new")?.exact == ExactNumber("795.5"))
        #expect(content.at("outcomes.1.favourable") == true)
    }

    @Test("Several changes are each of the actuals and add up")
    func several() async throws {
        let content = try await ask([
            ["metric": "revenue", "percent": 10], ["metric": "costs", "percent": 5],
        ])
        #expect(content.at("changes.0.change")?.exact == ExactNumber("160.05"))
        #expect(content.at("changes.1.change")?.exact == ExactNumber("40"))
        #expect(content.at("outcomes.0.change")?.exact == ExactNumber("120.05"))
    }

    @Test("A part of the business is changed alone; an amount and a level are taken as they are")
    func parts() async throws {
        let content = try await ask([
            [
                "metric": "revenue", "filters": [["dimension": "region", "values": ["EMEA"]]],
                "percent": .exact(ExactNumber(significand: 125, exponent: -1)),
            ],
            ["metric": "Travel", "amount": -40], ["metric": "Salaries", "level": 250],
        ])
        #expect(content.at("changes.0.change")?.exact == ExactNumber(125))
        #expect(content.at("changes.1.new")?.exact == ExactNumber(60))
        #expect(content.at("changes.2.change")?.exact == ExactNumber(-50))
        #expect(content.at("outcomes.0.change")?.exact == ExactNumber(215))
    }

    @Test("Spend that is spread over sections moves operating income by its operating part only")
    func mixed() async throws {
        let content = try await ask([["metric": "spend", "percent": 10]])
        #expect(content.at("changes.0.change")?.exact == ExactNumber(82))
        #expect(content.at("outcomes.0.change")?.exact == ExactNumber(-80))
        #expect(content.at("outcomes.1.change")?.exact == ExactNumber(-82))
    }

    @Test("A margin moves by points, and the results below it by the money that this is")
    func margin() async throws {
        let content = try await ask(
            [["metric": "gross_margin", "points": 2]],
            ["outcomes": ["gross_profit", "net_income", "gross_margin", "opex"]]
        )
        #expect(content.at("changes.0.amount")?.exact == ExactNumber("32.01"))
        #expect(content.at("outcomes.0.change")?.exact == ExactNumber("32.01"))
        #expect(content.at("outcomes.1.change")?.exact == ExactNumber("32.01"))
        // 1200.50 of 1600.50 is 0.750078; with 32.01 more it is 0.770078.
        #expect(content.at("outcomes.2.new")?.exact == ExactNumber("0.770078"))
        #expect(content.at("outcomes.3.change")?.exact == .zero)
    }

    @Test("Heads cost for the part of the year that the period has")
    func heads() async throws {
        let fixture = try await fixture()
        let content = try await fixture.content(
            WhatIfTool(ledger: fixture.ledger),
            ["period": "2025-Q1", "changes": [["metric": "headcount", "heads": 3, "cost_per_head": 120_000]]]
        )
        #expect(content.at("changes.0.change")?.exact == ExactNumber(90_000))
        #expect(content.at("outcomes.0.change")?.exact == ExactNumber(-90_000))
        let cut = try await ask([["metric": "headcount", "percent": -10]])
        #expect(cut.at("changes.0.base")?.exact == ExactNumber(300))
    }

    @Test(
        "Changes that make no sense are refused with the reason",
        arguments: [
            ([["metric": "Travel"]], "invalid_argument"),
            ([["metric": "Travel", "percent": 5, "amount": 3]], "invalid_argument"),
            ([["metric": "Travel", "percent": -101]], "invalid_argument"),
            ([["metric": "Travel", "percent": 1_000_000_000]], "invalid_argument"),
            ([["metric": "Travel", "points": 3]], "invalid_argument"),
            ([["metric": "gross_margin", "amount": 3]], "invalid_argument"),
            ([["metric": "headcount", "heads": 2]], "invalid_argument"),
            ([["metric": "Treasure", "percent": 3]], "unknown_metric"), ([], "invalid_argument"),
            (
                [["metric": "revenue", "percent": 3, "filters": [["dimension": "region", "values": ["Mars"]]]]],
                "unknown_value"
            ),
        ] as [(JSONValue, String)]
    )
    func refused(changes: JSONValue, code: String) async throws {
        let fixture = try await fixture()
        let failure = try await fixture.failure(
            WhatIfTool(ledger: fixture.ledger),
            ["period": "2025", "changes": changes]
        )
        #expect(failure["code"] == .string(code))
    }

    @Test("A period without actuals has nothing to change")
    func future() async throws {
        let fixture = try await fixture()
        let failure = try await fixture.failure(
            WhatIfTool(ledger: fixture.ledger),
            ["period": "2027", "changes": [["metric": "Travel", "percent": 3]]]
        )
        #expect(failure["code"] == "no_data")
    }
}
