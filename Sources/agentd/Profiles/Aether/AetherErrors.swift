internal import AgentRuntime
internal import Tools

/// How the aether profile names errors: `{success: false, error: {code, message, details, trace_id}, meta}`.
enum AetherErrors {
    static let table = ErrorTable([
        .invalidArgument: WireError(400, "VALIDATION_ERROR"),
        .invalidParameter: WireError(400, "INVALID_PARAMETER"),
        .malformedRequest: WireError(400, "MALFORMED_REQUEST"),
        .unauthenticated: WireError(401, "UNAUTHORIZED"),
        .tokenExpired: WireError(401, "TOKEN_EXPIRED"),
        .invalidToken: WireError(401, "INVALID_TOKEN"),
        .invalidCredentials: WireError(401, "UNAUTHORIZED"),
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
        .limitExceeded: WireError(422, "UNPROCESSABLE_ENTITY"),
        .rateLimited: WireError(429, "RATE_LIMITED"),
        .modelFailed: WireError(502, "BAD_GATEWAY"),
        .unavailable: WireError(503, "SERVICE_UNAVAILABLE"),
        .storageFailed: WireError(503, "SERVICE_UNAVAILABLE"),
        .timeout: WireError(504, "GATEWAY_TIMEOUT"),
    ])

    static func wire(_ code: AgentError.Code) -> WireError { table[code] }

    static let schema = WireSchema.object([
        "success": ["const": false],
        "error": WireSchema.object(
            [
                "code": WireSchema.string, "message": WireSchema.string,
                "details": WireSchema.list(
                    WireSchema.object(["field": WireSchema.string, "message": WireSchema.string])
                ),
                "retry_after": WireSchema.integer, "trace_id": WireSchema.string,
            ],
            required: ["code", "message"]
        ),
        "meta": WireSchema.object(["request_id": WireSchema.string, "timestamp": WireSchema.string]),
    ])

    /// A turn's failure within a stream or an answer, by the profile's own name.
    static func event(_ failure: TurnFailure) -> JSONValue {
        [
            "code": .string(wire(AgentError.Code(failure.code)).name),
            "message": .string(failure.message),
            "retryable": .bool(failure.isRetryable),
        ]
    }

    static func response(
        _ error: AgentError,
        to request: HTTPRequest?,
        on route: Route?,
        at now: Timestamp
    ) -> HTTPResponse {
        let wire = table.wire(error, on: route)
        var body: JSONObject = ["code": .string(wire.name), "message": .string(error.message)]
        if !error.details.isEmpty {
            body["details"] = .array(
                error.details.map { ["field": .string($0.field), "message": .string($0.message)] }
            )
        }
        if let seconds = error.retryAfter.map({ max(1, ($0.milliseconds + 999) / 1000) }) {
            body["retry_after"] = .integer(seconds)
        }
        if let trace = request?.trace { body["trace_id"] = .string(trace.trace) }
        let json: JSONValue = [
            "success": false,
            "error": .object(body),
            "meta": [
                "request_id": .string(request?.requestID ?? ""),
                "timestamp": .string(now.iso8601),
            ],
        ]
        return .json(json, status: wire.status)
    }
}
