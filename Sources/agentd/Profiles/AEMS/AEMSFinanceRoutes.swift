internal import AgentRuntime
internal import Tools

/// Finance: the key figures of a period, what was spent, and how that compares with the budget.
struct AEMSFinanceRoutes: Sendable {
    let services: ProfileServices

    var routes: [Route] { [overview, expenses, budget] }

    private static let denied = ErrorNaming(.forbidden, 403, "FINANCE_ACCESS_DENIED")
    private static let missing = ErrorNaming(.notFound, 404, "FINANCE_DATA_NOT_FOUND")
    private static let period = ErrorNaming(.invalidParameter, field: "period", 400, "INVALID_PERIOD")
    private static let nothing = AgentError(.notFound, "Financial data not found for the specified period or filter")

    private func figures(_ principal: Principal) async throws -> AEMSFigures {
        let settings = try await services.domain.settings.settings(for: principal)
        return AEMSFigures(domain: services.domain, principal: principal, settings: settings)
    }

    // MARK: Overview

    private var overview: Route {
        Route(
            .get,
            "/finance/overview",
            summary: "Key figures of a period: the budget is the target, the period before what they changed from.",
            tags: ["finance"],
            access: .permission(.metricsRead),
            parameters: [
                AEMSPeriod.parameter(["monthly", "quarterly", "yearly"]),
                RouteParameter("currency", summary: "The company's own; nothing is converted."),
                RouteParameter(
                    "include_projections",
                    summary: "Also what the budget plans for the next period.",
                    schema: WireSchema.boolean
                ),
            ],
            responses: [RouteResponse(200, "The figures.", schema: AEMSSchemas.financeOverview)],
            errors: ["INVALID_PERIOD", "INVALID_CURRENCY", "FINANCE_ACCESS_DENIED", "FINANCE_DATA_NOT_FOUND"]
        ) { routed in
            let figures = try await figures(try routed.principal())
            let settings = figures.settings
            let (name, period) = AEMSPeriod.read(routed.query, settings)
            if let currency = routed.query["currency"]?.string?.uppercased(), currency != settings.currency {
                let detail = AgentError.Detail(field: "currency", message: "must be \(settings.currency)")
                throw AgentError(.invalidParameter, "Invalid currency code specified", details: [detail])
            }
            var kpis = JSONObject()
            for (name, metric) in [
                ("gross_margin", "gross_margin"), ("net_profit", "net_income"),
                ("operating_margin", "operating_margin"), ("ebitda", "ebitda"),
            ] {
                kpis[name] = try await indicator(metric, period, figures)
            }
            guard kpis.contains(where: { !$0.value.isNull }) else { throw Self.nothing }
            let growth = try await figures.metric("revenue", period, comparedTo: "prior_year")
            var body = AEMSPeriod.json(name, period)
            body["currency"] = .string(settings.currency)
            body["kpis"] = .object(kpis)
            body["revenue_growth_rate"] =
                growth?["comparison"]?["percent"]?.exact.map { .exact($0.shifted(by: -2).rounded(places: 4)) } ?? .null
            body["financial_health_score"] = Self.health(kpis)
            // The ledger knows neither cash nor debt.
            for name in ["cash_runway_months", "burn_rate_monthly", "debt_to_equity_ratio"] { body[name] = .null }
            if routed.query["include_projections"] == true {
                body["projections"] = try await projections(period.next(), figures)
            }
            return .json(.object(body))
        }
        .naming(
            Self.denied,
            Self.missing,
            Self.period,
            ErrorNaming(.invalidParameter, field: "currency", 400, "INVALID_CURRENCY")
        )
    }

    private func indicator(_ metric: String, _ period: Period, _ figures: AEMSFigures) async throws -> JSONValue {
        guard let now = try await figures.metric(metric, period, comparedTo: "prior_period"),
            let value = now["value"]?.exact
        else { return .null }
        let budget = try await figures.metric(metric, period, comparedTo: "budget")
        let target = budget?["comparison"]?["value"]?.exact
        // Ratios change by points, amounts by percent.
        let change = now["comparison"]?["percent"]?.exact ?? now["comparison"]?["difference"]?.exact
        return [
            "value": .exact(value),
            "change_percentage": change.map { .exact($0.rounded(places: 1)) } ?? .null,
            "target": target.map(JSONValue.exact) ?? .null,
            "status": .optional(target.map { Self.status(value, $0) }),
        ]
    }

