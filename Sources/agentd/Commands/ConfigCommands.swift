internal import AgentRuntime

/// `agentd config check`: says everything that is wrong with the configuration, and how to mend it.
struct ConfigCheckCommand: Command {
    let syntax = CommandSyntax("config check", "Says what is wrong with the configuration, and where.")

    func run(_ arguments: Arguments, in context: CommandContext) async throws -> Int32 {
        do throws(ConfigurationError) {
            let configuration = try context.configuration(arguments)
            for warning in configuration.warnings { context.print("note: \(warning)\n") }
            return report(configuration, in: context)
        } catch {
            for problem in error.problems { context.printError("\(problem)\n") }
            return 1
        }
    }
}

extension ConfigCheckCommand {
    /// Says whether it is what was activated, where the data folder has a record of that.
    private func report(_ configuration: Configuration, in context: CommandContext) -> Int32 {
        do {
            let faults = try GovernedVersions(beside: configuration)?.faults(of: configuration) ?? []
            for fault in faults { context.printError("\(fault.subject): \(fault.words) \(fault.remedy)\n") }
            guard faults.isEmpty else { return 1 }
        } catch {
            context.printError("data: \((error as? AgentError)?.message ?? "\(error)")\n")
            return 1
        }
        context.print("the configuration holds\n")
        return 0
    }
}

/// `agentd config schema`: the keys, for editors or for people.
struct ConfigSchemaCommand: Command {
    let syntax = CommandSyntax(
        "config schema",
        "Prints the keys of the configuration.",
        flags: [Flag("format", .value("json|markdown"), "JSON Schema (when not given), or the reference page.")]
    )

    func run(_ arguments: Arguments, in context: CommandContext) async throws -> Int32 {
        switch arguments.value("format") ?? "json" {
        case "json": context.print(Configuration.schema.pretty + "\n")
        case "markdown": context.print(Configuration.documentation)
        case let other: throw UsageError("--format must be json or markdown, not \(other)")
        }
        return 0
    }
}

extension CommandRegistry {
    /// The commands about access and configuration.
    static let access: [any Command] = [
        TokenCommand(), UserAddCommand(), UserPasswordCommand(), UserSwitchCommand.disable, UserSwitchCommand.enable,
        KeyAddCommand(), KeyRevokeCommand(), ConfigCheckCommand(), ConfigSchemaCommand(), DoctorCommand(),
        WebhooksListCommand(), WebhooksDeadCommand(), WebhooksResendCommand(),
    ]
}
