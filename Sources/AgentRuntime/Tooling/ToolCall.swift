/// A model's request to run a tool.
package struct ToolCall: Sendable, Hashable {
    package var id: ToolCallID
    package var name: String
    package var arguments: JSONObject

    package init(id: ToolCallID, name: String, arguments: JSONObject) {
        self.id = id
        self.name = name
        self.arguments = arguments
    }
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

    package init(content: JSONValue, citations: [Citation] = [], isError: Bool = false) {
        self.content = content
        self.citations = citations
        self.isError = isError
    }

    /// A result that says what was wrong with the call, and what would be right.
    package static func failure(_ code: String, _ message: String, _ more: JSONObject = [:]) -> ToolResult {
        var content: JSONObject = ["code": .string(code), "message": .string(message)]
        for member in more { content[member.name] = member.value }
        return ToolResult(content: .object(content), isError: true)
    }
}

/// How a tool call ended; the wire's `tool_calls[].status`.
package enum ToolCallStatus: String, Sendable, Hashable {
    case completed
    case failed
    case denied
    case awaitingApproval = "awaiting_approval"
}
