import AgentRuntime
import Testing

@testable import Tools

@Suite("Costs breakdown")
struct CostsBreakdownTests {
    private func fixture() async throws -> TenantFixture {
        let fixture = try TenantFixture()
        try await fixture.load(
            "ledger",
            """
            date,account_code,account_name,section,amount,department,vendor
            2025-01-05,6000,Rent,opex,90,Admin,Landlord
            2025-12-01,6000,Rent,opex,100,Admin,Landlord
            2025-12-01,6100,Salaries,opex,50,Workshop,
            2025-12-01,4000,Chairs,revenue,500,,
            2026-01-01,6000,Rent,opex,130,Admin,Landlord
            2026-01-01,6100,Salaries,opex,40,Workshop,
            2026-01-02,5000,Timber,cogs,15,Workshop,Jones
            2026-01-01,4000,Chairs,revenue,520,,

            """
        )
        try await fixture.load(
            "budget",
            """
            month,account_code,section,amount,department
            2026-01,6000,opex,120,Admin
            2026-01,6100,opex,60,Workshop
            2026-01,5000,cogs,10,Workshop

            """
        )
        return fixture
    }

    @Test("The steps of the waterfall lead from the budget to the actuals exactly")
    func waterfall() async throws {
        let fixture = try await fixture()
        let result = try await fixture.call(
            CostsBreakdownTool(ledger: fixture.ledger),
            ["period": "2026-01", "compare_to": "budget", "limit": 2]
        )
        let content = result.content
        #expect(content["value"] == 185)
        #expect(content.at("comparison.value") == 190)
        #expect(content["items"]?.array?.map { $0["name"]?.string } == ["Salaries", "Rent"])
        #expect(content.at("items.0.difference") == -20)
        #expect(content.at("items.0.favourable") == true)
        #expect(content.at("other.difference") == 5)
        #expect(
            content["waterfall"]?.array?.map { $0["name"]?.string } == [
                "Budget", "Salaries", "Rent", "Other", "January 2026",
            ]
        )
        #expect(content["waterfall"]?.array?.map { $0["to"] } == [190, 170, 180, 185, 185])
        #expect(result.citations.count == 2)
    }

    @Test("Costs are divided by section, vendor, department and driver")
    func divisions() async throws {
        let fixture = try await fixture()
        func values(_ by: String) async throws -> [String: JSONValue?] {
            let content = try await fixture.content(
                CostsBreakdownTool(ledger: fixture.ledger),
                ["period": "2026-01", "by": .string(by)]
            )
            return Dictionary(
                uniqueKeysWithValues: (content["items"]?.array ?? []).map { ($0["name"]?.string ?? "", $0["value"]) }
            )
        }
        #expect(try await values("section") == ["opex": 170, "cogs": 15])
        #expect(try await values("vendor") == ["Landlord": 130, "unassigned": 40, "Jones": 15])
        #expect(try await values("department") == ["Admin": 130, "Workshop": 55])
        #expect(
            try await values("driver") == ["Premises": 130, "People": 40, "Volume (cost of goods sold)": 15]
        )
    }

    @Test("What cannot be divided or compared is explained")
    func failures() async throws {
        let fixture = try await fixture()
        func code(_ arguments: JSONObject) async throws -> String? {
            try await fixture.failure(CostsBreakdownTool(ledger: fixture.ledger), arguments)["code"]?.string
        }
        #expect(try await code(["period": "2026-01", "by": "moon"]) == "unknown_dimension")
        #expect(try await code(["period": "2026-01", "by": "vendor", "compare_to": "budget"]) == "invalid_argument")
        #expect(try await code(["period": "2026-01", "metric": "revenue"]) == "invalid_argument")
        #expect(try await code(["period": "2027-01"]) == "no_data")
        #expect(try await code(["period": "2025-12", "compare_to": "budget"]) == "no_data")
        #expect(try await code(["period": "soon"]) == "invalid_period")
    }

    @Test(
        "Questions for a bridge become calls and answers",
        arguments: [
            ("Show the cost waterfall for January 2026", "Salaries: -$20"),
            ("cost breakdown from budget to actual", "Salaries: -$20"),
            ("Bridge from last month's costs to this month's", "Rent: +$30"),
        ]
    )
    func questions(question: String, part: String) async throws {
        let fixture = try await fixture()
        let answer = try await DataConversation(fixture.databases, settings: fixture.settings).ask(question)
        #expect(answer.calls.map(\.call.name) == ["costs_breakdown"])
        #expect(answer.text.contains(part), "\(answer.text)")
        #expect(answer.charts.first?["type"] == "waterfall")
        #expect(!answer.citations.isEmpty)
    }
}
