// The handle of one event stream, which may be used from anywhere. On the connection's loop it writes straight into
// the connection; from another loop what is sent within a tick is handed over once, at that tick's end.

package import AgentRuntime
internal import Synchronization

/// A client that listens to server-sent events.
///
/// What is sent reaches the client in order, or the client is gone: past `HTTPLimits.unsentStreamBytes` unread it is
/// cut off, and may come back with `Last-Event-ID`. Each stream gets a comment line in silence.
package final class EventStream: Sendable {
    private struct Shared {
        /// `nil` once the stream has ended.
        var connection: HTTPConnection?
        /// What other threads have sent and the loop has not yet taken; bounded as what is unsent.
        var outbox: [UInt8] = []
        var isHandedOver = false
        var endsAfterOutbox = false
        var hasLeft = false
        var onGone: (@Sendable () -> Void)?
        var onDrain: (@Sendable () -> Void)?
    }

    /// The loop of the client's connection.
    package let loop: EventLoop
    private let shared: Mutex<Shared>

    init(_ connection: HTTPConnection) {
        loop = connection.loop
        shared = Mutex(Shared(connection: connection))
    }

    /// Whether nothing can be sent any more.
    package var isEnded: Bool { shared.withLock { $0.connection == nil || $0.endsAfterOutbox } }

    /// What the client has not taken yet; on the loop only.
    package var unsentBytes: Int {
        guard let connection = shared.withLock(\.connection) else { return 0 }
        return connection.assumeIsolated { $0.unsent }
    }

    /// Sends one event; false when the client is gone or the stream was ended.
    @discardableResult
    package func send(event: String? = nil, id: String? = nil, data: [UInt8]) -> Bool {
        guard let connection = directConnection() else {
            return handOver { SSEWriter.append(event: event, id: id, data: data, to: &$0) }
        }
        return connection.assumeIsolated { $0.appendToStream(event: event, id: id, data: data) }
    }

    /// Sends events that `SSEWriter` has encoded, for the same event to many clients.
    @discardableResult
    package func send(encoded bytes: [UInt8]) -> Bool {
        guard let connection = directConnection() else { return handOver { $0.append(contentsOf: bytes) } }
        return connection.assumeIsolated { $0.appendToStream(bytes) }
    }

    /// Ends the stream after what was sent.
    package func end() {
        let isOpen = shared.withLock { shared in
            guard shared.connection != nil, !shared.endsAfterOutbox else { return false }
            shared.endsAfterOutbox = true
            shared.onGone = nil
            shared.onDrain = nil
            return true
        }
        guard isOpen else { return }
        if loop.isOnLoop { takeOutbox() } else { scheduleHandOver() }
    }

    /// Suspends while the client has more than a comfortable amount unread; false when it is gone.
    package func writable() async -> Bool {
        guard let connection = shared.withLock({ $0.endsAfterOutbox ? nil : $0.connection }) else { return false }
        return await connection.writable()
    }

    /// Runs work once on the loop, within a tick of the client leaving or being cut off; not after `end`.
    ///
    /// Replaces earlier work; when the client has left already, the work runs at the loop's next tick.
    package func onGone(_ work: @escaping @Sendable () -> Void) {
        let hasLeft = shared.withLock { shared in
            if !shared.hasLeft, shared.connection != nil, !shared.endsAfterOutbox { shared.onGone = work }
            return shared.hasLeft
        }
        if hasLeft { loop.execute(work) }
    }

    /// Runs work once on the loop when the server begins to drain; a stream without such work is ended then.
    package func onDrain(_ work: @escaping @Sendable () -> Void) {
        shared.withLock { shared in
            if shared.connection != nil, !shared.endsAfterOutbox { shared.onDrain = work }
        }
    }

    // MARK: Called by the connection, on its loop

    func readerLeft() {
        let work = shared.withLock { shared in
            shared.hasLeft = !shared.endsAfterOutbox
            shared.connection = nil
            shared.outbox = []
            shared.onDrain = nil
            defer { shared.onGone = nil }
            return shared.onGone
        }
        work?()
    }

    func serverDrains() {
        let work = shared.withLock { shared in
            defer { shared.onDrain = nil }
            return shared.onDrain
        }
        if let work { work() } else { end() }
    }

    // MARK: From other threads

    /// The connection when the caller is on its loop and nothing handed over must go before.
    private func directConnection() -> HTTPConnection? {
        guard loop.isOnLoop else { return nil }
        let (connection, mustTake) = shared.withLock { shared in
            (shared.endsAfterOutbox ? nil : shared.connection, !shared.outbox.isEmpty)
        }
        if mustTake { takeOutbox() }
        return connection
    }

    private func handOver(_ append: (inout [UInt8]) -> Void) -> Bool {
        let (isOpen, mustSchedule) = shared.withLock { shared in
            guard let connection = shared.connection, !shared.endsAfterOutbox else { return (false, false) }
            if shared.outbox.count <= connection.service.limits.unsentStreamBytes { append(&shared.outbox) }
            defer { shared.isHandedOver = true }
            return (true, !shared.isHandedOver)
        }
        if mustSchedule { scheduleHandOver() }
        return isOpen
    }

    private func scheduleHandOver() {
        if let current = EventLoop.current, current !== loop {
            current.beforeFlush { [self] in loop.execute { self.takeOutbox() } }
        } else {
            loop.execute { self.takeOutbox() }
        }
    }

    private func takeOutbox() {
        let (connection, bytes, ends) = shared.withLock { shared in
            let taken = (shared.connection, shared.outbox, shared.endsAfterOutbox)
            shared.outbox = []
            shared.isHandedOver = false
            if shared.endsAfterOutbox { shared.connection = nil }
            return taken
        }
        guard let connection else { return }
        connection.assumeIsolated { connection in
            if !bytes.isEmpty { connection.appendToStream(bytes) }
            if ends { connection.endStream() }
        }
    }
}
