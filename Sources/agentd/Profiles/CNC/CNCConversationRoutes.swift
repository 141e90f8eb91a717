internal import AgentRuntime
internal import Tools

/// Conversations with customers: they are the tenant's, and whoever supports may read and go on with them.
struct CNCConversationRoutes: Sendable {
    let services: ProfileServices
    let wire: CNCWire
    let mount: String

    var routes: [Route] { [list, start, read, send, escalate] }

    private static let channels: JSONValue = [
        "type": "string", "enum": ["web_chat", "email", "whatsapp", "phone"],
    ]
    /// Whoever may hold conversations, help in them or look them all through.
    private static let readers = RouteAccess.anyOf([.chat, .conversationsSupport, .conversationsReadAll])
    private static let messagesMax = 1000
    private static let members = [
        "id", "status", "channel", "customer_id", "subject", "escalation", "message_count", "created_at", "updated_at",
    ]

    private var list: Route {
        Route(
            .get,
            "/conversations",
            summary: "The tenant's conversations, last changed first; one's own for those who do not support.",
            tags: ["conversations"],
            access: Self.readers,
            parameters: CNCPage.parameters
                + CNCSort.parameters(ConversationsView.Order.allCases.map(\.rawValue)) + [
                    FieldSelection.parameter(Self.members),
                    RouteParameter("status", schema: ["type": "string", "enum": ["active", "escalated"]]),
                    RouteParameter("channel", schema: Self.channels),
                    RouteParameter("customer_id", schema: ["type": "string", "minLength": 1]),
                ],
            responses: [
                RouteResponse(200, "One page of conversations.", schema: CNCSchemas.list(CNCSchemas.conversation))
            ],
            errors: ["INVALID_VALUE"]
        ) { routed in
            let principal = try routed.principal()
            let seesAll = principal.may(.conversationsSupport) || principal.may(.conversationsReadAll)
            try await services.history.caughtUp(principal.tenant)
            let selection = try FieldSelection(routed.query, known: Self.members)
            let sort = try CNCSort.read(
                routed.query,
                known: ConversationsView.Order.allCases.map(\.rawValue),
                initial: [(ConversationsView.Order.updated.rawValue, true)],
                countMax: 1
            )
            let order = ConversationsView.Order(rawValue: sort[0].name) ?? .updated
            let page = try CNCPage(routed, keys: 2)
            var metadata: [String: String] = [:]
            metadata["channel"] = routed.query["channel"]?.string
            metadata["customer_id"] = routed.query["customer_id"]?.string
            let (conversations, total) = try await services.history.view.conversations(
                of: principal.tenant,
                owner: seesAll ? nil : principal.user,
                status: routed.query["status"]?.string,
                access: .tenant,
                metadata: metadata,
                order: order,
                isDescending: sort[0].isDescending,
                after: try Self.place(page),
                offset: page.offset,
                limit: page.limit + 1
            )
            let shown = conversations.prefix(page.limit)
            let last = conversations.count > shown.count ? shown.last : nil
            let next = last.map { last -> [JSONValue] in
                [.integer(Int(last.time(order).milliseconds)), .string(last.id.rawValue)]
            }
            let items = shown.map { selection.apply(Self.json($0)) }
            return wire.list(items, page: page, total: total, next: next, routed.request)
        }
    }

    private static func place(_ page: CNCPage) throws(AgentError) -> (time: Timestamp, id: SessionID)? {
        guard let place = page.place else { return nil }
        guard let time = place[0].int, let id = place[1].string else { throw CNCPage.wrongCursor() }
        return (Timestamp(milliseconds: Int64(time)), SessionID(id))
    }

