// From the document to nodes. Definitions get their nodes first, so that references may be recursive; a reference
// that leads to itself without going down into the value would never end and is refused.

extension JSONSchema {
    struct Compiler {
        static let mostNodes = 4096
        static let deepest = 64

        let strictness: Strictness
        var nodes: [Node] = []
        private var definitions: [String: Int] = [:]

        init(strictness: Strictness) { self.strictness = strictness }

        mutating func compileDocument(_ document: JSONValue) throws(Failure) -> Int {
            let root = try reserve("")
            let definitions = document["$defs"]?.object ?? JSONObject()
            if let value = document["$defs"], value.object == nil { throw Failure("/$defs", "must be an object") }
            for member in definitions { self.definitions[member.name] = try reserve("/$defs") }
            for member in definitions {
                guard let index = self.definitions[member.name] else { continue }
                nodes[index] = try compile(member.value, "/$defs/\(member.name)", depth: 1)
            }
            nodes[root] = try compile(document, "", depth: 0)
            try refuseEndlessReferences()
            return root
        }

        private mutating func reserve(_ pointer: String) throws(Failure) -> Int {
            guard nodes.count < Compiler.mostNodes else {
                throw Failure(pointer, "has more than \(Compiler.mostNodes) subschemas")
            }
            nodes.append(Node())
            return nodes.count - 1
        }

        private mutating func add(_ value: JSONValue, _ pointer: String, depth: Int) throws(Failure) -> Int {
            let index = try reserve(pointer)
            nodes[index] = try compile(value, pointer, depth: depth + 1)
            return index
        }

        private mutating func compile(_ value: JSONValue, _ pointer: String, depth: Int) throws(Failure) -> Node {
            guard depth <= Compiler.deepest else {
                throw Failure(pointer, "is nested deeper than \(Compiler.deepest)")
            }
            var node = Node()
            switch value {
            case .bool(let isAllowed): node.isNever = !isAllowed
            case .object(let object):
                for member in object {
                    try compile(member, into: &node, "\(pointer)/\(member.name)", depth: depth)
                }
            default: throw Failure(pointer, "must be an object, true or false")
            }
            return node
        }

        private mutating func compile(
            _ member: JSONObject.Member,
            into node: inout Node,
            _ pointer: String,
            depth: Int
        ) throws(Failure) {
            let value = member.value
            switch member.name {
            case "type": node.types = try types(value, pointer)
            case "enum":
                guard let values = value.array, !values.isEmpty else {
                    throw Failure(pointer, "must be an array with at least one value")
                }
                node.enumeration = values
            case "const": node.constant = value
            case "default": node.defaultValue = value
            case "$ref": node.reference = try reference(value, pointer)
            case "allOf": node.allOf = try list(value, pointer, depth: depth)
            case "anyOf": node.anyOf = try list(value, pointer, depth: depth)
            case "oneOf": node.oneOf = try list(value, pointer, depth: depth)
            case "properties":
                guard let object = value.object else { throw Failure(pointer, "must be an object") }
                for property in object {
                    let index = try add(property.value, "\(pointer)/\(property.name)", depth: depth)
                    node.properties.append(Property(name: property.name, node: index))
                }
            case "required":
                guard let names = value.array?.compactMap(\.string), names.count == value.array?.count else {
                    throw Failure(pointer, "must be an array of names")
                }
                node.required = names
            case "additionalProperties":
                if value != true { node.additional = .schema(try add(value, pointer, depth: depth)) }
            case "items": node.items = try add(value, pointer, depth: depth)
            case "minProperties": node.minProperties = try count(value, pointer)
            case "maxProperties": node.maxProperties = try count(value, pointer)
            case "minItems": node.minItems = try count(value, pointer)
            case "maxItems": node.maxItems = try count(value, pointer)
            case "uniqueItems":
                guard let flag = value.bool else { throw Failure(pointer, "must be true or false") }
                node.uniqueItems = flag
            case "minLength": node.minLength = try count(value, pointer)
            case "maxLength": node.maxLength = try count(value, pointer)
            case "pattern": node.pattern = try pattern(value, pointer)
            case "format": node.format = try format(value, pointer)
            case "minimum": node.minimum = try number(value, pointer)
            case "maximum": node.maximum = try number(value, pointer)
            case "exclusiveMinimum": node.exclusiveMinimum = try number(value, pointer)
            case "exclusiveMaximum": node.exclusiveMaximum = try number(value, pointer)
            case "multipleOf":
                let divisor = try number(value, pointer)
                // The bound keeps the remainder's arithmetic within 128 bits.
                guard divisor.significand > 0, divisor.significand < 1 << 62 else {
                    throw Failure(pointer, "must be above 0 and have at most 18 digits")
                }
                node.multipleOf = divisor
            case "$defs":
                if depth > 0, strictness == .strict { throw Failure(pointer, "may stand at the top only") }
            case "title", "description", "examples", "deprecated", "readOnly", "writeOnly", "$comment", "$schema",
                "$id":
                break
            default:
                guard strictness == .foreign else {
                    let nearest = NearestName.of(member.name, among: Compiler.keywords)
                    throw Failure(pointer, "is an unknown keyword" + (nearest.map { "; did you mean \($0)?" } ?? ""))
                }
            }
        }

