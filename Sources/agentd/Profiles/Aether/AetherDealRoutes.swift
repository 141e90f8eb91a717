internal import AgentRuntime
internal import Tools

/// Deals one by one: list, read, change.
struct AetherDealRoutes: Sendable {
    let services: ProfileServices
    let wire: AetherWire
    let mount: String

    var routes: [Route] { [list, read, change] }

    private static let members = [
        "id", "name", "account", "owner", "amount", "currency", "stage", "status", "probability", "weighted_amount",
        "close_date", "created_date", "days_in_pipeline", "days_in_stage", "last_activity_date", "next_step", "region",
        "risk_level", "risk_factors", "ai_insights", "products", "links",
    ]

    /// What a deal by itself has beyond one of a list.
    private static let wholeMembers = [
        "description", "recurring_amount", "one_time_amount", "stage_history", "contacts", "competitors",
        "activities", "documents", "custom_fields",
    ]

    private static let expandable = [
        "account", "owner", "products", "contacts", "activities", "competitors", "documents", "stage_history",
    ]

    /// `stage` and `status` have rules of their own.
    private static let filters = FieldParameters(
        DealField.allCases.map { ($0.rawValue, $0.kind) },
        except: ["stage", "status"]
    )

    private var list: Route {
        let sorts = JSONValue.array(DealField.allCases.map { .string($0.rawValue) })
        return Route(
            .get,
            "/sales/deals",
            summary: "Deals, open ones unless a stage or a status is asked for.",
            tags: ["sales"],
            access: .permission(.dealsRead),
            parameters: PageRequest.parameters + [
                RouteParameter("sort", summary: "amount unless said.", schema: ["type": "string", "enum": sorts]),
                FieldSelection.parameter(Self.members),
                RouteParameter("stage", summary: "One of these stages, with commas between them."),
                RouteParameter(
                    "status",
                    summary: "open unless a stage is given.",
                    schema: ["type": "string", "enum": ["open", "won", "lost", "all"]]
                ),
            ] + Self.filters.parameters,
            responses: [RouteResponse(200, "One page of deals.", schema: AetherDomainSchemas.deals)],
            errors: ["INVALID_PARAMETER", "VALIDATION_ERROR"]
        ) { routed in
            let query = routed.query
            let selection = try FieldSelection(query, known: Self.members)
            let listing = try Self.listing(query)
            let page = PageRequest(query)
            let principal = try routed.principal()
            let settings = try await services.domain.settings.settings(for: principal)
            let (deals, total) = try await services.domain.deals.page(
                listing,
                offset: page.offset,
                limit: page.limit,
                settings: settings
            )
            let insights =
                selection.includes("ai_insights")
                ? try await services.domain.deals.insights(of: deals, settings: settings) : [:]
            let items = deals.map { deal in
                var item = json(deal, settings)
                item["ai_insights"] = Self.json(insights[deal.id])
                item["products"] = []
                return selection.apply(item)
            }
            return wire.list(items, page: page, total: total, routed.request)
        }
    }

    private static func listing(_ query: JSONObject) throws(AgentError) -> DealListing {
        let filters = try Self.filters.filters(in: query)
        let stages = query["stage"]?.string.map { $0.split(separator: ",").map(String.init) }
        let asksForStages = stages != nil || query["stage_in"] != nil || query["stage_contains"] != nil
        let asksForStatus = ["status_ne", "status_in", "status_contains"].contains { query[$0] != nil }
        let status: DealStatus?
        switch query["status"]?.string {
        case "all": status = nil
        case .some(let name): status = DealStatus(rawValue: name)
        case nil: status = asksForStages || asksForStatus ? nil : .open
        }
        return DealListing(
            filters: filters,
            stages: stages,
            status: status,
            sort: query["sort"]?.string.flatMap(DealField.init) ?? .amount,
            isAscending: query["order"]?.string == "asc"
        )
    }

    private var read: Route {
        Route(
            .get,
            "/sales/deals/{deal_id}",
            summary: "One deal; what the data does not hold of it is null or empty.",
            tags: ["sales"],
            access: .permission(.dealsRead),
            parameters: [
                RouteParameter(
                    "expand",
                    summary: "What stands in a deal whole anyway: \(Self.expandable.joined(separator: ", ")).",
                    schema: ["type": "string", "minLength": 1]
                ),
                FieldSelection.parameter(Self.members + Self.wholeMembers),
            ],
            responses: [RouteResponse(200, "The deal.", schema: AetherDomainSchemas.partOfDeal)],
            errors: ["NOT_FOUND", "INVALID_PARAMETER"]
        ) { routed in
            _ = try FieldSelection(routed.query, parameter: "expand", known: Self.expandable)
            let selection = try FieldSelection(routed.query, known: Self.members + Self.wholeMembers)
            let principal = try routed.principal()
            let settings = try await services.domain.settings.settings(for: principal)
            let deal = try await services.domain.deals.deal(routed.parameter("deal_id"), of: principal.tenant)
            return wire.success(selection.apply(try await whole(deal, settings)), routed.request)
        }
    }

