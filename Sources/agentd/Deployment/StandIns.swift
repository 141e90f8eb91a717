internal import AgentRuntime

/// What takes the place of a deployment's tools and model, where a recording answers instead of them.
struct StandIns: Sendable {
    var tool: @Sendable (any Tool) -> any Tool = { $0 }
    var model: @Sendable (any LanguageModel) -> any LanguageModel = { $0 }
}
