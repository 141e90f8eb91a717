internal import AgentRuntime
internal import Tools

/// Scenarios: made, listed, read, set side by side, simulated.
struct AetherScenarioRoutes: Sendable {
    let services: ProfileServices
    let wire: AetherWire
    let mount: String
    private let identifiers: any IdentifierSource = TimeOrderedIdentifiers()

    init(services: ProfileServices, wire: AetherWire, mount: String) {
        self.services = services
        self.wire = wire
        self.mount = mount
    }

    var routes: [Route] { [list, compare, create, read, submit, simulate] }

    private var desk: ScenarioDesk { services.domain.scenarios }

    private static let members = [
        "id", "name", "description", "type", "status", "owner", "created_at", "updated_at", "base_scenario_id",
        "time_horizon", "basis", "assumptions", "summary", "approval_status", "links",
    ]

    /// A list may have been asked for single fields.
    private static let part = WireSchema.object(
        ["id": WireSchema.string, "name": WireSchema.string],
        required: []
    )
    private static let item = WireSchema.object(["id": WireSchema.string, "name": WireSchema.string])
    private static func envelope(_ data: JSONValue) -> JSONValue {
        WireSchema.object(["success": ["const": true], "data": data, "meta": WireSchema.anyObject])
    }

    /// Scenarios as they are shown: with what became of their approvals, and where to go from them.
    private func linked(_ scenarios: [JSONObject], _ tenant: TenantID) async throws -> [JSONValue] {
        let approvals = try await services.scenarioApprovals.newest(in: tenant)
        var approvers: [UserID] = []
        if !approvals.isEmpty {
            approvers = try await services.accounts.accounts(of: tenant)
                .filter { !$0.isDisabled && $0.principal.may(.approvalsDecide) }.map(\.id)
        }
        return scenarios.map { scenario in
            var scenario = scenario
            let id = scenario["id"]?.string ?? ""
            scenario["approval_status"] = ScenarioApprovals.json(approvals[id], approvers: approvers)
            scenario["links"] = [
                "self": .string("\(mount)/scenarios/\(id)"),
                "compare": .string("\(mount)/scenarios/compare?scenario_ids=\(id)"),
            ]
            return .object(scenario)
        }
    }

    private func linked(_ scenario: JSONObject, _ tenant: TenantID) async throws -> JSONValue {
        try await linked([scenario], tenant)[0]
    }

    /// `status`, `type` and `owner_id` by themselves have rules of their own.
    private static let filters = FieldParameters(
        Scenario.fields,
        except: ["status", "type", "owner_id"]
    )

    private var list: Route {
        Route(
            .get,
            "/scenarios",
            summary: "Scenarios, the one changed last first.",
            tags: ["scenarios"],
            access: .permission(.scenariosRead),
            parameters: PageRequest.parameters + [
                RouteParameter(
                    "status",
                    schema: ["type": "string", "enum": .array(Scenario.Status.allCases.map { .string($0.rawValue) })]
                ),
                RouteParameter(
                    "type",
                    schema: ["type": "string", "enum": .array(Scenario.Kind.allCases.map { .string($0.rawValue) })]
                ),
                RouteParameter("owner_id"),
            ] + Self.filters.parameters + [
                SortParameter.parameter(ScenarioOrder.allCases.map(\.rawValue)),
                FieldSelection.parameter(Self.members),
            ],
            responses: [
                RouteResponse(
                    200,
                    "One page of scenarios.",
                    schema: WireSchema.object([
                        "success": ["const": true], "data": WireSchema.list(Self.part),
                        "pagination": WireSchema.anyObject, "links": WireSchema.anyObject, "meta": WireSchema.anyObject,
                    ])
                )
            ],
            errors: ["INVALID_PARAMETER", "VALIDATION_ERROR"]
        ) { routed in
            let principal = try routed.principal()
            let settings = try await services.domain.settings.settings(for: principal)
            let page = PageRequest(routed.query)
            let selection = try FieldSelection(routed.query, known: Self.members)
            let found = try await desk.page(
                status: routed.query["status"]?.string,
                kind: routed.query["type"]?.string,
                owner: routed.query["owner_id"]?.string,
                filters: try Self.filters.filters(in: routed.query),
                sort: page.sort.flatMap(ScenarioOrder.init) ?? .updated,
                isAscending: page.isAscending,
                offset: page.offset,
                limit: page.limit,
                settings: settings
            )
            let items = try await linked(found.scenarios, principal.tenant).compactMap(\.object).map(selection.apply)
            return wire.list(items, page: page, total: found.total, routed.request)
        }
    }

