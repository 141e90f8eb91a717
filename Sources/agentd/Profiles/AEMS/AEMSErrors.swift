internal import AgentRuntime
internal import Tools

/// How the aems profile names errors: `{detail, error_code}`, with every wrong field under `errors`.
enum AEMSErrors {
    static let table = ErrorTable([
        .invalidArgument: WireError(422, "VALIDATION_ERROR"),
        .invalidParameter: WireError(400, "INVALID_PARAMETER"),
        .malformedRequest: WireError(400, "INVALID_JSON"),
        .unauthenticated: WireError(401, "UNAUTHORIZED"),
        .tokenExpired: WireError(401, "TOKEN_EXPIRED"),
        .invalidToken: WireError(401, "INVALID_TOKEN"),
        .invalidCredentials: WireError(401, "INVALID_CREDENTIALS"),
        .forbidden: WireError(403, "FORBIDDEN"),
        .notFound: WireError(404, "NOT_FOUND"),
        .methodNotAllowed: WireError(405, "METHOD_NOT_ALLOWED"),
        .notAcceptable: WireError(406, "NOT_ACCEPTABLE"),
        .conflict: WireError(409, "CONFLICT"),
        .alreadyImported: WireError(409, "CONFLICT"),
        .alreadyExists: WireError(409, "CONFLICT"),
        .payloadTooLarge: WireError(413, "PAYLOAD_TOO_LARGE"),
        .unsupportedMediaType: WireError(415, "UNSUPPORTED_MEDIA_TYPE"),
        .idempotencyKeyReused: WireError(422, "IDEMPOTENCY_KEY_REUSED"),
        .limitExceeded: WireError(422, "LIMIT_EXCEEDED"),
        .rateLimited: WireError(429, "RATE_LIMIT_EXCEEDED"),
        .modelFailed: WireError(502, "AI_SERVICE_UNAVAILABLE"),
        .unavailable: WireError(503, "SERVICE_UNAVAILABLE"),
        .storageFailed: WireError(503, "SERVICE_UNAVAILABLE"),
        .timeout: WireError(504, "TIMEOUT"),
    ])

    static let schema = WireSchema.object(
        [
            "detail": WireSchema.string, "error_code": WireSchema.string, "request_id": WireSchema.string,
            "errors": WireSchema.list(
                WireSchema.object(["field": WireSchema.string, "message": WireSchema.string])
            ),
            "retry_after_seconds": WireSchema.integer,
        ],
        required: ["detail", "error_code"]
    )

    /// A turn's failure within a stream.
    static func event(_ failure: TurnFailure) -> JSONObject {
        [
            "code": .string(table[AgentError.Code(failure.code)].name), "message": .string(failure.message),
            "retryable": .bool(failure.isRetryable),
        ]
    }

    static func response(_ error: AgentError, to request: HTTPRequest?, on route: Route?) -> HTTPResponse {
        let wire = table.wire(error, on: route)
        var body: JSONObject = ["detail": .string(error.message), "error_code": .string(wire.name)]
        if !error.details.isEmpty {
            body["errors"] = .array(
                error.details.map { ["field": .string($0.field), "message": .string($0.message)] }
            )
        }
        if let seconds = error.retryAfter.map({ max(1, ($0.milliseconds + 999) / 1000) }) {
            body["retry_after_seconds"] = .integer(seconds)
        }
        if let request { body["request_id"] = .string(request.requestID) }
        return .json(.object(body), status: wire.status)
    }
}
