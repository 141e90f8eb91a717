internal import AgentRuntime
internal import Tools

/// Webhooks: register.
struct AetherWebhookRoutes: Sendable {
    let services: ProfileServices
    let wire: AetherWire
    let mount: String

    var routes: [Route] { [create] }

    private var create: Route {
        Route(
            .post,
            "/integrations/webhooks",
            summary: "Register a webhook; without a secret one is made and told once.",
            tags: ["integrations"],
            access: .permission(.webhooksManage),
            body: RouteBody([
                "type": "object", "required": ["url", "events"],
                "properties": .object(WebhookActions.properties(activeName: "active")),
                "additionalProperties": false,
            ]),
            responses: [
                RouteResponse(
                    201,
                    "The webhook with its secret.",
                    schema: WireSchema.object([
                        "success": ["const": true], "data": WireSchema.anyObject, "meta": WireSchema.anyObject,
                    ])
                )
            ],
            errors: ["VALIDATION_ERROR"]
        ) { routed in
            let change = WebhookActions.Change(routed.json, activeName: "active")
            let webhook = try await services.webhooks.add(change, by: try routed.principal())
            return wire.success(
                .object(webhook.json(activeName: "active", showsSecret: true)),
                routed.request,
                status: 201,
                location: "\(mount)/integrations/webhooks/\(webhook.id)"
            )
        }
        .keepingAnswers()
        .checking { await services.webhooks.faults($0.json, activeName: "active") }
    }
}
