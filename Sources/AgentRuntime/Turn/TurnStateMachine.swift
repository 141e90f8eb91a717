/// What a turn can do, as a value: inputs in, actions out, no clock, no socket, no waiting.
///
/// A turn is a series of steps. Each step asks the model once; its stream is shown as it comes; when it ends with
/// tool calls they are recorded, run side by side, recorded again, and the next step begins. The turn ends with an
/// answer, a failure, a limit, or a stop. `TurnRunner` performs the actions in the order given and feeds back what
/// came of them.
///
/// A turn that a crash cut short is taken up again by giving the machine the steps that are on record and the events
/// of the unfinished step that were already shown: a model that repeats itself exactly continues behind them, any
/// other first difference ends the turn as interrupted.
package struct TurnStateMachine: Sendable {
    private enum State {
        case ready
        case asking(StepDraft)
        case calling(StepDraft, results: [ToolCallID: CompletedCall])
        case ended
    }

    private var state = State.ready
    private let limits: TurnLimits
    /// Steps that are done, oldest first; what the next model call is shown.
    package private(set) var steps: [CompletedStep]
    package private(set) var usage: Usage
    /// Some step was answered by another model than was meant to.
    package private(set) var isDegraded: Bool
    /// Steps whose calls had arguments that are no JSON object.
    private var malformedSteps: Int
    private var toolCallCount: Int
    private var answerByteCount: Int
    private var citationCount: Int
    private var expected: ArraySlice<TurnEvent>

    /// Begins a turn, or takes one up again.
    ///
    /// `steps` are those on record, each call with its result; `shown` is every streamed event shown so far in the
    /// turn, the last `repeating` of which belong to the step that is not on record.
    package init(
        limits: TurnLimits,
        steps: [CompletedStep] = [],
        usage: Usage = Usage(),
        shown: [TurnEvent] = [],
        repeating: Int = 0,
        isDegraded: Bool = false
    ) {
        self.limits = limits
        self.steps = steps
        self.usage = usage
        self.isDegraded = isDegraded
        malformedSteps = steps.count { $0.calls.contains { $0.call.isMalformed } }
        toolCallCount = steps.reduce(0) { $0 + $1.calls.count }
        let kept = shown.dropLast(repeating)
        expected = shown.suffix(repeating)
        answerByteCount = kept.reduce(0) { $0 + $1.textByteCount }
        citationCount = kept.count { if case .citation = $0 { true } else { false } }
    }

    package var isEnded: Bool { if case .ended = state { true } else { false } }

    /// Starts the first step, or the one after those on record.
    package mutating func begin() -> [TurnAction] {
        guard case .ready = state else { preconditionFailure("a turn begins once") }
        if let step = steps.last, step.isAwaitingApproval { return awaitApproval(step) }
        return ask()
    }

    /// Begins a turn that goes on with a call which people have decided about.
    package mutating func begin(continuing call: ToolCall) -> [TurnAction] {
        guard case .ready = state else { preconditionFailure("a turn begins once") }
        var draft = StepDraft(number: steps.count)
        draft.calls = [call]
        draft.finish = .toolCalls
        toolCallCount += 1
        state = .calling(draft, results: [:])
        return [.recordStep(draft), .runTools([call])]
    }

    /// Takes up a turn whose last recorded step has calls without results: only those are run.
    package mutating func begin(calling step: StepDraft, completed: [CompletedCall]) -> [TurnAction] {
        guard case .ready = state else { preconditionFailure("a turn begins once") }
        let results = Dictionary(uniqueKeysWithValues: completed.map { ($0.call.id, $0) })
        toolCallCount += step.calls.count
        state = .calling(step, results: results)
        let missing = step.calls.filter { results[$0.id] == nil }
        return missing.isEmpty ? finishStep() : [.runTools(missing)]
    }

    /// Takes what the model said since the last call.
    package mutating func receive(_ events: [ModelEvent]) -> [TurnAction] {
        guard case .asking(var draft) = state else { return [] }
        var shown: [TurnEvent] = []
        for event in events {
            guard draft.finish == nil else {
                return fail(AgentError(.modelFailed, "The model went on after it had finished.", isRetryable: true))
            }
            switch event {
            case .answering(let origin):
                draft.origin = origin
                if origin.isDegraded { isDegraded = true }
            case .text(let text):
                guard !text.isEmpty else { continue }
                draft.text += text
                answerByteCount += text.utf8.count
                shown.append(.text(text))
            case .citation(let citation):
                shown.append(.citation(number: citationCount, citation))
                citationCount += 1
            case .chart(let chart): shown.append(.chart(chart))
            case .suggestedActions(let actions): shown.append(.suggestedActions(actions))
            case .toolCall(let call): draft.calls.append(call)
            case .note(let note): draft.notes.append(note)
            case .ungrounded(let figure): draft.ungrounded.append(figure)
            case .usage(let more): draft.usage = draft.usage.adding(more)
            case .finished(let reason): draft.finish = reason
            }
        }
        state = .asking(draft)
        var actions: [TurnAction] = []
        let fresh = withoutRepeats(shown)
        guard let fresh else {
            return end(.interrupted)
        }
        if !fresh.isEmpty { actions.append(.show(fresh)) }
        if answerByteCount > limits.answerBytes {
            actions += fail(
                AgentError(.limitExceeded, "The answer grew beyond \(limits.answerBytes) bytes and was ended.")
            )
        }
        return actions
    }

    /// The model's stream came to its end.
    package mutating func modelEnded() -> [TurnAction] {
        guard case .asking(let draft) = state else { return [] }
        guard let finish = draft.finish else {
            return fail(AgentError(.modelFailed, "The model's answer was cut off before its end.", isRetryable: true))
        }
        guard expected.isEmpty else { return end(.interrupted) }
        guard !draft.calls.isEmpty else {
            switch finish {
            case .stop, .refusal: break
            case .length:
                return recorded(draft)
                    + fail(AgentError(.limitExceeded, "The model reached its limit of output before it had finished."))
            case .toolCalls:
                return fail(
                    AgentError(.modelFailed, "The model announced tool calls and made none.", isRetryable: true)
                )
            }
            usage = usage.adding(draft.usage)
            let outcome = outcome(.completed, nil, ungrounded(with: draft))
            state = .ended
            return [.recordStep(draft), .finish(outcome)]
        }
        let unique = Set(draft.calls.map(\.id))
        guard unique.count == draft.calls.count else {
            return fail(AgentError(.modelFailed, "The model gave two tool calls the same id.", isRetryable: true))
        }
        guard toolCallCount + draft.calls.count <= limits.toolCalls else {
            return fail(
                AgentError(.limitExceeded, "The answer needed more than \(limits.toolCalls) tool calls and was ended.")
            )
        }
        if draft.calls.contains(where: \.isMalformed) {
            malformedSteps += 1
            guard malformedSteps <= limits.malformedSteps else {
                let words = "The model went on writing tool arguments that are not JSON, and was ended."
                return recorded(draft) + fail(AgentError(.modelFailed, words, isRetryable: true))
            }
        }
        toolCallCount += draft.calls.count
        state = .calling(draft, results: [:])
        return [.recordStep(draft), .runTools(draft.calls)]
    }

    /// A tool call came to its end, whatever it was.
    package mutating func toolCompleted(_ call: CompletedCall) -> [TurnAction] {
        guard case .calling(let draft, var results) = state, results[call.call.id] == nil else { return [] }
        results[call.call.id] = call
        state = .calling(draft, results: results)
        let actions = [TurnAction.recordTool(call)]
        guard results.count == draft.calls.count else { return actions }
        return actions + finishStep()
    }

    /// The turn is to end now: asked to, out of time, or because something it needs has failed.
    package mutating func stop(_ status: TurnStatus, _ failure: TurnFailure? = nil) -> [TurnAction] {
        end(status, failure)
    }

    /// The model could not answer.
    package mutating func fail(_ error: AgentError) -> [TurnAction] {
        end(.failed, TurnFailure(error))
    }

    private mutating func ask() -> [TurnAction] {
        guard steps.count < limits.steps else {
            return fail(
                AgentError(.limitExceeded, "The answer needed more than \(limits.steps) steps and was ended.")
            )
        }
        state = .asking(StepDraft(number: steps.count))
        return [.askModel]
    }

    private mutating func finishStep() -> [TurnAction] {
        guard case .calling(let draft, let results) = state else { return [] }
        steps.append(
            CompletedStep(
                text: draft.text,
                notes: draft.notes,
                ungrounded: draft.ungrounded,
                calls: draft.calls.compactMap { results[$0.id] }
            )
        )
        usage = usage.adding(draft.usage)
        if let step = steps.last, step.isAwaitingApproval { return awaitApproval(step) }
        return ask()
    }

    /// Ends the turn, because a call of its last step waits for a person.
    private mutating func awaitApproval(_ step: CompletedStep) -> [TurnAction] {
        state = .asking(StepDraft(number: steps.count))
        let names = step.calls.filter { $0.status == .awaitingApproval }.map { "`\($0.call.name)`" }
        let words = (answerByteCount > 0 ? "\n\n" : "") + "This waits for approval: \(names.joined(separator: ", "))."
        guard let fresh = withoutRepeats([.text(words)]) else { return end(.interrupted) }
        return (fresh.isEmpty ? [] : [.show(fresh)]) + end(.awaitingApproval)
    }

    private func recorded(_ draft: StepDraft) -> [TurnAction] { [.recordStep(draft)] }

    private mutating func end(_ status: TurnStatus, _ failure: TurnFailure? = nil) -> [TurnAction] {
        guard !isEnded else { return [] }
        var draft: StepDraft?
        if case .asking(let asked) = state { draft = asked }
        if case .calling(let called, _) = state { draft = called }
        let ungrounded = ungrounded(with: draft)
        if let draft { usage = usage.adding(draft.usage) }
        state = .ended
        return [.finish(outcome(status, failure, ungrounded))]
    }

    private func outcome(
        _ status: TurnStatus,
        _ failure: TurnFailure?,
        _ ungrounded: [String]
    ) -> TurnOutcome {
        TurnOutcome(
            status: status,
            usage: usage,
            failure: failure,
            isDegraded: isDegraded,
            ungrounded: ungrounded
        )
    }

    private func ungrounded(with draft: StepDraft?) -> [String] {
        steps.flatMap(\.ungrounded) + (draft?.ungrounded ?? [])
    }

    /// Drops events that were shown before the turn was taken up again; `nil` at the first that differs.
    private mutating func withoutRepeats(_ events: [TurnEvent]) -> [TurnEvent]? {
        guard !expected.isEmpty else { return events }
        var fresh: [TurnEvent] = []
        for event in events {
            guard let next = expected.first else {
                fresh.append(event)
                continue
            }
            guard event == next else { return nil }
            expected.removeFirst()
        }
        return fresh
    }
}

