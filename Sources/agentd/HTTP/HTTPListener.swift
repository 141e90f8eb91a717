internal import AgentRuntime
internal import Synchronization

// The part of a server that lives on one loop: its listening socket, its connections, and the sweep over their
// deadlines. Nothing here is shared between loops.

actor HTTPListener: DescriptorHandler {
    nonisolated let loop: EventLoop
    nonisolated let service: HTTPService
    nonisolated var unownedExecutor: UnownedSerialExecutor { loop.asUnownedSerialExecutor() }
    /// Connections of this loop; one more is answered 503.
    private let connectionBound: Int
    private nonisolated let numbers = Atomic<UInt64>(0)

    private var socket: Socket?
    private var connections: [HTTPConnection] = []
    private var dates: HTTPDate
    private var sweepTimer: TimerToken?
    private var drained = Waiters()
    private(set) var isDraining = false

    init(on loop: EventLoop, for service: HTTPService, connectionBound: Int) {
        self.loop = loop
        self.service = service
        self.connectionBound = connectionBound
        dates = HTTPDate(service.wallClock)
    }

    var connectionCount: Int { connections.count }

    nonisolated func nextNumber() -> UInt64 { numbers.wrappingAdd(1, ordering: .relaxed).newValue }

    func date() -> [UInt8] { dates.now() }

    // MARK: Accepting

    /// Takes connections from the socket, which it owns from now on.
    func begin(_ socket: Socket) throws(SystemError) {
        socket.limitSendBuffer(to: service.limits.kernelSendBytes)
        do throws(SystemError) {
            try loop.register(socket.descriptor, for: .readable, .level, self)
        } catch {
            socket.close()
            throw error
        }
        self.socket = socket
        scheduleSweep()
    }

    nonisolated func descriptorReady(_ readiness: Readiness) { assumeIsolated { $0.accept() } }

    private func accept() {
        guard let socket else { return }
        for _ in 0..<service.limits.acceptsPerTick {
            guard connections.count < connectionBound + service.limits.refusedConnections else { return pause() }
            do throws(SystemError) {
                guard let accepted = try socket.accept() else { return }
                add(accepted)
            } catch {
                return pause()
            }
        }
    }

    private func add(_ accepted: Socket.Accepted) {
        let connection = HTTPConnection(accepted, of: self, at: service.now(loop))
        let slot = connections.count
        let isWithinBound = slot < connectionBound
        connections.append(connection)
        connection.assumeIsolated { connection in
            connection.slot = slot
            do throws(SystemError) {
                try connection.begin()
                if !isWithinBound { connection.refuse(HTTPRefusal(503, "too many connections")) }
            } catch {
                connection.close()
            }
        }
    }

    /// Leaves connections in the kernel's queue for a moment: there is no room for them here.
    private func pause() {
        guard let socket else { return }
        loop.unregister(socket.descriptor)
        loop.after(service.limits.acceptPause) { self.assumeIsolated { $0.unpause() } }
    }

    private func unpause() {
        guard let socket else { return }
        do throws(SystemError) {
            try loop.register(socket.descriptor, for: .readable, .level, self)
        } catch {
            pause()
        }
    }

    /// Forgets a connection that has closed.
    func remove(_ connection: HTTPConnection) {
        let slot = connection.assumeIsolated { $0.slot }
        guard slot < connections.count, connections[slot] === connection else { return }
        let last = connections.removeLast()
        if last !== connection {
            connections[slot] = last
            last.assumeIsolated { $0.slot = slot }
        }
        if connections.isEmpty, isDraining { finishDrain() }
    }

    // MARK: Deadlines

    private func scheduleSweep() {
        sweepTimer = loop.after(service.limits.sweepInterval) {
            self.assumeIsolated { listener in
                listener.sweep()
                listener.scheduleSweep()
            }
        }
    }

    /// Looks at the deadlines of all connections.
    func sweep() {
        let now = service.now(loop)
        // Backwards, because a connection that closes swaps the last one into its place.
        for index in connections.indices.reversed() where index < connections.count {
            connections[index].assumeIsolated { $0.sweep(at: now) }
        }
    }

    // MARK: Draining

    /// Accepts no more, tells the connections, and waits until the last has gone.
    func drain() async {
        stopAccepting()
        isDraining = true
        tellConnections()
        if !connections.isEmpty { await withCheckedContinuation { drained.add($0, unless: connections.isEmpty) } }
        finishDrain()
    }

    private func tellConnections() {
        // A copy, because connections that end remove themselves.
        let told = connections
        for connection in told { connection.assumeIsolated { $0.drain() } }
    }

    /// Closes what is left.
    func abandon() {
        let left = connections
        for connection in left { connection.assumeIsolated { $0.abandon() } }
    }

    private func stopAccepting() {
        guard let socket else { return }
        self.socket = nil
        loop.unregister(socket.descriptor)
        socket.close()
    }

    private func finishDrain() {
        if let sweepTimer { loop.cancel(sweepTimer) }
        sweepTimer = nil
        drained.resumeAll()
    }
}
