internal import AgentRuntime
internal import Tools

/// What was done: the journal's records of actions.
struct SMBActionRoutes: Sendable {
    let services: ProfileServices
    let wire: SMBWire

    var routes: [Route] { [history] }

    /// The journal is looked through from its end, at most this far.
    private static let recordsMax: Int64 = 50_000
    private static let window: Int64 = 1000

    /// Kinds of records by the type that they are listed as.
    private static let types: [String: String] = [
        "data.imported": "import", "scenario.created": "scenario", "scenario.simulated": "simulation",
        "simulation.run": "simulation",
        "initiative.analyzed": "initiative", "deal.changed": "deal", "anomaly.changed": "anomaly",
        "email.sent": "email", "email.queued": "email", "email.failed": "email", "email.sending": "email",
        "approval.requested": "approval",
        "approval.decided": "approval", "article.created": "article", "article.changed": "article",
        "article.deleted": "article", "webhook.created": "webhook", "webhook.changed": "webhook",
        "webhook.deleted": "webhook",
    ]

    /// Tools whose calls in conversations are actions too.
    private static let toolTypes: [String: String] = [
        "causal_simulate": "simulation", "scenario_simulate": "simulation", "initiative_analysis": "initiative",
    ]

    /// What a record is listed as; `nil` for one that is no action.
    private static func type(of record: Record) -> String? {
        guard record.kind == .toolCompleted else { return types[record.kind.rawValue] }
        guard let payload = record.payload, payload["status"]?.string == "completed",
            payload["result"]?["is_error"]?.bool != true,
            let type = payload["call"]?["name"]?.string.flatMap({ toolTypes[$0] })
        else { return nil }
        // Reading the relationships alone simulates nothing.
        let content = payload["result"]?["content"]
        return content?["simulation_id"]?.string == nil && content?["analysis_id"]?.string == nil ? nil : type
    }

    private static let members = ["id", "type", "action", "actor", "timestamp", "details"]
    private static let orders = ["timestamp", "type", "action", "actor"]

    private var history: Route {
        let known = Set(Self.types.values).sorted()
        return Route(
            .get,
            "/hubs/action/history",
            summary: "What was done, the newest first.",
            tags: ["hubs"],
            access: .permission(.metricsRead),
            parameters: [
                RouteParameter("startDate", schema: ["type": "string", "format": "date"]),
                RouteParameter("endDate", schema: ["type": "string", "format": "date"]),
                RouteParameter("type", schema: ["type": "string", "enum": .array(known.map(JSONValue.string))]),
                RouteParameter("page", schema: ["type": "integer", "minimum": 1, "maximum": 1_000_000]),
                RouteParameter("limit", schema: ["type": "integer", "minimum": 1, "maximum": 100]),
                SortParameter.parameter(Self.orders),
                RouteParameter("order", summary: "Sort order.", schema: ["type": "string", "enum": ["asc", "desc"]]),
                FieldSelection.parameter(Self.members),
            ],
            responses: [RouteResponse(200, "One page of actions.", schema: SMBWire.envelope(WireSchema.objects))],
            errors: ["VALIDATION_ERROR"]
        ) { routed in
            let query = routed.query
            let selection = try FieldSelection(query, known: Self.members)
            let (page, limit) = (query["page"]?.int ?? 1, query["limit"]?.int ?? 20)
            let start = query["startDate"]?.string.flatMap(CalendarDate.init).map(Timestamp.init(startOf:))
            let end = query["endDate"]?.string.flatMap(CalendarDate.init).map {
                Timestamp(milliseconds: Timestamp(startOf: $0).milliseconds + 86_400_000)
            }
            let wanted = query["type"]?.string
            let principal = try routed.principal()
            let seesAll = principal.permissions.contains(.conversationsReadAll)
            let own = "user:\(principal.user)"
            let records = try await actions(of: principal.tenant) { record, type in
                // What was asked in a conversation is for those who may read it.
                (record.kind != .toolCompleted || seesAll || record.subject?.rawValue == own)
                    && (wanted == nil || type == wanted)
                    && (start.map { record.wallTime >= $0 } ?? true) && (end.map { record.wallTime < $0 } ?? true)
            }
            let items = Self.sorted(records, query).dropFirst((page - 1) * limit).prefix(limit).map { record in
                selection.apply(Self.json(record, at: wire.wallClock.now()))
            }
            return wire.success(
                .array(Array(items)),
                routed.request,
                meta: ["page": .integer(page), "limit": .integer(limit), "total": .integer(records.count)]
            )
        }
    }

    private func actions(
        of tenant: TenantID,
        _ isWanted: (Record, String) -> Bool
    ) async throws -> [Record] {
        let head = try await services.domain.journal.tenantHeads()[tenant] ?? 0
        var found: [Record] = []
        var end = head
        while end > 0, head - end < Self.recordsMax {
            let start = max(0, end - Self.window)
            let records = try await services.domain.journal.records(
                of: tenant,
                after: start,
                limit: Int(end - start)
            )
            for record in records.reversed() {
                if let type = Self.type(of: record), isWanted(record, type) { found.append(record) }
            }
            end = start
        }
        return found
    }

    /// Records that come newest first; those that are the same in the order that is asked for stay so.
    private static func sorted(_ records: [Record], _ query: JSONObject) -> [Record] {
        let isAscending = query["order"]?.string == "asc"
        let key: (Record) -> String
        switch query["sort"]?.string {
        case "type": key = { type(of: $0) ?? "" }
        case "action": key = action
        case "actor": key = { $0.actor }
        default: return isAscending ? records.reversed() : records
        }
        return records.enumerated().sorted { left, right in
            let (first, second) = (key(left.element), key(right.element))
            return first == second ? left.offset < right.offset : (first < second) == isAscending
        }
        .map(\.element)
    }

    private static func action(_ record: Record) -> String {
        let call = record.kind == .toolCompleted ? record.payload?["call"]?["name"]?.string : nil
        return call ?? record.kind.rawValue
    }

    private static func json(_ record: Record, at now: Timestamp) -> JSONObject {
        let isCall = record.kind == .toolCompleted
        return [
            "id": .string("act_\(record.sequence)"), "type": .string(type(of: record) ?? ""),
            "action": .string(action(record)), "actor": .string(record.actor),
            "timestamp": .string(record.wallTime.iso8601),
            "details": SMBWire.camelCased(isCall ? details(ofCall: record) : details(of: record, at: now)),
        ]
    }

    /// What a record says, but not from where it was brought about.
    private static func details(of record: Record, at now: Timestamp) -> JSONValue {
        let payload = record.payload ?? .null
        if record.kind == .approvalRequested, let request = ApprovalRequest(json: payload) {
            return .object(ApprovalWire.told(Approval(request), at: now))
        }
        guard var object = payload.object else { return payload }
        object["origin"] = nil
        if let at = object["at"]?.int { object["at"] = .string(Timestamp(milliseconds: Int64(at)).iso8601) }
        return .object(object)
    }

    /// What was simulated or analysed in a conversation, and where.
    private static func details(ofCall record: Record) -> JSONValue {
        var details: JSONObject = ["arguments": record.payload?["call"]?["arguments"] ?? .null]
        for name in ["simulation_id", "analysis_id"] {
            if let id = record.payload?["result"]?["content"]?[name]?.string { details[name] = .string(id) }
        }
        details["conversation_id"] = .optional(record.session?.rawValue)
        return .object(details)
    }
}
