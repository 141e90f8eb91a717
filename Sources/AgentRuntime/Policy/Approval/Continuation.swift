/// The decision that a turn goes on with: which call it is about, and all that was done before it.
package struct Continuation: Sendable, Hashable {
    package var approval: ApprovalID
    package var isApproved: Bool
    package var decision: ApprovalDecision
    /// The call as it was asked for, and what the decision is bound to.
    package var call: ToolCall
    package var hash: String
    /// The turn that waited.
    package var turn: TurnID
    /// Its steps, without the call.
    package var steps: [CompletedStep]

    package init(
        approval: ApprovalID,
        isApproved: Bool,
        decision: ApprovalDecision,
        call: ToolCall,
        hash: String,
        turn: TurnID,
        steps: [CompletedStep]
    ) {
        self.approval = approval
        self.isApproved = isApproved
        self.decision = decision
        self.call = call
        self.hash = hash
        self.turn = turn
        self.steps = steps
    }

    /// Whether a call may run on this decision: the very call that was approved.
    package func grants(_ call: ToolCall) -> Bool {
        isApproved && call.id == self.call.id && ApprovalRequest.hash(of: call) == hash
    }

    package var json: JSONValue {
        [
            "approval_id": .string(approval.rawValue), "approved": .bool(isApproved),
            "decision": .object(decision.json), "call": call.json, "hash": .string(hash),
            "turn": .string(turn.rawValue), "steps": .array(steps.map(\.json)),
        ]
    }

    package init?(json: JSONValue) {
        guard let approval = json["approval_id"]?.string, let call = json["call"].flatMap(ToolCall.init(json:)),
            let decision = json["decision"].flatMap(ApprovalDecision.init(json:))
        else { return nil }
        self.init(
            approval: ApprovalID(approval),
            isApproved: json["approved"]?.bool ?? false,
            decision: decision,
            call: call,
            hash: json["hash"]?.string ?? "",
            turn: TurnID(json["turn"]?.string ?? ""),
            steps: (json["steps"]?.array ?? []).map(CompletedStep.init(json:))
        )
    }
}
