import AgentRuntime
import Testing

@testable import Tools

@Suite("Variance drivers")
struct VarianceDriversTests {
    private func fixture() async throws -> TenantFixture {
        let fixture = try TenantFixture()
        try await fixture.load(
            "ledger",
            """
            date,account_code,account_name,section,amount,department,vendor
            2025-12-01,6000,Rent,opex,100,Admin,Landlord
            2025-12-01,6100,Tools,opex,50,Workshop,Smith
            2025-12-01,4000,Chairs,revenue,500,,
            2026-01-01,6000,Rent,opex,130,Admin,Landlord
            2026-01-01,6100,Tools,opex,40,Workshop,Smith
            2026-01-02,6100,Tools,opex,15,Workshop,Jones
            2026-01-01,4000,Chairs,revenue,520,,

            """
        )
        try await fixture.load(
            "budget",
            "month,account_code,section,amount,department\n2026-01,6000,opex,120,Admin\n2026-01,6100,opex,60,Workshop\n"
        )
        return fixture
    }

    @Test("A cost lowers a result, and its rise counts against it")
    func signs() async throws {
        let fixture = try await fixture()
        let result = try await fixture.content(
            VarianceDriversTool(ledger: fixture.ledger),
            ["metric": "ebitda", "period": "2026-01", "compare_to": "prior_period"]
        )
        #expect(result["total_difference"] == -15)
        #expect(result["drivers"]?.array?.map { $0["name"]?.string } == ["Rent", "Chairs", "Tools"])
        #expect(result.at("drivers.0.difference") == -30)
        #expect(result.at("drivers.0.favourable") == false)
        #expect(result.at("drivers.1.favourable") == true)
        #expect(result.at("drivers.0.share_of_change") == 2)
    }

    @Test("A single account is divided by what its rows carry")
    func singleAccount() async throws {
        let fixture = try await fixture()
        let result = try await fixture.content(
            VarianceDriversTool(ledger: fixture.ledger),
            ["metric": "Tools", "period": "2026-01", "compare_to": "prior_period"]
        )
        #expect(result["by"] == "vendor")
        #expect(result["drivers"]?.array?.map { $0["name"]?.string } == ["Jones", "Smith"])
    }

    @Test("What the budget carries can be a driver, other dimensions cannot")
    func budgetDimensions() async throws {
        let fixture = try await fixture()
        let tool = VarianceDriversTool(ledger: fixture.ledger)
        let result = try await fixture.content(
            tool,
            ["metric": "opex", "period": "2026-01", "compare_to": "budget", "by": "department"]
        )
        #expect(result["total_difference"] == 5)
        #expect(result["drivers"]?.array?.map { $0["difference"] } == [10, -5])
        let failure = try await fixture.failure(
            tool,
            ["metric": "opex", "period": "2026-01", "compare_to": "budget", "by": "vendor"]
        )
        #expect(failure["argument"] == "by")
    }

    @Test("A ratio, a missing baseline and an empty period are explained")
    func failures() async throws {
        let fixture = try await fixture()
        let tool = VarianceDriversTool(ledger: fixture.ledger)
        func code(_ arguments: JSONObject) async throws -> String? {
            try await fixture.failure(tool, arguments)["code"]?.string
        }
        #expect(
            try await code(["metric": "gross_margin", "period": "2026-01", "compare_to": "budget"])
                == "invalid_argument"
        )
        #expect(try await code(["metric": "opex", "period": "2025-12", "compare_to": "budget"]) == "no_data")
        #expect(try await code(["metric": "opex", "period": "2025-12", "compare_to": "prior_year"]) == "no_data")
        #expect(try await code(["metric": "opex", "period": "2027-01", "compare_to": "prior_year"]) == "no_data")
    }
}
