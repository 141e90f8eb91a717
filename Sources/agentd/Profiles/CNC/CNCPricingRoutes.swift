internal import AgentRuntime
internal import Tools

/// Prices a quotation: a calculation from the tenant's rates, of which nothing is kept.
struct CNCPricingRoutes: Sendable {
    let services: ProfileServices
    let wire: CNCWire

    var routes: [Route] { [price] }

    private static let text: JSONValue = ["type": ["string", "null"], "maxLength": 200]
    private static let amount: JSONValue = ["type": ["number", "null"], "minimum": 0, "maximum": 1_000_000_000]

    private static let line: JSONValue = [
        "type": "object", "required": ["quantity"], "additionalProperties": false,
        "properties": [
            "product_name": text, "description": ["type": ["string", "null"], "maxLength": 2000],
            "machining_complexity": text, "material_type": text, "machine": text,
            "quantity": ["type": "integer", "minimum": 1, "maximum": 10_000_000],
            "specifications": ["type": ["object", "null"]], "weight": amount, "material_cost": amount,
            "estimated_hours": amount, "labor_hours": amount,
        ],
    ]

    /// The members of a line by the names of the tool's arguments.
    private static let arguments = [
        ("product", "product_name"), ("material", "material_type"), ("quantity", "quantity"),
        ("complexity", "machining_complexity"), ("machine", "machine"), ("weight", "weight"),
        ("material_cost", "material_cost"), ("machining_hours", "estimated_hours"), ("labour_hours", "labor_hours"),
    ]

    private var price: Route {
        Route(
            .post,
            "/quotations/{quotation_id}/calculate-pricing",
            summary: "What parts cost to make by the tenant's rates, and what to ask for them.",
            tags: ["quotations"],
            access: .permission(.quotationsRead),
            body: RouteBody([
                "type": "object", "required": ["line_items"], "additionalProperties": false,
                "properties": [
                    "line_items": ["type": "array", "minItems": 1, "maxItems": 100, "items": Self.line],
                    "desired_margin_percent": ["type": ["number", "null"], "minimum": 0, "maximum": 99],
                ],
            ]),
            responses: [RouteResponse(200, "The prices.", schema: CNCSchemas.pricing)],
            errors: ["RESOURCE_NOT_FOUND", "RESOURCE_CONFLICT", "VALIDATION_ERROR"]
        ) { routed in
            let principal = try routed.principal()
            let id = routed.parameter("quotation_id")
            let items = routed.json["line_items"]?.array ?? []
            var arguments: JSONObject = ["lines": .array(items.map(Self.line))]
            if let margin = routed.json["desired_margin_percent"], !margin.isNull {
                arguments["margin_percent"] = margin
            }
            let content: JSONValue?
            do {
                content = try await services.domain.content(of: "price_quote", arguments, for: principal)
            } catch let error as AgentError where error.code == .invalidParameter {
                throw Self.named(error)
            }
            guard let content else {
                throw AgentError(.conflict, "There are no rates to price by; import them first.")
            }
            return wire.success(Self.json(id, content, items), routed.request)
        }
        .checking { routed in
            let principal = try routed.principal()
            let quotations = try await services.domain.catalogue.entries(.quotations, of: principal.tenant)
            guard quotations.contains(where: { $0.id == routed.parameter("quotation_id") }) else {
                throw AgentError(.notFound, "There is no such quotation.")
            }
            let settings = try await services.domain.settings.settings(for: principal)
            let faults = try await PriceQuoteTool.faults(
                in: (routed.json["line_items"]?.array ?? []).map(Self.line),
                ledger: services.domain.ledger,
                settings: settings
            )
            return faults.map(Self.named)
        }
    }

    private static func line(_ item: JSONValue) -> JSONValue {
        var line = JSONObject()
        for (argument, member) in arguments {
            if let value = item[member], !value.isNull { line[argument] = value }
        }
        return .object(line)
    }

    /// What the tool refuses, by the names that the request has for it.
    private static func named(_ error: AgentError) -> AgentError {
        AgentError(.invalidArgument, error.message, details: error.details.map(named))
    }

    private static func named(_ detail: AgentError.Detail) -> AgentError.Detail {
        var detail = detail.renamed(["margin_percent": "desired_margin_percent", "lines": "line_items"])
        if let dot = detail.field.lastIndex(of: "."), detail.field.hasPrefix("line_items["),
            let member = arguments.first(where: { $0.0 == detail.field[dot...].dropFirst() })
        {
            detail.field = detail.field[..<dot] + "." + member.1
        }
        return detail
    }

    private static func json(_ id: String, _ content: JSONValue, _ items: [JSONValue]) -> JSONValue {
        let lines = (content["lines"]?.array ?? []).enumerated().map { index, line -> JSONValue in
            var notes = (line["assumed"]?.array ?? []).compactMap(\.string).map { "Assumed: \($0)." }
            if let object = items[index]["specifications"]?.object, !object.isEmpty {
                notes.append("Specifications count as the complexity that is given with them.")
            }
            let machining = line["machining_cost"]?.exact ?? .zero
            let labour = line["labour_cost"]?.exact ?? .zero
            return [
                "line_item_index": line["line_item_index"] ?? .null, "product_name": line["product"] ?? .null,
                "quantity": line["quantity"] ?? .null, "material_cost": line["material_cost"] ?? .null,
                "machining_time_hours": line["machining_hours"] ?? .null,
                // People and machines together, so that material, labor and overhead are the whole cost.
                "labor_cost": machining.adding(labour).map(JSONValue.exact) ?? .null,
                "overhead": line["overhead"] ?? .null, "total_cost": line["total_cost"] ?? .null,
                "suggested_price": line["unit_price"] ?? .null, "line_total": line["line_total"] ?? .null,
                "margin_percent": line["margin_percent"] ?? .null, "confidence_score": line["confidence"] ?? .null,
                "labor_details": [
                    "machining_cost": .exact(machining), "labor_hours": line["labour_hours"] ?? .null,
                    "labor_only_cost": .exact(labour),
                ],
                "notes": .array(notes.map(JSONValue.string)),
            ]
        }
        return [
            "quotation_id": .string(id), "currency": content["currency"] ?? .null,
            "desired_margin_percent": content["margin_percent"] ?? .null, "pricing_breakdown": .array(lines),
            "total_cost": content["total_cost"] ?? .null, "total_amount": content["total_amount"] ?? .null,
        ]
    }
}
