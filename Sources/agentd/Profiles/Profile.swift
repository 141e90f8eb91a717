internal import AgentRuntime

/// One wire format on the same core: routes, and the shape of its errors.
///
/// It translates and decides nothing.
protocol Profile: Sendable {
    var name: ProfileName { get }

    /// Its operations, with paths relative to its mount.
    var routes: [Route] { get }

    /// What its errors are called.
    var errors: ErrorTable { get }

    /// JSON Schema of the body of an error.
    var errorSchema: JSONValue { get }

    /// An error in the profile's own shape, with its own name and status, or those of the route that it is met on.
    func failure(_ error: AgentError, to request: HTTPRequest?, on route: Route?) -> HTTPResponse
}

extension Profile {
    /// An error that no route has made: an unknown path, or what the server refuses itself.
    func failure(_ error: AgentError, to request: HTTPRequest?) -> HTTPResponse {
        failure(error, to: request, on: nil)
    }
}

extension AgentError {
    /// Any error as one that may be shown: what is not meant for a user becomes `internal_error`, its words go to the log.
    init(shown error: any Error) {
        switch error {
        case let error as AgentError: self = error
        case let error as JournalError: self.init(journal: error)
        case is CancellationError: self.init(.unavailable, "The server is shutting down.", isRetryable: true)
        default:
            self.init(.internalError, "The server could not answer; its log says why.", underlying: "\(error)")
        }
    }

    /// The error that a refusal of the HTTP server stands for.
    init(status: Int, reason: String) {
        let code: Code =
            switch status {
            case 401: .unauthenticated
            case 403: .forbidden
            case 404: .notFound
            case 405: .methodNotAllowed
            case 408: .timeout
            case 413: .payloadTooLarge
            case 415: .unsupportedMediaType
            case 429: .rateLimited
            case 501, 505: .malformedRequest
            case 503: .unavailable
            case 500...: .internalError
            default: .malformedRequest
            }
        let sentence = reason.prefix(1).uppercased() + reason.dropFirst() + "."
        self.init(code, sentence)
    }
}
