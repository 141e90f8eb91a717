internal import AgentRuntime

/// `agentd chat`: a conversation in the terminal; an empty line or the end of input leaves it.
struct ChatCommand: Command {
    let syntax = CommandSyntax(
        "chat",
        "A conversation in the terminal, with history.",
        flags: [
            Flag("tenant", .value("T"), "Whose data is asked; not needed when there is only one tenant."),
            Flag("conversation", .value("ID"), "Goes on with a conversation."),
            Flag("prompts", .value("DIR"), sets: "prompts", "The folder of prompts."),
        ]
    )

    func run(_ arguments: Arguments, in context: CommandContext) async throws -> Int32 {
        let command = DeploymentCommand(configuration: try context.configuration(arguments), context: context)
        var request = JSONObject()
        if let tenant = arguments.value("tenant") { request["tenant"] = .string(tenant) }
        if let conversation = arguments.value("conversation") { request["conversation"] = .string(conversation) }
        context.print("Ask about your data; an empty line ends the conversation.\n")
        return try await command.conversation(request)
    }
}

extension DeploymentCommand {
    /// Asks line by line within one conversation.
    fileprivate func conversation(_ request: JSONObject) async throws -> Int32 {
        var request = request
        while true {
            context.print("\n> ")
            guard let line = context.readLine(), !line.allSatisfy(\.isWhitespace) else {
                context.print("\n")
                return 0
            }
            request["text"] = .string(line)
            let answer = try await perform("ask", request) { piece in context.print(piece["text"]?.string ?? "") }
            context.print(AskCommand.ending(of: answer))
            request["conversation"] = answer["conversation_id"] ?? .null
        }
    }
}
