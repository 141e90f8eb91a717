internal import AgentRuntime

/// The commands about webhooks, for the daemon and for a command alone with the data folder.
struct WebhookControl: ControlHandler {
    let store: WebhookStore
    let wallClock: any WallClock

    let commands = ["webhooks.list", "webhooks.dead", "webhooks.resend"]

    func handle(_ command: String, _ arguments: JSONObject, progress: ControlProgress) async throws -> JSONValue {
        let tenant = arguments["tenant"]?.string.map { TenantID($0) }
        switch command {
        case "webhooks.list":
            return .array(
                try await store.all(of: tenant).map { webhook in
                    var object = webhook.json()
                    object["tenant"] = .string(webhook.tenant.rawValue)
                    return .object(object)
                }
            )
        case "webhooks.dead":
            return .array(
                try await store.dead(of: tenant).map { webhook, delivery in
                    [
                        "id": .integer(Int(delivery.id)), "webhook": .string(webhook.id),
                        "tenant": .string(webhook.tenant.rawValue), "event": .string(delivery.event),
                        "attempts": .integer(delivery.attempts), "last_error": .optional(delivery.lastError),
                        "first_at": .optional(delivery.firstAt?.iso8601),
                    ]
                }
            )
        case "webhooks.resend":
            let id = arguments["id"]?.int.map(Int64.init)
            return ["resent": .integer(try await store.resend(id, of: tenant, now: wallClock.now()))]
        default: throw AgentError(.notFound, "There is no command \(command).")
        }
    }
}
