internal import AgentRuntime

/// Which part of a list is asked for: by `page`, or by the `cursor` that the part before it gave.
///
/// A cursor holds the place of the last item that was given: what its sort keys were, and its identifier. So nothing is
/// told twice or left out when items come or go in between, even when that very item has gone. It is good for the
/// question that it came from, of that tenant; filters and order may not change on the way.
struct CNCPage: Sendable, Hashable {
    let limit: Int
    /// The number of the page; `nil` for a list that is gone through by cursors.
    private let number: Int?
    /// The place after which to go on.
    let place: [JSONValue]?
    private let question: String

    static let defaultLimit = 50
    private static let cursorBytesMax = 4096
    /// So much of a text counts in an order, so that places in it stay short.
    static let keyLength = 100

    static let parameters = [
        RouteParameter(
            "page",
            summary: "Page number, from 1.",
            schema: ["type": "integer", "minimum": 1, "maximum": 1_000_000]
        ),
        RouteParameter("limit", summary: "Items per page.", schema: ["type": "integer", "minimum": 1, "maximum": 100]),
        RouteParameter(
            "cursor",
            summary: "As `next_cursor` said; empty for the first part.",
            schema: ["type": "string", "maxLength": .integer(cursorBytesMax), "pattern": "^[A-Za-z0-9_-]*$"]
        ),
    ]

    /// Reads a query that the route has checked; `keys` are how many values a place in the list has.
    ///
    /// - Throws: `invalid_parameter` for a cursor of another question, or beside a page.
    init(_ routed: RoutedRequest, keys: Int) throws {
        let query = routed.query
        limit = query["limit"]?.int ?? Self.defaultLimit
        let others = query.members.filter { !["page", "limit", "cursor"].contains($0.name) }
        let asked: JSONValue = [
            .string(try routed.principal().tenant.rawValue), .string(routed.route.path),
            .object(JSONObject(uniqueMembers: others)),
        ]
        question = SHA256.hex(asked.canonicalBytes()).prefix(16).description
        guard let cursor = query["cursor"]?.string else {
            number = query["page"]?.int ?? 1
            place = nil
            return
        }
        guard query["page"] == nil else { throw Self.wrongCursor("cannot stand beside page") }
        number = nil
        guard !cursor.isEmpty else {
            place = nil
            return
        }
        // What is no JSON is no cursor; nothing else is to be told of it.
        let parts = Base64URL.decode(cursor).flatMap { try? JSONValue(parsing: $0) }?.array ?? []
        guard parts.count == keys + 1, parts[0].string == question else {
            throw Self.wrongCursor("is of no list that is asked for so")
        }
        place = Array(parts.dropFirst())
    }

    static func wrongCursor(_ message: String = "is of no list that is asked for so") -> AgentError {
        AgentError(
            .invalidParameter,
            "The cursor does not hold.",
            details: [.init(field: "cursor", message: message)]
        )
    }

    /// Items before those that are asked for by number.
    var offset: Int { ((number ?? 1) - 1) * limit }

    func json(total: Int, next: [JSONValue]?) -> JSONValue {
        var object: JSONObject = [:]
        if let number { object["page"] = .integer(number) }
        object["limit"] = .integer(limit)
        object["total"] = .integer(total)
        object["total_pages"] = .integer((total + limit - 1) / limit)
        let cursor = next.map { Base64URL.encode(JSONValue.array([.string(question)] + $0).bytes()) }
        object["next_cursor"] = .optional(cursor)
        return .object(object)
    }
}

/// A whole list in memory, sorted by texts, of which a page is cut out.
struct CNCListing<Item: Sendable>: Sendable {
    let items: [Item]
    /// The place of the last of the items; `nil` when none come after it.
    let next: [JSONValue]?

    /// Sorts by the keys in turn, and by the identifier where they are the same.
    ///
    /// - Throws: `invalid_parameter` for a cursor whose place is of another kind.
    init(
        _ all: [Item],
        _ page: CNCPage,
        sort: [(name: String, isDescending: Bool)],
        key: (Item, String) -> String,
        id: (Item) -> String
    ) throws(AgentError) {
        func isBefore(_ left: [String], _ right: [String]) -> Bool {
            for (index, pair) in zip(left, right).enumerated() where pair.0 != pair.1 {
                return index < sort.count && sort[index].isDescending ? pair.0 > pair.1 : pair.0 < pair.1
            }
            return false
        }
        func short(_ text: String) -> String {
            String(String.UnicodeScalarView(text.unicodeScalars.prefix(CNCPage.keyLength)))
        }
        var rows = all.map { item in (item: item, keys: sort.map { short(key(item, $0.name)) } + [id(item)]) }
        rows.sort { isBefore($0.keys, $1.keys) }
        if let place = page.place {
            let keys = place.compactMap(\.string)
            guard keys.count == sort.count + 1 else { throw CNCPage.wrongCursor() }
            rows = Array(rows.drop { !isBefore(keys, $0.keys) })
        } else {
            rows = Array(rows.dropFirst(page.offset))
        }
        let shown = rows.prefix(page.limit)
        items = shown.map(\.item)
        next = rows.count > shown.count ? shown.last?.keys.map(JSONValue.string) : nil
    }
}
