internal import AgentRuntime
internal import Tools

/// What there is by identifier and name: opportunities, customers, materials, quotations.
struct CNCCatalogueRoutes: Sendable {
    let services: ProfileServices
    let wire: CNCWire

    var routes: [Route] {
        [
            list(
                "/opportunities",
                "Open and closed opportunities.",
                .dealsRead,
                .opportunities,
                [
                    Self.text("stage"), Self.text("assigned_to", "The owner's name or e-mail."),
                    RouteParameter("status", schema: WireSchema.oneOf(["open", "won", "lost"])),
                ]
            ),
            list(
                "/customers",
                "Customers.",
                .customersRead,
                .customers,
                [
                    Self.text("segment"),
                    RouteParameter(
                        "status",
                        summary: "All customers are active.",
                        schema: WireSchema.oneOf(["active", "inactive"])
                    ),
                ]
            ),
            list(
                "/materials",
                "Materials; their codes are their identifiers.",
                .materialsRead,
                .materials,
                [
                    RouteParameter(
                        "low_stock_only",
                        summary: "Only those whose free stock is at or below the reorder point.",
                        schema: WireSchema.boolean
                    ),
                    Self.text("category", "Everything that is stocked is raw material."),
                    RouteParameter(
                        "status",
                        summary: "Low is at or below the reorder point, out is nothing free.",
                        schema: WireSchema.oneOf(StockStatus.allCases.map(\.rawValue))
                    ),
                ]
            ),
            list(
                "/quotations",
                "Quotations: what is offered to win an open opportunity.",
                .quotationsRead,
                .quotations,
                [
                    RouteParameter(
                        "status",
                        summary: "A draft is sent when its opportunity has come to a proposal.",
                        schema: WireSchema.oneOf(QuotationStatus.allCases.map(\.rawValue))
                    ),
                    Self.text("customer_id"), Self.date("date_from", "Made on that day or later."),
                    Self.date("date_to", "Made on that day or before."),
                ]
            ),
        ]
    }

    private static let members = ["id", "name"]

    private static func text(_ name: String, _ summary: String = "") -> RouteParameter {
        RouteParameter(name, summary: summary, schema: ["type": "string", "minLength": 1, "maxLength": 200])
    }

    private static func date(_ name: String, _ summary: String) -> RouteParameter {
        RouteParameter(name, summary: summary, schema: ["type": "string", "format": "date"])
    }

    private func list(
        _ path: String,
        _ summary: String,
        _ permission: Permission,
        _ kind: CatalogueKind,
        _ filters: [RouteParameter]
    ) -> Route {
        Route(
            .get,
            path,
            summary: summary,
            tags: [String(path.dropFirst())],
            access: .permission(permission),
            parameters: CNCPage.parameters + CNCSort.parameters(["name", "id"]) + [
                FieldSelection.parameter(Self.members), Self.text("search"),
                RouteParameter(
                    "search_fields",
                    summary: "Where to search: id, name, or both with a comma between them, as without it.",
                    schema: ["type": "string", "minLength": 1]
                ),
            ] + filters,
            responses: [RouteResponse(200, "One page.", schema: CNCSchemas.list(CNCSchemas.named))],
            errors: ["INVALID_VALUE"]
        ) { routed in
            let query = routed.query
            let selection = try FieldSelection(query, known: Self.members)
            let sort = try CNCSort.read(query, known: ["name", "id"], initial: [("name", false)])
            let page = try CNCPage(routed, keys: sort.count + 1)
            let searched = try FieldSelection(query, parameter: "search_fields", known: Self.members)
            var all = try await services.domain.catalogue.entries(
                kind,
                Self.filter(query),
                of: try routed.principal().tenant
            )
            if let search = query["search"]?.string?.lowercased() {
                all = all.filter { entry in
                    searched.includes("name") && entry.name.lowercased().contains(search)
                        || searched.includes("id") && entry.id.lowercased().contains(search)
                }
            }
            let listing = try CNCListing(
                all,
                page,
                sort: sort,
                key: { entry, name in name == "name" ? entry.name.lowercased() : entry.id },
                id: \.id
            )
            let items = listing.items.map { entry in
                selection.apply(["id": .string(entry.id), "name": .string(entry.name)])
            }
            return wire.list(items, page: page, total: all.count, next: listing.next, routed.request)
        }
    }

    private static func filter(_ query: JSONObject) -> CatalogueFilter {
        var filter = CatalogueFilter()
        filter.stage = query["stage"]?.string
        filter.status = query["status"]?.string
        filter.owner = query["assigned_to"]?.string
        filter.segment = query["segment"]?.string
        filter.category = query["category"]?.string
        if query["low_stock_only"]?.bool == true { filter.isLowInStock = true }
        filter.customer = query["customer_id"]?.string
        filter.from = query["date_from"]?.string.flatMap(CalendarDate.init)
        filter.until = query["date_to"]?.string.flatMap(CalendarDate.init)
        return filter
    }
}
