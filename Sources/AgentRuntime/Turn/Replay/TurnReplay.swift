// Runs a turn again from its records. The state machine is the one that ran it; the model's replies and the tools'
// results are the recorded ones, with the recorded identifiers and times. What it decides is written as the session
// writes it, so that the same program makes the same records, byte by byte, and another one shows where it departs.
//
// With another model the replies are asked for anew and compared step by step: as long as it makes the same calls, the
// recorded results answer them; at the first other call, or at the answer, the comparison ends.

/// What running a turn again came to.
package struct TurnReplay: Sendable {
    /// Where a replayed turn first departs from the recorded one.
    package struct Divergence: Sendable, Hashable {
        /// What differs: `step 2`, `tool.completed 1`, `the answer`.
        package var place: String
        package var differences: [Difference]
    }

    package var recordedDigest: [UInt8]
    /// Of the records that the replay made; `nil` when another model answered, which makes other records by nature.
    package var replayedDigest: [UInt8]?
    package var divergence: Divergence?
    /// How many steps were run again.
    package var steps = 0
    /// The text of the answer that was made.
    package var content = ""

    package var isSame: Bool { divergence == nil && (replayedDigest == nil || replayedDigest == recordedDigest) }
}

/// Runs recorded turns again.
package enum TurnReplayer {
    /// From the recorded replies alone.
    package static func replay(_ recording: TurnRecording) -> TurnReplay {
        var run = ReplayRun(recording)
        var actions = run.begin()
        while !actions.isEmpty {
            switch actions.removeFirst() {
            case .askModel: actions += run.answerStep()
            case .show(let events): run.show(events)
            case .recordStep(let step): run.record(step)
            case .runTools(let calls): actions += run.complete(calls)
            case .recordTool(let call): run.record(call)
            case .finish(let outcome): run.finish(outcome)
            }
        }
        return run.result()
    }

    /// With the model's replies asked for anew.
    ///
    /// `request` is what the model was asked first; its steps are filled in as the turn goes on.
    package static func replay(
        _ recording: TurnRecording,
        asking model: any LanguageModel,
        _ request: ModelRequest
    ) async throws -> TurnReplay {
        var request = request
        var replay = TurnReplay(recordedDigest: recording.digest)
        let steps = recording.payloads(.stepCompleted).map(StepDraft.init(payload:))
        let results = recording.payloads(.toolCompleted).compactMap(CompletedCall.init(json:))
        var rest = steps[...]
        if let continuation = recording.continuation {
            request.steps = continuation.steps
            // The call that was decided about is no model's.
            if let decided = rest.popFirst() {
                let calls = decided.calls.compactMap { call in results.first { $0.call.id == call.id } }
                request.steps.append(CompletedStep(text: decided.text, notes: decided.notes, calls: calls))
            }
        }
        for recorded in rest {
            let own = try await answer(of: model, to: request, number: recorded.number)
            replay.steps += 1
            replay.content += own.text
            let (old, new) = (comparable(recorded), comparable(own))
            // The same calls get the recorded results, whatever is said beside them.
            let isLast = recorded.calls.isEmpty || own.calls.isEmpty
            let differences = Difference.between(
                isLast ? old : .object(["calls": old["calls"] ?? .null]),
                isLast ? new : .object(["calls": new["calls"] ?? .null])
            )
            guard differences.isEmpty else {
                let place = own.calls.isEmpty && recorded.calls.isEmpty ? "the answer" : "step \(recorded.number)"
                replay.divergence = .init(place: place, differences: differences)
                return replay
            }
            // Under the ids that this model has given its calls: what it has noted speaks of them.
            let answered = zip(own.calls, recorded.calls).compactMap { call, before -> CompletedCall? in
                guard var result = results.first(where: { $0.call.id == before.id }) else { return nil }
                result.call = call
                return result
            }
            request.steps.append(
                CompletedStep(text: own.text, notes: own.notes, ungrounded: own.ungrounded, calls: answered)
            )
        }
        return replay
    }

    private static func answer(
        of model: any LanguageModel,
        to request: ModelRequest,
        number: Int
    ) async throws -> StepDraft {
        var machine = TurnStateMachine(limits: TurnLimits(), steps: request.steps)
        _ = machine.begin()
        let stream = try await model.respond(to: request)
        while let batch = try await stream.next() {
            for action in machine.receive(batch) {
                if case .finish(let outcome) = action, let failure = outcome.failure { throw AgentError(failure) }
            }
        }
        for action in machine.modelEnded() {
            if case .recordStep(let draft) = action { return draft }
            if case .finish(let outcome) = action, let failure = outcome.failure { throw AgentError(failure) }
        }
        return StepDraft(number: number)
    }

    /// A step without what may differ from run to run: the ids of its calls, its usage, and who has answered.
    private static func comparable(_ step: StepDraft) -> JSONValue {
        [
            "text": .string(step.text),
            "calls": .array(step.calls.map { ["name": .string($0.name), "arguments": .object($0.arguments)] }),
        ]
    }
}

