import AgentRuntime
import Testing

@testable import agentd

/// An input and the status it is refused with; `nil` where it is handled.
private struct Refused: Sendable, CustomStringConvertible {
    var name: String
    var input: String
    var status: Int?
    var description: String { name }

    init(_ name: String, _ status: Int?, _ input: String) {
        self.name = name
        self.status = status
        self.input = input
    }
}

private func post(_ fields: String, _ body: String = "hello") -> String {
    "POST / HTTP/1.1\r\nHost: a\r\n\(fields)\r\n\r\n\(body)"
}

private func chunked(_ body: String) -> String { post("Transfer-Encoding: chunked", body) }

private func get(_ fields: String) -> String { "GET / HTTP/1.1\r\nHost: a\r\n\(fields)\r\n\r\n" }

private let table: [Refused] = [
    Refused("length and coding", 400, post("Content-Length: 5\r\nTransfer-Encoding: chunked", "0\r\n\r\n")),
    Refused(
        "coding and length",
        400,
        post("Transfer-Encoding: chunked\r\nContent-Length: 5", "0\r\n\r\nGET / HTTP/1.1\r\n")
    ),
    Refused("two lengths that differ", 400, post("Content-Length: 5\r\nContent-Length: 6")),
    Refused("two lengths that agree", 400, post("Content-Length: 5\r\nContent-Length: 5")),
    Refused("a list of lengths", 400, post("Content-Length: 5, 5")),
    Refused("a length with a plus", 400, post("Content-Length: +5")),
    Refused("a hexadecimal length", 400, post("Content-Length: 0x5")),
    Refused("a negative length", 400, post("Content-Length: -5")),
    Refused("a length beyond 64 bits", 400, post("Content-Length: 18446744073709551621")),
    Refused("an unknown coding", 501, post("Transfer-Encoding: xchunked")),
    Refused("a coding after chunked", 501, post("Transfer-Encoding: chunked, identity")),
    Refused("a space before the colon", 400, post("Transfer-Encoding : chunked")),
    Refused("two codings", 400, post("Transfer-Encoding: chunked\r\nTransfer-Encoding: chunked")),
    Refused("a coding in HTTP/1.0", 400, "POST / HTTP/1.0\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n"),
    Refused("bare line feeds", 400, "GET / HTTP/1.1\nHost: a\n\n"),
    Refused("a bare carriage return in a value", 400, get("X: a\rb")),
    Refused("a folded field", 400, get("X: a\r\n b")),
    Refused("a space before the first field", 400, "GET / HTTP/1.1\r\n Host: a\r\n\r\n"),
    Refused("NUL in a value", 400, get("X: a\0b")),
    Refused("no colon", 400, get("X")),
    Refused("an empty name", 400, get(": x")),
    Refused("a large field", 431, get("X: \(String(repeating: "b", count: 100_000))")),
    Refused("many fields", 431, get((0..<1000).map { "X\($0): a" }.joined(separator: "\r\n"))),
    Refused("a long target", 414, "GET /\(String(repeating: "b", count: 100_000)) HTTP/1.1\r\nHost: a\r\n\r\n"),
    Refused("a chunk size beyond 64 bits", 413, chunked("ffffffffffffffff1\r\nhello\r\n")),
    Refused("a chunk size beyond the limit", 413, chunked("7fffffff\r\nhello\r\n")),
    Refused("a negative chunk size", 400, chunked("-5\r\nhello\r\n")),
    Refused("a chunk size with a prefix", 400, chunked("0x5\r\nhello\r\n0\r\n\r\n")),
    Refused("a chunk size of many zeros", 400, chunked("\(String(repeating: "0", count: 100))5\r\nhello\r\n0\r\n\r\n")),
    Refused("a bare line feed after a chunk size", 400, chunked("5\nhello\r\n0\r\n\r\n")),
    Refused("a chunk longer than it says", 400, chunked("4\r\nhello\r\n0\r\n\r\n")),
    Refused("a chunk extension", nil, chunked("5;a=b;c=\"d\\\"e\";f\r\nhello\r\n0\r\n\r\n")),
    Refused("an empty chunk extension", 400, chunked("5;\r\nhello\r\n0\r\n\r\n")),
    Refused("a large chunk extension", 400, chunked("5;\(String(repeating: "x", count: 5000))\r\nhello\r\n0\r\n\r\n")),
    Refused("trailers", nil, chunked("5\r\nhello\r\n0\r\nX: y\r\nZ: \r\n\r\n")),
    Refused("large trailers", 431, chunked("0\r\nX: \(String(repeating: "y", count: 9000))\r\n\r\n")),
    Refused("a malformed trailer", 400, chunked("0\r\nX y\r\n\r\n")),
    Refused("no Host", 400, "GET / HTTP/1.1\r\n\r\n"),
    Refused("two Hosts", 400, get("Host: a")),
    Refused("a Host with a space", 400, "GET / HTTP/1.1\r\nHost: a b\r\n\r\n"),
    Refused("a Host with a path", 400, "GET / HTTP/1.1\r\nHost: a/b\r\n\r\n"),
    Refused("a Host by address", nil, "GET / HTTP/1.1\r\nHost: [::1]:8080\r\n\r\n"),
    Refused("a target with our host", nil, "GET http://A:80/x HTTP/1.1\r\nHost: a:80\r\n\r\n"),
    Refused("a target with another host", 400, "GET http://b/x HTTP/1.1\r\nHost: a\r\n\r\n"),
    Refused("a target with a user", 400, "GET http://u@a/x HTTP/1.1\r\nHost: a\r\n\r\n"),
    Refused("100-continue", nil, post("Expect: 100-Continue\r\nContent-Length: 5")),
    Refused("another expectation", 417, post("Expect: nonsense\r\nContent-Length: 5")),
    Refused("HTTP/0.9", 400, "GET /healthz\r\n"),
    Refused("HTTP/1.0", nil, "GET / HTTP/1.0\r\n\r\n"),
    Refused("HTTP/2.0", 505, "GET / HTTP/2.0\r\nHost: a\r\n\r\n"),
    Refused("HTTP/1.2", 505, "GET / HTTP/1.2\r\nHost: a\r\n\r\n"),
    Refused("a version in small letters", 400, "GET / http/1.1\r\nHost: a\r\n\r\n"),
    Refused("a method with a letter too many", 501, "MKCOLA / HTTP/1.1\r\nHost: a\r\n\r\n"),
    Refused("a method that nobody has", nil, "FROBNICATE / HTTP/1.1\r\nHost: a\r\n\r\n"),
    Refused("a method that another service has", nil, "BREW / HTTP/1.1\r\nHost: a\r\n\r\n"),
    Refused("a method that is no token", 400, "G(T / HTTP/1.1\r\nHost: a\r\n\r\n"),
    Refused("a long method", 400, "\(String(repeating: "G", count: 40)) / HTTP/1.1\r\nHost: a\r\n\r\n"),
    Refused("a large body", 413, post("Content-Length: 2000000")),
    Refused(
        "a large chunked body",
        413,
        chunked(String(repeating: "8000\r\n\(String(repeating: "x", count: 0x8000))\r\n", count: 64))
    ),
    Refused("bytes beyond ASCII in the target", 400, "GET /é HTTP/1.1\r\nHost: a\r\n\r\n"),
    Refused("tabs in the request line", 400, "GET\t/\tHTTP/1.1\r\nHost: a\r\n\r\n"),
    Refused("two spaces in the request line", 400, "GET  / HTTP/1.1\r\nHost: a\r\n\r\n"),
    Refused("a TLS greeting", 400, "\u{16}\u{3}\u{1}"),
    Refused("two empty lines before", nil, "\r\n\r\nGET / HTTP/1.1\r\nHost: a\r\n\r\n"),
    Refused("three empty lines before", 400, "\r\n\r\n\r\nGET / HTTP/1.1\r\nHost: a\r\n\r\n"),
    Refused("a bad escape", 400, "GET /%zz HTTP/1.1\r\nHost: a\r\n\r\n"),
    Refused("half an escape", 400, "GET /%4 HTTP/1.1\r\nHost: a\r\n\r\n"),
    Refused("an escaped NUL", 400, "GET /%00 HTTP/1.1\r\nHost: a\r\n\r\n"),
    Refused("an escape that is no UTF-8", 400, "GET /%ff HTTP/1.1\r\nHost: a\r\n\r\n"),
    Refused("a dot segment", 400, "GET /a/../b HTTP/1.1\r\nHost: a\r\n\r\n"),
    Refused("an escaped dot segment", 400, "GET /a/%2e%2E/b HTTP/1.1\r\nHost: a\r\n\r\n"),
    Refused("a backslash", 400, "GET /a\\b HTTP/1.1\r\nHost: a\r\n\r\n"),
    Refused("a fragment", 400, "GET /a#b HTTP/1.1\r\nHost: a\r\n\r\n"),
    Refused("a star for GET", 400, "GET * HTTP/1.1\r\nHost: a\r\n\r\n"),
    Refused("a star for OPTIONS", nil, "OPTIONS * HTTP/1.1\r\nHost: a\r\n\r\n"),
]

