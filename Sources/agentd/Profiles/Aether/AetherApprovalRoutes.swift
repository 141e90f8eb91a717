internal import AgentRuntime
internal import Tools

/// What waits for people: list, approve, reject.
struct AetherApprovalRoutes: Sendable {
    let services: ProfileServices
    let wire: AetherWire
    let mount: String

    var routes: [Route] { [list, approve, reject] }

    private var list: Route {
        Route(
            .get,
            "/governance/approvals",
            summary: "What waits for approval, and what was decided lately.",
            tags: ["governance"],
            access: .permission(.approvalsRead),
            responses: [
                RouteResponse(
                    200,
                    "What waits, oldest first, and what was decided, newest first.",
                    schema: WireSchema.object([
                        "success": ["const": true],
                        "data": WireSchema.object(["pending": WireSchema.objects, "recent": WireSchema.objects]),
                    ])
                )
            ]
        ) { routed in
            let (pending, recent) = try await services.approvals.lists(for: try routed.principal())
            let data: JSONValue = [
                "pending": .array(pending.map { json($0) }), "recent": .array(recent.map { json($0) }),
            ]
            return wire.success(data, routed.request)
        }
    }

    private var approve: Route {
        decision(
            .approve,
            "/governance/approvals/{approval_id}/approve",
            summary: "Approve; the call that waits goes on in a turn of its own when enough people have.",
            body: [
                "type": "object", "additionalProperties": false,
                "properties": [
                    "comments": ["type": "string", "maxLength": 4000],
                    "conditions": ["type": "array", "items": ["type": "string", "maxLength": 1000], "maxItems": 50],
                    "hash": Self.hash, "arguments": ["type": "object"],
                ],
            ],
            isRequired: false
        )
    }

    private var reject: Route {
        decision(
            .reject,
            "/governance/approvals/{approval_id}/reject",
            summary: "Reject; whoever asked is told why.",
            body: [
                "type": "object", "additionalProperties": false, "required": ["reason"],
                "properties": [
                    "reason": ["type": "string", "minLength": 1, "maxLength": 4000],
                    "comments": ["type": "string", "maxLength": 4000], "hash": Self.hash,
                ],
            ],
            isRequired: true
        )
    }

    /// What the decider has seen: SHA-256 over tool, arguments and call, as the list shows it.
    private static let hash: JSONValue = ["type": "string", "pattern": "^[0-9a-f]{64}$"]

    private func decision(
        _ kind: ApprovalDecision.Kind,
        _ path: String,
        summary: String,
        body: JSONValue,
        isRequired: Bool
    ) -> Route {
        Route(
            .post,
            path,
            summary: summary,
            tags: ["governance"],
            access: .permission(.approvalsDecide),
            body: RouteBody(body, isRequired: isRequired),
            responses: [
                RouteResponse(
                    200,
                    "What has become of it; `message_id` is the turn that goes on.",
                    schema: WireSchema.object(["success": ["const": true], "data": ["type": "object"]])
                )
            ],
            errors: ["NOT_FOUND", "CONFLICT", "VALIDATION_ERROR"]
        ) { routed in
            let id = ApprovalID(routed.parameter("approval_id"))
            var words = [routed.json["reason"]?.string, routed.json["comments"]?.string].compactMap(\.self)
            for condition in routed.json["conditions"]?.array ?? [] { words.append(condition.string ?? "") }
            let outcome = try await services.approvals.decide(
                id,
                kind,
                by: try routed.principal(),
                comment: words.filter { !$0.isEmpty }.joined(separator: " "),
                hash: routed.json["hash"]?.string,
                arguments: routed.json["arguments"]?.object,
                on: services.places.place(on: routed.loop)
            )
            var data = json(outcome.approval).object ?? [:]
            if let turn = outcome.turn {
                data["message_id"] = .string(turn.rawValue)
                data["conversation_id"] = .optional(outcome.approval.request.session?.rawValue)
            }
            return wire.success(.object(data), routed.request)
        }
    }

    private func json(_ approval: Approval) -> JSONValue {
        let request = approval.request
        let isExpired = approval.status == .pending && request.expiresAt <= services.wallClock.now()
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
        if status == .pending {
            let path = "\(mount)/governance/approvals/\(request.id)"
            object["links"] = ["approve": .string(path + "/approve"), "reject": .string(path + "/reject")]
        } else {
            let at = approval.decisions.last?.at ?? request.expiresAt
            object["completed_at"] = .string(at.iso8601)
            if let last = approval.decisions.last, !last.comment.isEmpty { object["comments"] = .string(last.comment) }
        }
        return .object(object)
    }

    /// One step for each approval that is needed; who has made it, or that it waits.
    private func workflow(_ approval: Approval) -> [JSONValue] {
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