    private var create: Route {
        Route(
            .post,
            "/scenarios",
            summary: "Make a scenario from assumptions; it is a draft.",
            tags: ["scenarios"],
            access: .permission(.scenariosCreate),
            body: RouteBody(ScenarioSchemas.creation),
            responses: [RouteResponse(201, "The scenario with its projection.", schema: Self.envelope(Self.item))],
            errors: ["VALIDATION_ERROR"]
        ) { routed in
            let principal = try routed.principal()
            let settings = try await services.domain.settings.settings(for: principal)
            let account = try await services.accounts.account(id: principal.user)
            let name = account.flatMap { $0.tenant == principal.tenant ? $0.name : nil } ?? principal.user.rawValue
            let made = try await desk.made(
                routed.json.object ?? [:],
                owner: (principal.user.rawValue, name),
                effectID: identifiers.next("effect"),
                settings: settings,
                now: services.wallClock.now()
            )
            let id = made["id"]?.string ?? ""
            let payload: JSONValue = [
                "id": .string(id), "name": made["name"] ?? .null, "type": made["type"] ?? .null,
                "assumptions": made["assumptions"] ?? [],
            ]
            try await services.domain.record("scenario.created", payload, by: principal)
            return wire.success(
                try await linked(made, principal.tenant),
                routed.request,
                status: 201,
                location: "\(mount)/scenarios/\(id)"
            )
        }
        .keepingAnswers()
        .checking { routed in
            let settings = try await services.domain.settings.settings(for: try routed.principal())
            return try await desk.creationFaults(routed.json.object ?? [:], settings: settings)
        }
    }

    private var read: Route {
        Route(
            .get,
            "/scenarios/{scenario_id}",
            summary: "One scenario with its monthly projection.",
            tags: ["scenarios"],
            access: .permission(.scenariosRead),
            responses: [RouteResponse(200, "The scenario.", schema: Self.envelope(Self.item))],
            errors: ["NOT_FOUND"]
        ) { routed in
            let principal = try routed.principal()
            let settings = try await services.domain.settings.settings(for: principal)
            var scenario = try await desk.details(routed.parameter("scenario_id"), settings: settings)
            scenario["audit_trail"] = .array(try await trail(of: scenario, principal.tenant))
            return wire.success(try await linked(scenario, principal.tenant), routed.request)
        }
    }

    /// What was done with a scenario and by whom, the newest first; its making at the end of it.
    private func trail(of scenario: JSONObject, _ tenant: TenantID) async throws -> [JSONValue] {
        try await services.history.caughtUp(tenant)
        let query = AuditQuery(resource: "scenario", resourceID: scenario["id"]?.string)
        let rows = try await services.audit.page(query, of: tenant, offset: 0, limit: Self.trailMax).rows
        var trail = rows.map { row -> JSONValue in
            let words = row.entry["description"]?.split(separator: " ").last.map(String.init) ?? ""
            return [
                "timestamp": .string(row.time.iso8601), "user": .string(row.name ?? row.email ?? row.user),
                "action": .string("\(words.prefix(1).uppercased())\(words.dropFirst()) scenario"),
                "details": row.entry["resource_name"].map(JSONValue.string) ?? scenario["name"] ?? .null,
            ]
        }
        // Made by an agent, it stands in the trail as that tool's run.
        if !rows.contains(where: { $0.entry["kind"] == "scenario.created" }), rows.count < Self.trailMax {
            trail.append([
                "timestamp": scenario["created_at"] ?? .null, "user": scenario["owner"]?["name"] ?? .null,
                "action": "Created scenario", "details": scenario["name"] ?? .null,
            ])
        }
        return trail
    }

    private static let trailMax = 100