    private var change: Route {
        let text: JSONValue = ["type": ["string", "null"], "maxLength": .integer(DealChange.textMax)]
        return Route(
            .patch,
            "/sales/deals/{deal_id}",
            summary: "Change a deal.",
            tags: ["sales"],
            access: .permission(.dealsWrite),
            body: RouteBody([
                "type": "object", "minProperties": 1, "additionalProperties": false,
                "properties": [
                    "stage": ["type": "string", "minLength": 1], "amount": ["type": "number", "minimum": 0],
                    "probability": ["type": "number", "minimum": 0, "maximum": 1],
                    "close_date": ["type": "string", "format": "date"], "next_step": text,
                    "name": ["type": "string", "minLength": 1, "maxLength": .integer(DealChange.textMax)],
                    "owner": text, "owner_email": text, "region": text, "notes": text,
                ],
            ]),
            responses: [RouteResponse(200, "The deal as it is now.", schema: AetherDomainSchemas.deal)],
            errors: ["NOT_FOUND", "VALIDATION_ERROR"]
        ) { routed in
            let principal = try routed.principal()
            let settings = try await services.domain.settings.settings(for: principal)
            let change = try DealChange(routed.json.object ?? [:])
            let (before, after) = try await services.domain.deals.update(
                routed.parameter("deal_id"),
                change,
                of: principal.tenant
            )
            let old = json(before, settings)
            let new = json(after, settings)
            let changed = new.names.filter { old[$0] != new[$0] }
            func part(_ deal: JSONObject) -> JSONValue {
                .object(JSONObject(uniqueMembers: deal.members.filter { changed.contains($0.name) }))
            }
            var payload: JSONObject = [
                "id": .string(after.id), "before": part(old), "after": part(new), "deal": after.fact,
            ]
            // Deals have no place for notes; what was said of a change stands beside it in the journal.
            if let notes = routed.json["notes"], !notes.isNull { payload["notes"] = notes }
            try await services.domain.record("deal.changed", .object(payload), by: principal)
            return wire.success(.object(try await whole(after, settings)), routed.request)
        }
        .checking { routed in
            try await services.domain.deals.faults(
                in: routed.json.object ?? [:],
                of: routed.parameter("deal_id"),
                tenant: try routed.principal().tenant
            )
        }
    }

    /// A deal by itself, with what the model says of it.
    private func whole(_ deal: Deal, _ settings: TenantSettings) async throws -> JSONObject {
        var object = json(deal, settings)
        let insights = try await services.domain.deals.insights(of: [deal], settings: settings)
        object["ai_insights"] = Self.json(insights[deal.id])
        // The data holds none of these.
        for name in ["description", "recurring_amount", "one_time_amount"] { object[name] = .null }
        for name in ["products", "stage_history", "contacts", "competitors", "activities", "documents"] {
            object[name] = []
        }
        object["custom_fields"] = [:]
        return object
    }

    /// `null` for a deal that is closed.
    private static func json(_ insight: DealInsight?) -> JSONValue {
        guard let insight else { return .null }
        return [
            "win_probability": .exact(insight.winProbability),
            "confidence": insight.confidence.map(JSONValue.exact) ?? .null,
            "key_factors": .array(insight.keyFactors.map(JSONValue.string)),
            "recommendations": .array(insight.recommendations.map(JSONValue.string)),
        ]
    }

    private func json(_ deal: Deal, _ settings: TenantSettings) -> JSONObject {
        let today = settings.today
        return [
            "id": .string(deal.id),
            "name": .string(deal.name),
            "account": deal.accountID.map { ["id": .string($0), "name": .string(deal.account)] } ?? .null,
            "owner": deal.ownerID.map { id in
                [
                    "id": .string(id), "name": .string(deal.owner),
                    "email": .optional(deal.ownerEmail.isEmpty ? nil : deal.ownerEmail),
                ]
            } ?? .null,
            "amount": .money(deal.amount),
            "currency": .string(settings.currency),
            "stage": .string(deal.stage),
            "status": .string(deal.status.rawValue),
            "probability": deal.chance.map(JSONValue.exact) ?? .null,
            "weighted_amount": deal.weighted.map(JSONValue.exact) ?? .null,
            "close_date": .optional(deal.closeDate?.description),
            "created_date": .optional(deal.createdDate?.description),
            "days_in_pipeline": deal.daysInPipeline(today: today).map(JSONValue.integer) ?? .null,
            // Deals carry no history of their stages.
            "days_in_stage": .null,
            "last_activity_date": .optional(deal.lastActivityDate?.description),
            "next_step": .optional(deal.nextStep.isEmpty ? nil : deal.nextStep),
            "region": .optional(deal.region.isEmpty ? nil : deal.region),
            "risk_level": .optional(deal.risk(today: today)),
            "risk_factors": .array(deal.risks(today: today).map(JSONValue.string)),
            "links": ["self": .string("\(mount)/sales/deals/\(deal.id)")],
        ]
    }
}
