/// All that a model may know when it is asked for the next step of a turn.
package struct ModelRequest: Sendable {
    package var principal: Principal
    package var settings: TenantSettings
    package var session: SessionID
    package var turn: TurnID
    /// Ended turns of the conversation, oldest first.
    package var history: [HistoryTurn]
    /// The user's message of this turn.
    package var message: String
    /// What the client says it shows (current view, visible figures); JSON as sent, never instructions.
    package var context: JSONValue
    /// The steps of this turn that are done, oldest first.
    package var steps: [CompletedStep]
    /// The tools that the principal may use, sorted by name.
    package var tools: [ToolDeclaration]
    /// The agent that the conversation is held with (`prompts/system`); `nil` for the usual one.
    package var agent: String?
    /// What the conversation has read until now, joined.
    package var label: DataLabel

    package init(
        principal: Principal,
        settings: TenantSettings,
        session: SessionID,
        turn: TurnID,
        history: [HistoryTurn] = [],
        message: String,
        context: JSONValue = .null,
        steps: [CompletedStep] = [],
        tools: [ToolDeclaration] = [],
        agent: String? = nil,
        label: DataLabel = .clean
    ) {
        self.principal = principal
        self.settings = settings
        self.session = session
        self.turn = turn
        self.history = history
        self.message = message
        self.context = context
        self.steps = steps
        self.tools = tools
        self.agent = agent
        self.label = label
    }
}

/// A turn that has ended, as later ones see it.
package struct HistoryTurn: Sendable, Hashable {
    package var message: String
    package var answer: String
    /// What the model noted in that turn, in order.
    package var notes: [JSONValue]
    /// The steps with their calls and results.
    package var steps: [CompletedStep]

    package init(message: String, answer: String, notes: [JSONValue] = [], steps: [CompletedStep] = []) {
        self.message = message
        self.answer = answer
        self.notes = notes
        self.steps = steps
    }
}

/// One planner or model call and the tool calls it asked for, each with its result.
package struct CompletedStep: Sendable, Hashable {
    /// What the model wrote before its calls.
    package var text: String
    package var notes: [JSONValue]
    /// Figures of the text that no result gives.
    package var ungrounded: [String]
    package var calls: [CompletedCall]

    package init(
        text: String = "",
        notes: [JSONValue] = [],
        ungrounded: [String] = [],
        calls: [CompletedCall] = []
    ) {
        self.text = text
        self.notes = notes
        self.ungrounded = ungrounded
        self.calls = calls
    }
}

/// A tool call joined with what came of it; a call without a result never reaches a model.
package struct CompletedCall: Sendable, Hashable {
    package var call: ToolCall
    package var status: ToolCallStatus
    package var result: ToolResult
    package var duration: Duration
    /// The business date that the tool took for today; `nil` when it did not get as far.
    package var asOf: CalendarDate?

    package init(
        call: ToolCall,
        status: ToolCallStatus,
        result: ToolResult,
        duration: Duration,
        asOf: CalendarDate? = nil
    ) {
        self.call = call
        self.status = status
        self.result = result
        self.duration = duration
        self.asOf = asOf
    }
}
