internal import AgentRuntime

/// JSON Schemas of what the aems profile answers; the OpenAPI document is made of them.
enum AEMSSchemas {
    private typealias Schema = WireSchema

    static let tokens = Schema.object([
        "access_token": Schema.string, "token_type": ["const": "bearer"], "expires_in": Schema.integer,
        "refresh_token": Schema.string,
    ])

    static let loggedOut = Schema.object(["message": Schema.string])

    static let verified = Schema.object([
        "user": Schema.object([
            "id": Schema.string, "email": Schema.optionalString, "full_name": Schema.optionalString,
            "role": Schema.optionalString, "roles": Schema.strings, "permissions": Schema.strings,
            "mfa_enabled": Schema.boolean, "tenant_id": Schema.string,
        ]),
        "token_valid": ["const": true],
        "expires_at": Schema.optionalString,
    ])

    static let answer = Schema.object([
        "message_id": Schema.string, "session_id": Schema.string,
        "response_type": Schema.oneOf(["text", "chart", "composite"]), "text_response": Schema.string,
        "chart_data": Schema.optionalObject, "insights": Schema.strings, "follow_up_suggestions": Schema.strings,
        "processing_time_ms": Schema.integer, "confidence_score": Schema.optionalNumber,
        "data_sources": Schema.strings, "context_maintained": Schema.boolean, "citations": Schema.objects,
        "tool_calls": Schema.objects, "usage": Schema.anyObject, "ungrounded": ["type": "array"],
        "degraded": Schema.boolean, "status": Schema.string,
    ])

    static let history = Schema.object([
        "session_id": Schema.optionalString, "total_messages": Schema.integer,
        "messages": Schema.list(
            Schema.object(
                [
                    "message_id": Schema.string, "timestamp": Schema.string, "type": Schema.oneOf(["user", "ai"]),
                    "content": Schema.string,
                ]
            )
        ),
        "pagination": Schema.object([
            "current_page": Schema.integer, "total_pages": Schema.integer, "has_next": Schema.boolean,
            "has_previous": Schema.boolean,
        ]),
    ])

    static let feedbackGiven = WireSchema.object([
        "feedback_id": WireSchema.string, "message_id": WireSchema.string, "rating": WireSchema.string,
        "feedback_type": WireSchema.optionalString, "comment": WireSchema.optionalString,
        "specific_issues": ["type": ["array", "null"]], "timestamp": WireSchema.string,
    ])
    static let feedback = Schema.object([
        "feedback_id": Schema.string, "message": Schema.string, "timestamp": Schema.string,
    ])

    static let reset = Schema.object([
        "message": Schema.string, "session_id": Schema.string, "timestamp": Schema.string,
        "previous_context_archived": Schema.boolean,
    ])

    static let suggestions = Schema.object([
        "suggestions": Schema.list(
            Schema.object([
                "id": Schema.string, "query": Schema.string, "category": Schema.string,
                "relevance_score": Schema.number, "description": Schema.string,
                "expected_response_type": Schema.string,
            ])
        ),
        "context_based": Schema.boolean, "personalization_applied": Schema.boolean,
    ])

    static let analytics = Schema.object([
        "period": Schema.object(["from": Schema.optionalString, "to": Schema.string]),
        "total_queries": Schema.integer, "unique_users": Schema.integer,
        "average_response_time_ms": Schema.optionalInteger,
        "top_categories": Schema.list(
            Schema.object(["category": Schema.string, "count": Schema.integer, "percentage": Schema.optionalNumber])
        ),
        "user_satisfaction": Schema.object([
            "average_rating": Schema.optionalNumber, "total_feedback": Schema.integer,
            "positive_percentage": Schema.optionalNumber, "ratings": Schema.anyObject,
        ]),
        "error_rates": Schema.object([
            "total_errors": Schema.integer, "error_percentage": Schema.optionalNumber,
            "common_errors": Schema.list(Schema.object(["error_code": Schema.string, "count": Schema.integer])),
        ]),
    ])

