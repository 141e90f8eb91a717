internal import AgentRuntime
internal import Tools

/// Sales: an overview of a period, and the pipeline.
struct AEMSSalesRoutes: Sendable {
    let services: ProfileServices

    var routes: [Route] { [overview, pipeline] }

    private static let denied = ErrorNaming(.forbidden, 403, "SALES_ACCESS_DENIED")

    private var overview: Route {
        Route(
            .get,
            "/sales/overview",
            summary: "Key figures of sales in a period, against the one before.",
            tags: ["sales"],
            access: .permission(.dealsRead),
            parameters: [
                AEMSPeriod.parameter(AEMSPeriod.all),
                RouteParameter(
                    "region",
                    summary: "Only this region.",
                    schema: ["type": "string", "minLength": 1, "maxLength": 200]
                ),
                RouteParameter(
                    "team_id",
                    summary: "Only this team; the data knows no teams, so there is none to be found.",
                    schema: ["type": "string", "minLength": 1, "maxLength": 200]
                ),
            ],
            responses: [RouteResponse(200, "The figures.", schema: AEMSSchemas.salesOverview)],
            errors: ["INVALID_PERIOD", "SALES_ACCESS_DENIED", "SALES_DATA_NOT_FOUND"]
        ) { routed in
            let principal = try routed.principal()
            let settings = try await services.domain.settings.settings(for: principal)
            let (name, period) = AEMSPeriod.read(routed.query, settings)
            guard routed.query["team_id"] == nil else { throw Self.nothing }
            let region = routed.query["region"]?.string
            let figures = AEMSFigures(domain: services.domain, principal: principal, settings: settings)
            let deals = try await services.domain.deals.figures(in: period, region: region, settings: settings)
            let filters = region.map { ["region": $0] } ?? [:]
            let revenue = try await figures.metric(
                "revenue",
                period,
                comparedTo: "prior_period",
                groupedBy: "region",
                filters: filters
            )
            guard revenue != nil || !deals.isEmpty else { throw Self.nothing }
            var body = AEMSPeriod.json(name, period)
            body["total_revenue"] = revenue?["value"] ?? .null
            body["revenue_change_percentage"] = revenue?["comparison"]?["percent"] ?? .null
            body["new_deals"] = .integer(deals.now.created)
            body["deals_change_percentage"] = AEMSFigures.change(deals.now.created, deals.before.created)
            body["win_rate"] = deals.now.winRate.map(JSONValue.exact) ?? .null
            body["win_rate_change_percentage"] = AEMSFigures.points(deals.now.winRate, deals.before.winRate)
            body["average_deal_size"] = deals.now.averageSize.map(JSONValue.exact) ?? .null
            body["pipeline_value"] = .exact(deals.open)
            body["conversion_rate"] = deals.now.conversion.map(JSONValue.exact) ?? .null
            // Neither what winning a customer costs nor what one is worth stands in the data.
            body["customer_acquisition_cost"] = .null
            body["customer_lifetime_value"] = .null
            body["top_performers"] = .array(
                deals.now.performers.prefix(5).map { performer in
                    [
                        "sales_rep_id": .optional(performer.id), "name": .string(performer.name),
                        "revenue": .exact(performer.amount), "deals_closed": .integer(performer.deals),
                    ]
                }
            )
            body["regional_breakdown"] = .array(
                (revenue?["groups"]?.array ?? []).map { group in
                    [
                        "region": group["name"] ?? .null, "revenue": group["value"] ?? .null,
                        "percentage": AEMSFigures.percent(group["share"]),
                    ]
                }
            )
            body["currency"] = .string(settings.currency)
            return .json(.object(body))
        }
        .naming(
            Self.denied,
            ErrorNaming(.invalidParameter, field: "period", 400, "INVALID_PERIOD"),
            ErrorNaming(.notFound, 404, "SALES_DATA_NOT_FOUND"),
            ErrorNaming(.invalidParameter, field: "region", 404, "SALES_DATA_NOT_FOUND")
        )
    }

    private static let nothing = AgentError(
        .notFound,
        "Sales data not found for the specified period or region"
    )

    private var pipeline: Route {
        Route(
            .get,
            "/sales/pipeline",
            summary: "Open deals by stage.",
            tags: ["sales"],
            access: .permission(.dealsRead),
            responses: [RouteResponse(200, "The pipeline.", schema: AEMSSchemas.pipeline)],
            errors: ["SALES_ACCESS_DENIED"]
        ) { routed in
            let principal = try routed.principal()
            let content = try await services.domain.content(of: "pipeline_overview", [:], for: principal)
            return .json([
                "pipeline_stages": .array(
                    (content?["stages"]?.array ?? []).map { stage in
                        [
                            "stage": stage["stage"] ?? .null, "count": stage["count"] ?? 0,
                            "value": stage["amount"] ?? 0,
                        ]
                    }
                ),
                "total_pipeline_value": content?["total"]?["amount"] ?? 0,
                "weighted_pipeline": content?["total"]?["weighted"] ?? 0,
            ])
        }
        .naming(Self.denied)
    }
}