        private static let keywords = [
            "type", "enum", "const", "default", "$ref", "allOf", "anyOf", "oneOf", "properties", "required",
            "additionalProperties", "items", "minProperties", "maxProperties", "minItems", "maxItems", "uniqueItems",
            "minLength", "maxLength", "pattern", "format", "minimum", "maximum", "exclusiveMinimum",
            "exclusiveMaximum", "multipleOf", "$defs", "title", "description", "examples", "deprecated",
        ]

        private func types(_ value: JSONValue, _ pointer: String) throws(Failure) -> TypeSet {
            let names = value.array ?? [value]
            guard !names.isEmpty else { throw Failure(pointer, "names no type") }
            var types: TypeSet = []
            for name in names {
                guard let type = TypeSet.names.first(where: { $0.name == name.string })?.type else {
                    throw Failure(pointer, "must be null, boolean, integer, number, string, array, object, or several")
                }
                types.insert(type)
            }
            return types
        }

        private func count(_ value: JSONValue, _ pointer: String) throws(Failure) -> Int {
            guard let count = value.int, count >= 0 else { throw Failure(pointer, "must be a whole number from 0") }
            return count
        }

        private func number(_ value: JSONValue, _ pointer: String) throws(Failure) -> ExactNumber {
            guard let literal = value.number?.literal, let exact = ExactNumber(literal) else {
                throw Failure(pointer, "must be a number of at most 38 digits")
            }
            return exact
        }

        private func pattern(_ value: JSONValue, _ pointer: String) throws(Failure) -> BoundedPattern? {
            guard let text = value.string else { throw Failure(pointer, "must be a string") }
            do {
                return try BoundedPattern(text)
            } catch {
                if strictness == .foreign { return nil }
                throw Failure(pointer, "\(error.message) (at character \(error.offset))")
            }
        }

        private func format(_ value: JSONValue, _ pointer: String) throws(Failure) -> Format? {
            guard let text = value.string else { throw Failure(pointer, "must be a string") }
            if let format = Format(rawValue: text) { return format }
            if strictness == .foreign { return nil }
            throw Failure(pointer, "is an unknown format; known are date, date-time, email, uuid")
        }

        private mutating func list(_ value: JSONValue, _ pointer: String, depth: Int) throws(Failure) -> [Int] {
            guard let schemas = value.array, !schemas.isEmpty else {
                throw Failure(pointer, "must be an array with at least one schema")
            }
            var indices: [Int] = []
            for (number, schema) in schemas.enumerated() {
                indices.append(try add(schema, "\(pointer)/\(number)", depth: depth))
            }
            return indices
        }

        private func reference(_ value: JSONValue, _ pointer: String) throws(Failure) -> Int {
            guard let text = value.string else { throw Failure(pointer, "must be a string") }
            if text == "#" { return 0 }
            let prefix = "#/$defs/"
            guard text.hasPrefix(prefix), let index = definitions[unescaped(text.dropFirst(prefix.count))] else {
                throw Failure(pointer, "leads nowhere: it must be # or #/$defs/NAME with a NAME that is defined")
            }
            return index
        }

        /// `~1` is `/` and `~0` is `~` (RFC 6901 §4).
        private func unescaped(_ text: Substring) -> String {
            var result = ""
            var rest = text
            while let character = rest.popFirst() {
                if character == "~", let code = rest.first, code == "0" || code == "1" {
                    result.append(code == "0" ? "~" : "/")
                    rest.removeFirst()
                } else {
                    result.append(character)
                }
            }
            return result
        }

        private enum Mark {
            case open
            case done
        }

        private func refuseEndlessReferences() throws(Failure) {
            var marks: [Int: Mark] = [:]
            for start in nodes.indices { try visit(start, &marks) }
        }

        private func visit(_ index: Int, _ marks: inout [Int: Mark]) throws(Failure) {
            switch marks[index] {
            case .done: return
            case .open: throw Failure("", "has a reference that leads back to itself")
            case nil: break
            }
            marks[index] = .open
            let node = nodes[index]
            for next in node.allOf + node.anyOf + node.oneOf + [node.reference].compactMap(\.self) {
                try visit(next, &marks)
            }
            marks[index] = .done
        }
    }
}

extension JSONSchema.Failure {
    init(_ pointer: String, _ message: String) { self.init(pointer: pointer, message: message) }
}
