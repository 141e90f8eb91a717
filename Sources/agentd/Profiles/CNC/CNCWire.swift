internal import AgentRuntime

/// How the cnc profile writes what it answers: `{success, data, meta}`, lists with `meta.pagination`.
struct CNCWire: Sendable {
    let wallClock: any WallClock

    func success(_ data: JSONValue, _ request: HTTPRequest, status: Int = 200, location: String? = nil) -> HTTPResponse
    {
        var response = HTTPResponse.json(
            ["success": true, "data": data, "meta": .object(meta(request))],
            status: status
        )
        if let location { response.headers["Location"] = location }
        return response
    }

    /// `next` is the place of the last of the items where more come after it.
    func list(
        _ items: [JSONValue],
        page: CNCPage,
        total: Int,
        next: [JSONValue]?,
        _ request: HTTPRequest
    ) -> HTTPResponse {
        var meta = meta(request)
        meta["pagination"] = page.json(total: total, next: next)
        return .json(["success": true, "data": .array(items), "meta": .object(meta)])
    }

    private func meta(_ request: HTTPRequest) -> JSONObject {
        ["timestamp": .string(wallClock.now().iso8601), "request_id": .string(request.requestID)]
    }
}
