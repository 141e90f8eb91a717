import AgentRuntime
import Foundation
import Testing

@Suite("What questions ask of the tools")
struct PlannerTableTests {
    @Test(
        "Each question of the furniture maker becomes these calls",
        arguments: [
            "metrics", "compare", "breakdown", "time", "reasons-deals-articles", "typos", "refusals", "multi", "chains",
            "more", "languages", "what-if", "forecast", "chances",
        ]
    )
    func furniture(table: String) async throws {
        try await check(table, InventedCompany.furniture)
    }

    @Test("Each question of the software firm becomes these calls", arguments: ["software"])
    func software(table: String) async throws {
        try await check(table, InventedCompany.software)
    }

    private func check(_ name: String, _ company: InventedCompany) async throws {
        let conversation = try PlannerConversation(company)
        var written: [String] = []
        for row in try PlannerTable(name).rows {
            if !row.continues {
                conversation.forget()
                if name == "chains", !written.isEmpty { written.append("") }
            }
            let answer = try await conversation.ask(row.question)
            written.append((row.continues ? "> " : "") + row.question + " => " + answer.signature)
            #expect(answer.signature == row.expected, "\(row.question)")
        }
        guard ProcessInfo.processInfo.environment["UPDATE_GOLDEN"] == "1" else { return }
        let text = written.joined(separator: "\n") + "\n"
        try text.write(to: PlannerTable.folder.appendingPathComponent(name + ".txt"), atomically: true, encoding: .utf8)
    }

    @Test(
        "Paraphrases of one question make one call",
        arguments: [
            [
                "What was our revenue in Q3 2025?", "Q3 2025 revenue", "how much did we sell in Q3 2025",
                "Tell me the turnover for the third quarter of 2025, please",
                "I'd like to know our sales for Q3 of 2025", "Total top line Q3 2025?",
                "What were sales in 2025 Q3?", "could you show me what revenue was in Q3 2025",
            ],
            [
                "Which vendor did we spend most on in 2025?", "who was our biggest vendor by spend in 2025",
                "largest supplier by spend in 2025", "In 2025, which vendor got the most spend?",
                "What vendor had the highest spend in 2025?",
            ],
            [
                "How much did opex exceed budget in December 2025?", "opex vs budget December 2025",
                "operating expenses against plan in Dec 2025", "compare opex with the budget for December 2025",
                "Were operating costs over budget in December 2025?",
                "What was the budget variance of opex in December 2025?",
            ],
            [
                "revenue by region in 2025", "Break down 2025 revenue by region", "2025 sales per region",
                "regional breakdown of revenue for 2025", "How was revenue split across regions in 2025?",
                "Show the regional distribution of sales in 2025",
            ],
            [
                "Why did opex rise in Q4 2025?", "What drove opex up in Q4 2025?",
                "What's behind the increase in operating expenses in Q4 2025?",
                "Explain the increase in opex in Q4 2025", "reasons for the opex increase in Q4 2025",
            ],
            [
                "What share of 2025 revenue came from Iberia?", "Iberia's share of revenue in 2025",
                "What percentage of revenue was Iberia in 2025?", "How much of revenue came from Iberia in 2025?",
                "revenue share of Iberia in 2025",
            ],
        ]
    )
    func paraphrases(questions: [String]) async throws {
        var signatures: [String: [String]] = [:]
        for question in questions {
            let conversation = try PlannerConversation(.furniture)
            signatures[try await conversation.ask(question).signature, default: []].append(question)
        }
        #expect(signatures.count == 1, "\(signatures)")
    }

    @Test("Every offered question can be asked as it stands")
    func suggestionsParse() async throws {
        for company in [InventedCompany.furniture, .software] {
            let conversation = try PlannerConversation(company)
            let refusal = try await conversation.ask("What is our headcount?")
            #expect(refusal.actions.count >= 2)
            for action in refusal.actions {
                let question = try #require(action["question"]?.string)
                conversation.forget()
                let answer = try await conversation.ask(question)
                #expect(!answer.calls.isEmpty, "\(question)")
            }
        }
    }

    @Test("A question in words of another domain is refused without a figure", arguments: ["refusals"])
    func refusalsHoldNoFigures(table: String) async throws {
        for row in try PlannerTable(table).rows where row.expected.hasPrefix("refuse") {
            let conversation = try PlannerConversation(.furniture)
            let answer = try await conversation.ask(row.question)
            #expect(answer.citations.isEmpty)
            let years = answer.text.replacing("2026", with: "").replacing("2025", with: "").replacing("Q1", with: "")
            let hasNumber = years.contains { $0.isNumber }
            #expect(!hasNumber, "\(answer.text)")
        }
    }
}
