internal import AgentRuntime

// `agentd key …`: keys that services come with. They work beside a running daemon and without one.

struct KeyAddCommand: Command {
    let syntax = CommandSyntax(
        "key add",
        "Makes an API key and prints it, once.",
        flags: [
            Flag("tenant", .value("T"), required: true, "Whose data it opens."),
            Flag("name", .value("N"), required: true, "What it is called; unique among the tenant's live keys."),
            Flag("scope", .repeated("S"), "A permission it has, such as knowledge:write."),
        ]
    )

    func run(_ arguments: Arguments, in context: CommandContext) async throws -> Int32 {
        let configuration = try context.configuration(arguments)
        let scopes = arguments.values("scope").flatMap { $0.split(separator: ",").map(String.init) }
        let result = try await ControlledCommand(configuration: configuration, context: context)
            .perform(
                "key.add",
                [
                    "tenant": .string(try arguments.tenant().rawValue),
                    "name": .string(try arguments.required("name")),
                    "scopes": .array(scopes.map(JSONValue.string)),
                ]
            )
        if scopes.isEmpty { context.printError("agentd: the key has no scope, so it may do nothing; see --scope\n") }
        context.print((result["key"]?.string ?? "") + "\n")
        return 0
    }
}

struct KeyRevokeCommand: Command {
    let syntax = CommandSyntax(
        "key revoke",
        "Ends an API key; it is refused at once.",
        flags: [
            Flag("tenant", .value("T"), required: true, "Whose key it is."),
            Flag("name", .value("N"), required: true, "Its name or id."),
        ]
    )

    func run(_ arguments: Arguments, in context: CommandContext) async throws -> Int32 {
        let configuration = try context.configuration(arguments)
        let result = try await ControlledCommand(configuration: configuration, context: context)
            .perform(
                "key.revoke",
                ["tenant": .string(try arguments.tenant().rawValue), "name": .string(try arguments.required("name"))]
            )
        context.print("revoked \(result["name"]?.string ?? "")\n")
        return 0
    }
}
