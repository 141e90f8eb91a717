import Foundation
import Synchronization
import TestSupport
import Testing

@testable import AgentRuntime

/// Runs a body with a transport on a loop of its own.
func withTransport<Result>(
    _ options: CurlTransport.Options = CurlTransport.Options(proxy: .none),
    _ body: (CurlTransport, EventLoop) async throws -> Result
) async throws -> Result {
    try await withEventLoop { loop in
        let transport = CurlTransport(loops: [loop], options: options)
        let result: Result
        do { result = try await body(transport, loop) } catch {
            await transport.shutDown()
            throw error
        }
        await transport.shutDown()
        return result
    }
}

@Suite("Calls over libcurl on the loop")
struct CurlTransportTests {
    private static let hello = "HTTP/1.1 200 OK\r\ncontent-type: text/plain\r\ncontent-length: 5\r\n\r\nhello"

    private func text(_ reply: HTTPReply) async throws -> String {
        String(decoding: try await reply.wholeBody(), as: UTF8.self)
    }

    private func failure(_ call: HTTPCall, _ transport: CurlTransport) async -> HTTPTransportError.Kind? {
        do throws(HTTPTransportError) {
            let reply = try await transport.send(call)
            _ = try await reply.wholeBody()
            return nil
        } catch {
            return error.kind
        }
    }

    @Test("A call arrives as it was made, and its reply comes back; the connection is used again")
    func exchange() async throws {
        let seen = Mutex<[ReceivedRequest]>([])
        let script = ScriptedServer.answering { request in
            seen.withLock { $0.append(request) }
            return (201, "x-one: 1\r\nX-Empty:\r\n", Array("got \(request.body.count)".utf8))
        }
        try await withScriptedServer(script) { server in
            try await withTransport { transport, _ in
                for method in ["POST", "PUT", "PATCH", "DELETE", "GET"] {
                    let body = method == "GET" ? nil : Array("body of \(method)".utf8)
                    let headers = [HTTPField("Authorization", "Bearer s"), HTTPField("x-nothing", "")]
                    let reply = try await transport.send(
                        HTTPCall(method, "\(server.url)/a/b?c=d", headers: headers, body: body)
                    )
                    #expect(reply.status == 201)
                    #expect(reply.header("X-ONE") == "1")
                    #expect(reply.header("x-empty") == "")
                    #expect(try await text(reply) == "got \(body?.count ?? 0)")
                }
                #expect(transport.figures.calls == 5)
                #expect(transport.figures.connectionsOpened == 1)
                #expect(server.connections == 1)
            }
        }
        let requests = seen.withLock { $0 }
        #expect(requests.map(\.method) == ["POST", "PUT", "PATCH", "DELETE", "GET"])
        for request in requests {
            #expect(request.target == "/a/b?c=d")
            #expect(request.headers["authorization"] == "Bearer s")
            #expect(request.headers["x-nothing"] == "")
            #expect(request.headers["expect"] == nil)
            #expect(request.headers["content-type"] == nil)
            #expect(request.headers["user-agent"] == "agentd")
        }
    }

    @Test("A large body is sent without waiting to be asked for it")
    func largeRequest() async throws {
        let script = ScriptedServer.answering {
            (200, "", Array("\($0.body.count) \($0.headers["expect"] ?? "-")".utf8))
        }
        try await withScriptedServer(script) { server in
            try await withTransport { transport, _ in
                let call = HTTPCall("POST", server.url, body: [UInt8](repeating: 7, count: 2_000_000))
                let reply = try await transport.send(call)
                #expect(try await text(reply) == "2000000 -")
            }
        }
    }

