import AgentRuntime
import Testing

@testable import Tools

@Suite("Causal simulation")
struct CausalTests {
    // MARK: Statistics

    /// Two series of 36 months, the second of which follows the first one month later.
    private static let cause = [
        136.98, 119.99, 117.04, 122.07, 136.75, 138.26, 130.83, 120.95, 130.36, 153.51, 157.75, 139.45, 126.71, 148.69,
        151.74, 127.61, 126.54, 112.65, 105.78, 100.74, 93.8, 99.14, 98.52, 92.88, 96.76, 105.13, 89.21, 86.94, 78.82,
        77.47, 68.1, 68.24, 67.98, 65.94, 59.38, 57.08,
    ]
    private static let result = [
        403.43, 394.72, 363.8, 375.97, 396.45, 453.69, 475.01, 441.51, 413.05, 404.7, 424.92, 413.99, 360.35, 338.63,
        380.24, 409.73, 379.16, 399.81, 373.99, 357.75, 333.2, 314.7, 313.0, 313.48, 298.93, 311.59, 341.48, 319.22,
        329.99, 333.8, 336.04, 312.2, 304.74, 294.73, 273.28, 245.0,
    ]

    /// Least squares of numpy 2.4 over twelve dummies and the lagged differences of logarithms, with
    /// `scipy.stats.t.sf` of scipy 1.17 for the probability; the last row is `scipy.stats.linregress` over 20 months.
    @Test(
        "A lagged relation is what least squares finds",
        arguments: [
            (36, 0, 0.036632477695807325, 0.0532135761904705, 0.8049467929826661, 35),
            (36, 1, 0.6578622405016966, 0.9513709467042335, 3.2834240701168993e-12, 34),
            (36, 2, 0.07075015285948429, 0.11673672759587315, 0.6049068314160606, 33),
            (36, 3, -0.13060540166941603, -0.20794126895441964, 0.3657300616103305, 32),
            (20, 1, 0.6390235392281358, 0.8278946494703645, 2.2211594426657817e-05, 18),
        ]
    )
    func relation(months: Int, lag: Int, slope: Double, r: Double, probability: Double, pairs: Int) throws {
        let relation = try #require(
            LaggedRelation(of: Array(Self.cause.prefix(months)), to: Array(Self.result.prefix(months)), lag: lag)
        )
        #expect(abs(relation.slope - slope) < 1e-9)
        #expect(abs(relation.correlation - r) < 1e-9)
        #expect(abs(relation.probability - probability) < 1e-6 * probability + 1e-15)
        #expect(relation.pairs == pairs)
    }

    @Test("Series that cannot be told anything from have no relation")
    func noRelation() {
        #expect(LaggedRelation(of: [1, 2, 3], to: [1, 2, 3], lag: 0) == nil)
        #expect(LaggedRelation(of: Array(repeating: 5, count: 36), to: Self.result, lag: 0) == nil)
        #expect(LaggedRelation(of: [0] + Self.cause.dropFirst(), to: Self.result, lag: 1) == nil)
    }

    // MARK: Spreading

    private static let seed = """
        source,target,weight,lag_days,confidence
        marketing_spend,website_traffic,0.85,7,0.85
        website_traffic,conversions,0.75,7,0.85
        conversions,revenue,0.9,7,0.85

        """

    private func fixture(_ relationships: String? = seed) async throws -> TenantFixture {
        let fixture = try TenantFixture(today: "2025-12-31")
        if let relationships { try await fixture.load("relationships", relationships) }
        return fixture
    }

    @Test("A change spreads along imported relationships, and confidence falls with distance")
    func spread() async throws {
        let fixture = try await fixture()
        let content = try await fixture.content(
            CausalSimulateTool(ledger: fixture.ledger),
            ["metric": "Marketing Spend", "change_percent": 20]
        )
        let names = (content["effects"]?.array ?? []).compactMap { $0["name"]?.string }
        #expect(names == ["Website Traffic", "Conversions", "Revenue"])
        #expect(content.at("effects.0.change_percent") == 17)
        #expect(content.at("effects.1.change_percent")?.exact == ExactNumber("12.75"))
        #expect(content.at("effects.2.change_percent")?.exact == ExactNumber("11.48"))
        #expect(content.at("effects.2.lag_days") == 21)
        let confidences = (content["effects"]?.array ?? []).compactMap { $0["confidence"]?.exact?.double }
        #expect(confidences == [0.85, 0.7225, 0.6141])
        let kinds = (content["nodes"]?.array ?? []).map { [$0["id"]?.string, $0["type"]?.string] }
        #expect(kinds.contains(["marketing_spend", "input"]) && kinds.contains(["revenue", "output"]))
        let near = try await fixture.content(
            CausalSimulateTool(ledger: fixture.ledger),
            ["metric": "marketing-spend", "change_percent": -10, "horizon_days": 14]
        )
        #expect(near["effects"]?.array?.count == 2)
        #expect(near.at("beyond_horizon.0.metric") == "revenue")
        #expect(near.at("effects.0.change_percent")?.exact == ExactNumber("-8.5"))
    }

    @Test("What comes by several ways adds up")
    func ways() async throws {
        let half = ExactNumber(significand: 5, exponent: -1)
        let fixture = try await fixture()
        let content = try await fixture.content(
            CausalSimulateTool(ledger: fixture.ledger),
            [
                "metric": "a", "change_percent": 10,
                "relationships": [
                    ["source": "a", "target": "b", "weight": 1], ["source": "a", "target": "c", "weight": -2],
                    ["source": "b", "target": "d", "weight": .exact(half), "lag_days": 3],
                    ["source": "c", "target": "d", "weight": 1],
                ],
            ]
        )
        let last = content["effects"]?.array?.last
        #expect(last?["metric"] == "d")
        #expect(last?["change_percent"] == -15)
        #expect(last?["lag_days"] == 3)
        #expect(last?["steps"] == 2)
    }

    @Test("A circle is refused and named")
    func circle() async throws {
        let fixture = try await fixture()
        let tool = CausalSimulateTool(ledger: fixture.ledger)
        let failure = try await fixture.failure(
            tool,
            [
                "metric": "a", "change_percent": 10,
                "relationships": [
                    ["source": "a", "target": "b", "weight": 1], ["source": "b", "target": "c", "weight": 1],
                    ["source": "c", "target": "A", "weight": 1],
                ],
            ]
        )
        #expect(failure["code"] == "invalid_argument")
        #expect(failure["message"]?.string?.contains("circle: A → B → C → A") == true, "\(failure)")
        let error = await fixture.refusal(
            "relationships",
            "source,target,weight\nrevenue,marketing_spend,0.1\n"
        )
        #expect(error?.message.contains("circle") == true)
        // Nothing of the refused file is kept.
        let content = try await fixture.content(tool, [:])
        #expect(content["edges"]?.array?.count == 3)
        for row in ["a,a,1", "a,b,0", "a,b,9999", "a,b,1,1.5", "a,b,1,0,2", ",b,1"] {
            #expect(await fixture.refusal("relationships", "source,target,weight,lag_days,confidence\n\(row)\n") != nil)
        }
    }

    @Test("A long chain and a wide graph end soon")
    func large() async throws {
        let fixture = try await fixture()
        let chain: [JSONValue] = (0..<400).map {
            ["source": .string("n\($0)"), "target": .string("n\($0 + 1)"), "weight": 1]
        }
        let content = try await fixture.content(
            CausalSimulateTool(ledger: fixture.ledger),
            ["metric": "n0", "change_percent": 5, "relationships": .array(chain)]
        )
        #expect(content["effects"]?.array?.count == 400)
        #expect(content["effects"]?.array?.last?["confidence"] == 0)
    }

    @Test("Bad arguments are explained")
    func failures() async throws {
        let fixture = try await fixture()
        let tool = CausalSimulateTool(ledger: fixture.ledger)
        func failure(_ arguments: JSONObject) async throws -> JSONValue { try await fixture.failure(tool, arguments) }
        let unknown = try await failure(["metric": "marketing_spent", "change_percent": 5])
        #expect(unknown["code"] == "unknown_metric")
        #expect(unknown["nearest"] == "marketing_spend")
        #expect(try await failure(["metric": "revenue"])["code"] == "invalid_argument")
        #expect(try await failure(["metric": "revenue", "change_percent": -101])["code"] == "invalid_argument")
        #expect(try await failure(["metric": "revenue", "change_percent": 5, "horizon_days": 0])["argument"] != nil)
        let empty = try TenantFixture()
        try await empty.load("deals", "id,name,amount,stage\nd1,Deal,1,Proposal\n")
        let none = try await empty.failure(
            CausalSimulateTool(ledger: empty.ledger),
            ["metric": "revenue", "change_percent": 5]
        )
        #expect(none["code"] == "no_data")
    }

    // MARK: A tenant's own months

    /// Advertising drives sales one month later where `follows`; else sales are on their own.
    private func ledger(follows: Bool) async throws -> TenantFixture {
        var random = SeededGenerator(seed: 11)
        var text = "date,account_code,account_name,section,amount\n"
        let first = try #require(CalendarDate("2023-01-01"))
        var spend = 10_000.0
        var sales = 100_000.0
        var before = 0.0
        for month in 0..<36 {
            let date = first.adding(months: month).adding(days: 9)
            let move = 0.15 * random.swing()
            spend *= 1 + move
            sales *= 1 + (follows ? 0.5 * before : 0) + 0.02 * random.swing()
            before = move
            text += "\(date),4000,Sales,revenue,\(Int(sales))\n"
            text += "\(date),5000,Material,cogs,\(Int(sales * 0.4))\n"
            text += "\(date),6500,Advertising,opex,\(Int(spend))\n"
            text += "\(date),6100,Salaries,opex,\(20_000 + random.number(in: 0...400))\n"
        }
        let fixture = try TenantFixture(today: "2025-12-31")
        try await fixture.load("ledger", text)
        return fixture
    }

    @Test("What a tenant's months show is found, and results follow by the statement")
    func estimated() async throws {
        let fixture = try await ledger(follows: true)
        let content = try await fixture.content(
            CausalSimulateTool(ledger: fixture.ledger),
            ["metric": "marketing_spend", "change_percent": 20]
        )
        let effects = content["effects"]?.array ?? []
        let revenue = try #require(effects.first { $0["metric"] == "revenue" })
        #expect(revenue["basis"] == "estimated")
        #expect(revenue["lag_days"] == 30)
        let change = try #require(revenue["change_percent"]?.exact?.double)
        #expect(change > 8 && change < 12, "\(change)")
        let income = try #require(effects.first { $0["metric"] == "operating_income" })
        let confidences = [revenue, income].compactMap { $0["confidence"]?.exact?.double }
        #expect(confidences[1] < confidences[0])
        // In money: what revenue brings, less cogs, less the spending itself.
        func monthly(_ metric: String) -> Double {
            effects.first { $0["metric"]?.string == metric }?["monthly_change"]?.exact?.double ?? 0
        }
        let expected = monthly("revenue") - monthly("cogs") - monthly("opex")
        #expect(abs(monthly("operating_income") - expected) < 1)
    }

    @Test("Where the months show nothing, no relationship is made up")
    func nothing() async throws {
        let fixture = try await ledger(follows: false)
        let content = try await fixture.content(
            CausalSimulateTool(ledger: fixture.ledger),
            ["metric": "Advertising", "change_percent": 20]
        )
        let effects = (content["effects"]?.array ?? []).compactMap { $0["metric"]?.string }
        #expect(!effects.contains("revenue"))
        #expect(effects.contains("operating_income"))
        let answer = try await DataConversation(fixture.databases, settings: fixture.settings)
            .ask("What happens to revenue if I raise advertising by 20%?")
        #expect(answer.signature.hasPrefix("causal_simulate"), "\(answer.signature)")
        #expect(
            answer.text.contains("No relationship is known that leads from Advertising to Revenue"),
            "\(answer.text)"
        )
    }

    @Test("Questions about effects are answered; sums stay with what-if")
    func questions() async throws {
        let fixture = try await ledger(follows: true)
        let conversation = try DataConversation(fixture.databases, settings: fixture.settings)
        let answer = try await conversation.ask("What happens to revenue if I raise advertising by 20%?")
        #expect(answer.signature.hasPrefix("causal_simulate"), "\(answer.signature)")
        #expect(answer.text.contains("- Revenue: +") && answer.text.contains("after 30 days"), "\(answer.text)")
        #expect(!answer.citations.isEmpty)
        conversation.forget()
        let ripple = try await conversation.ask("What are the knock-on effects if we cut advertising by 10%?")
        #expect(ripple.signature.hasPrefix("causal_simulate"), "\(ripple.text)")
        conversation.forget()
        let graph = try await conversation.ask("Show me the causal relationships")
        #expect(graph.text.contains("- Marketing Spend to Revenue: 0."), "\(graph.text)")
        conversation.forget()
        let sums = try await conversation.ask("What happens to operating income if we cut advertising by 10% in 2025?")
        #expect(sums.signature.hasPrefix("what_if"), "\(sums.signature)")
    }
}
