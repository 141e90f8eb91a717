/// One entry of a turn's ordered list of events: what a client is shown, in the words of no profile.
///
/// The events of a turn are numbered 0, 1, 2, … without gaps. They are the same, with the same numbers, whether
/// they are watched live, resumed after a cut, or read years later from the journal.
package enum TurnEvent: Sendable, Hashable {
    /// The turn began; the user's message is durable.
    case started(at: Timestamp)
    /// A piece of the answer's text.
    case text(String)
    case toolStarted(ToolCall)
    case toolFinished(ToolCall, ToolCallStatus, milliseconds: Int)
    /// A call waits for a person; the turn ends with `awaitingApproval`.
    case approvalRequired(ApprovalNotice)
    /// What the text so far rests on; citations of a turn are numbered from 0.
    case citation(number: Int, Citation)
    case chart(JSONValue)
    case suggestedActions([JSONValue])
    /// The turn could not be answered; `completed` follows.
    case failed(TurnFailure)
    /// The one last event of every turn.
    case completed(TurnSummary)

    /// Whether the event is part of the streamed answer, so that it goes through the tail before it is shown;
    /// the others are shown when their record is durable.
    package var isStreamed: Bool {
        switch self {
        case .text, .citation, .chart, .suggestedActions: true
        case .started, .toolStarted, .toolFinished, .approvalRequired, .failed, .completed: false
        }
    }
}

/// What a client is told of a call that waits for a person.
package struct ApprovalNotice: Sendable, Hashable {
    package var approval: ApprovalID
    package var call: ToolCall
    package var reason: String
    package var expiresAt: Timestamp

    package init(approval: ApprovalID, call: ToolCall, reason: String, expiresAt: Timestamp) {
        self.approval = approval
        self.call = call
        self.reason = reason
        self.expiresAt = expiresAt
    }

    /// `nil` for a request that is about no call.
    package init?(_ request: ApprovalRequest) {
        guard let call = request.call else { return nil }
        self.init(approval: request.id, call: call, reason: request.reason, expiresAt: request.expiresAt)
    }

    /// As every profile shows it.
    package var json: JSONObject {
        [
            "approval_id": .string(approval.rawValue), "tool": .string(call.name), "arguments": .object(call.arguments),
            "call_id": .string(call.id.rawValue), "reason": .string(reason), "expires_at": .string(expiresAt.iso8601),
        ]
    }
}

/// An event with its number within the turn.
package struct NumberedEvent: Sendable, Hashable {
    package var index: Int
    package var event: TurnEvent

    package init(index: Int, event: TurnEvent) {
        self.index = index
        self.event = event
    }
}

/// How a turn ended.
package enum TurnStatus: String, Sendable, Hashable {
    case completed
    case cancelled
    /// The process ended in mid-answer and the answer could not be continued; what was shown is kept.
    case interrupted
    case failed
    case awaitingApproval = "awaiting_approval"
}

/// Why a turn failed, in words for the user.
package struct TurnFailure: Error, Sendable, Hashable {
    package var code: String
    package var message: String
    package var isRetryable: Bool

    package init(code: String, message: String, isRetryable: Bool) {
        self.code = code
        self.message = message
        self.isRetryable = isRetryable
    }

    package init(_ error: AgentError) {
        self.init(code: error.code.rawValue, message: error.message, isRetryable: error.isRetryable)
    }
}

/// What the last event of a turn says of the whole.
package struct TurnSummary: Sendable, Hashable {
    package var status: TurnStatus
    package var usage: Usage
    package var milliseconds: Int
    /// A model is configured but the offline planner had to answer.
    package var isDegraded: Bool
    /// Figures in the answer that no tool result gives.
    package var ungrounded: [JSONValue]

    package init(
        status: TurnStatus,
        usage: Usage = Usage(),
        milliseconds: Int = 0,
        isDegraded: Bool = false,
        ungrounded: [JSONValue] = []
    ) {
        self.status = status
        self.usage = usage
        self.milliseconds = milliseconds
        self.isDegraded = isDegraded
        self.ungrounded = ungrounded
    }
}
