package import AgentRuntime

// What a server offers, as plain data: routing, access control and the OpenAPI document all read the same
// declarations, so they cannot disagree.

/// One operation: a method on a path, what it takes, what it answers, and who may ask.
package struct Route: Sendable {
    package typealias Handler = @Sendable (RoutedRequest) async throws -> HTTPResponse

    package var method: HTTPMethod
    /// The path with parameters in braces (`/ai/conversations/{id}`); a parameter is one whole segment.
    package var path: String
    package var summary: String
    package var tags: [String] = []
    package var access = RouteAccess.authenticated
    /// What the path parameters and the query mean; an undeclared path parameter is a string.
    package var parameters: [RouteParameter] = []
    package var body: RouteBody?
    package var responses: [RouteResponse] = []
    /// The names of the errors that the operation may answer beside those that every operation may.
    package var errors: [String] = []
    /// Its own names for some errors, before those of the profile.
    var errorNamings: [ErrorNaming] = []
    package var bodyLimit = HTTPLimits.defaultBodyBytes
    /// Whether the first answer to an `Idempotency-Key` is kept and given again: for what makes something.
    package var keepsAnswers = false
    /// Whether a request is answered by a stream, which one with the same key joins instead of waiting for an answer.
    var streamsAnswer: @Sendable (RoutedRequest) -> Bool = { _ in false }
    /// Whether its streams are kept as a whole, by the request's `keeper`.
    var keepsStreams = false
    /// Whether a client that leaves before it is answered cancels the request.
    package var endsWithClient = false
    /// What is wrong with a body beyond its schema, by field; asked of every JSON body, whatever else is wrong with it.
    var faults: (@Sendable (RoutedRequest) async throws -> [AgentError.Detail])?
    package var handler: Handler

    package init(
        _ method: HTTPMethod,
        _ path: String,
        summary: String,
        tags: [String] = [],
        access: RouteAccess = .authenticated,
        parameters: [RouteParameter] = [],
        body: RouteBody? = nil,
        responses: [RouteResponse] = [],
        errors: [String] = [],
        bodyLimit: Int = HTTPLimits.defaultBodyBytes,
        handler: @escaping Handler
    ) {
        self.method = method
        self.path = path
        self.summary = summary
        self.tags = tags
        self.access = access
        self.parameters = parameters
        self.body = body
        self.responses = responses
        self.errors = errors
        self.bodyLimit = bodyLimit
        self.handler = handler
    }
}

extension Route {
    /// The same operation, answered by another handler.
    init(_ route: Route, handler: @escaping Handler) {
        self = route
        self.handler = handler
    }

    /// The same operation, made once for each `Idempotency-Key`.
    func keepingAnswers() -> Route {
        var route = self
        route.keepsAnswers = true
        return route
    }

    /// The same operation, done once for each `Idempotency-Key`; where it is answered by a stream, that is joined.
    func keepingAnswers(streaming streamsAnswer: @escaping @Sendable (RoutedRequest) -> Bool) -> Route {
        var route = keepingAnswers()
        route.streamsAnswer = streamsAnswer
        return route
    }

    /// The same operation, done once for each `Idempotency-Key`; a stream that it answers with is kept as a whole too.
    func keepingStreams() -> Route {
        var route = keepingAnswers()
        route.keepsStreams = true
        return route
    }

    /// The same operation, cancelled when its client leaves.
    func endingWithClient() -> Route {
        var route = self
        route.endsWithClient = true
        return route
    }

    /// The same operation, whose bodies are looked at beyond their schema, so that all that is wrong is told at once.
    func checking(_ faults: @escaping @Sendable (RoutedRequest) async throws -> [AgentError.Detail]) -> Route {
        var route = self
        route.faults = faults
        return route
    }

    /// The same operation with names of its own for some errors; the first that fits counts.
    func naming(_ namings: ErrorNaming...) -> Route {
        var route = self
        route.errorNamings = namings
        return route
    }

    /// What its requests count as.
    var rateClass: RateClass {
        if access == .anyone, tags.contains("auth") { return .auth }
        return tags.contains("ai") ? .ai : .general
    }
}

/// Who may ask for an operation.
package enum RouteAccess: Sendable, Hashable {
    case anyone
    case authenticated
    case permission(Permission)
    /// Whoever has one of these permissions.
    case anyOf([Permission])
}

/// A value in the path or the query.
package struct RouteParameter: Sendable, Hashable {
    package enum Location: String, Sendable, Hashable {
        case path
        case query
        case header
    }

    package var name: String
    package var location: Location
    package var summary: String
    /// JSON Schema of the value.
    package var schema: JSONValue
    package var isRequired: Bool

    package init(
        _ name: String,
        in location: Location = .query,
        summary: String = "",
        schema: JSONValue = ["type": "string"],
        isRequired: Bool = false
    ) {
        self.name = name
        self.location = location
        self.summary = summary
        self.schema = schema
        self.isRequired = isRequired || location == .path
    }
}

/// The body that an operation takes.
package struct RouteBody: Sendable, Hashable {
    package var contentType: String
    package var schema: JSONValue
    package var isRequired: Bool

    package init(_ schema: JSONValue, contentType: String = "application/json", isRequired: Bool = true) {
        self.schema = schema
        self.contentType = contentType
        self.isRequired = isRequired
    }
}

extension RouteAccess {
    /// Why a principal is refused, as one permission that he lacks; `nil` when he is let in.
    func missing(_ principal: Principal) -> Permission? {
        switch self {
        case .anyone, .authenticated: nil
        case .permission(let permission): principal.may(permission) ? nil : permission
        case .anyOf(let permissions): permissions.contains(where: principal.may) ? nil : permissions.first
        }
    }
}

/// One answer of an operation.
package struct RouteResponse: Sendable, Hashable {
    package var status: Int
    package var summary: String
    package var contentType: String
    /// JSON Schema of the body; `nil` for an answer without one.
    package var schema: JSONValue?

    package init(
        _ status: Int,
        _ summary: String,
        schema: JSONValue? = nil,
        contentType: String = "application/json"
    ) {
        self.status = status
        self.summary = summary
        self.schema = schema
        self.contentType = contentType
    }
}

/// A request together with the route that it asks for.
package struct RoutedRequest: Sendable {
    package var request: HTTPRequest
    package var route: Route
    /// The values of the path's parameters, decoded.
    package var parameters: [String: String]
    /// The loop of the connection, where what the request wakes should live.
    package var loop: EventLoop
    /// The query as the route's parameters declare it, each value checked; set before the handler runs.
    package var query: JSONObject = [:]
    /// The body as JSON, checked against the route's schema; `null` where the route takes none.
    package var json: JSONValue = .null
    /// Who asks; `nil` only where anyone may.
    package var caller: Principal?
    /// The claims of the caller's token; `nil` for an API key.
    var claims: JWTClaims?
    /// Keeps the stream that answers it; `nil` for a request without an `Idempotency-Key`.
    var keeper: AnswerKeeper?

    package init(request: HTTPRequest, route: Route, parameters: [String: String], loop: EventLoop) {
        self.request = request
        self.route = route
        self.parameters = parameters
        self.loop = loop
    }

    /// The principal of a route that is not open to anyone.
    package func principal() throws -> Principal {
        guard let caller else { throw AgentError(.unauthenticated, "This needs a credential.") }
        return caller
    }

    /// The value of a path parameter of the route.
    package func parameter(_ name: String) -> String { parameters[name] ?? "" }
}