    private static let period: JSONObject = [
        "period": Schema.string, "period_start": Schema.string, "period_end": Schema.string,
    ]

    private static func inPeriod(_ more: JSONObject, required: [String]? = nil) -> JSONValue {
        var properties = period
        for member in more { properties[member.name] = member.value }
        return Schema.object(properties, required: required.map { period.names + $0 })
    }

    static let salesOverview = inPeriod([
        "total_revenue": Schema.optionalNumber, "revenue_change_percentage": Schema.optionalNumber,
        "new_deals": Schema.integer, "deals_change_percentage": Schema.optionalNumber,
        "win_rate": Schema.optionalNumber, "win_rate_change_percentage": Schema.optionalNumber,
        "average_deal_size": Schema.optionalNumber, "pipeline_value": Schema.number,
        "conversion_rate": Schema.optionalNumber, "customer_acquisition_cost": Schema.optionalNumber,
        "customer_lifetime_value": Schema.optionalNumber,
        "top_performers": Schema.list(
            Schema.object([
                "sales_rep_id": Schema.optionalString, "name": Schema.string, "revenue": Schema.number,
                "deals_closed": Schema.integer,
            ])
        ),
        "regional_breakdown": Schema.list(
            Schema.object([
                "region": Schema.string, "revenue": Schema.optionalNumber, "percentage": Schema.optionalNumber,
            ])
        ),
        "currency": Schema.string,
    ])

    static let pipeline = Schema.object([
        "pipeline_stages": Schema.list(
            Schema.object(["stage": Schema.string, "count": Schema.integer, "value": Schema.number])
        ),
        "total_pipeline_value": Schema.number, "weighted_pipeline": Schema.number,
    ])

    static let salesForecast = Schema.object([
        "forecast_period": Schema.oneOf(["30d", "90d", "1y"]), "period_start": Schema.string,
        "period_end": Schema.string, "predicted_revenue": Schema.number,
        "confidence_interval": Schema.object(["lower": Schema.optionalNumber, "upper": Schema.optionalNumber]),
        "monthly_breakdown": Schema.list(
            Schema.object([
                "month": Schema.string, "predicted": Schema.number,
                "confidence": Schema.oneOf(["high", "medium", "low"]), "lower": Schema.number,
                "upper": Schema.number,
            ])
        ),
        "basis": Schema.oneOf(["history", "pipeline"]), "currency": Schema.string,
    ])

    static let financeOverview = inPeriod(
        [
            "currency": Schema.string, "kpis": Schema.anyObject, "revenue_growth_rate": Schema.optionalNumber,
            "financial_health_score": Schema.optionalNumber, "cash_runway_months": Schema.optionalNumber,
            "burn_rate_monthly": Schema.optionalNumber, "debt_to_equity_ratio": Schema.optionalNumber,
            "projections": Schema.anyObject,
        ],
        required: [
            "currency", "kpis", "revenue_growth_rate", "financial_health_score", "cash_runway_months",
            "burn_rate_monthly", "debt_to_equity_ratio",
        ]
    )

    static let expenses = inPeriod([
        "total_expenses": Schema.number,
        "categories": Schema.list(
            Schema.object([
                "category": Schema.string, "amount": Schema.optionalNumber, "percentage": Schema.optionalNumber,
                "change": Schema.optionalString,
            ])
        ),
        "cost_per_employee": Schema.optionalNumber, "expense_trends": Schema.optionalString,
        "currency": Schema.string,
    ])

    static let budget = inPeriod([
        "overall_variance": Schema.optionalNumber,
        "departments": Schema.list(
            Schema.object([
                "department": Schema.string, "budget": Schema.optionalNumber, "actual": Schema.optionalNumber,
                "variance": Schema.optionalNumber, "variance_amount": Schema.optionalNumber,
                "favourable": Schema.optionalBoolean, "status": Schema.optionalString,
            ])
        ),
        "quarterly_forecast": Schema.optionalNumber, "currency": Schema.string,
    ])
}
