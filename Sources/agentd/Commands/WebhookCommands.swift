internal import AgentRuntime

// `agentd webhooks …`: subscriptions, and the deliveries that nobody took. They work beside a running daemon and
// without one.

struct WebhooksListCommand: Command {
    let syntax = CommandSyntax(
        "webhooks list",
        "Lists webhooks, one in a line.",
        flags: [Flag("tenant", .value("T"), "Only those of this tenant.")]
    )

    func run(_ arguments: Arguments, in context: CommandContext) async throws -> Int32 {
        let result = try await WebhookRequest.perform("webhooks.list", arguments, in: context)
        for webhook in result.array ?? [] {
            let events = webhook["events"]?.array?.compactMap(\.string).joined(separator: ",") ?? ""
            let state = webhook["is_active"]?.bool == true ? "active" : "off"
            let words = ["id", "tenant", "url"].map { webhook[$0]?.string ?? "" } + [events, state]
            context.print(words.joined(separator: "\t") + "\n")
        }
        return 0
    }
}

struct WebhooksDeadCommand: Command {
    let syntax = CommandSyntax(
        "webhooks dead",
        "Lists deliveries that were given up after a day, one in a line.",
        flags: [Flag("tenant", .value("T"), "Only those of this tenant.")]
    )

    func run(_ arguments: Arguments, in context: CommandContext) async throws -> Int32 {
        let result = try await WebhookRequest.perform("webhooks.dead", arguments, in: context)
        for delivery in result.array ?? [] {
            let words =
                [String(delivery["id"]?.int ?? 0)]
                + ["tenant", "webhook", "event", "last_error"].map { delivery[$0]?.string ?? "" }
            context.print(words.joined(separator: "\t") + "\n")
        }
        return 0
    }
}

struct WebhooksResendCommand: Command {
    let syntax = CommandSyntax(
        "webhooks resend",
        "Lets deliveries that were given up be tried again: one by its number, or all.",
        flags: [
            Flag("tenant", .value("T"), "Only those of this tenant."),
            Flag("id", .value("N"), "The delivery's number, as `webhooks dead` says it."),
        ]
    )

    func run(_ arguments: Arguments, in context: CommandContext) async throws -> Int32 {
        var more: JSONObject = [:]
        if let text = arguments.value("id") {
            guard let id = Int(text) else { throw AgentError(.invalidArgument, "--id must be a number.") }
            more["id"] = .integer(id)
        }
        let result = try await WebhookRequest.perform("webhooks.resend", arguments, more, in: context)
        context.print("\(result["resent"]?.int ?? 0) will be sent again\n")
        return 0
    }
}

private enum WebhookRequest {
    static func perform(
        _ command: String,
        _ arguments: Arguments,
        _ more: JSONObject = [:],
        in context: CommandContext
    ) async throws -> JSONValue {
        var request = more
        if let tenant = arguments.value("tenant") { request["tenant"] = .string(tenant) }
        return try await ControlledCommand(configuration: try context.configuration(arguments), context: context)
            .perform(command, request)
    }
}
