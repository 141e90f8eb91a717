import AgentRuntime
import Testing

@testable import Tools

@Suite("Demo company ten_aether")
struct AetherCompanyTests {
    /// The company in a data folder of its own, with what the tools need to be asked.
    private struct Demo {
        let fixture: TenantFixture
        let context: ToolContext

        init() async throws {
            fixture = try TenantFixture()
            let company = AetherCompany.make()
            try await company.install(in: fixture.databases)
            var context = fixture.context
            context.principal.tenant = company.tenant
            context.settings = TenantSettings(
                tenant: company.tenant,
                today: try #require(company.settings.asOf)
            )
            self.context = context
        }

        func ask(_ tool: any Tool, _ arguments: JSONObject) async throws -> ToolResult {
            let result = try await tool.call(arguments, context: context)
            #expect(!result.isError, "\(result.content.text)")
            return result
        }
    }

    @Test("January's operating expenses are 200,000 over budget through three accounts")
    func operatingExpenses() async throws {
        let demo = try await Demo()
        let result = try await demo.ask(
            VarianceDriversTool(ledger: demo.fixture.ledger),
            ["metric": "opex", "period": "2026-01", "compare_to": "budget"]
        )
        let content = result.content
        #expect(content["value"] == 3_200_000)
        #expect(content.at("comparison.value") == 3_000_000)
        #expect(content["total_difference"] == 200_000)
        #expect(content.at("comparison.percent")?.exact?.rounded(places: 1) == ExactNumber("6.7"))
        let drivers = try #require(content["drivers"]?.array)
        #expect(
            drivers.map { $0["name"]?.string } == ["Cloud Infrastructure", "Contractor Costs", "Software Licenses"]
        )
        #expect(drivers.map { $0["difference"] } == [79_000, 65_000, 56_000])
        #expect(drivers.map { $0["code"]?.string } == ["6200-100", "6500-200", "6200-200"])
        #expect(content.at("other.difference") == 0)
        let anomaly = try #require(drivers[0]["anomaly"])
        #expect(anomaly["description"]?.string == "Cloud Infrastructure (AWS) 47.6% above budget in January 2026")
        #expect(result.citations.contains { $0.source == "anomaly" && $0.id == anomaly["id"]?.string })
        #expect(result.citations.contains { $0.fields["account"] == "6500-200" && $0.source == "ledger" })
    }

    @Test("Exactly eight anomalies stand out")
    func anomalies() async throws {
        let demo = try await Demo()
        let result = try await demo.ask(AnomaliesTool(ledger: demo.fixture.ledger), [:])
        let found = (result.content["anomalies"]?.array ?? []).map { anomaly in
            "\(anomaly.at("period.start_date")?.string ?? "") \(anomaly["metric_name"]?.string ?? "")"
        }
        #expect(
            found == [
                "2026-01-01 Cloud Infrastructure", "2026-01-01 Contractor Costs", "2026-01-01 Software Licenses",
                "2025-11-01 Events & Conferences", "2025-09-01 Services Revenue", "2025-07-01 Travel",
                "2025-03-01 Hosting & Infrastructure", "2024-06-01 Legal & Accounting",
            ]
        )
        #expect(result.content.at("anomalies.0.severity") == "high")
        #expect(result.content.at("anomalies.0.current_value") == 245_000)
        #expect(result.content.at("anomalies.0.expected_value") == 166_000)
        #expect(result.content.at("anomalies.0.category") == "cost_spike")
    }

    @Test("The data spans 36 months with a budget, and is the same each time")
    func span() async throws {
        let company = AetherCompany.make().content
        #expect(company.ledger.first?.date.startOfMonth == CalendarDate("2023-02-01"))
        #expect(company.ledger.last?.date.startOfMonth == CalendarDate("2026-01-01"))
        #expect(Set(company.ledger.map(\.date.monthNumber)).count == 36)
        #expect(Set(company.budget.map(\.month)).count >= 36)
        #expect(AetherCompany.make().content.ledger == company.ledger)
        #expect(AetherCompany.make().content.deals == company.deals)
    }

    @Test("Revenue of the last months rises to 12.5 million")
    func revenue() async throws {
        let demo = try await Demo()
        let result = try await demo.ask(
            MetricsQueryTool(ledger: demo.fixture.ledger),
            ["metric": "revenue", "period": "2026-01", "compare_to": "prior_period", "group_by": "region"]
        )
        #expect(result.content["value"] == 12_500_000)
        #expect(result.content.at("comparison.value") == 11_800_000)
        #expect(
            result.content["groups"]?.array?.map { $0["name"]?.string } == ["North America", "EMEA", "APAC"]
        )
    }

    @Test("The pipeline holds 156 open deals by stage and enough closed ones")
    func pipeline() async throws {
        let demo = try await Demo()
        let result = try await demo.ask(PipelineOverviewTool(ledger: demo.fixture.ledger), [:]).content
        #expect(result.at("total.count") == 156)
        #expect(result.at("total.amount") == 45_000_000)
        let stages = try #require(result["stages"]?.array)
        #expect(stages.map { $0["stage"]?.string } == ["Prospecting", "Qualification", "Proposal", "Negotiation"])
        #expect(stages.map { $0["count"] } == [45, 38, 42, 31])
        #expect(result["win_rate"]?.exact == ExactNumber("0.32"))
        let closed = (result.at("won.count")?.int ?? 0) + (result.at("lost.count")?.int ?? 0)
        #expect(closed >= 200)
        #expect((result.at("at_risk.count")?.int ?? 0) > 0)
    }

    @Test("Installing twice stores once")
    func twice() async throws {
        let demo = try await Demo()
        #expect(try await AetherCompany.make().install(in: demo.fixture.databases) == false)
    }
}
