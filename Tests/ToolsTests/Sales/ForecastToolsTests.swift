import AgentRuntime
import Testing

@testable import Tools

@Suite("Forecasts of sales and of material")
struct ForecastToolsTests {
    private func fixture() async throws -> TenantFixture {
        let fixture = try TenantFixture(today: "2026-01-31")
        var ledger = "date,account_code,account_name,section,amount\n"
        var usage = "date,code,quantity\n"
        for month in 0..<36 {
            let date = "\(2023 + (month + 1) / 12)-\(String(101 + (month + 1) % 12).suffix(2))"
            let season = [0, 10, 20, 10, 0, -10][month % 6]
            ledger += "\(date)-15,4000,Sales,revenue,\(1000 + 10 * month + season)\n"
            usage += "\(date)-10,AL,\(200 + 2 * month + season)\n"
        }
        try await fixture.load("ledger", ledger)
        try await fixture.load(
            "budget",
            "month,account_code,section,amount\n2026-02,4000,revenue,1400\n2026-03,4000,revenue,1400\n"
        )
        try await fixture.load("material_usage", usage)
        try await fixture.load("materials", "code,name,unit,stock,reserved\nAL,Aluminium,kg,300,50\nST,Steel,kg,10,0\n")
        try await fixture.load(
            "deals",
            """
            id,name,account,owner,amount,stage,probability,close_date,created_date,last_activity_date
            d1,One,Acme,Ann,1000,Proposal,0.5,2026-02-15,2025-12-01,2026-01-20
            d2,Two,Bolt,Ann,2000,Negotiation,0.8,2026-03-15,2025-12-01,2026-01-20
            d3,Three,Bolt,Ann,9000,Negotiation,0.8,2026-06-15,2025-12-01,2026-01-20
            d4,Won,Bolt,Ann,700,Closed Won,,2026-01-10,2025-12-01,2026-01-10

            """
        )
        return fixture
    }

    @Test("A quarter is what is booked and what the past foretells, beside what its deals promise")
    func revenue() async throws {
        let fixture = try await fixture()
        let tool = RevenueForecastTool(ledger: fixture.ledger)
        let result = try await fixture.content(tool, [:])
        #expect(result.at("period.start_date") == "2026-01-01")
        #expect(result["basis"] == "history")
        #expect(result["booked"] == 1340)
        let expected = try #require(result["expected"]?.exact?.double)
        #expect(3 * 1250 < expected && expected < 3 * 1450, "\(expected)")
        let low = try #require(result["intervals"]?["95"]?["lower"]?.exact?.double)
        let high = try #require(result["intervals"]?["80"]?["upper"]?.exact?.double)
        #expect(low <= expected && expected <= high)
        #expect(result.at("pipeline.open_deals") == 2)
        #expect(result.at("pipeline.open_amount") == 3000)
        // Stage base rates: the averages of what is said of the open deals of a stage.
        #expect(result.at("pipeline.expected_amount") == 2100)
        #expect(result.at("pipeline.won_amount") == 700)
        #expect(result["budget"] == 2800)
        #expect(try await fixture.failure(tool, ["period": "2024"])["code"] == "invalid_period")
        #expect(try await fixture.failure(tool, ["period": "2099"])["code"] == "invalid_period")
    }

    @Test("Without a past the deals stand alone; without both nothing is said")
    func pipelineAlone() async throws {
        let fixture = try TenantFixture(today: "2026-01-31")
        try await fixture.load(
            "deals",
            "id,name,amount,stage,probability,close_date\nd1,One,1000,Proposal,0.4,2026-02-15\n"
        )
        let tool = RevenueForecastTool(ledger: fixture.ledger)
        let result = try await fixture.content(tool, [:])
        #expect(result["basis"] == "pipeline")
        #expect(result["expected"] == 400)
        #expect(try await fixture.failure(tool, ["period": "2026-Q3"])["code"] == "no_data")
    }

    @Test("Demand is forecast by month, quarter and week, with intervals around it")
    func demand() async throws {
        let fixture = try await fixture()
        let tool = DemandForecastTool(ledger: fixture.ledger)
        let monthly = try await fixture.content(tool, ["material": "aluminium"])
        let rows = monthly["forecasts"]?.array ?? []
        #expect(rows.map { $0["period"]?.string } == ["2026-02", "2026-03", "2026-04"])
        for row in rows {
            let value = try #require(row["quantity"]?.exact)
            #expect(ExactNumber(220) < value && value < ExactNumber(330), "\(value)")
            #expect((row["lower_95"]?.exact ?? .zero) < value || row["lower_95"]?.exact == value)
            #expect(value < (row["upper_95"]?.exact ?? .zero) || row["upper_95"]?.exact == value)
        }
        let quarter = try await fixture.content(tool, ["material": "AL", "horizon": "quarterly", "periods": 1])
        #expect(quarter.at("forecasts.0.period") == "Q2 2026")
        let week = try await fixture.content(tool, ["material": "AL", "horizon": "weekly", "periods": 2])
        let share = try #require(week.at("forecasts.0.quantity")?.exact?.double)
        #expect(40 < share && share < 90, "\(share)")
        // 250 free kilograms last about a month.
        let until = try #require(monthly["stock_lasts_until"]?.string.flatMap(CalendarDate.init))
        #expect(fixture.settings.today < until && until < fixture.settings.today.adding(days: 60))
        #expect(try await fixture.failure(tool, ["material": "Gold"])["code"] == "not_found")
        #expect(try await fixture.failure(tool, ["material": "ST"])["code"] == "no_data")
    }

    @Test(
        "Questions about what is to come become calls",
        arguments: [
            ("What is our sales forecast?", "revenue_forecast", "Expected revenue, Q1 2026"),
            ("How much will we close next quarter?", "revenue_forecast 2026-04-01..2026-06-30", "Q2 2026"),
            ("Forecast the demand for Aluminium", "demand_forecast material=AL", "Expected use of Aluminium"),
            (
                "How much aluminium will we need next quarter?",
                "demand_forecast material=AL horizon=quarterly periods=1", "Q2 2026"
            ),
            ("Which deals are most likely to win?", "deal_score", "Two"),
        ]
    )
    func questions(question: String, signature: String, part: String) async throws {
        let fixture = try await fixture()
        let conversation = try DataConversation(fixture.databases, settings: fixture.settings)
        let answer = try await conversation.ask(question)
        #expect(answer.signature == signature)
        #expect(answer.text.contains(part), "\(answer.text)")
        #expect(!answer.citations.isEmpty)
    }
}
