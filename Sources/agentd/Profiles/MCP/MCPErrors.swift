internal import AgentRuntime
internal import Tools

/// What a JSON-RPC request is refused with: the code of the protocol and words for people.
struct MCPFailure: Error, Sendable, Hashable {
    var code: Int
    var message: String
    var data: JSONValue?

    init(_ code: Int, _ message: String, data: JSONValue? = nil) {
        self.code = code
        self.message = message
        self.data = data
    }

    static let parseError = -32700
    static let invalidRequest = -32600
    static let methodNotFound = -32601
    static let invalidParams = -32602
    static let internalError = -32603
    /// Of revisions up to 2025-11-25.
    static let resourceNotFound = -32002
    static let headerMismatch = -32020
    static let unsupportedVersion = -32022

    /// The HTTP status of the stateless revision; errors of older revisions come with 200.
    var status: Int {
        switch code {
        case MCPFailure.methodNotFound: 404
        case MCPFailure.internalError: 200
        default: 400
        }
    }
}

/// How the mcp profile writes errors that are none of a call: `{jsonrpc, id: null, error: {code, message, data}}`.
enum MCPErrors {
    static let table = ErrorTable([
        .invalidArgument: WireError(400, "invalid_request"),
        .invalidParameter: WireError(400, "invalid_parameter"),
        .malformedRequest: WireError(400, "parse_error"),
        .unauthenticated: WireError(401, "unauthenticated"),
        .tokenExpired: WireError(401, "token_expired"),
        .invalidToken: WireError(401, "invalid_token"),
        .invalidCredentials: WireError(401, "invalid_token"),
        .forbidden: WireError(403, "forbidden"),
        .notFound: WireError(404, "not_found"),
        .methodNotAllowed: WireError(405, "method_not_allowed"),
        .notAcceptable: WireError(406, "not_acceptable"),
        .cancelled: WireError(409, "cancelled"),
        .conflict: WireError(409, "conflict"),
        .alreadyExists: WireError(409, "conflict"),
        .alreadyImported: WireError(409, "conflict"),
        .payloadTooLarge: WireError(413, "payload_too_large"),
        .unsupportedMediaType: WireError(415, "unsupported_media_type"),
        .idempotencyKeyReused: WireError(422, "idempotency_key_reused"),
        .limitExceeded: WireError(422, "limit_exceeded"),
        .rateLimited: WireError(429, "rate_limited"),
        .modelFailed: WireError(502, "upstream_error"),
        .unavailable: WireError(503, "unavailable"),
        .storageFailed: WireError(503, "unavailable"),
        .timeout: WireError(504, "timeout"),
        .internalError: WireError(500, "internal_error"),
    ])

    static let schema = WireSchema.object(
        [
            "jsonrpc": ["const": "2.0"], "id": ["type": ["string", "integer", "null"]],
            "error": WireSchema.object(
                ["code": WireSchema.integer, "message": WireSchema.string, "data": WireSchema.anyObject],
                required: ["code", "message"]
            ),
        ],
        required: ["jsonrpc", "error"]
    )

    static func response(_ error: AgentError, to request: HTTPRequest?, on route: Route?) -> HTTPResponse {
        let wire = table.wire(error, on: route)
        let code =
            switch error.code {
            case .malformedRequest: MCPFailure.parseError
            case .internalError, .storageFailed, .unavailable, .timeout: MCPFailure.internalError
            default: MCPFailure.invalidRequest
            }
        var data: JSONObject = ["code": .string(wire.name)]
        if let request { data["request_id"] = .string(request.requestID) }
        if !error.details.isEmpty {
            data["errors"] = .array(
                error.details.map { ["field": .string($0.field), "message": .string($0.message)] }
            )
        }
        return .json(
            body(MCPFailure(code, error.message, data: .object(data)), id: .null),
            status: wire.status
        )
    }

    static func body(_ failure: MCPFailure, id: JSONValue) -> JSONValue {
        var error: JSONObject = ["code": .integer(failure.code), "message": .string(failure.message)]
        if let data = failure.data { error["data"] = data }
        return ["jsonrpc": "2.0", "id": id, "error": .object(error)]
    }
}