    @Test(
        "A reply reads the same wherever its bytes are split",
        arguments: ["plain", "chunked", "interim", "to the end"]
    )
    func splitBytes(form: String) async throws {
        let answer =
            switch form {
            case "plain": Self.hello
            case "chunked":
                "HTTP/1.1 200 OK\r\ntransfer-encoding: chunked\r\n\r\n2\r\nhe\r\n3;x=y\r\nllo\r\n0\r\nx-trailer: 1\r\n\r\n"
            case "interim": "HTTP/1.1 103 Early\r\nlink: a\r\n\r\n" + Self.hello
            default: "HTTP/1.1 200 OK\r\n\r\nhello"
            }
        let script: ScriptedServer.Script = { connection in
            guard connection.readRequest() != nil else { return }
            connection.drip(answer)
        }
        try await withScriptedServer(script) { server in
            try await withTransport { transport, _ in
                let reply = try await transport.send(HTTPCall("GET", server.url))
                #expect(reply.status == 200)
                #expect(try await text(reply) == "hello")
            }
        }
    }

    @Test("A connection that ends before, in the head, in the body or between chunks is an error, never a reply")
    func cuts() async throws {
        let chunked = "HTTP/1.1 200 OK\r\ntransfer-encoding: chunked\r\n\r\n5\r\nhello\r\n"
        let answers = ["", "HTTP/1.1 20", "HTTP/1.1 200 OK\r\ncontent-le", String(Self.hello.dropLast()), chunked]
        for answer in answers {
            let script: ScriptedServer.Script = { connection in
                guard connection.readRequest() != nil else { return }
                connection.send(answer)
            }
            try await withScriptedServer(script) { server in
                try await withTransport { transport, _ in
                    var call = HTTPCall("POST", server.url, body: [1])
                    call.mayArriveTwice = false
                    #expect(await failure(call, transport) == .cut, "\(answer)")
                    #expect(server.connections == 1)
                }
            }
        }
    }

    @Test("What came before a cut is given out before the error")
    func bytesBeforeCut() async throws {
        let script: ScriptedServer.Script = { connection in
            guard connection.readRequest() != nil else { return }
            connection.send("HTTP/1.1 200 OK\r\ncontent-length: 10\r\n\r\nhello")
        }
        try await withScriptedServer(script) { server in
            try await withTransport { transport, _ in
                let reply = try await transport.send(HTTPCall("GET", server.url))
                #expect(try await reply.next() == Array("hello".utf8))
                await #expect(throws: HTTPTransportError(.cut, host: "127.0.0.1")) { try await reply.next() }
                await #expect(throws: HTTPTransportError(.cut, host: "127.0.0.1")) { try await reply.next() }
            }
        }
    }

    @Test("Each deadline has its own error")
    func deadlines() async throws {
        let script: ScriptedServer.Script = { connection in
            guard let request = connection.readRequest() else { return }
            if request.target == "/head" { connection.waitForEnd() }
            connection.send("HTTP/1.1 200 OK\r\ncontent-length: 1000\r\n\r\na")
            if request.target == "/silent" { connection.waitForEnd() }
            for _ in 0..<900 where connection.send([97]) { usleep(10_000) }
        }
        try await withScriptedServer(script) { server in
            try await withTransport { transport, _ in
                var call = HTTPCall("GET", "\(server.url)/head")
                call.deadlines.firstByte = .milliseconds(60)
                #expect(await failure(call, transport) == .timeout(.firstByte))
                call = HTTPCall("GET", "\(server.url)/silent")
                call.deadlines.betweenBytes = .milliseconds(60)
                #expect(await failure(call, transport) == .timeout(.betweenBytes))
                call = HTTPCall("GET", "\(server.url)/drip")
                call.deadlines.whole = .milliseconds(150)
                #expect(await failure(call, transport) == .timeout(.whole))
            }
        }
    }

    @Test("A host that never completes a connection ends with the connect deadline")
    func connectDeadline() async throws {
        // A handshake of TLS that nobody answers: the TCP connection stands, ours does not.
        let script: ScriptedServer.Script = { $0.waitForEnd() }
        try await withScriptedServer(script) { server in
            try await withTransport { transport, _ in
                var call = HTTPCall("GET", "https://127.0.0.1:\(server.port)")
                call.deadlines.connect = .milliseconds(60)
                #expect(await failure(call, transport) == .timeout(.connect))
            }
        }
    }

