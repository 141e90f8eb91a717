import AgentRuntime
import Testing

@Suite("What every dialect sends")
struct DialectRequestTests {
    private static let transcript = Transcript(
        system: "Be exact.",
        entries: [
            .user("How much?"),
            .assistant(
                text: "Let me see.",
                calls: [
                    .init(id: "a", name: "look_up", arguments: ["what": "x"]),
                    .init(id: "b", name: "look_up", arguments: [:]),
                ]
            ),
            .results([
                .init(id: "a", content: #"{"total":12.50}"#, isError: false),
                .init(id: "b", content: "no", isError: true),
            ]),
            .user("And now?"),
        ],
        tools: [.init(name: "look_up", purpose: "Looks things up.", parameters: ["type": "object"])]
    )

    @Test("Chat Completions: system first, a tool message for each result")
    func chatCompletions() throws {
        let bytes = ChatCompletionsDialect().body(Self.transcript, model: "m", outputTokensMax: 100)
        let expected = """
            {"model":"m","messages":[{"role":"system","content":"Be exact."},{"role":"user","content":"How much?"},
            {"role":"assistant","content":"Let me see.","tool_calls":[
            {"id":"a","type":"function","function":{"name":"look_up","arguments":"{\\"what\\":\\"x\\"}"}},
            {"id":"b","type":"function","function":{"name":"look_up","arguments":"{}"}}]},
            {"role":"tool","tool_call_id":"a","content":"{\\"total\\":12.50}"},
            {"role":"tool","tool_call_id":"b","content":"no"},{"role":"user","content":"And now?"}],
            "stream":true,"stream_options":{"include_usage":true},"max_tokens":100,
            "tools":[{"type":"function","function":{"name":"look_up","description":"Looks things up.",
            "parameters":{"type":"object"}}}]}
            """
        #expect(try JSONValue(parsing: bytes) == JSONValue(parsing: expected))
    }

    @Test("A model is made to call a tool in the words of each format, and is not where it may choose")
    func choice() throws {
        var transcript = Self.transcript
        func written(_ dialect: some Dialect) throws -> JSONValue? {
            try JSONValue(parsing: dialect.body(transcript, model: "m", outputTokensMax: nil))["tool_choice"]
        }
        #expect(try written(ChatCompletionsDialect()) == nil)
        #expect(try written(MessagesDialect()) == nil)
        transcript.choice = "look_up"
        #expect(try written(ChatCompletionsDialect()) == ["type": "function", "function": ["name": "look_up"]])
        #expect(try written(MessagesDialect()) == ["type": "tool", "name": "look_up"])
    }

    @Test("Chat Completions: a step of calls alone has an empty text, which every server takes")
    func callsAlone() throws {
        let transcript = Transcript(
            system: "",
            entries: [
                .user("How much?"), .assistant(text: "", calls: [.init(id: "a", name: "look_up", arguments: [:])]),
                .results([.init(id: "a", content: "1", isError: false)]),
            ],
            tools: Self.transcript.tools
        )
        let body = try JSONValue(parsing: ChatCompletionsDialect().body(transcript, model: "m", outputTokensMax: nil))
        #expect(body["messages"]?[1]?["content"] == "")
        #expect(body["messages"]?[1]?["tool_calls"]?.array?.count == 1)
    }

    @Test("Messages: roles alternate, results stand at the head of the user's message")
    func messages() throws {
        let bytes = MessagesDialect().body(Self.transcript, model: "m", outputTokensMax: nil)
        let expected = """
            {"model":"m","max_tokens":4096,"system":"Be exact.","stream":true,"messages":[
            {"role":"user","content":[{"type":"text","text":"How much?"}]},
            {"role":"assistant","content":[{"type":"text","text":"Let me see."},
            {"type":"tool_use","id":"a","name":"look_up","input":{"what":"x"}},
            {"type":"tool_use","id":"b","name":"look_up","input":{}}]},
            {"role":"user","content":[{"type":"tool_result","tool_use_id":"a","content":"{\\"total\\":12.50}"},
            {"type":"tool_result","tool_use_id":"b","content":"no","is_error":true},{"type":"text","text":"And now?"}]}],
            "tools":[{"name":"look_up","description":"Looks things up.","input_schema":{"type":"object"}}]}
            """
        #expect(try JSONValue(parsing: bytes) == JSONValue(parsing: expected))
    }

    @Test(
        "The address is the base and the dialect's path, however much of it the base has",
        arguments: [
            ("http://h:1", "http://h:1/v1/chat/completions", "http://h:1/v1/messages"),
            ("http://h:1/v1", "http://h:1/v1/chat/completions", "http://h:1/v1/messages"),
            ("http://h:1/v1/", "http://h:1/v1/chat/completions", "http://h:1/v1/messages"),
            ("https://h/openai", "https://h/openai/chat/completions", "https://h/openai/v1/messages"),
        ]
    )
    func address(_ base: String, _ chat: String, _ messages: String) {
        #expect(ChatCompletionsDialect().address(base) == chat)
        #expect(MessagesDialect().address(base) == messages)
        #expect(ChatCompletionsDialect().address(chat) == chat)
        #expect(MessagesDialect().address(messages) == messages)
    }

    @Test("The key stands in the field that the dialect has for it")
    func key() {
        #expect(ChatCompletionsDialect().fields(key: "k").map(\.value) == ["Bearer k"])
        #expect(MessagesDialect().fields(key: "k").contains { $0 == ("x-api-key", "k") })
        #expect(MessagesDialect().fields(key: nil).map(\.name) == ["anthropic-version"])
    }
}
