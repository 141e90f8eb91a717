internal import AgentRuntime

/// How the aether profile writes what it answers: `{success, data, meta}`, lists with `pagination` and `links`.
struct AetherWire: Sendable {
    let wallClock: any WallClock

    func meta(_ request: HTTPRequest) -> JSONValue {
        [
            "request_id": .string(request.requestID),
            "timestamp": .string(wallClock.now().iso8601),
            "version": "1.0",
        ]
    }

    func success(_ data: JSONValue, _ request: HTTPRequest, status: Int = 200, location: String? = nil) -> HTTPResponse
    {
        let body: JSONValue = ["success": true, "data": data, "meta": meta(request)]
        var response = HTTPResponse.json(body, status: status)
        if let location { response.headers["Location"] = location }
        if request.method == .get || request.method == .head { response.headers["ETag"] = EntityTag.of(data.bytes()) }
        return response
    }

    /// One page of a list: `pagination` counts the whole, `links` lead to its neighbours.
    func list(_ items: [JSONValue], page: PageRequest, total: Int, _ request: HTTPRequest) -> HTTPResponse {
        let body: JSONValue = [
            "success": true,
            "data": .array(items),
            "pagination": page.json(total: total),
            "links": page.links(total: total, request),
            "meta": meta(request),
        ]
        var response = HTTPResponse.json(body)
        let named: JSONValue = [.array(items), .integer(total), .string(request.target)]
        response.headers["ETag"] = EntityTag.of(named.bytes())
        return response
    }

    static func conversation(_ conversation: Conversation, updatedAt: Timestamp? = nil) -> JSONValue {
        [
            "conversation_id": .string(conversation.id.rawValue),
            "title": .optional(conversation.title),
            "context": conversation.context,
            "metadata": conversation.metadata,
            "status": .string(conversation.isDeleted ? "deleted" : "active"),
            "on_busy": .string(conversation.options.onBusy.rawValue),
            "on_disconnect": .string(conversation.options.onDisconnect.rawValue),
            "message_count": .integer(conversation.places.count * 2),
            "created_at": .string(conversation.createdAt.iso8601),
            "updated_at": .string((updatedAt ?? conversation.createdAt).iso8601),
        ]
    }

    /// The assistant's message as one JSON body.
    static func answer(_ answer: Answer, turn: TurnID, conversation: SessionID) -> JSONValue {
        var object: JSONObject = [
            "message_id": .string(turn.rawValue),
            "conversation_id": .string(conversation.rawValue),
            "role": "assistant",
            "content": .string(answer.content),
            "citations": .array(answer.citations),
            "charts": .array(answer.charts),
            "suggested_actions": .array(answer.suggestedActions),
            "tool_calls": .array(answer.toolCalls),
            "usage": usage(answer.summary?.usage ?? Usage()),
            "ungrounded": .array(answer.summary?.ungrounded ?? []),
            "degraded": .bool(answer.summary?.isDegraded ?? false),
            "status": .string(answer.summary?.status.rawValue ?? "running"),
            "processing_time_ms": .integer(answer.summary?.milliseconds ?? 0),
        ]
        if let notice = answer.approvals.last { object["approval"] = .object(notice.json) }
        if let failure = answer.failure { object["error"] = AetherErrors.event(failure) }
        return .object(object)
    }

    static func usage(_ usage: Usage) -> JSONValue {
        [
            "input_tokens": .integer(usage.inputTokens),
            "output_tokens": .integer(usage.outputTokens),
            "cost": .exact(usage.cost.exact),
        ]
    }
}
