import AgentRuntime
import Testing

@testable import Tools

/// Periods as people write them: misspelt, shortened, and one beside another.
///
/// Asked on 31 January 2026.
@Suite("Periods as questions write them")
struct PeriodsInQuestionsTests {
    private func signature(_ question: String) async throws -> String {
        try await PlannerConversation(.furniture).ask(question).signature
    }

    @Test(
        "A misspelt month, quarter or word beside it is mended",
        arguments: [
            ("revenue last mnth", "2025-12-01..2025-12-31"), ("revenue lst month", "2025-12-01..2025-12-31"),
            ("revenue lst mnth", "2025-12-01..2025-12-31"), ("revenue last quater", "2025-10-01..2025-12-31"),
            ("revenue in febuary 2025", "2025-02-01..2025-02-28"), ("revenue in janaury", "2026-01-01..2026-01-31"),
            ("revenue in Aprl 2025", "2025-04-01..2025-04-30"), ("Revenue septmber 2025", "2025-09-01..2025-09-30"),
            ("costs in Ocotber 2025", "2025-10-01..2025-10-31"), ("revenue prev quarter", "2025-10-01..2025-12-31"),
            ("Revenue previuos month", "2025-12-01..2025-12-31"), ("revenue in the last 2 quaters", "2025-"),
        ]
    )
    func misspelt(question: String, period: String) async throws {
        let signature = try await signature(question)
        #expect(signature.contains(" " + period), "\(signature)")
    }

    @Test(
        "A year behind an apostrophe belongs to its month",
        arguments: ["Revenue Apr '24", "Net margin Apr ’24", "costs apr '24", "revenue in Apr '24"]
    )
    func shortYear(question: String) async throws {
        #expect(try await signature(question).contains("2024-04-01..2024-04-30"))
    }

    @Test(
        "Words near a month are left alone",
        arguments: ["Revenue of Jane", "revenue from marsh", "deals of Marc", "Revenue of Augusta"]
    )
    func noMonth(question: String) async throws {
        let signature = try await signature(question)
        for month in ["-06-30", "-03-31", "-08-31"] { #expect(!signature.contains(month), "\(signature)") }
    }

    @Test(
        "A part of a year beside a dated one is of the same year, unless that has not begun",
        arguments: [
            ("April 2025 revenue versus May", "2025-05-01..2025-05-31 vs=prior_period"),
            ("Revenue Q2 2025 compared to Q1", "2025-04-01..2025-06-30 vs=prior_period"),
            ("Revenue January 2026 vs December", "2026-01-01..2026-01-31 vs=prior_period"),
            ("Revenue Q1 2024 versus Q3", "2024-07-01..2024-09-30 vs=2024-01-01..2024-03-31"),
        ]
    )
    func beside(question: String, expected: String) async throws {
        let signature = try await signature(question)
        #expect(signature.contains(expected), "\(signature)")
    }

    @Test("Two quarters of the business are of one year")
    func quarters() async throws {
        let signature = try await signature("Q1 2025 versus Q2")
        #expect(signature.contains("2025-04-01..2025-06-30"), "\(signature)")
        #expect(!signature.contains("2024"), "\(signature)")
    }

    @Test(
        "When something was most asks for the month",
        arguments: [
            ("When did we spend the most on travel?", "account:6200"), ("When was rent highest?", "account:6400"),
            ("In which month was rent highest?", "account:6400"), ("when was revenue lowest", "revenue"),
        ]
    )
    func when(question: String, metric: String) async throws {
        let answer = try await PlannerConversation(
            .furniture,
            results: { ScriptedLedger(company: .furniture).result(of: $0) }
        ).ask(question)
        #expect(answer.calls.count == 1)
        #expect(answer.signature.contains("metrics_query " + metric + " "), "\(answer.signature)")
        #expect(answer.signature.contains("per=month"), "\(answer.signature)")
        let lead = answer.text.prefix { $0 != "\n" }
        #expect(lead.contains(" has the "), "\(answer.text)")
        #expect(Month.names.contains { lead.hasPrefix($0) }, "\(answer.text)")
    }

    @Test(
        "A simulation is drawn",
        arguments: [
            ("Monte Carlo for revenue next quarter", "2026-04-01..2026-06-30"),
            ("Simulate revenue next quarter", "revenue"),
            ("Run a simulation of revenue in FY2026", "2026-01-01..2026-12-31"),
            ("Run a Monte Carlo simulation of EBITDA for Q2 2026 with 5,000 iterations", "iterations=5000"),
        ]
    )
    func simulations(question: String, part: String) async throws {
        let answer = try await PlannerConversation(
            .furniture,
            results: { ScriptedLedger(company: .furniture).result(of: $0) }
        ).ask(question)
        #expect(answer.signature.hasPrefix("scenario_simulate"), "\(answer.signature)")
        #expect(answer.signature.contains(part), "\(answer.signature)")
        #expect(answer.text.contains("four of five"), "\(answer.text)")
    }

    @Test(
        "Numbers are read by the locale",
        arguments: [
            ("de-DE", "What if we cut rent by 20.000 €?", "-20000"),
            ("de-DE", "What if we cut rent by 20,000?", "-20000"),
            ("de-DE", "What if we cut rent by 2,5%?", "-2.5"), ("en-US", "What if we cut rent by $20,000?", "-20000"),
            ("de-DE", "What if we cut rent by 1.250.000,50 €?", "-1250000.5"),
        ]
    )
    func locale(locale: String, question: String, amount: String) async throws {
        var company = InventedCompany.furniture
        company.settings.locale = locale
        let signature = try await PlannerConversation(company).ask(question).signature
        #expect(signature.contains(amount), "\(signature)")
    }
}
