import AgentRuntime
import Testing

@testable import Tools

@Suite("Cash runway")
struct CashRunwayTests {
    private func fixture(_ rows: String) async throws -> TenantFixture {
        let fixture = try TenantFixture()
        try await fixture.load("cash", "date,account,balance\n" + rows)
        return fixture
    }

    private static let burning = """
        2025-10-31,Main,1000
        2025-10-31,Savings,500
        2025-12-31,Main,700
        2026-01-31,Main,400
        2026-02-28,Main,9000

        """

    @Test("Balances are the last known ones, burn is that of three months")
    func runway() async throws {
        let fixture = try await fixture(Self.burning)
        let tool = CashRunwayTool(ledger: fixture.ledger)
        let content = try await fixture.content(tool, [:])
        #expect(content["as_of"] == "2026-01-31")
        #expect(content["balance"] == 900)
        #expect(content["burn"] == 600)
        #expect(content["monthly_burn"] == 200)
        #expect(content["months_left"]?.exact == ExactNumber("4.5"))
        let earlier = try await fixture.content(tool, ["as_of": "2025-12-31"])
        #expect(earlier["balance"] == 1200)
        #expect(earlier["monthly_burn"] == .null)
    }

    @Test("Where nothing is burned there is no end")
    func noBurn() async throws {
        let fixture = try await fixture("2025-09-30,Main,100\n2026-01-31,Main,300\n")
        let content = try await fixture.content(CashRunwayTool(ledger: fixture.ledger), [:])
        #expect(content["is_burning"] == false)
        #expect(content["months_left"] == .null)
    }

    @Test("Bad arguments and missing balances are explained")
    func failures() async throws {
        let fixture = try await fixture(Self.burning)
        let tool = CashRunwayTool(ledger: fixture.ledger)
        #expect(try await fixture.failure(tool, ["as_of": "soon"])["code"] == "invalid_argument")
        #expect(try await fixture.failure(tool, ["as_of": "2020-01-01"])["code"] == "no_data")
        #expect(await fixture.refusal("cash", "date,account,balance\n2026-13-01,Main,1\n") != nil)
        let empty = try TenantFixture()
        try await empty.load("deals", "id,name,amount,stage\nd1,Deal,1,Proposal\n")
        #expect(try await empty.failure(CashRunwayTool(ledger: empty.ledger), [:])["code"] == "no_data")
    }

    @Test(
        "Questions about cash are answered",
        arguments: ["What is our cash runway?", "What's our cash balance?", "How much cash do we have?"]
    )
    func questions(question: String) async throws {
        let fixture = try await fixture(Self.burning)
        let answer = try await DataConversation(fixture.databases, settings: fixture.settings).ask(question)
        #expect(answer.signature == "cash_runway")
        #expect(answer.text.contains("$900") && answer.text.contains("4.5 months"), "\(answer.text)")
        #expect(!answer.citations.isEmpty)
    }

    @Test(
        "The balance of a day that is named is that of the day",
        arguments: [
            ("What was our cash balance at the end of December 2025?", "2025-12-31", "$1,200"),
            ("cash position in November 2025", "2025-11-30", "$1,500"),
            ("cash balance in November 2025", "2025-11-30", "$1,500"),
            ("How much cash did we have at the beginning of December 2025?", "2025-11-30", "$1,500"),
        ]
    )
    func onDay(question: String, day: String, balance: String) async throws {
        let fixture = try await fixture(Self.burning)
        let answer = try await DataConversation(fixture.databases, settings: fixture.settings).ask(question)
        #expect(answer.signature == "cash_runway as_of=\(day)")
        #expect(answer.text.contains(balance) && !answer.text.contains("burned"), "\(answer.text)")
        #expect(!answer.citations.isEmpty)
    }
}
