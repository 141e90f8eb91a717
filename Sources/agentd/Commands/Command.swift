internal import AgentRuntime

// A command is a value with a syntax and something to do. Exit statuses: 0 done, 1 failed, 2 not understood.

protocol Command: Sendable {
    var syntax: CommandSyntax { get }
    /// The exit status when what it prints cannot be written; `nil` where that is no matter.
    var outputFailureStatus: Int32? { get }

    /// Does it; the exit status.
    ///
    /// - Throws: `UsageError` for status 2; anything else is reported and gives status 1.
    func run(_ arguments: Arguments, in context: CommandContext) async throws -> Int32
}

extension Command {
    var outputFailureStatus: Int32? { 1 }
}

/// What was printed could not be written; said once, when the command has ended.
struct OutputFailure: Error {}

/// What a command may use of the world.
struct CommandContext: Sendable {
    var environment: [String: String]
    /// The next line of standard input without its end; `nil` at its end.
    var readLine: @Sendable () -> String?
    var print: @Sendable (String) -> Void
    var printError: @Sendable (String) -> Void
    var clock: any WallClock
    var identifiers: any IdentifierSource
    var random: any RandomSource
    /// Where long computations run.
    var workers: any TaskExecutor
    /// Whether someone watches `printError`, so that a line may be written over.
    var isWatched = false
    /// What has kept printed text from being written.
    var outputFailure: @Sendable () -> String? = { nil }

    /// The configuration that the command line and the environment name.
    func configuration(_ arguments: Arguments) throws(ConfigurationError) -> Configuration {
        try Configuration.load(
            ConfigurationSources(
                file: arguments.value("config"),
                environment: environment,
                flags: arguments.settings
            )
        )
    }
}

/// The commands of the program.
struct CommandRegistry: Sendable {
    var commands: [any Command]
    var version: String

    init(_ commands: [any Command], version: String = Program.version) {
        self.commands = commands
        self.version = version
    }

    /// Runs what the words (without the program's name) ask for; the exit status.
    func run(_ words: [String], in context: CommandContext) async -> Int32 {
        let status = await perform(words, in: context)
        guard let failure = context.outputFailure() else { return status }
        let command = find(words)?.command
        guard let failed = command.map({ $0.outputFailureStatus }) ?? 1 else { return status }
        context.printError("agentd: the output could not be written: \(failure)\n")
        return failed
    }

    private func perform(_ words: [String], in context: CommandContext) async -> Int32 {
        switch words.first {
        case nil:
            context.printError(help)
            return 2
        case "--help", "-h", "help":
            guard words.count > 1 else {
                context.print(help)
                return 0
            }
            return await perform(Array(words.dropFirst()) + ["--help"], in: context)
        case "--version":
            context.print("agentd \(version)\n")
            return 0
        default: break
        }
        guard let (command, rest) = find(words) else {
            context.printError("agentd: \(unknown(words))\n")
            return 2
        }
        do {
            let arguments = try Arguments(rest, command.syntax)
            if arguments.isSet("help") {
                context.print(command.syntax.help)
                return 0
            }
            return try await command.run(arguments, in: context)
        } catch let error as UsageError {
            context.printError("agentd \(command.syntax.name): \(error)\nusage: \(command.syntax.usage)\n")
            return 2
        } catch is OutputFailure {
            return 1
        } catch {
            context.printError(CommandRegistry.text(of: error))
            return 1
        }
    }

    private func find(_ words: [String]) -> (command: any Command, rest: [String])? {
        for length in [2, 1] where words.count >= length {
            let name = words.prefix(length).joined(separator: " ")
            if let command = commands.first(where: { $0.syntax.name == name }) {
                return (command, Array(words.dropFirst(length)))
            }
        }
        return nil
    }

    private func unknown(_ words: [String]) -> String {
        let family = commands.map(\.syntax.name).filter { $0.hasPrefix("\(words[0]) ") }
        guard family.isEmpty else {
            let names = family.map { "agentd \($0)" }.joined(separator: ", ")
            return "\(words.prefix(2).joined(separator: " ")) is not a command; there is \(names)"
        }
        let first = commands.compactMap { $0.syntax.name.split(separator: " ").first.map(String.init) }
        let nearest = NearestName.closest(to: words[0], among: first)
        return "\(words[0]) is not a command" + (nearest.map { "; the nearest one is \($0)" } ?? "")
    }

    var help: String {
        let sorted = commands.map(\.syntax).sorted { $0.name < $1.name }
        let width = (sorted.map(\.name.count).max() ?? 0) + 2
        var text = "usage: agentd COMMAND [FLAGS]\n\n"
        for syntax in sorted {
            text +=
                "  " + syntax.name + String(repeating: " ", count: width - syntax.name.count) + syntax.summary + "\n"
        }
        return text + "\n`agentd COMMAND --help` says more. `--data` and `--config` work on every command.\n"
    }

    /// What the operator is told; details of a request's fields stand on lines of their own.
    static func text(of error: any Error) -> String {
        switch error {
        case let error as AgentError:
            let details = error.details.map { "  \($0.field): \($0.message)\n" }.joined()
            let cause = error.underlying.map { "  (\($0))\n" } ?? ""
            return "agentd: \(error.message) [\(error.code)]\n" + details + cause
        case let error as ConfigurationError: return error.problems.map { "agentd: \($0)\n" }.joined()
        case is CancellationError: return "agentd: stopped\n"
        default: return "agentd: \(error)\n"
        }
    }
}

/// What this program calls itself.
enum Program {
    static let version = "0.1.0"
}
