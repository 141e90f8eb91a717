import AgentRuntime
import Testing

@testable import Tools

@Suite("Initiatives")
struct InitiativeTests {
    /// `npf.npv((1 + y) ** (1 / 12) - 1, flows)` and `npf.irr(flows)` of numpy-financial 1.0.0.
    @Test(
        "Present values and internal rates are numpy-financial's",
        arguments: [
            ([-25_000] + [Double](repeating: 50_000.0 / 6, count: 6), 0.10, 23633.675283800567, 0.24292472610028715),
            (
                [-100_000, -20_000, 5_000, 15_000, 30_000, 45_000, 60_000, 60_000], 0.12, 84344.18164555631,
                0.11803563257936256
            ),
            ([-1_000, 100, 100, 100], 0.08, -703.8194172762558, -0.42441744383163094),
            ([-40_000] + [Double](repeating: 1_500, count: 36), 0.09, 7413.54937460703, 0.01721548845991583),
            ([-1_200] + [Double](repeating: 100, count: 12), 0, 0, 0),
        ] as [([Double], Double, Double, Double)]
    )
    func formulas(flows: [Double], yearly: Double, value: Double, rate: Double) throws {
        let flows = CashFlows(values: flows)
        let monthly =
            [
                0.0: 0, 0.08: 0.00643403011000343, 0.09: 0.007207323316136716, 0.10: 0.007974140428903764,
                0.12: 0.009488792934583046,
            ][yearly] ?? .nan
        #expect(abs(flows.netPresentValue(monthly) - value) < 1e-6 * max(1, abs(value)))
        #expect(abs(try #require(flows.internalRate) - rate) < 1e-9)
    }

    @Test("Flows without one change of sign have no internal rate")
    func noRate() {
        #expect(CashFlows(values: [100, 100]).internalRate == nil)
        #expect(CashFlows(values: [-100, 300, -250]).internalRate == nil)
        #expect(CashFlows(values: []).internalRate == nil)
        #expect(CashFlows(values: [-100, 0, 0]).internalRate == nil)
    }

    @Test(
        "Payback is where the sum comes to nothing, within a month in its share",
        arguments: [
            ([-100, 50, 50, 50], 2), ([-100, 40, 40, 40], 2.5), ([-100, 10, 10], nil), ([0, 10], 0),
            ([-100, 150], 2.0 / 3),
        ] as [([Double], Double?)]
    )
    func payback(flows: [Double], months: Double?) {
        #expect(CashFlows(values: flows).payback == months)
    }

    private func context() throws -> TenantFixture { try TenantFixture(today: "2024-01-15") }

    @Test("The initiative of the platform's document")
    func document() async throws {
        let fixture = try context()
        let content = try await fixture.content(
            InitiativeAnalysisTool(),
            [
                "name": "New Product Launch", "expected_outcome": ["revenue": 50_000], "investment": 25_000,
                "timeline": "6 months",
            ]
        )
        #expect(content["months"] == 6)
        #expect(content["roi"] == 1)
        #expect(content["payback_months"] == 3)
        #expect(content["npv"]?.exact == ExactNumber("23633.68"))
        #expect(content["irr_monthly"]?.exact == ExactNumber("0.242925"))
        #expect(content["net_gain"] == 25_000)
        #expect(content["verdict"] == "worthwhile")
        #expect(content["cash_flows"]?.array?.count == 7)
        #expect(content.at("cash_flows.0.period") == "2024-01")
        #expect(content.at("cash_flows.6.cumulative") == 25_000)
        #expect(content.at("sensitivity.0.roi")?.exact == ExactNumber("0.5"))
    }

    @Test("Costs go out, savings come in, a margin is kept of revenue")
    func outcomes() async throws {
        let fixture = try context()
        let content = try await fixture.content(
            InitiativeAnalysisTool(),
            [
                "expected_outcome": ["revenue": 1_000, "running_costs": 200, "costSavings": 50], "investment": 100,
                "timeline": 10, "margin": .exact(ExactNumber(significand: 5, exponent: -1)),
            ]
        )
        #expect(content["inflow"] == 350)
        let flows = try await fixture.content(
            InitiativeAnalysisTool(),
            ["investment": 100, "cash_flows": [-50, 100, 100], "discount_rate": 0]
        )
        #expect(flows["npv"] == 50)
        #expect(flows["payback_months"]?.exact == ExactNumber("2.5"))
        let never = try await fixture.content(InitiativeAnalysisTool(), ["investment": 100, "cash_flows": [10]])
        #expect(never["payback_months"] == .null)
        #expect(never["verdict"] == "loses_money")
    }

    @Test(
        "Timelines are read as people write them",
        arguments: [
            ("6 months", 6), ("2 years", 24), ("1 quarter", 3), ("90 days", 3), ("six months", 6), ("18", 18),
            ("6months", 6),
            ("1 day", 1),
        ]
    )
    func timelines(text: String, months: Int) throws {
        #expect(try InitiativeAnalysis.months(.string(text)) == months)
    }

    @Test("Bad arguments are explained")
    func failures() async throws {
        let fixture = try context()
        let good: JSONObject = ["investment": 100, "expected_outcome": ["revenue": 5], "timeline": "6 months"]
        let bad: [(String, JSONValue?)] = [
            ("investment", nil), ("investment", -1), ("expected_outcome", [:]), ("expected_outcome", nil),
            ("timeline", "soon"), ("timeline", "0 months"), ("timeline", "900 years"), ("timeline", nil),
            ("discount_rate", -2), ("margin", 3), ("cash_flows", []),
            ("investment", .exact(ExactNumber(significand: 1, exponent: 20))),
        ]
        for (name, value) in bad {
            var arguments = good
            arguments[name] = value
            let failure = try await fixture.failure(InitiativeAnalysisTool(), arguments)
            #expect(failure["code"] == "invalid_argument" && failure["argument"]?.string == name, "\(name) \(failure)")
        }
    }

    @Test(
        "Questions about investments are answered",
        arguments: [
            "Is it worth investing $25K to earn $50K over 6 months?",
            "What is the ROI of a $25,000 investment that brings $50,000 in 6 months?",
            "What's the payback period if we spend 25000 and get 50000 back in 6 months?",
            "NPV of an investment of $25K returning $8,333.3333 a month for 6 months",
        ]
    )
    func questions(question: String) async throws {
        let fixture = try context()
        try await fixture.load("deals", "id,name,amount,stage\nd1,Deal,1,Proposal\n")
        let answer = try await DataConversation(fixture.databases, settings: fixture.settings).ask(question)
        #expect(answer.signature.hasPrefix("initiative_analysis"), "\(answer.signature) \(answer.text)")
        #expect(answer.text.contains("100%") && answer.text.contains("3 months"), "\(answer.text)")
        #expect(!answer.citations.isEmpty)
    }
}
