/// A turn's answer as a whole, gathered from its events: what a client gets that does not want a stream.
package struct Answer: Sendable {
    package struct CallSummary: Sendable {
        package var call: ToolCall
        package var status: ToolCallStatus
        package var milliseconds: Int
    }

    package private(set) var content = ""
    /// As listed by every profile, numbered from 0.
    package private(set) var citations: [JSONValue] = []
    package private(set) var charts: [JSONValue] = []
    package private(set) var suggestedActions: [JSONValue] = []
    package private(set) var calls: [CallSummary] = []
    /// What waits for a person, in the order in which it was asked for.
    package private(set) var approvals: [ApprovalNotice] = []
    package private(set) var failure: TurnFailure?
    /// How it ended; `nil` while it runs.
    package private(set) var summary: TurnSummary?
    package private(set) var startedAt: Timestamp?

    package init() {}

    /// Takes the next event; events come in the order of their numbers.
    package mutating func take(_ event: TurnEvent) {
        switch event {
        case .started(let at): startedAt = at
        case .text(let text): content += text
        case .toolStarted: break
        case .toolFinished(let call, let status, let milliseconds):
            calls.append(CallSummary(call: call, status: status, milliseconds: milliseconds))
        case .approvalRequired(let notice): approvals.append(notice)
        case .citation(let number, let citation): citations.append(citation.json(number: number))
        case .chart(let chart): charts.append(chart)
        case .suggestedActions(let actions): suggestedActions += actions
        case .failed(let failure): self.failure = failure
        case .completed(let summary): self.summary = summary
        }
    }

    /// Tool calls as `{id, name, arguments, status, duration_ms}`.
    package var toolCalls: [JSONValue] {
        calls.map { call in
            [
                "id": .string(call.call.id.rawValue),
                "name": .string(call.call.name),
                "arguments": .object(call.call.arguments),
                "status": .string(call.status.rawValue),
                "duration_ms": .integer(call.milliseconds),
            ]
        }
    }
}

/// Gathers a turn's events until its end.
package final class AnswerCollector: TurnWatcher {
    private struct State {
        var answer = Answer()
        var isEnded = false
        var waiter: CheckedContinuation<Answer, Never>?
    }

    private let state = Guarded(State())

    package init() {}

    package func deliver(_ events: [NumberedEvent]) {
        state.with { state in
            for event in events { state.answer.take(event.event) }
        }
    }

    package func ended() {
        let (waiter, answer) = state.with { state in
            state.isEnded = true
            defer { state.waiter = nil }
            return (state.waiter, state.answer)
        }
        waiter?.resume(returning: answer)
    }

    /// The whole answer, once the turn has ended.
    ///
    /// Asked for once.
    package func answer() async -> Answer {
        await withCheckedContinuation { continuation in
            let answer = state.with { state -> Answer? in
                guard state.isEnded else {
                    state.waiter = continuation
                    return nil
                }
                return state.answer
            }
            if let answer { continuation.resume(returning: answer) }
        }
    }
}