@Suite struct HTTPRequestDecoderTests {
    @Test("What could be read in two ways is refused", arguments: table)
    private func strictness(row: Refused) {
        let run = DecoderRun(Array(row.input.utf8))
        #expect(run.refusal == row.status)
        #expect(run.requests.count == (row.status == nil ? 1 : 0))
    }

    @Test("What decides the framing is refused at its line, before the head ends")
    func earlyRefusal() {
        #expect(DecoderRun(Array("GET / HTTP/1.1\r\nContent-Length: 1\r\nContent-Length: 2\r\n".utf8)).refusal == 400)
        #expect(DecoderRun(Array("GET / HTTP/1.1\r\nTransfer-Encoding: pigeons\r\n".utf8)).refusal == 501)
        #expect(DecoderRun(Array("GET /é".utf8)).refusal == 400)
        #expect(DecoderRun([0x0B]).refusal == 400)
    }

    @Test("A request arrives decoded")
    func decoding() throws {
        let text =
            "POST /a%20b/c%2Fd/?q=x+y&q=%C3%A9&&flag HTTP/1.1\r\nHost: a\r\nX-A: \t 1 \r\nx-a: 2\r\n"
            + "Content-Length: 005\r\nConnection: Foo, CLOSE\r\n\r\nhello"
        let request = try #require(DecoderRun(Array(text.utf8)).decoded.first)
        #expect(request.method == .post)
        #expect(request.segments == ["a b", "c/d", ""])
        #expect(request.path == "/a%20b/c%2Fd/")
        #expect(request.query.map(\.name) == ["q", "q", "flag"])
        #expect(request.query.map(\.value) == ["x y", "é", ""])
        #expect(request.queryValue("q") == "x y")
        #expect(request.headers.all("X-A") == ["1", "2"])
        #expect(request.body == Array("hello".utf8))
        #expect(!request.isKeepAlive)
        let bytes = Array("GET / HTTP/1.1\r\nHost: a\r\nX: D".utf8) + [0xFC] + Array("ss\r\n\r\n".utf8)
        #expect(DecoderRun(bytes).decoded.first?.headers["x"] == "Düss")
    }

