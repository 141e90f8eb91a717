internal import AgentRuntime

/// `agentd backup`: a checked copy of the data folder, beside a running daemon too.
struct BackupCommand: Command {
    let syntax = CommandSyntax(
        "backup",
        "Copies the data folder into one file, beside a running daemon too, and checks the copy.",
        positionals: [Positional("file")],
        notes: "The copy holds keys and secrets: whoever has it can read everything. It also brings back what is "
            + "erased later, so keep none longer than an erasure may take."
    )

    func run(_ arguments: Arguments, in context: CommandContext) async throws -> Int32 {
        let folder = try DataFolder(path: try context.configuration(arguments).data)
        let summary = try Backup.make(of: folder, at: arguments.positionals[0], now: context.clock.now())
        context.print(
            "backed up \(summary.files) files, \(summary.bytes) bytes, \(summary.records) records that hold\n"
        )
        return 0
    }
}

/// `agentd restore`: a data folder from such a copy.
struct RestoreCommand: Command {
    let syntax = CommandSyntax(
        "restore",
        "Makes a data folder from a copy, once everything in it has been checked.",
        positionals: [Positional("file")],
        notes: "The folder that --data names must be empty or not there."
    )

    func run(_ arguments: Arguments, in context: CommandContext) async throws -> Int32 {
        let folder = try context.configuration(arguments).data
        let summary = try Backup.restore(arguments.positionals[0], to: folder)
        context.print("restored \(summary.files) files, \(summary.bytes) bytes, \(summary.records) records that hold\n")
        return 0
    }
}
