internal import AgentRuntime

/// The entry point: hands the command line to the command it names.
@main
struct Main {
    static func main() async {
        let commands: [any Command] =
            CommandRegistry.access + CommandRegistry.evidence + CommandRegistry.evaluation + [
                ServeCommand(), AskCommand(), ChatCommand(), ImportCommand(), RebuildCommand(), BenchTurnCommand(),
                BenchModelCommand(), BenchPlannerCommand(), BenchGateCommand(), BenchJournalCommand(),
                BenchStreamCommand(), BenchRetrievalCommand(), BenchSimulationCommand(),
            ]
        let registry = CommandRegistry(commands)
        ProcessEnd.now(await registry.run(Array(CommandLine.arguments.dropFirst()), in: .process()))
    }
}
