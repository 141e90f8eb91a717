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

    static let winProbability = envelope(
        WireSchema.object([
            "opportunity_id": WireSchema.string,
            "win_probability": ["type": "number", "minimum": 0, "maximum": 1],
            "factors": ["type": "object", "additionalProperties": ["type": "number", "minimum": 0, "maximum": 1]],
            "recommendations": WireSchema.strings, "status": WireSchema.oneOf(["open", "won", "lost"]),
            "method": WireSchema.string, "factor_details": WireSchema.objects,
        ])
    )

    static let intelligence = envelope(
        WireSchema.object([
            "customer_id": WireSchema.string, "name": WireSchema.string, "lifetime_value": WireSchema.number,
            "total_orders": WireSchema.integer, "average_order_value": WireSchema.optionalNumber,
            "last_order_date": WireSchema.optionalString, "reorder_probability": WireSchema.optionalNumber,
            "reorder_predicted_date": WireSchema.optionalString, "churn_risk": WireSchema.optionalString,
            "churn_probability": WireSchema.optionalNumber, "segment": WireSchema.optionalString,
            "rfm": WireSchema.optionalObject,
        ])
    )

    static let materialForecast = envelope(
        WireSchema.object([
            "material_id": WireSchema.string, "material_code": WireSchema.string, "material_name": WireSchema.string,
            "unit": WireSchema.string, "forecast_horizon": WireSchema.oneOf(["weekly", "monthly", "quarterly"]),
            "forecasts": WireSchema.list(
                WireSchema.object([
                    "period": WireSchema.string, "forecasted_quantity": WireSchema.number,
                    "confidence_lower": WireSchema.number, "confidence_upper": WireSchema.number,
                    "confidence_score": WireSchema.number,
                ])
            ),
            "model_info": WireSchema.object([
                "model_type": WireSchema.string, "model_version": WireSchema.string,
                "accuracy_score": WireSchema.optionalNumber,
            ]),
        ])
    )

    static let pricing = envelope(
        WireSchema.object([
            "quotation_id": WireSchema.string, "currency": WireSchema.string,
            "desired_margin_percent": WireSchema.number,
            "pricing_breakdown": WireSchema.list(
                WireSchema.object([
                    "line_item_index": WireSchema.integer, "product_name": WireSchema.optionalString,
                    "quantity": WireSchema.integer, "material_cost": WireSchema.number,
                    "machining_time_hours": WireSchema.number, "labor_cost": WireSchema.number,
                    "overhead": WireSchema.number, "total_cost": WireSchema.number,
                    "suggested_price": WireSchema.number, "line_total": WireSchema.number,
                    "margin_percent": WireSchema.optionalNumber, "confidence_score": WireSchema.number,
                    "labor_details": WireSchema.anyObject, "notes": WireSchema.strings,
                ])
            ),
            "total_cost": WireSchema.number, "total_amount": WireSchema.number,
        ])
    )

    static let done = envelope(WireSchema.anyObject)
}
