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

    func list(_ items: [JSONValue], page: CNCPage, total: Int, _ request: HTTPRequest) -> HTTPResponse {
        var meta = meta(request)
        meta["pagination"] = page.json(total: total)
        return .json(["success": true, "data": .array(items), "meta": .object(meta)])
    }

    private func meta(_ request: HTTPRequest) -> JSONObject {
        ["timestamp": .string(wallClock.now().iso8601), "request_id": .string(request.requestID)]
    }
}

/// Which part of a list is asked for: by `page`, or by the `cursor` that the part before it gave.
///
/// A cursor names a place in the list of one question: filters and order may not change on the way.
struct CNCPage: Sendable, Hashable {
    let limit: Int
    let offset: Int
    private let isByCursor: Bool
    private let question: String

    static let defaultLimit = 50

    static let parameters = [
        RouteParameter(
            "page",
            summary: "Page number, from 1.",
            schema: ["type": "integer", "minimum": 1, "maximum": 1_000_000]
        ),
        RouteParameter("limit", summary: "Items per page.", schema: ["type": "integer", "minimum": 1, "maximum": 100]),
        RouteParameter("cursor", summary: "As `next_cursor` said.", schema: ["type": "string", "maxLength": 200]),
    ]

    /// Reads a query that the route has checked.
    ///
    /// - Throws: `invalid_parameter` for a cursor of another question, or beside a page.
    init(_ query: JSONObject) throws(AgentError) {
        limit = query["limit"]?.int ?? Self.defaultLimit
        let others = query.members.filter { !["page", "limit", "cursor"].contains($0.name) }
        question =
            SHA256.hex(JSONValue.object(JSONObject(uniqueMembers: others)).canonicalBytes()).prefix(12)
            .description
        guard let cursor = query["cursor"]?.string, !cursor.isEmpty else {
            isByCursor = query["cursor"] != nil
            offset = ((query["page"]?.int ?? 1) - 1) * limit
            return
        }
        let parts = Base64URL.decode(cursor).map { String(decoding: $0, as: UTF8.self).split(separator: "-") } ?? []
        guard query["page"] == nil, parts.count == 2, parts[0] == question, let place = Int(parts[1]), place >= 0 else {
            let message = query["page"] == nil ? "is of no list that is asked for so" : "cannot stand beside page"
            throw AgentError(
                .invalidParameter,
                "The cursor does not hold.",
                details: [.init(field: "cursor", message: message)]
            )
        }
        isByCursor = true
        offset = place
    }

    func json(total: Int) -> JSONValue {
        let next = offset + limit
        let cursor = next < total ? Base64URL.encode(Array("\(question)-\(next)".utf8)) : nil
        var object: JSONObject = [:]
        if !isByCursor { object["page"] = .integer(offset / limit + 1) }
        object["limit"] = .integer(limit)
        object["total"] = .integer(total)
        object["total_pages"] = .integer((total + limit - 1) / limit)
        object["next_cursor"] = .optional(cursor)
        return .object(object)
    }

    func cut<Item>(_ items: [Item]) -> [Item] { Array(items.dropFirst(offset).prefix(limit)) }
}

/// How a list is sorted: `sort=status,date&order=asc,desc`.
enum CNCSort {
    static func parameters(_ names: [String]) -> [RouteParameter] {
        [
            RouteParameter("sort", summary: "With commas between them: \(names.joined(separator: ", "))."),
            RouteParameter("order", summary: "asc or desc, one for each or one for all."),
        ]
    }

    /// - Throws: `invalid_parameter` that names what is unknown.
    static func read(
        _ query: JSONObject,
        known: [String],
        initial: [(name: String, isDescending: Bool)]
    ) throws(AgentError) -> [(name: String, isDescending: Bool)] {
        let orders = (query["order"]?.string ?? "").split(separator: ",").map { $0.lowercased() }
        guard orders.allSatisfy({ ["asc", "desc"].contains($0) }) else { throw wrong("order", "must be asc or desc") }
        guard let text = query["sort"]?.string else {
            guard let order = orders.first else { return initial }
            return initial.map { ($0.name, order == "desc") }
        }
        let names = text.split(separator: ",").map { String($0.trimmingOptionalWhitespace()) }
        guard !names.isEmpty, names.count <= known.count, Set(names).count == names.count,
            names.allSatisfy(known.contains)
        else { throw wrong("sort", "must be of \(known.joined(separator: ", "))") }
        guard orders.count <= 1 || orders.count == names.count else {
            throw wrong("order", "must be one for all, or one for each of sort")
        }
        return names.enumerated().map { index, name in
            (name, (orders.count == 1 ? orders[0] : orders.isEmpty ? "asc" : orders[index]) == "desc")
        }
    }

    private static func wrong(_ field: String, _ message: String) -> AgentError {
        AgentError(
            .invalidParameter,
            "The query of the request does not hold.",
            details: [.init(field: field, message: message)]
        )
    }
}
