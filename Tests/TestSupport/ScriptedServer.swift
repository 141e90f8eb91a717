internal import AgentRuntime
internal import Foundation
internal import Synchronization

/// A server that does with each connection what a closure says, byte by byte, on a thread of its own.
package final class ScriptedServer: Sendable {
    package typealias Script = @Sendable (ServedConnection) -> Void

    package let port: UInt16
    private let listener: Socket
    private let isStopped = Atomic<Bool>(false)
    private let count = Atomic<Int>(0)
    private let threads = DispatchGroup()

    package init(_ script: @escaping Script) throws {
        listener = try Socket.listen(host: "127.0.0.1", port: 0)
        port = listener.localPort ?? 0
        let listener = listener
        threads.enter()
        Thread.detachNewThread { [self] in
            defer { threads.leave() }
            while !isStopped.load(ordering: .relaxed) {
                guard listener.wait(for: .readable, timeout: .milliseconds(50)) else { continue }
                while let accepted = try? listener.accept() {
                    let number = count.wrappingAdd(1, ordering: .relaxed).oldValue
                    threads.enter()
                    Thread.detachNewThread { [self] in
                        let connection = ServedConnection(accepted.socket, number: number)
                        script(connection)
                        connection.close()
                        threads.leave()
                    }
                }
            }
        }
    }

    package var url: String { "http://127.0.0.1:\(port)" }

    /// How many connections came in.
    package var connections: Int { count.load(ordering: .relaxed) }

    package func stop() {
        isStopped.store(true, ordering: .relaxed)
        _ = threads.wait(timeout: .now() + .seconds(5))
        listener.close()
    }

    /// Answers each request of a connection as the closure says, with a length, until the client leaves.
    package static func answering(
        _ answer: @escaping @Sendable (ReceivedRequest) -> (status: Int, headers: String, body: [UInt8])
    ) -> Script {
        { connection in
            while let request = connection.readRequest() {
                let (status, headers, body) = answer(request)
                connection.send("HTTP/1.1 \(status) X\r\n\(headers)content-length: \(body.count)\r\n\r\n")
                connection.send(body)
            }
        }
    }
}

/// A request as it came over the wire.
package struct ReceivedRequest: Sendable {
    package var line: String
    /// By name in small letters.
    package var headers: [String: String]
    package var body: [UInt8]

    package var method: String { line.split(separator: " ").first.map(String.init) ?? "" }
    package var target: String { line.split(separator: " ").dropFirst().first.map(String.init) ?? "" }
}

/// The server's side of a connection; its calls wait.
package final class ServedConnection: Sendable {
    private let socket: Socket
    package let number: Int
    private let isClosed = Atomic<Bool>(false)
    private let rest = Mutex<[UInt8]>([])
    /// Long, because a test on a busy machine may be kept from running for a while.
    private static let patience = Duration.seconds(300)

    init(_ socket: Socket, number: Int) {
        self.socket = socket
        self.number = number
    }

    /// `nil` when the client has left.
    package func readRequest() -> ReceivedRequest? {
        var bytes = rest.withLock { $0 }
        let headEnd = Array("\r\n\r\n".utf8)
        while true {
            if let end = bytes.firstRange(of: headEnd) {
                let lines = String(decoding: bytes[..<end.lowerBound], as: UTF8.self).components(separatedBy: "\r\n")
                var headers: [String: String] = [:]
                for line in lines.dropFirst() {
                    let parts = line.split(separator: ":", maxSplits: 1)
                    headers[parts[0].lowercased()] = parts.dropFirst().first?.trimmingCharacters(in: .whitespaces) ?? ""
                }
                let length = headers["content-length"].flatMap { Int($0) } ?? 0
                if bytes.count >= end.upperBound + length {
                    let body = Array(bytes[end.upperBound..<(end.upperBound + length)])
                    rest.withLock { $0 = Array(bytes[(end.upperBound + length)...]) }
                    return ReceivedRequest(line: lines[0], headers: headers, body: body)
                }
            }
            guard let more = read() else { return nil }
            bytes += more
        }
    }

    /// A line without its end; `nil` when the client has left.
    package func readLine() -> String? {
        var bytes = rest.withLock { $0 }
        while true {
            if let end = bytes.firstRange(of: Array("\r\n".utf8)) {
                let line = String(decoding: bytes[..<end.lowerBound], as: UTF8.self)
                rest.withLock { $0 = Array(bytes[end.upperBound...]) }
                return line
            }
            guard let more = read() else { return nil }
            bytes += more
        }
    }

    private func read() -> [UInt8]? {
        while socket.wait(for: .readable, timeout: Self.patience) {
            let (result, bytes) = socket.read(capacity: 65_536)
            switch result {
            case .bytes: return bytes
            case .wouldBlock: continue
            case .ended, .failed: return nil
            }
        }
        return nil
    }

    /// Waits until the client has closed its side.
    package func waitForEnd() { while read() != nil {} }

    package func send(_ text: String) { send(Array(text.utf8)) }

    /// Sends all bytes, waiting for the client; what a client that left cannot take is dropped.
    @discardableResult
    package func send(_ bytes: [UInt8]) -> Bool {
        var start = 0
        while start < bytes.count {
            switch socket.write(bytes, from: start) {
            case .bytes(let count): start += count
            case .wouldBlock: if !socket.wait(for: .writable, timeout: Self.patience) { return false }
            case .failed: return false
            }
        }
        return true
    }

    /// Sends what the kernel takes within the time; how many bytes that was.
    package func push(_ bytes: [UInt8], within time: Duration) -> Int {
        guard socket.wait(for: .writable, timeout: time) else { return 0 }
        if case .bytes(let count) = socket.write(bytes) { return count }
        return 0
    }

    /// Sends each byte in a packet of its own.
    package func drip(_ text: String) {
        socket.disableDelay()
        for byte in Array(text.utf8) { send([byte]) }
    }

    package func close() { if !isClosed.exchange(true, ordering: .relaxed) { socket.close() } }
}

/// Gives a test a scripted server and ends it afterwards.
package func withScriptedServer<Result>(
    _ script: @escaping ScriptedServer.Script,
    _ body: (ScriptedServer) async throws -> Result
) async throws -> Result {
    let server = try ScriptedServer(script)
    defer { server.stop() }
    return try await body(server)
}
