internal import AgentRuntime
internal import Tools

/// Which rows a figure is made of: `region=`, `region_in=`, `region_ne=` and the like for everything rows carry.
enum AetherFigureFilters {
    private static let names = LedgerDimension.allCases.map(\.rawValue) + ["account"]

    static let parameters: [RouteParameter] = names.flatMap { name in
        [
            RouteParameter(name, summary: "Only this \(name)."),
            RouteParameter("\(name)_in", summary: "Only these, with commas between them."),
            RouteParameter("\(name)_ne", summary: "All but this \(name)."),
        ]
    }

    /// As tools take them.
    static func read(_ query: JSONObject) -> [JSONValue] {
        names.flatMap { name -> [JSONValue] in
            var filters: [JSONValue] = []
            let dimension = JSONValue.string(name)
            if let value = query[name] { filters.append(["dimension": dimension, "values": [value]]) }
            if let text = query["\(name)_in"]?.string {
                let values = text.split(separator: ",").map {
                    JSONValue.string(String($0.trimmingOptionalWhitespace()))
                }
                filters.append(["dimension": dimension, "values": .array(values)])
            }
            if let value = query["\(name)_ne"] {
                filters.append(["dimension": dimension, "values": [value], "exclude": true])
            }
            return filters
        }
    }
}

/// By what figures are divided, and against which days they are held beside the usual comparisons.
struct AetherBreakdowns: Sendable {
    private static let known = ["account", "section"] + LedgerDimension.allCases.map(\.rawValue)

    static let parameters: [RouteParameter] = [
        RouteParameter(
            "group_by",
            summary: "Also divide each metric by these, with commas between them: \(known.joined(separator: ", ")).",
            schema: ["type": "string", "minLength": 1]
        ),
        RouteParameter(
            "group_sort",
            summary: "What groups are ordered by; value unless said.",
            schema: ["type": "string", "enum": ["value", "difference", "share", "name"]]
        ),
        RouteParameter(
            "group_order",
            summary: "desc unless said.",
            schema: ["type": "string", "enum": ["asc", "desc"]]
        ),
        RouteParameter(
            "measure",
            summary: "Figures of the ledger or of the budget; actual unless said.",
            schema: ["type": "string", "enum": ["actual", "budget"]]
        ),
        RouteParameter(
            "compare_start_date",
            summary: "Compare with the days from this one on; with compare_end_date, in place of compare_to.",
            schema: ["type": "string", "format": "date"]
        ),
        RouteParameter(
            "compare_end_date",
            summary: "The last day to compare with.",
            schema: ["type": "string", "format": "date"]
        ),
    ]

    let names: [String]
    let measure: String?
    /// The arguments about the order of groups.
    let order: JSONObject
    /// The days to compare with.
    let days: JSONValue?

    init(_ query: JSONObject) throws(AgentError) {
        let all = (query["group_by"]?.string ?? "").split(separator: ",").map {
            String($0.trimmingOptionalWhitespace())
        }
        names = all.reduce(into: []) { names, name in if !names.contains(name) { names.append(name) } }
        if let unknown = names.first(where: { !Self.known.contains($0) }) {
            throw AgentError(
                .invalidParameter,
                "Figures cannot be divided by “\(unknown)”; there are \(Self.known.joined(separator: ", ")).",
                details: [.init(field: "group_by", message: "“\(unknown)” is no breakdown")]
            )
        }
        var order = JSONObject()
        order["order_by"] = query["group_sort"]
        order["order"] = query["group_order"]
        self.order = order
        measure = query["measure"]?.string
        switch (query["compare_start_date"]?.string, query["compare_end_date"]?.string) {
        case (nil, nil): days = nil
        case (let start?, let end?) where query["compare_to"] == nil && start <= end:
            days = ["start_date": .string(start), "end_date": .string(end)]
        default:
            throw AgentError(
                .invalidParameter,
                "Compare with compare_to, or with days from compare_start_date to compare_end_date.",
                details: [
                    .init(field: "compare_start_date", message: "needs compare_end_date after it, and no compare_to")
                ]
            )
        }
    }

    var baseline: JSONValue? { days.map { ["period": $0] } }
}
