internal import AgentRuntime

/// Has a command done that needs the whole deployment: by the daemon when one serves the data folder, else here.
struct DeploymentCommand: Sendable {
    var configuration: Configuration
    var context: CommandContext

    /// The commands that run turns; a model may be asked, and tools are called.
    private static let runningTurns: Set<String> = ["ask", "replay"]

    func perform(
        _ command: String,
        _ arguments: JSONObject,
        progress: @escaping ControlProgress = { _ in }
    ) async throws -> JSONValue {
        let log = Logger(level: .error, format: .text, wallClock: context.clock)
        let deployment: Deployment
        do {
            deployment = try Deployment.open(configuration, log: log)
        } catch let error as DataFolderError {
            guard case .inUse = error else { throw error }
            let folder = try DataFolder(path: configuration.data)
            return try await ControlClient(path: folder.socket).call(command, arguments, progress: progress)
        }
        defer { deployment.close() }
        if Self.runningTurns.contains(command) { try deployment.governed.check(configuration) }
        try await deployment.settle()
        let remote = RemoteTools(
            configuration,
            into: deployment.domain.registry.tenants,
            transport: deployment.transport,
            loops: deployment.loops,
            callers: deployment.callers,
            log: log
        )
        if Self.runningTurns.contains(command) { await remote.load() }
        let control = ControlRouter([
            DeploymentControl(deployment: deployment), ReplayControl(deployment: deployment),
            RetentionControl(deployment: deployment), PolicyControl(deployment: deployment),
            PromptControl(deployment: deployment, gate: SuiteReleaseGate(configuration: deployment.configuration)),
        ])
        do {
            let outcome = try await control.handle(command, arguments, progress: progress)
            await remote.close()
            return outcome
        } catch {
            await remote.close()
            throw error
        }
    }
}
