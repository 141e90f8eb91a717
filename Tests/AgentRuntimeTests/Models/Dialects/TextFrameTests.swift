import TestSupport
import Testing

@testable import AgentRuntime

/// Events that differ in their text alone are read by what stands around it; the outcome must be that of the tree.
@Suite struct TextFrameTests {
    private static func data(_ content: String, more: String = "") -> String {
        #"{"id":"c1","choices":[{"index":0,"delta":{"role":"assistant","content":\#(content)},"finish_reason":null}]\#(more)}"#
    }

    private static let texts = [
        "Revenue", " was ", "1,250,000", "é", "👩‍👩‍👧", #"a \"quoted\" word"#, #"back\\slash"#, #"\u00e9"#, #"\n"#, "", " ",
        #"\"content\":\"x"#, "}],", #"x\",\"finish_reason\":\"stop"#, #"\t\u0000"#,
    ]

    @Test("Pieces of text are what the tree says, whatever they hold and whatever came before")
    func asTheTree() throws {
        for seed in 0..<200 as Range<UInt64> {
            var random = SplitMix64(seed: seed)
            var reader = ChatCompletionsReader()
            var decoder = try ReplyDecoder(ChatCompletionsDialect(), contentType: "text/event-stream")
            for _ in 0..<20 {
                let text = Self.texts[Int(random.next() % UInt64(Self.texts.count))]
                let mores = ["", "", "", #","obfuscation":"a\#(random.next() % 10)""#, #","usage":null"#]
                let data = Self.data("\"\(text)\"", more: mores[Int(random.next() % UInt64(mores.count))])
                let tree = try JSONValue(parsing: data)
                let expected = tree["choices"]?.array?.first?["delta"]?["content"]?.string ?? ""
                let parts = expected.isEmpty ? [] : [ReplyPart.text(expected)]
                #expect(try reader.take(.init(data: data)) == parts)
                #expect(try decoder.feed(Array("data: \(data)\n\n".utf8)) == parts)
            }
        }
    }

    @Test("What comes beside text is not passed over: usage, a finish reason, a refusal, calls, an error")
    func beside() throws {
        let piece = Self.data(#""a""#)
        var reader = ChatCompletionsReader()
        for _ in 0..<3 { #expect(try reader.take(.init(data: piece)) == [.text("a")]) }
        let last = piece.replacing(#""finish_reason":null"#, with: #""finish_reason":"length""#)
        #expect(try reader.take(.init(data: last)) == [.text("a")])
        let counted = Self.data(#""b""#, more: #","usage":{"prompt_tokens":3,"completion_tokens":4}"#)
        #expect(try reader.take(.init(data: counted)) == [.text("b")])
        #expect(throws: BackendError.self) {
            try reader.take(.init(data: Self.data(#""a""#, more: #","error":{"message":"x"}"#)))
        }
        #expect(
            try reader.take(.init(data: "[DONE]")) == [.usage(inputTokens: 3, outputTokens: 4), .finished(.length)]
        )
    }

    @Test("An event that says more than its text gives no frame for those that follow")
    func sideEffects() throws {
        // Each of these has the text of the one after it, and something else that must count only once.
        let refusing = Self.data(#""a","refusal":"no""#)
        var reader = ChatCompletionsReader()
        #expect(try reader.take(.init(data: refusing)) == [.text("a"), .text("no")])
        let finishing = Self.data(#""a""#).replacing(#""finish_reason":null"#, with: #""finish_reason":"stop""#)
        #expect(try reader.take(.init(data: finishing)) == [.text("a")])
        #expect(try reader.take(.init(data: finishing)) == [.text("a")])
        #expect(try reader.end() == [.finished(.refusal)])
    }

    @Test("A frame is of a string without escapes, and only of that")
    func frames() {
        #expect(
            TextFrame(around: "content", in: #"{"content" : "abc", "x": 1}"#)?.text(of: #"{"content" : "né", "x": 1}"#)
                == "né"
        )
        for other in [
            #"{"content" : "a"b", "x": 1}"#, #"{"content" : "a\n", "x": 1}"#, "{\"content\" : \"a\u{1}\", \"x\": 1}",
            #"{"content" : "", "x": 2}"#, #"{"content" : ""#,
        ] {
            #expect(TextFrame(around: "content", in: #"{"content" : "abc", "x": 1}"#)?.text(of: other) == nil)
        }
        for none in ["", "{}", #"{"content"}"#, #"{"content":1}"#, #"{"content":"a\"b"}"#, #"{"content":"abc"#] {
            #expect(TextFrame(around: "content", in: none) == nil)
        }
    }
}
