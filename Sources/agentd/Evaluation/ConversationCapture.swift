internal import AgentRuntime
internal import Tools

/// Turns logged conversations into cases: the questions as they were asked, and as expectation what came of them.
///
/// Tool results, and the steps of a model that is not the offline planner, are recorded with the case, so that it can
/// be run again without the data or the model of that day.
struct ConversationCapture: Sendable {
    private let deployment: Deployment

    /// Conversations that one call takes in.
    static let conversationsMax = 5000

    init(_ deployment: Deployment) { self.deployment = deployment }

    /// Takes `{conversation}` or `{day}` (`YYYY-MM-DD`, UTC), and `{tenant}` where there are several.
    ///
    /// - Throws: `not_found` when there is no such conversation or none on that day.
    func suite(_ arguments: JSONObject) async throws -> JSONValue {
        let tenants: [TenantID]
        if let name = arguments["tenant"]?.string {
            tenants = [TenantID(name)]
        } else {
            tenants = try await deployment.journal.tenantHeads().keys.sorted { $0.rawValue < $1.rawValue }
        }
        var cases: [JSONValue] = []
        var isThere = false
        for tenant in tenants {
            if let id = arguments["conversation"]?.string {
                let records = try await records(of: SessionID(id), tenant)
                isThere = isThere || !records.isEmpty
                cases += try await [self.item(SessionID(id), tenant, records)].compactMap { $0 }
            } else if let day = arguments["day"]?.string {
                for session in try await sessions(of: tenant, on: day) {
                    isThere = true
                    let records = try await records(of: session, tenant)
                    if let item = try await item(session, tenant, records) { cases.append(item) }
                }
            }
        }
        guard !cases.isEmpty else {
            let isDay = arguments["day"] != nil
            guard isThere else {
                let words = isDay ? "There was no conversation on that day." : "There is no such conversation."
                throw AgentError(.notFound, words)
            }
            throw AgentError(
                .invalidArgument,
                (isDay ? "The conversations of that day have" : "The conversation has")
                    + " no turn that has been answered to its end: one that waits for a person, was stopped or has "
                    + "failed says nothing of what should be answered."
            )
        }
        let name = arguments["conversation"]?.string ?? "conversations-\(arguments["day"]?.string ?? "")"
        return ["format": 1, "name": .string(name), "cases": .array(cases)]
    }

    /// Sessions with a message of that day, in the order of their first.
    private func sessions(of tenant: TenantID, on day: String) async throws -> [SessionID] {
        var found: [SessionID] = []
        var seen: Set<SessionID> = []
        var after: Int64 = 0
        while found.count < Self.conversationsMax {
            let records = try await deployment.journal.records(of: tenant, after: after, limit: 1000)
            guard let last = records.last else { break }
            after = last.sequence
            for record in records where record.kind == .messageReceived {
                guard let session = record.session, record.wallTime.iso8601.hasPrefix(day) else { continue }
                if seen.insert(session).inserted { found.append(session) }
            }
        }
        return found
    }

    private func records(of session: SessionID, _ tenant: TenantID) async throws -> [Record] {
        try await deployment.journal.records(of: session, in: tenant, afterVersion: 0)
    }

    /// `nil` when no turn of it ended.
    private func item(_ session: SessionID, _ tenant: TenantID, _ records: [Record]) async throws -> JSONValue? {
        var turns: [Captured] = []
        for record in records {
            guard let payload = record.payload, let turn = record.turn else { continue }
            if record.kind == .messageReceived {
                turns.append(
                    Captured(
                        turn: turn,
                        message: payload["text"]?.string ?? "",
                        role: payload["principal"]?["roles"]?[0]?.string
                    )
                )
                continue
            }
            guard let index = turns.firstIndex(where: { $0.turn == turn }) else { continue }
            switch record.kind {
            case .stepCompleted:
                turns[index].steps.append(payload)
                turns[index].model = payload["model"]?.string
            case .toolCompleted: turns[index].calls += [CompletedCall(json: payload)].compactMap { $0 }
            case .turnCompleted:
                turns[index].content = payload["content"]?.string
                turns[index].status = payload["status"]?.string
            default: continue
            }
        }
        // A turn that did not end, or was stopped, says nothing of what should be answered.
        turns = turns.filter { $0.status == TurnStatus.completed.rawValue }
        guard let first = turns.first else { return nil }
        var recording = Recording()
        for call in turns.flatMap(\.calls) where call.status != .denied {
            recording.tools[Recording.key(call.call.name, call.call.arguments)] = call.result.json
        }
        let planner = deployment.domain.planner.name
        if turns.contains(where: { $0.model != nil && $0.model != planner }) { recording.steps = turns.map(\.steps) }
        let settings = try await deployment.domain.settings.settings(for: tenant)
        return [
            "id": .string(session.rawValue),
            "tags": ["captured"],
            "setting": [
                "tenant": .string(tenant.rawValue), "role": .string(first.role ?? "admin"),
                "as_of": .string("\(settings.today)"),
            ],
            "turns": .array(turns.map(\.json)),
            "recording": recording.json,
        ]
    }
}

/// A turn as it was logged.
private struct Captured {
    var turn: TurnID
    var message: String
    var role: String?
    var model: String?
    var steps: [JSONValue] = []
    var calls: [CompletedCall] = []
    var content: String?
    var status: String?

    var json: JSONValue {
        let calls = calls.map { call -> JSONValue in
            ["tool": .string(call.call.name), "args": .object(call.call.arguments)]
        }
        return [
            "say": .string(message),
            "assertions": [
                ["type": "equals", "value": .string(content ?? "")],
                ["type": "trajectory", "mode": "any_order", "calls": .array(calls)],
            ],
        ]
    }
}
