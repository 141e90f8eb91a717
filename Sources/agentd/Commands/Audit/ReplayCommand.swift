internal import AgentRuntime

/// `agentd replay`: a logged turn again, from its records.
struct ReplayCommand: Command {
    let syntax = CommandSyntax(
        "replay",
        "Runs a logged turn again from its recorded replies, and compares.",
        flags: [
            Flag("tenant", .value("T"), "Whose message; looked for in all when not given."),
            Flag("model", .value("NAME"), "Asks this model anew instead, and shows where it first departs."),
            Flag("prompt", .value("VERSION"), "With these prompts: a version of `agentd prompt list`, or a folder."),
            Flag("json", .boolean, "Prints the result as JSON."),
        ],
        positionals: [Positional("message_id")],
        notes: "Exit status 0 when nothing differs, 1 when something does."
    )

    func run(_ arguments: Arguments, in context: CommandContext) async throws -> Int32 {
        var request: JSONObject = ["message": .string(arguments.positionals[0])]
        for name in ["tenant", "model", "prompt"] { request[name] = arguments.value(name).map(JSONValue.string) }
        let result = try await DeploymentCommand(
            configuration: try context.configuration(arguments),
            context: context
        ).perform("replay", request)
        let isSame = result["same"]?.bool ?? false
        if arguments.isSet("json") {
            context.print(result.pretty + "\n")
            return isSame ? 0 : 1
        }
        context.print("turn \(result["message_id"]?.string ?? "") of \(result["tenant"]?.string ?? "")\n")
        context.print("recorded  \(result["recorded_digest"]?.string ?? "")\n")
        if let digest = result["replayed_digest"]?.string { context.print("replayed  \(digest)\n") }
        guard let divergence = result["divergence"], !divergence.isNull else {
            context.print(isSame ? "the same in \(result["steps"]?.int ?? 0) steps\n" : "the digests differ\n")
            return isSame ? 0 : 1
        }
        context.print("first departs at \(divergence["place"]?.string ?? ""):\n")
        for difference in divergence["differences"]?.array ?? [] {
            context.print((difference["text"]?.string ?? "") + "\n")
        }
        return 1
    }
}
