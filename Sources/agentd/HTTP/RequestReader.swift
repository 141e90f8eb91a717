internal import AgentRuntime

/// Checks a request against its route's declaration: content type, JSON, body schema, query parameters.
///
/// Compiled once per route, so that the declaration that documents an operation is the one that guards it.
struct RequestReader: Sendable {
    private let body: JSONSchema?
    private let query: JSONSchema
    private let kinds: [String: String]
    /// The words that a parameter may be, by their small letters.
    private let words: [String: [String: String]]

    /// - Throws: `JSONSchema.Failure` when the route's own schemas are none; found at start, not by a user.
    init(_ route: Route) throws {
        body = try route.body.map { try JSONSchema($0.schema) }
        var properties = JSONObject()
        var required: [JSONValue] = []
        var kinds: [String: String] = [:]
        var words: [String: [String: String]] = [:]
        for parameter in route.parameters where parameter.location == .query {
            properties[parameter.name] = parameter.schema
            kinds[parameter.name] = parameter.schema["type"]?.string ?? "string"
            if let choices = parameter.schema["enum"]?.array?.compactMap(\.string) {
                words[parameter.name] = Dictionary(choices.map { ($0.lowercased(), $0) }) { first, _ in first }
            }
            if parameter.isRequired { required.append(.string(parameter.name)) }
        }
        self.kinds = kinds
        self.words = words
        query = try JSONSchema([
            "type": "object",
            "properties": .object(properties),
            "required": .array(required),
            "additionalProperties": .bool(false),
        ])
    }

    /// The query as declared: unknown names, repeated ones and wrong values are refused, each by name.
    func query(of request: HTTPRequest) throws(AgentError) -> JSONObject {
        var object = JSONObject()
        var details: [AgentError.Detail] = []
        for item in request.query {
            guard let kind = kinds[item.name] else {
                details.append(AgentError.Detail(field: item.name, message: "is not a parameter of this operation"))
                continue
            }
            guard object[item.name] == nil else {
                details.append(AgentError.Detail(field: item.name, message: "is given more than once"))
                continue
            }
            // Texts of queries compare without regard to case.
            let text = words[item.name]?[item.value.lowercased()] ?? item.value
            object[item.name] = Self.value(text, as: kind)
        }
        details += query.violations(in: .object(object)).filter { found in !details.contains { $0.field == found.field }
        }
        guard details.isEmpty else {
            throw AgentError(.invalidParameter, "The query of the request does not hold.", details: details)
        }
        return object
    }

    /// The body as JSON, and what its schema has against it.
    func json(
        of request: HTTPRequest,
        _ declaration: RouteBody
    ) throws(AgentError) -> (value: JSONValue, violations: [AgentError.Detail]) {
        if request.body.isEmpty, !declaration.isRequired { return ([:], []) }
        let type = request.headers["Content-Type"].map { value in
            value.prefix { $0 != ";" }.trimmingOptionalWhitespace().lowercased()
        }
        guard type == declaration.contentType else {
            throw AgentError(.unsupportedMediaType, "The body must be of the type \(declaration.contentType).")
        }
        // What is no JSON is read by the handler from the bytes.
        guard declaration.contentType == "application/json" else { return (.null, []) }
        let value: JSONValue
        do {
            value = try JSONValue(parsing: request.body)
        } catch {
            throw AgentError(.malformedRequest, "The body is not JSON: \(error).")
        }
        return (value, body?.violations(in: value) ?? [])
    }

    /// Refuses a body with all that is wrong with it; of two complaints about one field the schema's counts.
    static func check(_ violations: [AgentError.Detail], _ faults: [AgentError.Detail]) throws(AgentError) {
        let others = faults.filter { fault in !violations.contains { concern($0.field, fault.field) } }
        guard !violations.isEmpty || !others.isEmpty else { return }
        var message = "The body of the request does not hold."
        // One whole sentence says it by itself.
        if violations.isEmpty, others.count == 1, let only = others.first?.message, only.hasSuffix(".") {
            message = only.prefix(1).uppercased() + only.dropFirst()
        }
        throw AgentError(.invalidArgument, message, details: violations + others)
    }

    /// Whether one path is the other, or leads to it.
    private static func concern(_ first: String, _ second: String) -> Bool {
        let (short, long) = first.count <= second.count ? (first, second) : (second, first)
        guard long.hasPrefix(short) else { return false }
        return long.count == short.count || [".", "["].contains(long.dropFirst(short.count).first)
    }

    private static func value(_ text: String, as kind: String) -> JSONValue {
        switch kind {
        case "integer":
            if let number = Int(text) { return .integer(number) }
        case "number":
            if let exact = ExactNumber(text) { return .exact(exact) }
        case "boolean":
            if text == "true" || text == "false" { return .bool(text == "true") }
        default: break
        }
        return .string(text)
    }
}

extension AgentError.Code {
    /// A query parameter is unknown or wrong; `details` names it.
    ///
    /// For the user.
    static let invalidParameter = Self("invalid_parameter")
    /// The body is not what it says it is.
    ///
    /// For the user.
    static let malformedRequest = Self("malformed_request")
    /// The body's type is not taken here.
    ///
    /// For the user.
    static let unsupportedMediaType = Self("unsupported_media_type")
    /// The path is known, the method is not for it.
    ///
    /// For the user.
    static let methodNotAllowed = Self("method_not_allowed")
    /// The body is longer than this operation takes.
    ///
    /// For the user.
    static let payloadTooLarge = Self("payload_too_large")
    /// Nothing that the client accepts can be answered.
    ///
    /// For the user.
    static let notAcceptable = Self("not_acceptable")
    /// Too many requests; `retryAfter` says when again.
    ///
    /// For the user.
    static let rateLimited = Self("rate_limited")
    /// The token's time has passed.
    ///
    /// For the user.
    static let tokenExpired = Self("token_expired")
    /// The token does not hold.
    ///
    /// For the user.
    static let invalidToken = Self("invalid_token")
    /// E-mail or password are wrong; which is never said.
    ///
    /// For the user.
    static let invalidCredentials = Self("invalid_credentials")
}
