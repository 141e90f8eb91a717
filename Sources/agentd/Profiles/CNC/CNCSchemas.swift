internal import AgentRuntime

/// JSON Schemas of what the cnc profile answers; the OpenAPI document is made of them.
enum CNCSchemas {
    private static let meta = WireSchema.object(
        ["timestamp": WireSchema.string, "request_id": WireSchema.string, "pagination": pagination],
        required: ["timestamp", "request_id"]
    )

    private static let pagination = WireSchema.object(
        [
            "page": WireSchema.integer, "limit": WireSchema.integer, "total": WireSchema.integer,
            "total_pages": WireSchema.integer, "next_cursor": WireSchema.optionalString,
        ],
        required: ["limit", "total", "total_pages", "next_cursor"]
    )

    static func envelope(_ data: JSONValue) -> JSONValue {
        WireSchema.object(["success": ["const": true], "data": data, "meta": meta])
    }

    static func list(_ item: JSONValue) -> JSONValue { envelope(WireSchema.list(item)) }

    static let tokens = envelope(
        WireSchema.object([
            "token": WireSchema.string, "refresh_token": WireSchema.string, "expires_in": WireSchema.integer,
            "user": WireSchema.anyObject,
        ])
    )

    static let email = WireSchema.object(
        [
            "id": WireSchema.string, "message_id": WireSchema.optionalString, "subject": WireSchema.string,
            "from": WireSchema.anyObject, "to": WireSchema.objects, "cc": WireSchema.objects,
            "received_at": WireSchema.string, "snippet": WireSchema.string, "category": WireSchema.optionalString,
            "category_confidence": WireSchema.optionalNumber, "category_source": WireSchema.optionalString,
            "intent": WireSchema.optionalString, "priority": WireSchema.string, "status": WireSchema.string,
            "is_unread": WireSchema.boolean, "customer_id": WireSchema.optionalString,
            "attachments": WireSchema.objects, "auto_reply": WireSchema.anyObject, "body": WireSchema.string,
        ],
        required: []
    )

    static let sentEmail = envelope(
        WireSchema.object([
            "email_id": WireSchema.string, "status": WireSchema.string, "note": WireSchema.optionalString,
            "to": WireSchema.objects, "subject": WireSchema.string, "content": WireSchema.string,
            "in_reply_to": WireSchema.optionalString,
        ])
    )

    static let conversation = WireSchema.object(
        [
            "id": WireSchema.string, "status": WireSchema.string, "channel": WireSchema.string,
            "customer_id": WireSchema.optionalString, "subject": WireSchema.optionalString,
            "message_count": WireSchema.integer, "created_at": WireSchema.string, "updated_at": WireSchema.string,
            "escalation": WireSchema.optionalObject, "messages": WireSchema.objects,
        ],
        required: ["id", "status", "channel", "customer_id", "subject", "created_at"]
    )

    static let answer = envelope(
        WireSchema.object([
            "message": WireSchema.object([
                "id": WireSchema.string, "content": WireSchema.string, "direction": WireSchema.string,
                "sender_type": WireSchema.string, "sent_at": WireSchema.string,
            ]),
            "intent": WireSchema.string, "confidence": WireSchema.number, "citations": WireSchema.objects,
            "suggested_actions": WireSchema.objects, "status": WireSchema.string, "degraded": WireSchema.boolean,
        ])
    )

    static let article = WireSchema.object(
        [
            "id": WireSchema.string, "title": WireSchema.string, "category": WireSchema.optionalString,
            "tags": WireSchema.strings, "status": WireSchema.string, "content": WireSchema.string,
            "file": WireSchema.string, "created_at": WireSchema.string, "updated_at": WireSchema.string,
        ],
        required: []
    )

    static let search = envelope(
        WireSchema.object(["results": WireSchema.objects, "total": WireSchema.integer])
    )

    static let named = WireSchema.object(["id": WireSchema.string, "name": WireSchema.string], required: [])

    static let done = envelope(WireSchema.anyObject)
}
