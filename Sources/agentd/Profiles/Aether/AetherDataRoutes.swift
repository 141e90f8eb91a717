internal import AgentRuntime
internal import Tools

/// What metrics there are, and bringing data in.
struct AetherDataRoutes: Sendable {
    let services: ProfileServices
    let wire: AetherWire

    var routes: [Route] { [catalogue, load] }

    private var catalogue: Route {
        Route(
            .get,
            "/data/metrics",
            summary: "Every metric with what it means.",
            tags: ["data"],
            access: .permission(.metricsRead),
            parameters: PageRequest.parameters + [
                RouteParameter(
                    "sort",
                    summary: "The order of the catalogue unless said.",
                    schema: ["type": "string", "enum": ["id", "name", "category"]]
                ),
                FieldSelection.parameter(Self.members),
            ],
            responses: [RouteResponse(200, "The catalogue.", schema: AetherDomainSchemas.catalogue)],
            errors: ["INVALID_PARAMETER"]
        ) { routed in
            let page = PageRequest(routed.query, defaultLimit: 100)
            let selection = try FieldSelection(routed.query, known: Self.members)
            let principal = try routed.principal()
            let settings = try await services.domain.settings.settings(for: principal)
            let range = try await services.domain.ledgerRange(of: principal.tenant)
            let all = MetricCatalogue.metrics.map { metric -> JSONObject in
                [
                    "id": .string(metric.id),
                    "name": .string(metric.name),
                    "aliases": .array(metric.aliases.map(JSONValue.string)),
                    "description": .string(metric.definition),
                    "category": .string(metric.category),
                    "formula": .string(metric.formula),
                    "unit": .string(metric.unit.rawValue),
                    "is_cost": .bool(metric.isCost),
                    "currency": metric.unit == .currency ? .string(settings.currency) : .null,
                    // Figures are those of the business date.
                    "last_calculated": .string("\(settings.today)T00:00:00Z"),
                    "data_range": range.map { range -> JSONValue in
                        ["start_date": .string(range.first.description), "end_date": .string(range.last.description)]
                    } ?? .null,
                    "source_tables": ["ledger", "budget"],
                    "data_lineage": [
                        "sources": .array(metric.sections.map { .string("ledger.\($0)") }),
                        "transformations": [.string(metric.formula)],
                    ],
                ]
            }
            var sorted = all
            if let sort = page.sort {
                func key(_ item: JSONObject) -> String { (item[sort]?.string ?? "").lowercased() }
                // `desc` has to be asked for here: names are read from their beginning.
                let isDescending = routed.query["order"]?.string == "desc"
                sorted.sort { isDescending ? key($1) < key($0) : key($0) < key($1) }
            } else if routed.query["order"]?.string == "desc" {
                sorted.reverse()
            }
            let items = sorted.dropFirst(page.offset).prefix(page.limit).map(selection.apply)
            return wire.list(items, page: page, total: all.count, routed.request)
        }
    }

    private static let members = [
        "id", "name", "aliases", "description", "category", "formula", "unit", "is_cost", "currency",
        "last_calculated", "data_range", "source_tables", "data_lineage",
    ]

    private var load: Route {
        let types = services.domain.importer.types
        return Route(
            .post,
            "/data/import",
            summary: "Bring in a CSV file, all of it or nothing.",
            tags: ["data"],
            access: .permission(.dataImport),
            parameters: [
                RouteParameter(
                    "type",
                    summary: "What the rows are.",
                    schema: ["type": "string", "enum": .array(types.map(JSONValue.string))],
                    isRequired: true
                ),
                RouteParameter("replace", summary: "Empty the type first.", schema: ["type": "boolean"]),
            ],
            body: RouteBody(["type": "string"], contentType: "text/csv"),
            responses: [RouteResponse(200, "What came in.", schema: AetherDomainSchemas.imported)],
            errors: ["VALIDATION_ERROR", "CONFLICT"],
            bodyLimit: HTTPLimits.uploadBodyBytes
        ) { routed in
            let principal = try routed.principal()
            let type = routed.query["type"]?.string ?? ""
            let news = services.domain.news
            let before = try await news.before(type, of: principal.tenant)
            let outcome = try await services.domain.importer.run(
                type: type,
                from: .bytes(routed.request.body),
                tenant: principal.tenant,
                replace: routed.query["replace"]?.bool ?? false,
                now: services.wallClock.now()
            )
            try await services.domain.record("data.imported", outcome.json, by: principal)
            let facts = try await news.facts(since: before, of: principal.tenant, actor: "user:\(principal.user)")
            for fact in facts {
                try await services.domain.record(fact.kind.rawValue, fact.payload, by: principal)
            }
            return wire.success(outcome.json, routed.request)
        }
        .keepingAnswers()
    }
}

/// What could be asked now.
struct AetherSuggestionRoutes: Sendable {
    let services: ProfileServices
    let wire: AetherWire

    var routes: [Route] { [suggestions] }

    private var suggestions: Route {
        Route(
            .get,
            "/ai/suggestions",
            summary: "Questions and requests that are worth making now, by what the data shows.",
            tags: ["ai"],
            access: .permission(.chat),
            parameters: [
                RouteParameter(
                    "context",
                    summary: "What the user is looking at, such as dashboard, sales or costs.",
                    schema: ["type": "string", "minLength": 1, "maxLength": 500],
                    isRequired: true
                ),
                RouteParameter(
                    "limit",
                    summary: "\(SuggestionBook.limitDefault) unless said.",
                    schema: ["type": "integer", "minimum": 1, "maximum": .integer(SuggestionBook.limitMax)]
                ),
            ],
            responses: [RouteResponse(200, "The suggestions.", schema: AetherDomainSchemas.suggestions)],
            errors: ["INVALID_PARAMETER"]
        ) { routed in
            let principal = try routed.principal()
            let settings = try await services.domain.settings.settings(for: principal)
            let found = try await services.domain.suggestions.suggestions(
                for: principal,
                context: routed.query["context"]?.string ?? "",
                limit: routed.query["limit"]?.int ?? SuggestionBook.limitDefault,
                settings: settings
            )
            let items = found.map { suggestion -> JSONValue in
                [
                    "id": .string(suggestion.id), "type": .string(suggestion.kind.rawValue),
                    "text": .string(suggestion.text), "relevance": .double(suggestion.relevance),
                ]
            }
            return wire.success(["suggestions": .array(items)], routed.request)
        }
    }
}
