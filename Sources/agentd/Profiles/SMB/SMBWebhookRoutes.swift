internal import AgentRuntime
internal import Tools

/// Webhooks: register.
struct SMBWebhookRoutes: Sendable {
    let services: ProfileServices
    let wire: SMBWire
    let mount: String

    var routes: [Route] { [create] }

    private var create: Route {
        Route(
            .post,
            "/webhooks",
            summary: "Register a webhook; without a secret one is made and told once.",
            tags: ["webhooks"],
            access: .permission(.webhooksManage),
            body: RouteBody([
                "type": "object", "required": ["url", "events"],
                "properties": .object(WebhookActions.properties(activeName: "isActive")),
                "additionalProperties": false,
            ]),
            responses: [
                RouteResponse(201, "The webhook with its secret.", schema: SMBWire.envelope(WireSchema.anyObject))
            ],
            errors: ["VALIDATION_ERROR"]
        ) { routed in
            let change = WebhookActions.Change(routed.json, activeName: "isActive")
            let webhook = try await services.webhooks.add(change, by: try routed.principal())
            var data = webhook.json(activeName: "isActive", showsSecret: true)
            data["created_at"] = nil
            data["createdAt"] = .string(webhook.createdAt.iso8601)
            var response = wire.success(.object(data), routed.request, status: 201)
            response.headers["Location"] = "\(mount)/webhooks/\(webhook.id)"
            return response
        }
        .keepingAnswers()
        .checking { await services.webhooks.faults($0.json, activeName: "isActive") }
    }
}
