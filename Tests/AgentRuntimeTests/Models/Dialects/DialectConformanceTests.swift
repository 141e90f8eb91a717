import AgentRuntime
import Testing

@Suite("What every dialect reads, however the bytes are cut")
struct DialectConformanceTests {
    /// Text joined, everything else in order.
    struct Reading: Equatable {
        var text = ""
        var calls: [WrittenCall] = []
        var usage: [Int] = []
        var finish: FinishReason?

        mutating func take(_ parts: [ReplyPart]) {
            for part in parts {
                #expect(finish == nil, "nothing follows the end")
                switch part {
                case .text(let more): text += more
                case .call(let call): calls.append(call)
                case .usage(let input, let output): usage = [input, output]
                case .finished(let reason): finish = reason
                }
            }
        }
    }

    private static func read(
        _ stream: [UInt8],
        _ dialect: any Dialect,
        type: String = "text/event-stream; charset=utf-8",
        cutAt offset: Int? = nil,
        into reading: inout Reading
    ) throws {
        var decoder = try ReplyDecoder(dialect, contentType: type)
        let cut = offset ?? stream.count
        for piece in [stream[..<cut], stream[cut...]] { reading.take(try decoder.feed(Array(piece))) }
        reading.take(try decoder.end())
    }

    private static func read(
        _ stream: String,
        _ fixtures: DialectFixtures,
        type: String = "text/event-stream"
    ) throws
        -> Reading
    {
        var reading = Reading()
        try read(Array(stream.utf8), fixtures.dialect, type: type, into: &reading)
        return reading
    }

