internal import AgentRuntime
internal import Tools

/// The filters of a list as its query writes them: a field's name, with a suffix that says how it is compared.
struct FieldParameters: Sendable {
    private struct Filter: Sendable {
        var name: String
        var field: String
        var kind: FieldKind
        var comparison: FieldOperator
    }

    private let filters: [Filter]

    /// `except` names those that a list reads in its own way.
    init(_ fields: [(name: String, kind: FieldKind)], except: Set<String> = []) {
        filters = fields.flatMap { field in
            FieldOperator.of(field.kind).map { comparison in
                Filter(
                    name: field.name + comparison.rawValue,
                    field: field.name,
                    kind: field.kind,
                    comparison: comparison
                )
            }
        }
        .filter { !except.contains($0.name) }
    }

    var parameters: [RouteParameter] {
        filters.map { filter in
            let isList = filter.comparison == .isOneOf || filter.comparison == .between
            let schema: JSONValue =
                switch filter.kind {
                case .number where !isList: ["type": "number"]
                case .date where !isList: ["type": "string", "format": "date"]
                default: ["type": "string", "minLength": 1]
                }
            return RouteParameter(
                filter.name,
                summary: isList ? "Values with commas between them." : "",
                schema: schema
            )
        }
    }

    /// - Throws: `invalid_parameter` that names what is wrong.
    func filters(in query: JSONObject) throws(AgentError) -> [FieldFilter] {
        var found: [FieldFilter] = []
        for filter in filters {
            guard let value = query[filter.name] else { continue }
            let text = value.string ?? value.text
            do {
                found.append(try FieldFilter(filter.field, filter.comparison, text, kind: filter.kind))
            } catch {
                throw AgentError(.invalidParameter, error.message, details: error.details)
            }
        }
        return found
    }
}

/// How lists without many orders are sorted: `sort=name&order=asc`.
enum SortParameter {
    static func parameter(_ names: [String]) -> RouteParameter {
        RouteParameter(
            "sort",
            summary: "\(names[0]) unless said.",
            schema: ["type": "string", "enum": .array(names.map(JSONValue.string))]
        )
    }
}
