import AgentRuntime
import Testing

/// The same replies written in each dialect, as a server streams them.
struct DialectFixtures: Sendable, CustomTestStringConvertible {
    let name: String
    let dialect: any Dialect
    /// “Grüße 😀, 12 % more”, then usage 11/7 and a normal end.
    let text: String
    /// Text, then two calls in fragments that come by turns, then usage and an end for tool calls.
    let calls: String
    let refusal: String
    let length: String
    /// Text, then an error event.
    let error: String
    /// A normal end without a count of tokens.
    let uncounted: String
    /// Arguments that are no JSON.
    let malformed: String
    /// The same as `text`, as one document.
    let wholeText: String
    /// The same as `calls`, as one document.
    let wholeCalls: String
    /// The mark that closes a stream, after the model has said why it stopped.
    let closing: String

    static let words = "Grüße 😀, 12 % more"
    static let all = [chatCompletions, messages]

    var testDescription: String { name }

    private static let chatCompletions: DialectFixtures = {
        func chunk(_ delta: String, _ finish: String = "null") -> String {
            """
            data: {"id":"c1","object":"chat.completion.chunk","created":1,"model":"m","choices":[{"index":0,\
            "delta":\(delta),"logprobs":null,"finish_reason":\(finish)}],"usage":null,"obfuscation":"xy"}\n\n
            """
        }
        let usage = """
            data: {"id":"c1","choices":[],"usage":{"prompt_tokens":11,"completion_tokens":7,"total_tokens":18}}\n\n
            """
        let done = "data: [DONE]\n\n"
        let opening = ": a comment\n\n" + chunk(#"{"role":"assistant","content":"","refusal":null}"#)
        let said = opening + chunk(#"{"content":"Grüße 😀"}"#) + chunk(#"{"content":", 12 % more"}"#)
        let firstCall =
            #"{"tool_calls":[{"index":0,"id":"call_a","type":"function","function":{"name":"look_up","arguments":""}}]}"#
        let secondCall =
            #"{"tool_calls":[{"index":1,"id":"call_b","type":"function","function":{"name":"look_up","arguments":"{"}}]}"#
        // llama.cpp repeats identifier and name, and sends null for what it does not have.
        let repeated = """
            {"content":null,"function_call":{"name":"look_up","arguments":"x"},"tool_calls":[{"index":1,"id":"call_b",\
            "type":"function","function":{"name":"look_up","arguments":"\\"what\\":\\"ü\\"}"}}]}
            """
        let calls =
            said + chunk(firstCall) + chunk(secondCall)
            + chunk(#"{"tool_calls":[{"index":0,"id":null,"function":{"name":null,"arguments":"{\"what\""}}]}"#)
            + chunk(repeated) + chunk(#"{"tool_calls":[{"index":0,"function":{"arguments":": 1.50}"}}]}"#)
        let broken =
            #"{"tool_calls":[{"index":0,"id":"call_a","function":{"name":"look_up","arguments":"{\"what\": arr"}}]}"#
        let wholeCalls = """
            {"id":"c1","object":"chat.completion","choices":[{"index":0,"finish_reason":"stop","message":{"role":"assistant",\
            "content":"\(words)","tool_calls":[{"id":"call_a","type":"function","function":{"name":"look_up",\
            "arguments":"{\\"what\\": 1.50}"}},{"id":"call_b","type":"function","function":{"name":"look_up",\
            "arguments":"{\\"what\\":\\"ü\\"}"}}]}}],"usage":{"prompt_tokens":11,"completion_tokens":7}}
            """
        return DialectFixtures(
            name: "chat-completions",
            dialect: ChatCompletionsDialect(),
            text: said + chunk("{}", #""stop""#) + usage + done,
            calls: calls + chunk("{}", #""tool_calls""#) + usage + done,
            refusal: opening + chunk(#"{"refusal":"I cannot help with that."}"#) + chunk("{}", #""stop""#) + done,
            length: said + chunk("{}", #""length""#) + done,
            error: said + #"data: {"error":{"message":"out of memory","type":"server_error","code":null}}"# + "\n\n",
            uncounted: said + chunk("{}", #""stop""#) + done,
            malformed: opening + chunk(broken) + chunk("{}", #""tool_calls""#) + done,
            wholeText: """
                {"choices":[{"index":0,"message":{"role":"assistant","content":"\(words)"},"finish_reason":"stop"}],\
                "usage":{"prompt_tokens":11,"completion_tokens":7}}
                """,
            wholeCalls: wholeCalls,
            closing: done
        )
    }()

    private static let messages: DialectFixtures = {
        func event(_ name: String, _ members: String) -> String {
            "event: \(name)\ndata: {\"type\":\"\(name)\",\(members)}\n\n"
        }
        func delta(_ index: Int, _ delta: String) -> String {
            event("content_block_delta", "\"index\":\(index),\"delta\":\(delta)")
        }
        func begin(_ usage: String) -> String {
            event("message_start", #""message":{"id":"m1","role":"assistant","content":[],"usage":\#(usage)}"#)
        }
        func end(_ reason: String, _ usage: String = #"{"output_tokens":7}"#) -> String {
            event("message_delta", #""delta":{"stop_reason":"\#(reason)","stop_sequence":null},"usage":\#(usage)"#)
                + event("message_stop", #""x":1"#)
        }
        let textBlock = event("content_block_start", #""index":0,"content_block":{"type":"text","text":""}"#)
        let thinking =
            event("content_block_start", #""index":9,"content_block":{"type":"thinking","thinking":""}"#)
            + delta(9, #"{"type":"thinking_delta","thinking":"hm"}"#)
            + delta(9, #"{"type":"signature_delta","signature":"s"}"#)
        let textDeltas =
            delta(0, #"{"type":"text_delta","text":"Grüße 😀"}"#) + event("ping", #""x":null"#)
            + delta(0, #"{"type":"text_delta","text":", 12 % more"}"#)
        let counted = begin(#"{"input_tokens":9,"cache_read_input_tokens":2,"output_tokens":1}"#)
        let said = textBlock + textDeltas + event("content_block_stop", #""index":0"#)
        func use(_ index: Int, _ id: String) -> String {
            event(
                "content_block_start",
                #""index":\#(index),"content_block":{"type":"tool_use","id":"\#(id)","name":"look_up","input":{}}"#
            )
        }
        func json(_ index: Int, _ text: String) -> String {
            delta(index, #"{"type":"input_json_delta","partial_json":"\#(text)"}"#)
        }
        let calls =
            counted + thinking + said + use(1, "call_a") + json(1, "") + json(1, #"{\"what\""#) + use(2, "call_b")
            + json(2, #"{\"what\":\"ü\"}"#) + json(1, ": 1.50}") + event("content_block_stop", #""index":1"#)
            + event("content_block_stop", #""index":2"#)
        let uses = """
            {"type":"tool_use","id":"call_a","name":"look_up","input":{"what":1.50}},\
            {"type":"tool_use","id":"call_b","name":"look_up","input":{"what":"ü"}}
            """
        return DialectFixtures(
            name: "messages",
            dialect: MessagesDialect(),
            text: counted + said + end("end_turn"),
            calls: calls + end("tool_use"),
            refusal: counted + textBlock + delta(0, #"{"type":"text_delta","text":"I cannot help with that."}"#)
                + end("refusal"),
            length: counted + said + end("max_tokens"),
            error: counted + textBlock + textDeltas
                + event("error", #""error":{"type":"api_error","message":"out of memory"}"#),
            uncounted: begin("null") + said + end("end_turn", "null"),
            malformed: counted + use(0, "call_a") + json(0, #"{\"what\": arr"#) + end("tool_use"),
            wholeText: """
                {"type":"message","role":"assistant","content":[{"type":"text","text":"\(words)"}],\
                "stop_reason":"end_turn","usage":{"input_tokens":11,"output_tokens":7}}
                """,
            wholeCalls: """
                {"type":"message","content":[{"type":"text","text":"\(words)"},\(uses)],\
                "stop_reason":"tool_use","usage":{"input_tokens":11,"output_tokens":7}}
                """,
            closing: event("message_stop", #""x":1"#)
        )
    }()
}
