import TestSupport
import Testing

@testable import AgentRuntime

@Suite("The double of the transport")
struct FakeTransportTests {
    @Test("It plays a body in the pieces asked for and records the call", arguments: [1, 3, 100])
    func pieces(count: Int) async throws {
        let transport = FakeTransport([.text("hello, world", cutEvery: count)])
        let reply = try await transport.send(HTTPCall("POST", "https://model.test/v1?key=secret", body: [1]))
        #expect(reply.status == 200)
        #expect(reply.header("Content-Type") == "application/json")
        var pieces: [[UInt8]] = []
        while let piece = try await reply.next() { pieces.append(piece) }
        #expect(pieces.count == (12 + count - 1) / count)
        #expect(String(decoding: pieces.joined(), as: UTF8.self) == "hello, world")
        #expect(transport.calls.map(\.description) == ["POST https://model.test/v1"])
        #expect(transport.cancellations == 0)
    }

    @Test("A failure comes where the script puts it")
    func failures() async throws {
        let transport = FakeTransport([
            .failure(.nameNotFound), FakeTransport.Reply(body: [.text("a"), .fail(.cut)]),
        ])
        await #expect(throws: HTTPTransportError(.nameNotFound, host: "fake")) {
            try await transport.send(HTTPCall("GET", "https://a.test"))
        }
        let reply = try await transport.send(HTTPCall("GET", "https://a.test"))
        #expect(try await reply.next() == [97])
        await #expect(throws: HTTPTransportError(.cut, host: "fake")) { try await reply.next() }
    }

    @Test("Silence ends with the deadline that it breaks")
    func silence() async throws {
        let transport = FakeTransport([
            FakeTransport.Reply(beforeHead: [.silence]), FakeTransport.Reply(body: [.silence]),
        ])
        var call = HTTPCall("GET", "https://a.test")
        call.deadlines = HTTPDeadlines(firstByte: .milliseconds(2), betweenBytes: .milliseconds(2))
        await #expect(throws: HTTPTransportError(.timeout(.firstByte), host: "fake")) {
            try await transport.send(call)
        }
        let reply = try await transport.send(call)
        await #expect(throws: HTTPTransportError(.timeout(.betweenBytes), host: "fake")) { try await reply.next() }
    }

    @Test("A reply that is let go before its end counts as cancelled")
    func letGo() async throws {
        let transport = FakeTransport([FakeTransport.Reply(body: [.text("a"), .silence])])
        do {
            let reply = try await transport.send(HTTPCall("GET", "https://a.test"))
            _ = try await reply.next()
        }
        #expect(transport.cancellations == 1)
    }
}
