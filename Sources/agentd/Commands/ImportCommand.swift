internal import AgentRuntime
internal import Foundation

/// `agentd import`: brings a file or folder into a tenant's data, all or nothing.
struct ImportCommand: Command {
    let syntax = CommandSyntax(
        "import",
        "Brings a file into a tenant's data: ledger, budget, deals, articles, orders, customers, invoices, materials, "
            + "material_usage, deliveries, rates, cash, emails.",
        flags: [
            Flag("tenant", .value("T"), required: true, "The tenant; made when it is not there."),
            Flag("replace", .boolean, "Empties this type of data first."),
        ],
        positionals: [Positional("type"), Positional("path")]
    )

    func run(_ arguments: Arguments, in context: CommandContext) async throws -> Int32 {
        let tenant = try arguments.tenant()
        let path = URL(fileURLWithPath: arguments.positionals[1]).standardizedFileURL.path
        let request: JSONObject = [
            "type": .string(arguments.positionals[0]),
            "path": .string(path),
            "tenant": .string(tenant.rawValue),
            "replace": .bool(arguments.isSet("replace")),
        ]
        let command = DeploymentCommand(configuration: try context.configuration(arguments), context: context)
        let outcome = try await command.perform("import", request)
        let (rows, replaced) = (outcome["rows"]?.int ?? 0, outcome["replaced"]?.int ?? 0)
        let note = replaced > 0 ? " (\(replaced) of them replaced)" : ""
        context.print("imported \(rows) rows of \(arguments.positionals[0]) into \(tenant)\(note)\n")
        return 0
    }
}
