internal import AgentRuntime

/// `agentd prompt list`: what is active, what was, and what the folder of prompts would become.
struct PromptListCommand: Command {
    let syntax = CommandSyntax(
        "prompt list",
        "Shows the versions of the prompts, the active one last, and what the folder holds.",
        flags: [
            Flag("prompts", .value("DIR"), sets: "prompts", "The folder of prompts."),
            Flag("json", .boolean, "Prints the result as JSON."),
        ]
    )

    func run(_ arguments: Arguments, in context: CommandContext) async throws -> Int32 {
        let configuration = try context.configuration(arguments)
        let data = try DataFolder(path: configuration.data)
        let versions = PromptVersions(data)
        let governed = try GovernedVersions(data)
        let folder = PromptLibrary.folder(named: configuration.prompts, executable: Environment.executablePath)
        let draft = try folder.map { folder throws(AgentError) in try PromptVersions.hash(of: folder) }
        let history = versions.history()
        let active = history.last { $0.hash == governed.prompts }
        if arguments.isSet("json") {
            let object: JSONValue = [
                "active": .optional(governed.prompts), "intact": .bool(governed.promptFolder != nil),
                "folder": .optional(folder), "folder_version": .optional(draft),
                "activations": .array(
                    history.map {
                        [
                            "version": .string($0.hash), "author": .string($0.author),
                            "approver": .string($0.approver), "activated_at": .string($0.activatedAt.iso8601),
                        ]
                    }
                ),
            ]
            context.print(object.pretty + "\n")
            return 0
        }
        for version in history {
            let mark = version == active ? "active  " : "        "
            context.print(
                "\(mark)\(version.hash.prefix(12))  \(version.activatedAt.iso8601)  "
                    + "by \(version.author), approved by \(version.approver)\n"
            )
        }
        if let prompts = governed.prompts, governed.promptFolder == nil {
            context.print("\(prompts.prefix(12)) is active on record, and its files are not what was activated\n")
        } else if let prompts = governed.prompts, active == nil {
            context.print("active  \(prompts.prefix(12))  by the journal's record\n")
        } else if history.isEmpty {
            context.print("no version was activated; the folder of prompts is used as it is\n")
        }
        if let folder, let draft {
            let isActive = draft == governed.prompts
            context.print("folder  \(draft.prefix(12))  \(folder)\(isActive ? ", which is the active version" : "")\n")
        }
        return 0
    }
}

/// `agentd prompt activate`: makes a version the one that is answered with.
struct PromptActivateCommand: Command {
    let syntax = CommandSyntax(
        "prompt activate",
        "Makes a version of the prompts the active one, on record in every tenant's journal.",
        flags: [
            Flag("author", .value("NAME"), required: true, "Who has written it."),
            Flag("approver", .value("NAME"), required: true, "Who has approved it; somebody else."),
            Flag(
                "suite",
                .repeated("NAME"),
                "A suite that must be green; those of the configuration always are asked."
            ),
            Flag("override", .value("REASON"), "Activates although a suite is red; the reason goes on record."),
            Flag("prompts", .value("DIR"), sets: "prompts", "The folder of prompts."),
        ],
        positionals: [Positional("version", required: false)],
        notes: "VERSION is the beginning of a version's hash, or a folder; the configured folder when not given. "
            + "A running daemon answers with it from its next start on."
    )

    func run(_ arguments: Arguments, in context: CommandContext) async throws -> Int32 {
        let configuration = try context.configuration(arguments)
        let folder = PromptLibrary.folder(named: configuration.prompts, executable: Environment.executablePath)
        guard let source = arguments.positionals.first ?? folder else {
            throw AgentError(.invalidArgument, "The folder of prompts was not found; name it.")
        }
        let suites = configuration.releaseSuites + arguments.values("suite")
        let result = try await DeploymentCommand(configuration: configuration, context: context).perform(
            "prompt.activate",
            [
                "source": .string(source), "author": .string(try arguments.required("author")),
                "approver": .string(try arguments.required("approver")),
                "suites": .array(suites.map(JSONValue.string)),
                "override": .optional(arguments.value("override")),
            ]
        )
        for suite in result["overridden"]?.array?.compactMap(\.string) ?? [] {
            context.printError("agentd: \(suite) is red; it was overridden, and the reason is on record\n")
        }
        let before = result["before"]?.string.map { ", in place of \($0.prefix(12))" } ?? ""
        context.print("activated \(result["version"]?.string?.prefix(12) ?? "")\(before)\n")
        return 0
    }
}
