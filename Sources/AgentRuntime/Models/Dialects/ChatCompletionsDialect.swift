/// OpenAI's Chat Completions, as many servers speak it.
///
/// Source: `openai-python` `types/chat`. Sent is what every server understands; read is what they are known to add,
/// leave out or repeat.
package struct ChatCompletionsDialect: Dialect {
    package init() {}

    package func address(_ base: String) -> String { Self.address(base, path: "/chat/completions", keepsPath: true) }

    package func fields(key: String?) -> [(name: String, value: String)] {
        key.map { [("Authorization", "Bearer \($0)")] } ?? []
    }

    package func body(
        _ transcript: Transcript,
        tools: WrittenTools,
        model: String,
        outputTokensMax: Int?
    ) -> [UInt8] {
        var messages: [JSONValue] = []
        if !transcript.system.isEmpty { messages.append(["role": "system", "content": .string(transcript.system)]) }
        for entry in transcript.entries { messages += Self.messages(entry) }
        var body: JSONObject = [
            "model": .string(model),
            "messages": .array(messages),
            "stream": true,
            "stream_options": ["include_usage": true],
        ]
        if let outputTokensMax { body["max_tokens"] = .integer(outputTokensMax) }
        if let choice = transcript.choice {
            body["tool_choice"] = ["type": "function", "function": ["name": .string(choice)]]
        }
        return bytes(of: body, with: tools)
    }

    package func list(_ tools: [Transcript.Tool]) -> JSONValue {
        .array(
            tools.map { tool in
                let function: JSONValue = [
                    "name": .string(tool.name),
                    "description": .string(tool.purpose),
                    "parameters": tool.parameters,
                ]
                return ["type": "function", "function": function]
            }
        )
    }

    private static func messages(_ entry: Transcript.Entry) -> [JSONValue] {
        switch entry {
        case .user(let text): return [["role": "user", "content": .string(text)]]
        case .results(let results):
            return results.map { result in
                ["role": "tool", "tool_call_id": .string(result.id), "content": .string(result.content)]
            }
        case .assistant(let text, let calls):
            // An empty text, never `null` nor nothing: there are servers that refuse either (llama.cpp's, DeepSeek's).
            var message: JSONObject = ["role": "assistant", "content": .string(text)]
            if !calls.isEmpty {
                message["tool_calls"] = .array(
                    calls.map { call in
                        let function: JSONValue = [
                            "name": .string(call.name),
                            "arguments": .string(JSONValue.object(call.arguments).text),
                        ]
                        return ["id": .string(call.id), "type": "function", "function": function]
                    }
                )
            }
            return [.object(message)]
        }
    }

    package func reader() -> any ReplyReader { ChatCompletionsReader() }
}

/// Reads a chat completion.
struct ChatCompletionsReader: ReplyReader {
    private var calls = CallGathering()
    private var usage: (input: Int, output: Int)?
    private var finish: FinishReason?
    private var isRefused = false
    private(set) var isDone = false
    /// The frame of this stream's pieces of text, once one has been read.
    private var frame: TextFrame?
    /// How often a frame is looked for: a server whose events all differ has none.
    private var framesLeft = 8

    mutating func take(_ event: ServerSentEventParser.Lent, into parts: inout [ReplyPart]) throws(BackendError) {
        guard !isDone else { return }
        if let text = frame?.text(of: event.data), !text.isEmpty { return parts.append(.text(text)) }
        guard !event.isText("[DONE]") else {
            parts += try end()
            return
        }
        let new = try take(try event.document(), member: "delta")
        if case .text? = new.first, new.count == 1, framesLeft > 0 {
            framesLeft -= 1
            // One that gives no frame (its text has escapes, say) leaves the one before, which may fit again.
            if let new = Self.frame(of: event.data) { frame = new }
        }
        parts += new
    }

    /// The frame of an event that has nothing but text: with another text in it, a new reader reads that text, and is
    /// as new as before.
    private static func frame(of data: UnsafeBufferPointer<UInt8>) -> TextFrame? {
        guard let frame = TextFrame(around: "content", in: data) else { return nil }
        let text = "a text"
        var reader = ChatCompletionsReader()
        // What cannot be read is no frame.
        guard let chunk = try? JSONValue(parsing: frame.filled(with: text)),
            let parts = try? reader.take(chunk, member: "delta"), parts == [.text(text)],
            reader.calls.isEmpty, reader.usage == nil, reader.finish == nil, !reader.isRefused
        else { return nil }
        return frame
    }

    mutating func take(whole document: JSONValue) throws(BackendError) -> [ReplyPart] {
        guard document["choices"]?.array?.isEmpty == false else {
            throw BackendError(.unreadable, "the reply has no choices")
        }
        let parts = try take(document, member: "message")
        // The document is whole, so a reason that is missing takes nothing away.
        if finish == nil { finish = calls.isEmpty ? .stop : .toolCalls }
        return parts + (try end())
    }

    mutating func end() throws(BackendError) -> [ReplyPart] {
        guard let finish else { throw BackendError(.cut, "the reply ended without a finish reason") }
        isDone = true
        var parts = calls.calls.map(ReplyPart.call)
        if let usage { parts.append(.usage(inputTokens: usage.input, outputTokens: usage.output)) }
        return parts + [.finished(isRefused ? .refusal : finish)]
    }

    private mutating func take(_ chunk: JSONValue, member: String) throws(BackendError) -> [ReplyPart] {
        if let error = chunk["error"], !error.isNull { throw BackendError(inReply: error) }
        if let counted = chunk["usage"], let input = counted["prompt_tokens"]?.int {
            usage = (max(0, input), max(0, counted["completion_tokens"]?.int ?? 0))
        }
        guard let choice = chunk["choices"]?.array?.first(where: { $0["index"]?.int ?? 0 == 0 }) else { return [] }
        var parts: [ReplyPart] = []
        if let delta = choice[member] {
            let text = Self.text(delta["content"])
            if !text.isEmpty { parts.append(.text(text)) }
            if let refusal = delta["refusal"]?.string, !refusal.isEmpty {
                isRefused = true
                parts.append(.text(refusal))
            }
            for (offset, call) in (delta["tool_calls"]?.array ?? []).enumerated() {
                let function = call["function"]
                try calls.take(
                    place: call["index"]?.int ?? (member == "message" ? offset : nil),
                    id: call["id"]?.string,
                    name: function?["name"]?.string,
                    // Some servers give an object where the format wants its text.
                    arguments: function?["arguments"]?.string
                        ?? function?["arguments"]?.object.map {
                            JSONValue.object($0).text
                        }
                )
            }
        }
        if let reason = choice["finish_reason"]?.string {
            switch reason {
            case "length": finish = .length
            case "tool_calls", "function_call": finish = calls.isEmpty ? .stop : .toolCalls
            case "content_filter": finish = .refusal
            case "error": throw BackendError(.broken, "the model ended with an error")
            default: finish = .stop
            }
        }
        return parts
    }

    /// A text, or the texts of a list of parts.
    private static func text(_ content: JSONValue?) -> String {
        if let text = content?.string { return text }
        return (content?.array ?? []).compactMap { $0["text"]?.string }.joined()
    }
}
