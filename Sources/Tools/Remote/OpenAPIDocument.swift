// An OpenAPI 3.0 or 3.1 document, read as far as calls need it: operations by id, their parameters, JSON bodies and
// servers. References stay within the document; schemas become one JSON Schema with `$defs`, so that recursive ones are
// finite. What cannot be called faithfully (a body that is not JSON, a required cookie) is a fault that says so.

package import AgentRuntime
internal import Foundation

/// A service's description of itself.
package struct OpenAPIDocument: Sendable {
    /// What is wrong with a document or an operation, in words for the operator.
    package struct Fault: Error, Sendable, Hashable, CustomStringConvertible {
        package let description: String

        init(_ description: String) { self.description = description }
    }

    package static let bytesMax = 8 << 20
    static let referencesMax = 16

    let document: JSONValue

    package init(_ bytes: [UInt8]) throws(Fault) {
        guard bytes.count <= Self.bytesMax else { throw Fault("is larger than \(Self.bytesMax >> 20) MiB") }
        let limits = JSONLimits(depth: 128, bytes: Self.bytesMax, members: 1_000_000)
        do {
            document = try JSONValue(parsing: bytes, limits: limits)
        } catch {
            throw Fault("is not JSON (\(error)); a document in YAML must be converted first")
        }
        let version = document["openapi"]?.string ?? ""
        guard version.hasPrefix("3.0") || version.hasPrefix("3.1") else {
            throw Fault(version.isEmpty ? "has no `openapi` version" : "has version \(version); 3.0 and 3.1 are read")
        }
        guard document["paths"]?.object != nil else { throw Fault("has no paths") }
    }

    /// Where the document says the service is, relative to where the document was found; one that does not say it is
    /// at `/` (OpenAPI 3.1 §4.8.1).
    package func server(relativeTo place: HTTPURL?) -> HTTPURL? {
        guard let server = document["servers"]?[0], var text = server["url"]?.string else {
            return place.flatMap { HTTPURL("/", relativeTo: $0) }
        }
        for variable in server["variables"]?.object ?? [:] {
            let value = variable.value["default"]?.string ?? ""
            text = text.split(separator: "{\(variable.name)}", omittingEmptySubsequences: false).joined(
                separator: value
            )
        }
        return HTTPURL(text, relativeTo: place)
    }

    private static let methods = ["get", "head", "post", "put", "patch", "delete", "options"]

    /// The ids of all operations, sorted.
    package var operationIDs: [String] {
        var ids: [String] = []
        for path in document["paths"]?.object ?? [:] {
            for method in Self.methods { if let id = path.value[method]?["operationId"]?.string { ids.append(id) } }
        }
        return ids.sorted()
    }

    /// The operation of that id, ready to be called.
    package func operation(_ id: String) throws(Fault) -> OpenAPIOperation {
        for path in document["paths"]?.object ?? [:] {
            for method in Self.methods {
                guard let found = path.value[method], found["operationId"]?.string == id else { continue }
                return try read(
                    found,
                    id,
                    method.uppercased(),
                    path.name,
                    shared: path.value["parameters"]?.array ?? []
                )
            }
        }
        let nearest = NearestName.of(id, among: operationIDs)
        throw Fault("has no operation \(id)" + (nearest.map { "; the nearest one is \($0)" } ?? ""))
    }

    private func read(
        _ operation: JSONValue,
        _ id: String,
        _ method: String,
        _ path: String,
        shared: [JSONValue]
    ) throws(Fault) -> OpenAPIOperation {
        var schemas = OpenAPISchemas(document: self)
        var parameters: [OpenAPIOperation.Parameter] = []
        for entry in shared + (operation["parameters"]?.array ?? []) {
            let parameter = try resolved(entry)
            guard let name = parameter["name"]?.string, let word = parameter["in"]?.string else {
                throw Fault("has a parameter of \(id) without a name or a place")
            }
            let isRequired = parameter["required"]?.bool ?? false
            guard let place = OpenAPIOperation.Place(rawValue: word) else {
                if isRequired { throw Fault("asks for a \(word) parameter in \(id), which is not supported") }
                continue
            }
            let isJSON = parameter["content"] != nil
            let schema = parameter["schema"] ?? parameter["content"]?["application/json"]?["schema"] ?? [:]
            parameters.removeAll { $0.name == name && $0.place == place }
            parameters.append(
                OpenAPIOperation.Parameter(
                    name: name,
                    argument: name,
                    place: place,
                    isRequired: isRequired || place == .path,
                    schema: described(try schemas.convert(schema), parameter["description"]?.string),
                    explodes: parameter["explode"]?.bool ?? (place == .query),
                    isDeep: parameter["style"]?.string == "deepObject",
                    isJSON: isJSON
                )
            )
        }
        for index in parameters.indices {
            let name = parameters[index].name
            let isShared = parameters.contains { $0.name == name && $0.place != parameters[index].place }
            if isShared || name == "body" { parameters[index].argument = "\(name)_\(parameters[index].place.rawValue)" }
        }
        var body: OpenAPIOperation.Body?
        if let entry = operation["requestBody"] {
            let request = try resolved(entry)
            let isRequired = request["required"]?.bool ?? false
            let types = request["content"]?.object ?? [:]
            let json = types.first { OpenAPIOperation.isJSON($0.name) }
            if let json {
                let schema = try schemas.convert(json.value["schema"] ?? [:])
                body = OpenAPIOperation.Body(mediaType: json.name, schema: schema, isRequired: isRequired)
            } else if isRequired {
                throw Fault("asks for a body of \(id) that is not JSON, which is not supported")
            }
        }
        return OpenAPIOperation(
            id: id,
            method: method,
            path: path,
            purpose: [operation["summary"]?.string, operation["description"]?.string].compactMap(\.self)
                .joined(separator: "\n"),
            parameters: parameters,
            body: body,
            definitions: try schemas.definitions()
        )
    }

    private func described(_ schema: JSONValue, _ words: String?) -> JSONValue {
        guard let words, case .object(var object) = schema, object["description"] == nil else { return schema }
        object["description"] = .string(words)
        return .object(object)
    }

    /// The entry itself, or what it refers to.
    private func resolved(_ entry: JSONValue) throws(Fault) -> JSONValue {
        var entry = entry
        for _ in 0..<Self.referencesMax {
            guard let reference = entry["$ref"]?.string else { return entry }
            entry = try target(of: reference)
        }
        throw Fault("has references that lead in a circle")
    }

    /// What a reference within the document points at (RFC 6901).
    func target(of reference: String) throws(Fault) -> JSONValue {
        guard reference.hasPrefix("#/") else { throw Fault("refers to \(reference), outside of itself") }
        var value = document
        for part in reference.dropFirst(2).split(separator: "/", omittingEmptySubsequences: false) {
            let name = (String(part).removingPercentEncoding ?? String(part))
                .split(separator: "~1", omittingEmptySubsequences: false).joined(separator: "/")
                .split(separator: "~0", omittingEmptySubsequences: false).joined(separator: "~")
            let next = value[name] ?? Int(name).flatMap { value[$0] }
            guard let next else { throw Fault("refers to \(reference), which is not there") }
            value = next
        }
        return value
    }
}