    /// Within a tenth below the target counts as approaching it.
    private static func status(_ value: ExactNumber, _ target: ExactNumber) -> String {
        if value >= target { return "on_track" }
        let gap = target.subtracting(value)?.divided(by: target.magnitude, places: 6)
        return gap.map { $0 <= ExactNumber(significand: 1, exponent: -1) } ?? false
            ? "approaching_target" : "below_target"
    }

    /// Of the indicators that have a target: those on it count whole, those near it half, in percent.
    private static func health(_ kpis: JSONObject) -> JSONValue {
        let states = kpis.compactMap { $0.value["status"]?.string }
        let points = states.reduce(0) { $0 + ($1 == "on_track" ? 2 : $1 == "approaching_target" ? 1 : 0) }
        let score = ExactNumber(points * 50).divided(by: ExactNumber(states.count), places: 0)
        return score.map(JSONValue.exact) ?? .null
    }

    private func projections(_ period: Period, _ figures: AEMSFigures) async throws -> JSONValue {
        var planned: JSONObject = [
            "basis": "budget", "period_start": .string(period.start.description),
            "period_end": .string(period.end.description),
        ]
        for (name, metric) in [("revenue", "revenue"), ("net_profit", "net_income"), ("ebitda", "ebitda")] {
            let plan = try await services.domain.content(
                of: "metrics_query",
                [
                    "metric": .string(metric), "measure": "budget",
                    "period": period.json(fiscalYearStart: figures.settings.fiscalYearStart),
                ],
                for: figures.principal
            )
            planned[name] = plan?["value"] ?? .null
        }
        return .object(planned)
    }

    // MARK: Expenses

    private static let categories: [(name: String, marks: [String])] = [
        ("operational", ["operat", "production", "logistic", "infrastructure", "facilit", "support"]),
        ("marketing", ["market", "advert", "sales"]),
        ("rd", ["r&d", "research", "engineering", "development", "product"]),
        ("administrative", ["admin", "g&a", "finance", "legal", "human", "hr", "office"]),
    ]

    private var expenses: Route {
        Route(
            .get,
            "/finance/expenses",
            summary: "What was spent in a period, by department, or by account where the ledger knows none.",
            tags: ["finance"],
            access: .permission(.metricsRead),
            parameters: [
                AEMSPeriod.parameter(["monthly", "quarterly", "yearly"]),
                RouteParameter(
                    "category",
                    summary: "Only departments or accounts of this kind, by their names.",
                    schema: WireSchema.oneOf(Self.categories.map(\.name))
                ),
            ],
            responses: [RouteResponse(200, "The expenses.", schema: AEMSSchemas.expenses)],
            errors: ["INVALID_PERIOD", "INVALID_CATEGORY", "FINANCE_ACCESS_DENIED", "FINANCE_DATA_NOT_FOUND"]
        ) { routed in
            let figures = try await figures(try routed.principal())
            let (name, period) = AEMSPeriod.read(routed.query, figures.settings)
            let spent = try await grouped(period, comparedTo: "prior_period", figures)
            guard let spent else { throw Self.nothing }
            var groups = spent["groups"]?.array ?? []
            if let category = routed.query["category"]?.string {
                let marks = Self.categories.first { $0.name == category }?.marks ?? []
                groups = groups.filter { group in
                    let name = group["name"]?.string?.lowercased() ?? ""
                    return marks.contains(where: name.contains)
                }
                guard !groups.isEmpty else { throw Self.nothing }
            }
            func sum(_ amount: (JSONValue) -> ExactNumber?) -> ExactNumber {
                groups.compactMap(amount).reduce(.zero) { $0.adding($1) ?? $0 }
            }
            let total = sum { $0["value"]?.exact }
            let before = sum { $0["comparison"]?["value"]?.exact }
            var body = AEMSPeriod.json(name, period)
            body["total_expenses"] = .exact(total)
            body["categories"] = .array(
                groups.map { group in
                    let share = group["value"]?.exact?.shifted(by: 2).divided(by: total, places: 1)
                    return [
                        "category": group["name"] ?? .null, "amount": group["value"] ?? .null,
                        "percentage": share.map(JSONValue.exact) ?? .null,
                        "change": AEMSFigures.signed(group["comparison"]?["percent"]),
                    ]
                }
            )
            // Nobody is counted in the ledger.
            body["cost_per_employee"] = .null
            body["expense_trends"] = Self.trend(total, before)
            body["currency"] = .string(figures.settings.currency)
            return .json(.object(body))
        }
        .naming(
            Self.denied,
            Self.missing,
            Self.period,
            ErrorNaming(.invalidParameter, field: "category", 400, "INVALID_CATEGORY")
        )
    }

