internal import AgentRuntime

/// An approval as clients see it: in the list of what waits, and in what webhooks tell.
enum ApprovalWire {
    static func json(_ approval: Approval, at now: Timestamp) -> JSONObject {
        let request = approval.request
        let isExpired = approval.status == .pending && request.expiresAt <= now
        let status = isExpired ? ApprovalStatus.expired : approval.status
        var object: JSONObject = [
            "id": .string(request.id.rawValue), "type": .string(request.type), "resource": request.resource,
            "requestor": ["id": .string(request.requester.rawValue), "name": .optional(request.requesterName)],
            "reason": .string(request.reason), "status": .string(status.rawValue),
            "requested_at": .string(request.requestedAt.iso8601), "due_by": .string(request.expiresAt.iso8601),
            "current_step": .integer(min(approval.approvals.count + 1, request.needed)),
            "total_steps": .integer(request.needed), "workflow": .array(workflow(approval)),
            "hash": .string(request.hash),
        ]
        if let call = request.call {
            object["tool"] = .string(call.name)
            object["arguments"] = .object(call.arguments)
            object["conversation_id"] = .optional(request.session?.rawValue)
        }
        if status != .pending {
            let at = approval.decisions.last?.at ?? request.expiresAt
            object["completed_at"] = .string(at.iso8601)
            if let last = approval.decisions.last, !last.comment.isEmpty { object["comments"] = .string(last.comment) }
        }
        return object
    }

    /// The same for those who are told by a machine: with which words a call is to be made is looked up.
    static func told(_ approval: Approval, at now: Timestamp) -> JSONObject {
        var object = json(approval, at: now)
        object["arguments"] = nil
        object["approval_id"] = object["id"]
        return object
    }

    /// One step for each approval that is needed; who has made it, or that it waits.
    private static func workflow(_ approval: Approval) -> [JSONValue] {
        let made = approval.decisions.filter { $0.kind != .expire }
        return (0..<max(approval.request.needed, made.count)).map { number in
            guard number < made.count else {
                return ["step": .integer(number + 1), "approver": "Anyone who may approve", "status": "pending"]
            }
            let decision = made[number]
            let isApproved = decision.kind == .approve
            return [
                "step": .integer(number + 1), "approver": .string(decision.name ?? decision.by.rawValue),
                "status": .string(isApproved ? "approved" : "rejected"),
                isApproved ? "approved_at" : "rejected_at": .string(decision.at.iso8601),
            ]
        }
    }
}

extension Approval {
    /// As it stood after a decision about it.
    func after(_ decision: ApprovalDecision) -> Approval {
        var approval = Approval(request)
        for made in decisions {
            approval.apply(made)
            if made == decision { break }
        }
        return approval
    }
}
