internal import AgentRuntime
internal import Foundation
internal import Tools

/// `agentd bench simulation`: Monte Carlo on one core.
struct BenchSimulationCommand: Command {
    let syntax = CommandSyntax(
        "bench simulation",
        "Measures the simulation of three variables on one core, with its percentiles.",
        flags: [
            Flag("iterations", .value("N"), "Drawings; 100000 when not given."),
            Flag("months", .value("N"), "Months of the horizon; 12 when not given."),
            Flag("rounds", .value("N"), "Times it is run; 10 when not given."),
        ]
    )

    func run(_ arguments: Arguments, in context: CommandContext) async throws -> Int32 {
        let iterations = try arguments.integer("iterations", in: 1...1_000_000) ?? 100_000
        let months = try arguments.integer("months", in: 1...36) ?? 12
        let rounds = try arguments.integer("rounds", in: 1...1_000) ?? 10
        let clock = ContinuousClock()
        var times: [Duration] = []
        var check = 0.0
        for _ in 0..<rounds {
            let start = clock.now
            check = try MonteCarlo.benchmark(months: months, iterations: iterations, seed: 42)
            times.append(start.duration(to: clock.now))
        }
        times.sort()
        func milliseconds(_ time: Duration) -> String { String(format: "%.1f", Double(time.milliseconds)) }
        context.print(
            "\(iterations) iterations, \(months) months, 3 variables: p50 \(milliseconds(times[times.count / 2])) ms, "
                + "longest \(milliseconds(times[times.count - 1])) ms (sum of medians \(String(format: "%.0f", check)))\n"
        )
        return 0
    }
}
