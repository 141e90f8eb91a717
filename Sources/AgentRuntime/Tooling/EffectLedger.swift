// How a call with an effect is carried out at most once.
//
// The step's record holds the intent before anything runs, and the effect id names it the same in every attempt. A call
// that a former process had begun, or whose answer never came, is not made again: its tool is asked what became of it.
// What nobody can tell goes to a person.

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
    }

    /// What came of it.
    enum Outcome: Sendable {
        case completed(CompletedCall)
        case asks(ToolCall, Need)
        case unknown(ToolCall)
    }

    private let tools: ToolExecutor
    private let session: SessionID
    private let turn: ConversationTurn
    private let step: Int

    init(tools: ToolExecutor, session: SessionID, turn: ConversationTurn, step: Int) {
        self.tools = tools
        self.session = session
        self.turn = turn
        self.step = step
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
        case .run: return try await run(call)
        }
    }

    private func run(_ call: ToolCall) async throws -> Outcome {
        let completed = try await tools.run(
            call,
            for: turn.principal,
            session: session,
            turn: turn.id,
            effectID: effectID(call),
            isApproved: turn.continuation.map { $0.call.id == call.id && $0.grants(call) } ?? false
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
        case .happened(let result):
            let status = result.isError ? ToolCallStatus.failed : .completed
            return .completed(CompletedCall(call: call, status: status, result: result, duration: .zero))
        case .unknown: return .unknown(call)
        case .didNotHappen:
            if let outcome = outcome() { return outcome }
            return try await run(call)
        }
    }

    private func effectID(_ call: ToolCall) -> String {
        EffectID.make(session: session, turn: turn.id, step: step, call: call)
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