/// What a model said in one step.
package struct StepDraft: Sendable, Hashable {
    /// 0, 1, 2, … within the turn.
    package var number: Int
    package var text = ""
    package var notes: [JSONValue] = []
    /// Figures of the text that no result gives.
    package var ungrounded: [String] = []
    package var calls: [ToolCall] = []
    package var usage = Usage()
    package var finish: FinishReason?
    /// Who has answered; `nil` where it is simply the model that was asked.
    package var origin: StepOrigin?

    package init(number: Int) { self.number = number }
}

/// What the machine wants done; performed in order.
package enum TurnAction: Sendable, Hashable {
    /// Ask the model for the next step, with `machine.steps`.
    case askModel
    /// Show streamed events.
    case show([TurnEvent])
    /// Make the step durable, with its calls as intents, and show the calls as started.
    case recordStep(StepDraft)
    /// Run the calls side by side.
    case runTools([ToolCall])
    /// Make a call's result durable and show it as finished.
    case recordTool(CompletedCall)
    /// Make the end durable and show it; nothing follows.
    case finish(TurnOutcome)
}

/// How the machine left the turn.
package struct TurnOutcome: Sendable, Hashable {
    package var status: TurnStatus
    package var usage: Usage
    package var failure: TurnFailure?
    /// Another model than was meant to has answered.
    package var isDegraded: Bool
    /// Figures of the answer that no result gives, in order.
    package var ungrounded: [String]

    package init(
        status: TurnStatus,
        usage: Usage = Usage(),
        failure: TurnFailure? = nil,
        isDegraded: Bool = false,
        ungrounded: [String] = []
    ) {
        self.status = status
        self.usage = usage
        self.failure = failure
        self.isDegraded = isDegraded
        self.ungrounded = ungrounded
    }
}

extension ToolCall {
    fileprivate var isMalformed: Bool { defect?.code == ToolCallDefect.malformedArguments }
}

extension CompletedStep {
    /// Whether a call of it waits for a person.
    package var isAwaitingApproval: Bool { calls.contains { $0.status == .awaitingApproval } }
}

extension AgentError.Code {
    /// The model answered against its protocol, or was cut off.
    ///
    /// May be tried again.
    package static let modelFailed = Self("model_failed")
}

extension TurnEvent {
    fileprivate var textByteCount: Int { if case .text(let text) = self { text.utf8.count } else { 0 } }
}

extension Usage {
    /// The sum of two steps; a cost beyond the range of money stays at its largest.
    package func adding(_ other: Usage) -> Usage {
        Usage(
            inputTokens: inputTokens + other.inputTokens,
            outputTokens: outputTokens + other.outputTokens,
            cost: cost.adding(other.cost) ?? Money(units: .max)
        )
    }
}
