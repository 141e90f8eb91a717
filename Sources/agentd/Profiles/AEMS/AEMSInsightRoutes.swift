internal import AgentRuntime
internal import Tools

/// What could be asked now, and how the assistant is used.
struct AEMSInsightRoutes: Sendable {
    let services: ProfileServices
    let sessions: AEMSSessions

    var routes: [Route] { [suggestions, analytics] }

    private var suggestions: Route {
        Route(
            .get,
            "/ai/suggestions",
            summary: "Questions that are worth asking now, by what the data shows and what was asked last.",
            tags: ["ai"],
            access: .permission(.chat),
            parameters: [
                RouteParameter(
                    "session_id",
                    summary: "Suggestions that follow from this session too.",
                    schema: ["type": "string", "minLength": 1, "maxLength": .integer(AEMSSessions.nameMax)]
                ),
                RouteParameter(
                    "category",
                    summary: "Only this business domain.",
                    schema: ["type": "string", "minLength": 1, "maxLength": 100]
                ),
                RouteParameter(
                    "limit",
                    summary: "\(SuggestionBook.limitDefault) unless said.",
                    schema: ["type": "integer", "minimum": 1, "maximum": .integer(SuggestionBook.limitMax)]
                ),
            ],
            responses: [RouteResponse(200, "The suggestions.", schema: AEMSSchemas.suggestions)],
            errors: ["AI_ACCESS_DENIED", "SESSION_NOT_FOUND"]
        ) { routed in
            let principal = try routed.principal()
            let limit = routed.query["limit"]?.int ?? SuggestionBook.limitDefault
            let category = routed.query["category"]?.string?.lowercased()
            var session: AEMSSessions.Named?
            if let name = routed.query["session_id"]?.string { session = try await sessions.existing(name, routed) }
            var items = try await followUps(session, principal)
            let settings = try await services.domain.settings.settings(for: principal)
            let context = [category ?? "", session?.conversation.turns.last?.text ?? ""].joined(separator: " ")
            let found = try await services.domain.suggestions.suggestions(
                for: principal,
                context: context,
                limit: SuggestionBook.limitMax,
                settings: settings
            )
            items += found.map { suggestion in
                Item(
                    id: suggestion.id,
                    query: suggestion.text,
                    category: suggestion.category,
                    relevance: suggestion.relevance,
                    description: "What the data shows now",
                    isAction: suggestion.kind == .action
                )
            }
            var seen: Set<String> = []
            let kept = items.filter { item in
                (category == nil || item.category == category) && seen.insert(item.query.lowercased()).inserted
            }
            return .json([
                "suggestions": .array(kept.prefix(limit).map(\.json)),
                "context_based": .bool(!(session?.conversation.turns.isEmpty ?? true)),
                // What a user may not see is not suggested to him.
                "personalization_applied": true,
            ])
        }
        .naming(
            ErrorNaming(.forbidden, 403, "AI_ACCESS_DENIED"),
            ErrorNaming(.notFound, 404, "SESSION_NOT_FOUND")
        )
    }

    private struct Item: Sendable {
        var id: String
        var query: String
        var category: String
        var relevance: Double
        var description: String
        var isAction: Bool

        var json: JSONValue {
            [
                "id": .string(id), "query": .string(query), "category": .string(category),
                "relevance_score": .double(relevance), "description": .string(description),
                "expected_response_type": isAction ? "chart" : "analytical",
            ]
        }
    }

    /// What the last answer of a session itself suggests.
    private func followUps(_ session: AEMSSessions.Named?, _ principal: Principal) async throws -> [Item] {
        guard let session else { return [] }
        try await services.history.caughtUp(principal.tenant)
        guard let turn = session.conversation.turns.last(where: { $0.status == .completed }),
            let answer = try await services.history.view.message(turn.id.rawValue, in: principal.tenant)
        else { return [] }
        let category = AEMSWire.category(of: answer.toolCalls.last?["name"]?.string)
        return answer.suggestedActions.compactMap { action in
            guard let query = action["question"]?.string ?? action["label"]?.string else { return nil }
            return Item(
                id: "sug_" + SHA256.hex(query).prefix(12),
                query: query,
                category: category,
                relevance: 0.95,
                description: "Follows from the last answer",
                isAction: false
            )
        }
    }

