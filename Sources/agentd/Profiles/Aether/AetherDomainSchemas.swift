internal import AgentRuntime

/// JSON Schemas of the business data that the aether profile answers.
enum AetherDomainSchemas {
    private static func envelope(_ data: JSONValue) -> JSONValue {
        WireSchema.object(["success": ["const": true], "data": data, "meta": WireSchema.anyObject])
    }

    private static func page(_ item: JSONValue) -> JSONValue {
        WireSchema.object([
            "success": ["const": true], "data": WireSchema.list(item), "pagination": WireSchema.anyObject,
            "links": WireSchema.anyObject,
            "meta": WireSchema.anyObject,
        ])
    }

    static let metrics = envelope(
        WireSchema.object([
            "period": WireSchema.object([
                "start_date": WireSchema.string, "end_date": WireSchema.string, "granularity": WireSchema.string,
            ]),
            "metrics": WireSchema.list(
                WireSchema.object([
                    "id": WireSchema.string, "name": WireSchema.string, "unit": ["enum": ["currency", "ratio"]],
                    "currency": WireSchema.string,
                    "time_series": WireSchema.list(
                        WireSchema.object(
                            [
                                "period": WireSchema.string, "start_date": WireSchema.string,
                                "end_date": WireSchema.string, "actual": WireSchema.optionalNumber,
                                "budget": WireSchema.optionalNumber, "prior_period": WireSchema.optionalNumber,
                                "prior_year": WireSchema.optionalNumber,
                                "variance": WireSchema.optionalNumber, "variance_percent": WireSchema.optionalNumber,
                            ],
                            required: ["period", "start_date", "end_date", "actual"]
                        )
                    ),
                    "summary": WireSchema.object([
                        "total_actual": WireSchema.optionalNumber, "total_budget": WireSchema.optionalNumber,
                        "total_variance": WireSchema.optionalNumber, "variance_percent": WireSchema.optionalNumber,
                        "ytd_actual": WireSchema.optionalNumber, "ytd_budget": WireSchema.optionalNumber,
                    ]),
                ])
            ),
        ])
    )

    private static let line = WireSchema.object(
        [
            "account_code": WireSchema.string, "name": WireSchema.string, "actual": WireSchema.optionalNumber,
            "budget": WireSchema.optionalNumber,
            "variance": WireSchema.optionalNumber, "variance_percent": WireSchema.optionalNumber,
            "favourable": ["type": ["boolean", "null"]],
            "prior_period": WireSchema.optionalNumber, "prior_year": WireSchema.optionalNumber,
            "margin": WireSchema.optionalNumber,
        ],
        required: ["actual", "budget", "variance", "variance_percent"]
    )

    static let incomeStatement = envelope(
        WireSchema.object([
            "period": WireSchema.string, "currency": WireSchema.string, "compared_to": WireSchema.string,
            "line_items": WireSchema.list(
                WireSchema.object(["section": WireSchema.string, "items": WireSchema.list(line), "subtotal": line])
            ),
            "totals": WireSchema.object(["gross_profit": line, "operating_income": line, "net_income": line]),
        ])
    )

    private static let anomalyObject = WireSchema.object([
        "id": WireSchema.string, "severity": WireSchema.string, "category": WireSchema.string,
        "metric_name": WireSchema.string, "account_code": WireSchema.string,
        "description": WireSchema.string, "current_value": WireSchema.number, "expected_value": WireSchema.number,
        "variance_amount": WireSchema.number,
        "variance_percent": WireSchema.optionalNumber, "detected_at": WireSchema.string, "status": WireSchema.string,
        "assigned_to": WireSchema.optionalObject,
        "root_cause_analysis": WireSchema.object([
            "ai_generated": WireSchema.boolean, "summary": WireSchema.string,
            "contributing_factors": WireSchema.strings, "confidence": WireSchema.optionalNumber,
        ]),
        "recommended_actions": WireSchema.strings, "links": WireSchema.anyObject,
    ])

    /// A list may have been asked for single fields.
    static let anomalies = page(["type": "object", "properties": anomalyObject["properties"] ?? [:]])
    static let anomaly = envelope(anomalyObject)

    static let anomalyState = envelope(
        WireSchema.object([
            "id": WireSchema.string, "status": WireSchema.string, "assigned_to": WireSchema.optionalObject,
            "notes": WireSchema.optionalString,
            "updated_at": WireSchema.optionalString,
        ])
    )

    static let pipeline = envelope(
        WireSchema.object([
            "period": WireSchema.string, "summary": WireSchema.anyObject,
            "by_stage": WireSchema.list(WireSchema.anyObject), "forecast": WireSchema.anyObject,
            "trends": WireSchema.anyObject,
        ])
    )

