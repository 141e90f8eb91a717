internal import AgentRuntime
internal import Tools

/// How the openai profile names errors: `{error: {message, type, param, code}}`.
enum OpenAIErrors {
    static let table = ErrorTable([
        .invalidArgument: WireError(400, "invalid_value"),
        .invalidParameter: WireError(400, "invalid_parameter"),
        .malformedRequest: WireError(400, "invalid_json"),
        .unauthenticated: WireError(401, "missing_api_key"),
        .tokenExpired: WireError(401, "expired_api_key"),
        .invalidToken: WireError(401, "invalid_api_key"),
        .invalidCredentials: WireError(401, "invalid_api_key"),
        .forbidden: WireError(403, "insufficient_permissions"),
        .notFound: WireError(404, "not_found"),
        .methodNotAllowed: WireError(405, "method_not_allowed"),
        .notAcceptable: WireError(406, "not_acceptable"),
        .conflict: WireError(409, "conflict"),
        .alreadyExists: WireError(409, "conflict"),
        .alreadyImported: WireError(409, "conflict"),
        .payloadTooLarge: WireError(413, "request_too_large"),
        .unsupportedMediaType: WireError(415, "unsupported_media_type"),
        .idempotencyKeyReused: WireError(422, "idempotency_key_reused"),
        .limitExceeded: WireError(422, "limit_exceeded"),
        .rateLimited: WireError(429, "rate_limit_exceeded"),
        .modelFailed: WireError(502, "upstream_error"),
        .unavailable: WireError(503, "service_unavailable"),
        .storageFailed: WireError(503, "service_unavailable"),
        .timeout: WireError(504, "timeout"),
        .internalError: WireError(500, "internal_error"),
    ])

    static let schema = WireSchema.object([
        "error": WireSchema.object([
            "message": WireSchema.string, "type": WireSchema.string, "param": WireSchema.optionalString,
            "code": WireSchema.optionalString,
        ])
    ])

    /// The value of `error`, in an answer's body or in the middle of a stream.
    static func body(_ error: AgentError, _ wire: WireError) -> JSONValue {
        var message = error.message
        if let detail = error.details.first { message += " \(detail.field): \(detail.message)." }
        return [
            "message": .string(message),
            "type": .string(type(of: wire)),
            "param": .optional(error.details.first?.field),
            "code": .string(wire.name),
        ]
    }

    /// A turn's failure, in a stream that has begun.
    static func event(_ failure: TurnFailure) -> JSONValue {
        let error = AgentError(AgentError.Code(failure.code), failure.message, isRetryable: failure.isRetryable)
        return ["error": body(error, table[error.code])]
    }

    static func response(_ error: AgentError, on route: Route?) -> HTTPResponse {
        let wire = table.wire(error, on: route)
        var response = HTTPResponse.json(["error": body(error, wire)], status: wire.status)
        // What may come right by itself is tried again by the SDKs; what a user must mend is not.
        response.headers["X-Should-Retry"] = error.isRetryable ? "true" : "false"
        return response
    }

    private static func type(of wire: WireError) -> String {
        switch wire.status {
        case 401: "authentication_error"
        case 403: "permission_error"
        case 404: "not_found_error"
        case 429: "rate_limit_error"
        case 500...: "server_error"
        default: "invalid_request_error"
        }
    }
}
