import AgentRuntime
import TestSupport
import Testing

@testable import agentd

@Suite struct SSEWriterTests {
    @Test(
        "What is written reads back the same, with line ends as line feeds",
        arguments: [
            ("plain", "plain"), ("", ""), ("a\nb", "a\nb"), ("a\r\nb\rc\n", "a\nb\nc\n"), ("\n", "\n"), (" x", " x"),
            (":y", ":y"), ("data: z", "data: z"), ("é\u{2028}", "é\u{2028}"), ("\r\r\n\n", "\n\n\n"),
        ]
    )
    func roundTrip(data: String, expected: String) throws {
        let bytes = SSEWriter.bytes(event: "name", id: "7", data: data.utf8)
        var parser = ServerSentEventParser()
        #expect(try parser.feed(bytes) == [.init(type: "name", data: expected, id: "7")])
    }

    @Test("A name or an id cannot add lines")
    func names() throws {
        let bytes = SSEWriter.bytes(event: "a\ndata: x", id: "1\r2\0", data: "".utf8)
        var parser = ServerSentEventParser()
        #expect(try parser.feed(bytes) == [.init(type: "a data: x", data: "", id: "1 2 ")])
    }

    @Test("A comment is no event")
    func comment() throws {
        var parser = ServerSentEventParser()
        #expect(try parser.feed(SSEWriter.comment + SSEWriter.comment).isEmpty)
    }

    @Test(
        "The streams of the corpus survive being written again",
        .enabled(if: SharedData.exists("sse/stream_cases.jsonl"), "no shared data")
    )
    func corpus() throws {
        for line in try SharedData.lines("sse/stream_cases.jsonl") {
            var parser = ServerSentEventParser()
            let events = try parser.feed(SharedData.base64(line["raw_b64"]?.string ?? ""))
            let written = events.flatMap { SSEWriter.bytes(event: $0.type, id: $0.id, data: $0.data.utf8) }
            var second = ServerSentEventParser()
            #expect(try second.feed(written) == events, "\(line["id"]?.string ?? "")")
        }
    }
}