    @Test("HTTP/1.0 keeps the connection only when asked to")
    func keepAlive() {
        let close = DecoderRun(Array("GET / HTTP/1.0\r\n\r\n".utf8))
        #expect(close.decoded.first?.isKeepAlive == false)
        let keep = DecoderRun(Array("GET / HTTP/1.0\r\nConnection: keep-alive\r\n\r\n".utf8))
        #expect(keep.decoded.first?.isKeepAlive == true)
    }

    @Test("Each row means the same at every cut", arguments: table.filter { $0.input.utf8.count < 2000 })
    private func cuts(row: Refused) {
        let bytes = Array(row.input.utf8)
        let whole = DecoderRun(bytes)
        for cut in bytes.indices { #expect(DecoderRun([bytes[..<cut], bytes[cut...]]) == whole) }
    }

    @Test("The corpus holds, whole and at every cut", .enabled(if: HTTPCorpus.isThere, "no shared data"))
    func corpus() throws {
        let cases = try HTTPCorpus.cases()
        #expect(cases.count >= 164)
        for test in cases {
            let whole = DecoderRun(test.raw)
            #expect(HTTPCorpus.fault(whole.outcome, of: test) == nil, "\(test.id)")
            // Long inputs repeat one byte; their cuts are sampled.
            let step = test.raw.count > 4096 ? 4999 : 1
            for cut in stride(from: 0, to: test.raw.count, by: step) {
                let run = DecoderRun([test.raw[..<cut], test.raw[cut...]])
                if run != whole { Issue.record("\(test.id) cut at \(cut)") }
            }
            let bytes = test.raw.indices.map { test.raw[$0...$0] }
            #expect(DecoderRun(bytes) == whole, "\(test.id) byte by byte")
        }
    }
}
