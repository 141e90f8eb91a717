internal import AgentRuntime

/// `agentd rebuild`: makes the views anew from the journal and swaps them in when they are ready.
struct RebuildCommand: Command {
    let syntax = CommandSyntax("rebuild", "Makes the views anew from the journal, swapped in when ready.")

    func run(_ arguments: Arguments, in context: CommandContext) async throws -> Int32 {
        let command = DeploymentCommand(configuration: try context.configuration(arguments), context: context)
        let outcome = try await command.perform("rebuild", [:])
        context.print("rebuilt the views from \(outcome["records"]?.int ?? 0) records\n")
        return 0
    }
}
