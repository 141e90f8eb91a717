import AgentRuntime
import Testing

@testable import Tools

@Suite("Metric forecasts")
struct ForecastMetricTests {
    /// Three years of months that grow by 10 each; a ledger that ends in the middle of a month.
    private func fixture(today: String = "2026-01-31", months: Int = 36) async throws -> TenantFixture {
        let fixture = try TenantFixture(today: today)
        var rows = "date,account_code,account_name,section,amount\n"
        for index in 0..<months {
            let month = try #require(CalendarDate("2023-02-01")).adding(months: index)
            rows += "\(month),4000,Sales,revenue,\(1000 + index * 10)\n\(month),6000,Rent,opex,200\n"
        }
        try await fixture.load("ledger", rows)
        return fixture
    }

    @Test("A steady rise goes on, and its months add up to the total")
    func rise() async throws {
        let fixture = try await fixture()
        let content = try await fixture.content(
            ForecastMetricTool(ledger: fixture.ledger),
            ["metric": "revenue", "period": "2026-Q2"]
        )
        // March 2026 is the 38th month, so April to June are 1380, 1390 and 1400.
        let total = try #require(content.at("total.value")?.exact?.double)
        #expect(abs(total - 4170) < 1)
        #expect(content.at("months")?.array?.count == 3)
        #expect(content.at("months.0.kind") == "forecast")
        #expect(content.at("backtest.origins")?.int == 12)
        #expect((content.at("backtest.mape")?.exact?.double ?? 1) < 0.01)
        #expect(content.at("history_months")?.int == 36)
    }

    @Test("Months that have ended stand as booked; the rest of the period is forecast")
    func running() async throws {
        let fixture = try await fixture()
        let content = try await fixture.content(
            ForecastMetricTool(ledger: fixture.ledger),
            ["metric": "revenue", "period": "2026-Q1"]
        )
        #expect(content.at("total.booked")?.int == 1)
        #expect(content.at("months.0.kind") == "actual")
        #expect(content.at("months.0.value")?.exact == ExactNumber(1350))
        #expect(content.at("months.1.kind") == "forecast")
    }

    @Test("A month that still runs is not learned from")
    func partial() async throws {
        let fixture = try await fixture(today: "2026-01-10")
        let content = try await fixture.content(
            ForecastMetricTool(ledger: fixture.ledger),
            ["metric": "opex", "months": 1]
        )
        #expect(content.at("history_months")?.int == 35)
        #expect(content.at("period.start_date") == "2026-01-01")
        #expect(content.at("total.value")?.exact == ExactNumber(200))
    }

    @Test(
        "What cannot be forecast is refused with the reason",
        arguments: [
            (["metric": "revenue", "period": "2025"], "invalid_period"),
            (["metric": "revenue", "period": "2035"], "invalid_period"),
            (["metric": "revenue", "months": 99], "invalid_argument"), (["metric": "joy"], "unknown_metric"),
            (["metric": "cogs"], "no_data"),
        ] as [(JSONObject, String)]
    )
    func refused(arguments: JSONObject, code: String) async throws {
        let fixture = try await fixture()
        let failure = try await fixture.failure(ForecastMetricTool(ledger: fixture.ledger), arguments)
        #expect(failure["code"] == .string(code))
    }

    @Test("Two months are too few to learn from")
    func few() async throws {
        let fixture = try await fixture(today: "2023-03-31", months: 2)
        let failure = try await fixture.failure(
            ForecastMetricTool(ledger: fixture.ledger),
            ["metric": "revenue", "months": 2]
        )
        #expect(failure["code"] == "not_enough_data")
    }
}
