import AgentRuntime
import Testing

@testable import Tools

@Suite("No number without a source")
struct GroundedAnswerTests {
    @Test(
        "Each number of an answer is a traced figure, a period, a date, a name of the data or the question's own",
        arguments: [
            "metrics", "compare", "breakdown", "time", "reasons-deals-articles", "typos", "multi", "chains", "more",
            "what-if", "forecast", "chances",
        ]
    )
    func grounded(table: String) async throws {
        try await check(table, .furniture)
    }

    @Test("The same holds for a firm with another fiscal year")
    func groundedInFiscalYears() async throws {
        try await check("software", .software)
    }

    private func check(_ table: String, _ company: InventedCompany) async throws {
        let scripted = ScriptedLedger(company: company)
        let conversation = try PlannerConversation(company, results: scripted.result)
        for row in try PlannerTable(table).rows {
            if !row.continues { conversation.forget() }
            let answer = try await conversation.ask(row.question)
            #expect(!answer.text.isEmpty, "\(row.question)")
            let rest = ungrounded(answer, question: row.question, history: conversation.history, company: company)
            #expect(rest.isEmpty, "\(row.question): \(rest) in \(answer.text)")
            if answer.notes.contains(where: { $0["figures"] != nil }) {
                #expect(!answer.citations.isEmpty, "\(row.question)")
            }
        }
    }

    /// The numbers left when all that may hold numbers has been taken out of the answer.
    private func ungrounded(
        _ answer: PlannerConversation.Answer,
        question: String,
        history: [HistoryTurn],
        company: InventedCompany
    ) -> [String] {
        var allowed: [String] = []
        for note in answer.notes {
            allowed += (note["figures"]?.array ?? []).compactMap { $0["text"]?.string }
            for asked in note["questions"]?.array ?? [] {
                for period in asked["frame"]?["periods"]?.array ?? [] { allowed += labels(of: period, company) }
            }
        }
        for call in answer.calls {
            for name in ["period", "close_period"] { allowed += labels(of: call.arguments[name] ?? .null, company) }
            let before = call.arguments["compare_to"]?["period"]
            allowed += labels(of: before ?? .null, company)
        }
        for step in history.last?.steps ?? [] {
            for call in step.calls { allowed += texts(in: call.result.content) }
        }
        allowed += company.vocabulary.entries.map(\.phrase)
        allowed += answer.actions.compactMap { $0["question"]?.string }
        let days = [company.settings.today, company.vocabulary.firstDate, company.vocabulary.lastDate].compactMap(
            \.self
        )
        allowed += days.map { "\(Month.name($0.month)) \($0.day), \($0.year)" }
        allowed.append("February 15, 2026")
        allowed.append("November 1, 2025")
        allowed += question.split(separator: " ").map(String.init)
        var text = answer.text
        for part in Set(allowed).filter({ $0.contains(where: \.isNumber) }).sorted(by: { $0.count > $1.count }) {
            text = text.replacing(part, with: "")
        }
        for number in 1...10 { text = text.replacing("**\(number). ", with: "**") }
        return text.split { !$0.isNumber }.map(String.init)
    }

    private func labels(of period: JSONValue, _ company: InventedCompany) -> [String] {
        let object: JSONValue = ["start_date": period["start_date"] ?? .null, "end_date": period["end_date"] ?? .null]
        let start = company.settings.fiscalYearStart
        guard let period = try? Period(object, fiscalYearStart: start) else { return [] }
        return [period, period.previous(), period.priorYear()].map { $0.label(fiscalYearStart: start) }
    }

    /// Texts of a result: names, labels, passages.
    private func texts(in value: JSONValue) -> [String] {
        switch value {
        case .string(let text): [text]
        case .array(let items): items.flatMap(texts)
        case .object(let object): object.flatMap { texts(in: $0.value) }
        default: []
        }
    }
}
