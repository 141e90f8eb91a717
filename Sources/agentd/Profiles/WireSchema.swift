internal import AgentRuntime

/// Pieces of JSON Schema that the profiles' documents are made of.
enum WireSchema {
    static let string: JSONValue = ["type": "string"]
    static let optionalString: JSONValue = ["type": ["string", "null"]]
    static let integer: JSONValue = ["type": "integer"]
    static let optionalInteger: JSONValue = ["type": ["integer", "null"]]
    static let number: JSONValue = ["type": "number"]
    static let optionalNumber: JSONValue = ["type": ["number", "null"]]
    static let boolean: JSONValue = ["type": "boolean"]
    static let optionalBoolean: JSONValue = ["type": ["boolean", "null"]]
    static let anyObject: JSONValue = ["type": "object"]
    static let optionalObject: JSONValue = ["type": ["object", "null"]]
    static let strings: JSONValue = ["type": "array", "items": ["type": "string"]]
    static let objects: JSONValue = ["type": "array", "items": ["type": "object"]]

    /// An object; all its properties are always there unless `required` says which are.
    static func object(_ properties: JSONObject, required: [String]? = nil) -> JSONValue {
        [
            "type": "object", "properties": .object(properties),
            "required": .array((required ?? properties.names).map(JSONValue.string)),
        ]
    }

    static func list(_ item: JSONValue) -> JSONValue { ["type": "array", "items": item] }

    static func oneOf(_ words: [String]) -> JSONValue {
        ["type": "string", "enum": .array(words.map(JSONValue.string))]
    }
}