    private static let spoken = Reading(text: DialectFixtures.words, usage: [11, 7], finish: .stop)
    private static let called = Reading(
        text: DialectFixtures.words,
        calls: [
            WrittenCall(id: "call_a", name: "look_up", arguments: #"{"what": 1.50}"#),
            WrittenCall(id: "call_b", name: "look_up", arguments: #"{"what":"ü"}"#),
        ],
        usage: [11, 7],
        finish: .toolCalls
    )

    @Test("A reply is the same at whatever byte it was cut", arguments: DialectFixtures.all)
    func cutAnywhere(_ fixtures: DialectFixtures) throws {
        for (stream, expected) in [(fixtures.text, Self.spoken), (fixtures.calls, Self.called)] {
            let bytes = Array(stream.utf8)
            for offset in 0...bytes.count {
                var reading = Reading()
                try Self.read(bytes, fixtures.dialect, cutAt: offset, into: &reading)
                #expect(reading == expected, "cut at \(offset)")
            }
        }
    }

    @Test("A reply is the same byte by byte, with CRLF and with comments between", arguments: DialectFixtures.all)
    func lineEnds(_ fixtures: DialectFixtures) throws {
        let wild =
            ": keep-alive\r\n\r\n"
            + fixtures.calls.split(separator: "\n", omittingEmptySubsequences: false)
            .joined(separator: "\r\n").replacing("\r\n\r\n", with: "\r\n\r\n: again\r\n\r\n")
        var decoder = try ReplyDecoder(fixtures.dialect, contentType: nil)
        var reading = Reading()
        for byte in wild.utf8 { reading.take(try decoder.feed([byte])) }
        #expect(decoder.isDone)
        #expect(reading == Self.called)
    }

    @Test("A stream that is cut before the model said why it stopped is an error", arguments: DialectFixtures.all)
    func cutOff(_ fixtures: DialectFixtures) throws {
        let bytes = Array(fixtures.calls.utf8)
        var ends: [Int: Bool] = [:]
        for count in 0..<bytes.count {
            var reading = Reading()
            do {
                try Self.read(Array(bytes[..<count]), fixtures.dialect, into: &reading)
                ends[count] = true
                #expect(reading.calls.count == 2, "an end means that everything is there")
            } catch let error as BackendError {
                ends[count] = false
                #expect(error.kind == .cut)
                #expect(reading.calls.isEmpty, "a call is never given out before the end")
            }
        }
        #expect(ends[0] == false)
        let firstEnd = ends.filter(\.value).keys.min() ?? 0
        #expect((firstEnd..<bytes.count).allSatisfy { ends[$0] == true })
        #expect(firstEnd > bytes.count / 2)
    }

    @Test(
        "A stream without its closing mark is whole when the model said why it stopped",
        arguments: DialectFixtures.all
    )
    func noClosingMark(_ fixtures: DialectFixtures) throws {
        #expect(fixtures.text.hasSuffix(fixtures.closing))
        #expect(try Self.read(String(fixtures.text.dropLast(fixtures.closing.count)), fixtures) == Self.spoken)
    }

    @Test("What comes after the closing mark is passed over", arguments: DialectFixtures.all)
    func afterClosing(_ fixtures: DialectFixtures) throws {
        #expect(try Self.read(fixtures.text + "data: {broken\n\n" + fixtures.text, fixtures) == Self.spoken)
    }

    @Test("One document reads like the stream", arguments: DialectFixtures.all)
    func wholeDocument(_ fixtures: DialectFixtures) throws {
        let type = "Application/JSON; charset=utf-8"
        #expect(try Self.read(fixtures.wholeText, fixtures, type: type) == Self.spoken)
        var called = Self.called
        var read = try Self.read(fixtures.wholeCalls, fixtures, type: type)
        for index in read.calls.indices {
            // The document holds an object or its text; what counts is what it says.
            let value = try JSONValue(parsing: read.calls[index].arguments)
            #expect(value == (try JSONValue(parsing: called.calls[index].arguments)))
            read.calls[index].arguments = ""
            called.calls[index].arguments = ""
        }
        read.finish = .toolCalls
        #expect(read == called)
    }

    @Test("Refusals, ends for length and replies without a count", arguments: DialectFixtures.all)
    func ends(_ fixtures: DialectFixtures) throws {
        let refusal = try Self.read(fixtures.refusal, fixtures)
        #expect(refusal.text == "I cannot help with that.")
        #expect(refusal.finish == .refusal)
        #expect(try Self.read(fixtures.length, fixtures).finish == .length)
        let uncounted = try Self.read(fixtures.uncounted, fixtures)
        #expect(uncounted.usage.isEmpty)
        #expect(uncounted.finish == .stop)
        #expect(try Self.read(fixtures.malformed, fixtures).calls.map(\.arguments) == [#"{"what": arr"#])
    }

    @Test("An error in mid-stream is an error, with what came before it given out", arguments: DialectFixtures.all)
    func errorInReply(_ fixtures: DialectFixtures) throws {
        var reading = Reading()
        let error = #expect(throws: BackendError.self) {
            try Self.read(
                Array(fixtures.error.utf8),
                fixtures.dialect,
                cutAt: fixtures.error.utf8.count / 2,
                into: &reading
            )
        }
        #expect(error?.kind == .broken)
        #expect(error?.words.contains("out of memory") == true)
        #expect(reading.text == DialectFixtures.words)
    }

    @Test(
        "What is not of the dialect is unreadable, never a guess",
        arguments: DialectFixtures.all,
        ["data: {\"choices\":[{]\n\n", "data: <html>\n\n", "data: {\"a\":\"\\ud83d\"}\n\n"]
    )
    func unreadable(_ fixtures: DialectFixtures, _ stream: String) throws {
        let error = #expect(throws: BackendError.self) { try Self.read(stream, fixtures) }
        #expect(error?.kind == .unreadable)
    }

    @Test("A page of HTML, an empty body and half a document are errors", arguments: DialectFixtures.all)
    func otherBodies(_ fixtures: DialectFixtures) throws {
        #expect(throws: BackendError.self) { try ReplyDecoder(fixtures.dialect, contentType: "text/html") }
        let empty = #expect(throws: BackendError.self) { try Self.read("", fixtures, type: "application/json") }
        #expect(empty?.kind == .cut)
        let half = String(fixtures.wholeText.prefix(40))
        #expect(throws: BackendError.self) { try Self.read(half, fixtures, type: "application/json") }
        #expect(throws: BackendError.self) { try Self.read("{}", fixtures, type: "application/json") }
    }

    @Test("Arguments and events beyond their bounds do not grow without end", arguments: DialectFixtures.all)
    func bounds(_ fixtures: DialectFixtures) throws {
        let long = fixtures.malformed.replacing("arr", with: String(repeating: "x", count: ReplyLimits.argumentBytes))
        let call = try #require(try Self.read(long, fixtures).calls.first)
        #expect(call.arguments.utf8.count < 1024)
        #expect(throws: JSONParseError.self) { try JSONValue(parsing: call.arguments) }
        let tooLong = "data: " + String(repeating: "x", count: ReplyLimits.eventBytes + 1)
        let error = #expect(throws: BackendError.self) { try Self.read(tooLong, fixtures) }
        #expect(error?.kind == .unreadable)
    }
}
