/// How the tools of a step are run, and what came of them recorded and shown.
extension Session {
    /// Makes results durable in one append, with what a person is asked because of them, and shows both.
    func record(_ results: [(call: CompletedCall, request: ApprovalRequest?)], _ live: LiveTurn) async throws {
        var drafts: [RecordDraft] = []
        var events: [TurnEvent] = []
        for (call, request) in results { put(call, asking: request, live, &drafts, &events) }
        guard !drafts.isEmpty else { return }
        try await append(drafts)
        live.add(events, isReady: true)
    }

    private func put(
        _ call: CompletedCall,
        asking request: ApprovalRequest?,
        _ live: LiveTurn,
        _ drafts: inout [RecordDraft],
        _ events: inout [TurnEvent]
    ) {
        guard case .object(var payload) = call.json else { return }
        if let request {
            var asked = request.json
            // What may have happened already is no event of the turn: the turn goes on.
            if request.type == ApprovalRequest.toolCall, let notice = ApprovalNotice(request) {
                asked["index"] = .integer(live.nextIndex + events.count)
                events.append(.approvalRequired(notice))
            }
            drafts.append(
                draft(.approvalRequested, live, by: "system", labels: conversation.label.names, .object(asked))
            )
        }
        payload["index"] = .integer(live.nextIndex + events.count)
        let label = self.label(of: call)
        // What a tool says when it fails is as much its word as what it says when it does not.
        let isOwn = call.status != .completed && call.result.label == .clean
        let labels = isOwn ? [] : label.names + ["origin:\(call.call.name)"]
        drafts.append(draft(.toolCompleted, live, by: "tool:\(call.call.name)", labels: labels, .object(payload)))
        events.append(.toolFinished(call.call, call.status, milliseconds: call.duration.milliseconds))
    }

    /// Runs calls side by side; each result is recorded and shown as it comes, those that come together in one append.
    ///
    /// When the turn is stopped, or results cannot be stored, calls with effects are settled all the same; what came of
    /// them is stored together with the turn's end.
    func runTools(
        _ calls: [ToolCall],
        _ machine: inout TurnStateMachine,
        _ turn: ConversationTurn,
        _ live: LiveTurn
    ) async throws -> [TurnAction] {
        let ledger = EffectLedger(
            tools: services.tools,
            session: id,
            turn: turn,
            settings: live.terms?.settings,
            step: machine.steps.count,
            stop: live.stopSignal,
            grace: services.limits.effectGrace,
            clock: services.clock
        )
        let routes = calls.map { ($0, route(of: $0, turn, machine), mayHaveEffect($0, turn)) }
        live.isCarryingOut = routes.contains { $0.2 }
        defer { live.isCarryingOut = false }
        let isCarryingOut = live.isCarryingOut
        let arrived = Guarded<[EffectLedger.Outcome]>([])
        return try await withThrowingTaskGroup(of: Void.self) { group in
            for (call, route, hasEffect) in routes {
                group.addTask {
                    let outcome =
                        isCarryingOut
                        ? try await ledger.settle(call, route, hasEffect: hasEffect)
                        : try await ledger.carryOut(call, route)
                    arrived.with { $0.append(outcome) }
                }
            }
            var rest: [TurnAction] = []
            var failure: (any Error)?
            var isWhole = true
            var outstanding = routes.count
            while try await group.next() != nil {
                outstanding -= 1
                // Those that end at about the same time share an append: each would wait for a commit of its own.
                if outstanding > 0 { await Task.yield() }
                let outcomes = arrived.with { arrived in
                    defer { arrived = [] }
                    return arrived
                }
                var results: [(call: CompletedCall, request: ApprovalRequest?)] = []
                for outcome in outcomes {
                    guard let (completed, request) = settled(outcome, turn) else {
                        isWhole = false
                        continue
                    }
                    for action in machine.toolCompleted(completed) {
                        if case .recordTool(let call) = action {
                            results.append((call, request))
                        } else {
                            rest.append(action)
                        }
                    }
                }
                if failure == nil, !isCarryingOut || live.stop == nil {
                    do {
                        try await record(results, live)
                        continue
                    } catch {
                        // A turn that ends here takes with its end what could not be stored.
                        guard isCarryingOut || machine.isEnded else { throw error }
                        failure = error
                    }
                }
                var late = live.late
                for (call, request) in results { put(call, asking: request, live, &late.drafts, &late.events) }
                live.late = late
            }
            if machine.isEnded { return rest }
            if let failure { throw failure }
            if let stop = live.stop { return machine.stop(stop.status, stop.failure) }
            guard isWhole else { throw CancellationError() }
            return rest
        }
    }

    /// The call's result, and what a person is asked because of it; `nil` of one that was dropped.
    private func settled(
        _ outcome: EffectLedger.Outcome,
        _ turn: ConversationTurn
    )
        -> (CompletedCall, ApprovalRequest?)?
    {
        switch outcome {
        case .dropped: return nil
        case .completed(let completed): return (completed, nil)
        case .asks(let call, let need):
            let request = approvalRequest(ApprovalRequest.toolCall, call, turn, need)
            let content: JSONValue = [
                "code": "awaiting_approval", "approval_id": .string(request.id.rawValue),
                "message": "The call waits for a person; nothing has been done yet.", "reason": .string(need.reason),
            ]
            let result = ToolResult(content: content, isError: true, label: .clean)
            return (CompletedCall(call: call, status: .awaitingApproval, result: result, duration: .zero), request)
        case .unknown(let call):
            let reason = "It was begun, and whether it happened is not known."
            let need = EffectLedger.Need(reason: reason, people: 1)
            let request = approvalRequest(ApprovalRequest.unknownOutcome, call, turn, need)
            let result = ToolResult.unknownOutcome(request.id)
            return (CompletedCall(call: call, status: .failed, result: result, duration: .zero), request)
        }
    }

    private func approvalRequest(
        _ type: String,
        _ call: ToolCall,
        _ turn: ConversationTurn,
        _ need: EffectLedger.Need
    ) -> ApprovalRequest {
        let now = services.wallClock.now()
        return ApprovalRequest(
            id: ApprovalID(services.identifiers.next("appr")),
            type: type,
            resource: ["type": "tool_call", "id": .string(call.id.rawValue), "name": .string(call.name)],
            session: id,
            turn: turn.id,
            call: call,
            requester: turn.principal,
            reason: need.reason,
            requestedAt: now,
            expiresAt: now.advanced(by: services.rules.approvals.lifetime),
            needed: need.people
        )
    }
}
