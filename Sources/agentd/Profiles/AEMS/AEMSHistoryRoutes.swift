internal import AgentRuntime
internal import Tools

/// What was said, and what users think of it.
struct AEMSHistoryRoutes: Sendable {
    let services: ProfileServices
    let sessions: AEMSSessions
    let mount: String

    var routes: [Route] { [history, feedback, given] }

    static let ratings = ["thumbs_up", "thumbs_down", "neutral"]

    private var history: Route {
        Route(
            .get,
            "/ai/history",
            summary: "The messages of a session, or all of the user's, oldest first.",
            tags: ["ai"],
            parameters: [
                RouteParameter(
                    "session_id",
                    summary: "Only this session.",
                    schema: ["type": "string", "minLength": 1, "maxLength": .integer(AEMSSessions.nameMax)]
                ),
                RouteParameter(
                    "limit",
                    summary: "50 unless said.",
                    schema: ["type": "integer", "minimum": 1, "maximum": 100]
                ),
                RouteParameter(
                    "offset",
                    summary: "Messages to pass over.",
                    schema: ["type": "integer", "minimum": 0, "maximum": 10_000_000]
                ),
            ] + AEMSSpan.parameters,
            responses: [RouteResponse(200, "The messages.", schema: AEMSSchemas.history)],
            errors: ["HISTORY_ACCESS_DENIED", "SESSION_NOT_FOUND"]
        ) { routed in
            let principal = try routed.principal()
            guard principal.may(.chat) || principal.may(.conversationsReadAll) else {
                throw AgentError(.forbidden, "Access denied to chat history")
            }
            let span = try AEMSSpan(routed.query)
            let limit = routed.query["limit"]?.int ?? 50
            let offset = routed.query["offset"]?.int ?? 0
            var session: AEMSSessions.Named?
            if let name = routed.query["session_id"]?.string { session = try await sessions.existing(name, routed) }
            try await services.history.caughtUp(principal.tenant)
            let (messages, total) = try await services.history.view.history(
                of: principal.tenant,
                owner: session == nil ? principal.user : nil,
                conversation: session?.conversation.id,
                from: span.from,
                until: span.until,
                offset: offset,
                limit: limit
            )
            let pages = max(1, (total + limit - 1) / limit)
            return .json([
                "session_id": .optional(session?.name),
                "total_messages": .integer(total),
                "messages": .array(messages.map(AEMSWire.message)),
                "pagination": [
                    "current_page": .integer(offset / limit + 1), "total_pages": .integer(pages),
                    "has_next": .bool(offset + messages.count < total), "has_previous": .bool(offset > 0),
                ],
            ])
        }
        .naming(
            ErrorNaming(.forbidden, 403, "HISTORY_ACCESS_DENIED"),
            ErrorNaming(.notFound, 404, "SESSION_NOT_FOUND")
        )
    }

    private var feedback: Route {
        Route(
            .post,
            "/ai/feedback",
            summary: "Say what an answer was worth; the last word of a user about an answer counts.",
            tags: ["ai"],
            access: .permission(.chat),
            body: RouteBody([
                "type": "object", "required": ["message_id", "rating"], "additionalProperties": false,
                "properties": [
                    "message_id": ["type": "string", "minLength": 1, "maxLength": 200],
                    "session_id": AEMSSessions.schema,
                    "rating": WireSchema.oneOf(Self.ratings),
                    "feedback_type": ["type": ["string", "null"], "maxLength": 100],
                    "comment": ["type": ["string", "null"], "maxLength": 5000],
                    "specific_issues": [
                        "type": ["array", "null"], "maxItems": 50, "items": ["type": "string", "maxLength": 500],
                    ],
                ],
            ]),
            responses: [RouteResponse(201, "It is recorded.", schema: AEMSSchemas.feedback)],
            errors: ["INVALID_RATING", "MESSAGE_NOT_FOUND"]
        ) { routed in
            let principal = try routed.principal()
            let turn = TurnID(routed.json["message_id"]?.string ?? "")
            let conversation = try await services.conversation(of: turn, by: principal, on: routed.loop)
            guard conversation.owner == principal.user else { throw AgentError.noSuchMessage }
            if let name = routed.json["session_id"]?.string {
                guard try await sessions.existing(name, routed).conversation.id == conversation.id else {
                    throw AgentError.noSuchMessage
                }
            }
            let now = services.wallClock.now()
            let id = "fb_" + SHA256.hex("\(principal.tenant) \(principal.user) \(turn) \(now.milliseconds)").prefix(24)
            var payload: JSONObject = [
                "feedback_id": .string(id), "message_id": .string(turn.rawValue),
                "conversation": .string(conversation.id.rawValue),
            ]
            for name in ["rating", "feedback_type", "comment", "specific_issues"] {
                payload[name] = routed.json[name] ?? .null
            }
            try await services.domain.record(
                RecordKind.feedbackGiven.rawValue,
                .object(payload),
                by: principal,
                isPersonal: true
            )
            let body: JSONValue = [
                "feedback_id": .string(id), "message": "Feedback recorded successfully",
                "timestamp": .string(now.iso8601),
            ]
            var response = HTTPResponse.json(body, status: 201)
            response.headers["Location"] = "\(mount)/ai/feedback/\(id)"
            return response
        }
        .keepingAnswers()
        .naming(
            ErrorNaming(.forbidden, 403, "AI_ACCESS_DENIED"),
            ErrorNaming(.notFound, 404, "MESSAGE_NOT_FOUND"),
            ErrorNaming(.invalidArgument, field: "rating", 400, "INVALID_RATING")
        )
    }
}