    private var start: Route {
        Route(
            .post,
            "/conversations",
            summary: "Start a conversation, with or without a customer.",
            tags: ["conversations"],
            access: .permission(.chat),
            body: RouteBody([
                "type": "object", "required": ["channel"],
                "properties": [
                    "channel": Self.channels, "customer_id": ["type": ["string", "null"], "maxLength": 200],
                    "subject": ["type": ["string", "null"], "maxLength": 200],
                ],
                "additionalProperties": false,
            ]),
            responses: [
                RouteResponse(201, "The conversation.", schema: CNCSchemas.envelope(CNCSchemas.conversation))
            ],
            errors: ["VALIDATION_ERROR"]
        ) { routed in
            let principal = try routed.principal()
            let customer = routed.json["customer_id"]?.string
            if let customer {
                guard try await services.domain.catalogue.hasCustomer(customer, of: principal.tenant) else {
                    throw AgentError(
                        .invalidArgument,
                        "There is no such customer.",
                        details: [.init(field: "customer_id", message: "is no customer")]
                    )
                }
            }
            let conversation = try await Exchange(services: services).begin(
                NewConversation(
                    owner: principal,
                    title: routed.json["subject"]?.string,
                    metadata: [
                        "channel": .string(routed.json["channel"]?.string ?? ""), "customer_id": .optional(customer),
                    ]
                ),
                options: ["access": "tenant"],
                on: routed.loop
            )
            if let customer {
                try await services.domain.catalogue.bind(conversation.id, to: customer, of: principal.tenant)
            }
            let data = Self.json(conversation, status: "active")
            return wire.success(
                .object(data),
                routed.request,
                status: 201,
                location: "\(mount)/conversations/\(conversation.id)"
            )
        }
        .keepingAnswers()
    }

    private var read: Route {
        Route(
            .get,
            "/conversations/{conversation_id}",
            summary: "One conversation with its messages.",
            tags: ["conversations"],
            access: Self.readers,
            responses: [
                RouteResponse(200, "The conversation.", schema: CNCSchemas.envelope(CNCSchemas.conversation))
            ],
            errors: ["RESOURCE_NOT_FOUND"]
        ) { routed in
            let principal = try routed.principal()
            let id = SessionID(routed.parameter("conversation_id"))
            let conversation = try await services.conversations.conversation(id, by: principal, on: routed.loop)
            try await services.history.caughtUp(principal.tenant)
            let summary = try await services.history.view.conversation(id, in: principal.tenant)
            let messages = try await services.history.view.messages(
                of: id,
                in: principal.tenant,
                limit: Self.messagesMax
            )
            var data = summary.map(Self.json) ?? Self.json(conversation, status: "active")
            data["messages"] = .array(messages.map(Self.message))
            return wire.success(.object(data), routed.request)
        }
    }

    private var send: Route {
        Route(
            .post,
            "/conversations/{conversation_id}/messages",
            summary: "Send a message and receive its answer, with the intent that was understood.",
            tags: ["conversations", "ai"],
            access: .permission(.chat),
            body: RouteBody([
                "type": "object", "required": ["content"],
                "properties": ["content": ["type": "string", "minLength": 1], "channel": Self.channels],
                "additionalProperties": false,
            ]),
            responses: [RouteResponse(200, "The answer.", schema: CNCSchemas.answer)],
            errors: ["RESOURCE_NOT_FOUND", "RESOURCE_CONFLICT", "VALIDATION_ERROR"]
        ) { routed in
            let exchange = Exchange(services: services)
            let session = SessionID(routed.parameter("conversation_id"))
            let text = routed.json["content"]?.string ?? ""
            let context: JSONValue = routed.json["channel"].map { ["channel": $0] } ?? .null
            let accepted = try await exchange.send(text, context: context, to: session, routed)
            let answer = try await exchange.answer(accepted.turn, of: session, routed)
            if let failure = answer.failure { throw AgentError(turn: failure) }
            let (intent, confidence) = Self.intent(text, answer)
            return wire.success(
                [
                    "message": [
                        "id": .string(accepted.turn.rawValue),
                        "content": .string(answer.content),
                        "direction": "outbound",
                        "sender_type": "bot",
                        "sent_at": .string((answer.startedAt ?? wire.wallClock.now()).iso8601),
                    ],
                    "intent": .string(intent),
                    "confidence": .double(confidence),
                    "citations": .array(answer.citations),
                    "suggested_actions": .array(answer.suggestedActions),
                    "status": .string(answer.summary?.status.rawValue ?? "running"),
                    "degraded": .bool(answer.summary?.isDegraded ?? false),
                ],
                routed.request
            )
        }
        .keepingAnswers()
    }

