internal import AgentRuntime
internal import Tools

/// What a change would bring about, and whether an initiative pays.
struct SMBPlanningRoutes: Sendable {
    let services: ProfileServices
    let wire: SMBWire

    var routes: [Route] { [relationships, simulate, analyze] }

    // MARK: Simulator

    private static let node = WireSchema.object([
        "id": WireSchema.string, "label": WireSchema.string,
        "type": WireSchema.oneOf(["input", "intermediate", "output"]),
    ])

    private static let edge = WireSchema.object([
        "source": WireSchema.string, "target": WireSchema.string, "weight": WireSchema.number,
        "lag": WireSchema.string, "confidence": WireSchema.number,
        "basis": WireSchema.oneOf(["imported", "estimated", "accounting"]),
    ])

    private static let effect = WireSchema.object(
        [
            "metricId": WireSchema.string, "metric": WireSchema.string, "change": WireSchema.string,
            "changePercent": WireSchema.number, "confidence": WireSchema.number, "lag": WireSchema.string,
            "lagDays": WireSchema.integer, "basis": WireSchema.string, "monthlyChange": WireSchema.optionalNumber,
        ]
    )

    private var relationships: Route {
        Route(
            .get,
            "/hubs/action/simulator/relationships",
            summary: "What is known to lead to what: imported, estimated from the own months, or by the statement.",
            tags: ["hubs"],
            access: .permission(.metricsRead),
            responses: [
                RouteResponse(
                    200,
                    "Nodes and weighted edges.",
                    schema: SMBWire.envelope(
                        WireSchema.object([
                            "nodes": WireSchema.list(Self.node), "edges": WireSchema.list(Self.edge),
                        ])
                    )
                )
            ]
        ) { routed in
            var content: JSONValue?
            do {
                content = try await services.domain.content(
                    of: "causal_simulate",
                    [:],
                    for: try routed.principal()
                )
            } catch let error as AgentError where error.code == .notFound {
                // A tenant without data has no relationships, which is no fault of the request.
            }
            let nodes = (content?["nodes"]?.array ?? []).map { node -> JSONValue in
                ["id": node["id"] ?? "", "label": node["label"] ?? "", "type": node["type"] ?? ""]
            }
            let edges = (content?["edges"]?.array ?? []).map { edge -> JSONValue in
                [
                    "source": edge["source"] ?? "", "target": edge["target"] ?? "", "weight": edge["weight"] ?? 0,
                    "lag": .string(Self.lag(edge["lag_days"]?.int ?? 0)), "confidence": edge["confidence"] ?? 0,
                    "basis": edge["basis"] ?? "",
                ]
            }
            return wire.success(["nodes": .array(nodes), "edges": .array(edges)], routed.request)
        }
    }

