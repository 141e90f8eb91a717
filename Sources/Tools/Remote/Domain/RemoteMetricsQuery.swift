package import AgentRuntime

/// `metrics_query` answered by another service's `/metrics`.
package struct RemoteMetricsQueryTool: Tool {
    private let domain: RemoteDomain
    package let declaration: ToolDeclaration

    package init(_ domain: RemoteDomain, like own: any Tool) {
        self.domain = domain
        declaration = own.declaration.remote(domain.service)
    }

    package func call(_ arguments: JSONObject, context: ToolContext) async throws -> ToolResult {
        try await domain.answer(context) { asker, facts in
            var figure = try RemoteFigure(arguments, settings: context.settings)
            let breakdown = try arguments["group_by"]?.string.map { name throws(FigureFailure) in try Breakdown(name) }
            let limit = try arguments.count("limit", default: MetricsQuery.groupsDefault, max: MetricsQuery.groupsMax)
            let orders = MetricsQuery.Order.allCases.map(\.rawValue)
            let order = try arguments.choice("order_by", orders) ?? "value"
            let direction = try arguments.choice("order", ["asc", "desc"])
            figure.order = breakdown == nil ? nil : order
            figure.isAscending = direction.map { $0 == "asc" } ?? (order == "name")
            figure.breakdowns = breakdown.map { [$0] } ?? []
            let units = Granularity.allCases.map(\.rawValue)
            figure.granularity = try arguments.choice("granularity", units).flatMap(Granularity.init)
            figure.measure = try arguments.choice("measure", ["actual", "budget"]) == "budget" ? .budget : .actual
            let item = try await figure.read(domain, for: asker)
            guard !item.isEmpty else { throw item.noData(facts) }
            return try Self.result(item, breakdown, limit, arguments)
        }
    }

    private static func result(
        _ item: RemoteFigure.Item,
        _ breakdown: Breakdown?,
        _ limit: Int,
        _ arguments: JSONObject
    ) throws(FigureFailure) -> ToolResult {
        let figure = item.figure
        var content: JSONObject = [
            "metric": item.metric, "period": figure.period.json, "currency": .string(figure.settings.currency),
            "measure": .string(figure.measure.rawValue), "value": item.value.map(JSONValue.exact) ?? .null,
            "rows": item.json["rows"] ?? .null, "to_date": item.json["summary"]?["to_date"] ?? false,
        ]
        if let comparison = item.comparison { content["comparison"] = comparison }
        if let breakdown {
            guard let groups = item.groups(by: breakdown) else {
                throw .remote("does not divide figures by \(breakdown.name)", code: "refused")
            }
            content["group_by"] = .string(breakdown.name)
            content["groups"] = .array(Array(groups.prefix(limit)))
            content["groups_total"] = .integer(groups.count)
        }
        if figure.granularity != nil { content["series"] = .array(item.series) }
        content["filters"] = .array(figure.filters.map(\.json))
        if figure.measure == .actual { content["sources"] = item.json["sources"] ?? [] }
        return ToolResult(
            content: .object(content),
            citations: [item.citation(tool: MetricsQueryTool.name, arguments)]
        )
    }
}

extension RemoteFigure {
    /// Reads what the tools over figures have in common.
    init(_ arguments: JSONObject, settings: TenantSettings, baseline fallback: Baseline? = nil) throws(FigureFailure) {
        guard let name = arguments["metric"]?.string, !name.trimmingBlanks().isEmpty, !name.contains(",") else {
            throw .invalidArgument("metric", "is missing or holds a comma")
        }
        self.init(
            metric: name,
            period: try PeriodArgument(arguments["period"], settings: settings),
            baseline: try Baseline(arguments["compare_to"], settings: settings) ?? fallback,
            filters: try FigureFilter.list(arguments["filters"]),
            settings: settings
        )
    }
}
