internal import AgentRuntime
internal import Synchronization

/// Measures event streams over loopback, server and clients in this process: what a silent stream costs in memory,
/// how long an event takes to reach all of them, and how many events a second one stream carries.
///
/// The clients are bare sockets, so that nearly all of the memory counted is the server's.
struct StreamBench {
    struct Report: Equatable {
        var streams: Int
        /// Resident memory per silent stream, everything counted; `nil` where the system does not tell.
        var bytesPerStream: Int?
        /// From the first send until the last client has the event; the median of the rounds.
        var broadcastTime: Duration
        /// From the first send until the last is taken by the kernel.
        var broadcastSendTime: Duration
        /// Events that one stream carries, each sent from a job of its own.
        var eventsPerSecond: Int

        /// The report in three lines.
        var text: String {
            """
            \(streams) silent streams: \(bytesPerStream.map { "\($0) bytes" } ?? "unknown memory") each
            broadcast to all: sent in \(Self.milliseconds(broadcastSendTime)) ms, \
            received in \(Self.milliseconds(broadcastTime)) ms
            one stream: \(eventsPerSecond) events/s
            """
        }

        private static func milliseconds(_ duration: Duration) -> String {
            let tenths = (duration.wholeNanoseconds + 50_000) / 100_000
            return "\(tenths / 10).\(tenths % 10)"
        }
    }

    var streams = 5000
    var loops = EventLoopGroup.coreCount
    var rounds = 9
    var events = 200_000

    /// Descriptors that the process needs beside the two of each stream.
    private static let spareDescriptors = 200
    private static let patience = Duration.seconds(30)

    /// - Throws: `AgentError.limitExceeded` when the system does not allow so many descriptors.
    func measure() async throws -> Report {
        guard ProcessFigures.raiseDescriptorLimit() >= 2 * streams + Self.spareDescriptors else {
            throw AgentError(.limitExceeded, "the system does not allow \(2 * streams) open connections (ulimit -n)")
        }
        let group = try EventLoopGroup(count: loops)
        defer { group.stop() }
        let audience = Audience()
        var limits = HTTPLimits()
        limits.connections = 2 * (streams + Self.spareDescriptors) * loops
        let service = HTTPService(
            handler: audience,
            errorBody: { status, reason, _ in .text(reason, status: status) },
            limits: limits,
            wallClock: SystemWallClock()
        )
        let server = HTTPServer(.tcp(host: "127.0.0.1", port: 0), on: group.loops, service: service)
        let port = try await server.start()
        do {
            let report = try await measure(audience, port)
            await server.drain(within: .zero)
            return report
        } catch {
            await server.drain(within: .zero)
            throw error
        }
    }

    private func measure(_ audience: Audience, _ port: UInt16) async throws -> Report {
        // One stream first, so that what is made once is not counted; its events last, because what they free would
        // be used again by the silent streams.
        let single = try open(1, port)
        defer { for client in single { client.close() } }
        let first = try await audience.wait(for: 1)
        audience.forget()
        let before = ProcessFigures.residentBytes
        let clients = try open(streams, port)
        defer { for client in clients { client.close() } }
        let silent = try await audience.wait(for: streams)
        let after = ProcessFigures.residentBytes
        var sendTimes: [Duration] = []
        var receiveTimes: [Duration] = []
        for round in 0..<rounds {
            let times = try await broadcast(round, to: silent, clients)
            sendTimes.append(times.sent)
            receiveTimes.append(times.received)
        }
        let eventsPerSecond = try await carry(first[0], to: single[0])
        let memory: Int? = if let before, let after { (after - before) / streams } else { nil }
        return Report(
            streams: streams,
            bytesPerStream: memory,
            broadcastTime: receiveTimes.sorted()[rounds / 2],
            broadcastSendTime: sendTimes.sorted()[rounds / 2],
            eventsPerSecond: eventsPerSecond
        )
    }

