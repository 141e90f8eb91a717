internal import AgentRuntime

/// A subscription of a tenant: where to call when what happens.
struct Webhook: Sendable, Hashable {
    var id: String
    var tenant: TenantID
    var name: String?
    var url: String
    var events: [String]
    /// Values that members of an event's data must have; a member that is not named may have any.
    var filters: [String: [String]]
    /// What deliveries are signed with; told once, when it was made.
    var secret: String
    var isActive: Bool
    var createdAt: Timestamp
    /// The last record of the tenant's journal that has been looked at for it.
    var cursor: Int64

    static let eventsMax = 100
    static let secretBytesMax = 256
    static let ofTenantMax = 100

    func wants(_ event: WebhookEvent) -> Bool {
        guard isActive, events.contains(event.name) else { return false }
        return filters.allSatisfy { name, values in
            guard let value = event.data[name]?.string else { return false }
            return values.contains { $0.lowercased() == value.lowercased() }
        }
    }
}

/// What is to be told of a record.
struct WebhookEvent: Sendable, Hashable {
    var name: String
    var time: Timestamp
    var data: JSONValue

    /// The body of a delivery, the same in all profiles.
    var body: [UInt8] {
        let json: JSONValue = ["event": .string(name), "timestamp": .string(time.iso8601), "data": data]
        return json.bytes()
    }

    /// The value of `X-Signature`: HMAC-SHA256 of the raw body.
    static func signature(of body: [UInt8], secret: String) -> String {
        "sha256=" + Hex.encode(HMACSHA256.code(for: body, key: Array(secret.utf8)))
    }
}

extension WebhookEvent {
    /// Every name that may be registered: what happens here, and what clients of the profiles know beyond it.
    static let names: [String] = [
        "anomaly.detected", "anomaly.resolved", "approval.decided", "approval.requested", "automation.completed",
        "ai.message_delta", "automation.failed", "conversation.escalated", "conversation.started",
        "dashboard.kpi_updated", "data.sync_completed", "delivery.received", "document.processed", "email.received",
        "email.sent", "invoice.created", "invoice.overdue", "invoice.paid",
        "invoice.sent", "material.low_stock", "opportunity.lost", "opportunity.won", "order.completed",
        "order.created", "payment.received", "purchase_order.approved", "purchase_order.created",
        "quotation.accepted", "quotation.created", "scenario.created", "scenario.simulated",
        "security.issue.created", "turn.completed", "turn.failed",
    ]

    /// Records whose kind is the event's name and whose payload is its data.
    private static let plain: Set<String> = [
        "anomaly.detected", "approval.requested", "email.received", "email.sent",
        "scenario.created", "scenario.simulated",
    ]

    /// The event that a record stands for; `nil` for most of them.
    ///
    /// Words of a conversation are not told, only what to look it up by. `approval` is what a decision is about, as it
    /// stood after it.
    init?(_ record: Record, of approval: Approval? = nil) {
        let payload = record.payload ?? .null
        var data: JSONObject = [:]
        if let session = record.session { data["conversation_id"] = .string(session.rawValue) }
        let name: String
        switch record.kind.rawValue {
        case "conversation.started":
            name = "conversation.started"
            data["channel"] = payload["metadata"]?["channel"]
            data["customer_id"] = payload["metadata"]?["customer_id"]
            data["user_id"] = payload["owner"]
        case "conversation.changed":
            guard payload["status"]?.string == "escalated" else { return nil }
            name = "conversation.escalated"
            let escalation = payload["metadata"]?["escalation"]
            data["channel"] = payload["metadata"]?["channel"]
            data["customer_id"] = payload["metadata"]?["customer_id"]
            data["reason"] = escalation?["reason"] ?? .null
            data["assigned_to"] = escalation?["assigned_to"] ?? .null
        case "turn.completed":
            let status = payload["status"]?.string ?? ""
            guard status == "completed" || status == "failed" else { return nil }
            name = "turn.\(status)"
            data["message_id"] = .optional(record.turn?.rawValue)
            data["status"] = .string(status)
            if let error = payload["error"], !error.isNull { data["error"] = error }
        case "anomaly.changed":
            guard payload["after"]?["status"]?.string == "resolved", payload["before"]?["status"]?.string != "resolved"
            else { return nil }
            name = "anomaly.resolved"
            for member in payload["anomaly"]?.object ?? [:] { data[member.name] = member.value }
            data["id"] = payload["id"]
            data["account"] = payload["account"]
        case "deal.changed":
            guard let status = payload["after"]?["status"]?.string, ["won", "lost"].contains(status) else { return nil }
            name = "opportunity.\(status)"
            for member in payload["deal"]?.object ?? [:] { data[member.name] = member.value }
            data["id"] = payload["id"]
            data["status"] = .string(status)
        case "tool.completed":
            // What an agent has done for a user counts like what the user does without it.
            let content = payload["result"]?["content"] ?? .null
            guard payload["status"]?.string == "completed", payload["result"]?["is_error"]?.bool != true else {
                return nil
            }
            switch payload["call"]?["name"]?.string {
            case "scenario_create":
                name = "scenario.created"
                for member in ["id", "name", "type", "assumptions"] { data[member] = content[member] ?? .null }
            case "scenario_simulate":
                name = "scenario.simulated"
                for member in ["scenario_id", "simulation_id", "iterations", "seed"] {
                    data[member] = content[member] ?? .null
                }
            default: return nil
            }
        case "approval.requested" where ApprovalRequest(json: payload) != nil:
            name = "approval.requested"
            guard let request = ApprovalRequest(json: payload) else { return nil }
            for member in ApprovalWire.told(Approval(request), at: record.wallTime) { data[member.name] = member.value }
        case "approval.decided":
            name = "approval.decided"
            guard let decision = ApprovalDecision(json: payload) else { return nil }
            if let approval {
                for member in ApprovalWire.told(approval, at: record.wallTime) { data[member.name] = member.value }
            } else {
                data["id"] = payload["approval_id"]
                data["approval_id"] = payload["approval_id"]
                data["status"] = payload["status"]
                data["completed_at"] = .string(decision.at.iso8601)
                if !decision.comment.isEmpty { data["comments"] = .string(decision.comment) }
            }
            data["decision"] = .string(decision.kind.rawValue)
            data["decided_by"] = ["id": .string(decision.by.rawValue), "name": .optional(decision.name)]
        case let kind where Self.plain.contains(kind):
            name = kind
            for member in payload.object ?? [:] { data[member.name] = member.value }
            // What is to be called with which words is looked up, and where a user sits is nobody's business.
            data["origin"] = nil
            if let call = payload["call"], !call.isNull { data["tool"] = call["name"] }
            data["call"] = nil
            if kind == "approval.requested" { data["id"] = payload["approval_id"] }
        default: return nil
        }
        self.init(name: name, time: record.wallTime, data: .object(data))
    }
}
