internal import AgentRuntime

// The way of every request: it gets its name, finds the profile whose mount is the longest at its path, is let in or
// not, checked against its route's declaration, answered, counted and logged. A profile sees only what has passed.

/// A profile at its place.
struct MountedProfile: Sendable {
    let profile: any Profile
    /// The mount's path between its slashes.
    let mount: [String]
    /// Host names (without port) that it is served for; any when empty.
    let hosts: [String]
    let router: Router

    /// Whether a request to this path and host is the profile's, its errors included.
    func owns(_ segments: [String], _ headers: HTTPHeaders) -> Bool {
        guard segments.starts(with: mount) else { return false }
        guard !hosts.isEmpty else { return true }
        let name = headers["Host"].map { $0.prefix { $0 != ":" }.lowercased() } ?? ""
        return hosts.contains(name)
    }
}

struct Gateway: HTTPHandler {
    /// Longest mount first.
    private let profiles: [MountedProfile]
    private let site: Router
    private let services: GatewayServices

    /// Takes the profiles in any order, and what is served outside all their mounts.
    init(_ profiles: [MountedProfile], site: Router, services: GatewayServices) {
        self.profiles = profiles.sorted { $0.mount.count > $1.mount.count }
        self.site = site
        self.services = services
    }

    func respond(to request: HTTPRequest, on loop: EventLoop) async -> HTTPResponse {
        let begun = services.wallClock.now()
        var request = named(request)
        let owner = self.owner(of: request)
        let label = owner?.profile.name.rawValue ?? "site"
        var response: HTTPResponse
        if let owner {
            request.segments.removeFirst(owner.mount.count)
            response = await owner.router.respond(to: request, on: loop)
        } else {
            response = await site.respond(to: request, on: loop)
        }
        await services.compression.apply(to: &response, request)
        services.crossOrigin.apply(to: &response, request)
        response.headers["X-Request-ID"] = request.requestID
        response.headers["X-Content-Type-Options"] = "nosniff"
        if response.headers["Cache-Control"] == nil { response.headers["Cache-Control"] = "no-store" }
        services.note(request, response.status, label, since: begun)
        return response
    }

    func bodyLimit(for head: HTTPRequest) -> Int {
        guard let owner = self.owner(of: head) else { return site.bodyLimit(for: head) }
        var head = head
        head.segments.removeFirst(owner.mount.count)
        return owner.router.bodyLimit(for: head)
    }

    func endsWithClient(_ head: HTTPRequest) -> Bool {
        guard let owner = self.owner(of: head) else { return false }
        var head = head
        head.segments.removeFirst(owner.mount.count)
        return owner.router.endsWithClient(head)
    }

    /// An answer that the server makes itself, in the shape of the profile whose path it is.
    func failure(_ status: Int, _ reason: String, _ request: HTTPRequest?) -> HTTPResponse {
        let error = AgentError(status: status, reason: reason)
        let owner = request.flatMap { self.owner(of: $0) }
        // What is no request yet has an id nevertheless, by which its refusal is found in the log.
        let request = named(request ?? HTTPRequest())
        var response =
            owner?.profile.failure(error, to: request) ?? Problem.response(error, status: status, to: request)
        response.status = status
        response.headers["X-Request-ID"] = request.requestID
        response.headers["X-Content-Type-Options"] = "nosniff"
        response.headers["Cache-Control"] = "no-store"
        services.crossOrigin.apply(to: &response, request)
        return response
    }

    private func owner(of request: HTTPRequest) -> MountedProfile? {
        profiles.indices.first { profiles[$0].owns(request.segments, request.headers) }.map { profiles[$0] }
    }

    /// Gives the request its id (the client's, if it is 1–128 visible ASCII characters) and its place in a trace.
    private func named(_ request: HTTPRequest) -> HTTPRequest {
        guard request.requestID.isEmpty else { return request }
        var request = request
        let wanted = request.headers["X-Request-ID"] ?? ""
        let isFit = (1...128).contains(wanted.utf8.count) && wanted.utf8.allSatisfy { (0x21...0x7E).contains($0) }
        request.requestID = isFit ? wanted : services.identifiers.next("req")
        request.trace =
            request.headers["traceparent"].flatMap(TraceContext.init(header:))
            ?? TraceContext(random: services.random)
        return request
    }
}

/// What the gateway works with.
struct GatewayServices: Sendable {
    var wallClock: any WallClock
    var identifiers: any IdentifierSource
    var random: any RandomSource
    var log: Logger
    var metrics: Metrics
    var crossOrigin = CrossOrigin(origins: [])
    var compression = ResponseCompression(workers: nil)

    func note(_ request: HTTPRequest, _ status: Int, _ profile: String, since begun: Timestamp) {
        let milliseconds = max(0, wallClock.now().milliseconds - begun.milliseconds)
        let outcome = "\(status / 100)xx"
        metrics.add("agentd_http_requests_total", labels: ["profile": profile, "status": outcome])
        metrics.observe("agentd_http_request_seconds", Double(milliseconds) / 1000, labels: ["profile": profile])
        guard log.isEnabled(.debug) else { return }
        log.debug(
            "request",
            [
                "request": .string(request.requestID),
                "trace": .optional(request.trace?.trace),
                "method": .string(request.method.rawValue),
                "path": .string(String(request.path.prefix(200))),
                "status": .integer(status),
                "milliseconds": .integer(Int(milliseconds)),
            ]
        )
    }
}

/// Errors outside all mounts: `application/problem+json` (RFC 9457).
enum Problem {
    static let schema = WireSchema.object(
        [
            "type": WireSchema.string, "title": WireSchema.string, "status": WireSchema.integer,
            "detail": WireSchema.string, "code": WireSchema.string, "request_id": WireSchema.string,
        ],
        required: ["type", "title", "status"]
    )

    /// `status` is that of the error's code unless said.
    static func response(_ error: AgentError, status: Int? = nil, to request: HTTPRequest?) -> HTTPResponse {
        let status = status ?? AetherErrors.wire(error.code).status
        var body: JSONObject = [
            "type": "about:blank",
            "title": .string(HTTPResponse.phrase(status)),
            "status": .integer(status),
            "detail": .string(error.message),
            "code": .string(error.code.rawValue),
        ]
        if let id = request?.requestID { body["request_id"] = .string(id) }
        var response = HTTPResponse.json(.object(body), status: status)
        response.headers["Content-Type"] = "application/problem+json"
        return response
    }
}
