internal import AgentRuntime
internal import Tools

/// What sales are expected to bring in the months to come.
struct AEMSForecastRoutes: Sendable {
    let services: ProfileServices

    var routes: [Route] { [forecast] }

    /// Whole months after the running one, by the horizon's name.
    private static let months = ["30d": 1, "90d": 3, "1y": 12]

    private var forecast: Route {
        Route(
            .get,
            "/sales/forecast",
            summary: "Expected revenue of the next month, three months or year, whole months after today's.",
            tags: ["sales"],
            access: .permission(.dealsRead),
            parameters: [
                RouteParameter("horizon", summary: "90d unless said.", schema: WireSchema.oneOf(["30d", "90d", "1y"]))
            ],
            responses: [RouteResponse(200, "The forecast.", schema: AEMSSchemas.salesForecast)],
            errors: ["INVALID_PERIOD", "SALES_ACCESS_DENIED", "SALES_DATA_NOT_FOUND"]
        ) { routed in
            let principal = try routed.principal()
            let settings = try await services.domain.settings.settings(for: principal.tenant)
            let horizon = routed.query["horizon"]?.string ?? "90d"
            let start = settings.today.endOfMonth.adding(days: 1)
            let end = start.adding(months: (Self.months[horizon] ?? 3) - 1).endOfMonth
            guard let period = Period(start: start, end: end, fiscalYearStart: settings.fiscalYearStart),
                let content = try await services.domain.content(
                    of: "revenue_forecast",
                    ["period": period.json(fiscalYearStart: settings.fiscalYearStart)],
                    for: principal
                )
            else { throw AgentError(.notFound, "There is neither revenue nor a deal from which to forecast") }
            let months = content["months"]?.array ?? []
            let sum = months.reduce(ExactNumber?.some(.zero)) { sum, month in
                month["expected"]?.exact.flatMap { sum?.adding($0) }
            }
            let range = content["intervals"]?["80"]
            return .json([
                "forecast_period": .string(horizon),
                "period_start": .string(start.description), "period_end": .string(end.description),
                "predicted_revenue": sum.map(JSONValue.exact) ?? content["expected"] ?? .null,
                "confidence_interval": ["lower": range?["lower"] ?? .null, "upper": range?["upper"] ?? .null],
                "monthly_breakdown": .array(months.map(Self.json)),
                "basis": content["basis"] ?? .null, "currency": .string(settings.currency),
            ])
        }
        .naming(
            ErrorNaming(.forbidden, 403, "SALES_ACCESS_DENIED"),
            ErrorNaming(.invalidParameter, field: "horizon", 400, "INVALID_PERIOD"),
            ErrorNaming(.notFound, 404, "SALES_DATA_NOT_FOUND")
        )
    }

    private static func json(_ month: JSONValue) -> JSONValue {
        [
            "month": month["month"] ?? .null, "predicted": month["expected"] ?? .null,
            "confidence": .string(confidence(month)), "lower": month["lower_80"] ?? .null,
            "upper": month["upper_80"] ?? .null,
        ]
    }

    /// By how far the interval of four in five reaches to each side: up to a tenth of the value, up to a quarter, beyond.
    private static func confidence(_ month: JSONValue) -> String {
        guard let value = month["expected"]?.exact?.double, let upper = month["upper_80"]?.exact?.double, value > 0
        else { return "low" }
        let reach = (upper - value) / value
        return reach <= 0.1 ? "high" : reach <= 0.25 ? "medium" : "low"
    }
}
