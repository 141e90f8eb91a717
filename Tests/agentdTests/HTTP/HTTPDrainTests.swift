import AgentRuntime
import TestSupport
import Testing

@testable import agentd

private let plainGet = "GET / HTTP/1.1\r\nHost: a\r\n\r\n"

@Suite struct HTTPDrainTests {
    @Test("Draining takes no more connections, ends idle ones, and lets a request finish")
    func requests() async throws {
        let (gate, open) = AsyncStream<Void>.makeStream(bufferingPolicy: .bufferingNewest(1))
        let handler = TestHandler { request, _ in
            if request.target == "/slow" { for await _ in gate { break } }
            return .text("done")
        }
        try await withServer(handler) { test in
            let (idle, busy) = (try TestClient(port: test.port), try TestClient(port: test.port))
            await idle.send(plainGet)
            #expect(await idle.read(until: "done").hasPrefix("HTTP/1.1 200"))
            await busy.send("GET /slow HTTP/1.1\r\nHost: a\r\n\r\n")
            while handler.requests.count < 2 { await Task.yield() }
            async let drained: Void = test.server.drain(within: .seconds(60))
            #expect(await idle.isEnded())
            idle.close()
            #expect(throws: SystemError.self) { try TestClient(port: test.port) }
            open.yield()
            let answer = String(decoding: await busy.readToEnd(), as: UTF8.self)
            #expect(answer.contains("Connection: close\r\n"))
            #expect(answer.hasSuffix("done"))
            busy.close()
            await drained
            #expect(await test.server.connectionCount == 0)
        }
    }

    @Test("Streams are told and may say a last word; those that do not care end at once")
    func streams() async throws {
        let (begun, begins) = AsyncStream<Void>.makeStream(bufferingPolicy: .bufferingNewest(4))
        let handler = TestHandler { request, _ in
            .events { stream in
                if request.target == "/told" {
                    stream.onDrain {
                        stream.send(event: "last", data: [])
                        stream.end()
                    }
                }
                stream.onGone { Issue.record("nobody left") }
                begins.yield()
            }
        }
        try await withServer(handler) { test in
            let (told, other) = (try TestClient(port: test.port), try TestClient(port: test.port))
            await told.send("GET /told HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n")
            await other.send(plainGet)
            var count = 0
            for await _ in begun {
                count += 1
                if count == 2 { break }
            }
            async let drained: Void = test.server.drain(within: .seconds(60))
            #expect(String(decoding: await told.readToEnd(), as: UTF8.self).hasSuffix("event: last\ndata: \n\n"))
            #expect(String(decoding: await other.readToEnd(), as: UTF8.self).hasSuffix("\r\n\r\n"))
            told.close()
            other.close()
            await drained
        }
    }

    @Test("A stream that begins while the server drains is told so")
    func lateStream() async throws {
        let (gate, open) = AsyncStream<Void>.makeStream(bufferingPolicy: .bufferingNewest(1))
        let handler = TestHandler { _, _ in
            for await _ in gate { break }
            return .events { stream in stream.send(data: Array("begun".utf8)) }
        }
        try await withServer(handler) { test in
            let client = try TestClient(port: test.port)
            defer { client.close() }
            await client.send(plainGet)
            while handler.requests.isEmpty { await Task.yield() }
            async let drained: Void = test.server.drain(within: .seconds(60))
            while (try? TestClient(port: test.port).close()) != nil { await Task.yield() }
            open.yield()
            let answer = String(decoding: await client.readToEnd(), as: UTF8.self)
            #expect(answer.hasSuffix("\r\n\r\ndata: begun\n\n"))
            await drained
        }
    }

    @Test("What has not ended in time is cancelled and closed")
    func deadline() async throws {
        let (gone, goes) = AsyncStream<String>.makeStream(bufferingPolicy: .bufferingNewest(4))
        let handler = TestHandler { request, loop in
            if request.target == "/" {
                return .events { stream in
                    stream.onDrain {}
                    stream.onGone { goes.yield("stream") }
                }
            }
            try? await loop.sleep(for: .seconds(3600))
            goes.yield(Task.isCancelled ? "request" : "nothing")
            return .text("late")
        }
        try await withServer(handler) { test in
            let (stuck, stream) = (try TestClient(port: test.port), try TestClient(port: test.port))
            await stuck.send("GET /stuck HTTP/1.1\r\nHost: a\r\n\r\n")
            await stream.send(plainGet)
            while handler.requests.count < 2 { await Task.yield() }
            await test.server.drain(within: .milliseconds(5))
            var ends: Set<String> = []
            for await end in gone {
                ends.insert(end)
                if ends.count == 2 { break }
            }
            #expect(ends == ["request", "stream"])
            stuck.close()
            stream.close()
        }
    }
}
