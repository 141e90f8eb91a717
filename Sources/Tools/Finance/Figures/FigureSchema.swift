internal import AgentRuntime

/// Pieces of the finance tools' argument schemas.
enum FigureSchema {
    static let metric: JSONValue = [
        "type": "string", "minLength": 1, "maxLength": 200,
        "description": "A metric's id, account:CODE, or the name of an account.",
    ]

    static let period: JSONValue = [
        "description": "The days asked about: an object, or a text YYYY, YYYY-MM, YYYY-Qn, YYYY-Hn or YYYY-MM-DD.",
        "anyOf": [periodObject, ["type": "string", "maxLength": 10]],
    ]

    private static let periodObject: JSONValue = [
        "type": "object",
        "properties": [
            "start_date": ["type": "string", "format": "date"],
            "end_date": ["type": "string", "format": "date"],
            "label": ["type": "string", "maxLength": 80],
        ],
        "required": ["start_date", "end_date"],
        "additionalProperties": false,
    ]

    static let baseline: JSONValue = [
        "description": "What to compare with: budget, prior_period, prior_year, or {\"period\": …}.",
        "anyOf": [
            ["type": "string", "maxLength": 20],
            [
                "type": "object", "properties": ["period": period], "required": ["period"],
                "additionalProperties": false,
            ],
        ],
    ]

    static let filters: JSONValue = [
        "type": "array", "maxItems": 20,
        "description": "Keep rows with one of the values; exclude turns one round. “unassigned” is a blank value.",
        "items": [
            "type": "object",
            "properties": [
                "dimension": ["type": "string", "enum": .array(Breakdown.names.map(JSONValue.string))],
                "values": [
                    "type": "array", "minItems": 1, "maxItems": 100, "items": ["type": "string", "maxLength": 200],
                ],
                "exclude": ["type": "boolean"],
            ],
            "required": ["dimension", "values"],
            "additionalProperties": false,
        ],
    ]

    static func choice(_ description: String, _ words: [String]) -> JSONValue {
        ["type": "string", "description": .string(description), "enum": .array(words.map(JSONValue.string))]
    }

    static func limit(_ description: String, _ fallback: Int, _ max: Int) -> JSONValue {
        [
            "type": "integer", "minimum": 1,
            "description": .string("\(description): \(fallback) unless said, at most \(max)."),
        ]
    }

    static func text(_ description: String) -> JSONValue {
        ["type": "string", "maxLength": 200, "description": .string(description)]
    }

    /// One text, or several of which any may hold.
    static func texts(_ description: String) -> JSONValue {
        [
            "description": .string(description + " A list means any of them."),
            "anyOf": [
                ["type": "string", "maxLength": 200],
                ["type": "array", "maxItems": 50, "items": ["type": "string", "maxLength": 200]],
            ],
        ]
    }

    /// One of some words, or several of them.
    static func choices(_ description: String, _ words: [String]) -> JSONValue {
        let word: JSONValue = ["type": "string", "enum": .array(words.map(JSONValue.string))]
        return [
            "description": .string(description + " A list means any of them."),
            "anyOf": [word, ["type": "array", "maxItems": .integer(words.count), "items": word]],
        ]
    }

    static func object(_ properties: JSONObject, required: [String] = []) -> JSONValue {
        [
            "type": "object",
            "properties": .object(properties),
            "required": .array(required.map(JSONValue.string)),
            "additionalProperties": false,
        ]
    }
}