extension AgentError {
    fileprivate init(_ failure: TurnFailure) {
        self.init(Code(failure.code), failure.message, isRetryable: failure.isRetryable)
    }
}

/// A replay while it runs.
private struct ReplayRun {
    let recording: TurnRecording
    var machine: TurnStateMachine
    private var steps: ArraySlice<JSONValue>
    private let results: [CompletedCall]
    private let shownBefore: [NumberedEvent]
    private let end: JSONValue
    /// What the replay has made so far, by kind.
    private var made: [TurnRecording.Entry] = []
    private var shown = ShownAnswer()
    private var nextIndex = 1
    private var stepsRun = 0

    init(_ recording: TurnRecording) {
        self.recording = recording
        steps = recording.payloads(.stepCompleted)[...]
        results = recording.payloads(.toolCompleted).compactMap(CompletedCall.init(json:))
        shownBefore = recording.shown
        end = recording.payloads(.turnCompleted).last ?? .null
        // The limits that ended a turn stand in its last record; while it ran they are not known.
        let unlimited = 1 << 30
        machine = TurnStateMachine(
            limits: TurnLimits(
                steps: unlimited,
                toolCalls: unlimited,
                malformedSteps: unlimited,
                answerBytes: unlimited
            ),
            steps: recording.continuation?.steps ?? []
        )
    }

    /// Begins as the turn began: with a question to the model, or with the call that people have decided about.
    mutating func begin() -> [TurnAction] {
        guard let continuation = recording.continuation, steps.popFirst() != nil else { return machine.begin() }
        stepsRun += 1
        return machine.begin(continuing: continuation.call)
    }

    /// Feeds the recorded reply of the next step, or ends the turn as it was ended when there is none.
    mutating func answerStep() -> [TurnAction] {
        guard let payload = steps.popFirst() else { return stop() }
        stepsRun += 1
        let step = StepDraft(payload: payload)
        let until = payload["index"]?.int ?? 0
        var actions = machine.receive(events(below: until))
        var rest: [ModelEvent] = step.notes.map(ModelEvent.note) + step.calls.map(ModelEvent.toolCall)
        rest += step.ungrounded.map(ModelEvent.ungrounded)
        if let origin = step.origin { rest.append(.answering(origin)) }
        rest.append(.usage(step.usage))
        if let finish = step.finish { rest.append(.finished(finish)) }
        actions += machine.receive(rest)
        guard step.finish != nil else { return actions + stop() }
        return actions + machine.modelEnded()
    }

    /// A step that was cut off has no record of its own: what it had shown stands in the turn's last one.
    private mutating func stop() -> [TurnAction] {
        let shown = machine.receive(events(below: Int.max) + unrecorded())
        let status = end["status"]?.string.flatMap(TurnStatus.init(rawValue:)) ?? .interrupted
        return shown + machine.stop(status, end["error"].flatMap(TurnFailure.init(json:)))
    }

    /// What the step that was cut off had said of itself, as far as the turn's end counts it.
    private func unrecorded() -> [ModelEvent] {
        var events: [ModelEvent] = []
        if end["degraded"]?.bool == true, !machine.isDegraded {
            events.append(.answering(StepOrigin(model: "", isDegraded: true)))
        }
        let listed = (end["ungrounded"]?.array ?? []).compactMap(\.string)
        let known = machine.steps.reduce(0) { $0 + $1.ungrounded.count }
        events += listed.dropFirst(known).map(ModelEvent.ungrounded)
        let whole = end["usage"].map(Usage.init(json:)) ?? Usage()
        let usage = Usage(
            inputTokens: whole.inputTokens - machine.usage.inputTokens,
            outputTokens: whole.outputTokens - machine.usage.outputTokens,
            cost: Money(units: whole.cost.units - machine.usage.cost.units)
        )
        if usage != Usage() { events.append(.usage(usage)) }
        return events
    }

