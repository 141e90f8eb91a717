internal import AgentRuntime

/// Lets pages of other sites use the API, those that the configuration names and no others (WHATWG Fetch §3.2).
///
/// Their requests bring a token; the session cookie stays with this server's own page.
struct CrossOrigin: Sendable {
    /// Scheme, host and port, as a browser sends them.
    let origins: [String]

    private static let allowedHeaders = [
        "Authorization", "Content-Type", "Idempotency-Key", "If-None-Match", "Last-Event-ID", "MCP-Protocol-Version",
        "Mcp-Method", "Mcp-Name", "X-API-Key", "X-Request-ID", "X-Tenant-ID", "traceparent",
    ]
    private static let exposedHeaders = [
        "ETag", "Location", "Retry-After", "X-RateLimit-Limit", "X-RateLimit-Remaining", "X-RateLimit-Reset",
        "X-Request-ID",
    ]

    /// Adds what a browser wants to see; a request without an origin, or of one that is not allowed, is left as it is.
    func apply(to response: inout HTTPResponse, _ request: HTTPRequest) {
        guard !origins.isEmpty else { return }
        response.headers.add("Vary", "Origin")
        guard let origin = request.headers["Origin"], origins.contains(origin) else { return }
        response.headers["Access-Control-Allow-Origin"] = origin
        guard request.method == .options, request.headers["Access-Control-Request-Method"] != nil else {
            response.headers["Access-Control-Expose-Headers"] = Self.exposedHeaders.joined(separator: ", ")
            return
        }
        response.headers["Access-Control-Allow-Methods"] = response.headers["Allow"] ?? ""
        response.headers["Access-Control-Allow-Headers"] = Self.allowedHeaders.joined(separator: ", ")
        response.headers["Access-Control-Max-Age"] = "600"
    }
}