    private var simulate: Route {
        Route(
            .post,
            "/hubs/action/simulator/simulate",
            summary: "Spread a change of one measure along the relationships; confidence falls with distance.",
            tags: ["hubs"],
            access: .permission(.scenariosRead),
            body: RouteBody([
                "type": "object", "required": ["metricId", "changePercent"],
                "properties": [
                    "metricId": ["type": "string", "minLength": 1, "maxLength": 200],
                    "changePercent": ["type": "number", "minimum": -100, "maximum": 1000],
                    "timeHorizon": [
                        "type": ["integer", "null"], "minimum": 1, "maximum": 1095,
                        "description": "Days; 90 unless said.",
                    ],
                ],
                "additionalProperties": false,
            ]),
            responses: [
                RouteResponse(
                    200,
                    "What follows, the nearest first.",
                    schema: SMBWire.envelope(
                        WireSchema.object([
                            "simulationId": WireSchema.string, "inputChange": WireSchema.anyObject,
                            "timeHorizon": WireSchema.integer, "effects": WireSchema.list(Self.effect),
                            "beyondHorizon": WireSchema.list(Self.effect),
                        ])
                    )
                )
            ],
            errors: ["VALIDATION_ERROR", "RESOURCE_NOT_FOUND"]
        ) { routed in
            let principal = try routed.principal()
            var arguments = JSONObject()
            for (name, field) in Self.simulationFields {
                if let value = routed.json[field], !value.isNull { arguments[name] = value }
            }
            let found = try await services.domain.content(
                of: "causal_simulate",
                arguments,
                for: principal,
                fields: Dictionary(uniqueKeysWithValues: Self.simulationFields)
            )
            guard let content = found else {
                throw AgentError(
                    .notFound,
                    "There is nothing to simulate with: import ledger rows or relationships first."
                )
            }
            let payload: JSONValue = [
                "simulation_id": content["simulation_id"] ?? .null, "metric": content["input"]?["metric"] ?? .null,
                "change_percent": content["input"]?["change_percent"] ?? .null,
                "horizon_days": content["horizon_days"] ?? .null,
                "effects": .integer(content["effects"]?.array?.count ?? 0),
            ]
            try await services.domain.record("simulation.run", payload, by: principal)
            return wire.success(
                [
                    "simulationId": content["simulation_id"] ?? "",
                    "inputChange": [
                        "metric": content["input"]?["name"] ?? "",
                        "change": .string(Self.change(content["input"]?["change_percent"])),
                    ],
                    "timeHorizon": content["horizon_days"] ?? 0,
                    "effects": .array((content["effects"]?.array ?? []).map(Self.effect)),
                    "beyondHorizon": .array((content["beyond_horizon"]?.array ?? []).map(Self.effect)),
                ],
                routed.request
            )
        }
        .keepingAnswers()
    }

    /// Arguments of the tool, and the members of the body that they come from.
    private static let simulationFields = [
        ("metric", "metricId"), ("change_percent", "changePercent"), ("horizon_days", "timeHorizon"),
    ]

    private static func effect(_ effect: JSONValue) -> JSONValue {
        [
            "metricId": effect["metric"] ?? "", "metric": effect["name"] ?? "",
            "change": .string(change(effect["change_percent"])), "changePercent": effect["change_percent"] ?? 0,
            "confidence": effect["confidence"]?.exact.map { .exact($0.rounded(places: 2)) } ?? 0,
            "lag": .string(lag(effect["lag_days"]?.int ?? 0)), "lagDays": effect["lag_days"] ?? 0,
            "basis": effect["basis"] ?? "", "monthlyChange": effect["monthly_change"] ?? .null,
        ]
    }

    /// "+12.8%".
    private static func change(_ percent: JSONValue?) -> String {
        let value = (percent?.exact ?? .zero).rounded(places: 1)
        return (value.isNegative ? "" : "+") + value.literal + "%"
    }

    /// "3 weeks", in the largest unit that it is whole numbers of.
    private static func lag(_ days: Int) -> String {
        guard days > 0 else { return "immediate" }
        let (count, unit) = days % 30 == 0 ? (days / 30, "month") : days % 7 == 0 ? (days / 7, "week") : (days, "day")
        return "\(count) \(unit)\(count == 1 ? "" : "s")"
    }

    // MARK: Planner

    private static let analysis = WireSchema.object([
        "analysisId": WireSchema.string, "name": WireSchema.string, "investment": WireSchema.number,
        "expectedOutcome": WireSchema.anyObject, "timeline": WireSchema.string, "months": WireSchema.integer,
        "totalReturn": WireSchema.number, "netGain": WireSchema.number, "roi": WireSchema.optionalNumber,
        "roiPercent": WireSchema.optionalNumber, "paybackMonths": WireSchema.optionalNumber, "npv": WireSchema.number,
        "irr": WireSchema.optionalNumber, "discountRate": WireSchema.number,
        "breakEvenShare": WireSchema.optionalNumber, "verdict": WireSchema.string, "cashFlows": WireSchema.objects,
        "sensitivity": WireSchema.objects, "assumptions": WireSchema.strings,
    ])