    private func events(below index: Int) -> [ModelEvent] {
        shownBefore.filter { $0.index >= nextIndex && $0.index < index }.compactMap { numbered in
            switch numbered.event {
            case .text(let text): .text(text)
            case .citation(_, let citation): .citation(citation)
            case .chart(let chart): .chart(chart)
            case .suggestedActions(let actions): .suggestedActions(actions)
            case .started, .toolStarted, .toolFinished, .approvalRequired, .failed, .completed: nil
            }
        }
    }

    mutating func show(_ events: [TurnEvent]) {
        for event in events {
            shown.append(NumberedEvent(index: nextIndex, event: event))
            nextIndex += 1
        }
    }

    mutating func record(_ step: StepDraft) {
        let model = recording.payloads(.stepCompleted).first { $0["step"]?.int == step.number }?["model"]?.string ?? ""
        made.append(.init(kind: .stepCompleted, payload: step.payload(index: nextIndex, model: model)))
        nextIndex += step.calls.count
    }

    /// The recorded results, in the order in which they came.
    mutating func complete(_ calls: [ToolCall]) -> [TurnAction] {
        let ids = Set(calls.map(\.id))
        let known = results.filter { ids.contains($0.call.id) }
        let actions = known.flatMap { machine.toolCompleted($0) }
        // The turn was ended while a tool ran.
        return known.count == calls.count ? actions : actions + stop()
    }

    mutating func record(_ call: CompletedCall) {
        guard case .object(var payload) = call.json else { return }
        // The notice that it waits stands before it.
        if call.status == .awaitingApproval { nextIndex += 1 }
        payload["index"] = .integer(nextIndex)
        made.append(.init(kind: .toolCompleted, payload: .object(payload)))
        nextIndex += 1
    }

    mutating func finish(_ outcome: TurnOutcome) {
        var outcome = outcome
        let text = recording.payloads(.messageReceived).first?["text"]?.string ?? ""
        outcome.usage = outcome.usage.counted(shown.content, of: text)
        let payload = outcome.payload(
            of: recording.turn,
            shown: shown,
            milliseconds: end["processing_time_ms"]?.int ?? 0,
            at: Timestamp(milliseconds: Int64(end["timestamp"]?.int ?? 0)),
            index: nextIndex
        )
        made.append(.init(kind: .turnCompleted, payload: payload))
    }

    /// Puts what was made in the places of what was recorded; records of other kinds are what the turn was given.
    func result() -> TurnReplay {
        var replay = TurnReplay(recordedDigest: recording.digest)
        replay.steps = stepsRun
        replay.content = shown.content
        var rest = made[...]
        var entries: [TurnRecording.Entry] = []
        let decided: Set<RecordKind> = [.stepCompleted, .toolCompleted, .turnCompleted]
        var counts: [RecordKind: Int] = [:]
        for entry in recording.entries {
            guard decided.contains(entry.kind) else {
                entries.append(entry)
                continue
            }
            counts[entry.kind, default: 0] += 1
            let own = rest.popFirst()
            if let own { entries.append(own) }
            guard replay.divergence == nil, own != entry else { continue }
            let differences = Difference.between(
                ["kind": .string(entry.kind.rawValue), "payload": entry.payload],
                ["kind": .optional(own?.kind.rawValue), "payload": own?.payload ?? .null]
            )
            guard !differences.isEmpty else { continue }
            replay.divergence = .init(
                place: "\(entry.kind) \(counts[entry.kind] ?? 0)",
                differences: differences
            )
        }
        if let extra = rest.first, replay.divergence == nil {
            replay.divergence = .init(
                place: "after the end",
                differences: Difference.between(
                    .null,
                    ["kind": .string(extra.kind.rawValue), "payload": extra.payload]
                )
            )
        }
        replay.replayedDigest = TurnRecording.digest(entries + rest)
        return replay
    }
}
