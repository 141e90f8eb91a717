internal import AgentRuntime
internal import Tools

/// Anomalies of the dashboard: list, read, change.
struct AetherAnomalyRoutes: Sendable {
    let services: ProfileServices
    let wire: AetherWire
    let mount: String

    var routes: [Route] { [list, read, change] }

    private static let members = [
        "id", "severity", "category", "metric_name", "account_code", "section", "description", "current_value",
        "expected_value", "variance_amount", "variance_percent", "score", "basis", "period", "detected_at", "status",
        "assigned_to", "notes", "updated_at", "root_cause_analysis", "recommended_actions", "links",
    ]

    /// Those that are one of a few words are parameters of their own.
    private static let filters = FieldParameters(
        AnomalyField.allCases.map { ($0.rawValue, $0.kind) },
        except: ["severity", "status", "category"]
    )

    private static func choice(_ name: String, _ words: [String]) -> RouteParameter {
        RouteParameter(
            name,
            summary: "Only this one.",
            schema: ["type": "string", "enum": .array(words.map(JSONValue.string))]
        )
    }

    private var list: Route {
        Route(
            .get,
            "/dashboard/anomalies",
            summary: "Months of accounts that differ from what was to be expected, the newest first.",
            tags: ["dashboard"],
            access: .permission(.dashboardRead),
            parameters: [
                Self.choice("severity", Anomaly.Severity.allCases.map(\.rawValue).reversed()),
                Self.choice("status", AnomalyState.Status.allCases.map(\.rawValue)),
                Self.choice("category", Anomaly.Category.allCases.map(\.rawValue)),
                SortParameter.parameter(AnomalyField.allCases.map(\.rawValue)),
                FieldSelection.parameter(Self.members),
            ] + DateRange.parameters(areRequired: false) + PageRequest.parameters + Self.filters.parameters,
            responses: [RouteResponse(200, "One page of anomalies.", schema: AetherDomainSchemas.anomalies)],
            errors: ["VALIDATION_ERROR", "INVALID_PARAMETER"]
        ) { routed in
            let query = routed.query
            let range = try DateRange.read(query)
            let selection = try FieldSelection(query, known: Self.members)
            let listing = AnomalyListing(
                severity: query["severity"]?.string.flatMap(Anomaly.Severity.init),
                status: query["status"]?.string.flatMap(AnomalyState.Status.init),
                category: query["category"]?.string.flatMap(Anomaly.Category.init),
                start: range.start,
                end: range.end,
                filters: try Self.filters.filters(in: query),
                sort: query["sort"]?.string.flatMap(AnomalyField.init) ?? .detectedAt,
                isAscending: query["order"]?.string == "asc"
            )
            let page = PageRequest(query)
            let principal = try routed.principal()
            let settings = try await services.domain.settings.settings(for: principal)
            let (found, total) = try await services.domain.anomalies.page(
                listing,
                offset: page.offset,
                limit: page.limit,
                settings: settings
            )
            var items: [JSONValue] = []
            for item in found { items.append(selection.apply(try await json(item, settings))) }
            return wire.list(items, page: page, total: total, routed.request)
        }
    }

    private var read: Route {
        Route(
            .get,
            "/dashboard/anomalies/{anomaly_id}",
            summary: "One anomaly.",
            tags: ["dashboard"],
            access: .permission(.dashboardRead),
            responses: [RouteResponse(200, "The anomaly.", schema: AetherDomainSchemas.anomaly)],
            errors: ["NOT_FOUND"]
        ) { routed in
            let principal = try routed.principal()
            let settings = try await services.domain.settings.settings(for: principal)
            let listing = AnomalyListing(id: routed.parameter("anomaly_id"))
            let found = try await services.domain.anomalies.page(listing, offset: 0, limit: 1, settings: settings)
            guard let item = found.anomalies.first else {
                throw AgentError(.notFound, "There is no such anomaly.")
            }
            return wire.success(.object(try await json(item, settings)), routed.request)
        }
    }

