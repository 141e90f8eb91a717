import Foundation
import Synchronization
import TestSupport
import Testing

@testable import AgentRuntime

/// Logs what a descriptor is ready for and reads it empty.
private final class Reader: DescriptorHandler, @unchecked Sendable {
    let socket: Socket
    let loop: EventLoop
    let arrivals: AsyncStream<String>.Continuation

    init(_ socket: Socket, on loop: EventLoop, _ arrivals: AsyncStream<String>.Continuation) {
        self.socket = socket
        self.loop = loop
        self.arrivals = arrivals
    }

    func descriptorReady(_ readiness: Readiness) {
        var text = ""
        let result = socket.read(on: loop) { bytes in
            for index in bytes.indices { text.unicodeScalars.append(Unicode.Scalar(bytes[index])) }
        }
        if !text.isEmpty { arrivals.yield(text) }
        if result == .ended || readiness.contains(.peerClosed) { arrivals.yield("<end>") }
    }
}

@Suite struct SocketTests {
    @Test("A loop hears what comes in on TCP", arguments: ["127.0.0.1", "::1"])
    func tcp(host: String) async throws {
        let listener = try Socket.listen(host: host, port: 0)
        defer { listener.close() }
        let port = try #require(listener.localPort)
        #expect(port > 0)
        let client = try Socket.connect(host: host, port: port)
        try await converse(listener, client, address: host)
    }

    @Test("Listeners on the same port share it")
    func sharedPort() throws {
        let first = try Socket.listen(host: "127.0.0.1", port: 0)
        defer { first.close() }
        let second = try Socket.listen(host: "127.0.0.1", port: try #require(first.localPort))
        defer { second.close() }
        #expect(first.localPort == second.localPort)
    }

    @Test("A loop hears what comes in on a unix-domain path that only its owner may open")
    func unixDomain() async throws {
        let folder = FileManager.default.temporaryDirectory.appendingPathComponent(UUID().uuidString)
        try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
        defer { try? FileManager.default.removeItem(at: folder) }
        let path = folder.appendingPathComponent("a.sock").path
        try Socket.listen(path: path).close()
        let listener = try Socket.listen(path: path)
        defer { listener.close() }
        let mode = try FileManager.default.attributesOfItem(atPath: path)[.posixPermissions] as? Int
        #expect(mode == 0o600)
        try await converse(listener, try Socket.connect(path: path), address: "")
    }

    private func converse(_ listener: Socket, _ client: Socket, address: String) async throws {
        try await withEventLoop { loop in
            _ = listener.wait(for: .readable, timeout: .seconds(5))
            let accepted = try #require(try listener.accept())
            #expect(accepted.address == address)
            #expect(try listener.accept() == nil)
            let (stream, arrivals) = AsyncStream<String>.makeStream(bufferingPolicy: .bufferingNewest(16))
            let reader = Reader(accepted.socket, on: loop, arrivals)
            try await loop.perform {
                Result { try loop.register(reader.socket.descriptor, for: [.readable, .peerClosed], .edge, reader) }
            }.get()
            var iterator = stream.makeAsyncIterator()
            #expect(client.write(Array("hello".utf8)) == .bytes(5))
            #expect(await iterator.next() == "hello")
            #expect(client.write(Array("xx again".utf8), from: 3) == .bytes(5))
            #expect(await iterator.next() == "again")
            client.close()
            #expect(await iterator.next() == "<end>")
            await loop.perform {
                loop.unregister(reader.socket.descriptor)
                loop.unregister(reader.socket.descriptor)
            }
            accepted.socket.close()
        }
    }

    @Test("Opening says what failed")
    func failures() throws {
        #expect(throws: SystemError.self) { try Socket.listen(host: "no such host", port: 0) }
        #expect(throws: SystemError.self) { try Socket.listen(path: "/\(String(repeating: "x", count: 200))") }
        #expect(throws: SystemError.self) { try Socket.connect(path: "/nowhere/at/all.sock") }
        let closed = try Socket.listen(host: "127.0.0.1", port: 0)
        let port = try #require(closed.localPort)
        closed.close()
        #expect(throws: SystemError.self) { try Socket.connect(host: "127.0.0.1", port: port) }
        #expect("\(SystemError("bind", errno: 98))".hasPrefix("bind: Address already in use"))
    }

    @Test("An event of an earlier owner of a descriptor is not for the next")
    func generations() throws {
        final class Owner: DescriptorHandler { func descriptorReady(_ readiness: Readiness) {} }
        var descriptors = try Descriptors()
        let listener = try Socket.listen(host: "127.0.0.1", port: 0)
        defer { listener.close() }
        let data = { (generation: UInt64) in generation << 32 | UInt64(listener.descriptor) }
        try descriptors.add(listener.descriptor, .readable, .level, Owner())
        #expect(descriptors.handler(of: data(1)) != nil)
        descriptors.remove(listener.descriptor)
        #expect(descriptors.handler(of: data(1)) == nil)
        try descriptors.add(listener.descriptor, .readable, .edge, Owner())
        #expect(descriptors.handler(of: data(1)) == nil)
        #expect(descriptors.handler(of: data(2)) != nil)
        #expect(descriptors.handler(of: .max) == nil)
        #expect(descriptors.count == 1)
    }
}
