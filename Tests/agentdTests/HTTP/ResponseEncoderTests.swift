import AgentRuntime
import Testing

@testable import agentd

@Suite struct ResponseEncoderTests {
    private func encode(_ response: HTTPResponse, _ context: ResponseEncoder.Context = .init()) -> String {
        var output: [UInt8] = []
        ResponseEncoder.append(response, context, date: Array("now".utf8), to: &output)
        return String(decoding: output, as: UTF8.self)
    }

    @Test("A status without a body has no length", arguments: [204, 304])
    func bodiless(status: Int) {
        let text = encode(HTTPResponse(status: status, body: .bytes([1])))
        #expect(!text.contains("Content-Length"))
        #expect(text.hasSuffix("\r\n\r\n"))
    }

    @Test("An empty answer says that it is empty")
    func empty() {
        #expect(encode(HTTPResponse(status: 200)) == "HTTP/1.1 200 OK\r\nDate: now\r\nContent-Length: 0\r\n\r\n")
    }

    @Test("HTTP/1.0 is told that the connection stays")
    func version() {
        #expect(encode(HTTPResponse(status: 200), .init(isVersion11: false)).contains("Connection: keep-alive\r\n"))
        #expect(encode(HTTPResponse(status: 200), .init(isKeptAlive: false)).contains("Connection: close\r\n"))
    }

    @Test("A value cannot break out of its line, and framing is not a handler's")
    func injection() {
        var response = HTTPResponse(status: 200)
        response.headers.add("X-Name", "a\r\nSet-Cookie: b\0")
        response.headers.add("X Y", "dropped")
        response.headers.add("content-length", "99")
        response.headers.add("Transfer-Encoding", "chunked")
        let text = encode(response)
        #expect(text.contains("X-Name: a  Set-Cookie: b \r\n"))
        #expect(!text.contains("dropped"))
        #expect(!text.contains("99"))
        #expect(!text.contains("chunked"))
    }

    @Test(
        "Dates are written as HTTP does",
        arguments: [
            (784_111_777, "Sun, 06 Nov 1994 08:49:37 GMT"), (0, "Thu, 01 Jan 1970 00:00:00 GMT"),
            (-1, "Wed, 31 Dec 1969 23:59:59 GMT"), (951_782_400, "Tue, 29 Feb 2000 00:00:00 GMT"),
            (4_107_542_400, "Mon, 01 Mar 2100 00:00:00 GMT"), (1_769_817_600, "Sat, 31 Jan 2026 00:00:00 GMT"),
        ]
    )
    func dates(seconds: Int64, text: String) {
        #expect(String(decoding: HTTPDate.format(seconds), as: UTF8.self) == text)
    }

    @Test("Header fields compare without case, keep their order, and may repeat")
    func headers() {
        var headers: HTTPHeaders = ["A": "1", "b": "2", "a": "3"]
        #expect(headers["A"] == "1")
        #expect(headers.all("a") == ["1", "3"])
        headers["a"] = "4"
        #expect(headers.fields.map(\.value) == ["4", "2"])
        headers["B"] = nil
        #expect(headers.count == 1)
        headers.add("Accept", " x , y;q=1,, ")
        headers.add("accept", "z")
        #expect(headers.list("ACCEPT") == ["x", "y;q=1", "z"])
        #expect(headers.has("Z", in: "accept"))
    }
}