    /// Costs of a period by department, or by account where none is known.
    private func grouped(
        _ period: Period,
        comparedTo baseline: String,
        _ figures: AEMSFigures
    ) async throws -> JSONValue? {
        let byDepartment = try await figures.metric("costs", period, comparedTo: baseline, groupedBy: "department")
        let names = (byDepartment?["groups"]?.array ?? []).compactMap { $0["name"]?.string }
        if names.contains(where: { $0 != "unassigned" }) { return byDepartment }
        return try await figures.metric("costs", period, comparedTo: baseline, groupedBy: "account")
    }

    /// Within one percent of the period before counts as stable.
    private static func trend(_ now: ExactNumber, _ before: ExactNumber) -> JSONValue {
        guard let change = now.subtracting(before)?.shifted(by: 2).divided(by: before.magnitude, places: 4) else {
            return .null
        }
        if change.magnitude <= ExactNumber(1) { return "stable" }
        return change > .zero ? "increasing" : "decreasing"
    }

    // MARK: Budget

    private var budget: Route {
        Route(
            .get,
            "/finance/budget",
            summary: "What was spent in a period against the budget, by department.",
            tags: ["finance"],
            access: .permission(.metricsRead),
            parameters: [
                AEMSPeriod.parameter(["monthly", "quarterly", "yearly"]),
                RouteParameter(
                    "department",
                    summary: "Only this department.",
                    schema: ["type": "string", "minLength": 1, "maxLength": 200]
                ),
            ],
            responses: [RouteResponse(200, "The comparison.", schema: AEMSSchemas.budget)],
            errors: ["INVALID_PERIOD", "FINANCE_ACCESS_DENIED", "FINANCE_DATA_NOT_FOUND"]
        ) { routed in
            let figures = try await figures(try routed.principal())
            let (name, period) = AEMSPeriod.read(routed.query, figures.settings)
            guard let spent = try await grouped(period, comparedTo: "budget", figures) else { throw Self.nothing }
            var groups = spent["groups"]?.array ?? []
            var overall = spent["comparison"]?["percent"] ?? .null
            if let department = routed.query["department"]?.string?.lowercased() {
                groups = groups.filter { $0["name"]?.string?.lowercased() == department }
                guard let only = groups.first else { throw Self.nothing }
                overall = only["comparison"]?["percent"] ?? .null
            }
            let calendar = FiscalCalendar(startMonth: figures.settings.fiscalYearStart)
            let quarter = calendar.period(.quarter, containing: figures.settings.today)
            let planned = try await figures.metric("costs", quarter, comparedTo: "budget")
            var body = AEMSPeriod.json(name, period)
            body["overall_variance"] = Self.rounded(overall)
            body["departments"] = .array(
                groups.map { group in
                    let variance = group["comparison"]?["percent"]
                    return [
                        "department": group["name"] ?? .null, "budget": group["comparison"]?["value"] ?? .null,
                        "actual": group["value"] ?? .null, "variance": Self.rounded(variance),
                        "variance_amount": group["comparison"]?["difference"] ?? .null,
                        "favourable": group["comparison"]?["favourable"] ?? .null,
                        "status": Self.state(variance),
                    ]
                }
            )
            // What the running quarter is planned to cost; nothing is projected.
            body["quarterly_forecast"] = planned?["comparison"]?["value"] ?? .null
            body["currency"] = .string(figures.settings.currency)
            return .json(.object(body))
        }
        .naming(Self.denied, Self.missing, Self.period)
    }

    private static func rounded(_ percent: JSONValue?) -> JSONValue {
        percent?.exact.map { .exact($0.rounded(places: 1)) } ?? .null
    }

    /// Within two percent of the budget counts as on track.
    private static func state(_ percent: JSONValue?) -> JSONValue {
        guard let percent = percent?.exact else { return .null }
        if percent.magnitude <= ExactNumber(2) { return "on_track" }
        return percent > .zero ? "over" : "under"
    }
}
