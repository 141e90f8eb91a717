import AgentRuntime
import Testing

@testable import Tools

@Suite("The grounding gate over offline answers")
struct GateOverAnswersTests {
    @Test(
        "An offline answer comes through without a mark",
        arguments: [
            "metrics", "compare", "breakdown", "time", "reasons-deals-articles", "typos", "multi", "chains", "more",
            "refusals", "languages",
        ]
    )
    func clean(table: String) async throws { try await check(table, .furniture) }

    @Test("The same holds for a firm with another fiscal year")
    func cleanInFiscalYears() async throws { try await check("software", .software) }

    private func check(_ table: String, _ company: InventedCompany) async throws {
        let scripted = ScriptedLedger(company: company)
        let conversation = try PlannerConversation(company, results: scripted.result)
        for row in try PlannerTable(table).rows {
            if !row.continues { conversation.forget() }
            let answer = try await conversation.ask(row.question)
            #expect(answer.ungrounded == [], "\(row.question): \(answer.text)")
        }
    }
}
