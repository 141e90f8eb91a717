internal import AgentRuntime

/// JSON Schemas of what the aether profile answers; the OpenAPI document is made of them.
enum AetherSchemas {
    private static let string: JSONValue = ["type": "string"]
    private static let optionalString: JSONValue = ["type": ["string", "null"]]
    private static let integer: JSONValue = ["type": "integer"]
    private static let objects: JSONValue = ["type": "array", "items": ["type": "object"]]

    private static func object(_ properties: JSONObject, required: [String]? = nil) -> JSONValue {
        [
            "type": "object",
            "properties": .object(properties),
            "required": .array((required ?? properties.names).map(JSONValue.string)),
        ]
    }

    private static func envelope(_ data: JSONValue) -> JSONValue {
        object(["success": ["const": true], "data": data, "meta": meta])
    }

    private static let meta = object(["request_id": string, "timestamp": string, "version": string])

    private static let usage = object([
        "input_tokens": integer, "output_tokens": integer, "cost": ["type": "number"],
    ])

    static let answer = envelope(
        object([
            "message_id": string, "conversation_id": string, "role": ["const": "assistant"], "content": string,
            "citations": objects, "charts": objects, "suggested_actions": objects, "tool_calls": objects,
            "usage": usage, "ungrounded": ["type": "array"], "degraded": ["type": "boolean"], "status": string,
        ])
    )

    static let cancelled = envelope(
        object(["message_id": string, "status": string, "cancelled": ["type": "boolean"]])
    )

    static let history = envelope(object(["conversation_id": string, "messages": objects]))

    static let created = envelope(
        object(
            ["conversation_id": string, "created_at": string, "status": string, "message_id": string],
            required: ["conversation_id", "created_at", "status"]
        )
    )

    private static let conversationObject = object([
        "conversation_id": string, "title": optionalString, "status": string, "on_busy": string,
        "on_disconnect": string, "message_count": integer, "created_at": string, "updated_at": string,
    ])

    static let conversation = envelope(conversationObject)

    static let list = object([
        "success": ["const": true], "data": ["type": "array", "items": conversationObject],
        "pagination": ["type": "object"], "links": ["type": "object"], "meta": meta,
    ])

    static let deleted = envelope(object(["conversation_id": string, "status": string]))

    static let tokens = object([
        "access_token": string, "refresh_token": string, "token_type": ["const": "Bearer"], "expires_in": integer,
        "user": ["type": "object"],
    ])

    static let loggedOut = object(["success": ["const": true], "message": string])

    static let me = object([
        "id": string, "email": optionalString, "roles": ["type": "array", "items": string],
        "permissions": ["type": "array", "items": string], "tenant": ["type": "object"],
    ])
}
