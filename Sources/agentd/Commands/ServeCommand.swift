internal import AgentRuntime

/// `agentd serve`: runs the daemon until SIGTERM or SIGINT.
struct ServeCommand: Command {
    let syntax = CommandSyntax(
        "serve",
        "Runs the daemon.",
        flags: [
            Flag("listen", .value("ADDR:PORT"), sets: "listen", "Where to listen; port 0 picks a free one."),
            Flag("prompts", .value("DIR"), sets: "prompts", "The folder of prompts."),
            Flag("demo", .boolean, "Makes the demonstration companies; listens on loopback only."),
        ]
    )

    /// Where it listens is told once; a daemon does not end for want of a reader.
    var outputFailureStatus: Int32? { nil }

    func run(_ arguments: Arguments, in context: CommandContext) async throws -> Int32 {
        let isDemonstration = arguments.isSet("demo")
        var configuration = try context.configuration(arguments)
        if isDemonstration {
            guard IPAddress(configuration.listen.host)?.isLoopback ?? (configuration.listen.host == "localhost") else {
                throw UsageError("--demo listens on loopback only, as everyone knows its passwords")
            }
            configuration = Demonstration.configured(configuration)
        }
        let log = Logger(
            level: configuration.log.level,
            format: configuration.log.format,
            wallClock: context.clock
        )
        Signals.ignoreBrokenPipes()
        _ = ProcessFigures.raiseDescriptorLimit()  // as far as the system lets it; connections are bounded anyway
        for warning in configuration.warnings { context.printError("agentd: \(warning)\n") }
        let deployment = try Deployment.open(configuration, log: log)
        defer { deployment.close() }
        try deployment.governed.check(configuration)
        let stop = Signals.events([.terminate, .interrupt], on: deployment.loops.loops[0])
        let stores = try await deployment.stores(in: context)
        if isDemonstration { try await Demonstration.install(in: deployment, stores) }
        if configuration.durability == .process {
            log.info("durability is process: confirmed records survive a kill, not a power loss")
        }
        let daemon = Daemon(deployment: deployment, stores: stores, isDemonstration: isDemonstration)
        try await daemon.run(until: stop) { address in context.print("listening on \(address)\n") }
        return 0
    }
}

extension Deployment {
    /// The stores of accounts and keys; their records go to the deployment's journal.
    func stores(in context: CommandContext) async throws -> AccountStores {
        try await AccountStores.open(
            folder,
            configuration: configuration,
            clock: context.clock,
            identifiers: context.identifiers,
            random: context.random,
            workers: workers,
            record: AccountStores.recording(to: journal)
        )
    }
}
