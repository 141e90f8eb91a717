internal import AgentRuntime
internal import Tools

/// How the smb profile names errors: `{success: false, error: {code, message, details}, meta}`.
enum SMBErrors {
    static let table = ErrorTable([
        .invalidArgument: WireError(400, "VALIDATION_ERROR"),
        .invalidParameter: WireError(400, "VALIDATION_ERROR"),
        .malformedRequest: WireError(400, "VALIDATION_ERROR"),
        .unauthenticated: WireError(401, "AUTH_INVALID_TOKEN"),
        .tokenExpired: WireError(401, "AUTH_TOKEN_EXPIRED"),
        .invalidToken: WireError(401, "AUTH_INVALID_TOKEN"),
        .invalidCredentials: WireError(401, "AUTH_INVALID_CREDENTIALS"),
        .forbidden: WireError(403, "FORBIDDEN"),
        .notFound: WireError(404, "RESOURCE_NOT_FOUND"),
        .methodNotAllowed: WireError(405, "METHOD_NOT_ALLOWED"),
        .notAcceptable: WireError(406, "NOT_ACCEPTABLE"),
        .conflict: WireError(409, "CONFLICT"),
        .alreadyExists: WireError(409, "CONFLICT"),
        .alreadyImported: WireError(409, "CONFLICT"),
        .payloadTooLarge: WireError(413, "PAYLOAD_TOO_LARGE"),
        .unsupportedMediaType: WireError(415, "UNSUPPORTED_MEDIA_TYPE"),
        .idempotencyKeyReused: WireError(422, "IDEMPOTENCY_KEY_REUSED"),
        .limitExceeded: WireError(422, "LIMIT_EXCEEDED"),
        .rateLimited: WireError(429, "RATE_LIMIT_EXCEEDED"),
        .modelFailed: WireError(502, "AI_QUERY_FAILED"),
        .unavailable: WireError(503, "SERVICE_UNAVAILABLE"),
        .storageFailed: WireError(503, "SERVICE_UNAVAILABLE"),
        .timeout: WireError(504, "AI_QUERY_FAILED"),
    ])

    static let schema = WireSchema.object([
        "success": ["const": false],
        "error": WireSchema.object(
            [
                "code": WireSchema.string, "message": WireSchema.string,
                "details": WireSchema.list(
                    WireSchema.object(["field": WireSchema.string, "message": WireSchema.string])
                ),
            ],
            required: ["code", "message"]
        ),
        "meta": WireSchema.object(["requestId": WireSchema.string, "timestamp": WireSchema.string]),
    ])

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
        return .json(
            [
                "success": false, "error": .object(body),
                "meta": ["requestId": .string(request?.requestID ?? ""), "timestamp": .string(now.iso8601)],
            ],
            status: wire.status
        )
    }
}
