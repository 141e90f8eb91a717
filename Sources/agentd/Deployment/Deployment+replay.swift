internal import AgentRuntime

extension Deployment {
    /// A configured model to be asked again, with other prompts where they are given; it has a breaker of its own.
    func model(_ settings: ModelSettings, prompts: AgentPrompts) -> any LanguageModel {
        let clock = ContinuousClock()
        let services = HTTPModel.Services(
            transport: transport,
            prompts: prompts,
            identifiers: TimeOrderedIdentifiers(),
            random: SystemRandom(),
            clock: clock,
            workers: workers
        )
        let model = HTTPModel(HTTPModel.Backend(settings), services: services, breaker: CircuitBreaker(clock: clock))
        // Recorded answers went through the gates; what they are compared with does too.
        let guarded: any LanguageModel =
            configuration.rules.controlsFlow ? LinkGuardedModel(model, hosts: configuration.linkHosts) : model
        return GroundedModel(guarded, policy: configuration.onUngrounded, workers: workers)
    }
}

extension Domain {
    /// What each agent is told by the prompts of a folder, before those from beside the program.
    func prompts(in folder: String, _ configuration: Configuration) throws -> AgentPrompts {
        var configuration = configuration
        configuration.prompts = folder
        return try AgentPrompts(try Self.prompts(configuration), tools: registry.declarations.map(\.name))
    }
}
