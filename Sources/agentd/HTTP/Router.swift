package import AgentRuntime

// A tree of path segments. A literal segment goes before a parameter; where the literal leads nowhere, the parameter
// is tried, so the work is bounded by the branches that declare both, not by the number of routes.

/// Finds the route of a request and has it answered.
package struct Router: HTTPHandler {
    /// Answers a request whose route is found; where profiles put access control around the route's handler.
    package typealias Intercept = @Sendable (RoutedRequest) async -> HTTPResponse

    package enum Match: Sendable {
        case found(Route, parameters: [String: String])
        /// The path is known, the method is not: which are.
        case wrongMethod(allowed: [HTTPMethod])
        case unknownPath
    }

    private struct Node: Sendable {
        var literals: [String: Int] = [:]
        var parameter: Int?
        /// Routes that end here, by method, with the names of their parameters in order.
        var ends: [HTTPMethod: (route: Int, names: [String])] = [:]
    }

    package let routes: [Route]
    private var nodes = [Node()]
    private let errorBody: HTTPErrorBody
    private let intercept: Intercept

    /// - Precondition: no two routes have the same method and path.
    package init(
        _ routes: [Route],
        errorBody: @escaping HTTPErrorBody,
        intercept: Intercept? = nil
    ) {
        self.routes = routes
        self.errorBody = errorBody
        self.intercept =
            intercept ?? { routed in
                do {
                    return try await routed.route.handler(routed)
                } catch {
                    return errorBody(500, "the request could not be answered", routed.request)
                }
            }
        for (index, route) in routes.enumerated() { insert(route, at: index) }
    }

    /// The route of a method and path.
    package func match(_ method: HTTPMethod, _ segments: [String]) -> Match {
        var values: [String] = []
        var allowed: Set<HTTPMethod> = []
        if let found = find(method, segments[...], 0, &values, &allowed) { return found }
        return allowed.isEmpty ? .unknownPath : .wrongMethod(allowed: Self.withImplied(allowed))
    }

    package func respond(to request: HTTPRequest, on loop: EventLoop) async -> HTTPResponse {
        if request.method == .options, request.target == "*" {
            return Self.options(Self.withImplied(Set(routes.map(\.method))))
        }
        switch match(request.method, request.segments) {
        case .found(let route, let parameters):
            return await intercept(RoutedRequest(request: request, route: route, parameters: parameters, loop: loop))
        case .wrongMethod(let allowed):
            if request.method == .options { return Self.options(allowed) }
            var response = errorBody(405, "the method \(request.method) is not for this path", request)
            response.headers["Allow"] = Self.list(allowed)
            return response
        case .unknownPath: return errorBody(404, "there is nothing at this path", request)
        }
    }

    package func bodyLimit(for head: HTTPRequest) -> Int {
        guard case .found(let route, _) = match(head.method, head.segments) else { return HTTPLimits.defaultBodyBytes }
        return route.bodyLimit
    }

    package func endsWithClient(_ head: HTTPRequest) -> Bool {
        guard case .found(let route, _) = match(head.method, head.segments) else { return false }
        return route.endsWithClient
    }

    // MARK: The tree

    private mutating func insert(_ route: Route, at index: Int) {
        precondition(route.path.hasPrefix("/"), "\(route.path) must begin with a slash")
        var node = 0
        var names: [String] = []
        let path = route.path.dropFirst()
        for part in path.isEmpty ? [] : path.split(separator: "/", omittingEmptySubsequences: false) {
            if part.hasPrefix("{"), part.hasSuffix("}") {
                names.append(String(part.dropFirst().dropLast()))
                node = nodes[node].parameter ?? addNode { $0[node].parameter = $1 }
            } else {
                let literal = String(part)
                node = nodes[node].literals[literal] ?? addNode { $0[node].literals[literal] = $1 }
            }
        }
        precondition(nodes[node].ends[route.method] == nil, "\(route.method) \(route.path) is declared twice")
        nodes[node].ends[route.method] = (index, names)
    }

    private mutating func addNode(_ link: (inout [Node], Int) -> Void) -> Int {
        let index = nodes.count
        nodes.append(Node())
        link(&nodes, index)
        return index
    }

    private func find(
        _ method: HTTPMethod,
        _ rest: ArraySlice<String>,
        _ node: Int,
        _ values: inout [String],
        _ allowed: inout Set<HTTPMethod>
    ) -> Match? {
        guard let segment = rest.first else {
            let ends = nodes[node].ends
            // HEAD is GET without the body.
            guard let end = ends[method] ?? (method == .head ? ends[.get] : nil) else {
                allowed.formUnion(ends.keys)
                return nil
            }
            let parameters = Dictionary(zip(end.names, values)) { first, _ in first }
            return .found(routes[end.route], parameters: parameters)
        }
        if let next = nodes[node].literals[segment],
            let found = find(method, rest.dropFirst(), next, &values, &allowed)
        {
            return found
        }
        guard let next = nodes[node].parameter, !segment.isEmpty else { return nil }
        values.append(segment)
        if let found = find(method, rest.dropFirst(), next, &values, &allowed) { return found }
        values.removeLast()
        return nil
    }

    // MARK: Methods

    private static func withImplied(_ methods: Set<HTTPMethod>) -> [HTTPMethod] {
        var all = methods.union([.options])
        if methods.contains(.get) { all.insert(.head) }
        return all.sorted { $0.rawValue < $1.rawValue }
    }

    private static func options(_ allowed: [HTTPMethod]) -> HTTPResponse {
        HTTPResponse(status: 204, headers: ["Allow": list(allowed)])
    }

    private static func list(_ methods: [HTTPMethod]) -> String {
        methods.map(\.rawValue).joined(separator: ", ")
    }
}
