// One client's connection: an actor pinned to its loop that owns the socket. What the loop calls (readiness, flush,
// sweep) runs to its end without suspension; only a handler runs in a task, so an idle connection or a silent stream
// is this object and nothing else.
//
//   reading ─ whole request ─▸ handling ─ answer ─▸ reading …
//                                   └─ event stream ─▸ streaming ─ its end, in chunks ─▸ reading …
//                                                          └ its end, without ─┐
//   refused, or the last answer ─────────────────────▸ finishing ◂──┘ ─ all sent ─▸ lingering ─ end of input ─▸ closed
//
// One request at a time: bytes after it wait, in the kernel or in `Reading.pending`, and are taken up from a later
// tick, never by recursion. Edge-triggered: `mayRead` remembers that the kernel may hold bytes.

internal import AgentRuntime

actor HTTPConnection: DescriptorHandler, FlushTarget {
    enum State {
        case reading
        case handling(Task<Void, Never>)
        case streaming(EventStream)
        /// The last bytes are queued.
        case finishing
        /// They are sent, and so is our end; what still comes is dropped, so that no reset eats the answer.
        case lingering
        case closed
    }

    /// A request on its way in; freed while none is.
    final class Reading {
        var decoder: HTTPRequestDecoder
        /// The request whose body is awaited.
        var head: HTTPRequest?
        /// Bytes after the request that is being handled; at most what one read gives.
        var pending: [UInt8] = []

        init(limits: HTTPLimits) { decoder = HTTPRequestDecoder(limits: limits) }
    }

    /// A task that waits until the reader has caught up.
    struct Waiter {
        let number: UInt64
        let continuation: CheckedContinuation<Bool, Never>
    }

    nonisolated let listener: HTTPListener
    nonisolated let socket: Socket
    nonisolated let remoteAddress: String
    nonisolated var unownedExecutor: UnownedSerialExecutor { listener.loop.asUnownedSerialExecutor() }
    nonisolated var loop: EventLoop { listener.loop }
    nonisolated var service: HTTPService { listener.service }

    var state = State.reading
    var reading: Reading?
    /// Bytes to send, of which `sent` are gone; freed when all are.
    var output: [UInt8] = []
    var sent = 0
    var deadline: LoopInstant
    /// Whether the stream is sent in chunks, so that its end is not the connection's.
    var isChunked = false
    /// Where the chunk that is being filled begins in `output`.
    var chunkStart: Int?
    var waiters: [Waiter] = []
    /// Where the listener keeps this connection.
    var slot = 0
    var isDirty = false
    var mayRead = false
    /// The client sends no more; kept, because an edge is reported once.
    var peerEnded = false
    /// Whether the request that is handled is for this client alone.
    var endsWithClient = false
    /// What the request that is handled knows of its client.
    var presence: ClientPresence?
    /// Whether no byte of a request has come since the last answer.
    var isIdle = false

    init(_ accepted: Socket.Accepted, of listener: HTTPListener, at now: LoopInstant) {
        self.listener = listener
        socket = accepted.socket
        remoteAddress = accepted.address
        deadline = now.advanced(by: listener.service.limits.headTime)
    }

    var now: LoopInstant { service.now(loop) }
    var unsent: Int { output.count - sent }

    /// Takes part in the loop from now on.
    func begin() throws(SystemError) {
        try loop.register(socket.descriptor, for: [.readable, .writable, .peerClosed], .edge, self)
    }

    nonisolated func descriptorReady(_ readiness: Readiness) { assumeIsolated { $0.ready(readiness) } }

    nonisolated func flush() { assumeIsolated { $0.sendOutput() } }

    private func ready(_ readiness: Readiness) {
        if readiness.contains(.writable), unsent > 0 { sendOutput() }
        guard !readiness.isDisjoint(with: [.readable, .peerClosed, .hungUp, .failed]) else { return }
        mayRead = true
        if !readiness.isDisjoint(with: [.peerClosed, .hungUp, .failed]) { peerEnded = true }
        switch state {
        case .reading, .lingering: read()
        // An answer in the making is still sent; a stream has nobody left to read it.
        case .streaming: if peerEnded { close() }
        case .handling(let task): if peerEnded { clientLeft(task) }
        case .finishing, .closed: break
        }
    }

    /// The client of the request that is handled has gone, or says no more, which cannot be told apart.
    func clientLeft(_ task: Task<Void, Never>) {
        presence?.leave()
        if endsWithClient { task.cancel() }
    }

    // MARK: Sending

    func markDirty() {
        guard !isDirty else { return }
        isDirty = true
        loop.markDirty(self)
    }

    /// Sends what the kernel takes, and goes on with what waited for that.
    func sendOutput() {
        isDirty = false
        if case .closed = state { return }
        closeChunk()
        writing: while unsent > 0 {
            switch socket.write(output, from: sent) {
            case .bytes(let count):
                sent += count
                progressed()
            case .wouldBlock: break writing
            case .failed:
                close()
                return
            }
        }
        if unsent == 0 {
            output = []
            sent = 0
        } else if sent >= service.limits.unsentComfortBytes {
            output.removeFirst(sent)
            sent = 0
        }
        if unsent <= service.limits.unsentComfortBytes { resumeWaiters() }
        switch state {
        case .finishing where unsent == 0: linger()
        case .reading where hasInput: resumeLater()
        default: break
        }
    }

    private func progressed() {
        switch state {
        case .streaming: deadline = now.advanced(by: service.limits.commentInterval)
        case .finishing: deadline = now.advanced(by: service.limits.stallTime)
        // An answer on its way to a slow reader: not idle yet.
        case .reading where isIdle: deadline = now.advanced(by: service.limits.idleTime)
        case .reading, .handling, .lingering, .closed: break
        }
    }

    // MARK: Ending

    /// Ends the connection once the queued bytes are sent.
    func finish() {
        state = .finishing
        reading = nil
        deadline = now.advanced(by: service.limits.stallTime)
        markDirty()
    }

    private func linger() {
        socket.endWriting()
        state = .lingering
        deadline = now.advanced(by: service.limits.lingerTime)
        mayRead = true
        read()
    }

    func close() {
        if case .closed = state { return }
        let before = state
        state = .closed
        loop.unregister(socket.descriptor)
        socket.close()
        output = []
        sent = 0
        chunkStart = nil
        reading = nil
        resumeWaiters()
        listener.assumeIsolated { $0.remove(self) }
        if case .streaming(let stream) = before { stream.readerLeft() }
    }

    // MARK: Time

    /// Ends what has taken too long; keeps a silent stream open.
    func sweep(at now: LoopInstant) {
        guard now >= deadline else { return }
        switch state {
        case .reading:
            if isIdle || reading?.decoder.isInsideRequest != true {
                close()
            } else {
                refuse(HTTPRefusal(408, "the request took too long to arrive"))
            }
        case .streaming:
            deadline = now.advanced(by: service.limits.commentInterval)
            appendToStream(SSEWriter.comment)
        case .finishing, .lingering: close()
        case .handling, .closed: break
        }
    }

    // MARK: Draining

    /// The server takes no more requests: idle connections end, streams are told, the rest finishes.
    func drain() {
        switch state {
        case .reading:
            let isInside = reading?.decoder.isInsideRequest == true || reading?.pending.isEmpty == false
            if !isInside { finish() }
        case .streaming(let stream): stream.serverDrains()
        case .handling, .finishing, .lingering, .closed: break
        }
    }

    /// The time to drain is over.
    func abandon() {
        if case .handling(let task) = state { task.cancel() }
        close()
    }
}
