internal import AgentRuntime

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
        initial: [(name: String, isDescending: Bool)],
        countMax: Int = .max
    ) throws(AgentError) -> [(name: String, isDescending: Bool)] {
        let orders = (query["order"]?.string ?? "").split(separator: ",").map { $0.lowercased() }
        guard orders.allSatisfy({ ["asc", "desc"].contains($0) }) else { throw wrong("order", "must be asc or desc") }
        guard let text = query["sort"]?.string else {
            guard let order = orders.first else { return initial }
            return initial.map { ($0.name, order == "desc") }
        }
        let names = text.split(separator: ",").map { String($0.trimmingOptionalWhitespace()) }
        guard !names.isEmpty, names.count <= min(known.count, countMax), Set(names).count == names.count,
            names.allSatisfy(known.contains)
        else { throw wrong("sort", "must be \(countMax == 1 ? "one " : "")of \(known.joined(separator: ", "))") }
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
