internal import AgentRuntime
internal import Tools

/// What a period is expected to bring in sales.
struct AetherForecastRoutes: Sendable {
    let services: ProfileServices
    let wire: AetherWire

    var routes: [Route] { [forecast] }

    /// Weeks that are projected, at most.
    private static let weeksMax = 60

    private var forecast: Route {
        Route(
            .get,
            "/sales/forecast",
            summary: "Expected revenue of a period with its interval, week by week, against the budget.",
            tags: ["sales"],
            access: .permission(.dealsRead),
            parameters: [
                RouteParameter(
                    "period",
                    summary: "current_quarter unless said.",
                    schema: ["type": "string", "enum": ["current_quarter", "next_quarter", "fiscal_year"]]
                )
            ],
            responses: [RouteResponse(200, "The forecast.", schema: AetherDomainSchemas.salesForecast)],
            errors: ["INVALID_PARAMETER", "NOT_FOUND"]
        ) { routed in
            let principal = try routed.principal()
            let settings = try await services.domain.settings.settings(for: principal)
            let calendar = FiscalCalendar(startMonth: settings.fiscalYearStart)
            let quarter = calendar.period(.quarter, containing: settings.today)
            let period: Period
            switch routed.query["period"]?.string {
            case "next_quarter": period = quarter.next()
            case "fiscal_year": period = calendar.period(.year, containing: settings.today)
            default: period = quarter
            }
            let arguments: JSONObject = ["period": period.json(fiscalYearStart: settings.fiscalYearStart)]
            let content = try await services.domain.content(of: "revenue_forecast", arguments, for: principal)
            guard let content else {
                throw AgentError(.notFound, "There is neither revenue nor a deal from which to forecast.")
            }
            return wire.success(Self.json(content, period, settings), routed.request)
        }
    }

    private static func json(_ content: JSONValue, _ period: Period, _ settings: TenantSettings) -> JSONValue {
        let budget = content["budget"]?.exact
        let likely = content["expected"]?.exact ?? .zero
        let low = content["intervals"]?["80"]?["lower"]?.exact ?? likely
        let high = content["intervals"]?["80"]?["upper"]?.exact ?? likely
        let history = content["basis"]?.string == "history"
        let months = content["months_of_history"]?.int ?? 0
        let method = (content["method"]?.string ?? "").replacing("_", with: " ")
        let basis =
            history
            ? "\(months) months of revenue, forecast by \(method)" : "Deals that close in the period, by their odds"
        func scenario(_ value: ExactNumber, _ chance: String, _ assumptions: [String]) -> JSONValue {
            [
                "value": .exact(value),
                "probability": ExactNumber(chance).map(JSONValue.exact) ?? .null,
                "gap_to_target": budget.flatMap(value.subtracting).map(JSONValue.exact) ?? .null,
                "assumptions": .array(assumptions.map(JSONValue.string)),
            ]
        }
        let pipeline = content["pipeline"] ?? .null
        let atRisk = pipeline["at_risk_deals"]?.int ?? 0
        var risks: [JSONValue] = []
        if atRisk > 0 {
            risks.append([
                "factor": .string("\(atRisk) deals that close in the period are at risk"),
                "impact": (pipeline["at_risk_amount"]?.exact?.negated).map(JSONValue.exact) ?? .null,
                "mitigation": "Contact the customers and agree on new close dates",
            ])
        }
        return [
            "period": .string(period.label(fiscalYearStart: settings.fiscalYearStart)),
            "forecast_date": .string(settings.today.description),
            "currency": .string(settings.currency),
            "target": budget.map(JSONValue.exact) ?? .null,
            "closed_to_date": content["booked"] ?? 0,
            "scenarios": [
                "pessimistic": scenario(
                    low,
                    "0.1",
                    [basis, "The lower bound of the interval that holds four in five"]
                ),
                "most_likely": scenario(likely, "0.8", [basis]),
                "optimistic": scenario(
                    high,
                    "0.1",
                    [basis, "The upper bound of the interval that holds four in five"]
                ),
            ],
            "weekly_projections": .array(weeks(content, likely, budget, period, settings)),
            "coverage_ratio": content["coverage_ratio"] ?? .null,
            "ai_confidence": content["mape"]?.exact.flatMap(ExactNumber(1).subtracting).map {
                JSONValue.exact($0.isNegative ? .zero : $0)
            } ?? .null,
            "probability_of_target": content["probability_of_budget"] ?? .null,
            "pipeline": pipeline,
            "risk_factors": .array(risks),
            "opportunities": .array(opportunities(pipeline)),
        ]
    }

    /// What open deals that close in the period would bring beyond their odds.
    private static func opportunities(_ pipeline: JSONValue) -> [JSONValue] {
        guard let count = pipeline["open_deals"]?.int, count > 0, let amount = pipeline["open_amount"]?.exact,
            let expected = pipeline["expected_amount"]?.exact, let rest = amount.subtracting(expected),
            rest > .zero
        else { return [] }
        let deals = count == 1 ? "1 open deal closes" : "\(count) open deals close"
        return [
            [
                "opportunity": .string("\(deals) in the period; all of it won is more than its odds promise"),
                "impact": .exact(rest), "action": "Work on the likeliest deals first",
            ]
        ]
    }

    /// `2026-W05`: a week belongs to the year of its Thursday (ISO 8601).
    private static func name(of week: (year: Int, week: Int)) -> String {
        "\(week.year)-W\(String(100 + week.week).suffix(2))"
    }

    /// What is booked, and the rest of what is expected spread evenly over the days that are left.
    private static func weeks(
        _ content: JSONValue,
        _ expected: ExactNumber,
        _ budget: ExactNumber?,
        _ period: Period,
        _ settings: TenantSettings
    ) -> [JSONValue] {
        let booked = content["booked"]?.exact ?? .zero
        let start = max(period.start, settings.today)
        let days = start.days(until: period.end)
        guard let rest = expected.subtracting(booked), days > 0 else { return [] }
        var items: [JSONValue] = []
        var week = FiscalCalendar(startMonth: settings.fiscalYearStart).period(.week, containing: start)
        while week.start <= period.end, items.count < weeksMax {
            let end = min(week.end, period.end)
            let share = rest.multiplied(by: ExactNumber(max(0, start.days(until: end))))?
                .divided(by: ExactNumber(days), places: 0)
            let closed = share.flatMap(booked.adding) ?? booked
            let left = budget.flatMap { $0.subtracting(closed) }.map { $0.isNegative ? .zero : $0 }
            items.append([
                "week": .string(name(of: week.start.isoWeek)), "week_end": .string(end.description),
                "cumulative_closed": .exact(closed), "remaining_target": left.map(JSONValue.exact) ?? .null,
            ])
            week = week.next()
        }
        return items
    }
}
