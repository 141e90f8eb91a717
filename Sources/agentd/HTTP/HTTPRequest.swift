package import AgentRuntime

/// A request as handlers see it: decoded, within bounds, and safe to route by.
package struct HTTPRequest: Sendable {
    package struct QueryItem: Sendable, Hashable {
        package var name: String
        package var value: String

        package init(name: String, value: String) {
            self.name = name
            self.value = value
        }
    }

    package var method: HTTPMethod
    /// The target as it was sent (`/ai/history?limit=5`).
    package var target: String
    /// The path between its slashes, percent-decoded; `[]` for `/` and for `*`.
    ///
    /// No segment is `.` or `..`, none contains NUL.
    package var segments: [String]
    /// The query in order, percent-decoded, with plus as space.
    package var query: [QueryItem]
    package var headers: HTTPHeaders
    package var body: [UInt8]
    /// The numeric address at the other end of the socket; empty for a unix-domain peer.
    package var remoteAddress: String
    /// Whether the client speaks HTTP/1.1 rather than 1.0.
    package var isVersion11: Bool
    /// Whether the client wants the connection for another request.
    package var isKeepAlive: Bool
    /// Names the request in logs, replies and outgoing calls; empty until the gateway has given it.
    package var requestID = ""
    package var trace: TraceContext?
    /// The client while it waits for the answer; `nil` for a request that came over no connection.
    package var client: ClientPresence?

    package init(
        method: HTTPMethod = .get,
        target: String = "/",
        segments: [String] = [],
        query: [QueryItem] = [],
        headers: HTTPHeaders = HTTPHeaders(),
        body: [UInt8] = [],
        remoteAddress: String = "",
        isVersion11: Bool = true,
        isKeepAlive: Bool = true
    ) {
        self.method = method
        self.target = target
        self.segments = segments
        self.query = query
        self.headers = headers
        self.body = body
        self.remoteAddress = remoteAddress
        self.isVersion11 = isVersion11
        self.isKeepAlive = isKeepAlive
    }

    /// The target without its query, as it was sent.
    package var path: Substring { target.prefix { $0 != "?" } }

    /// The first value of a query item.
    package func queryValue(_ name: String) -> String? { query.first { $0.name == name }?.value }
}

/// A request that the server refuses itself: the status, and what is wrong for people who read it.
package struct HTTPRefusal: Error, Sendable, Hashable {
    package var status: Int
    package var reason: String

    package init(_ status: Int, _ reason: String) {
        self.status = status
        self.reason = reason
    }
}
