import AgentRuntime
import Testing

@testable import Tools

@Suite("Scenarios")
struct ScenarioTests {
    /// Three years of level months: revenue 1000, material 300, rent 200, travel 100 by Sales, depreciation 50.
    private func fixture() async throws -> TenantFixture {
        let fixture = try TenantFixture(today: "2025-12-31")
        var rows = "date,account_code,account_name,section,amount,department\n"
        for index in 0..<36 {
            let month = try #require(CalendarDate("2023-01-01")).adding(months: index)
            rows += "\(month),4000,Sales,revenue,1000,\n\(month),5000,Material,cogs,300,\n"
            rows += "\(month),6000,Rent,opex,200,\n\(month),6200,Travel,opex,100,Sales\n"
            rows += "\(month),7000,Depreciation,other,50,\n"
        }
        try await fixture.load("ledger", rows)
        return fixture
    }

    private func create(_ fixture: TenantFixture, _ assumptions: JSONValue) async throws -> JSONValue {
        try await fixture.content(
            ScenarioCreateTool(ScenarioDesk(fixture.databases)),
            [
                "name": "Test", "assumptions": assumptions,
                "time_horizon": ["start_date": "2026-01-01", "end_date": "2026-12-31"],
            ]
        )
    }

    @Test("A percentage, an amount a month and heads change the months that they are timed for")
    func assumptions() async throws {
        let fixture = try await fixture()
        let made = try await create(
            fixture,
            [
                [
                    "name": "Less travel", "type": "percentage", "value": -50, "applies_to": ["Travel"],
                    "timing": "Q2 2026",
                ],
                [
                    "name": "More rent", "type": "absolute", "value": 10, "applies_to": ["Rent"],
                    "start_date": "2026-07",
                ],
                ["name": "Hires", "type": "headcount", "value": 2, "cost_per_head": 120, "timing": "2026-12"],
            ]
        )
        // Nine months of 50 less, six of 10 more, one of 20 more.
        #expect(made.at("summary.cost_impact")?.exact == ExactNumber(-370))
        #expect(made.at("summary.ebitda_impact")?.exact == ExactNumber(370))
        #expect(made.at("summary.headcount_change")?.exact == ExactNumber(2))
        #expect(made.at("projections.monthly.0.costs")?.exact == ExactNumber(600))
        #expect(made.at("projections.monthly.11.costs")?.exact == ExactNumber(580))
        #expect(made.at("projections.summary.total_revenue")?.exact == ExactNumber(12_000))
        #expect(made.at("status") == "draft")
        #expect(made.at("sensitivity_analysis.0.impact_range")?.array?.count == 2)
    }

    @Test("A shift in time leaves the months before it empty")
    func timing() async throws {
        let fixture = try await fixture()
        let made = try await create(
            fixture,
            [["name": "Delay", "type": "timing", "value": 3, "applies_to": ["revenue"]]]
        )
        #expect(made.at("summary.revenue_impact")?.exact == ExactNumber(-3000))
        #expect(made.at("projections.monthly.2.revenue")?.exact == .zero)
    }

    @Test("The same effect makes one scenario, and it is compared with what it builds on")
    func once() async throws {
        let fixture = try await fixture()
        let desk = ScenarioDesk(fixture.databases)
        let assumptions: JSONValue = [["name": "Growth", "type": "percentage", "value": 10, "applies_to": ["revenue"]]]
        let first = try await create(fixture, assumptions)
        _ = try await create(fixture, assumptions)
        let compared = try await fixture.content(ScenarioCompareTool(desk), [:])
        #expect(compared.at("scenarios")?.array?.count == 1)
        let id = try #require(first.at("id")?.string)
        #expect(compared["comparison"]?["revenue"]?[id]?.exact == ExactNumber(13_200))
        let later = try await desk.made(
            ["name": "On top", "base_scenario_id": .string(id), "assumptions": assumptions],
            owner: ("usr", "User"),
            effectID: "another",
            settings: fixture.settings,
            now: Timestamp(milliseconds: 1)
        )
        #expect(JSONValue.object(later).at("summary.revenue_impact")?.exact == ExactNumber(2400))
    }