    /// Opens streams and reads their heads.
    private func open(_ count: Int, _ port: UInt16) throws -> [Socket] {
        // The client reads to the end of the connection: it is to end with the stream.
        let request = Array("GET / HTTP/1.1\r\nHost: bench\r\nConnection: close\r\n\r\n".utf8)
        return try (0..<count).map { _ in
            let client = try Socket.connect(host: "127.0.0.1", port: port)
            guard client.write(request) == .bytes(request.count) else { throw unanswered }
            guard try receive(from: client, atLeast: 1).starts(with: Array("HTTP/1.1 200".utf8)) else {
                throw unanswered
            }
            return client
        }
    }

    private func receive(from client: Socket, atLeast count: Int) throws -> [UInt8] {
        var received: [UInt8] = []
        while received.count < count {
            let (result, bytes) = client.read(capacity: 4096)
            received += bytes
            switch result {
            case .bytes: continue
            case .wouldBlock: guard client.wait(for: .readable, timeout: Self.patience) else { throw unanswered }
            case .ended, .failed: throw unanswered
            }
        }
        return received
    }

    private func broadcast(
        _ round: Int,
        to streams: [EventStream],
        _ clients: [Socket]
    ) async throws -> (sent: Duration, received: Duration) {
        let event = SSEWriter.bytes(event: "tick", id: "\(round)", data: "{\"round\":\(round)}".utf8)
        let start = LoopInstant.now
        let byLoop = Dictionary(grouping: streams) { ObjectIdentifier($0.loop) }.values
        let sending = byLoop.map { part in
            part[0].loop.spawn { () -> LoopInstant in
                for stream in part { stream.send(encoded: event) }
                return await part[0].loop.flushed()
            }
        }
        for client in clients { _ = try receive(from: client, atLeast: event.count) }
        let received = start.duration(to: .now)
        var sent = start
        for task in sending { sent = max(sent, await task.value) }
        return (start.duration(to: sent), received)
    }

    /// Sends events to one client, each from a job of its own, as tokens arrive.
    private func carry(_ stream: EventStream, to client: Socket) async throws -> Int {
        let data = Array("{\"text\":\"twenty-four bytes.\"}".utf8)
        let events = events
        let start = LoopInstant.now
        let sender = stream.loop.spawn { () -> Int in
            var sent = 0
            while sent < events, await stream.writable() {
                stream.send(data: data)
                sent += 1
                await Task.yield()
            }
            stream.end()
            return sent
        }
        reading: while true {
            switch client.read(capacity: 262_144).result {
            case .bytes: continue
            case .wouldBlock: guard client.wait(for: .readable, timeout: Self.patience) else { throw unanswered }
            case .ended, .failed: break reading
            }
        }
        let elapsed = start.duration(to: .now)
        guard await sender.value == events else { throw unanswered }
        return Int(Double(events) * 1e9 / Double(max(1, elapsed.wholeNanoseconds)))
    }

    private var unanswered: AgentError { AgentError(.unavailable, "a stream of the measurement was not answered") }
}

/// Answers every request with a stream and keeps it.
private final class Audience: HTTPHandler {
    private let streams = Mutex<[EventStream]>([])

    func respond(to request: HTTPRequest, on loop: EventLoop) async -> HTTPResponse {
        .events { [self] stream in streams.withLock { $0.append(stream) } }
    }

    func forget() { streams.withLock { $0 = [] } }

    /// The streams, once there are so many.
    func wait(for count: Int) async throws -> [EventStream] {
        while true {
            try Task.checkCancellation()
            let open = streams.withLock { $0 }
            if open.count >= count { return open }
            await Task.yield()
        }
    }
}

extension EventLoop {
    /// The time after the flush of the tick that is running.
    fileprivate func flushed() async -> LoopInstant {
        await withCheckedContinuation { continuation in
            beforeFlush { self.markDirty(Flushed { continuation.resume(returning: .now) }) }
        }
    }
}

/// A dirty target that says when its turn has come; it is the last of its tick.
private final class Flushed: FlushTarget {
    private let work: () -> Void
    init(_ work: @escaping () -> Void) { self.work = work }
    func flush() { work() }
}
