package import AgentRuntime

/// Who answers the requests of a server.
package protocol HTTPHandler: Sendable {
    /// Answers a request, in a task of the connection's loop.
    ///
    /// The task is cancelled when the server is out of time to drain, and when the client leaves if `endsWithClient`
    /// says so; otherwise a client that leaves does not cancel it.
    func respond(to request: HTTPRequest, on loop: EventLoop) async -> HTTPResponse

    /// The longest body that the request may have, asked when its head has come.
    func bodyLimit(for head: HTTPRequest) -> Int

    /// Whether nobody else has any use of the answer, so that a client that leaves cancels the request.
    func endsWithClient(_ head: HTTPRequest) -> Bool
}

extension HTTPHandler {
    package func bodyLimit(for head: HTTPRequest) -> Int { HTTPLimits.defaultBodyBytes }
    package func endsWithClient(_ head: HTTPRequest) -> Bool { false }
}

/// Shapes the answers that the server makes itself: the status, what is wrong, and the request where there is one.
package typealias HTTPErrorBody = @Sendable (_ status: Int, _ reason: String, _ request: HTTPRequest?) -> HTTPResponse
