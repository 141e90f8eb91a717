/// What was seen of one turn: all that an assertion may speak of.
package struct Observation: Sendable, Hashable {
    /// A tool call with what came of it.
    package struct Call: Sendable, Hashable {
        package var name: String
        package var arguments: JSONObject
        package var status: ToolCallStatus
        package var effect: ToolEffect
        /// What the tool said.
        package var content: JSONValue
        /// Where the result comes from (`ledger`, `article`, `email`, …).
        package var sources: [String]

        package init(
            name: String,
            arguments: JSONObject,
            status: ToolCallStatus,
            effect: ToolEffect = .read,
            content: JSONValue = .null,
            sources: [String] = []
        ) {
            self.name = name
            self.arguments = arguments
            self.status = status
            self.effect = effect
            self.content = content
            self.sources = sources
        }
    }

    package var message: String
    package var content: String
    package var status: TurnStatus
    package var citations: [JSONValue]
    package var charts: [JSONValue]
    package var suggestedActions: [JSONValue]
    package var calls: [Call]
    package var usage: Usage
    package var isDegraded: Bool
    package var ungrounded: [JSONValue]
    /// What went wrong, for a failed turn.
    package var failure: String?
    /// From the message to its first text; `nil` when there was none.
    package var firstText: Duration?
    /// From the message to the turn's end.
    package var duration: Duration
    /// Whether the journal's chain held after the turn.
    package var isChainIntact: Bool
    /// Calls of earlier turns of the conversation, oldest first.
    package var earlierCalls: [Call]

    package init(
        message: String,
        content: String,
        status: TurnStatus = .completed,
        citations: [JSONValue] = [],
        charts: [JSONValue] = [],
        suggestedActions: [JSONValue] = [],
        calls: [Call] = [],
        usage: Usage = Usage(),
        isDegraded: Bool = false,
        ungrounded: [JSONValue] = [],
        failure: String? = nil,
        firstText: Duration? = nil,
        duration: Duration = .zero,
        isChainIntact: Bool = true,
        earlierCalls: [Call] = []
    ) {
        self.message = message
        self.content = content
        self.status = status
        self.citations = citations
        self.charts = charts
        self.suggestedActions = suggestedActions
        self.calls = calls
        self.usage = usage
        self.isDegraded = isDegraded
        self.ungrounded = ungrounded
        self.failure = failure
        self.firstText = firstText
        self.duration = duration
        self.isChainIntact = isChainIntact
        self.earlierCalls = earlierCalls
    }

    /// The turn as JSON: what a path of an assertion walks, and what a report shows of a failure.
    ///
    /// It holds no times and no identifiers that differ from run to run.
    package var json: JSONValue {
        [
            "message": .string(message),
            "content": .string(content),
            "status": .string(status.rawValue),
            "citations": .array(citations),
            "charts": .array(charts),
            "suggested_actions": .array(suggestedActions),
            "tool_calls": .array(
                calls.map { call in
                    [
                        "name": .string(call.name), "arguments": .object(call.arguments),
                        "status": .string(call.status.rawValue), "result": call.content,
                    ]
                }
            ),
            "usage": [
                "input_tokens": .integer(usage.inputTokens), "output_tokens": .integer(usage.outputTokens),
                "cost": .exact(usage.cost.exact),
            ],
            "degraded": .bool(isDegraded),
            "ungrounded": .array(ungrounded),
            "error": .optional(failure),
        ]
    }
}