extension AEMSHistoryRoutes {
    /// How far back in the journal an opinion is looked for.
    private static let recordsMax: Int64 = 100_000
    private static let window: Int64 = 1000

    private var given: Route {
        Route(
            .get,
            "/ai/feedback/{feedback_id}",
            summary: "An opinion that one has given.",
            tags: ["ai"],
            access: .permission(.chat),
            responses: [RouteResponse(200, "The opinion.", schema: AEMSSchemas.feedbackGiven)],
            errors: ["FEEDBACK_NOT_FOUND"]
        ) { routed in
            let id = routed.parameter("feedback_id")
            guard let record = try await record(of: id, by: try routed.principal()), let payload = record.payload else {
                throw AgentError(.notFound, "There is no such feedback.")
            }
            return .json([
                "feedback_id": .string(id), "message_id": payload["message_id"] ?? .null,
                "rating": payload["rating"] ?? .null, "feedback_type": payload["feedback_type"] ?? .null,
                "comment": payload["comment"] ?? .null, "specific_issues": payload["specific_issues"] ?? .null,
                "timestamp": .string(record.wallTime.iso8601),
            ])
        }
        .naming(
            ErrorNaming(.forbidden, 403, "AI_ACCESS_DENIED"),
            ErrorNaming(.notFound, 404, "FEEDBACK_NOT_FOUND")
        )
    }

    /// The record of a user's own opinion, looked for from the journal's end.
    private func record(of id: String, by principal: Principal) async throws -> Record? {
        let journal = services.domain.journal
        let head = try await journal.tenantHeads()[principal.tenant] ?? 0
        var end = head
        while end > 0, head - end < Self.recordsMax {
            let start = max(0, end - Self.window)
            let records = try await journal.records(of: principal.tenant, after: start, limit: Int(end - start))
            let found = records.last { record in
                record.kind == .feedbackGiven && record.actor == "user:\(principal.user)"
                    && record.payload?["feedback_id"]?.string == id
            }
            if let found { return found }
            end = start
        }
        return nil
    }
}

/// The time between `date_from` and `date_to`, both included; a day counts whole.
struct AEMSSpan: Sendable, Hashable {
    var from: Timestamp?
    /// The first instant that does not count.
    var until: Timestamp?

    static let parameters = [
        RouteParameter("date_from", summary: "From this day or instant on (ISO 8601).", schema: schema),
        RouteParameter("date_to", summary: "Up to this day or instant (ISO 8601).", schema: schema),
    ]

    private static let schema: JSONValue = ["type": "string", "minLength": 10, "maxLength": 40]

    init(_ query: JSONObject) throws(AgentError) {
        if let text = query["date_from"]?.string { from = try Self.instant(text, "date_from", isEnd: false) }
        if let text = query["date_to"]?.string { until = try Self.instant(text, "date_to", isEnd: true) }
        if let from, let until, until <= from {
            throw Self.refusal("date_from", "must not be after date_to")
        }
    }

    private static func instant(_ text: String, _ name: String, isEnd: Bool) throws(AgentError) -> Timestamp {
        if let day = CalendarDate(text) { return Timestamp(startOf: isEnd ? day.adding(days: 1) : day) }
        // A plus of an offset is a space once the query is decoded.
        guard let instant = Timestamp(iso8601: text) ?? Timestamp(iso8601: text.replacing(" ", with: "+")) else {
            throw refusal(name, "must be a day (YYYY-MM-DD) or an instant (YYYY-MM-DDThh:mm:ssZ)")
        }
        return isEnd ? instant.advanced(by: .milliseconds(1)) : instant
    }

    private static func refusal(_ field: String, _ words: String) -> AgentError {
        AgentError(
            .invalidParameter,
            "The span of time does not hold.",
            details: [AgentError.Detail(field: field, message: words)]
        )
    }
}
