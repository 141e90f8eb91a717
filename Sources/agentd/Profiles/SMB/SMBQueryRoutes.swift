internal import AgentRuntime
internal import Tools

/// Questions in plain words.
struct SMBQueryRoutes: Sendable {
    let services: ProfileServices
    let wire: SMBWire

    var routes: [Route] { [query, ask] }

    /// An answer that a model did not finish within its bounds is no fault of the question.
    private static let unfinished = ErrorNaming(.limitExceeded, 502, "AI_QUERY_FAILED")

    private static let context: JSONValue = [
        "type": ["object", "null"],
        "properties": [
            "module": ["type": ["string", "null"], "maxLength": 200],
            "conversationId": ["type": ["string", "null"], "maxLength": 200],
            "dataSourceIds": ["type": ["array", "null"], "maxItems": 100, "items": ["type": "string"]],
        ],
    ]

    private static let answer = WireSchema.object(
        [
            "answer": WireSchema.string, "sources": WireSchema.objects, "suggestedActions": WireSchema.objects,
            "conversationId": WireSchema.string, "messageId": WireSchema.string, "status": WireSchema.string,
            "citations": WireSchema.objects,
            "charts": WireSchema.objects, "degraded": WireSchema.boolean, "prediction": WireSchema.optionalObject,
            "factors": WireSchema.objects,
        ],
        required: ["answer", "conversationId"]
    )

    private var query: Route {
        Route(
            .post,
            "/ai/query",
            summary: "Ask a question; the answer names the sources that it rests on.",
            tags: ["ai"],
            access: .permission(.chat),
            body: RouteBody([
                "type": "object", "required": ["query"],
                "properties": ["query": ["type": "string", "minLength": 1], "context": Self.context],
                "additionalProperties": false,
            ]),
            responses: [RouteResponse(200, "The answer.", schema: SMBWire.envelope(Self.answer))],
            errors: ["VALIDATION_ERROR", "RESOURCE_NOT_FOUND", "AI_QUERY_FAILED"]
        ) { routed in
            let asked = try await exchange(routed.json["query"]?.string ?? "", routed)
            var data = base(asked)
            data["sources"] = .array(try await sources(of: asked.answer, for: try routed.principal()))
            return wire.success(.object(data), routed.request)
        }
        .keepingAnswers()
        .naming(Self.unfinished)
    }

    private var ask: Route {
        Route(
            .post,
            "/modules/predictive-analytics/ask",
            summary: "Ask about what is to come.",
            tags: ["ai"],
            access: .permission(.chat),
            body: RouteBody([
                "type": "object", "required": ["question"],
                "properties": ["question": ["type": "string", "minLength": 1], "context": Self.context],
                "additionalProperties": false,
            ]),
            responses: [RouteResponse(200, "The answer.", schema: SMBWire.envelope(Self.answer))],
            errors: ["VALIDATION_ERROR", "RESOURCE_NOT_FOUND", "AI_QUERY_FAILED"]
        ) { routed in
            let asked = try await exchange(routed.json["question"]?.string ?? "", routed)
            var data = base(asked)
            let calls =
                try await services.conversations
                .conversation(asked.session, by: try routed.principal(), on: routed.loop)
                .turn(asked.turn)?.steps.flatMap(\.calls) ?? []
            let prediction = calls.lazy.compactMap(SMBPrediction.init).first
            data["prediction"] = prediction?.json ?? .null
            data["factors"] = prediction?.factors ?? []
            data["sources"] = .array(try await sources(of: asked.answer, for: try routed.principal()))
            return wire.success(.object(data), routed.request)
        }
        .keepingAnswers()
        .naming(Self.unfinished)
    }

    private struct Asked {
        var session: SessionID
        var turn: TurnID
        var answer: Answer
    }

    /// Sends a question to the conversation that the request names, or to a new one.
    private func exchange(_ text: String, _ routed: RoutedRequest) async throws -> Asked {
        let exchange = Exchange(services: services)
        let principal = try routed.principal()
        let context = routed.json["context"]
        let session: SessionID
        let accepted: AcceptedMessage
        if let id = context?["conversationId"]?.string {
            session = SessionID(id)
            accepted = try await exchange.send(text, context: context ?? .null, to: session, routed)
        } else {
            let new = NewConversation(owner: principal, context: context ?? .null)
            (session, accepted) = try await exchange.begin(new, with: text, routed)
        }
        let answer = try await exchange.answer(accepted.turn, of: session, routed)
        if let failure = answer.failure { throw AgentError(turn: failure) }
        return Asked(session: session, turn: accepted.turn, answer: answer)
    }

    private func base(_ asked: Asked) -> JSONObject {
        [
            "answer": .string(asked.answer.content),
            "suggestedActions": .array(asked.answer.suggestedActions.map(Self.action)),
            "conversationId": .string(asked.session.rawValue),
            "messageId": .string(asked.turn.rawValue),
            "status": .string(asked.answer.summary?.status.rawValue ?? "running"),
            "citations": .array(asked.answer.citations),
            "charts": .array(asked.answer.charts),
            "degraded": .bool(asked.answer.summary?.isDegraded ?? false),
        ]
    }

    private static func action(_ action: JSONValue) -> JSONValue {
        let label = action["label"] ?? ""
        if let url = action["url"] { return ["label": label, "action": "navigate", "path": url] }
        return ["label": label, "action": "ask", "query": action["question"] ?? label]
    }

    /// Where the rows of an answer's figures come from, and how many there are of each.
    ///
    /// The figure is asked for once more, divided by source; what is no figure counts by its kind.
    private func sources(of answer: Answer, for principal: Principal) async throws -> [JSONValue] {
        var counts: [(type: String, count: Int)] = []
        func add(_ type: String, _ count: Int) {
            if let index = counts.firstIndex(where: { $0.type == type }) {
                counts[index].count += count
            } else {
                counts.append((type, count))
            }
        }
        for call in answer.calls where call.call.name == "metrics_query" && call.status == .completed {
            var arguments = JSONObject(
                uniqueMembers: call.call.arguments.members.filter {
                    ["metric", "period", "filters", "measure"].contains($0.name)
                }
            )
            arguments["group_by"] = "source"
            arguments["limit"] = 50
            arguments["order_by"] = nil
            let content = try await services.domain.content(of: "metrics_query", arguments, for: principal)
            for group in content?["groups"]?.array ?? [] {
                guard let rows = group["rows"]?.int, rows > 0 else { continue }
                let name = group["name"]?.string ?? ""
                add(name.isEmpty || name == "unassigned" ? "ledger" : name.lowercased(), rows)
            }
        }
        let hasFigures = !counts.isEmpty
        for citation in answer.citations {
            let kind = citation["source"]?.string ?? ""
            if kind == "ledger" {
                if !hasFigures { add("ledger", citation["rows"]?.int ?? 1) }
            } else if !kind.isEmpty {
                add(kind, 1)
            }
        }
        return counts.map { ["type": .string($0.type), "dataPoints": .integer($0.count)] }
    }
}
