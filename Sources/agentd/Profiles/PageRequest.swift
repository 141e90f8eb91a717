internal import AgentRuntime

/// Which page of a list is asked for: `page` from 1, `limit` up to 100, and how it is sorted.
struct PageRequest: Sendable, Hashable {
    var page: Int
    var limit: Int
    var sort: String?
    var isAscending: Bool

    static let parameters = [
        RouteParameter(
            "page",
            summary: "Page number, from 1.",
            schema: ["type": "integer", "minimum": 1, "maximum": 1_000_000]
        ),
        RouteParameter("limit", summary: "Items per page.", schema: ["type": "integer", "minimum": 1, "maximum": 100]),
        RouteParameter("order", summary: "Sort order.", schema: ["type": "string", "enum": ["asc", "desc"]]),
    ]

    /// Reads a query that the route has checked.
    init(_ query: JSONObject, defaultLimit: Int = 20) {
        page = query["page"]?.int ?? 1
        limit = query["limit"]?.int ?? defaultLimit
        sort = query["sort"]?.string
        isAscending = query["order"]?.string == "asc"
    }

    var offset: Int { (page - 1) * limit }

    func pages(of total: Int) -> Int { max(1, (total + limit - 1) / limit) }

    func json(total: Int) -> JSONValue {
        [
            "page": .integer(page),
            "limit": .integer(limit),
            "total_items": .integer(total),
            "total_pages": .integer(pages(of: total)),
            "has_next": .bool(page < pages(of: total)),
            "has_previous": .bool(page > 1),
        ]
    }

    func links(total: Int, _ request: HTTPRequest) -> JSONValue {
        var links: JSONObject = ["self": .string(link(page, request))]
        if page < pages(of: total) { links["next"] = .string(link(page + 1, request)) }
        if page > 1 { links["previous"] = .string(link(page - 1, request)) }
        links["last"] = .string(link(pages(of: total), request))
        return .object(links)
    }

    private func link(_ number: Int, _ request: HTTPRequest) -> String {
        let others = request.target.split(separator: "?", maxSplits: 1).dropFirst().joined()
            .split(separator: "&").filter { !$0.hasPrefix("page=") && !$0.hasPrefix("limit=") }
        let items = ["page=\(number)", "limit=\(limit)"] + others.map(String.init)
        return "\(request.path)?\(items.joined(separator: "&"))"
    }
}
