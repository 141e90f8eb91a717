/// A model's request to run a tool.
package struct ToolCall: Sendable, Hashable {
    package var id: ToolCallID
    package var name: String
    package var arguments: JSONObject
    /// The identifier that the model gave the call; `id` is the runtime's own, because models repeat theirs.
    package var wireID: String?
    /// What makes the call one that cannot be run; it is answered with this instead, for the model to mend.
    package var defect: ToolCallDefect?

    package init(
        id: ToolCallID,
        name: String,
        arguments: JSONObject,
        wireID: String? = nil,
        defect: ToolCallDefect? = nil
    ) {
        self.id = id
        self.name = name
        self.arguments = arguments
        self.wireID = wireID
        self.defect = defect
    }
}

/// What is wrong with a call that a model wrote.
package struct ToolCallDefect: Sendable, Hashable {
    package var code: String
    /// What is wrong and how to mend it, for the model.
    package var message: String

    package init(code: String, message: String) {
        self.code = code
        self.message = message
    }

    /// The code of arguments that are no JSON object.
    package static let malformedArguments = "malformed_arguments"
}

/// What came of a tool call.
package struct ToolResult: Sendable, Hashable {
    /// What the model reads.
    ///
    /// Figures are JSON numbers with their exact literal.
    package var content: JSONValue
    /// What an answer built on this result must cite.
    package var citations: [Citation]
    /// Whether `content` is an explanation of what went wrong, `{"code", "message", …}`, for the model to mend.
    package var isError: Bool
    /// What this very result is to be taken for; what its tool declares where `nil`.
    package var label: DataLabel?

    package init(
        content: JSONValue,
        citations: [Citation] = [],
        isError: Bool = false,
        label: DataLabel? = nil
    ) {
        self.content = content
        self.citations = citations
        self.isError = isError
        self.label = label
    }

    /// The result without what the rules find in its words.
    func redacted(by redaction: Redaction) -> ToolResult {
        var result = self
        result.content = redaction.redacted(content)
        for index in result.citations.indices {
            result.citations[index].text = redaction.redacted(result.citations[index].text)
        }
        return result
    }

    /// A result that says what was wrong with the call, and what would be right.
    package static func failure(_ code: String, _ message: String, _ more: JSONObject = [:]) -> ToolResult {
        var content: JSONObject = ["code": .string(code), "message": .string(message)]
        for member in more { content[member.name] = member.value }
        return ToolResult(content: .object(content), isError: true)
    }

    /// What the runtime itself says about a call: no tool had a part in its words, so they taint nothing.
    package static func ownFailure(_ code: String, _ message: String, _ more: JSONObject = [:]) -> ToolResult {
        var result = failure(code, message, more)
        result.label = .clean
        return result
    }
}

/// How a tool call ended; the wire's `tool_calls[].status`.
package enum ToolCallStatus: String, Sendable, Hashable {
    case completed
    case failed
    case denied
    case awaitingApproval = "awaiting_approval"
}
