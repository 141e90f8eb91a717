internal import AgentRuntime

/// Turns schemas of a document into JSON Schema 2020-12, with what they refer to beside them as `$defs`.
///
/// OpenAPI 3.0's own words (`nullable`, an `exclusiveMinimum` that is a flag) become the standard's; properties that
/// only replies have are left out. Bounds: 4,000 values, 48 deep.
struct OpenAPISchemas {
    private static let valuesMax = 4000
    private static let deepest = 48
    private static let dropped: Set<String> = [
        "example", "examples", "xml", "externalDocs", "discriminator", "nullable", "readOnly", "writeOnly",
        "deprecated",
        "$schema", "$id",
    ]

    private let document: OpenAPIDocument
    /// Names of definitions, by the reference that leads there.
    private var names: [String: String] = [:]
    private var waiting: [(reference: String, name: String)] = []
    private var count = 0

    init(document: OpenAPIDocument) { self.document = document }

    mutating func convert(_ schema: JSONValue) throws(OpenAPIDocument.Fault) -> JSONValue {
        try convert(schema, depth: 0)
    }

    /// All definitions that were referred to; after the last `convert`.
    mutating func definitions() throws(OpenAPIDocument.Fault) -> JSONObject {
        var definitions: JSONObject = [:]
        while let next = waiting.popLast() {
            definitions[next.name] = try convert(document.target(of: next.reference), depth: 1)
        }
        return JSONObject(uniqueMembers: definitions.sorted { $0.name < $1.name })
    }

    private mutating func name(of reference: String) throws(OpenAPIDocument.Fault) -> String {
        if let name = names[reference] { return name }
        _ = try document.target(of: reference)
        let last = reference.split(separator: "/").last ?? "schema"
        let plain = String(last.map { $0.isASCII && ($0.isLetter || $0.isNumber || $0 == "_") ? $0 : "_" })
        var name = plain
        var number = 1
        while names.values.contains(name) {
            number += 1
            name = "\(plain)_\(number)"
        }
        names[reference] = name
        waiting.append((reference, name))
        return name
    }

    private mutating func convert(_ schema: JSONValue, depth: Int) throws(OpenAPIDocument.Fault) -> JSONValue {
        count += 1
        guard depth <= Self.deepest, count <= Self.valuesMax else {
            throw OpenAPIDocument.Fault("has a schema that is larger than the bound")
        }
        guard case .object(let object) = schema else { return schema }
        if let reference = object["$ref"]?.string {
            return ["$ref": .string("#/$defs/" + (try name(of: reference)))]
        }
        var result: JSONObject = [:]
        for member in object where !Self.dropped.contains(member.name) {
            switch member.name {
            case "properties":
                var properties: JSONObject = [:]
                for property in member.value.object ?? [:] where property.value["readOnly"] != true {
                    properties[property.name] = try convert(property.value, depth: depth + 1)
                }
                result["properties"] = .object(properties)
            case "required":
                let replies = object["properties"]?.object ?? [:]
                let names = (member.value.array ?? []).filter { name in
                    name.string.flatMap { replies[$0]?["readOnly"] } != true
                }
                if !names.isEmpty { result["required"] = .array(names) }
            case "items", "additionalProperties", "not":
                result[member.name] = try convert(member.value, depth: depth + 1)
            case "allOf", "anyOf", "oneOf":
                var parts: [JSONValue] = []
                for part in member.value.array ?? [] { parts.append(try convert(part, depth: depth + 1)) }
                result[member.name] = .array(parts)
            case "exclusiveMinimum", "exclusiveMaximum":
                guard let flag = member.value.bool else {
                    result[member.name] = member.value
                    continue
                }
                let bound = member.name == "exclusiveMinimum" ? "minimum" : "maximum"
                if flag, let value = object[bound] { result[member.name] = value }
            default: if result[member.name] == nil { result[member.name] = member.value }
            }
        }
        if object["nullable"] == true {
            if let type = result["type"]?.string { result["type"] = [.string(type), "null"] }
            if let values = result["enum"]?.array, !values.contains(.null) { result["enum"] = .array(values + [.null]) }
        }
        return .object(result)
    }
}
