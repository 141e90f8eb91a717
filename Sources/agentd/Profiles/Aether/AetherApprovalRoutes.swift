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
        var object = ApprovalWire.json(approval, at: services.wallClock.now())
        if object["status"] == .string(ApprovalStatus.pending.rawValue) {
            let path = "\(mount)/governance/approvals/\(approval.request.id)"
            object["links"] = ["approve": .string(path + "/approve"), "reject": .string(path + "/reject")]
        }
        return .object(object)
    }
}
