import AgentRuntime
import Testing

@Suite("JSON Schema")
struct JSONSchemaTests {
    struct Case: Sendable, CustomTestStringConvertible {
        var schema: String
        var value: String
        /// `field: message` of each violation.
        var violations: [String]

        init(_ schema: String, _ value: String, _ violations: String...) {
            self.schema = schema
            self.value = value
            self.violations = violations
        }

        var testDescription: String { "\(value) by \(schema)" }
    }

    static let cases: [Case] = [
        Case("{type: 'string'}", "'a'"),
        Case("{type: 'string'}", "1", ": must be a string"),
        Case("{type: ['string', 'null']}", "null"),
        Case("{type: ['string', 'null']}", "[]", ": must be a string or null"),
        Case("{type: 'integer'}", "1.0"),
        Case("{type: 'integer'}", "1e2"),
        Case("{type: 'integer'}", "1.5", ": must be a whole number"),
        Case("{type: 'number'}", "1.5"),
        Case("{type: 'boolean'}", "'true'", ": must be true or false"),
        Case("{enum: ['a', 2]}", "2.0"),
        Case("{enum: ['a', 2]}", "'b'", ": must be one of a, 2"),
        Case("{const: {a: [1]}}", "{a: [1.0]}"),
        Case("{const: 'x'}", "'y'", ": must be x"),
        Case("{minimum: 0.1}", "0.1"),
        Case("{minimum: 0.1}", "0.09999999999999999999999", ": must be 0.1 or more"),
        Case("{maximum: 9007199254740993}", "9007199254740993"),
        Case("{maximum: 9007199254740992}", "9007199254740993", ": must be 9007199254740992 or less"),
        Case("{exclusiveMinimum: 0}", "0", ": must be more than 0"),
        Case("{exclusiveMaximum: 1}", "1.0", ": must be less than 1"),
        Case("{multipleOf: 0.01}", "0.07"),
        Case("{multipleOf: 0.01}", "0.075", ": must be a multiple of 0.01"),
        Case("{multipleOf: 7}", "7e9000"),
        Case("{multipleOf: 7}", "1e9000", ": must be a multiple of 7"),
        Case("{minLength: 2}", "'é'", ": must have at least 2 characters"),
        Case("{minLength: 2, maxLength: 2}", "'👍🏽'"),
        Case("{maxLength: 1}", "'👍🏽'", ": must have at most 1 characters"),
        Case("{minLength: 1}", "''", ": must not be empty"),
        Case("{pattern: '^a+$'}", "'aab'", ": must match the pattern ^a+$"),
        Case("{format: 'date'}", "'2024-02-29'"),
        Case("{format: 'date'}", "'2023-02-29'", ": must be a date, YYYY-MM-DD"),
        Case("{format: 'date-time'}", "'2026-01-31T12:00:00.5+01:00'"),
        Case("{format: 'date-time'}", "'2026-01-31 12:00:00Z'", ": must be a date and time, YYYY-MM-DDThh:mm:ssZ"),
        Case("{format: 'email'}", "'a@b.c'"),
        Case("{format: 'email'}", "'a@b@c'", ": must be an address such as name@example.com"),
        Case("{format: 'uuid'}", "'123e4567-e89b-12d3-a456-426614174000'"),
        Case("{format: 'uuid'}", "'123e4567e89b12d3a456426614174000'", ": must be a UUID"),
        Case("{minItems: 1}", "[]", ": must have at least 1 element"),
        Case("{maxItems: 1}", "[1, 2]", ": must have at most 1 element"),
        Case("{uniqueItems: true}", "[1, 1.0]", ": must not repeat an element"),
        Case("{uniqueItems: true}", "[{a: 1, b: 2}, {b: 2, a: 1}]", ": must not repeat an element"),
        Case("{items: {type: 'string'}}", "['a', 1, 2]", "[1]: must be a string", "[2]: must be a string"),
        Case("{required: ['a', 'b']}", "{}", "a: is required", "b: is required"),
        Case(
            "{type: 'object', properties: {filters: {type: 'array', items: {type: 'object', required: ['dimension']}}}}",
            "{filters: [{}]}",
            "filters[0].dimension: is required"
        ),
        Case(
            "{properties: {period: {}}, additionalProperties: false}",
            "{perod: 1}",
            "perod: is not a known field; did you mean period?"
        ),
        Case("{additionalProperties: {type: 'integer'}}", "{a: 1, b: 'x'}", "b: must be a whole number"),
        Case("{anyOf: [{type: 'string'}, {type: 'integer', minimum: 1}]}", "0", ": must be 1 or more"),
        Case("{anyOf: [{type: 'string'}, {type: 'integer'}]}", "[]", ": must be a string or a whole number"),
        Case("{anyOf: [{const: 'off'}, {type: 'object', required: ['a']}]}", "{}", "a: is required"),
        Case("{oneOf: [{minimum: 0}, {maximum: 10}]}", "5", ": fits 2 of the allowed forms, and must fit exactly one"),
        Case("{oneOf: [{minimum: 6}, {maximum: 4}]}", "3"),
        Case("{allOf: [{minimum: 1}, {maximum: 3}]}", "5", ": must be 3 or less"),
        Case(
            "{$ref: '#/$defs/tree', $defs: {tree: {type: 'object', properties: {next: {$ref: '#/$defs/tree'}}}}}",
            "{next: {next: {next: 1}}}",
            "next.next.next: must be an object"
        ),
        Case("{$ref: '#/$defs/a~1b', $defs: {'a/b': {type: 'null'}}}", "1", ": must be null"),
        Case("{properties: {a: false}}", "{a: 1}", "a: is not allowed"),
        Case(
            "{type: 'object', properties: {a: {type: 'string'}, b: {minimum: 1}}, required: ['c']}",
            "{a: 1, b: 0}",
            "c: is required",
            "a: must be a string",
            "b: must be 1 or more"
        ),
    ]