    private var submit: Route {
        Route(
            .post,
            "/scenarios/{scenario_id}/submit",
            summary: "Put a draft of one's own up for approval; it is in review until people have decided.",
            tags: ["scenarios"],
            access: .permission(.scenariosCreate),
            body: RouteBody(
                [
                    "type": "object", "additionalProperties": false,
                    "properties": ["reason": ["type": "string", "maxLength": 4000]],
                ],
                isRequired: false
            ),
            responses: [RouteResponse(200, "The scenario.", schema: Self.envelope(Self.item))],
            errors: ["NOT_FOUND", "CONFLICT", "VALIDATION_ERROR"]
        ) { routed in
            let principal = try routed.principal()
            let settings = try await services.domain.settings.settings(for: principal.tenant)
            let id = routed.parameter("scenario_id")
            _ = try await services.scenarioApprovals.submit(
                id,
                by: principal,
                reason: routed.json["reason"]?.string ?? "The scenario is to be approved.",
                settings: settings
            )
            let scenario = try await desk.details(id, settings: settings)
            return wire.success(try await linked(scenario, principal.tenant), routed.request)
        }
    }

    private var compare: Route {
        Route(
            .get,
            "/scenarios/compare",
            summary: "Scenarios side by side.",
            tags: ["scenarios"],
            access: .permission(.scenariosRead),
            parameters: [
                RouteParameter(
                    "scenario_ids",
                    summary: "Identifiers with commas between them.",
                    schema: ["type": "string", "minLength": 1],
                    isRequired: true
                ),
                RouteParameter("metrics", summary: "revenue, costs and ebitda unless said; with commas between them."),
            ],
            responses: [RouteResponse(200, "The comparison.", schema: Self.envelope(WireSchema.anyObject))],
            errors: ["NOT_FOUND", "INVALID_PARAMETER", "VALIDATION_ERROR"]
        ) { routed in
            let principal = try routed.principal()
            let settings = try await services.domain.settings.settings(for: principal)
            func names(_ parameter: String) -> JSONValue {
                let parts = (routed.query[parameter]?.string ?? "").split(separator: ",")
                return .array(parts.map { .string(String($0.trimmingOptionalWhitespace())) })
            }
            var arguments: JSONObject = ["scenario_ids": names("scenario_ids")]
            if routed.query["metrics"] != nil { arguments["metrics"] = names("metrics") }
            let found: JSONObject
            do {
                found = try await desk.comparison(arguments, settings: settings)
            } catch let error as AgentError where error.code == .invalidArgument {
                // What is wrong is a parameter of the query.
                throw AgentError(.invalidParameter, error.message, details: error.details)
            }
            return wire.success(.object(found), routed.request)
        }
    }

    private var simulate: Route {
        Route(
            .post,
            "/scenarios/{scenario_id}/simulate",
            summary: "Draw the months of a scenario many times over.",
            tags: ["scenarios"],
            access: .permission(.scenariosRead),
            body: RouteBody([
                "type": "object", "properties": .object(ScenarioSchemas.simulation), "additionalProperties": false,
            ]),
            responses: [RouteResponse(200, "What the drawings come to.", schema: Self.envelope(WireSchema.anyObject))],
            errors: ["NOT_FOUND", "VALIDATION_ERROR"]
        ) { routed in
            let principal = try routed.principal()
            let settings = try await services.domain.settings.settings(for: principal)
            let result = try await desk.simulation(
                routed.parameter("scenario_id"),
                routed.json.object ?? [:],
                settings: settings
            )
            let payload: JSONValue = [
                "scenario_id": result["scenario_id"] ?? .null, "simulation_id": result["simulation_id"] ?? .null,
                "iterations": result["iterations"] ?? .null, "seed": result["seed"] ?? .null,
            ]
            try await services.domain.record("scenario.simulated", payload, by: principal)
            return wire.success(.object(result), routed.request)
        }
        .keepingAnswers()
        .checking { routed in
            let settings = try await services.domain.settings.settings(for: try routed.principal())
            let id = routed.parameter("scenario_id")
            return try await desk.simulationFaults(id, routed.json.object ?? [:], settings: settings)
        }
    }
}
