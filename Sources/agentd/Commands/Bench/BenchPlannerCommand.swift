internal import AgentRuntime
internal import Foundation
internal import Tools

/// `agentd bench planner`: how long it takes to understand a question.
struct BenchPlannerCommand: Command {
    let syntax = CommandSyntax(
        "bench planner",
        "Measures how long the offline planner takes to understand a question.",
        flags: [
            Flag("entries", .value("N"), "Words of the tenant's data; 5000 when not given."),
            Flag("rounds", .value("N"), "Times each question is asked; 200 when not given."),
            Flag("prompts", .value("DIR"), sets: "prompts", "The folder of prompts."),
        ]
    )

    func run(_ arguments: Arguments, in context: CommandContext) async throws -> Int32 {
        let configuration = try context.configuration(arguments)
        let bench = PlannerBench(skills: PlannerSkills.all, phrasing: try Domain.prompts(configuration))
        let outcome = bench.run(
            entries: try arguments.integer("entries", in: 0...1_000_000) ?? 5_000,
            rounds: try arguments.integer("rounds", in: 1...100_000) ?? 200,
            clock: ContinuousClock()
        )
        func rounded(_ value: Double) -> String { String(format: "%.0f", value) }
        context.print(
            "\(outcome.questions) questions over \(outcome.entries) entries: p50 \(rounded(outcome.p50)) µs, "
                + "p99 \(rounded(outcome.p99)) µs, longest \(rounded(outcome.longest)) µs; "
                + "vocabulary compiled in \(rounded(outcome.compileMilliseconds)) ms\n"
        )
        return 0
    }
}