    private static func json(_ text: String) throws -> JSONValue { try JSONValue(parsing: text, syntax: .json5) }

    @Test("Every violation is named by its field", arguments: cases)
    func violations(_ example: Case) throws {
        let schema = try JSONSchema(Self.json(example.schema))
        let found = schema.violations(in: try Self.json(example.value)).map { "\($0.field): \($0.message)" }
        #expect(found == example.violations)
    }

    @Test(
        "A schema that is not understood is refused",
        arguments: [
            ("{minimun: 1}", "/minimun", "did you mean minimum?"),
            ("{type: 'text'}", "/type", "must be null"),
            ("{type: []}", "/type", "names no type"),
            ("{enum: []}", "/enum", "at least one"),
            ("{required: [1]}", "/required", "names"),
            ("{minLength: -1}", "/minLength", "from 0"),
            ("{multipleOf: 0}", "/multipleOf", "above 0"),
            ("{format: 'colour'}", "/format", "unknown format"),
            ("{pattern: '(a'}", "/pattern", "without its"),
            ("{$ref: 'http://example.com'}", "/$ref", "leads nowhere"),
            ("{$ref: '#/$defs/x'}", "/$ref", "leads nowhere"),
            ("{$ref: '#'}", "", "back to itself"),
            ("{$ref: '#/$defs/a', $defs: {a: {anyOf: [{$ref: '#/$defs/a'}]}}}", "", "back to itself"),
            ("{properties: {a: 1}}", "/properties/a", "object, true or false"),
            ("[]", "", "object, true or false"),
            ("{prefixItems: []}", "/prefixItems", "unknown keyword"),
        ]
    )
    func refusedSchemas(text: String, pointer: String, words: String) throws {
        let document = try Self.json(text)
        let failure = #expect(throws: JSONSchema.Failure.self) { try JSONSchema(document) }
        #expect(failure?.pointer == pointer)
        #expect(failure?.message.contains(words) == true, "\(failure?.message ?? "")")
    }

    @Test("A foreign schema's unknown keywords are passed over")
    func foreignSchemas() throws {
        let document = try Self.json("{type: 'string', 'x-order': 1, format: 'colour', pattern: '(?<=a)b'}")
        let schema = try JSONSchema(document, .foreign)
        #expect(schema.violations(in: "anything") == [])
        #expect(schema.violations(in: 1).count == 1)
    }

    @Test("Defaults fill what is absent, at every depth")
    func defaults() throws {
        let schema = try JSONSchema(
            Self.json(
                """
                {properties: {
                    limit: {default: 10}, order: {default: "desc"},
                    inner: {default: {}, properties: {a: {default: 1}}},
                    list: {items: {properties: {b: {default: true}}}},
                    map: {additionalProperties: {properties: {c: {default: "x"}}}},
                }}
                """
            )
        )
        let value = try Self.json("{order: 'asc', list: [{}, {b: false}], map: {m: {}}}")
        let expected = try Self.json(
            "{order: 'asc', list: [{b: true}, {b: false}], map: {m: {c: 'x'}}, limit: 10, inner: {a: 1}}"
        )
        #expect(schema.fillingDefaults(in: value) == expected)
    }

    @Test("A value too deep or too wide is refused in bounded time")
    func hostileValues() throws {
        let schema = try JSONSchema(
            Self.json(
                "{$ref: '#/$defs/t', $defs: {t: {anyOf: [{type: 'array', items: {$ref: '#/$defs/t'}}, {type: 'null'}]}}}"
            )
        )
        var deep = JSONValue.null
        for _ in 0..<2000 { deep = .array([deep]) }
        #expect(schema.violations(in: deep).contains { $0.message.contains("too") })
        let wide = JSONValue.array(Array(repeating: .null, count: 300_000))
        #expect(schema.violations(in: wide).contains { $0.message.contains("too large") })
        let wrong = try JSONSchema(Self.json("{items: {type: 'string'}}"))
        #expect(wrong.violations(in: .array(Array(repeating: 1, count: 5000))).count == 100)
    }

    @Test("A schema too deep or too wide is refused")
    func hostileSchemas() throws {
        var deep: JSONValue = [:]
        for _ in 0..<100 { deep = ["items": deep] }
        #expect(throws: JSONSchema.Failure.self) { try JSONSchema(deep) }
        let wide: JSONValue = ["anyOf": .array(Array(repeating: [:], count: 5000))]
        #expect(throws: JSONSchema.Failure.self) { try JSONSchema(wide) }
    }
}
