internal import AgentRuntime

// The OpenAPI document (3.1.0) of everything that is served, made of the declarations that serve it: what routes,
// guards and documents an operation is one value, so the three cannot drift apart.

/// Describes the operations of a daemon.
struct OpenAPIDocument {
    private var paths: [String: JSONObject] = [:]
    private var order: [String] = []
    private var schemas = JSONObject()
    private var tags = JSONObject()

    /// Takes the mounted profiles, and what is served outside of them.
    init(_ profiles: [MountedProfile], site: [Route]) {
        for mounted in profiles {
            let profile = mounted.profile
            let mount = mounted.mount.map { "/" + $0 }.joined()
            let error = "\(profile.name.rawValue)_error"
            schemas[error] = profile.errorSchema
            tags[profile.name.rawValue] = .string(profile.name.title)
            for route in profile.routes {
                let operation = ProfileOperation(route: route, profile: profile, error: error)
                add(operation.json, route.method, at: mount + (route.path == "/" ? "" : route.path))
            }
        }
        schemas["problem"] = Problem.schema
        tags["site"] = "Health, metrics, this document and the chat page"
        for route in site { add(Self.operation(route), route.method, at: route.path) }
    }

    var json: JSONValue {
        [
            "openapi": "3.1.0",
            "info": [
                "title": "agentd", "version": .string(Program.version),
                "description":
                    "AI agents for business software: conversations, figures and tools in several wire formats.",
            ],
            "servers": [["url": "/"]],
            "tags": .array(tags.map { ["name": .string($0.name), "description": $0.value] }),
            "paths": .object(
                JSONObject(uniqueMembers: order.map { (name: $0, value: .object(paths[$0] ?? [:])) })
            ),
            "components": [
                "schemas": .object(schemas),
                "securitySchemes": [
                    "bearer": [
                        "type": "http", "scheme": "bearer", "bearerFormat": "JWT",
                        "description": "A token from a login; on openai and mcp an API key too.",
                    ],
                    "session": [
                        "type": "apiKey", "in": "cookie", "name": .string(Authenticator.cookieName),
                        "description": "Set by a login; methods that change something need an own Origin beside it.",
                    ],
                    "key": ["type": "apiKey", "in": "header", "name": "X-API-Key"],
                ],
            ],
        ]
    }

    private mutating func add(_ operation: JSONValue, _ method: HTTPMethod, at path: String) {
        if paths[path] == nil { order.append(path) }
        paths[path, default: [:]][method.rawValue.lowercased()] = operation
    }

    private static func operation(_ route: Route) -> JSONValue {
        var responses = JSONObject()
        for response in route.responses.isEmpty
            ? [RouteResponse(200, "The answer.", contentType: "*/*")] : route.responses
        {
            responses[String(response.status)] = ProfileOperation.described(response.summary, [response])
        }
        var operation: JSONObject = [
            "operationId": .string(ProfileOperation.identifier("site", route)),
            "summary": .string(route.summary), "tags": ["site"], "security": [],
        ]
        let parameters = ProfileOperation.parameters(of: route).map(ProfileOperation.described)
        if !parameters.isEmpty { operation["parameters"] = .array(parameters) }
        if let body = route.body { operation["requestBody"] = ProfileOperation.described(body) }
        operation["responses"] = .object(responses)
        return .object(operation)
    }
}

/// One operation of a profile.
private struct ProfileOperation {
    let route: Route
    let profile: any Profile
    /// The name of the schema of errors.
    let error: String

    var json: JSONValue {
        var object: JSONObject = [
            "operationId": .string(Self.identifier(profile.name.rawValue, route)),
            "summary": .string(route.summary),
            "tags": [.string(profile.name.rawValue)],
            "security": .array(security),
        ]
        let parameters = parameters
        if !parameters.isEmpty { object["parameters"] = .array(parameters) }
        if let body = route.body { object["requestBody"] = Self.described(body) }
        switch route.access {
        case .anyone, .authenticated: break
        case .permission(let permission): object["description"] = .string("Needs the permission `\(permission)`.")
        case .anyOf(let permissions):
            let names = permissions.map { "`\($0)`" }.joined(separator: ", ")
            object["description"] = .string("Needs one of the permissions \(names).")
        }
        object["responses"] = .object(responses)
        return .object(object)
    }

    static func identifier(_ profile: String, _ route: Route) -> String {
        let words = route.path.split { !$0.isLetter && !$0.isNumber }.joined(separator: "_")
        return "\(profile)_\(route.method.rawValue.lowercased())_\(words.isEmpty ? "root" : words)"
    }

