import AgentRuntime
import Testing

@testable import Tools

@Suite("The book of deals")
struct DealBookTests {
    private func fixture() async throws -> TenantFixture {
        let fixture = try TenantFixture(today: "2026-01-31")
        try await fixture.load(
            "deals",
            """
            id,name,account,owner,amount,stage,probability,close_date,created_date,last_activity_date
            a,Oak,Acme,Ann,100,Proposal,0.5,2026-03-01,2026-01-10,2026-01-30
            b,Pine,Acme,Bob,300,Pilot,0.8,2026-02-01,2025-10-01,2026-01-30
            c,Fir,Brook,Ann,200,Closed Won,1,2026-01-15,2025-10-01,2026-01-15
            d,Elm,Brook,Bob,50,closed lost,0,2025-11-15,2025-10-01,2025-11-15

            """
        )
        return fixture
    }

    private func ids(_ fixture: TenantFixture, _ listing: DealListing) async throws -> [String] {
        let book = DealBook(fixture.databases)
        return try await book.page(listing, offset: 0, limit: 10, settings: fixture.settings).deals.map(\.id)
    }

    @Test("A listing filters, sorts and pages")
    func listing() async throws {
        let fixture = try await fixture()
        #expect(try await ids(fixture, DealListing()) == ["b", "a"])
        #expect(
            try await ids(fixture, DealListing(status: nil, sort: .closeDate, isAscending: true)) == [
                "d", "c", "b", "a",
            ]
        )
        #expect(try await ids(fixture, DealListing(stages: ["CLOSED LOST", "pilot"], status: nil)) == ["b", "d"])
        let owner = try FieldFilter("owner_id", .equals, "ann", kind: .text)
        #expect(try await ids(fixture, DealListing(filters: [owner], status: nil)) == ["c", "a"])
        let page = try await DealBook(fixture.databases)
            .page(DealListing(status: nil), offset: 1, limit: 2, settings: fixture.settings)
        #expect(page.deals.map(\.id) == ["c", "a"])
        #expect(page.total == 4)
    }

    @Test("The pipeline of thirty days ago is told from dates")
    func trends() async throws {
        let fixture = try await fixture()
        let trends = try await DealBook(fixture.databases).trends(DealListing(), settings: fixture.settings)
        #expect(trends.bestCase == ExactNumber(400))
        #expect(trends.commit == ExactNumber(300))
        #expect(trends.mostLikely == ExactNumber(290))
        // Then: b and c were open; now a and b are.
        #expect(trends.change == ExactNumber(-100))
        #expect(trends.changePercent == ExactNumber(-20))
        #expect([trends.added, trends.won, trends.lost] == [1, 1, 0])
    }

    @Test("A closed deal is certain, one way or the other, unless it is said")
    func closing() async throws {
        let fixture = try await fixture()
        let book = DealBook(fixture.databases)
        let won = try await book.update("a", try DealChange(["stage": "closed won"]), of: fixture.tenant)
        #expect(won.before.probability == 500_000)
        #expect(won.after.stage == "Closed Won")
        #expect(won.after.probability == 1_000_000)
        #expect(try await book.deal("a", of: fixture.tenant) == won.after)
        let lost = try DealChange(["stage": "Closed Lost", "probability": .double(0.25)])
        #expect(try await book.update("b", lost, of: fixture.tenant).after.probability == 250_000)
    }

    @Test("A stage is a usual one or one that is in use; the nearest is named")
    func stages() async throws {
        let fixture = try await fixture()
        let book = DealBook(fixture.databases)
        #expect(
            try await book.update("a", try DealChange(["stage": "PILOT"]), of: fixture.tenant).after.stage == "Pilot"
        )
        let error = await #expect(throws: AgentError.self) {
            try await book.update("a", try DealChange(["stage": "Negotiatin"]), of: fixture.tenant)
        }
        #expect(error?.code == .invalidArgument)
        #expect(error?.message.contains("Negotiation") == true)
        let unknown = await #expect(throws: AgentError.self) {
            try await book.update("z", try DealChange(["amount": 1]), of: fixture.tenant)
        }
        #expect(unknown?.code == .notFound)
    }

    @Test(
        "A change that does not hold is refused by name",
        arguments: [
            (["amount": -1], "amount"), (["amount": .exact(ExactNumber(significand: 1, exponent: -5))], "amount"),
            (["amount": "1"], "amount"),
            (["probability": .double(1.01)], "probability"), (["probability": .double(0.1234567)], "probability"),
            (["close_date": "soon"], "close_date"), (["close_date": nil], "close_date"), (["stage": nil], "stage"),
            (["name": ""], "name"), (["next_step": 5], "next_step"),
        ] as [(JSONObject, String)]
    )
    func refused(members: JSONObject, field: String) throws {
        let error = #expect(throws: AgentError.self) { _ = try DealChange(members) }
        #expect(error?.details.map(\.field) == [field])
    }
}
