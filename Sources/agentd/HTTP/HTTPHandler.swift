package import AgentRuntime

/// Who answers the requests of a server.
package protocol HTTPHandler: Sendable {
    /// Answers a request, in a task of the connection's loop.
    ///
    /// The task is cancelled only when the server is out of time to drain; a client that leaves does not cancel it.
    func respond(to request: HTTPRequest, on loop: EventLoop) async -> HTTPResponse

    /// The longest body that the request may have, asked when its head has come.
    func bodyLimit(for head: HTTPRequest) -> Int
}

extension HTTPHandler {
    package func bodyLimit(for head: HTTPRequest) -> Int { HTTPLimits.defaultBodyBytes }
}

/// Shapes the answers that the server makes itself: the status, what is wrong, and the request where there is one.
package typealias HTTPErrorBody = @Sendable (_ status: Int, _ reason: String, _ request: HTTPRequest?) -> HTTPResponse
