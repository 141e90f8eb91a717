internal import AgentRuntime
internal import Tools

/// What the tools of the agent work out about one opportunity, customer or material.
struct CNCInsightRoutes: Sendable {
    let services: ProfileServices
    let wire: CNCWire

    var routes: [Route] { [winProbability, intelligence, forecast] }

    // MARK: Opportunities

    /// The profile's names of the evidence that the score rests on.
    private static let factorNames = [
        "activity": "customer_relationship", "segment": "product_fit", "age": "timing",
        "owner": "competitive_landscape", "amount": "deal_size", "stage": "stage",
    ]

    private var winProbability: Route {
        Route(
            .get,
            "/opportunities/{opportunity_id}/win-probability",
            summary: """
                How likely an opportunity is to be won. Each factor is the probability that a usual opportunity would \
                have with it alone; a closed one is certain and has none.
                """,
            tags: ["opportunities"],
            access: .permission(.dealsRead),
            responses: [RouteResponse(200, "The probability.", schema: CNCSchemas.winProbability)],
            errors: ["RESOURCE_NOT_FOUND"]
        ) { routed in
            let principal = try routed.principal()
            let deal = try await services.domain.deals.deal(routed.parameter("opportunity_id"), of: principal.tenant)
            var data: JSONObject = ["opportunity_id": .string(deal.id)]
            guard deal.status == .open else {
                data["win_probability"] = deal.status == .won ? 1 : 0
                data["factors"] = [:]
                data["recommendations"] = []
                data["status"] = .string(deal.status.rawValue)
                data["method"] = "closed"
                data["factor_details"] = []
                return wire.success(.object(data), routed.request)
            }
            let content = try await services.domain.content(
                of: "deal_score",
                ["deal_id": .string(deal.id)],
                for: principal
            )
            guard let content, let score = content["deals"]?[0] else { throw Self.missing("opportunity") }
            var factors = JSONObject()
            for piece in score["evidence"]?.object ?? [:] {
                if let name = Self.factorNames[piece.name] { factors[name] = piece.value }
            }
            data["win_probability"] = score["win_probability"] ?? .null
            data["factors"] = .object(factors)
            data["recommendations"] = score["recommendations"] ?? []
            data["status"] = "open"
            data["method"] = content["method"] ?? .null
            data["factor_details"] = score["factors"] ?? []
            return wire.success(.object(data), routed.request)
        }
    }

    // MARK: Customers

    private var intelligence: Route {
        Route(
            .get,
            "/customers/{customer_id}/intelligence",
            summary: "What a customer is worth, when the next order is likely, and whether the customer may be lost.",
            tags: ["customers"],
            access: .permission(.customersRead),
            responses: [RouteResponse(200, "What orders say of the customer.", schema: CNCSchemas.intelligence)],
            errors: ["RESOURCE_NOT_FOUND"]
        ) { routed in
            let principal = try routed.principal()
            let id = routed.parameter("customer_id")
            guard let customer = try await services.domain.catalogue.customer(id, of: principal.tenant) else {
                throw Self.missing("customer")
            }
            let content = try await services.domain.content(
                of: "customer_intelligence",
                ["customer": .string(id)],
                for: principal
            )
            let found = (content?["customers"]?.array ?? []).first { $0["customer_id"]?.string == id }
            // A customer without orders is worth nothing yet, and nothing can be foretold.
            return wire.success(
                [
                    "customer_id": .string(id),
                    "name": .string(customer.name),
                    "lifetime_value": found?["lifetime_value"] ?? 0,
                    "total_orders": found?["total_orders"] ?? 0,
                    "average_order_value": found?["average_order_value"] ?? .null,
                    "last_order_date": found?["last_order_date"] ?? .null,
                    "reorder_probability": found?["reorder_probability"] ?? .null,
                    "reorder_predicted_date": found?["reorder_predicted_date"] ?? .null,
                    "churn_risk": found?["churn_risk"] ?? .null,
                    "churn_probability": found?["churn_probability"] ?? .null,
                    "segment": found?["segment"]
                        ?? .optional(customer.segment.isEmpty ? nil : customer.segment),
                    "rfm": found?["rfm"] ?? .null,
                ],
                routed.request
            )
        }
    }

    // MARK: Materials

    private var forecast: Route {
        Route(
            .get,
            "/forecasts/materials/{material_id}",
            summary: "How much of a material will be needed; the bounds hold four periods in five.",
            tags: ["forecasts"],
            access: .permission(.materialsRead),
            parameters: [
                RouteParameter(
                    "horizon",
                    summary: "monthly unless said.",
                    schema: WireSchema.oneOf(["weekly", "monthly", "quarterly"])
                ),
                RouteParameter(
                    "periods",
                    summary: "Periods to forecast, 3 unless said.",
                    schema: ["type": "integer", "minimum": 1, "maximum": 36]
                ),
            ],
            responses: [RouteResponse(200, "The forecast.", schema: CNCSchemas.materialForecast)],
            errors: ["RESOURCE_NOT_FOUND", "INVALID_VALUE"]
        ) { routed in
            let principal = try routed.principal()
            let id = routed.parameter("material_id")
            guard let material = try await services.domain.catalogue.material(id, of: principal.tenant) else {
                throw Self.missing("material")
            }
            var arguments: JSONObject = ["material": .string(material.code)]
            arguments["horizon"] = routed.query["horizon"]
            arguments["periods"] = routed.query["periods"]
            let content = try await services.domain.content(of: "demand_forecast", arguments, for: principal)
            guard let content else {
                throw AgentError(
                    .notFound,
                    "Too little of the material's use is known for a forecast: it needs three whole months."
                )
            }
            let forecasts = (content["forecasts"]?.array ?? []).map { period -> JSONValue in
                [
                    "period": period["period"] ?? .null, "forecasted_quantity": period["quantity"] ?? .null,
                    "confidence_lower": period["lower_80"] ?? .null, "confidence_upper": period["upper_80"] ?? .null,
                    "confidence_score": period["confidence_score"] ?? .null,
                ]
            }
            return wire.success(
                [
                    "material_id": .string(material.code), "material_code": content["code"] ?? .null,
                    "material_name": .string(material.name), "unit": content["unit"] ?? .null,
                    "forecast_horizon": content["horizon"] ?? .null, "forecasts": .array(forecasts),
                    "model_info": [
                        "model_type": content["method"] ?? .null, "model_version": .string(Program.version),
                        "accuracy_score": content["accuracy_score"] ?? .null,
                    ],
                ],
                routed.request
            )
        }
    }

    private static func missing(_ what: String) -> AgentError { AgentError(.notFound, "There is no such \(what).") }
}