    private var change: Route {
        Route(
            .patch,
            "/dashboard/anomalies/{anomaly_id}",
            summary: "Set what has become of an anomaly: its status, whose it is, notes.",
            tags: ["dashboard"],
            access: .permission(.anomaliesWrite),
            body: RouteBody([
                "type": "object", "minProperties": 1, "additionalProperties": false,
                "properties": [
                    "status": [
                        "type": "string", "enum": .array(AnomalyState.Status.allCases.map { .string($0.rawValue) }),
                    ],
                    "assigned_to": ["type": ["string", "null"], "minLength": 1, "maxLength": 200],
                    "notes": ["type": ["string", "null"], "maxLength": .integer(AnomalyBook.notesMax)],
                ],
            ]),
            responses: [RouteResponse(200, "The anomaly's state.", schema: AetherDomainSchemas.anomalyState)],
            errors: ["NOT_FOUND", "VALIDATION_ERROR"]
        ) { routed in
            let principal = try routed.principal()
            let settings = try await services.domain.settings.settings(for: principal)
            let (before, after) = try await services.domain.anomalies.update(
                routed.parameter("anomaly_id"),
                status: routed.json["status"]?.string.flatMap(AnomalyState.Status.init),
                assignedTo: routed.json["assigned_to"].map(\.string),
                notes: routed.json["notes"].map(\.string),
                by: principal,
                settings: settings,
                now: services.wallClock.now()
            )
            let payload: JSONValue = [
                "id": .string(after.id), "account": .string(after.accountCode),
                "before": Self.state(before.state), "after": Self.state(after.state), "anomaly": after.json,
            ]
            try await services.domain.record("anomaly.changed", payload, by: principal)
            let data: JSONValue = [
                "id": .string(after.id),
                "status": .string(after.state.status.rawValue),
                "assigned_to": try await person(after.state.assignedTo, of: principal.tenant),
                "notes": .optional(after.state.notes),
                "updated_at": .optional(after.state.updatedAt?.iso8601),
            ]
            return wire.success(data, routed.request)
        }
    }

    private static func state(_ state: AnomalyState) -> JSONValue {
        [
            "status": .string(state.status.rawValue), "assigned_to": .optional(state.assignedTo),
            "notes": .optional(state.notes),
        ]
    }

    private func json(_ item: ExplainedAnomaly, _ settings: TenantSettings) async throws -> JSONObject {
        let anomaly = item.anomaly
        let explanation = item.explanation
        var json = anomaly.json.object ?? [:]
        json["assigned_to"] = try await person(anomaly.state.assignedTo, of: settings.tenant)
        json["root_cause_analysis"] = [
            // Computed from the ledger; no model has written it, so there is no confidence to tell.
            "ai_generated": false,
            "method": "variance_drivers",
            "summary": .string(explanation.summary),
            "contributing_factors": .array(explanation.factors.map(JSONValue.string)),
            "contributions": .array(
                explanation.contributions.map { contribution in
                    [
                        "dimension": .string(contribution.dimension), "name": .string(contribution.name),
                        "actual": .exact(contribution.value), "prior_period": .exact(contribution.baseline),
                        "difference": .exact(contribution.difference),
                    ]
                }
            ),
            "confidence": .null,
        ]
        json["recommended_actions"] = .array(explanation.actions.map(JSONValue.string))
        let compared = anomaly.basis == .budget ? "budget" : "prior_year"
        let account = Self.escaped("account:\(anomaly.accountCode)")
        json["links"] = [
            "self": .string("\(mount)/dashboard/anomalies/\(anomaly.id)"),
            "metrics": .string(
                "\(mount)/metrics?metrics=\(account)&start_date=\(anomaly.month.start)&end_date=\(anomaly.month.end)"
                    + "&compare_to=\(compared)"
            ),
        ]
        return json
    }

    /// Who is named by a user's identifier; a name only where this deployment keeps the account.
    private func person(_ id: String?, of tenant: TenantID) async throws -> JSONValue {
        guard let id else { return .null }
        let account = try await services.accounts.account(id: UserID(id))
        return ["id": .string(id), "name": .optional(account?.tenant == tenant ? account?.name : nil)]
    }

    /// Percent-encoded for a query (RFC 3986 §2.3).
    private static func escaped(_ text: String) -> String {
        text.utf8.map { byte in
            let scalar = Unicode.Scalar(byte)
            let isPlain = scalar.isASCII && (Character(scalar).isLetter || Character(scalar).isNumber)
            if isPlain || "-._~:".unicodeScalars.contains(scalar) { return String(scalar) }
            return "%" + Hex.encode([byte]).uppercased()
        }
        .joined()
    }
}