    private var analyze: Route {
        Route(
            .post,
            "/hubs/action/planner/analyze",
            summary: "Payback, net present value, internal rate and return on investment of an initiative.",
            tags: ["hubs"],
            access: .permission(.scenariosRead),
            body: RouteBody([
                "type": "object", "required": ["name", "expectedOutcome", "investment", "timeline"],
                "properties": [
                    "name": ["type": "string", "minLength": 1, "maxLength": 200],
                    "description": ["type": ["string", "null"], "maxLength": 2000],
                    "expectedOutcome": [
                        "type": "object", "minProperties": 1, "maxProperties": 20,
                        "additionalProperties": ["type": ["number", "null"]],
                    ],
                    "investment": ["type": "number", "minimum": 0],
                    "timeline": [
                        "anyOf": [["type": "string", "minLength": 1, "maxLength": 40], ["type": "number"]],
                        "description": "\"6 months\", \"2 years\", or a number of months.",
                    ],
                    "cashFlows": ["type": ["array", "null"], "maxItems": 360, "items": ["type": "number"]],
                    "discountRate": [
                        "type": ["number", "null"], "description": "A year's, as a share; 0.1 unless said.",
                    ],
                    "margin": ["type": ["number", "null"], "minimum": 0, "maximum": 1],
                ],
                "additionalProperties": false,
            ]),
            responses: [RouteResponse(200, "The analysis.", schema: SMBWire.envelope(Self.analysis))],
            errors: ["VALIDATION_ERROR"]
        ) { routed in
            let principal = try routed.principal()
            var arguments = JSONObject()
            for (name, field) in Self.analysisFields {
                if let value = routed.json[field], !value.isNull { arguments[name] = value }
            }
            let found = try await services.domain.content(
                of: "initiative_analysis",
                arguments,
                for: principal,
                fields: Dictionary(uniqueKeysWithValues: Self.analysisFields)
            )
            let content = found ?? .null
            let payload: JSONValue = [
                "analysis_id": content["analysis_id"] ?? .null, "name": content["name"] ?? .null,
                "investment": content["investment"] ?? .null, "roi": content["roi"] ?? .null,
                "npv": content["npv"] ?? .null, "payback_months": content["payback_months"] ?? .null,
            ]
            try await services.domain.record("initiative.analyzed", payload, by: principal)
            return wire.success(Self.answer(content, routed.json), routed.request)
        }
        .keepingAnswers()
        .checking { routed in
            var arguments = JSONObject()
            for (name, field) in Self.analysisFields { arguments[name] = routed.json[field] }
            let names = Dictionary(uniqueKeysWithValues: Self.analysisFields)
            return InitiativeAnalysisTool.faults(in: arguments).map { $0.renamed(names) }
        }
    }

    private static let analysisFields = [
        ("name", "name"), ("expected_outcome", "expectedOutcome"), ("investment", "investment"),
        ("timeline", "timeline"), ("cash_flows", "cashFlows"), ("discount_rate", "discountRate"), ("margin", "margin"),
    ]

    private static func answer(_ content: JSONValue, _ body: JSONValue) -> JSONValue {
        let months = content["months"]?.int ?? 0
        return [
            "analysisId": content["analysis_id"] ?? "", "name": content["name"] ?? "",
            "investment": content["investment"] ?? 0, "expectedOutcome": body["expectedOutcome"] ?? [:],
            "timeline": content["timeline"].flatMap { $0.isNull ? nil : $0 }
                ?? .string("\(months) month\(months == 1 ? "" : "s")"),
            "months": .integer(months), "totalReturn": content["inflow"] ?? 0, "netGain": content["net_gain"] ?? 0,
            "roi": content["roi"] ?? .null,
            "roiPercent": content["roi"]?.exact.map { .exact($0.shifted(by: 2)) } ?? .null,
            "paybackMonths": content["payback_months"] ?? .null, "npv": content["npv"] ?? 0,
            "irr": content["irr"] ?? .null, "discountRate": content["discount_rate"] ?? 0,
            "breakEvenShare": content["break_even_share"] ?? .null, "verdict": content["verdict"] ?? "",
            "cashFlows": content["cash_flows"] ?? [], "sensitivity": content["sensitivity"] ?? [],
            "assumptions": content["assumptions"] ?? [],
        ]
    }
}
