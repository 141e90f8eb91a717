internal import AgentRuntime

/// `agentd ask`: one turn in the terminal, text as it comes.
struct AskCommand: Command {
    let syntax = CommandSyntax(
        "ask",
        "Asks one question and prints the answer as it comes.",
        flags: [
            Flag("tenant", .value("T"), "Whose data is asked; not needed when there is only one tenant."),
            Flag("conversation", .value("ID"), "Goes on with a conversation."),
            Flag("json", .boolean, "Prints the whole answer as JSON."),
            Flag("prompts", .value("DIR"), sets: "prompts", "The folder of prompts."),
        ],
        positionals: [Positional("question", repeated: true)]
    )

    func run(_ arguments: Arguments, in context: CommandContext) async throws -> Int32 {
        var request: JSONObject = ["text": .string(arguments.positionals.joined(separator: " "))]
        if let tenant = arguments.value("tenant") { request["tenant"] = .string(tenant) }
        if let conversation = arguments.value("conversation") { request["conversation"] = .string(conversation) }
        let printsJSON = arguments.isSet("json")
        let command = DeploymentCommand(configuration: try context.configuration(arguments), context: context)
        let answer = try await command.perform("ask", request) { piece in
            if !printsJSON { context.print(piece["text"]?.string ?? "") }
        }
        if printsJSON {
            context.print(answer.pretty + "\n")
        } else {
            context.print(AskCommand.ending(of: answer))
        }
        return answer["status"]?.string == TurnStatus.completed.rawValue ? 0 : 1
    }

    /// What stands below the text: the sources, or what went wrong.
    static func ending(of answer: JSONValue) -> String {
        var text = "\n"
        if let message = answer["error"]?["message"]?.string { text += "\n\(message)\n" }
        let citations = answer["citations"]?.array ?? []
        if !citations.isEmpty { text += "\nSources:\n" }
        for citation in citations {
            let number = (citation["index"]?.int ?? 0) + 1
            text += "  [\(number)] \(citation["source"]?.string ?? "") \(citation["id"]?.string ?? "")"
            text += citation["text"]?.string.map { ": \($0)\n" } ?? "\n"
        }
        return text
    }
}