    private var analytics: Route {
        Route(
            .get,
            "/ai/analytics",
            summary: "How the assistant is used: every figure is counted from the journal.",
            tags: ["analytics"],
            access: .permission(.analyticsRead),
            parameters: AEMSSpan.parameters + [RouteParameter("user_id", summary: "Only this user.")],
            responses: [RouteResponse(200, "The figures.", schema: AEMSSchemas.analytics)],
            errors: ["ANALYTICS_ACCESS_DENIED"]
        ) { routed in
            let principal = try routed.principal()
            let span = try AEMSSpan(routed.query)
            try await services.history.caughtUp(principal.tenant)
            let figures = try await services.usage.figures(
                of: principal.tenant,
                user: routed.query["user_id"]?.string.map { UserID($0) },
                from: span.from,
                until: span.until
            )
            return .json(Self.json(figures, span, now: services.wallClock.now()))
        }
        .naming(ErrorNaming(.forbidden, 403, "ANALYTICS_ACCESS_DENIED"))
    }

    private static func json(_ figures: UsageFigures, _ span: AEMSSpan, now: Timestamp) -> JSONValue {
        var categories: [String: Int] = [:]
        for (tool, count) in figures.tools { categories[AEMSWire.category(of: tool), default: 0] += count }
        let ranked = categories.sorted { ($1.value, $0.key) < ($0.value, $1.key) }
        let up = figures.ratings["thumbs_up"] ?? 0
        let down = figures.ratings["thumbs_down"] ?? 0
        let feedback = figures.ratings.values.reduce(0, +)
        // From one to five: down is 1, neutral 3, up 5.
        let points = 3 * feedback + 2 * up - 2 * down
        let end = span.until.map { $0.advanced(by: .milliseconds(-1)) } ?? now
        return [
            "period": [
                "from": .optional((span.from ?? figures.first)?.iso8601), "to": .string(end.iso8601),
            ],
            "total_queries": .integer(figures.queries),
            "unique_users": .integer(figures.users),
            "average_response_time_ms": figures.millisecondsMean.map { .integer(Int($0.rounded())) } ?? .null,
            "top_categories": .array(
                ranked.map { name, count in
                    [
                        "category": .string(name), "count": .integer(count),
                        "percentage": percent(count, of: figures.queries),
                    ]
                }
            ),
            "user_satisfaction": [
                "average_rating": ratio(points, feedback, places: 2), "total_feedback": .integer(feedback),
                "positive_percentage": percent(up, of: feedback),
                "ratings": .object(
                    JSONObject(
                        uniqueMembers: AEMSHistoryRoutes.ratings.map {
                            (name: $0, value: .integer(figures.ratings[$0] ?? 0))
                        }
                    )
                ),
            ],
            "error_rates": [
                "total_errors": .integer(figures.failed),
                "error_percentage": percent(figures.failed, of: figures.queries),
                "common_errors": .array(
                    figures.errors.map { code, count in
                        [
                            "error_code": .string(AEMSErrors.table[AgentError.Code(code)].name),
                            "count": .integer(count),
                        ]
                    }
                ),
            ],
        ]
    }

    private static func ratio(_ part: Int, _ whole: Int, places: Int) -> JSONValue {
        ExactNumber(part).divided(by: ExactNumber(whole), places: places).map(JSONValue.exact) ?? .null
    }

    private static func percent(_ part: Int, of whole: Int) -> JSONValue { ratio(part * 100, whole, places: 1) }
}