    private var security: [JSONValue] {
        guard route.access != .anyone else { return [] }
        let schemes = ["bearer", "session"] + (profile.name == .cnc ? ["key"] : [])
        return schemes.map { .object([$0: []]) }
    }

    static func described(_ body: RouteBody) -> JSONValue {
        ["required": .bool(body.isRequired), "content": .object([body.contentType: ["schema": body.schema]])]
    }

    /// What a route declares, and the places of its path that it says nothing more of.
    static func parameters(of route: Route) -> [RouteParameter] {
        let names = route.path.split(separator: "/").filter { $0.hasPrefix("{") }.map {
            String($0.dropFirst().dropLast())
        }
        let declared = route.parameters.filter { $0.location != .path || names.contains($0.name) }
        let missing = names.filter { name in !declared.contains { $0.location == .path && $0.name == name } }
        return missing.map { RouteParameter($0, in: .path) } + declared
    }

    private var parameters: [JSONValue] {
        var all = Self.parameters(of: route)
        if route.keepsAnswers || (route.method == .post && route.tags.contains("ai")) {
            all.append(
                RouteParameter(
                    "Idempotency-Key",
                    in: .header,
                    summary: "A request that comes again with it is answered as the first time.",
                    schema: ["type": "string", "minLength": 1, "maxLength": 255]
                )
            )
        }
        return all.map(Self.described)
    }

    static func described(_ parameter: RouteParameter) -> JSONValue {
        var object: JSONObject = [
            "name": .string(parameter.name), "in": .string(parameter.location.rawValue),
            "required": .bool(parameter.isRequired), "schema": parameter.schema,
        ]
        if !parameter.summary.isEmpty { object["description"] = .string(parameter.summary) }
        return .object(object)
    }

    private var responses: JSONObject {
        var object = JSONObject()
        let grouped = Dictionary(grouping: route.responses) { $0.status }
        for (status, answers) in grouped.sorted(by: { $0.key < $1.key }) {
            let words = answers.map(\.summary).joined(separator: " ")
            object[String(status)] = Self.described(words, answers)
        }
        let names = Dictionary(grouping: errors) { $0.status }
        for (status, errors) in names.sorted(by: { $0.key < $1.key }) where grouped[status] == nil {
            let words = Set(errors.map(\.name)).sorted().joined(separator: ", ")
            var content: JSONObject = [
                "application/json": ["schema": ["$ref": .string("#/components/schemas/\(error)")]]
            ]
            // What is no request at all is refused before it is known whose path it was for.
            if status == 400 {
                content["application/problem+json"] = ["schema": ["$ref": "#/components/schemas/problem"]]
            }
            object[String(status)] = ["description": .string(words), "content": .object(content)]
        }
        return object
    }

    static func described(_ words: String, _ answers: [RouteResponse]) -> JSONValue {
        var content = JSONObject()
        for answer in answers {
            if let schema = answer.schema {
                content[answer.contentType] = ["schema": schema]
            } else if answer.contentType != "application/json" {
                // Of a stream's events and of files there is no one schema.
                content[answer.contentType] = [:]
            }
        }
        var object: JSONObject = ["description": .string(words)]
        if !content.isEmpty { object["content"] = .object(content) }
        return .object(object)
    }

    /// The errors that the operation may answer: those of every operation of its kind, and its own.
    private var errors: [WireError] {
        var codes: [AgentError.Code] = [
            .invalidParameter, .notFound, .rateLimited, .internalError, .storageFailed, .unavailable, .timeout,
        ]
        if route.access != .anyone {
            codes += [.unauthenticated, .invalidToken, .tokenExpired, .forbidden]
        } else {
            codes += [.invalidCredentials, .invalidToken, .tokenExpired]
        }
        if route.body != nil {
            codes += [.malformedRequest, .invalidArgument, .payloadTooLarge, .unsupportedMediaType]
        }
        if route.responses.contains(where: { $0.contentType == "text/event-stream" }) { codes.append(.notAcceptable) }
        if route.method != .get { codes += [.conflict, .idempotencyKeyReused, .limitExceeded] }
        if route.tags.contains("ai") { codes.append(.modelFailed) }
        let known = profile.errors.all
        return codes.map { profile.errors[$0] } + known.filter { route.errors.contains($0.name) }
            + route.errorNamings.map(\.wire)
    }
}
