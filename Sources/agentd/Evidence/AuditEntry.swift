internal import AgentRuntime

/// What a record means to an auditor: an action on a resource.
///
/// Kinds that are not named here are read by their two words: `scenario.created` is a `create` of a `scenario`.
struct AuditEntry: Sendable {
    /// The actions that a list can be asked for; the first six are those of the API's description.
    static let actions = [
        "create", "update", "delete", "view", "export", "approve", "reject", "execute", "login", "logout", "deny",
        "import",
    ]

    var action: String
    var resource: String
    var resourceID: String?
    var resourceName: String?
    var description: String
    var before: JSONValue?
    var after: JSONValue?
    /// What else the record says, without what was said in conversations.
    var details: JSONObject = [:]

    /// `nil` for a record that only repeats what another says.
    init?(_ record: Record) {
        let payload = record.payload ?? .null
        let session = record.session?.rawValue
        action = ""
        resource = ""
        description = ""
        switch record.kind.rawValue {
        case "conversation.started": set("create", "conversation", session, "Began a conversation")
        case "conversation.changed":
            set("update", "conversation", session, "Changed a conversation")
            after = payload.object.map { .object($0.keeping(["options", "status", "forgets", "hides_history"])) }
        case "conversation.deleted": set("delete", "conversation", session, "Deleted a conversation")
        case "message.received":
            set("create", "message", payload["message_id"]?.string, "Sent a message")
            if let text = payload["text"]?.string { details["text_sha256"] = .string(SHA256.hex(text)) }
        case "tool.completed":
            let name = payload["call"]?["name"]?.string
            let isDenied = payload["status"]?.string == "denied"
            set(isDenied ? "deny" : "execute", "tool", name, isDenied ? "Was refused a tool" : "Ran a tool")
            resourceName = name
            for member in ["status", "duration_ms", "as_of"] { details[member] = payload[member] }
            details["arguments"] = payload["call"]?["arguments"]
        case "turn.completed":
            set("create", "answer", record.turn?.rawValue, "Answered a message")
            for member in ["status", "degraded", "processing_time_ms", "ungrounded", "usage", "error"] {
                details[member] = payload[member]
            }
            if let content = payload["content"]?.string { details["content_sha256"] = .string(SHA256.hex(content)) }
            details["citations"] = .integer(payload["citations"]?.array?.count ?? 0)
        case "turn.started", "step.completed": return nil
        case "account.login": account("login", record, "Logged in")
        case "account.logout": account("logout", record, "Logged out")
        case "account.login_failed": account("deny", record, "Login refused: wrong password")
        case "account.locked": account("deny", record, "Login refused: locked after too many failures")
        case "account.refresh_reused": account("deny", record, "A used refresh token came again; its session was ended")
        case "account.created": account("create", record, "Made an account")
        case "account.password_changed": account("update", record, "Changed a password")
        case "account.disabled": account("update", record, "Shut an account out")
        case "account.enabled": account("update", record, "Let an account in again")
        case "access.refused":
            set("deny", "route", payload["route"]?.string, "Was refused: needs \(payload["permission"]?.string ?? "")")
            details = payload.object?.keeping(["permission", "method", "profile"]) ?? [:]
        case "data.imported":
            set("import", "data", payload["type"]?.string, "Imported data")
            details = payload.object ?? [:]
        case "configuration.changed":
            set("update", "configuration", payload["after"]?["hash"]?.string, "Started with another configuration")
            (before, after) = (payload["before"], payload["after"])
        default: other(record, payload)
        }
        if record.payload == nil { details["erased"] = true }
    }

    private mutating func set(_ action: String, _ resource: String, _ id: String?, _ description: String) {
        self.action = action
        self.resource = resource
        resourceID = id
        self.description = description
    }

    private mutating func account(_ action: String, _ record: Record, _ description: String) {
        let payload = record.payload ?? .null
        set(
            action,
            "user",
            payload["user"]?.string ?? record.subject.map { AuditProjection.user(of: $0.rawValue) },
            description
        )
        resourceName = payload["email"]?.string
        if let roles = payload["roles"] { after = ["roles": roles] }
    }

    /// `deal.changed` with `{id, name, before, after}` and the like.
    private mutating func other(_ record: Record, _ payload: JSONValue) {
        let parts = record.kind.rawValue.split(separator: ".", maxSplits: 1).map(String.init)
        let verb = parts.count > 1 ? parts[1] : ""
        let thing = parts[0]
        let id = payload["id"]?.string ?? payload["\(thing)_id"]?.string ?? payload["name"]?.string
        let words = verb.contains("_") ? verb.replacing("_", with: " ") : verb
        set(AuditEntry.action(of: verb), thing, id, "\(thing): \(words)")
        resourceName = payload["name"]?.string
        (before, after) = (payload["before"], payload["after"])
        let known = ["id", "name", "before", "after", "origin", "text", "comment", "content", "title"]
        details = JSONObject(uniqueMembers: (payload.object ?? [:]).members.filter { !known.contains($0.name) })
    }

    private static func action(of verb: String) -> String {
        switch verb {
        case _ where verb.hasPrefix("approved"): "approve"
        case _ where verb.hasPrefix("rejected") || verb.hasPrefix("expired"): "reject"
        case _ where verb.hasPrefix("deleted") || verb.hasPrefix("revoked") || verb.hasPrefix("erased"): "delete"
        case _ where verb.hasPrefix("exported") || verb.hasPrefix("sent"): "export"
        case _ where verb.hasPrefix("viewed") || verb.hasPrefix("read"): "view"
        case _ where verb.hasPrefix("denied") || verb.hasPrefix("refused"): "deny"
        case _ where verb.hasPrefix("imported") || verb.hasPrefix("received"): "import"
        case _ where verb.hasPrefix("intended") || verb.hasPrefix("ran") || verb.hasPrefix("simulated"): "execute"
        case _ where verb.hasPrefix("created") || verb.hasPrefix("given") || verb.hasPrefix("requested"): "create"
        case _ where verb.hasPrefix("detected"): "create"
        default: "update"
        }
    }
}

extension JSONObject {
    /// Only these members.
    fileprivate func keeping(_ names: [String]) -> JSONObject {
        JSONObject(uniqueMembers: members.filter { names.contains($0.name) })
    }
}
