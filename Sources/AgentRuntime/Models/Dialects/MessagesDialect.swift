/// Anthropic's Messages.
///
/// Source: `anthropic-sdk-python` `types`, version 2023-06-01. Roles alternate, beginning with the user's; the results
/// of a step's calls stand together at the head of one user message; no text block is blank.
package struct MessagesDialect: Dialect {
    /// What a step may write where the configuration does not say; the format demands a number.
    static let outputTokensDefault = 4096

    package init() {}

    package func address(_ base: String) -> String { Self.address(base, path: "/messages", keepsPath: false) }

    package func fields(key: String?) -> [(name: String, value: String)] {
        [("anthropic-version", "2023-06-01")] + (key.map { [("x-api-key", $0)] } ?? [])
    }

    package func body(
        _ transcript: Transcript,
        tools: WrittenTools,
        model: String,
        outputTokensMax: Int?
    ) -> [UInt8] {
        var messages: [(role: String, blocks: [JSONValue])] = []
        for entry in transcript.entries {
            let (role, blocks) = Self.blocks(entry)
            guard !blocks.isEmpty else { continue }
            if messages.last?.role == role {
                messages[messages.count - 1].blocks += blocks
            } else {
                messages.append((role, blocks))
            }
        }
        var body: JSONObject = [
            "model": .string(model),
            "max_tokens": .integer(outputTokensMax ?? Self.outputTokensDefault),
            "messages": .array(messages.map { ["role": .string($0.role), "content": .array($0.blocks)] }),
            "stream": true,
        ]
        if !transcript.system.isEmpty { body["system"] = .string(transcript.system) }
        if let choice = transcript.choice { body["tool_choice"] = ["type": "tool", "name": .string(choice)] }
        return bytes(of: body, with: tools)
    }

    package func list(_ tools: [Transcript.Tool]) -> JSONValue {
        .array(
            tools.map { tool in
                [
                    "name": .string(tool.name),
                    "description": .string(tool.purpose),
                    "input_schema": tool.parameters,
                ]
            }
        )
    }

    private static func blocks(_ entry: Transcript.Entry) -> (role: String, blocks: [JSONValue]) {
        switch entry {
        case .user(let text): return ("user", block(text))
        case .results(let results):
            let blocks: [JSONValue] = results.map { result in
                var block: JSONObject = [
                    "type": "tool_result",
                    "tool_use_id": .string(result.id),
                    "content": .string(result.content),
                ]
                if result.isError { block["is_error"] = true }
                return .object(block)
            }
            return ("user", blocks)
        case .assistant(let text, let calls):
            let uses: [JSONValue] = calls.map { call in
                [
                    "type": "tool_use",
                    "id": .string(call.id),
                    "name": .string(call.name),
                    "input": .object(call.arguments),
                ]
            }
            return ("assistant", block(text) + uses)
        }
    }

    private static func block(_ text: String) -> [JSONValue] {
        text.allSatisfy(\.isWhitespace) ? [] : [["type": "text", "text": .string(text)]]
    }

    package func reader() -> any ReplyReader { MessagesReader() }
}

/// Reads a message.
struct MessagesReader: ReplyReader {
    private var calls = CallGathering()
    private var usage: (input: Int, output: Int)?
    private var finish: FinishReason?
    private(set) var isDone = false

    mutating func take(_ event: ServerSentEventParser.Lent, into parts: inout [ReplyPart]) throws(BackendError) {
        guard !isDone else { return }
        parts += event.isText("[DONE]") ? try end() : try take(event)
    }

    private mutating func take(_ event: ServerSentEventParser.Lent) throws(BackendError) -> [ReplyPart] {
        let data = try event.document()
        switch data["type"]?.string ?? event.type {
        case "message_start":
            count(data["message"]?["usage"])
            return []
        case "content_block_start": return try begin(data["content_block"], place: data["index"]?.int ?? 0)
        case "content_block_delta":
            guard let delta = data["delta"] else { return [] }
            switch delta["type"]?.string {
            case "text_delta": return Self.part(delta["text"]?.string)
            case "input_json_delta":
                let fragment = delta["partial_json"]?.string
                try calls.take(place: data["index"]?.int ?? 0, id: nil, name: nil, arguments: fragment)
                return []
            default: return []
            }
        case "message_delta":
            count(data["usage"])
            if let reason = data["delta"]?["stop_reason"]?.string { finish = reasonFor(reason) }
            return []
        case "message_stop": return try end()
        case "error": throw BackendError(inReply: data["error"] ?? data)
        default: return []
        }
    }

    mutating func take(whole document: JSONValue) throws(BackendError) -> [ReplyPart] {
        guard let blocks = document["content"]?.array else {
            throw BackendError(.unreadable, "the reply has no content")
        }
        var parts: [ReplyPart] = []
        for (place, block) in blocks.enumerated() { parts += try begin(block, place: place) }
        count(document["usage"])
        finish = document["stop_reason"]?.string.map(reasonFor) ?? (calls.isEmpty ? .stop : .toolCalls)
        return parts + (try end())
    }

    mutating func end() throws(BackendError) -> [ReplyPart] {
        guard let finish else { throw BackendError(.cut, "the reply ended without a stop reason") }
        isDone = true
        var parts = calls.calls.map(ReplyPart.call)
        if let usage { parts.append(.usage(inputTokens: usage.input, outputTokens: usage.output)) }
        return parts + [.finished(finish)]
    }

    /// A block begins, or stands there whole; kinds that are not known (thinking) are passed over.
    private mutating func begin(_ block: JSONValue?, place: Int) throws(BackendError) -> [ReplyPart] {
        switch block?["type"]?.string {
        case "text": return Self.part(block?["text"]?.string)
        case "tool_use":
            let input = block?["input"]?.object.flatMap { $0.isEmpty ? nil : JSONValue.object($0).text }
            try calls.take(
                place: place,
                id: block?["id"]?.string,
                name: block?["name"]?.string,
                arguments: input
            )
            return []
        default: return []
        }
    }

    /// Counts are cumulative; what was read from or written to a cache was read all the same.
    private mutating func count(_ counted: JSONValue?) {
        guard let counted else { return }
        let names = ["input_tokens", "cache_creation_input_tokens", "cache_read_input_tokens"]
        let input = names.reduce(0) { $0 + max(0, counted[$1]?.int ?? 0) }
        let output = max(0, counted["output_tokens"]?.int ?? 0)
        guard input > 0 || output > 0 || usage != nil else { return }
        usage = (max(usage?.input ?? 0, input), max(usage?.output ?? 0, output))
    }

    private func reasonFor(_ reason: String) -> FinishReason {
        switch reason {
        case "max_tokens", "model_context_window_exceeded": .length
        case "tool_use": calls.isEmpty ? .stop : .toolCalls
        case "refusal": .refusal
        default: .stop
        }
    }

    private static func part(_ text: String?) -> [ReplyPart] {
        guard let text, !text.isEmpty else { return [] }
        return [.text(text)]
    }
}
