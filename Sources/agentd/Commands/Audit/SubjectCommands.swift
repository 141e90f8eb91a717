internal import AgentRuntime

/// `agentd erase`: makes what is kept of a person unreadable for ever.
struct EraseCommand: Command {
    let syntax = CommandSyntax(
        "erase",
        "Erases a person's data by destroying the key that sealed it; the journal still verifies.",
        flags: [
            Flag("tenant", .value("T"), "The person's tenant; needed only where it is not plain."),
            Flag("json", .boolean, "Prints the result as JSON."),
        ],
        positionals: [Positional("subject")],
        notes: "A subject is a user's id, `user:ID`, or the e-mail of an account. It cannot be undone; copies of "
            + "keys.db undo it, so keep none longer than an erasure may take."
    )

    func run(_ arguments: Arguments, in context: CommandContext) async throws -> Int32 {
        let result = try await SubjectControl.perform(
            "subject.erase",
            SubjectRequest.arguments(arguments),
            configuration: try context.configuration(arguments),
            context: context
        )
        if arguments.isSet("json") {
            context.print(result.pretty + "\n")
            return 0
        }
        let subject = result["subject"]?.string ?? ""
        let keys = result["keys"]?.int ?? 0
        context.print(
            "erased \(subject) of \(result["tenant"]?.string ?? ""): \(keys) key\(keys == 1 ? "" : "s") destroyed, "
                + "\(result["conversations"]?.int ?? 0) conversations deleted"
                + (result["account"]?.bool == true ? ", account closed" : "") + "\n"
        )
        return 0
    }
}

/// `agentd export`: everything that is kept of a person.
struct SubjectExportCommand: Command {
    let syntax = CommandSyntax(
        "export",
        "Prints all that is kept of a person, one line of JSON each.",
        flags: [
            Flag("tenant", .value("T"), "The person's tenant; needed only where it is not plain."),
            Flag("out", .value("FILE"), "The file to write; standard output when not given."),
        ],
        positionals: [Positional("subject")]
    )

    func run(_ arguments: Arguments, in context: CommandContext) async throws -> Int32 {
        let output = try LineOutput(path: arguments.value("out"), in: context)
        let shared = Guarded(output)
        let result = try await SubjectControl.perform(
            "subject.export",
            SubjectRequest.arguments(arguments),
            configuration: try context.configuration(arguments),
            context: context
        ) { line in
            try shared.with { try $0.write(line.bytes() + [UInt8(ascii: "\n")]) }
        }
        try shared.with { try $0.finish() }
        context.printError("\(result["records"]?.int ?? 0) records of \(result["subject"]?.string ?? "")\n")
        return 0
    }
}

private enum SubjectRequest {
    static func arguments(_ arguments: Arguments) throws -> JSONObject {
        var request: JSONObject = ["subject": .string(arguments.positionals[0])]
        if arguments.isSet("tenant") { request["tenant"] = .string(try arguments.tenant().rawValue) }
        return request
    }
}
