/// What is to be done about a call: it is run, looked into, put before a person, or refused.
extension Session {
    /// What is to be done about a call: decided before it runs, from what the conversation has read until now.
    func route(of call: ToolCall, _ turn: ConversationTurn, _ machine: TurnStateMachine) -> EffectLedger.Route {
        guard let tool = services.tools.registry.declaration(of: call.name, in: tenant) else {
            // A former process had the tool and may have called it; without it nobody can tell what came of that.
            return wasBegun(call, turn) ? .reconcile(otherwise: nil) : .run
        }
        guard tool.effect != .read || tool.server != nil, call.defect == nil,
            services.tools.refusal(of: call, for: turn.principal) == nil
        else { return .run }
        guard tool.effect != .read else { return routeOfRead(call, tool, turn, machine) }
        let before = unsettled(call)
        if let continuation = turn.continuation, continuation.call.id == call.id {
            guard continuation.grants(call) else { return .refuse(continuation.decision.comment) }
            if wasBegun(call, turn) { return .reconcile(otherwise: nil) }
            if let before, before.isOpen { return .unsettled(before.id) }
            return .run
        }
        if let before {
            let need = EffectLedger.Need(
                reason: "The same call was begun before, and nobody has said whether it happened.",
                people: 1
            )
            if wasBegun(call, turn) { return .reconcile(otherwise: need) }
            return before.isOpen ? .unsettled(before.id) : .ask(need)
        }
        let asks = need(of: call, tool, machine)
        if wasBegun(call, turn) { return .reconcile(otherwise: asks) }
        return asks.map(EffectLedger.Route.ask) ?? .run
    }

    /// What is to be done about a call that only reads, at another server: it may be made again at any time.
    private func routeOfRead(
        _ call: ToolCall,
        _ tool: ToolDeclaration,
        _ turn: ConversationTurn,
        _ machine: TurnStateMachine
    ) -> EffectLedger.Route {
        if let continuation = turn.continuation, continuation.call.id == call.id {
            return continuation.grants(call) ? .run : .refuse(continuation.decision.comment)
        }
        return need(of: call, tool, machine).map(EffectLedger.Route.ask) ?? .run
    }

    /// Why a call has to wait for a person; `nil` when it may run.
    private func need(
        of call: ToolCall,
        _ tool: ToolDeclaration,
        _ machine: TurnStateMachine
    ) -> EffectLedger.Need? {
        let registry = services.tools.registry
        let calls = (conversation.turns.flatMap(\.steps) + machine.steps).flatMap(\.calls)
        func isOfServer(_ name: String) -> Bool {
            tool.server != nil && registry.declaration(of: name, in: tenant)?.server == tool.server
        }
        func flow() -> FlowControl {
            FlowControl(
                label: conversation.label,
                userTexts: conversation.userTexts,
                trustedResults: calls.filter { isTrusted($0) }.map(\.result.content),
                server: FlowControl.Server(
                    results: calls.filter { isOfServer($0.call.name) }.map(\.result.content),
                    isForeignDataHeld: conversation.holdsPrivateData(besideThatOf: isOfServer)
                )
            )
        }
        return services.rules.need(of: call, tool, flow()).map { .init(reason: $0.reason, people: $0.people) }
    }

    /// The approval that asks, or asked in vain, what became of the same call made before; `nil` where there is none.
    private func unsettled(_ call: ToolCall) -> (id: ApprovalID, isOpen: Bool)? {
        let arguments = JSONValue.object(call.arguments).canonicalBytes()
        let now = services.wallClock.now()
        let same = conversation.approvals.values.filter { approval in
            guard approval.request.type == ApprovalRequest.unknownOutcome, let before = approval.request.call else {
                return false
            }
            return (approval.status == .pending || approval.status == .expired) && before.name == call.name
                && JSONValue.object(before.arguments).canonicalBytes() == arguments
        }
        let open = same.filter { $0.status == .pending && now < $0.request.expiresAt }
        return (open.isEmpty ? same : open).map(\.request.id).max().map { ($0, !open.isEmpty) }
    }

    /// Whether a former process had the call on record: it may have made it.
    private func wasBegun(_ call: ToolCall, _ turn: ConversationTurn) -> Bool {
        turn.openStep?.calls.contains { $0.id == call.id } ?? false
    }

    /// Whether a result gives figures of the tenant's books; one that failed gives none.
    private func isTrusted(_ call: CompletedCall) -> Bool {
        call.status == .completed && label(of: call).integrity == .trusted
    }

    /// What a result is to be taken for: what it says itself, or what its tool declares.
    func label(of call: CompletedCall) -> DataLabel {
        call.result.label ?? services.tools.registry.declaration(of: call.call.name, in: tenant)?.results
            ?? .untrusted
    }

    /// Whether a call changes something, or may have in a former process whose tool is not here any more.
    func mayHaveEffect(_ call: ToolCall, _ turn: ConversationTurn) -> Bool {
        guard let tool = services.tools.registry.declaration(of: call.name, in: tenant) else {
            return wasBegun(call, turn)
        }
        return tool.effect != .read
    }

    /// Whether an action finds out what a former process may have done: it goes before a stop.
    func isSettling(_ action: TurnAction?, _ turn: ConversationTurn) -> Bool {
        guard case .runTools(let calls)? = action else { return false }
        return calls.contains { wasBegun($0, turn) && mayHaveEffect($0, turn) }
    }
}
