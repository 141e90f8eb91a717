// Deadlines under a time that the test moves: nothing here waits.

import AgentRuntime
import TestSupport
import Testing

@testable import agentd

@Suite struct HTTPDeadlineTests {
    private func connected(_ test: ServerUnderTest) async throws -> TestClient {
        let client = try TestClient(port: test.port)
        await settled(test, connections: 1)
        return client
    }

    /// Waits until the server has that many connections and has read what was sent.
    private func settled(_ test: ServerUnderTest, connections: Int) async {
        while await test.server.connectionCount != connections { await Task.yield() }
    }

    @Test("A connection on which nothing comes is closed without an answer")
    func silent() async throws {
        let time = ManualTime()
        try await withServer(TestHandler(), time: time) { test in
            let client = try await connected(test)
            time.advance(by: .milliseconds(9900))
            await test.server.sweep()
            #expect(await test.server.connectionCount == 1)
            time.advance(by: .milliseconds(200))
            await test.server.sweep()
            #expect(await client.isEnded())
            client.close()
        }
    }

    @Test("A head that drips in is cut, however often a byte comes")
    func drip() async throws {
        let time = ManualTime()
        try await withServer(TestHandler(), time: time) { test in
            let client = try await connected(test)
            defer { client.close() }
            for byte in Array("GET / HTTP".utf8) {
                await client.send([byte])
                time.advance(by: .milliseconds(990))
                await test.server.sweep()
            }
            await test.loops[0].perform {}
            time.advance(by: .milliseconds(200))
            await waitForRead(test)
            await test.server.sweep()
            #expect(await client.read(until: "\r\n\r\n").hasPrefix("HTTP/1.1 408 "))
        }
    }

    /// Lets the loop pass over its descriptors.
    private func waitForRead(_ test: ServerUnderTest) async {
        for _ in 0..<3 {
            await withCheckedContinuation { resumed in test.loops[0].after(.milliseconds(1)) { resumed.resume() } }
        }
    }

    @Test("A body that does not come is cut")
    func body() async throws {
        let time = ManualTime()
        let handler = TestHandler()
        try await withServer(handler, time: time) { test in
            let client = try await connected(test)
            defer { client.close() }
            await client.send("POST / HTTP/1.1\r\nHost: a\r\nExpect: 100-continue\r\nContent-Length: 5\r\n\r\n")
            #expect(await client.read(until: "\r\n\r\n").hasPrefix("HTTP/1.1 100"))
            time.advance(by: .milliseconds(14_900))
            await test.server.sweep()
            #expect(await test.server.connectionCount == 1)
            time.advance(by: .milliseconds(200))
            await test.server.sweep()
            #expect(await client.read(until: "\r\n\r\n").hasPrefix("HTTP/1.1 408 "))
            #expect(handler.requests.isEmpty)
        }
    }

    @Test("An idle connection is kept for the idle time, then closed without an answer")
    func idle() async throws {
        let time = ManualTime()
        try await withServer(TestHandler(), time: time) { test in
            let client = try await connected(test)
            defer { client.close() }
            await client.send("GET / HTTP/1.1\r\nHost: a\r\n\r\n")
            #expect(await client.read(until: "GET / ").hasPrefix("HTTP/1.1 200"))
            time.advance(by: .seconds(119))
            await test.server.sweep()
            await client.send("GET /again HTTP/1.1\r\nHost: a\r\n\r\n")
            #expect(await client.read(until: "/again ").hasPrefix("HTTP/1.1 200"))
            time.advance(by: .seconds(121))
            await test.server.sweep()
            #expect(await client.isEnded())
        }
    }

    @Test("A handler may take its time")
    func handling() async throws {
        let time = ManualTime()
        let (gate, open) = AsyncStream<Void>.makeStream(bufferingPolicy: .bufferingNewest(1))
        let handler = TestHandler { _, _ in
            for await _ in gate { break }
            return .text("done")
        }
        try await withServer(handler, time: time) { test in
            let client = try await connected(test)
            defer { client.close() }
            await client.send("GET / HTTP/1.1\r\nHost: a\r\n\r\n")
            while handler.requests.isEmpty { await Task.yield() }
            time.advance(by: .seconds(3600))
            await test.server.sweep()
            open.yield()
            #expect(await client.read(until: "done").hasPrefix("HTTP/1.1 200"))
        }
    }

    @Test("A client that keeps its side open after a refusal is closed after the lingering time")
    func linger() async throws {
        let time = ManualTime()
        try await withServer(TestHandler(), time: time) { test in
            let client = try await connected(test)
            defer { client.close() }
            await client.send("nonsense\r\n")
            #expect(String(decoding: await client.readToEnd(), as: UTF8.self).hasPrefix("HTTP/1.1 400 "))
            #expect(await test.server.connectionCount == 1)
            time.advance(by: .milliseconds(1100))
            await test.server.sweep()
            #expect(await test.server.connectionCount == 0)
        }
    }
}
