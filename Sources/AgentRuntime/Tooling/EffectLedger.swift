// How a call with an effect is carried out at most once.
//
// The step's record holds the intent before anything runs, and the effect id names it the same in every attempt. A call
// that a former process had begun, or whose answer never came, is not made again: its tool is asked what became of it.
// What nobody can tell goes to a person.
//
// A turn that is stopped while such calls are under way does not end before they are settled: each may still answer for
// a short while, then its tool is asked, and what it cannot tell goes to a person as well. A call that is asked for again
// while a person has yet to say what became of the same one before is not made.

/// Carries out the calls of one step.
struct EffectLedger: Sendable {
    /// Why a person is asked, and how many have to agree.
    struct Need: Sendable, Hashable {
        var reason: String
        var people: Int
    }

    /// What is to be done about a call.
    enum Route: Sendable {
        case run
        /// It was begun before: find out first; if it did not happen, ask a person or run it.
        case reconcile(otherwise: Need?)
        case ask(Need)
        /// A person has said no, with these words.
        case refuse(String)
        /// The same call was made before, and this approval asks what became of it.
        case unsettled(ApprovalID)

        fileprivate var isReconciling: Bool { if case .reconcile = self { true } else { false } }
    }

    /// What came of it.
    enum Outcome: Sendable {
        case completed(CompletedCall)
        case asks(ToolCall, Need)
        case unknown(ToolCall)
        /// The turn was stopped before the call had done anything.
        case dropped
    }

    private let tools: ToolExecutor
    private let session: SessionID
    private let turn: ConversationTurn
    private let settings: TenantSettings?
    private let step: Int
    private let stop: StopSignal
    private let grace: Duration
    private let clock: any TimerClock

    init(
        tools: ToolExecutor,
        session: SessionID,
        turn: ConversationTurn,
        settings: TenantSettings?,
        step: Int,
        stop: StopSignal,
        grace: Duration,
        clock: any TimerClock
    ) {
        self.tools = tools
        self.session = session
        self.turn = turn
        self.settings = settings
        self.step = step
        self.stop = stop
        self.grace = grace
        self.clock = clock
    }

    /// Carries out a call of a step that has calls with effects.
    ///
    /// When the turn is stopped, one that `hasEffect` is settled before this returns, and any other is dropped at once.
    func settle(_ call: ToolCall, _ route: Route, hasEffect: Bool) async throws -> Outcome {
        if stop.isRaised, !route.isReconciling { return .dropped }
        let outcome = try await withThrowingTaskGroup(of: Outcome?.self, returning: Outcome?.self) { group in
            group.addTask {
                do { return try await carryOut(call, route) } catch is CancellationError { return nil }
            }
            group.addTask {
                await stop.wait()
                if hasEffect { try? await clock.sleep(for: grace) }  // cancelled: the call has answered
                return nil
            }
            let first = try await group.next() ?? nil
            group.cancelAll()
            if let first { return first }
            // The call may have answered in the very moment in which it was given up.
            while let next = try await group.next() { if let next { return next } }
            return nil
        }
        try Task.checkCancellation()
        switch outcome {
        case .asks? where stop.isRaised: return .dropped
        case let outcome?: return outcome
        case nil: return hasEffect ? try await givenUp(call) : .dropped
        }
    }

    /// What became of a call that was given up: nothing is done any more.
    private func givenUp(_ call: ToolCall) async throws -> Outcome {
        let effect = try await withThrowingTaskGroup(of: ReconciledEffect.self) { group in
            group.addTask {
                try await tools.reconcile(
                    call,
                    for: turn.principal,
                    session: session,
                    turn: turn.id,
                    effectID: effectID(call)
                )
            }
            group.addTask {
                try await clock.sleep(for: grace)
                return .unknown
            }
            defer { group.cancelAll() }
            return try await group.next() ?? .unknown
        }
        switch effect {
        case .happened(let result): return happened(call, result)
        case .unknown: return .unknown(call)
        case .didNotHappen: return .dropped
        }
    }

    func carryOut(_ call: ToolCall, _ route: Route) async throws -> Outcome {
        switch route {
        case .ask(let need): return .asks(call, need)
        case .refuse(let words):
            let message = "A person has refused this" + (words.isEmpty ? "." : ": \(words)")
            let result = ToolResult.ownFailure("rejected", message)
            return .completed(CompletedCall(call: call, status: .denied, result: result, duration: .zero))
        case .reconcile(let need):
            return try await reconciled(call) { need.map { .asks(call, $0) } }
        case .unsettled(let approval):
            return .completed(
                CompletedCall(call: call, status: .failed, result: .unknownOutcome(approval), duration: .zero)
            )
        case .run: return try await run(call)
        }
    }

    private func run(_ call: ToolCall) async throws -> Outcome {
        guard !stop.isRaised else { return .dropped }
        let completed = try await tools.run(
            call,
            for: turn.principal,
            session: session,
            turn: turn.id,
            effectID: effectID(call),
            isApproved: turn.continuation.map { $0.call.id == call.id && $0.grants(call) } ?? false,
            settings: settings
        )
        guard completed.isWithoutAnswer,
            let tool = tools.registry.declaration(of: call.name, in: turn.principal.tenant),
            tool.effect != .read
        else { return .completed(completed) }
        // Its time ran out while it may have been at work.
        return try await reconciled(call) { .completed(completed) }
    }

    private func reconciled(_ call: ToolCall, orElse outcome: () -> Outcome?) async throws -> Outcome {
        let effect = try await tools.reconcile(
            call,
            for: turn.principal,
            session: session,
            turn: turn.id,
            effectID: effectID(call)
        )
        switch effect {
        case .happened(let result): return happened(call, result)
        case .unknown: return .unknown(call)
        case .didNotHappen:
            if let outcome = outcome() { return outcome }
            return try await run(call)
        }
    }

    private func happened(_ call: ToolCall, _ result: ToolResult) -> Outcome {
        let status = result.isError ? ToolCallStatus.failed : .completed
        return .completed(CompletedCall(call: call, status: status, result: result, duration: .zero))
    }

    private func effectID(_ call: ToolCall) -> String {
        EffectID.make(session: session, turn: turn.id, step: step, call: call)
    }
}

extension ToolResult {
    /// What a model is told of a call of which nobody knows whether it happened.
    static func unknownOutcome(_ approval: ApprovalID) -> ToolResult {
        .ownFailure(
            "outcome_unknown",
            "Whether this happened is not known, so it was not repeated; a person has been asked to find out.",
            ["approval_id": .string(approval.rawValue)]
        )
    }
}

extension CompletedCall {
    /// Whether nobody knows if the tool did its work: its deadline passed, it broke off, or it says so itself.
    fileprivate var isWithoutAnswer: Bool {
        guard status == .failed, let code = result.content["code"]?.string else { return false }
        return code == AgentError.Code.timeout.rawValue || code == AgentError.Code.internalError.rawValue
            || code == AgentError.Code.unavailable.rawValue || code == "outcome_unknown"
    }
}
