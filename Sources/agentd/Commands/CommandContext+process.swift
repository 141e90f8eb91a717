internal import AgentRuntime
internal import Foundation

extension CommandContext {
    /// The process itself: its environment, its streams, the machine's clock and randomness.
    static func process() -> CommandContext {
        CommandContext(
            environment: ProcessInfo.processInfo.environment,
            readLine: { Swift.readLine(strippingNewline: true) },
            print: { StandardStream.output.write($0) },
            printError: { StandardStream.errors.write($0) },
            clock: SystemWallClock(),
            identifiers: TimeOrderedIdentifiers(),
            random: SystemRandom(),
            workers: globalConcurrentExecutor,
            isWatched: isatty(STDERR_FILENO) != 0,
            outputFailure: { StandardStream.output.failure.map { "\($0)" } }
        )
    }
}
