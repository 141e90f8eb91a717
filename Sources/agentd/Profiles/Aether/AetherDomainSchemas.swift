internal import AgentRuntime

/// JSON Schemas of the business data that the aether profile answers.
enum AetherDomainSchemas {
    private static let string: JSONValue = ["type": "string"]
    private static let optionalString: JSONValue = ["type": ["string", "null"]]
    private static let integer: JSONValue = ["type": "integer"]
    private static let number: JSONValue = ["type": "number"]
    private static let optionalNumber: JSONValue = ["type": ["number", "null"]]
    private static let boolean: JSONValue = ["type": "boolean"]
    private static let optionalObject: JSONValue = ["type": ["object", "null"]]
    private static let objectValue: JSONValue = ["type": "object"]
    private static let strings: JSONValue = ["type": "array", "items": ["type": "string"]]

    private static func object(_ properties: JSONObject, required: [String]? = nil) -> JSONValue {
        [
            "type": "object", "properties": .object(properties),
            "required": .array((required ?? properties.names).map(JSONValue.string)),
        ]
    }

    private static func list(_ item: JSONValue) -> JSONValue { ["type": "array", "items": item] }

    private static func envelope(_ data: JSONValue) -> JSONValue {
        object(["success": ["const": true], "data": data, "meta": objectValue])
    }

    private static func page(_ item: JSONValue) -> JSONValue {
        object([
            "success": ["const": true], "data": list(item), "pagination": objectValue, "links": objectValue,
            "meta": objectValue,
        ])
    }

    static let metrics = envelope(
        object([
            "period": object(["start_date": string, "end_date": string, "granularity": string]),
            "metrics": list(
                object([
                    "id": string, "name": string, "unit": ["enum": ["currency", "ratio"]], "currency": string,
                    "time_series": list(
                        object(
                            [
                                "period": string, "start_date": string, "end_date": string, "actual": optionalNumber,
                                "budget": optionalNumber, "prior_period": optionalNumber, "prior_year": optionalNumber,
                                "variance": optionalNumber, "variance_percent": optionalNumber,
                            ],
                            required: ["period", "start_date", "end_date", "actual"]
                        )
                    ),
                    "summary": object([
                        "total_actual": optionalNumber, "total_budget": optionalNumber,
                        "total_variance": optionalNumber, "variance_percent": optionalNumber,
                        "ytd_actual": optionalNumber, "ytd_budget": optionalNumber,
                    ]),
                ])
            ),
        ])
    )

    private static let line = object(
        [
            "account_code": string, "name": string, "actual": optionalNumber, "budget": optionalNumber,
            "variance": optionalNumber, "variance_percent": optionalNumber,
            "favourable": ["type": ["boolean", "null"]],
            "prior_period": optionalNumber, "prior_year": optionalNumber, "margin": optionalNumber,
        ],
        required: ["actual", "budget", "variance", "variance_percent"]
    )

    static let incomeStatement = envelope(
        object([
            "period": string, "currency": string, "compared_to": string,
            "line_items": list(object(["section": string, "items": list(line), "subtotal": line])),
            "totals": object(["gross_profit": line, "operating_income": line, "net_income": line]),
        ])
    )

    private static let anomalyObject = object([
        "id": string, "severity": string, "category": string, "metric_name": string, "account_code": string,
        "description": string, "current_value": number, "expected_value": number, "variance_amount": number,
        "variance_percent": optionalNumber, "detected_at": string, "status": string, "assigned_to": optionalObject,
        "root_cause_analysis": object([
            "ai_generated": boolean, "summary": string, "contributing_factors": strings, "confidence": optionalNumber,
        ]),
        "recommended_actions": strings, "links": objectValue,
    ])

    static let anomalies = page(anomalyObject)
    static let anomaly = envelope(anomalyObject)

    static let anomalyState = envelope(
        object([
            "id": string, "status": string, "assigned_to": optionalObject, "notes": optionalString,
            "updated_at": optionalString,
        ])
    )

    static let pipeline = envelope(
        object([
            "period": string, "summary": objectValue, "by_stage": list(objectValue), "forecast": objectValue,
            "trends": objectValue,
        ])
    )

    private static let dealProperties: JSONObject = [
        "id": string, "name": string, "account": optionalObject, "owner": optionalObject, "amount": number,
        "currency": string, "stage": string, "status": string, "probability": optionalNumber,
        "weighted_amount": optionalNumber, "close_date": optionalString, "created_date": optionalString,
        "days_in_pipeline": ["type": ["integer", "null"]], "last_activity_date": optionalString,
        "next_step": optionalString, "region": optionalString, "risk_level": optionalString, "risk_factors": strings,
        "links": objectValue,
    ]

    /// A list may have been asked for single fields.
    static let deals = page(object(dealProperties, required: []))
    static let deal = envelope(object(dealProperties))

    static let catalogue = envelope(
        list(
            object([
                "id": string, "name": string, "description": string, "category": string, "formula": string,
                "unit": string, "is_cost": boolean,
            ])
        )
    )

    static let imported = envelope(
        object([
            "type": string, "rows": integer, "inserted": integer, "replaced": integer, "sha256": string,
            "data_version": integer,
        ])
    )

    static let suggestions = envelope(
        object([
            "suggestions": list(
                object(["id": string, "type": string, "text": string, "relevance": number])
            )
        ])
    )
}
