package import AgentRuntime

/// What all connections of a server share: who answers, within which bounds, by which clocks.
package final class HTTPService: Sendable {
    package let handler: any HTTPHandler
    package let errorBody: HTTPErrorBody
    package let limits: HTTPLimits
    package let wallClock: any WallClock
    /// The time by which deadlines are kept; the loop's own unless a test says otherwise.
    package let now: @Sendable (EventLoop) -> LoopInstant

    package init(
        handler: any HTTPHandler,
        errorBody: @escaping HTTPErrorBody,
        limits: HTTPLimits = HTTPLimits(),
        wallClock: any WallClock,
        now: @escaping @Sendable (EventLoop) -> LoopInstant = { $0.now }
    ) {
        self.handler = handler
        self.errorBody = errorBody
        self.limits = limits
        self.wallClock = wallClock
        self.now = now
    }
}
