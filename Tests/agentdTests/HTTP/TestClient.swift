import AgentRuntime
import Foundation
import Synchronization

@testable import agentd

/// A client that sends raw bytes and reads raw answers, waiting on threads of its own: the pool's are few.
struct TestClient: Sendable {
    /// One answer, taken apart.
    struct Answer: Equatable {
        var status: Int
        var headers: HTTPHeaders
        var body: String
    }

    /// Long enough that only a failure reaches it.
    static let patience = Duration.seconds(20)

    let socket: Socket

    init(socket: Socket) { self.socket = socket }

    init(port: UInt16) throws { socket = try .connect(host: "127.0.0.1", port: port) }

    func send(_ bytes: [UInt8]) async { await Self.onOwnThread { write(bytes) } }

    func send(_ text: String) async { await send(Array(text.utf8)) }

    private func write(_ bytes: [UInt8]) {
        var start = 0
        while start < bytes.count {
            switch socket.write(bytes, from: start) {
            case .bytes(let count): start += count
            case .wouldBlock: if !socket.wait(for: .writable, timeout: Self.patience) { return }
            case .failed: return
            }
        }
    }

    /// Reads to the end of the connection.
    func readToEnd() async -> [UInt8] { await Self.onOwnThread { read { _ in false } } }

    /// Reads until the text has come, or the connection ends.
    func read(until text: String) async -> String {
        await Self.onOwnThread {
            String(decoding: read { String(decoding: $0, as: UTF8.self).contains(text) }, as: UTF8.self)
        }
    }

    /// Whether the server has ended the connection, without sending more.
    func isEnded() async -> Bool {
        await Self.onOwnThread {
            guard socket.wait(for: .readable, timeout: Self.patience) else { return false }
            return switch socket.read(capacity: 1).result {
            case .ended, .failed: true
            case .bytes, .wouldBlock: false
            }
        }
    }

    private static func onOwnThread<Result: Sendable>(_ work: @escaping @Sendable () -> Result) async -> Result {
        await withCheckedContinuation { continuation in
            Thread.detachNewThread { continuation.resume(returning: work()) }
        }
    }

    private func read(until isEnough: ([UInt8]) -> Bool) -> [UInt8] {
        var all: [UInt8] = []
        while !isEnough(all) {
            let (result, bytes) = socket.read(capacity: 65_536)
            all += bytes
            switch result {
            case .bytes: continue
            case .wouldBlock: if !socket.wait(for: .readable, timeout: Self.patience) { return all }
            case .ended, .failed: return all
            }
        }
        return all
    }

    func close() { socket.close() }

    /// Sends bytes and our end, and reads all answers.
    static func exchange(_ bytes: [UInt8], port: UInt16, byteByByte: Bool = false) async throws -> [Answer] {
        let client = try TestClient(port: port)
        defer { client.close() }
        if byteByByte { for byte in bytes { await client.send([byte]) } } else { await client.send(bytes) }
        client.socket.endWriting()
        return answers(await client.readToEnd(), isHead: bytes.starts(with: Array("HEAD ".utf8)))
    }

    static func exchange(_ text: String, port: UInt16) async throws -> [Answer] {
        try await exchange(Array(text.utf8), port: port)
    }

    /// Takes answers apart; one without a length runs to the end.
    static func answers(_ bytes: [UInt8], isHead: Bool = false) -> [Answer] {
        var rest = bytes[...]
        var answers: [Answer] = []
        while let end = rest.firstRange(of: Array("\r\n\r\n".utf8)) {
            let lines = String(decoding: rest[..<end.lowerBound], as: UTF8.self).split(separator: "\r\n")
            var headers = HTTPHeaders()
            for line in lines.dropFirst() {
                let parts = line.split(separator: ":", maxSplits: 1)
                headers.add(String(parts[0]), parts.count > 1 ? String(parts[1].trimmingOptionalWhitespace()) : "")
            }
            rest = rest[end.upperBound...]
            let status = Int(lines.first?.split(separator: " ").dropFirst().first ?? "") ?? 0
            let isBodiless = isHead || status < 200 || status == 204 || status == 304
            let length = isBodiless ? 0 : headers["content-length"].flatMap { Int($0) } ?? rest.count
            answers.append(
                Answer(status: status, headers: headers, body: String(decoding: rest.prefix(length), as: UTF8.self))
            )
            rest = rest.dropFirst(length)
        }
        return answers
    }
}

/// Answers by closure, and keeps what it was asked.
final class TestHandler: HTTPHandler {
    typealias Answer = @Sendable (HTTPRequest, EventLoop) async -> HTTPResponse

    private let asked = Mutex<[HTTPRequest]>([])
    private let answer: Answer
    private let limit: Int

    init(
        bodyLimit: Int = HTTPLimits.defaultBodyBytes,
        _ answer: @escaping Answer = { request, _ in
            .text("\(request.method) \(request.target) \(String(decoding: request.body, as: UTF8.self))")
        }
    ) {
        self.answer = answer
        limit = bodyLimit
    }

    var requests: [HTTPRequest] { asked.withLock { $0 } }

    func respond(to request: HTTPRequest, on loop: EventLoop) async -> HTTPResponse {
        asked.withLock { $0.append(request) }
        return await answer(request, loop)
    }

    func bodyLimit(for head: HTTPRequest) -> Int { limit }
}

/// A time of day that stands still.
struct FixedWallClock: WallClock {
    func now() -> Timestamp { Timestamp(milliseconds: 784_111_777_000) }
}

/// A monotonic time that a test moves.
final class ManualTime: Sendable {
    private let instant = Mutex(LoopInstant(nanoseconds: 1_000_000_000))
    var now: LoopInstant { instant.withLock { $0 } }
    func advance(by duration: Duration) { instant.withLock { $0 = $0.advanced(by: duration) } }
}

/// A server under test, with its loops.
struct ServerUnderTest {
    let server: HTTPServer
    let port: UInt16
    let loops: [EventLoop]
}

/// Runs a server on a port of its own and ends it afterwards.
func withServer<Result>(
    _ handler: any HTTPHandler,
    limits: HTTPLimits = HTTPLimits(),
    loops count: Int = 1,
    time: ManualTime = ManualTime(),
    _ body: (ServerUnderTest) async throws -> Result
) async throws -> Result {
    let group = try EventLoopGroup(count: count)
    defer { group.stop() }
    let service = HTTPService(
        handler: handler,
        errorBody: { status, reason, _ in .text(reason, status: status) },
        limits: limits,
        wallClock: FixedWallClock(),
        now: { _ in time.now }
    )
    let server = HTTPServer(.tcp(host: "127.0.0.1", port: 0), on: group.loops, service: service)
    let port = try await server.start()
    let result: Result
    do {
        result = try await body(ServerUnderTest(server: server, port: port, loops: group.loops))
    } catch {
        await server.drain(within: .zero)
        throw error
    }
    await server.drain(within: .zero)
    return result
}