    @Test("A simulation has the mean and spread of its variables, and repeats with its seed")
    func simulation() async throws {
        let fixture = try await fixture()
        let tool = ScenarioSimulateTool(ScenarioDesk(fixture.databases))
        let arguments: JSONObject = [
            "period": "2026", "iterations": 20_000, "seed": 7,
            "variables": [
                [
                    "name": "Revenue Growth", "distribution": "normal",
                    "mean": .exact(ExactNumber(significand: 2, exponent: -1)),
                    "std_dev": .exact(ExactNumber(significand: 5, exponent: -2)),
                ],
                [
                    "name": "Cost Inflation", "distribution": "uniform", "min": 0,
                    "max": .exact(ExactNumber(significand: 1, exponent: -1)),
                ],
            ],
            "target": ["metric": "revenue", "value": 14_400],
        ]
        let content = try await fixture.content(tool, arguments)
        let mean = try #require(content.at("results.revenue.mean")?.exact?.double)
        #expect(abs(mean - 14_400) < 20)
        #expect(abs((content.at("results.revenue.std_dev")?.exact?.double ?? 0) - 600) < 20)
        #expect(abs((content.at("results.costs.mean")?.exact?.double ?? 0) - 7_560) < 10)
        #expect(abs((content.at("probability_of_meeting_target")?.exact?.double ?? 0) - 0.5) < 0.02)
        #expect(try await fixture.content(tool, arguments) == content)
    }

    @Test(
        "Arguments that make no sense are refused with the reason",
        arguments: [
            (["iterations": -5], "invalid_argument"), (["iterations": 1_000_000_000], "invalid_argument"),
            (["period": "2020"], "no_data"), (["period": "2025"], "invalid_period"),
            (["period": "2040"], "invalid_period"),
            (["scenario_id": "scen_none"], "not_found"),
            (["target": ["metric": "joy", "value": 5]], "unknown_metric"),
            (["variables": [["name": "growth", "distribution": "cauchy"]]], "invalid_argument"),
            (
                ["variables": [["name": "growth", "distribution": "normal", "mean": 0, "std_dev": -1]]],
                "invalid_argument"
            ),
            (
                [
                    "variables": [
                        ["name": "growth", "distribution": "normal", "mean": 0, "std_dev": 1],
                        ["name": "inflation", "distribution": "normal", "mean": 0, "std_dev": 1],
                    ], "correlation": [[1, 1], [1, 1]],
                ], "invalid_argument"
            ),
        ] as [(JSONObject, String)]
    )
    func refused(arguments: JSONObject, code: String) async throws {
        let fixture = try await fixture()
        let failure = try await fixture.failure(ScenarioSimulateTool(ScenarioDesk(fixture.databases)), arguments)
        #expect(failure["code"] == .string(code))
    }

    @Test("A tenant without a ledger has nothing to simulate")
    func empty() async throws {
        let fixture = try TenantFixture()
        try await fixture.load("deals", "id,name,amount,stage\nd1,One,5,Proposal\n")
        let failure = try await fixture.failure(ScenarioSimulateTool(ScenarioDesk(fixture.databases)), [:])
        #expect(failure["code"] == "no_data")
    }

    @Test("Scenarios are made, listed and compared by plain questions")
    func planned() async throws {
        let fixture = try await fixture()
        let conversation = try DataConversation(fixture.databases, settings: fixture.settings)
        #expect(try await conversation.ask("List scenarios").text.hasPrefix("There are no scenarios yet."))
        let made = try await conversation.ask("Create a scenario named Lean where travel falls by 50%")
        #expect(made.calls.map(\.call.name) == ["scenario_create"], "\(made.text)")
        #expect(made.content["name"] == "Lean" && made.content["assumptions"]?.array?.count == 1)
        #expect(made.text.contains("The scenario “Lean” is kept as a draft"), "\(made.text)")
        #expect(made.text.contains("EBITDA +$600"), "\(made.text)")
        #expect(made.ungrounded == [] && !made.citations.isEmpty)
        _ = try await ScenarioDesk(fixture.databases).create(
            ["name": "Test"],
            owner: ("usr_test", "Test"),
            effectID: "effect_other",
            settings: fixture.settings,
            now: Timestamp(milliseconds: 0)
        )
        for question in ["List scenarios", "Compare scenarios", "Compare the scenarios Lean and Test"] {
            let listed = try await conversation.ask(question)
            #expect(listed.text.contains("Lean") && listed.text.contains("Test"), "\(question): \(listed.text)")
            #expect(listed.ungrounded == [] && !listed.citations.isEmpty)
        }
    }

    @Test(
        "A wish for a scenario is read by its name and what it supposes",
        arguments: [
            ("Build a scenario called Big push with travel up 20%", "Big push", "Travel", 20),
            ("Create a growth scenario where revenue grows by 10%", "Growth", "revenue", 10),
            ("Create a new scenario: revenue drops 15 percent", "Revenue drops 15 percent", "revenue", -15),
        ]
    )
    func wishes(question: String, name: String, target: String, value: Int) async throws {
        let fixture = try await fixture()
        let answer = try await DataConversation(fixture.databases, settings: fixture.settings).ask(question)
        let call = try #require(answer.calls.first?.call, "\(answer.text)")
        #expect(call.arguments["name"]?.string == name)
        let assumption = try #require(call.arguments["assumptions"]?[0])
        #expect(assumption["value"]?.exact == ExactNumber(value))
        #expect(answer.content["code"] == nil && assumption["name"]?.string?.lowercased() == target.lowercased())
    }
}
