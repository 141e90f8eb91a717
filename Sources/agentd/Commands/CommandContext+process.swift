internal import AgentRuntime
internal import Foundation

extension CommandContext {
    /// The process itself: its environment, its streams, the machine's clock and randomness.
    static func process() -> CommandContext {
        CommandContext(
            environment: ProcessInfo.processInfo.environment,
            readLine: { Swift.readLine(strippingNewline: true) },
            print: { FileHandle.standardOutput.write(Data($0.utf8)) },
            printError: { FileHandle.standardError.write(Data($0.utf8)) },
            clock: SystemWallClock(),
            identifiers: TimeOrderedIdentifiers(),
            random: SystemRandom(),
            workers: globalConcurrentExecutor,
            isWatched: isatty(STDERR_FILENO) != 0
        )
    }
}