    @Test("Nobody at the port, no such name, no TLS, no HTTP: each is told apart")
    func faults() async throws {
        let free = try Socket.listen(host: "127.0.0.1", port: 0)
        let port = free.localPort ?? 0
        free.close()
        let script: ScriptedServer.Script = { connection in
            connection.send("SSH-2.0-OpenSSH\r\n\r\n")
            connection.waitForEnd()
        }
        try await withScriptedServer(script) { server in
            try await withTransport { transport, _ in
                #expect(await failure(HTTPCall("GET", "http://127.0.0.1:\(port)"), transport) == .refused)
                #expect(await failure(HTTPCall("GET", "http://no.such.name.invalid"), transport) == .nameNotFound)
                #expect(await failure(HTTPCall("GET", "https://127.0.0.1:\(server.port)"), transport) == .tls)
                #expect(await failure(HTTPCall("GET", server.url), transport) == .notHTTP)
            }
        }
    }

    @Test(
        "What could be read as another request is not sent",
        arguments: [
            HTTPCall("GET", "file:///etc/passwd"), HTTPCall("GET", "relative"), HTTPCall("GET", "http://a b"),
            HTTPCall("G T", "http://127.0.0.1:1"), HTTPCall("GET", "ftp://127.0.0.1:1"),
            HTTPCall("GET", "http://127.0.0.1:1", headers: [HTTPField("a", "b\r\nc: d")]),
            HTTPCall("GET", "http://127.0.0.1:1", headers: [HTTPField("a b", "c")]),
            HTTPCall("GET", "http://127.0.0.1:1", headers: [HTTPField("Host", "c")]),
            HTTPCall("GET", "http://127.0.0.1:1/\r\nx: y"),
        ]
    )
    func invalidCalls(call: HTTPCall) async throws {
        try await withTransport { transport, _ in #expect(await failure(call, transport) == .invalidCall) }
    }

    @Test("A reply of any status is a reply", arguments: [400, 404, 429, 500, 502, 529])
    func statuses(status: Int) async throws {
        let script = ScriptedServer.answering { _ in (status, "retry-after: 3\r\n", Array("<html>no</html>".utf8)) }
        try await withScriptedServer(script) { server in
            try await withTransport { transport, _ in
                let reply = try await transport.send(HTTPCall("POST", server.url, body: []))
                #expect(reply.status == status)
                #expect(!reply.isSuccess)
                #expect(reply.header("Retry-After") == "3")
                #expect(try await text(reply) == "<html>no</html>")
            }
        }
    }

    @Test("A compressed body arrives as it was, and its size is bounded as it was")
    func compression() async throws {
        // `gzip.compress(…, mtime=0)` of Python, in base64: four times "hello", and a megabyte of zeros.
        let small = try #require(Data(base64Encoded: "H4sIAAAAAAACA8tIzcnJV8hAJwHjUT2NFwAAAA=="))
        let large = [UInt8](try #require(Data(base64Encoded: Self.megabyteOfZeros)))
        let script = ScriptedServer.answering { request in
            let isAsked = request.headers["accept-encoding"]?.contains("gzip") == true
            guard isAsked else { return (500, "", []) }
            return (200, "content-encoding: gzip\r\n", request.target == "/large" ? large : [UInt8](small))
        }
        try await withScriptedServer(script) { server in
            try await withTransport { transport, _ in
                let reply = try await transport.send(HTTPCall("GET", server.url))
                #expect(try await text(reply) == "hello hello hello hello")
                var call = HTTPCall("GET", "\(server.url)/large")
                let whole = try await transport.send(call).wholeBody()
                #expect(whole.count == 1 << 20)
                call.bounds.bodyBytes = 100_000
                #expect(await failure(call, transport) == .tooLarge(.body))
            }
        }
    }

    private static let megabyteOfZeros =
        "H4sIAAAAAAACA+3BMQEAAADCoPVPbQhfo" + String(repeating: "A", count: 1355) + "PgMc6jinAAAQAA=="

    @Test("Header lines and bodies beyond their bounds end the call")
    func bounds() async throws {
        let script: ScriptedServer.Script = { connection in
            guard let request = connection.readRequest() else { return }
            connection.send("HTTP/1.1 200 OK\r\n")
            if request.target == "/headers" { while connection.send(Array("a: b\r\n".utf8)) {} }
            connection.send("transfer-encoding: chunked\r\n\r\n")
            while connection.send(Array("5\r\nhello\r\n".utf8)) {}
        }
        try await withScriptedServer(script) { server in
            try await withTransport { transport, _ in
                #expect(await failure(HTTPCall("GET", "\(server.url)/headers"), transport) == .tooLarge(.headers))
                var call = HTTPCall("GET", "\(server.url)/body")
                call.bounds.bodyBytes = 1 << 20
                #expect(await failure(call, transport) == .tooLarge(.body))
            }
        }
    }

    @Test("A consumer that does not read slows the server down, and then gets every byte")
    func backpressure() async throws {
        let size = 32 << 20
        let sent = Atomic<Int>(0)
        let script: ScriptedServer.Script = { connection in
            guard connection.readRequest() != nil else { return }
            connection.send("HTTP/1.1 200 OK\r\ncontent-length: \(size)\r\n\r\n")
            let piece = [UInt8](repeating: 42, count: 65_536)
            var rest = size
            while rest > 0 {
                let count = connection.push(Array(piece.prefix(rest)), within: .seconds(300))
                guard count > 0 else { return }
                rest -= count
                sent.wrappingAdd(count, ordering: .relaxed)
            }
        }
        try await withScriptedServer(script) { server in
            try await withTransport { transport, loop in
                var call = HTTPCall("GET", server.url)
                call.bounds.bodyBytes = size
                call.deadlines.betweenBytes = .milliseconds(300)
                let reply = try await transport.send(call)
                // Longer than the deadline between bytes, which a consumer that does not ask does not break.
                try await loop.sleep(for: .milliseconds(700))
                #expect(sent.load(ordering: .relaxed) < 16 << 20)
                #expect(transport.figures.pauses > 0)
                var received = 0
                while let bytes = try await reply.next() {
                    received += bytes.count
                    #expect(bytes.count <= call.bounds.bufferedBytes + 16_384)
                }
                #expect(received == size)
            }
        }
    }

    @Test("A cancelled task closes the connection at once", arguments: ["head", "body", "let go"])
    func cancellation(place: String) async throws {
        let (events, continuation) = AsyncStream.makeStream(of: String.self)
        let closed = Mutex<ContinuousClock.Instant?>(nil)
        let script: ScriptedServer.Script = { connection in
            guard connection.readRequest() != nil else { return }
            if place != "head" { connection.send("HTTP/1.1 200 OK\r\ncontent-length: 10\r\n\r\na") }
            continuation.yield("asked")
            connection.waitForEnd()
            closed.withLock { $0 = .now }
            continuation.yield("closed")
        }
        try await withScriptedServer(script) { server in
            try await withTransport { transport, loop in
                var iterator = events.makeAsyncIterator()
                var asked = HTTPCall("GET", server.url)
                // A busy machine may come back to this test late; it is not to find its own deadline.
                asked.deadlines = HTTPDeadlines(
                    connect: .seconds(600),
                    firstByte: .seconds(600),
                    betweenBytes: .seconds(600),
                    whole: .seconds(600)
                )
                let call = asked
                let task = loop.spawn { () -> HTTPTransportError.Kind? in
                    do throws(HTTPTransportError) {
                        let reply = try await transport.send(call)
                        _ = try await reply.next()
                        if place == "let go" { return nil }
                        while try await reply.next() != nil {}
                        return nil
                    } catch {
                        return error.kind
                    }
                }
                #expect(await iterator.next() == "asked")
                if place == "let go" { #expect(await task.value == nil) }
                let start = ContinuousClock.now
                task.cancel()
                if place != "let go" { #expect(await task.value == .cancelled) }
                #expect(await iterator.next() == "closed")
                // Well under 50 ms when the machine is free; the bound here is for a busy one, by the server's own clock.
                let end = try #require(closed.withLock { $0 })
                #expect(start.duration(to: end) < .seconds(5))
            }
        }
    }

    @Test("A call of a cancelled task is not made")
    func cancelledBefore() async throws {
        let script: ScriptedServer.Script = { $0.waitForEnd() }
        try await withScriptedServer(script) { server in
            try await withTransport { transport, loop in
                let url = server.url
                let task = loop.spawn { () -> HTTPTransportError.Kind? in
                    withUnsafeCurrentTask { $0?.cancel() }
                    do throws(HTTPTransportError) {
                        _ = try await transport.send(HTTPCall("GET", url))
                        return nil
                    } catch {
                        return error.kind
                    }
                }
                #expect(await task.value == .cancelled)
                #expect(server.connections == 0)
            }
        }
    }

    @Test("500 streams at once arrive whole, and a consumer on the loop needs no other thread")
    func manyStreams() async throws {
        let script: ScriptedServer.Script = { connection in
            guard connection.readRequest() != nil else { return }
            connection.send("HTTP/1.1 200 OK\r\ntransfer-encoding: chunked\r\n\r\n")
            for number in 0..<20 {
                connection.send("3\r\n\(number < 10 ? "0" : "")\(number),\r\n")
                usleep(5000)
            }
            connection.send("0\r\n\r\n")
        }
        let expected = (0..<20).map { "\($0 < 10 ? "0" : "")\($0)," }.joined()
        try await withScriptedServer(script) { server in
            try await withTransport { transport, loop in
                let url = server.url
                let tasks = (0..<500).map { _ in
                    loop.spawn { () -> String in
                        do {
                            let reply = try await transport.send(HTTPCall("GET", url))
                            var text = ""
                            var isElsewhere = false
                            while let bytes = try await reply.next() {
                                text += String(decoding: bytes, as: UTF8.self)
                                if !loop.isOnLoop { isElsewhere = true }
                            }
                            return isElsewhere ? "off the loop" : text
                        } catch {
                            return "\(error)"
                        }
                    }
                }
                for task in tasks { #expect(await task.value == expected) }
                #expect(transport.figures.connectionsOpened == 500)
            }
        }
    }

    @Test("Redirects are followed only when asked for, within their bound, without the credentials of another origin")
    func redirects() async throws {
        let seen = Mutex<[ReceivedRequest]>([])
        let other = try ScriptedServer(
            ScriptedServer.answering { request in
                seen.withLock { $0.append(request) }
                return (200, "", Array("there".utf8))
            }
        )
        defer { other.stop() }
        let target = other.url
        let script = ScriptedServer.answering { request in
            seen.withLock { $0.append(request) }
            return switch request.target {
            case "/loop": (302, "location: /loop\r\n", [])
            case "/away": (307, "location: \(target)/x\r\n", [])
            case "/see": (303, "location: there\r\n", [])
            case "/file": (302, "location: file:///etc/passwd\r\n", [])
            default: (200, "", Array("here".utf8))
            }
        }
        try await withScriptedServer(script) { server in
            try await withTransport { transport, _ in
                func call(_ path: String) -> HTTPCall {
                    var call = HTTPCall(
                        "POST",
                        server.url + path,
                        headers: [
                            HTTPField("authorization", "s"), HTTPField("x-api-key", "s"), HTTPField("accept", "a"),
                        ],
                        body: [1]
                    )
                    call.redirectsMax = 3
                    return call
                }
                let here = try await transport.send(call("/see"))
                #expect(try await text(here) == "here")
                #expect(seen.withLock { $0.map(\.line) } == ["POST /see HTTP/1.1", "GET /there HTTP/1.1"])
                #expect(seen.withLock { $0[1].headers["x-api-key"] } == "s")
                seen.withLock { $0 = [] }
                let there = try await transport.send(call("/away"))
                #expect(try await text(there) == "there")
                let last = seen.withLock { $0[1] }
                #expect(last.method == "POST" && last.body == [1])
                #expect(last.headers["authorization"] == nil && last.headers["x-api-key"] == nil)
                #expect(last.headers["accept"] == "a")
                #expect(await failure(call("/loop"), transport) == .tooManyRedirects)
                #expect(await failure(call("/file"), transport) == .forbidden)
                var unasked = call("/loop")
                unasked.redirectsMax = 0
                let unfollowed = try await transport.send(unasked)
                #expect(unfollowed.status == 302)
            }
        }
    }

    @Test("An address that the call may not reach is not connected to, nor used when a connection to it is kept")
    func addresses() async throws {
        let script = ScriptedServer.answering { _ in (200, "", [1]) }
        try await withScriptedServer(script) { server in
            try await withTransport { transport, _ in
                for host in ["127.0.0.1", "localhost"] {
                    var call = HTTPCall("GET", "http://\(host):\(server.port)")
                    call.mayConnect = { !$0.isLoopback }
                    #expect(await failure(call, transport) == .forbidden)
                }
                #expect(server.connections == 0)
                var call = HTTPCall("GET", server.url)
                _ = try await transport.send(call).wholeBody()
                #expect(server.connections == 1)
                call.mayConnect = { !$0.isLoopback }
                #expect(await failure(call, transport) == .forbidden)
                call.mayConnect = { _ in true }
                #expect(await failure(call, transport) == nil)
            }
        }
    }

    @Test("A proxy of the environment is taken, and left out for hosts that need none")
    func proxy() async {
        await #expect(processExitsWith: .success) {
            let script = ScriptedServer.answering { (200, "", Array("via proxy \($0.target)".utf8)) }
            try await withScriptedServer(script) { server in
                setenv("http_proxy", server.url, 1)
                setenv("no_proxy", "127.0.0.1", 1)
                try await withTransport(CurlTransport.Options()) { transport, _ in
                    let reply = try await transport.send(HTTPCall("GET", "http://some.name.invalid/a"))
                    let body = String(decoding: try await reply.wholeBody(), as: UTF8.self)
                    precondition(body == "via proxy http://some.name.invalid/a")
                    let direct = try await transport.send(HTTPCall("GET", "\(server.url)/b"))
                    let answer = String(decoding: try await direct.wholeBody(), as: UTF8.self)
                    precondition(answer == "via proxy /b")
                }
            }
        }
    }

    @Test("Shutting down ends what runs")
    func shutDown() async throws {
        let (events, continuation) = AsyncStream.makeStream(of: String.self)
        let script: ScriptedServer.Script = { connection in
            guard connection.readRequest() != nil else { return }
            continuation.yield("asked")
            connection.waitForEnd()
        }
        try await withScriptedServer(script) { server in
            try await withEventLoop { loop in
                let transport = CurlTransport(loops: [loop], options: CurlTransport.Options(proxy: .none))
                let url = server.url
                async let kind = failure(HTTPCall("GET", url), transport)
                var iterator = events.makeAsyncIterator()
                _ = await iterator.next()
                await transport.shutDown()
                #expect(await kind == .cancelled)
                #expect(await failure(HTTPCall("GET", url), transport) == .exhausted)
            }
        }
    }
}
