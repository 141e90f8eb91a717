import AgentRuntime
import Synchronization
import TestSupport
import Testing

@testable import agentd

/// Of a client that reads to the end of the connection.
private let request = "GET /events HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n"

/// Answers with a stream and gives the stream to the test.
private struct Streams {
    let handler: TestHandler
    private let stream: AsyncStream<EventStream>

    init(_ begin: @escaping @Sendable (EventStream) -> Void = { _ in }) {
        let (stream, continuation) = AsyncStream<EventStream>.makeStream(bufferingPolicy: .bufferingNewest(16))
        self.stream = stream
        handler = TestHandler { _, _ in
            .events { stream in
                begin(stream)
                continuation.yield(stream)
            }
        }
    }

    func next() async throws -> EventStream {
        for await stream in stream { return stream }
        throw CancellationError()
    }
}

private func events(_ bytes: [UInt8]) throws -> [ServerSentEventParser.Event] {
    let end = try #require(bytes.firstRange(of: Array("\r\n\r\n".utf8)))
    var parser = ServerSentEventParser(bound: 1 << 24)
    return try parser.feed(Array(bytes[end.upperBound...]))
}

@Suite struct EventStreamTests {
    @Test("A stream's head says what it is, its events come in order, and its end ends a connection that is not kept")
    func whole() async throws {
        let streams = Streams { stream in
            #expect(stream.loop.isOnLoop)
            stream.send(event: "start", id: "1", data: Array("{}".utf8))
            stream.send(id: "2", data: Array("a\nb\r\nc".utf8))
            stream.end()
            #expect(!stream.send(data: []))
        }
        try await withServer(streams.handler) { test in
            let client = try TestClient(port: test.port)
            defer { client.close() }
            await client.send(request)
            let bytes = await client.readToEnd()
            let head = String(decoding: bytes, as: UTF8.self).lowercased()
            for field in [
                "content-type: text/event-stream", "cache-control: no-store", "x-accel-buffering: no",
                "connection: close",
            ] {
                #expect(head.contains("\(field)\r\n"))
            }
            #expect(!head.contains("content-length"))
            #expect(
                try events(bytes) == [
                    .init(type: "start", data: "{}", id: "1"), .init(data: "a\nb\nc", id: "2"),
                ]
            )
            let stream = try await streams.next()
            #expect(stream.isEnded)
            #expect(await stream.writable() == false)
        }
    }

    @Test("A connection that is kept outlives its streams: they come in chunks, and the next request is answered")
    func chunks() async throws {
        let streams = Streams { stream in
            stream.send(event: "start", data: Array("{}".utf8))
            stream.send(encoded: SSEWriter.bytes(event: nil, id: nil, data: String(repeating: "x", count: 70_000).utf8))
            stream.send(encoded: [])
            stream.loop.execute {
                stream.send(encoded: [])
                stream.loop.execute {
                    stream.send(data: Array("later".utf8))
                    stream.end()
                }
            }
        }
        try await withServer(streams.handler) { test in
            let client = try TestClient(port: test.port)
            defer { client.close() }
            // Both at once: the second waits for the end of the first stream.
            await client.send("GET /events HTTP/1.1\r\nHost: a\r\n\r\n" + request)
            let bytes = await client.readToEnd()
            let head = try #require(bytes.firstRange(of: Array("\r\n\r\n".utf8)))
            let fields = String(decoding: bytes[..<head.lowerBound], as: UTF8.self).lowercased()
            #expect(fields.contains("transfer-encoding: chunked") && !fields.contains("connection:"))
            var place = head.upperBound
            var body: [UInt8] = []
            var sizes: [Int] = []
            while true {
                let line = try #require(bytes[place...].firstRange(of: Array("\r\n".utf8)))
                let size = try #require(Int(String(decoding: bytes[place..<line.lowerBound], as: UTF8.self), radix: 16))
                sizes.append(size)
                body += bytes[line.upperBound..<(line.upperBound + size)]
                #expect(Array(bytes[(line.upperBound + size)...].prefix(2)) == Array("\r\n".utf8))
                place = line.upperBound + size + 2
                if size == 0 { break }
            }
            #expect(sizes.count >= 2 && sizes.last == 0)
            var parser = ServerSentEventParser(bound: 1 << 24)
            #expect(try parser.feed(body).map(\.data.count) == [2, 70_000, 5])
            let rest = String(decoding: bytes[place...], as: UTF8.self)
            #expect(rest.hasPrefix("HTTP/1.1 200 ") && rest.contains("Connection: close"))
            #expect(rest.contains("data: later"))
        }
    }

    @Test("HTTP/1.0 gets a stream without chunks")
    func old() async throws {
        let streams = Streams { stream in
            stream.send(data: Array("a".utf8))
            stream.end()
        }
        try await withServer(streams.handler) { test in
            let client = try TestClient(port: test.port)
            defer { client.close() }
            await client.send("GET /events HTTP/1.0\r\nConnection: keep-alive\r\n\r\n")
            let bytes = await client.readToEnd()
            #expect(!String(decoding: bytes, as: UTF8.self).lowercased().contains("transfer-encoding"))
            #expect(try events(bytes).map(\.data) == ["a"])
        }
    }

    @Test("HEAD of a stream gets its head only")
    func head() async throws {
        let streams = Streams { _ in Issue.record("no stream was asked for") }
        try await withServer(streams.handler) { test in
            let answers = try await TestClient.exchange("HEAD /events HTTP/1.1\r\nHost: a\r\n\r\n", port: test.port)
            #expect(answers.map { $0.headers["content-type"] } == ["text/event-stream"])
        }
    }

    @Test("A stream may be used from any thread; what one sender sends stays in order")
    func otherThreads() async throws {
        let streams = Streams()
        try await withServer(streams.handler, loops: 2) { test in
            let client = try TestClient(port: test.port)
            defer { client.close() }
            await client.send(request)
            let stream = try await streams.next()
            let other = try #require(test.loops.first { $0 !== stream.loop })
            let before = stream.loop.figures.jobs
            await other.perform { for number in 0..<1000 { stream.send(data: Array("loop \(number)".utf8)) } }
            await other.perform {}
            await stream.loop.perform {}
            #expect(stream.loop.figures.jobs - before < 20)
            for number in 0..<1000 {
                stream.send(encoded: SSEWriter.bytes(event: nil, id: nil, data: "thread \(number)".utf8))
            }
            stream.end()
            let data = try events(await client.readToEnd()).map(\.data)
            #expect(data.filter { $0.hasPrefix("loop") } == (0..<1000).map { "loop \($0)" })
            #expect(data.filter { $0.hasPrefix("thread") } == (0..<1000).map { "thread \($0)" })
        }
    }

    @Test("A client that leaves a silent stream is noticed without being written to")
    func leaving() async throws {
        let (left, leaves) = AsyncStream<Bool>.makeStream(bufferingPolicy: .bufferingNewest(4))
        let streams = Streams { stream in stream.onGone { leaves.yield(stream.loop.isOnLoop) } }
        try await withServer(streams.handler) { test in
            let client = try TestClient(port: test.port)
            await client.send(request)
            let stream = try await streams.next()
            client.close()
            for await onLoop in left {
                #expect(onLoop)
                break
            }
            #expect(stream.isEnded)
            #expect(!stream.send(data: []))
            stream.onGone { leaves.yield(stream.loop.isOnLoop) }
            for await onLoop in left {
                #expect(onLoop)
                break
            }
            #expect(await test.server.connectionCount == 0)
        }
    }

    @Test("A reader that takes nothing is cut off at the bound")
    func slowReader() async throws {
        let limits = HTTPLimits()
        let (left, leaves) = AsyncStream<Void>.makeStream(bufferingPolicy: .bufferingNewest(1))
        let streams = Streams { stream in stream.onGone { leaves.yield() } }
        try await withServer(streams.handler) { test in
            let client = try TestClient(port: test.port)
            defer { client.close() }
            await client.send(request)
            let stream = try await streams.next()
            let piece = Array(repeating: UInt8(ascii: "x"), count: 16_384)
            let taken = await stream.loop.perform {
                var taken = 0
                while stream.send(data: piece), taken < 1 << 27 { taken += piece.count }
                return taken
            }
            for await _ in left { break }
            // What the kernel holds on both sides comes on top of the bound.
            #expect(taken >= limits.unsentStreamBytes - piece.count)
            #expect(taken < limits.unsentStreamBytes + (16 << 20))
            #expect(await test.server.connectionCount == 0)
        }
    }

    @Test("A reader cut off from another thread's flood is cut off as well")
    func slowReaderElsewhere() async throws {
        let (left, leaves) = AsyncStream<Void>.makeStream(bufferingPolicy: .bufferingNewest(1))
        let streams = Streams { stream in stream.onGone { leaves.yield() } }
        try await withServer(streams.handler) { test in
            let client = try TestClient(port: test.port)
            defer { client.close() }
            await client.send(request)
            let stream = try await streams.next()
            let piece = Array(repeating: UInt8(ascii: "x"), count: 65_536)
            var count = 0
            while stream.send(data: piece), count < 1 << 20 { count += 1 }
            for await _ in left { break }
            #expect(count < 1 << 20)
        }
    }

    @Test("A sender that waits for its reader loses nothing and holds little")
    func backPressure() async throws {
        let streams = Streams()
        try await withServer(streams.handler) { test in
            let client = try TestClient(port: test.port)
            defer { client.close() }
            await client.send(request)
            let stream = try await streams.next()
            let piece = Array(repeating: UInt8(ascii: "x"), count: 60_000)
            let sender = stream.loop.spawn { () -> Int in
                var sent = 0
                while sent < 200, await stream.writable() {
                    stream.send(data: piece)
                    sent += 1
                }
                stream.end()
                return sent
            }
            let received = try events(await client.readToEnd())
            #expect(await sender.value == 200)
            #expect(received.count == 200)
            #expect(received.allSatisfy { $0.data.utf8.count == piece.count })
        }
    }

    @Test("A sender that waits is let go when its task is cancelled or its reader leaves")
    func waiting() async throws {
        let streams = Streams()
        try await withServer(streams.handler) { test in
            let client = try TestClient(port: test.port)
            await client.send(request)
            let stream = try await streams.next()
            let piece = Array(repeating: UInt8(ascii: "x"), count: 65_536)
            repeat {
                _ = await stream.loop.perform { stream.send(data: piece) }
            } while await stream.loop.perform { stream.unsentBytes } <= 4 * piece.count
            let cancelled = stream.loop.spawn { await stream.writable() }
            let left = stream.loop.spawn { await stream.writable() }
            await stream.loop.perform {}
            cancelled.cancel()
            #expect(await cancelled.value == false)
            client.close()
            #expect(await left.value == false)
        }
    }

    @Test("A silent stream gets a comment, one that was just written to does not")
    func comments() async throws {
        let time = ManualTime()
        let streams = Streams()
        try await withServer(streams.handler, time: time) { test in
            let client = try TestClient(port: test.port)
            defer { client.close() }
            await client.send(request)
            let stream = try await streams.next()
            // Only then is the head written, and the stream silent from here on.
            #expect(await client.read(until: "\r\n\r\n").hasSuffix("\r\n\r\n"))
            time.advance(by: .seconds(16))
            await test.server.sweep()
            #expect(await client.read(until: ":\n\n") == ":\n\n")
            time.advance(by: .seconds(14))
            stream.send(data: Array("x".utf8))
            #expect(await client.read(until: "\n\n") == "data: x\n\n")
            time.advance(by: .seconds(14))
            await test.server.sweep()
            stream.end()
            #expect(await client.readToEnd().isEmpty)
        }
    }
}