    private static let dealProperties: JSONObject = [
        "id": WireSchema.string, "name": WireSchema.string, "account": WireSchema.optionalObject,
        "owner": WireSchema.optionalObject, "amount": WireSchema.number,
        "currency": WireSchema.string, "stage": WireSchema.string, "status": WireSchema.string,
        "probability": WireSchema.optionalNumber,
        "weighted_amount": WireSchema.optionalNumber, "close_date": WireSchema.optionalString,
        "created_date": WireSchema.optionalString,
        "days_in_pipeline": ["type": ["integer", "null"]], "last_activity_date": WireSchema.optionalString,
        "next_step": WireSchema.optionalString, "region": WireSchema.optionalString,
        "days_in_stage": WireSchema.optionalInteger,
        "risk_level": WireSchema.optionalString, "risk_factors": WireSchema.strings,
        "ai_insights": [
            "type": ["object", "null"],
            "properties": [
                "win_probability": WireSchema.number, "confidence": WireSchema.optionalNumber,
                "key_factors": WireSchema.strings, "recommendations": WireSchema.strings,
            ],
            "required": ["win_probability", "confidence", "key_factors", "recommendations"],
        ],
        "products": WireSchema.objects,
        "links": WireSchema.anyObject,
    ]

    /// A list may have been asked for single fields.
    static let deals = page(WireSchema.object(dealProperties, required: []))
    private static let wholeDealProperties = JSONObject(
        uniqueMembers: dealProperties.members + [
            (name: "description", value: WireSchema.optionalString),
            (name: "recurring_amount", value: WireSchema.optionalNumber),
            (name: "one_time_amount", value: WireSchema.optionalNumber),
            (name: "stage_history", value: WireSchema.objects),
            (name: "contacts", value: WireSchema.objects),
            (name: "competitors", value: WireSchema.objects),
            (name: "activities", value: WireSchema.objects),
            (name: "documents", value: WireSchema.objects),
            (name: "custom_fields", value: WireSchema.anyObject),
        ]
    )

    static let deal = envelope(WireSchema.object(wholeDealProperties))
    /// A deal of which single fields may have been asked for.
    static let partOfDeal = envelope(WireSchema.object(wholeDealProperties, required: []))

    private static let forecastScenario = WireSchema.object([
        "value": WireSchema.number, "probability": WireSchema.number, "gap_to_target": WireSchema.optionalNumber,
        "assumptions": WireSchema.strings,
    ])

    static let salesForecast = envelope(
        WireSchema.object([
            "period": WireSchema.string, "forecast_date": WireSchema.string, "currency": WireSchema.string,
            "target": WireSchema.optionalNumber, "closed_to_date": WireSchema.number,
            "scenarios": WireSchema.object([
                "pessimistic": forecastScenario, "most_likely": forecastScenario, "optimistic": forecastScenario,
            ]),
            "weekly_projections": WireSchema.list(
                WireSchema.object([
                    "week": WireSchema.string, "week_end": WireSchema.string, "cumulative_closed": WireSchema.number,
                    "remaining_target": WireSchema.optionalNumber,
                ])
            ),
            "coverage_ratio": WireSchema.optionalNumber, "ai_confidence": WireSchema.optionalNumber,
            "probability_of_target": WireSchema.optionalNumber, "pipeline": WireSchema.optionalObject,
            "risk_factors": WireSchema.list(
                WireSchema.object([
                    "factor": WireSchema.string, "impact": WireSchema.optionalNumber, "mitigation": WireSchema.string,
                ])
            ),
            "opportunities": WireSchema.list(
                WireSchema.object([
                    "opportunity": WireSchema.string, "impact": WireSchema.optionalNumber, "action": WireSchema.string,
                ])
            ),
        ])
    )

    static let catalogue = envelope(
        WireSchema.list(
            WireSchema.object([
                "id": WireSchema.string, "name": WireSchema.string, "description": WireSchema.string,
                "category": WireSchema.string, "formula": WireSchema.string,
                "unit": WireSchema.string, "is_cost": WireSchema.boolean,
            ])
        )
    )

    static let imported = envelope(
        WireSchema.object([
            "type": WireSchema.string, "rows": WireSchema.integer, "inserted": WireSchema.integer,
            "replaced": WireSchema.integer, "sha256": WireSchema.string,
            "data_version": WireSchema.integer,
        ])
    )

    static let suggestions = envelope(
        WireSchema.object([
            "suggestions": WireSchema.list(
                WireSchema.object([
                    "id": WireSchema.string, "type": WireSchema.string, "text": WireSchema.string,
                    "relevance": WireSchema.number,
                ])
            )
        ])
    )
}
