internal import AgentRuntime

/// What a chat completion asks: the last message is the question, all before it is history.
///
/// Whatever role a message names, it comes from the client: it has the user's trust and never the system's. Words of
/// other roles than `assistant` count as the user's.
struct OpenAIRequest: Sendable {
    var model: String
    var history: [HistoryTurn] = []
    var question: String
    var isStream: Bool
    var includesUsage: Bool

    static let roles = ["system", "developer", "user", "assistant", "tool", "function"]

    static let schema: JSONValue = {
        let part: JSONValue = [
            "type": "object", "required": ["type"],
            "properties": ["type": WireSchema.string, "text": WireSchema.string],
        ]
        let message: JSONValue = [
            "type": "object", "required": ["role"],
            "properties": [
                "role": WireSchema.oneOf(roles),
                "content": ["type": ["string", "array", "null"], "items": part],
            ],
        ]
        return [
            "type": "object", "required": ["model", "messages"],
            "properties": [
                "model": ["type": "string", "minLength": 1],
                "messages": ["type": "array", "minItems": 1, "maxItems": 2000, "items": message],
                "stream": ["type": ["boolean", "null"]],
                "stream_options": ["type": ["object", "null"], "properties": ["include_usage": WireSchema.boolean]],
                "n": ["type": ["integer", "null"], "minimum": 1],
                "tools": ["type": ["array", "null"]],
                "tool_choice": ["type": ["string", "object", "null"]],
                "response_format": ["type": ["object", "null"]],
                "logprobs": ["type": ["boolean", "null"]],
            ],
        ]
    }()

    /// Reads a body that the route has checked.
    ///
    /// - Throws: `invalid_argument` that names what cannot be done here.
    init(_ body: JSONValue) throws(AgentError) {
        model = body["model"]?.string ?? ""
        isStream = body["stream"]?.bool ?? false
        includesUsage = body["stream_options"]?["include_usage"]?.bool ?? false
        question = ""
        try Self.refuseUnserved(body)
        try read(body["messages"]?.array ?? [])
    }

    private static func refuseUnserved(_ body: JSONValue) throws(AgentError) {
        if (body["n"]?.int ?? 1) != 1 { throw refusal("n", "only one choice is made; n must be 1") }
        if body["logprobs"]?.bool == true { throw refusal("logprobs", "there are no log probabilities to give") }
        let format = body["response_format"]?["type"]?.string ?? "text"
        if format != "text" { throw refusal("response_format", "answers are text; \(format) is not served") }
        // Tools of the client are never called: the agent has tools of its own. Who insists is told so.
        let choice = body["tool_choice"]
        if let choice, !choice.isNull, !["none", "auto"].contains(choice.string ?? "") {
            throw refusal("tool_choice", "tools of the request are not called; it must be none or auto")
        }
    }

    private mutating func read(_ messages: [JSONValue]) throws(AgentError) {
        var said: [String] = []
        for (index, message) in messages.enumerated() {
            let text = try Self.text(message["content"] ?? .null, of: index)
            if message["role"]?.string == "assistant" {
                // A call of a tool, without words.
                guard !text.isEmpty else { continue }
                history.append(HistoryTurn(message: said.joined(separator: "\n\n"), answer: text))
                said = []
            } else if index == messages.count - 1 {
                question = text
            } else if !text.isEmpty {
                said.append(text)
            }
        }
        guard messages.last?["role"]?.string == "user", !question.allSatisfy(\.isWhitespace) else {
            throw Self.refusal("messages", "the last message must be the user's and have a text")
        }
        if !said.isEmpty { history.append(HistoryTurn(message: said.joined(separator: "\n\n"), answer: "")) }
    }

    private static func text(_ content: JSONValue, of index: Int) throws(AgentError) -> String {
        guard let parts = content.array else { return content.string ?? "" }
        var texts: [String] = []
        for part in parts {
            guard part["type"]?.string == "text", let text = part["text"]?.string else {
                throw refusal("messages", "message \(index) has a part that is not text; only text is read")
            }
            texts.append(text)
        }
        return texts.joined(separator: "\n")
    }

    private static func refusal(_ field: String, _ words: String) -> AgentError {
        AgentError(
            .invalidArgument,
            "The request cannot be served as it is.",
            details: [AgentError.Detail(field: field, message: words)]
        )
    }
}
