import TestSupport
import Testing

@testable import AgentRuntime

@Suite struct ServerSentEventParserTests {
    private typealias Event = ServerSentEventParser.Event

    private static let cases = "sse/stream_cases.jsonl"

    @Test("Streams mean the same wherever they are cut", .enabled(if: SharedData.exists(cases), "no shared data"))
    func corpus() throws {
        let lines = try SharedData.lines(Self.cases)
        #expect(lines.count >= 34)
        for line in lines {
            let name = line["id"]?.string ?? ""
            let raw = SharedData.base64(line["raw_b64"]?.string ?? "")
            let expected = (line["events"]?.array ?? []).map { event in
                Event(
                    type: event["type"]?.string ?? "",
                    data: event["data"]?.string ?? "",
                    id: event["id"]?.string ?? ""
                )
            }
            // Long inputs repeat one byte; their cuts are sampled.
            for cut in stride(from: 0, through: raw.count, by: raw.count > 4096 ? raw.count / 40 : 1) {
                var parser = ServerSentEventParser()
                let events = try parser.feed(Array(raw[..<cut])) + parser.feed(Array(raw[cut...]))
                #expect(events == expected, "\(name) cut at \(cut)")
                #expect(parser.lastEventID == line["last_event_id"]?.string, "\(name) cut at \(cut)")
                #expect(parser.retryMilliseconds == line["retry"]?.int, "\(name) cut at \(cut)")
            }
            var parser = ServerSentEventParser()
            let events = try raw.flatMap { try parser.feed([$0]) }
            #expect(events == expected, "\(name) byte by byte")
        }
    }

    @Test("An event is given out with the line end that completes it")
    func atOnce() throws {
        var parser = ServerSentEventParser()
        #expect(try parser.feed(Array("data: a\r\n\r".utf8)) == [Event(data: "a")])
        #expect(try parser.feed(Array("\ndata: b\n\n".utf8)) == [Event(data: "b")])
    }

    @Test(
        "A line and an event beyond the bound are errors",
        arguments: ["data: \(String(repeating: "x", count: 200))", String(repeating: "data: xxxxxxxxx\n", count: 20)]
    )
    func bounds(text: String) throws {
        var parser = ServerSentEventParser(bound: 100)
        #expect(throws: ServerSentEventParser.TooLong(bound: 100)) { try parser.feed(Array(text.utf8)) }
    }
}