    /// What the writer wanted: what the answer was found by where it says so, else what the words say.
    private static func intent(_ text: String, _ answer: Answer) -> (String, Double) {
        let reading = MessageIntent.read(text)
        let found = answer.calls.lazy.filter { $0.status == .completed }.compactMap { intents[$0.call.name] }.first
        guard let found else { return (reading.intent.rawValue, reading.confidence) }
        // Words and tool agree, or the tool alone has answered.
        return (found.rawValue, reading.intent == found ? max(0.95, reading.confidence) : 0.8)
    }

    private static let intents: [String: MessageIntent] = [
        "order_status": .orderStatus, "price_quote": .quotationRequest, "invoices_overdue": .invoiceInquiry,
    ]

    private var escalate: Route {
        Route(
            .post,
            "/conversations/{conversation_id}/escalate",
            summary: "Hand a conversation to a person.",
            tags: ["conversations"],
            access: .permission(.chat),
            body: RouteBody(
                [
                    "type": "object",
                    "properties": [
                        "reason": ["type": ["string", "null"], "maxLength": 2000],
                        "assigned_to": ["type": ["string", "null"], "maxLength": 200],
                    ],
                    "additionalProperties": false,
                ],
                isRequired: false
            ),
            responses: [
                RouteResponse(200, "The conversation.", schema: CNCSchemas.envelope(CNCSchemas.conversation))
            ],
            errors: ["RESOURCE_NOT_FOUND", "VALIDATION_ERROR"]
        ) { routed in
            let principal = try routed.principal()
            let id = SessionID(routed.parameter("conversation_id"))
            let before = try await services.conversations.conversation(id, by: principal, on: routed.loop)
            if let user = routed.json["assigned_to"]?.string {
                let account = try await services.accounts.account(id: UserID(user))
                guard account?.tenant == principal.tenant else {
                    throw AgentError(
                        .invalidArgument,
                        "There is no such user.",
                        details: [.init(field: "assigned_to", message: "is no user of this tenant")]
                    )
                }
            }
            var metadata = before.metadata.object ?? [:]
            metadata["escalation"] = [
                "reason": .optional(routed.json["reason"]?.string),
                "assigned_to": .optional(routed.json["assigned_to"]?.string),
                "escalated_by": .string(principal.user.rawValue),
                "escalated_at": .string(wire.wallClock.now().iso8601),
            ]
            let after = try await services.conversations.change(
                id,
                options: nil,
                title: nil,
                status: "escalated",
                metadata: .object(metadata),
                by: principal,
                on: routed.loop
            )
            return wire.success(.object(Self.json(after, status: "escalated")), routed.request)
        }
        .keepingAnswers()
    }

    // MARK: Shape

    private static func json(_ conversation: Conversation, status: String) -> JSONObject {
        var object = json(conversation.id, conversation.metadata, subject: conversation.title, status: status)
        object["message_count"] = .integer(conversation.places.count * 2)
        object["created_at"] = .string(conversation.createdAt.iso8601)
        object["updated_at"] = .string(conversation.createdAt.iso8601)
        return object
    }

    private static func json(_ summary: ConversationSummary) -> JSONObject {
        var object = json(
            summary.id,
            summary.metadata,
            subject: summary.title ?? summary.preview,
            status: summary.status
        )
        object["message_count"] = .integer(summary.messageCount)
        object["created_at"] = .string(summary.createdAt.iso8601)
        object["updated_at"] = .string(summary.updatedAt.iso8601)
        return object
    }

    private static func json(
        _ id: SessionID,
        _ metadata: JSONValue,
        subject: String?,
        status: String
    ) -> JSONObject {
        [
            "id": .string(id.rawValue), "status": .string(status),
            "channel": .string(metadata["channel"]?.string ?? "web_chat"),
            "customer_id": .optional(metadata["customer_id"]?.string), "subject": .optional(subject),
            "escalation": metadata["escalation"] ?? .null,
        ]
    }

    private static func message(_ message: HistoryMessage) -> JSONValue {
        let isBot = message.role == .assistant
        return [
            "id": .string(message.id), "content": .string(message.content),
            "direction": .string(isBot ? "outbound" : "inbound"),
            "sender_type": .string(isBot ? "bot" : "customer"), "sent_at": .string(message.time.iso8601),
            "citations": .array(message.citations),
        ]
    }
}
