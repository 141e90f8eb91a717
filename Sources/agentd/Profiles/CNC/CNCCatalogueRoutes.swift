internal import AgentRuntime
internal import Tools

/// What there is by identifier and name: opportunities, customers, materials, quotations.
struct CNCCatalogueRoutes: Sendable {
    let services: ProfileServices
    let wire: CNCWire

    var routes: [Route] {
        [
            list("/opportunities", "Open and closed opportunities.", .dealsRead, .opportunities),
            list("/customers", "Customers.", .customersRead, .customers),
            list("/materials", "Materials; their codes are their identifiers.", .materialsRead, .materials),
            list(
                "/quotations",
                "Quotations: what is offered to win an open opportunity.",
                .quotationsRead,
                .quotations
            ),
        ]
    }

    private func list(
        _ path: String,
        _ summary: String,
        _ permission: Permission,
        _ kind: CatalogueKind
    ) -> Route {
        Route(
            .get,
            path,
            summary: summary,
            tags: [String(path.dropFirst())],
            access: .permission(permission),
            parameters: CNCPage.parameters + CNCSort.parameters(["name", "id"]) + [
                FieldSelection.parameter(["id", "name"]),
                RouteParameter("search", schema: ["type": "string", "minLength": 1, "maxLength": 200]),
            ],
            responses: [RouteResponse(200, "One page.", schema: CNCSchemas.list(CNCSchemas.named))],
            errors: ["INVALID_VALUE"]
        ) { routed in
            let selection = try FieldSelection(routed.query, known: ["id", "name"])
            let page = try CNCPage(routed.query)
            let sort = try CNCSort.read(routed.query, known: ["name", "id"], initial: [("name", false)])
            var all = try await services.domain.catalogue.entries(kind, of: try routed.principal().tenant)
            if let search = routed.query["search"]?.string?.lowercased() {
                all = all.filter { $0.name.lowercased().contains(search) || $0.id.lowercased().contains(search) }
            }
            let first = sort[0]
            all.sort { left, right in
                let (less, more) = first.isDescending ? (right, left) : (left, right)
                return first.name == "name"
                    ? (less.name.lowercased(), less.id) < (more.name.lowercased(), more.id) : less.id < more.id
            }
            let items = page.cut(all).map { entry in
                selection.apply(["id": .string(entry.id), "name": .string(entry.name)])
            }
            return wire.list(items, page: page, total: all.count, routed.request)
        }
    }
}
