internal import AgentRuntime

/// One operation of a service, and how a call's arguments become its request.
package struct OpenAPIOperation: Sendable, Hashable {
    enum Place: String, Sendable, Hashable {
        case path
        case query
        case header
    }

    struct Parameter: Sendable, Hashable {
        /// On the wire.
        var name: String
        /// Among the tool's arguments; differs where two places share a name.
        var argument: String
        var place: Place
        var isRequired: Bool
        var schema: JSONValue
        var explodes: Bool
        var isDeep: Bool
        var isJSON: Bool
    }

    struct Body: Sendable, Hashable {
        var mediaType: String
        var schema: JSONValue
        var isRequired: Bool
    }

    package let id: String
    package let method: String
    let path: String
    let purpose: String
    let parameters: [Parameter]
    let body: Body?
    let definitions: JSONObject

    /// GET and HEAD change nothing (RFC 9110 §9.2.1).
    package var isSafe: Bool { method == "GET" || method == "HEAD" }

    static func isJSON(_ mediaType: String) -> Bool {
        let type = HTTPReply.mediaType(of: mediaType)
        return type == "application/json" || type.hasSuffix("+json")
    }

    /// The schema of the arguments.
    var schema: JSONValue {
        var properties: JSONObject = [:]
        var required: [JSONValue] = []
        for parameter in parameters {
            properties[parameter.argument] = parameter.schema
            if parameter.isRequired { required.append(.string(parameter.argument)) }
        }
        if let body {
            properties["body"] = body.schema
            if body.isRequired { required.append("body") }
        }
        var schema: JSONObject = ["type": "object", "properties": .object(properties)]
        if !required.isEmpty { schema["required"] = .array(required) }
        schema["additionalProperties"] = false
        if !definitions.isEmpty { schema["$defs"] = .object(definitions) }
        return .object(schema)
    }

    /// The request that arguments ask for, below the service's base address.
    func call(_ arguments: JSONObject, base: String) -> HTTPCall {
        var path = path
        var query: [String] = []
        var headers = [HTTPField("Accept", "application/json")]
        for parameter in parameters {
            guard let value = arguments[parameter.argument], !value.isNull || parameter.place == .path else { continue }
            switch parameter.place {
            case .path:
                path = path.split(separator: "{\(parameter.name)}", omittingEmptySubsequences: false)
                    .joined(separator: Self.segment(Self.words(value, parameter).joined(separator: ",")))
            case .query: query += Self.query(value, parameter)
            case .header:
                headers.append(HTTPField(parameter.name, Self.words(value, parameter).joined(separator: ",")))
            }
        }
        var base = base
        while base.hasSuffix("/") { base.removeLast() }
        let url = base + path + (query.isEmpty ? "" : "?" + query.joined(separator: "&"))
        var bytes: [UInt8]?
        if let body, let value = arguments["body"] {
            headers.append(HTTPField("Content-Type", body.mediaType))
            bytes = value.bytes()
        }
        return HTTPCall(method, url, headers: headers, body: bytes)
    }

    private static func query(_ value: JSONValue, _ parameter: Parameter) -> [String] {
        let name = encoded(parameter.name)
        if parameter.isJSON { return ["\(name)=\(encoded(value.text))"] }
        switch value {
        case .array(let values) where parameter.explodes:
            return values.map { "\(name)=\(encoded(word($0)))" }
        case .object(let object) where parameter.isDeep:
            return object.map { "\(name)[\(encoded($0.name))]=\(encoded(word($0.value)))" }
        case .object(let object) where parameter.explodes:
            return object.map { "\(encoded($0.name))=\(encoded(word($0.value)))" }
        default: return ["\(name)=" + words(value, parameter).map(encoded).joined(separator: ",")]
        }
    }

    private static func words(_ value: JSONValue, _ parameter: Parameter) -> [String] {
        if parameter.isJSON { return [value.text] }
        return switch value {
        case .array(let values): values.map(word)
        case .object(let object): object.flatMap { [$0.name, word($0.value)] }
        default: [word(value)]
        }
    }

    /// A value that is no list: a string as it is, everything else as JSON.
    private static func word(_ value: JSONValue) -> String { value.string ?? value.text }

    /// A path's part that cannot leave its place: `.` and `..` would be taken for steps.
    private static func segment(_ text: String) -> String {
        if text == "." { return "%2E" }
        if text == ".." { return "%2E%2E" }
        return encoded(text)
    }

    /// All but RFC 3986's unreserved characters in percent form.
    static func encoded(_ text: String) -> String {
        var result = ""
        for byte in text.utf8 {
            switch byte {
            case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
                UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "-"), UInt8(ascii: "."), UInt8(ascii: "_"),
                UInt8(ascii: "~"):
                result.unicodeScalars.append(Unicode.Scalar(byte))
            default:
                let digits = Array("0123456789ABCDEF".unicodeScalars)
                result.unicodeScalars.append("%")
                result.unicodeScalars.append(digits[Int(byte >> 4)])
                result.unicodeScalars.append(digits[Int(byte & 15)])
            }
        }
        return result
    }
}
