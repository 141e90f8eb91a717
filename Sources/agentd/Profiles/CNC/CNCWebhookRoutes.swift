internal import AgentRuntime
internal import Tools

/// Webhooks: list, register, change, delete.
struct CNCWebhookRoutes: Sendable {
    let services: ProfileServices
    let wire: CNCWire
    let mount: String

    var routes: [Route] { [list, create, change, delete] }

    private static let members = ["id", "name", "url", "events", "filters", "is_active", "created_at"]

    private static let properties = WebhookActions.properties(activeName: "is_active")

    private var list: Route {
        Route(
            .get,
            "/webhooks",
            summary: "The tenant's webhooks; their secrets are not told again.",
            tags: ["webhooks"],
            access: .permission(.webhooksManage),
            parameters: CNCPage.parameters + [FieldSelection.parameter(Self.members)],
            responses: [RouteResponse(200, "The webhooks.", schema: CNCSchemas.list(WireSchema.anyObject))]
        ) { routed in
            let page = try CNCPage(routed, keys: 2)
            let selection = try FieldSelection(routed.query, known: Self.members)
            let all = try await services.webhooks.all(of: try routed.principal())
            let listing = try CNCListing(
                all,
                page,
                sort: [("created_at", false)],
                key: { webhook, _ in webhook.createdAt.iso8601 },
                id: \.id
            )
            let items = listing.items.map { selection.apply($0.json()) }
            return wire.list(items, page: page, total: all.count, next: listing.next, routed.request)
        }
    }

    private var create: Route {
        Route(
            .post,
            "/webhooks",
            summary: "Register a webhook; without a secret one is made and told once.",
            tags: ["webhooks"],
            access: .permission(.webhooksManage),
            body: RouteBody([
                "type": "object", "required": ["url", "events"], "properties": .object(Self.properties),
                "additionalProperties": false,
            ]),
            responses: [RouteResponse(201, "The webhook with its secret.", schema: CNCSchemas.done)],
            errors: ["VALIDATION_ERROR"]
        ) { routed in
            let change = WebhookActions.Change(routed.json, activeName: "is_active")
            let webhook = try await services.webhooks.add(change, by: try routed.principal())
            return wire.success(
                .object(webhook.json(showsSecret: true)),
                routed.request,
                status: 201,
                location: "\(mount)/webhooks/\(webhook.id)"
            )
        }
        .keepingAnswers()
        .checking { await services.webhooks.faults($0.json, activeName: "is_active") }
    }

    private var change: Route {
        Route(
            .put,
            "/webhooks/{webhook_id}",
            summary: "Change a webhook; members that are left out stay.",
            tags: ["webhooks"],
            access: .permission(.webhooksManage),
            body: RouteBody([
                "type": "object", "properties": .object(Self.properties), "additionalProperties": false,
                "minProperties": 1,
            ]),
            responses: [RouteResponse(200, "The webhook.", schema: CNCSchemas.done)],
            errors: ["RESOURCE_NOT_FOUND", "VALIDATION_ERROR"]
        ) { routed in
            let change = WebhookActions.Change(routed.json, activeName: "is_active")
            let webhook = try await services.webhooks.update(
                routed.parameter("webhook_id"),
                change,
                by: try routed.principal()
            )
            return wire.success(.object(webhook.json()), routed.request)
        }
    }

    private var delete: Route {
        Route(
            .delete,
            "/webhooks/{webhook_id}",
            summary: "Delete a webhook and what waits for it.",
            tags: ["webhooks"],
            access: .permission(.webhooksManage),
            responses: [RouteResponse(200, "It is deleted.", schema: CNCSchemas.done)],
            errors: ["RESOURCE_NOT_FOUND"]
        ) { routed in
            let id = routed.parameter("webhook_id")
            try await services.webhooks.remove(id, by: try routed.principal())
            return wire.success(["id": .string(id), "deleted": true], routed.request)
        }
    }
}
