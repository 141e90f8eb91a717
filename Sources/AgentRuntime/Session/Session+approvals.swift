/// How a session takes decisions about calls of its turns.
extension Session {
    /// Takes a person's decision; the turn that goes on with it begins when enough have been made.
    ///
    /// The decision and the turn are one append: there is never one without the other. Throws `not_found`, `forbidden`
    /// and `conflict`; a refused decision is on record too.
    package func decide(_ id: ApprovalID, _ decision: ApprovalDecision, hash: String?) async throws -> ApprovalOutcome {
        try checkUsable()
        guard var approval = conversation.approvals[id] else {
            throw AgentError(.notFound, "There is no such approval.")
        }
        if let refusal = approval.refusal(decision, hash: hash) {
            let payload: JSONObject = [
                "approval_id": .string(id.rawValue), "by": .string(decision.by.rawValue),
                "decision": .string(decision.kind.rawValue), "reason": .string(refusal.message),
            ]
            try await append([draft(.approvalRefused, by: "user:\(decision.by)", .object(payload))])
            throw refusal
        }
        guard !deciding.contains(id) else {
            throw AgentError(.conflict, "Somebody else is deciding this very moment.", isRetryable: true)
        }
        deciding.insert(id)
        defer { deciding.remove(id) }
        approval.apply(decision)
        var payload = decision.json
        payload["approval_id"] = .string(id.rawValue)
        payload["status"] = .string(approval.status.rawValue)
        let decided = draft(.approvalDecided, by: "user:\(decision.by)", .object(payload))
        guard approval.status != .pending, approval.request.type == ApprovalRequest.toolCall,
            let continuation = try await continuation(approval, decision)
        else {
            try await append([decided])
            return ApprovalOutcome(approval: approval)
        }
        let turn = try await begin(continuation, after: decided)
        return ApprovalOutcome(approval: approval, turn: turn)
    }

    private func begin(_ continuation: Continuation, after decided: RecordDraft) async throws -> TurnID {
        guard let original = try await turn(continuation.turn) else {
            throw AgentError(.notFound, "The message that asked for this is not there any more.")
        }
        let live = LiveTurn(id: TurnID(services.identifiers.next("msg")), principal: original.principal)
        let message = MessageID(services.identifiers.next("msg"))
        let startsNow = running == nil
        if startsNow { running = live } else { waiting.append(live) }
        var payload: JSONObject = [
            "message_id": .string(message.rawValue),
            "text": .string(original.text),
            "context": original.context,
            "principal": original.principal.json,
            "idempotency_key": .null,
            "fingerprint": .null,
            "continues": continuation.json,
        ]
        if let call = original.call { payload["call"] = call.json }
        var drafts = [decided, draft(.messageReceived, live, by: "user:\(continuation.decision.by)", .object(payload))]
        if startsNow { drafts.append(startDraft(live, message: message)) }
        do {
            try await append(drafts)
        } catch {
            giveUpPlace(live)
            throw error
        }
        live.isDurable = true
        if startsNow {
            showStarted(live)
            startTurn(live)
        } else {
            beginNext()
        }
        return live.id
    }

    /// What a turn goes on with; `nil` when the turn that asked cannot be read any more.
    private func continuation(_ approval: Approval, _ decision: ApprovalDecision) async throws -> Continuation? {
        guard let call = approval.request.call, let id = approval.request.turn, let turn = try await turn(id) else {
            return nil
        }
        var steps = turn.steps
        for index in steps.indices { steps[index].calls.removeAll { $0.call.id == call.id } }
        return Continuation(
            approval: approval.request.id,
            isApproved: approval.status == .approved,
            decision: decision,
            call: call,
            hash: approval.request.hash,
            turn: id,
            steps: steps
        )
    }

    /// A turn of the conversation, from memory or from its records.
    private func turn(_ id: TurnID) async throws -> ConversationTurn? {
        if let turn = conversation.turn(id) { return turn }
        guard let place = conversation.place(of: id) else { return nil }
        return ConversationTurn(records: try await recordsOf(place), tenant: tenant, owner: conversation.owner)
    }
}
