internal import AgentRuntime
internal import Foundation

/// `agentd bench gate`: what the grounding gate costs for each piece of text.
struct BenchGateCommand: Command {
    let syntax = CommandSyntax(
        "bench gate",
        "Measures what the grounding gate costs for each piece of text; exit 0 if it is under 1 ms.",
        flags: [
            Flag("rows", .value("N"), "Rows of the result that figures are held against; 10000 when not given."),
            Flag("deltas", .value("N"), "Pieces of text; 200000 when not given."),
        ]
    )

    func run(_ arguments: Arguments, in context: CommandContext) async throws -> Int32 {
        let outcome = GateBench.run(
            rows: try arguments.integer("rows", in: 1...1_000_000) ?? 10_000,
            deltas: try arguments.integer("deltas", in: 100...10_000_000) ?? 200_000,
            clock: ContinuousClock()
        )
        func rounded(_ value: Double) -> String { String(format: "%.1f", value) }
        context.print(
            "\(outcome.resultBytes) bytes of results with \(outcome.numbers) numbers, gathered in "
                + "\(rounded(outcome.gather / 1000)) ms; \(outcome.deltas) deltas: p50 \(rounded(outcome.p50)) µs, "
                + "p99 \(rounded(outcome.p99)) µs, longest \(rounded(outcome.longest)) µs; "
                + "\(outcome.marked) figures marked\n"
        )
        return outcome.p99 < 1000 ? 0 : 1
    }
}
