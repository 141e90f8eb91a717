internal import AgentRuntime
internal import Tools

/// Conversations: begin, list, read, change, delete.
struct AetherConversationRoutes: Sendable {
    let services: ProfileServices
    let wire: AetherWire
    let mount: String

    var routes: [Route] { [create, list, read, change, delete] }

    /// Whoever may hold conversations or look them all through.
    static let readers = RouteAccess.anyOf([.chat, .conversationsReadAll])

    private static let members = [
        "conversation_id", "title", "status", "context", "metadata", "on_busy", "on_disconnect", "message_count",
        "created_at", "updated_at",
    ]

    private static let options: JSONObject = [
        "title": ["type": ["string", "null"], "maxLength": 200],
        "on_busy": ["type": "string", "enum": ["queue", "reject", "interrupt"]],
        "on_disconnect": ["type": "string", "enum": ["continue", "cancel"]],
    ]

    private var create: Route {
        var properties = Self.options
        properties["context"] = ["type": ["string", "object", "null"]]
        properties["initial_message"] = ["type": ["string", "null"]]
        properties["metadata"] = ["type": ["object", "null"]]
        return Route(
            .post,
            "/ai/conversations",
            summary: "Begin a conversation; with a first message its answer begins at once.",
            tags: ["ai"],
            access: .permission(.chat),
            body: RouteBody(
                ["type": "object", "properties": .object(properties), "additionalProperties": false],
                isRequired: false
            ),
            responses: [RouteResponse(201, "The conversation.", schema: AetherSchemas.created)]
        ) { routed in
            let principal = try routed.principal()
            let exchange = Exchange(services: services)
            let new = NewConversation(
                owner: principal,
                title: routed.json["title"]?.string,
                context: routed.json["context"] ?? .null,
                metadata: routed.json["metadata"] ?? .null
            )
            let conversation: Conversation
            var accepted: AcceptedMessage?
            if let text = routed.json["initial_message"]?.string {
                let message = IncomingMessage(text: text, context: new.metadata, principal: principal)
                let begun = try await exchange.begin(new, options: routed.json, with: message, on: routed.loop)
                accepted = begun.accepted
                conversation = try await services.conversations.conversation(
                    begun.session,
                    by: principal,
                    on: routed.loop
                )
            } else {
                conversation = try await exchange.begin(new, options: routed.json, on: routed.loop)
            }
            var data: JSONObject = [
                "conversation_id": .string(conversation.id.rawValue),
                "created_at": .string(conversation.createdAt.iso8601),
                "status": "active",
                "on_busy": .string(conversation.options.onBusy.rawValue),
                "on_disconnect": .string(conversation.options.onDisconnect.rawValue),
            ]
            if let accepted { data["message_id"] = .string(accepted.turn.rawValue) }
            let location = "\(mount)/ai/conversations/\(conversation.id)"
            return wire.success(.object(data), routed.request, status: 201, location: location)
        }
        .keepingAnswers()
    }

    private var list: Route {
        Route(
            .get,
            "/ai/conversations",
            summary: "The user's conversations, last changed first; for who only audits, the tenant's.",
            tags: ["ai"],
            access: Self.readers,
            parameters: PageRequest.parameters + [
                SortParameter.parameter(ConversationsView.Order.allCases.map(\.rawValue)),
                FieldSelection.parameter(Self.members),
            ],
            responses: [RouteResponse(200, "One page of conversations.", schema: AetherSchemas.list)],
            errors: ["INVALID_PARAMETER"]
        ) { routed in
            let principal = try routed.principal()
            try await services.history.caughtUp(principal.tenant)
            let page = PageRequest(routed.query)
            let selection = try FieldSelection(routed.query, known: Self.members)
            let (conversations, total) = try await services.history.view.conversations(
                of: principal.tenant,
                owner: principal.may(.chat) ? principal.user : nil,
                status: "active",
                order: page.sort.flatMap(ConversationsView.Order.init) ?? .updated,
                isDescending: !page.isAscending,
                offset: page.offset,
                limit: page.limit
            )
            let items = conversations.map { selection.apply(AetherWire.summary($0)) }
            return wire.list(items, page: page, total: total, routed.request)
        }
    }

    private var read: Route {
        Route(
            .get,
            "/ai/conversations/{conversation_id}",
            summary: "One conversation.",
            tags: ["ai"],
            access: Self.readers,
            responses: [RouteResponse(200, "The conversation.", schema: AetherSchemas.conversation)]
        ) { routed in
            let id = SessionID(routed.parameter("conversation_id"))
            let principal = try routed.principal()
            let conversation = try await services.conversations.conversation(id, by: principal, on: routed.loop)
            return wire.success(try await shown(conversation), routed.request)
        }
    }

    private var change: Route {
        Route(
            .patch,
            "/ai/conversations/{conversation_id}",
            summary: "Set the title or the options of a conversation.",
            tags: ["ai"],
            access: .permission(.chat),
            body: RouteBody([
                "type": "object", "properties": .object(Self.options), "additionalProperties": false,
                "minProperties": 1,
            ]),
            responses: [RouteResponse(200, "The conversation.", schema: AetherSchemas.conversation)]
        ) { routed in
            let conversation = try await services.conversations.change(
                SessionID(routed.parameter("conversation_id")),
                options: routed.json,
                title: routed.json["title"]?.string,
                by: try routed.principal(),
                on: routed.loop
            )
            return wire.success(try await shown(conversation), routed.request)
        }
    }

    private var delete: Route {
        Route(
            .delete,
            "/ai/conversations/{conversation_id}",
            summary: "Take a conversation out of sight; its records stay.",
            tags: ["ai"],
            access: .permission(.chat),
            responses: [RouteResponse(200, "It is deleted.", schema: AetherSchemas.deleted)]
        ) { routed in
            let id = SessionID(routed.parameter("conversation_id"))
            try await services.conversations.delete(id, by: try routed.principal(), on: routed.loop)
            return wire.success(["conversation_id": .string(id.rawValue), "status": "deleted"], routed.request)
        }
    }

    private func shown(_ conversation: Conversation) async throws -> JSONValue {
        try await services.history.caughtUp(conversation.tenant)
        let summary = try await services.history.view.conversation(conversation.id, in: conversation.tenant)
        return AetherWire.conversation(conversation, updatedAt: summary?.updatedAt)
    }
}

extension AetherWire {
    /// A conversation in a list.
    static func summary(_ summary: ConversationSummary) -> JSONObject {
        [
            "conversation_id": .string(summary.id.rawValue),
            "title": .optional(summary.title ?? summary.preview),
            "status": .string(summary.status),
            "context": summary.context,
            "metadata": summary.metadata,
            "on_busy": .string(summary.options.onBusy.rawValue),
            "on_disconnect": .string(summary.options.onDisconnect.rawValue),
            "message_count": .integer(summary.messageCount),
            "created_at": .string(summary.createdAt.iso8601),
            "updated_at": .string(summary.updatedAt.iso8601),
        ]
    }
}
