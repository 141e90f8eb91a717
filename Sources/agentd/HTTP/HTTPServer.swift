package import AgentRuntime

/// Where a server listens.
package enum HTTPEndpoint: Sendable, Hashable {
    /// A TCP address; port 0 picks a free one.
    case tcp(host: String, port: UInt16)
    /// A unix-domain path, for this user only.
    case unixDomain(path: String)
}

/// An HTTP/1.1 server over the loops of a group, each with its own listener on the same port.
package actor HTTPServer {
    private let endpoint: HTTPEndpoint
    private let service: HTTPService
    private let loops: [EventLoop]
    private var listeners: [HTTPListener] = []

    package init(_ endpoint: HTTPEndpoint, on loops: [EventLoop], service: HTTPService) {
        precondition(!loops.isEmpty, "a server needs a loop")
        self.endpoint = endpoint
        self.service = service
        // A unix-domain path cannot be shared by several listeners.
        self.loops = if case .unixDomain = endpoint { Array(loops.prefix(1)) } else { loops }
    }

    /// Begins to accept connections; answers the port, 0 for a unix-domain path.
    @discardableResult
    package func start() async throws -> UInt16 {
        precondition(listeners.isEmpty, "a server starts once")
        var sockets: [Socket] = []
        var port: UInt16 = 0
        do throws(SystemError) {
            switch endpoint {
            case .unixDomain(let path): sockets.append(try .listen(path: path))
            case .tcp(let host, let wanted):
                port = wanted
                for _ in loops {
                    let socket = try Socket.listen(host: host, port: port)
                    sockets.append(socket)
                    port = socket.localPort ?? port
                }
            }
        } catch {
            for socket in sockets { socket.close() }
            throw error
        }
        let bound = max(1, service.limits.connections / loops.count)
        for (loop, socket) in zip(loops, sockets) {
            let listener = HTTPListener(on: loop, for: service, connectionBound: bound)
            listeners.append(listener)
            try await listener.begin(socket)
        }
        return port
    }

    /// How many connections are open.
    package var connectionCount: Int {
        get async {
            var count = 0
            for listener in listeners { count += await listener.connectionCount }
            return count
        }
    }

    /// Looks at all deadlines now; the server does so by itself every `HTTPLimits.sweepInterval`.
    package func sweep() async {
        for listener in listeners { await listener.sweep() }
    }

    /// Stops accepting, lets requests and streams finish, and closes what is left when the time has passed.
    package func drain(within time: Duration) async {
        let timers = listeners.map { listener in
            (listener.loop, listener.loop.after(time) { listener.assumeIsolated { $0.abandon() } })
        }
        await withTaskGroup { group in
            for listener in listeners { group.addTask { await listener.drain() } }
        }
        for (loop, timer) in timers { loop.cancel(timer) }
        if case .unixDomain(let path) = endpoint { Socket.removePath(path) }
    }
}
