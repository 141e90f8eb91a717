internal import AgentRuntime
internal import Tools

/// The audit trail: who did what, when, from where, and with which model, prompt, policy and data.
struct AetherAuditRoutes: Sendable {
    let services: ProfileServices
    let wire: AetherWire

    var routes: [Route] { [list] }

    private static let members = [
        "id", "timestamp", "user", "action", "resource", "changes", "metadata", "record",
    ]

    private static let instant: JSONValue = ["type": "string", "minLength": 10, "maxLength": 40]

    private var list: Route {
        Route(
            .get,
            "/governance/audit-logs",
            summary: "What happened, the newest first; a view of the journal.",
            tags: ["governance"],
            access: .permission(.auditRead),
            parameters: PageRequest.parameters + [
                RouteParameter(
                    "sort",
                    summary: "timestamp is the only one.",
                    schema: ["type": "string", "enum": ["timestamp"]]
                ),
                RouteParameter("start_date", summary: "From this day or instant on.", schema: Self.instant),
                RouteParameter(
                    "end_date",
                    summary: "To the end of this day, or to this instant.",
                    schema: Self.instant
                ),
                RouteParameter("user_id", summary: "Of this user, by id or e-mail; or `system`, `operator`."),
                RouteParameter(
                    "action_type",
                    summary: "One kind of action.",
                    schema: ["type": "string", "enum": .array(AuditEntry.actions.map(JSONValue.string))]
                ),
                RouteParameter("resource_type", summary: "One kind of resource, such as scenario, deal or user."),
                RouteParameter("resource_id", summary: "One resource."),
                RouteParameter("session_id", summary: "One conversation, or one login."),
                FieldSelection.parameter(Self.members),
            ],
            responses: [RouteResponse(200, "One page of the trail.", schema: AetherAuditSchemas.trail)],
            errors: ["INVALID_PARAMETER", "VALIDATION_ERROR"]
        ) { routed in
            let principal = try routed.principal()
            let page = PageRequest(routed.query)
            let query = try Self.query(routed.query)
            let selection = try FieldSelection(routed.query, known: Self.members)
            try await services.history.caughtUp(principal.tenant)
            let (rows, total) = try await services.audit.page(
                query,
                of: principal.tenant,
                offset: page.offset,
                limit: page.limit
            )
            let items = rows.map { selection.apply(Self.json($0, principal.tenant)) }
            return wire.list(items, page: page, total: total, routed.request)
        }
    }

    private static func query(_ query: JSONObject) throws(AgentError) -> AuditQuery {
        let from = try instant(query, "start_date", isEnd: false)
        let until = try instant(query, "end_date", isEnd: true)
        if let from, let until, until < from {
            throw AgentError(
                .invalidArgument,
                "The start date must not be after the end date.",
                details: [.init(field: "start_date", message: "must not be after end_date")]
            )
        }
        return AuditQuery(
            from: from,
            until: until,
            user: query["user_id"]?.string,
            action: query["action_type"]?.string,
            resource: query["resource_type"]?.string,
            resourceID: query["resource_id"]?.string,
            session: query["session_id"]?.string,
            isAscending: query["order"]?.string == "asc"
        )
    }

    /// A day or an instant; the end of a range counts itself.
    private static func instant(_ query: JSONObject, _ name: String, isEnd: Bool) throws(AgentError) -> Timestamp? {
        guard let text = query[name]?.string else { return nil }
        // In a query a plus sign that was not escaped arrives as a space.
        if let instant = Timestamp(iso8601: text.replacing(" ", with: "+")) {
            return isEnd ? Timestamp(milliseconds: instant.milliseconds + 1) : instant
        }
        guard let day = CalendarDate(text) else {
            throw AgentError(
                .invalidParameter,
                "\(name) must be a date or an instant such as 2026-01-31T12:00:00Z.",
                details: [.init(field: name, message: "is neither a date nor an instant")]
            )
        }
        let start = Timestamp(startOf: day)
        return isEnd ? start.advanced(by: .seconds(86_400)) : start
    }

    private static func json(_ row: AuditRow, _ tenant: TenantID) -> JSONObject {
        // The view wrote these itself; what does not read back is shown as null.
        func value(_ name: String) -> JSONValue {
            row.entry[name].flatMap { try? JSONValue(parsing: Array($0.utf8)) } ?? .null
        }
        let entry = row.entry
        return [
            "id": .string("log_\(row.sequence)"),
            "timestamp": .string(row.time.iso8601),
            "user": [
                "id": .string(row.user), "name": .optional(row.name), "email": .optional(row.email),
                "ip_address": .optional(entry["address"]),
            ],
            "action": ["type": .optional(entry["action"]), "description": .optional(entry["description"])],
            "resource": [
                "type": .optional(entry["resource"]), "id": .optional(entry["resource_id"]),
                "name": .optional(entry["resource_name"]),
            ],
            "changes": entry["before"] == nil && entry["after"] == nil
                ? .null : ["before": value("before"), "after": value("after")],
            "metadata": [
                "user_agent": .optional(entry["agent"]), "session_id": .optional(entry["session"]),
                "request_id": .optional(entry["request"]), "message_id": .optional(entry["turn"]),
                "model": .optional(entry["model"]), "prompt_hash": .optional(entry["prompt"]),
                "policy_version": .optional(entry["policy"]), "data_as_of": .optional(entry["turn_as_of"]),
                "details": value("details"),
            ],
            "record": [
                "tenant": .string(tenant.rawValue), "seq": .integer(Int(row.sequence)),
                "kind": .optional(entry["kind"]), "leaf": .string(Hex.encode(row.leaf)),
            ],
        ]
    }
}

/// JSON Schemas of the audit trail.
enum AetherAuditSchemas {
    static let trail = WireSchema.object([
        "success": ["const": true],
        "data": WireSchema.list(
            WireSchema.object(
                [
                    "id": WireSchema.string, "timestamp": WireSchema.string,
                    "user": WireSchema.object([
                        "id": WireSchema.string, "name": WireSchema.optionalString, "email": WireSchema.optionalString,
                        "ip_address": WireSchema.optionalString,
                    ]),
                    "action": WireSchema.object(["type": WireSchema.string, "description": WireSchema.string]),
                    "resource": WireSchema.object([
                        "type": WireSchema.string, "id": WireSchema.optionalString, "name": WireSchema.optionalString,
                    ]),
                    "changes": WireSchema.optionalObject, "metadata": WireSchema.anyObject,
                    "record": WireSchema.anyObject,
                ],
                required: []
            )
        ),
        "pagination": WireSchema.anyObject, "links": WireSchema.anyObject, "meta": WireSchema.anyObject,
    ])
}
