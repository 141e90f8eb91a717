import AgentRuntime
import Testing

@testable import Tools

@Suite("Deals")
struct DealToolsTests {
    private func fixture() async throws -> TenantFixture {
        let fixture = try TenantFixture(today: "2026-01-31")
        try await fixture.load(
            "deals",
            """
            id,name,account,owner,owner_email,amount,stage,probability,close_date,created_date,last_activity_date,next_step,region
            d1,Oak order,Acme,Ann,ann@x.test,1000,Proposal,0.5,2026-03-01,2025-10-01,2026-01-30,Call,North
            d2,Pine order,Acme,Ann,ann@x.test,333.3333,Proposal,0.333333,2026-01-15,2025-10-01,2025-12-02,Wait,North
            d3,Late order,Brook,Bob,bob@x.test,500,Negotiation,0.9,2026-01-30,2025-10-01,2026-01-20,Sign,South
            d4,Quiet order,Brook,Bob,bob@x.test,700,negotiation,,2026-04-01,2025-10-01,,Call,South
            d5,Won order,Cliff,Ann,ann@x.test,900,closed won,1,2025-12-01,2025-11-01,2025-12-01,,North
            d6,Lost order,Cliff,Ann,ann@x.test,100,LOST,0,2025-12-05,2025-11-01,2025-12-01,,North
            d7,Lost again,Dune,Bob,bob@x.test,100,Closed Lost,0,2025-11-05,2025-10-06,2025-12-01,,South

            """
        )
        return fixture
    }

    @Test("The pipeline is what is open, weighted by each deal's own probability")
    func overview() async throws {
        let fixture = try await fixture()
        let result = try await fixture.content(PipelineOverviewTool(ledger: fixture.ledger), [:])
        #expect(result.at("total.count") == 4)
        #expect(result.at("total.amount")?.exact == ExactNumber("2533.3333"))
        // 500 + 333.3333 × 0.333333 + 450, rounded once; the deal without a probability weighs nothing.
        #expect(result.at("total.weighted")?.exact == ExactNumber("1061.111"))
        #expect(result["without_probability"] == 1)
        #expect(result["stages"]?.array?.map { $0["count"] } == [2, 2])
        #expect(result["win_rate"]?.exact == ExactNumber("0.333333"))
        #expect(result["average_deal_size"]?.exact == ExactNumber("633.3333"))
        #expect(result["average_sales_cycle_days"] == 30)
        #expect(result.at("at_risk.count") == 3)
    }

    @Test("Risk names each reason, and both together are high")
    func risk() async throws {
        let fixture = try await fixture()
        let result = try await fixture.content(DealSearchTool(ledger: fixture.ledger), ["at_risk": true])
        let deals = try #require(result["deals"]?.array)
        #expect(deals.map { $0["id"]?.string } == ["d4", "d3", "d2"])
        #expect(deals.map { $0.at("at_risk.level")?.string } == ["medium", "medium", "high"])
        #expect(deals[2].at("at_risk.reasons.0") == "close date 2026-01-15 has passed")
        #expect(deals[2].at("at_risk.reasons.1") == "no activity for 60 days")
        // Never active: measured from its creation.
        #expect(deals[0].at("at_risk.reasons.0") == "no activity for 122 days")
    }

    @Test(
        "Search filters by every argument",
        arguments: [
            ([:], ["d1", "d4", "d3", "d2"]),
            (["status": "all", "limit": 3], ["d1", "d5", "d4"]),
            (["status": "won"], ["d5"]),
            (["status": "lost", "order": "asc"], ["d6", "d7"]),
            (["stage": "NEGOTIATION"], ["d4", "d3"]),
            (["stage": "lost"], ["d6"]),
            (["owner": "ann"], ["d1", "d2"]),
            (["owner": "BOB@x.test"], ["d4", "d3"]),
            (["account": "brook"], ["d4", "d3"]),
            (["region": "north"], ["d1", "d2"]),
            (["text": "ORDER", "min_amount": 500, "max_amount": 700], ["d4", "d3"]),
            (["close_period": "2026-01"], ["d3", "d2"]),
            (["order_by": "close_date", "order": "asc"], ["d2", "d3", "d1", "d4"]),
            (["order_by": "probability"], ["d3", "d1", "d2", "d4"]),
            (["order_by": "last_activity_date", "limit": 1], ["d1"]),
            (["at_risk": false], ["d1"]),
            (["text": "nothing like this"], []),
        ] as [(JSONObject, [String])]
    )
    func search(arguments: JSONObject, ids: [String]) async throws {
        let fixture = try await fixture()
        let result = try await fixture.call(DealSearchTool(ledger: fixture.ledger), arguments)
        #expect(result.content["deals"]?.array?.compactMap { $0["id"]?.string } == ids)
        #expect(!result.citations.isEmpty)
    }

    @Test("Unknown values name the nearest; a tenant without deals says so")
    func failures() async throws {
        let fixture = try await fixture()
        let failure = try await fixture.failure(DealSearchTool(ledger: fixture.ledger), ["stage": "Negociation"])
        #expect(failure["code"] == "unknown_value")
        #expect(failure["nearest"]?.string?.lowercased() == "negotiation")
        let empty = try TenantFixture()
        try await empty.load("ledger", "date,account_code,section,amount\n2026-01-01,1,opex,1\n")
        #expect(try await empty.failure(PipelineOverviewTool(ledger: empty.ledger), [:])["code"] == "no_data")
    }

    @Test("A deal is changed once per effect, with what it was before")
    func update() async throws {
        let fixture = try await fixture()
        let database = try await fixture.databases.database(of: fixture.tenant)
        for _ in 0..<2 {
            let change = try await database.writer.perform { connection in
                try DealStore(connection).update("d1", effectID: "effect_1") { $0.units += 10_000 }
            }
            let after = try #require(change?.after)
            #expect(after.units == 10_010_000)
        }
        let missing = try await database.writer.perform { connection in
            try DealStore(connection).update("d9", effectID: "effect_2") { $0.stage = "Won" } == nil
        }
        #expect(missing)
    }
}
