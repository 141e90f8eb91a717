internal import AgentRuntime
internal import Tools

/// Financial metrics over time, and the income statement.
struct AetherMetricRoutes: Sendable {
    /// Metrics of one request.
    static let metricsMax = 20

    let services: ProfileServices
    let wire: AetherWire

    var routes: [Route] { [metrics, incomeStatement] }

    private static let units = [
        "daily": Granularity.day, "weekly": .week, "monthly": .month, "quarterly": .quarter, "half_yearly": .half,
        "yearly": .year,
    ]

    private var metrics: Route {
        Route(
            .get,
            "/metrics",
            summary: "Metrics with their development over time, against budget or an earlier period.",
            tags: ["metrics"],
            access: .permission(.metricsRead),
            parameters: [
                RouteParameter(
                    "metrics",
                    summary: "Metric ids or account:CODE, with commas between them, at most \(Self.metricsMax).",
                    schema: ["type": "string", "minLength": 1],
                    isRequired: true
                )
            ] + DateRange.parameters(areRequired: true) + [
                RouteParameter(
                    "granularity",
                    summary: "Length of the steps; monthly unless said.",
                    schema: [
                        "type": "string",
                        "enum": ["daily", "weekly", "monthly", "quarterly", "half_yearly", "yearly"],
                    ]
                ),
                ComparisonParameter.parameter,
            ] + AetherBreakdowns.parameters + AetherFigureFilters.parameters,
            responses: [RouteResponse(200, "The metrics.", schema: AetherDomainSchemas.metrics)],
            errors: ["VALIDATION_ERROR", "INVALID_PARAMETER"]
        ) { routed in
            let query = routed.query
            let range = try DateRange.read(query)
            let compared = try ComparisonParameter.read(query)
            let breakdowns = try AetherBreakdowns(query)
            let names = (query["metrics"]?.string ?? "").split(separator: ",").map {
                String($0.trimmingOptionalWhitespace())
            }
            .filter { !$0.isEmpty }
            guard (1...Self.metricsMax).contains(names.count), let start = range.start, let end = range.end else {
                throw AgentError(
                    .invalidParameter,
                    "Name 1 to \(Self.metricsMax) metrics with commas between them.",
                    details: [.init(field: "metrics", message: "must name 1 to \(Self.metricsMax) metrics")]
                )
            }
            let granularity = query["granularity"]?.string ?? "monthly"
            let principal = try routed.principal()
            let settings = try await services.domain.settings.settings(for: principal)
            let series = AetherMetricSeries(
                domain: services.domain,
                principal: principal,
                settings: settings,
                start: start,
                end: end,
                unit: Self.units[granularity] ?? .month,
                compared: compared,
                filters: AetherFigureFilters.read(query),
                breakdowns: breakdowns
            )
            var items: [JSONValue] = []
            for name in names { items.append(try await series.item(name)) }
            let data: JSONValue = [
                "period": [
                    "start_date": .string(start.description), "end_date": .string(end.description),
                    "granularity": .string(granularity),
                ],
                "metrics": .array(items),
            ]
            return wire.success(data, routed.request)
        }
    }

    private var incomeStatement: Route {
        Route(
            .get,
            "/metrics/income-statement",
            summary: "The income statement of a month, quarter or year.",
            tags: ["metrics"],
            access: .permission(.metricsRead),
            parameters: [
                RouteParameter(
                    "period",
                    summary: "How long.",
                    schema: ["type": "string", "enum": ["month", "quarter", "year"]],
                    isRequired: true
                ),
                RouteParameter(
                    "date",
                    summary: "A day of the period; today unless said.",
                    schema: ["type": "string", "format": "date"]
                ),
                ComparisonParameter.parameter,
            ] + AetherFigureFilters.parameters,
            responses: [RouteResponse(200, "The statement.", schema: AetherDomainSchemas.incomeStatement)],
            errors: ["VALIDATION_ERROR", "INVALID_PARAMETER"]
        ) { routed in
            let query = routed.query
            let compared = try ComparisonParameter.read(query) ?? "budget"
            let principal = try routed.principal()
            let settings = try await services.domain.settings.settings(for: principal)
            let unit = query["period"]?.string.flatMap(Granularity.init) ?? .month
            let date = query["date"]?.string.flatMap(CalendarDate.init) ?? settings.today
            let period = FiscalCalendar(startMonth: settings.fiscalYearStart).period(unit, containing: date)
            var arguments: JSONObject = [
                "period": period.json(fiscalYearStart: settings.fiscalYearStart), "compare_to": .string(compared),
            ]
            let filters = AetherFigureFilters.read(query)
            if !filters.isEmpty { arguments["filters"] = .array(filters) }
            let content = try await services.domain.content(
                of: "income_statement",
                arguments,
                for: principal,
                fields: ["period": "date"]
            )
            let statement = AetherIncomeStatement(
                content: content ?? [:],
                period: period.json(fiscalYearStart: settings.fiscalYearStart),
                currency: settings.currency,
                compared: compared
            )
            return wire.success(statement.json, routed.request)
        }
    }
}
