import TestSupport

@testable import AgentRuntime

extension SessionServices {
    /// What sessions need that call no tools.
    static func sample(_ journal: any Journal, model: any LanguageModel, clock: HandClock) throws -> SessionServices {
        let settings = FixedSettings(today: CalendarDate.first)
        return SessionServices(
            journal: journal,
            model: model,
            tools: ToolExecutor(
                registry: try ToolRegistry([]),
                settings: settings,
                wallClock: clock,
                clock: ContinuousClock()
            ),
            settings: settings,
            wallClock: clock,
            clock: ContinuousClock(),
            identifiers: TimeOrderedIdentifiers()
        )
    }
}
