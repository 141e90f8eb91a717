internal import AgentRuntime

/// `agentd bench model`: whole turns of a model over HTTP.
struct BenchModelCommand: Command {
    let syntax = CommandSyntax(
        "bench model",
        "Measures whole turns of a model that speaks Chat Completions, beside what the server takes alone.",
        flags: [
            Flag("backend", .value("URL"), required: true, "Where the model answers."),
            Flag("conversations", .value("N"), "Conversations at once; 64 when not given."),
            Flag("turns", .value("N"), "Turns of each; 5 when not given."),
            Flag("first-token", .value("MS"), "What the server waits before its first token; 0 when not given."),
            Flag("between-tokens", .value("MS"), "What it waits between tokens; 0 when not given."),
            Flag("tokens", .value("N"), "Tokens of its answer; 64 when not given."),
            Flag("durability", .value("KIND"), sets: "durability", "full or process."),
            Flag("prompts", .value("DIR"), sets: "prompts", "The folder of prompts."),
        ]
    )

    func run(_ arguments: Arguments, in context: CommandContext) async throws -> Int32 {
        let configuration = try context.configuration(arguments)
        let report = try await ModelBench.run(
            configuration,
            backend: arguments.value("backend") ?? "",
            conversations: try arguments.integer("conversations", in: 1...10_000) ?? 64,
            turns: try arguments.integer("turns", in: 1...100_000) ?? 5,
            ideal: ModelBench.Ideal(
                firstToken: try arguments.integer("first-token", in: 0...60_000) ?? 0,
                betweenTokens: try arguments.integer("between-tokens", in: 0...60_000) ?? 0,
                tokens: try arguments.integer("tokens", in: 1...100_000) ?? 64
            ),
            folder: try BenchFolder.make(context)
        )
        context.print("durability \(configuration.durability.rawValue): \(report.text)\n")
        return report.failures == 0 && report.degraded == 0 ? 0 : 1
    }
}
