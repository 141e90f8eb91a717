internal import AgentRuntime
internal import Tools

/// Asking: as one body, as a stream, and beginning anew.
struct AEMSChatRoutes: Sendable {
    let services: ProfileServices
    let sessions: AEMSSessions

    private var exchange: Exchange { Exchange(services: services) }

    var routes: [Route] { [chat, stream, resume, reset] }

    private static let denied = ErrorNaming(.forbidden, 403, "AI_ACCESS_DENIED")
    private static let namings = [
        denied, ErrorNaming(.invalidArgument, field: "query", 400, "INVALID_QUERY"),
        ErrorNaming(.unavailable, 503, "AI_SERVICE_UNAVAILABLE"),
    ]

    private static func body(_ more: JSONObject) -> RouteBody {
        var properties: JSONObject = ["query": ["type": "string", "minLength": 1], "session_id": AEMSSessions.schema]
        for member in more { properties[member.name] = member.value }
        return RouteBody([
            "type": "object", "required": ["query"], "properties": .object(properties), "additionalProperties": false,
        ])
    }

    private var chat: Route {
        var route = Route(
            .post,
            "/ai/chat",
            summary: "Ask a question; an unknown session begins with it.",
            tags: ["ai"],
            access: .permission(.chat),
            body: Self.body([
                "context_reset": ["type": ["boolean", "null"]],
                "visualization_preference": WireSchema.optionalString, "response_format": WireSchema.optionalString,
            ]),
            responses: [RouteResponse(200, "The answer.", schema: AEMSSchemas.answer)],
            errors: ["INVALID_QUERY", "AI_ACCESS_DENIED", "AI_SERVICE_UNAVAILABLE", "CONFLICT"]
        ) { routed in
            let query = try Self.query(routed)
            let session = try await sessions.open(routed.json["session_id"]?.string, routed)
            let resets = routed.json["context_reset"]?.bool ?? false
            if resets {
                try await services.conversations.forget(
                    session.conversation.id,
                    hidesHistory: false,
                    by: try routed.principal(),
                    on: routed.loop
                )
            }
            let accepted = try await exchange.send(query, to: session.conversation.id, routed)
            let answer = try await exchange.answer(accepted.turn, of: session.conversation.id, routed)
            if let failure = answer.failure { throw AgentError(turn: failure) }
            let body = AEMSWire.answer(
                answer,
                turn: accepted.turn,
                session: session.name,
                wishes: AEMSWire.Wishes(routed.json),
                keepsContext: !resets
            )
            return .json(.object(body))
        }
        .keepingAnswers()
        route.errorNamings = Self.namings
        return route
    }

    private var stream: Route {
        var route = Route(
            .post,
            "/ai/stream",
            summary: "Ask a question and receive the answer's events; with Last-Event-ID, the rest of an earlier one.",
            tags: ["ai"],
            access: .permission(.chat),
            body: Self.body(["stream_type": WireSchema.optionalString]),
            responses: [RouteResponse(200, "The answer's events.", contentType: "text/event-stream")],
            errors: ["INVALID_QUERY", "AI_ACCESS_DENIED", "AI_SERVICE_UNAVAILABLE", "CONFLICT"]
        ) { routed in
            let query = try Self.query(routed)
            let session = try await sessions.open(routed.json["session_id"]?.string, routed)
            if let last = routed.request.headers["Last-Event-ID"],
                let turn = Self.turn(of: query, at: last, in: session.conversation)
            {
                return try shown(turn, of: session.conversation.id, routed)
            }
            let accepted = try await exchange.send(query, to: session.conversation.id, routed)
            return try shown(accepted.turn, of: session.conversation.id, routed)
        }
        .keepingAnswers(streaming: { _ in true })
        route.errorNamings = Self.namings
        return route
    }

    /// The turn that a client comes back to: the one of its position, else the last that asked the same.
    private static func turn(of query: String, at position: String, in conversation: Conversation) -> TurnID? {
        let same = conversation.turns.filter { $0.text == query }
        return (same.last { EventPosition.isOf($0.id, position) } ?? same.last)?.id
    }

    private var resume: Route {
        Route(
            .get,
            "/ai/stream/{message_id}",
            summary: "Receive an answer's events again, from a position on.",
            tags: ["ai"],
            access: .anyOf([.chat, .conversationsReadAll]),
            parameters: Exchange.resumeParameters,
            responses: [RouteResponse(200, "The answer's events.", contentType: "text/event-stream")],
            errors: ["MESSAGE_NOT_FOUND"]
        ) { routed in
            let turn = TurnID(routed.parameter("message_id"))
            let conversation = try await services.conversation(of: turn, by: try routed.principal(), on: routed.loop)
            return try shown(turn, of: conversation.id, routed)
        }
        .naming(Self.denied, ErrorNaming(.notFound, 404, "MESSAGE_NOT_FOUND"))
    }

    private var reset: Route {
        Route(
            .post,
            "/ai/context/reset",
            summary: "Let the next question begin anew; what was said stays in the history unless that is refused.",
            tags: ["ai"],
            access: .permission(.chat),
            body: RouteBody([
                "type": "object", "required": ["session_id"], "additionalProperties": false,
                "properties": [
                    "session_id": ["type": "string", "minLength": 1, "maxLength": .integer(AEMSSessions.nameMax)],
                    "preserve_history": ["type": ["boolean", "null"]],
                ],
            ]),
            responses: [RouteResponse(200, "The context is reset.", schema: AEMSSchemas.reset)],
            errors: ["SESSION_NOT_FOUND", "AI_ACCESS_DENIED"]
        ) { routed in
            let session = try await sessions.existing(routed.json["session_id"]?.string ?? "", routed)
            let keeps = routed.json["preserve_history"]?.bool ?? true
            try await services.conversations.forget(
                session.conversation.id,
                hidesHistory: !keeps,
                by: try routed.principal(),
                on: routed.loop
            )
            return .json([
                "message": "Context reset successfully", "session_id": .string(session.name),
                "timestamp": .string(services.wallClock.now().iso8601), "previous_context_archived": .bool(keeps),
            ])
        }
        .naming(Self.denied, ErrorNaming(.notFound, 404, "SESSION_NOT_FOUND"))
    }

    private static func query(_ routed: RoutedRequest) throws -> String {
        let query = routed.json["query"]?.string ?? ""
        guard !query.allSatisfy(\.isWhitespace) else {
            let detail = AgentError.Detail(field: "query", message: "must not be empty")
            throw AgentError(.invalidArgument, "Query cannot be empty", details: [detail])
        }
        guard query.utf8.count <= TurnLimits().messageBytes else {
            let detail = AgentError.Detail(field: "query", message: "is too long")
            throw AgentError(.invalidArgument, "The query is too long.", details: [detail])
        }
        return query
    }

    private func shown(_ turn: TurnID, of session: SessionID, _ routed: RoutedRequest) throws -> HTTPResponse {
        let events = AEMSEvents(turn: turn, after: EventPosition.index(after: Exchange.lastEventID(routed), of: turn))
        return try exchange.stream(turn, of: session, after: nil, routed) { event, output in
            events.append(event, to: &output)
        }
    }
}
