internal import AgentRuntime
internal import Tools

/// Messages of a conversation: send, read, resume, cancel.
struct AetherMessageRoutes: Sendable {
    let services: ProfileServices
    let wire: AetherWire

    private var exchange: Exchange { Exchange(services: services) }

    var routes: [Route] { [send, history, resume, cancel] }

    private var send: Route {
        Route(
            .post,
            "/ai/conversations/{conversation_id}/messages",
            summary: "Send a message and receive its answer, as a stream or as one body.",
            tags: ["ai"],
            access: .permission(.chat),
            body: RouteBody([
                "type": "object",
                "required": ["message"],
                "properties": [
                    "message": ["type": "string", "minLength": 1], "context": ["type": ["object", "null"]],
                ],
                "additionalProperties": false,
            ]),
            responses: [
                RouteResponse(200, "The answer's events.", contentType: "text/event-stream"),
                RouteResponse(200, "The answer.", schema: AetherSchemas.answer),
            ],
            errors: ["CONFLICT", "IDEMPOTENCY_KEY_REUSED"]
        ) { routed in
            guard let form = AnswerForm.preferred(routed.request.headers.list("Accept")) else {
                throw AgentError(.notAcceptable, "An answer comes as text/event-stream or application/json.")
            }
            let session = SessionID(routed.parameter("conversation_id"))
            let accepted = try await exchange.send(
                routed.json["message"]?.string ?? "",
                context: routed.json["context"] ?? .null,
                to: session,
                routed
            )
            switch form {
            case .events:
                return try exchange.stream(accepted.turn, of: session, routed, encode: encoder(accepted.turn))
            case .json:
                let answer = try await exchange.answer(accepted.turn, of: session, routed)
                let data = AetherWire.answer(answer, turn: accepted.turn, conversation: session)
                return wire.success(data, routed.request)
            }
        }
        .keepingAnswers(streaming: { AnswerForm.preferred($0.request.headers.list("Accept")) == .events })
    }

    private var resume: Route {
        Route(
            .get,
            "/ai/conversations/{conversation_id}/messages/{message_id}/stream",
            summary: "Receive an answer's events again, from a position on.",
            tags: ["ai"],
            access: AetherConversationRoutes.readers,
            parameters: Exchange.resumeParameters,
            responses: [RouteResponse(200, "The answer's events.", contentType: "text/event-stream")]
        ) { routed in
            let turn = TurnID(routed.parameter("message_id"))
            let session = SessionID(routed.parameter("conversation_id"))
            return try await exchange.resume(turn, of: session, routed, encode: encoder(turn))
        }
    }

    private var cancel: Route {
        Route(
            .post,
            "/ai/conversations/{conversation_id}/messages/{message_id}/cancel",
            summary: "End a running answer; an ended one stays as it is.",
            tags: ["ai"],
            access: .permission(.chat),
            body: RouteBody(["type": "object"], isRequired: false),
            responses: [RouteResponse(200, "How the answer ended.", schema: AetherSchemas.cancelled)]
        ) { routed in
            let principal = try routed.principal()
            let session = SessionID(routed.parameter("conversation_id"))
            let turn = TurnID(routed.parameter("message_id"))
            let conversations = services.conversations
            let wasRunning = try await conversations.cancel(turn, of: session, by: principal, on: routed.loop)
            let answer = try await conversations.answer(turn, of: session, by: principal, on: routed.loop)
            let status = answer.summary?.status.rawValue ?? TurnStatus.cancelled.rawValue
            return wire.success(
                ["message_id": .string(turn.rawValue), "status": .string(status), "cancelled": .bool(wasRunning)],
                routed.request
            )
        }
    }

    private var history: Route {
        Route(
            .get,
            "/ai/conversations/{conversation_id}/messages",
            summary: "The conversation's messages, oldest first unless order is desc.",
            tags: ["ai"],
            access: AetherConversationRoutes.readers,
            parameters: PageRequest.parameters,
            responses: [RouteResponse(200, "The messages.", schema: AetherSchemas.history)]
        ) { routed in
            let principal = try routed.principal()
            let session = SessionID(routed.parameter("conversation_id"))
            let conversation = try await services.conversations.conversation(session, by: principal, on: routed.loop)
            try await services.history.caughtUp(principal.tenant)
            let page = PageRequest(routed.query, defaultLimit: 100)
            let messages = try await services.history.view.messages(
                of: session,
                in: principal.tenant,
                limit: 10_000
            )
            let ended = Set(messages.filter { $0.role == .assistant }.map(\.turn))
            let unended = conversation.unended.filter { !ended.contains($0.id) }
            var all = messages.map(AetherWire.message) + unended.map(AetherWire.unended)
            if routed.query["order"]?.string == "desc" { all.reverse() }
            let data: JSONValue = [
                "conversation_id": .string(session.rawValue),
                "messages": .array(Array(all.dropFirst(page.offset).prefix(page.limit))),
                "pagination": page.json(total: all.count),
            ]
            return wire.success(data, routed.request)
        }
    }

    private func encoder(_ turn: TurnID) -> EventEncoder {
        let events = AetherEvents(turn: turn)
        return { event, output in events.append(event, to: &output) }
    }
}

extension AetherWire {
    /// The answer of a turn that runs or waits: nothing of it is stored yet, its stream tells it.
    static func unended(_ turn: ConversationTurn) -> JSONValue {
        [
            "id": .string(turn.id.rawValue),
            "role": "assistant",
            "content": "",
            "status": .string(turn.isStarted ? "running" : "queued"),
            "timestamp": .string((turn.isStarted ? turn.startedAt : turn.receivedAt).iso8601),
            "citations": [],
            "charts": [],
            "suggested_actions": [],
            "tool_calls": [],
        ]
    }

    /// One message of a history.
    static func message(_ message: HistoryMessage) -> JSONValue {
        var object: JSONObject = [
            "id": .string(message.id),
            "role": .string(message.role.rawValue),
            "content": .string(message.content),
            "timestamp": .string(message.time.iso8601),
        ]
        guard message.role == .assistant else { return .object(object) }
        object["citations"] = .array(message.citations)
        object["charts"] = .array(message.charts)
        object["suggested_actions"] = .array(message.suggestedActions)
        object["tool_calls"] = .array(message.toolCalls)
        object["status"] = .string(message.summary?.status.rawValue ?? "running")
        object["usage"] = usage(message.summary?.usage ?? Usage())
        object["degraded"] = .bool(message.summary?.isDegraded ?? false)
        object["ungrounded"] = .array(message.summary?.ungrounded ?? [])
        if let failure = message.failure { object["error"] = AetherErrors.event(failure) }
        return .object(object)
    }
}
