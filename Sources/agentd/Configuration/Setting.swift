internal import AgentRuntime

// How a key of the configuration is declared. One tree of settings (`Configuration+declaration.swift`) is what the
// loader checks by, what maps environment variables to keys, what `agentd config schema` prints and what
// `docs/configuration.md` lists, so none of them can say something else than the others.

/// One key: its name, what it holds, what it is without being set, and what it is for.
struct Setting: Sendable {
    var name: String
    var shape: Shape
    /// What holds when the key is not set; `nil` when nothing does.
    var initial: JSONValue?
    var isRequired: Bool
    var documentation: String

    init(_ name: String, _ shape: Shape, _ initial: JSONValue, _ documentation: String) {
        self.name = name
        self.shape = shape
        self.initial = initial
        isRequired = false
        self.documentation = documentation
    }

    /// A key that must be set, or that nothing stands for when it is not.
    init(_ name: String, _ shape: Shape, required: Bool = false, _ documentation: String) {
        self.name = name
        self.shape = shape
        initial = nil
        isRequired = required
        self.documentation = documentation
    }

    /// A key that holds keys.
    static func group(_ name: String, _ documentation: String, _ settings: [Setting]) -> Setting {
        Setting(name, .group(settings), .object([:]), documentation)
    }
}

/// What a key may hold.
indirect enum Shape: Sendable {
    case text(TextRule)
    /// A string, `{"file": PATH}` or `{"env": NAME}`.
    case secret
    case integer(ClosedRange<Int>)
    /// A number from 0 on.
    case amount
    case boolean
    case choice([String])
    case list(Shape)
    case group([Setting])
    /// Any names, each with the same shape; the placeholder stands for them in documentation.
    case map(Shape, placeholder: String, TextRule)
    /// Either one constant (`false`, `"off"`) or the shape.
    case unless(JSONValue, Shape)
    /// One of two shapes of different JSON types.
    case either(Shape, Shape)
}

/// What a text must look like.
struct TextRule: Sendable {
    /// What it is, for an error: “must be …”.
    var phrase: String
    /// As far as a regular expression can say it, for the schema.
    var pattern: String?
    var holds: @Sendable (String) -> Bool

    init(_ phrase: String, pattern: String? = nil, _ holds: @escaping @Sendable (String) -> Bool) {
        self.phrase = phrase
        self.pattern = pattern
        self.holds = holds
    }
}

extension Shape {
    /// The JSON Schema of the shape.
    var schema: JSONObject {
        switch self {
        case .text(let rule):
            var schema: JSONObject = ["type": "string", "minLength": 1]
            if let pattern = rule.pattern { schema["pattern"] = .string(pattern) }
            return schema
        case .secret: return ["$ref": "#/$defs/secret"]
        case .integer(let range):
            var schema: JSONObject = ["type": "integer", "minimum": .integer(range.lowerBound)]
            if range.upperBound < .max { schema["maximum"] = .integer(range.upperBound) }
            return schema
        case .amount: return ["type": "number", "minimum": 0]
        case .boolean: return ["type": "boolean"]
        case .choice(let words): return ["enum": .array(words.map(JSONValue.string))]
        case .list(let element): return ["type": "array", "items": .object(element.schema)]
        case .map(let value, _, _): return ["type": "object", "additionalProperties": .object(value.schema)]
        case .unless(let constant, let shape):
            return ["anyOf": .array([.object(["const": constant]), .object(shape.schema)])]
        case .either(let first, let second):
            return ["anyOf": .array([.object(first.schema), .object(second.schema)])]
        case .group(let settings):
            var properties = JSONObject()
            for setting in settings {
                var schema = setting.shape.schema
                if let initial = setting.initial { schema["default"] = initial }
                schema["description"] = .string(setting.documentation)
                properties[setting.name] = .object(schema)
            }
            var schema: JSONObject = ["type": "object", "properties": .object(properties)]
            let required = settings.filter(\.isRequired).map { JSONValue.string($0.name) }
            if !required.isEmpty { schema["required"] = .array(required) }
            schema["additionalProperties"] = false
            return schema
        }
    }

    /// The schema of a `.secret`, which the others refer to.
    static let secretSchema: JSONValue = [
        "anyOf": [
            ["type": "string", "minLength": 1],
            [
                "type": "object",
                "properties": [
                    "file": ["type": "string", "minLength": 1], "env": ["type": "string", "minLength": 1],
                ],
                "minProperties": 1,
                "maxProperties": 1,
                "additionalProperties": false,
            ],
        ]
    ]

    /// What the shape holds, for a table.
    var phrase: String {
        switch self {
        case .text(let rule): rule.phrase
        case .secret: "a secret"
        case .integer(let range):
            range.upperBound == .max
                ? "a whole number from \(range.lowerBound)"
                : "a whole number, \(range.lowerBound) to \(range.upperBound)"
        case .amount: "a number from 0"
        case .boolean: "true or false"
        case .choice(let words): words.map { "`\"\($0)\"`" }.joined(separator: " or ")
        case .list(let element): "a list, each \(element.phrase)"
        case .group: "an object"
        case .map: "an object"
        case .unless(let constant, let shape): "`\(constant.text)` or \(shape.phrase)"
        case .either(let first, let second): "\(first.phrase) or \(second.phrase)"
        }
    }

    /// The keys within the shape, for objects.
    var settings: [Setting]? {
        switch self {
        case .group(let settings): settings
        case .unless(_, let shape): shape.settings
        case .either(let first, let second): second.settings ?? first.settings
        default: nil
        }
    }
}
