import AgentRuntime
import TestSupport
import Testing

@testable import agentd

private let plainGet = "GET / HTTP/1.1\r\nHost: a\r\n\r\n"

@Suite struct HTTPConnectionTests {
    @Test("The corpus holds over a socket, whole and byte by byte", .enabled(if: HTTPCorpus.isThere, "no shared data"))
    func corpus() async throws {
        let handler = TestHandler()
        try await withServer(handler) { test in
            for (index, entry) in try HTTPCorpus.cases().enumerated() {
                for byteByByte in [false, true] where !byteByByte || index % 8 == 0 && entry.raw.count < 2000 {
                    let before = handler.requests.count
                    let answers = try await TestClient.exchange(entry.raw, port: test.port, byteByByte: byteByByte)
                    let outcome = HTTPCorpus.Outcome(statuses: answers.map(\.status), isClosed: true)
                    #expect(HTTPCorpus.fault(outcome, of: entry) == nil, "\(entry.id) \(answers)")
                    #expect(handler.requests.count - before <= entry.handledMax, "\(entry.id)")
                }
                #expect(
                    try await TestClient.exchange(plainGet, port: test.port).first?.status == 200,
                    "after \(entry.id)"
                )
            }
        }
    }

    @Test("An answer carries its date, length and what the connection does")
    func head() async throws {
        try await withServer(TestHandler()) { test in
            let answers = try await TestClient.exchange("\(plainGet)GET /x HTTP/1.0\r\n\r\n", port: test.port)
            #expect(answers.map(\.body) == ["GET / ", "GET /x "])
            #expect(answers.map { $0.headers["date"] } == Array(repeating: "Sun, 06 Nov 1994 08:49:37 GMT", count: 2))
            #expect(answers.map { $0.headers["connection"] } == [nil, "close"])
            #expect(answers.first?.headers["content-length"] == "6")
        }
    }

    @Test("HEAD gets the length without the body, and the connection goes on")
    func headRequest() async throws {
        try await withServer(TestHandler()) { test in
            let client = try TestClient(port: test.port)
            defer { client.close() }
            await client.send("HEAD / HTTP/1.1\r\nHost: a\r\n\r\n")
            #expect(await client.read(until: "\r\n\r\n").hasSuffix("Content-Length: 7\r\n\r\n"))
            await client.send(plainGet)
            #expect(await client.read(until: "GET / ").hasPrefix("HTTP/1.1 200 OK\r\n"))
        }
    }

    @Test("Pipelined requests are answered one after another, in order")
    func pipelining() async throws {
        let handler = TestHandler { request, loop in
            if request.target == "/0" { try? await loop.sleep(for: .milliseconds(5)) }
            return .text(request.target)
        }
        try await withServer(handler) { test in
            let requests = (0..<50).map { "POST /\($0) HTTP/1.1\r\nHost: a\r\nContent-Length: 3\r\n\r\nabc" }
            let answers = try await TestClient.exchange(requests.joined(), port: test.port)
            #expect(answers.map(\.body) == (0..<50).map { "/\($0)" })
        }
    }

    @Test("After a refusal nothing more is parsed, and the answer arrives in spite of what follows")
    func refusal() async throws {
        let handler = TestHandler()
        try await withServer(handler) { test in
            let more = String(repeating: plainGet, count: 20_000)
            let answers = try await TestClient.exchange("GET / HTTP/2.0\r\n\(more)", port: test.port)
            #expect(answers.map(\.status) == [505])
            #expect(answers.first?.headers["connection"] == "close")
            #expect(handler.requests.isEmpty)
        }
    }

    @Test("A client that has ended its side still gets its answer")
    func halfClose() async throws {
        let handler = TestHandler { request, loop in
            try? await loop.sleep(for: .milliseconds(5))
            return .text("late")
        }
        try await withServer(handler) { test in
            let answers = try await TestClient.exchange(plainGet, port: test.port)
            #expect(answers.map(\.body) == ["late"])
        }
    }

    @Test("A client that goes away during a request does not stop its handler")
    func gone() async throws {
        let (stream, ended) = AsyncStream<Bool>.makeStream(bufferingPolicy: .bufferingNewest(1))
        let (entries, entered) = AsyncStream<Void>.makeStream(bufferingPolicy: .bufferingNewest(1))
        let handler = TestHandler { _, loop in
            entered.yield()
            try? await loop.sleep(for: .milliseconds(10))
            ended.yield(Task.isCancelled)
            return .text("nobody reads this")
        }
        try await withServer(handler) { test in
            let client = try TestClient(port: test.port)
            await client.send(plainGet)
            for await _ in entries { break }
            client.close()
            for await wasCancelled in stream {
                #expect(!wasCancelled)
                break
            }
        }
    }

    @Test("100-continue is said before the body comes, unless the body is too large")
    func expectation() async throws {
        try await withServer(TestHandler(bodyLimit: 10)) { test in
            let client = try TestClient(port: test.port)
            defer { client.close() }
            await client.send("POST / HTTP/1.1\r\nHost: a\r\nExpect: 100-continue\r\nContent-Length: 5\r\n\r\n")
            #expect(await client.read(until: "\r\n\r\n") == "HTTP/1.1 100 Continue\r\n\r\n")
            await client.send("hello")
            #expect(await client.read(until: "hello").hasPrefix("HTTP/1.1 200 OK\r\n"))
            await client.send("POST / HTTP/1.1\r\nHost: a\r\nExpect: 100-continue\r\nContent-Length: 50\r\n\r\n")
            #expect(await client.read(until: "\r\n\r\n").hasPrefix("HTTP/1.1 413 "))
        }
    }

    @Test("The limit of a body is the route's")
    func bodyLimit() async throws {
        try await withServer(TestHandler(bodyLimit: 4)) { test in
            let request = { (body: String) in
                "POST / HTTP/1.1\r\nHost: a\r\nContent-Length: \(body.utf8.count)\r\n\r\n\(body)"
            }
            let answers = try await TestClient.exchange(request("1234") + request("12345"), port: test.port)
            #expect(answers.map(\.status) == [200, 413])
        }
    }

    @Test("A large answer reaches a reader that takes its time, and the next request waits for it")
    func largeAnswer() async throws {
        let handler = TestHandler { _, _ in .text(String(repeating: "x", count: 8_000_000)) }
        try await withServer(handler) { test in
            let client = try TestClient(port: test.port)
            defer { client.close() }
            await client.send(plainGet + plainGet)
            client.socket.endWriting()
            let answers = TestClient.answers(await client.readToEnd())
            #expect(answers.map(\.body.utf8.count) == [8_000_000, 8_000_000])
        }
    }

    @Test("Connections beyond the bound are told so")
    func bound() async throws {
        var limits = HTTPLimits()
        limits.connections = 2
        try await withServer(TestHandler(), limits: limits) { test in
            let clients = try (0..<2).map { _ in try TestClient(port: test.port) }
            for client in clients {
                await client.send(plainGet)
                #expect(await client.read(until: "GET / ").hasPrefix("HTTP/1.1 200"))
            }
            #expect(try await TestClient.exchange(plainGet, port: test.port).first?.status == 503)
            clients[0].close()
            await clients[1].send(plainGet)
            #expect(await clients[1].read(until: "GET / ").hasPrefix("HTTP/1.1 200"))
            #expect(try await TestClient.exchange(plainGet, port: test.port).first?.status == 200)
            clients[1].close()
        }
    }

    @Test("Several loops share a port, and each connection stays on one")
    func loops() async throws {
        let handler = TestHandler { _, loop in .text(loop.isOnLoop ? loop.name : "elsewhere") }
        try await withServer(handler, loops: 3) { test in
            var names: Set<String> = []
            for _ in 0..<60 {
                let answers = try await TestClient.exchange(plainGet + plainGet, port: test.port)
                #expect(answers.count == 2)
                #expect(Set(answers.map(\.body)).count == 1)
                names.formUnion(answers.map(\.body))
            }
            #expect(!names.contains("elsewhere"))
            #expect(names.count > 1)
        }
    }

    @Test("A unix-domain path is served like a port")
    func unixDomain() async throws {
        let folder = TemporaryFolder()
        let group = try EventLoopGroup(count: 2)
        defer { group.stop() }
        let service = HTTPService(
            handler: TestHandler(),
            errorBody: { status, reason, _ in .text(reason, status: status) },
            wallClock: FixedWallClock()
        )
        let path = folder.file("a.sock")
        let server = HTTPServer(.unixDomain(path: path), on: group.loops, service: service)
        #expect(try await server.start() == 0)
        let client = TestClient(socket: try .connect(path: path))
        await client.send(plainGet)
        #expect(await client.read(until: "GET / ").hasPrefix("HTTP/1.1 200 OK"))
        client.close()
        await server.drain(within: .seconds(5))
        #expect(throws: SystemError.self) { try Socket.connect(path: path) }
    }
}
