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
                #expect(try reader.parts(data) == parts)
                #expect(try decoder.feed(Array("data: \(data)\n\n".utf8)) == parts)
            }
        }
    }

    @Test("What comes beside text is not passed over: usage, a finish reason, a refusal, calls, an error")
    func beside() throws {
        let piece = Self.data(#""a""#)
        var reader = ChatCompletionsReader()
        for _ in 0..<3 { #expect(try reader.parts(piece) == [.text("a")]) }
        let last = piece.replacing(#""finish_reason":null"#, with: #""finish_reason":"length""#)
        #expect(try reader.parts(last) == [.text("a")])
        let counted = Self.data(#""b""#, more: #","usage":{"prompt_tokens":3,"completion_tokens":4}"#)
        #expect(try reader.parts(counted) == [.text("b")])
        #expect(throws: BackendError.self) {
            try reader.parts(Self.data(#""a""#, more: #","error":{"message":"x"}"#))
        }
        #expect(
            try reader.parts("[DONE]") == [.usage(inputTokens: 3, outputTokens: 4), .finished(.length)]
        )
    }

    @Test("An event that says more than its text gives no frame for those that follow")
    func sideEffects() throws {
        // Each of these has the text of the one after it, and something else that must count only once.
        let refusing = Self.data(#""a","refusal":"no""#)
        var reader = ChatCompletionsReader()
        #expect(try reader.parts(refusing) == [.text("a"), .text("no")])
        let finishing = Self.data(#""a""#).replacing(#""finish_reason":null"#, with: #""finish_reason":"stop""#)
        #expect(try reader.parts(finishing) == [.text("a")])
        #expect(try reader.parts(finishing) == [.text("a")])
        #expect(try reader.end() == [.finished(.refusal)])
    }

    @Test("A frame is made of a string without escapes, and reads whatever a string may hold")
    func frames() throws {
        let frame = try #require(TextFrame(around: "content", inText: #"{"content" : "abc", "x": 1}"#))
        for (text, expected) in [("né", "né"), (#"a\n"#, "a\n"), (#"\"\u00e9"#, "\"é"), ("", "")] {
            #expect(frame.text(ofText: #"{"content" : "\#(text)", "x": 1}"#) == expected)
        }
        for other in [
            #"{"content" : "a"b", "x": 1}"#, #"{"content" : "a\", "x": 1}"#, #"{"content" : "a\x", "x": 1}"#,
            #"{"content" : "\ud800", "x": 1}"#, #"{"content" : "a", "y": "b", "x": 1}"#,
            "{\"content\" : \"a\u{1}\", \"x\": 1}", #"{"content" : "", "x": 2}"#, #"{"content" : ""#,
        ] {
            #expect(frame.text(ofText: other) == nil)
        }
        for none in ["", "{}", #"{"content"}"#, #"{"content":1}"#, #"{"content":"a\"b"}"#, #"{"content":"abc"#] {
            #expect(TextFrame(around: "content", inText: none) == nil)
        }
    }

    @Test("Text with escapes leaves the frame of the text before, however often it comes")
    func afterEscapes() throws {
        var reader = ChatCompletionsReader()
        for _ in 0..<40 {
            #expect(try reader.parts(Self.data(#""a""#)) == [.text("a")])
            #expect(try reader.parts(Self.data(#""\n\"""#)) == [.text("\n\"")])
        }
    }
}

extension ChatCompletionsReader {
    fileprivate mutating func parts(_ data: String) throws(BackendError) -> [ReplyPart] {
        var parts: [ReplyPart] = []
        let bytes = Array(data.utf8)
        try bytes.withUnsafeBufferPointer { (bytes) throws(BackendError) in
            try take(.init(type: "message", data: bytes, id: ""), into: &parts)
        }
        return parts
    }
}

extension TextFrame {
    fileprivate init?(around member: String, inText data: String) {
        let bytes = Array(data.utf8)
        guard let frame = bytes.withUnsafeBufferPointer({ TextFrame(around: member, in: $0) }) else { return nil }
        self = frame
    }

    fileprivate func text(ofText data: String) -> String? {
        Array(data.utf8).withUnsafeBufferPointer { text(of: $0) }
    }
}
