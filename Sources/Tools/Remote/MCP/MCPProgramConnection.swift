// The stdio transport: the server is a program of ours, and each message is a line. A program that ends is started again
// with the next request; one that keeps ending is left alone for a while that doubles up to a minute.

internal import AgentRuntime

/// A server that is a program. It lives on one loop, where its bytes come in.
actor MCPProgramConnection: MCPConnection {
    private struct Running {
        var process: ChildProcess
        var number: Int
        var line: [UInt8] = []
    }

    private static let longestPause = Duration.seconds(60)

    private let service: RemoteService
    private let command: [String]
    private let environment: [String: String]
    private let loop: EventLoop
    private var running: Running?
    private var isReady = false
    private var starts = 0
    private var lastID = 0
    private var pause = Duration.milliseconds(100)
    private var notBefore: LoopInstant?
    private var waiting: [Int: CheckedContinuation<Result<JSONValue, MCPFault>, Never>] = [:]
    /// Requests that wait until the program has said hello.
    private var arrivals = Waiters()
    private var isStarting = false

    init(_ service: RemoteService, command: [String], environment: [String: String], loop: EventLoop) {
        self.service = service
        self.command = command
        self.environment = environment
        self.loop = loop
    }

    nonisolated var unownedExecutor: UnownedSerialExecutor { loop.asUnownedSerialExecutor() }

    func request(_ method: String, _ parameters: JSONObject, name: String?) async throws -> JSONValue {
        while isStarting { await withCheckedContinuation { arrivals.add($0, unless: !isStarting) } }
        if running == nil || !isReady { try await start() }
        return try await exchange(method, parameters)
    }

    func close() async {
        end()
    }

    private func start() async throws {
        isStarting = true
        defer {
            isStarting = false
            arrivals.resumeAll()
        }
        if let notBefore, LoopInstant.now < notBefore {
            throw MCPFault(.unavailable, "its program ended a moment ago and is left alone", mayHaveArrived: false)
        }
        starts += 1
        let number = starts
        do {
            let process = try ChildProcess(command, environment: environment, loop: loop) { [weak self] bytes in
                self?.assumeIsolated { $0.received(bytes, number) }
            }
            running = Running(process: process, number: number)
        } catch {
            leaveAlone()
            throw MCPFault(.unavailable, "its program cannot be started: \(error)", mayHaveArrived: false)
        }
        do {
            let parameters: JSONObject = [
                "protocolVersion": .string(MCPRevision.session), "capabilities": [:], "clientInfo": MCPRevision.client,
            ]
            let hello = try await exchange("initialize", parameters)
            guard let revision = hello["protocolVersion"]?.string, MCPRevision.known.contains(revision) else {
                throw MCPFault(.unreadable, "it speaks no revision that is known", mayHaveArrived: false)
            }
            send(MCPMessage.notification("notifications/initialized"))
            isReady = true
            pause = .milliseconds(100)
            notBefore = nil
        } catch {
            end()
            leaveAlone()
            throw error
        }
    }

    /// Ends the program; whoever waits for it is told.
    private func end() {
        if let running { ended(running.number) }
    }

    private func leaveAlone() {
        notBefore = LoopInstant.now.advanced(by: pause)
        pause = min(pause * 2, Self.longestPause)
    }

    @discardableResult
    private func send(_ message: JSONValue) -> Bool {
        running?.process.write(message.bytes() + [UInt8(ascii: "\n")]) ?? false
    }

    private func exchange(_ method: String, _ parameters: JSONObject) async throws -> JSONValue {
        lastID += 1
        let id = lastID
        guard send(MCPMessage.request(id, method, .object(parameters))) else {
            throw MCPFault(.unavailable, "its program does not take input", mayHaveArrived: false)
        }
        let timer = loop.after(service.timeout) { [weak self] in
            self?.assumeIsolated { $0.give(up: id, MCPFault(.timeout, "it did not answer in time")) }
        }
        defer { loop.cancel(timer) }
        let loop = loop
        // A cancellation is looked at on the loop, so always after the request has begun to wait.
        let outcome = await withTaskCancellationHandler {
            await withCheckedContinuation { continuation in
                waiting[id] = continuation
            }
        } onCancel: {
            loop.execute { self.assumeIsolated { $0.give(up: id, MCPFault(.timeout, "cancelled")) } }
        }
        try Task.checkCancellation()
        return try outcome.get()
    }

    /// Nobody waits for the reply any more; the server is told so.
    private func give(up id: Int, _ fault: MCPFault) {
        guard let continuation = waiting.removeValue(forKey: id) else { return }
        send(MCPMessage.notification("notifications/cancelled", ["requestId": .integer(id)]))
        continuation.resume(returning: .failure(fault))
    }

    private func received(_ bytes: [UInt8]?, _ number: Int) {
        guard running?.number == number else { return }
        guard let bytes else { return ended(number) }
        var rest = bytes[...]
        while let end = rest.firstIndex(of: UInt8(ascii: "\n")) {
            let line = (running?.line ?? []) + rest[..<end]
            running?.line = []
            rest = rest[(end + 1)...]
            take(line)
            guard running?.number == number else { return }
        }
        running?.line += rest
        if (running?.line.count ?? 0) > MCPMessage.bytesMax { end() }
    }

    private func take(_ line: [UInt8]) {
        // A line that is no message (a greeting, a log) is passed over, as the protocol's own SDKs do.
        guard let message = try? JSONValue(parsing: line, limits: MCPMessage.limits) else { return }
        if message["method"] != nil {
            if let answer = MCPMessage.answer(to: message) { send(answer) }
            return
        }
        guard let id = message["id"]?.int, let continuation = waiting.removeValue(forKey: id) else { return }
        do throws(MCPFault) {
            continuation.resume(returning: .success(try MCPMessage.result(message)))
        } catch {
            continuation.resume(returning: .failure(error))
        }
    }

    private func ended(_ number: Int) {
        guard let former = running, former.number == number else { return }
        running = nil
        former.process.end()
        isReady = false
        let left = waiting
        waiting = [:]
        for continuation in left.values {
            continuation.resume(returning: .failure(MCPFault(.unavailable, "its program ended")))
        }
    }
}
