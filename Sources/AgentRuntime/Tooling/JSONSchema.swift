// Schemas of tool arguments, request bodies and configuration: the part of JSON Schema 2020-12 that those need,
// compiled once. What is not understood is an error when the schema is compiled, never a check that silently
// does not happen.
//
// Understood: type (one or several), properties, required, additionalProperties, items, enum, const, minimum,
// maximum, exclusiveMinimum, exclusiveMaximum, multipleOf, minLength and maxLength (in code points), pattern (see
// `BoundedPattern`), minItems, maxItems, uniqueItems, minProperties, maxProperties, anyOf, oneOf, allOf, $ref to `#`
// and `#/$defs/NAME`, format `date`, `date-time`, `email`, `uuid` (asserted), default, and the annotations
// title, description, examples, deprecated, readOnly, writeOnly, $comment, $schema, $id.
// Bounds: 4,096 subschemas, nested 64 deep; validation: see `JSONSchema+validate.swift`.

/// A compiled schema.
package struct JSONSchema: Sendable {
    /// Why a schema cannot be used, and where in it.
    package struct Failure: Error, Sendable, Hashable, CustomStringConvertible {
        /// A JSON pointer into the schema (RFC 6901).
        package var pointer: String
        package var message: String

        package var description: String { "schema at \(pointer.isEmpty ? "the top" : pointer): \(message)" }
    }

    /// What to do with keywords, formats and patterns that are not understood.
    package enum Strictness: Sendable {
        /// They are errors: for our own schemas.
        case strict
        /// They are passed over: for schemas of remote tools, which check their arguments themselves.
        case foreign
    }

    /// The schema as it was given.
    package let document: JSONValue
    let nodes: [Node]
    let root: Int

    package init(_ document: JSONValue, _ strictness: Strictness = .strict) throws(Failure) {
        var compiler = Compiler(strictness: strictness)
        self.document = document
        root = try compiler.compileDocument(document)
        nodes = compiler.nodes
    }
}

extension JSONSchema {
    struct TypeSet: OptionSet, Sendable, Hashable {
        let rawValue: UInt8

        static let null = TypeSet(rawValue: 1)
        static let boolean = TypeSet(rawValue: 2)
        static let integer = TypeSet(rawValue: 4)
        static let number = TypeSet(rawValue: 8)
        static let string = TypeSet(rawValue: 16)
        static let array = TypeSet(rawValue: 32)
        static let object = TypeSet(rawValue: 64)

        static let names: [(name: String, type: TypeSet)] = [
            ("null", .null), ("boolean", .boolean), ("integer", .integer), ("number", .number),
            ("string", .string), ("array", .array), ("object", .object),
        ]
    }

    enum Format: String, Sendable {
        case date
        case dateTime = "date-time"
        case email
        case uuid
    }

    enum Additional: Sendable {
        case allowed
        case schema(Int)
    }

    struct Property: Sendable {
        var name: String
        var node: Int
    }

    /// One subschema; others are named by their index.
    struct Node: Sendable {
        /// `false` as a schema: nothing is valid.
        var isNever = false
        var types: TypeSet?
        var enumeration: [JSONValue]?
        var constant: JSONValue?
        var reference: Int?
        var allOf: [Int] = []
        var anyOf: [Int] = []
        var oneOf: [Int] = []

        var properties: [Property] = []
        var required: [String] = []
        var additional = Additional.allowed
        var minProperties: Int?
        var maxProperties: Int?

        var items: Int?
        var minItems: Int?
        var maxItems: Int?
        var uniqueItems = false

        var minLength: Int?
        var maxLength: Int?
        var pattern: BoundedPattern?
        var format: Format?

        var minimum: ExactNumber?
        var maximum: ExactNumber?
        var exclusiveMinimum: ExactNumber?
        var exclusiveMaximum: ExactNumber?
        var multipleOf: ExactNumber?

        var defaultValue: JSONValue?

        func property(_ name: String) -> Int? { properties.first { $0.name == name }?.node }
    }
}
