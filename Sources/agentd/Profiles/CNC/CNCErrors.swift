internal import AgentRuntime
internal import Tools

/// How the cnc profile names errors: `{success: false, error: {code, message, details: {fields}, request_id}}`.
enum CNCErrors {
    static let table = ErrorTable([
        .invalidArgument: WireError(422, "VALIDATION_ERROR"),
        .invalidParameter: WireError(400, "INVALID_VALUE"),
        .malformedRequest: WireError(400, "INVALID_FORMAT"),
        .unauthenticated: WireError(401, "AUTH_REQUIRED"),
        .tokenExpired: WireError(401, "AUTH_EXPIRED"),
        .invalidToken: WireError(401, "AUTH_INVALID"),
        .invalidCredentials: WireError(401, "AUTH_INVALID"),
        .forbidden: WireError(403, "AUTH_INSUFFICIENT_PERMISSIONS"),
        .notFound: WireError(404, "RESOURCE_NOT_FOUND"),
        .methodNotAllowed: WireError(405, "METHOD_NOT_ALLOWED"),
        .notAcceptable: WireError(406, "NOT_ACCEPTABLE"),
        .conflict: WireError(409, "RESOURCE_CONFLICT"),
        .alreadyImported: WireError(409, "RESOURCE_ALREADY_EXISTS"),
        .alreadyExists: WireError(409, "RESOURCE_ALREADY_EXISTS"),
        .payloadTooLarge: WireError(413, "PAYLOAD_TOO_LARGE"),
        .unsupportedMediaType: WireError(415, "UNSUPPORTED_MEDIA_TYPE"),
        .idempotencyKeyReused: WireError(422, "IDEMPOTENCY_KEY_REUSED"),
        .limitExceeded: WireError(422, "WORKFLOW_ERROR"),
        .rateLimited: WireError(429, "RATE_LIMIT_EXCEEDED"),
        .modelFailed: WireError(502, "BAD_GATEWAY"),
        .unavailable: WireError(503, "SERVICE_UNAVAILABLE"),
        .storageFailed: WireError(503, "SERVICE_UNAVAILABLE"),
        .timeout: WireError(504, "GATEWAY_TIMEOUT"),
    ])

    static let schema = WireSchema.object([
        "success": ["const": false],
        "error": WireSchema.object(
            [
                "code": WireSchema.string, "message": WireSchema.string,
                "details": WireSchema.object([
                    "fields": WireSchema.list(
                        WireSchema.object(["field": WireSchema.string, "message": WireSchema.string])
                    )
                ]),
                "retry_after": WireSchema.integer, "request_id": WireSchema.string,
            ],
            required: ["code", "message", "request_id"]
        ),
    ])

    static func response(_ error: AgentError, to request: HTTPRequest?, on route: Route?) -> HTTPResponse {
        let wire = table.wire(error, on: route)
        var body: JSONObject = ["code": .string(wire.name), "message": .string(error.message)]
        if !error.details.isEmpty {
            let fields = error.details.map { detail -> JSONValue in
                ["field": .string(detail.field), "message": .string(detail.message)]
            }
            body["details"] = ["fields": .array(fields)]
        }
        if let seconds = error.retryAfter.map({ max(1, ($0.milliseconds + 999) / 1000) }) {
            body["retry_after"] = .integer(seconds)
        }
        body["request_id"] = .string(request?.requestID ?? "")
        return .json(["success": false, "error": .object(body)], status: wire.status)
    }
}
