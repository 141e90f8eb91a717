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

    /// JSON Schema of an answer around its data.
    static func envelope(_ data: JSONValue) -> JSONValue {
        WireSchema.object(["success": ["const": true], "data": data, "meta": WireSchema.anyObject])
    }
}
