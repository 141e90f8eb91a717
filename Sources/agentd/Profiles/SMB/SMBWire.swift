internal import AgentRuntime

/// How the smb profile writes what it answers: `{success, data, meta}` with names in camelCase.
struct SMBWire: Sendable {
    let wallClock: any WallClock

    func success(
        _ data: JSONValue,
        _ request: HTTPRequest,
        status: Int = 200,
        meta more: JSONObject = [:]
    ) -> HTTPResponse {
        var meta: JSONObject = [
            "requestId": .string(request.requestID), "timestamp": .string(wallClock.now().iso8601),
        ]
        for member in more { meta[member.name] = member.value }
        return .json(["success": true, "data": data, "meta": .object(meta)], status: status)
    }

    /// The same value with every name in it in camelCase.
    static func camelCased(_ value: JSONValue) -> JSONValue {
        switch value {
        case .object(let object):
            var renamed = JSONObject()
            for member in object { renamed[camelCased(member.name)] = camelCased(member.value) }
            return .object(renamed)
        case .array(let elements): return .array(elements.map(camelCased))
        default: return value
        }
    }

    private static func camelCased(_ name: String) -> String {
        let words = name.split(separator: "_")
        guard words.count > 1 else { return name }
        return String(words[0]) + words.dropFirst().map { $0.prefix(1).uppercased() + $0.dropFirst() }.joined()
    }

    /// JSON Schema of an answer around its data.
    static func envelope(_ data: JSONValue) -> JSONValue {
        WireSchema.object(["success": ["const": true], "data": data, "meta": WireSchema.anyObject])
    }
}
