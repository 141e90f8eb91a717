import AgentRuntime
import Testing

@testable import Tools

@Suite("Why ratios change")
struct RatioDriversTests {
    private func ask(_ question: String) async throws -> DataConversation.Answer {
        let fixture = try TenantFixture(today: "2025-04-10")
        try await fixture.load(
            "ledger",
            """
            date,account_code,account_name,section,amount
            2025-02-10,1,Sales,revenue,1000
            2025-02-10,2,Steel,cogs,600
            2025-02-10,3,Rent,opex,100
            2025-03-10,1,Sales,revenue,2000
            2025-03-10,2,Steel,cogs,1000
            2025-03-10,3,Rent,opex,800

            """
        )
        return try await DataConversation(fixture.databases, settings: fixture.settings).ask(question)
    }

    @Test(
        "A ratio is told in points, with the amounts behind it, and a wrong premise is named",
        arguments: [
            (
                "Why did gross margin fall in March 2025?",
                ["Gross Margin did not go down. Gross Margin, March 2025: 50%, up 10 percentage points from 40%"]
            ),
            ("Why did gross margin rise in March 2025?", ["up 10 percentage points", "Revenue, March 2025: $2,000"]),
            (
                "Why did EBITDA margin fall in March 2025?",
                ["EBITDA Margin, March 2025: 10%, down 20 percentage points from 30%", "Rent"]
            ),
            ("Why did net margin go up in March 2025?", ["did not go up", "down 20 percentage points"]),
            ("Why did revenue fall in March 2025?", ["Revenue did not go down. Revenue, March 2025: $2,000"]),
        ]
    )
    func ratios(question: String, parts: [String]) async throws {
        let answer = try await ask(question)
        for part in parts { #expect(answer.text.contains(part), "\(question): \(answer.text)") }
        #expect(!answer.text.contains("did not") || question != "Why did gross margin rise in March 2025?")
        #expect(answer.ungrounded == [], "\(question): \(answer.text)")
        #expect(!answer.citations.isEmpty)
    }
}
