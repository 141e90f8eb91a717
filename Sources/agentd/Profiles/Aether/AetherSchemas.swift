internal import AgentRuntime

/// JSON Schemas of what the aether profile answers; the OpenAPI document is made of them.
enum AetherSchemas {
    static func envelope(_ data: JSONValue) -> JSONValue {
        WireSchema.object(["success": ["const": true], "data": data, "meta": meta])
    }

    private static let meta = WireSchema.object([
        "request_id": WireSchema.string, "timestamp": WireSchema.string, "version": WireSchema.string,
    ])

    private static let usage = WireSchema.object([
        "input_tokens": WireSchema.integer, "output_tokens": WireSchema.integer, "cost": ["type": "number"],
    ])

    static let answer = envelope(
        WireSchema.object([
            "message_id": WireSchema.string, "conversation_id": WireSchema.string, "role": ["const": "assistant"],
            "content": WireSchema.string,
            "citations": WireSchema.objects, "charts": WireSchema.objects, "suggested_actions": WireSchema.objects,
            "tool_calls": WireSchema.objects,
            "usage": usage, "ungrounded": ["type": "array"], "degraded": ["type": "boolean"],
            "status": WireSchema.string,
        ])
    )

    static let cancelled = envelope(
        WireSchema.object([
            "message_id": WireSchema.string, "status": WireSchema.string, "cancelled": ["type": "boolean"],
        ])
    )

    static let history = envelope(
        WireSchema.object(["conversation_id": WireSchema.string, "messages": WireSchema.objects])
    )

    static let created = envelope(
        WireSchema.object(
            [
                "conversation_id": WireSchema.string, "created_at": WireSchema.string, "status": WireSchema.string,
                "message_id": WireSchema.string,
            ],
            required: ["conversation_id", "created_at", "status"]
        )
    )

    private static let conversationObject = WireSchema.object([
        "conversation_id": WireSchema.string, "title": WireSchema.optionalString, "status": WireSchema.string,
        "on_busy": WireSchema.string,
        "on_disconnect": WireSchema.string, "message_count": WireSchema.integer, "created_at": WireSchema.string,
        "updated_at": WireSchema.string,
    ])

    static let conversation = envelope(conversationObject)

    static let list = WireSchema.object([
        "success": ["const": true],
        "data": WireSchema.list(["type": "object", "properties": conversationObject["properties"] ?? [:]]),
        "pagination": ["type": "object"], "links": ["type": "object"], "meta": meta,
    ])

    static let deleted = envelope(
        WireSchema.object(["conversation_id": WireSchema.string, "status": WireSchema.string])
    )

    static let tokens = WireSchema.object([
        "access_token": WireSchema.string, "refresh_token": WireSchema.string, "token_type": ["const": "Bearer"],
        "expires_in": WireSchema.integer,
        "user": ["type": "object"],
    ])

    static let loggedOut = WireSchema.object(["success": ["const": true], "message": WireSchema.string])

    static let me = WireSchema.object([
        "id": WireSchema.string, "email": WireSchema.optionalString,
        "roles": ["type": "array", "items": WireSchema.string],
        "permissions": ["type": "array", "items": WireSchema.string], "tenant": ["type": "object"],
    ])
}
