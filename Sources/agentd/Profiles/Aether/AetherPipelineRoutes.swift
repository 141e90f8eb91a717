internal import AgentRuntime
internal import Tools

/// The sales pipeline as a whole.
struct AetherPipelineRoutes: Sendable {
    let services: ProfileServices
    let wire: AetherWire

    var routes: [Route] { [pipeline] }

    private var pipeline: Route {
        Route(
            .get,
            "/sales/pipeline",
            summary: "Open deals by stage, how deals have ended, and how the pipeline has moved.",
            tags: ["sales"],
            access: .permission(.dealsRead),
            parameters: [
                RouteParameter(
                    "period",
                    summary: "Only deals that close in it; all unless said.",
                    schema: ["type": "string", "enum": ["current_quarter", "next_quarter", "fiscal_year"]]
                ),
                RouteParameter("owner_id", summary: "Only deals of this owner: identifier, name or e-mail."),
                RouteParameter("region", summary: "Only deals of this region."),
                RouteParameter("stage", summary: "Only these stages, with commas between them."),
            ],
            responses: [RouteResponse(200, "The pipeline.", schema: AetherDomainSchemas.pipeline)],
            errors: ["INVALID_PARAMETER"]
        ) { routed in
            let query = routed.query
            let principal = try routed.principal()
            let settings = try await services.domain.settings.settings(for: principal)
            let period = Self.period(query["period"]?.string, settings)
            var arguments = JSONObject()
            if let period { arguments["period"] = period.json(fiscalYearStart: settings.fiscalYearStart) }
            for (name, argument) in [("owner_id", "owner"), ("region", "region"), ("stage", "stage")] {
                if let value = query[name] { arguments[argument] = value }
            }
            let content = try await services.domain.content(
                of: "pipeline_overview",
                arguments,
                for: principal,
                fields: ["owner": "owner_id"]
            )
            var filters: [FieldFilter] = []
            for (name, kind) in [("owner_id", FieldKind.text), ("region", .text)] {
                if let text = query[name]?.string { filters.append(try FieldFilter(name, .equals, text, kind: kind)) }
            }
            if let period {
                let range = "\(period.start),\(period.end)"
                filters.append(try FieldFilter("close_date", .between, range, kind: .date))
            }
            let stages = query["stage"]?.string.map { $0.split(separator: ",").map(String.init) }
            let listing = DealListing(filters: filters, stages: stages)
            let trends = try await services.domain.deals.trends(listing, settings: settings)
            let label = period?.label(fiscalYearStart: settings.fiscalYearStart) ?? "All open deals"
            return wire.success(Self.json(content ?? [:], trends, label, settings), routed.request)
        }
    }

    private static func period(_ name: String?, _ settings: TenantSettings) -> Period? {
        let calendar = FiscalCalendar(startMonth: settings.fiscalYearStart)
        switch name {
        case "current_quarter": return calendar.period(.quarter, containing: settings.today)
        case "next_quarter": return calendar.period(.quarter, containing: settings.today).next()
        case "fiscal_year": return calendar.period(.year, containing: settings.today)
        default: return nil
        }
    }

    private static func json(
        _ content: JSONValue,
        _ trends: PipelineTrends,
        _ period: String,
        _ settings: TenantSettings
    ) -> JSONValue {
        let stages = (content["stages"]?.array ?? []).enumerated().map { index, stage -> JSONValue in
            [
                "stage": stage["stage"] ?? .null, "stage_order": .integer(index + 1),
                "value": stage["amount"] ?? 0, "weighted_value": stage["weighted"] ?? 0,
                "count": stage["count"] ?? 0, "probability": stage["probability_average"] ?? .null,
                // Deals carry no history of their stages.
                "avg_days_in_stage": .null,
            ]
        }
        return [
            "period": .string(period),
            "currency": .string(settings.currency),
            "as_of": .string(settings.today.description),
            "summary": [
                "total_pipeline": content["total"]?["amount"] ?? 0,
                "weighted_pipeline": content["total"]?["weighted"] ?? 0,
                "deal_count": content["total"]?["count"] ?? 0,
                "average_deal_size": content["average_deal_size"] ?? .null,
                "win_rate": content["win_rate"] ?? .null,
                "average_sales_cycle_days": content["average_sales_cycle_days"] ?? .null,
                "at_risk": content["at_risk"] ?? ["count": 0, "amount": 0],
            ],
            "by_stage": .array(stages),
            // Of the open deals listed; there are no sales targets to measure them by.
            "forecast": [
                "best_case": .exact(trends.bestCase), "commit": .exact(trends.commit),
                "most_likely": .exact(trends.mostLikely), "target": .null, "gap_to_target": .null,
            ],
            "trends": [
                "pipeline_change_30d": .exact(trends.change),
                "pipeline_change_percent": trends.changePercent.map(JSONValue.exact) ?? .null,
                "deals_added_30d": .integer(trends.added), "deals_closed_won_30d": .integer(trends.won),
                "deals_closed_lost_30d": .integer(trends.lost),
            ],
        ]
    }
}
