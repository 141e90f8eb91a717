internal import AgentRuntime
internal import Tools

/// Scenarios that wait for people: asked for by their owner, and moved on by what is decided.
struct ScenarioApprovals: Sendable {
    static let type = "scenario_approval"

    let desk: ApprovalDesk
    let scenarios: ScenarioDesk
    let policy: ApprovalPolicy
    let journal: any Journal
    let wallClock: any WallClock

    /// Puts a scenario before people; as many have to approve as the tier of its largest effect on money says.
    ///
    /// - Throws: `not_found`; `forbidden` for somebody else's, since nobody may approve what is his own; `conflict` for
    ///   one that is decided or waits already.
    func submit(
        _ id: String,
        by principal: Principal,
        reason: String,
        settings: TenantSettings
    ) async throws -> ApprovalRequest {
        let details = try await scenarios.details(id, settings: settings)
        guard details["owner"]?["id"]?.string == principal.user.rawValue else {
            throw AgentError(.forbidden, "Only its owner can put a scenario up for approval.")
        }
        let name = details["name"] ?? .null
        let isMoved = try await scenarios.book.advance(
            id,
            from: .draft,
            to: .inReview,
            tenant: principal.tenant,
            now: wallClock.now()
        )
        if !isMoved {
            // In review without anybody asked: a process ended between the two.
            let isWaiting = try await newest(in: principal.tenant)[id]?.status == .pending
            guard details["status"]?.string == Scenario.Status.inReview.rawValue, !isWaiting else {
                throw AgentError(.conflict, "Only a draft can be put up for approval.")
            }
        }
        let impacts = ["revenue_impact", "cost_impact", "ebitda_impact"].compactMap { details["summary"]?[$0]?.exact }
        let people = impacts.map { policy.people(for: $0) }.max() ?? 0
        return try await desk.request(
            type: Self.type,
            resource: ["type": "scenario", "id": .string(id), "name": name],
            by: principal,
            reason: reason,
            needed: max(1, people)
        )
    }

    /// Moves a scenario on as people have decided; one that nobody decided about in time is a draft again.
    func carryOut(_ approval: Approval, _ decider: Principal) async throws {
        guard let id = approval.request.resource["id"]?.string else { return }
        let after: Scenario.Status
        switch approval.status {
        case .approved: after = .approved
        case .rejected, .expired: after = .draft
        case .pending: return
        }
        let before: Scenario
        do {
            before = try await scenarios.book.scenario(id, of: decider.tenant)
        } catch let error as AgentError where error.code == .notFound {
            // It may be one that is kept elsewhere: there is nothing here to move.
            return
        }
        // Carried out again after a fall, or overtaken: it has been moved.
        guard
            try await scenarios.book.advance(
                id,
                from: .inReview,
                to: after,
                tenant: decider.tenant,
                now: wallClock.now()
            )
        else { return }
        let draft = RecordDraft(
            kind: RecordKind("scenario.changed"),
            actor: "user:\(decider.user)",
            payload: [
                "id": .string(id), "name": .string(before.name),
                "approval_id": .string(approval.request.id.rawValue),
                "before": ["status": .string(before.status.rawValue)], "after": ["status": .string(after.rawValue)],
            ]
        )
        do {
            _ = try await journal.append(JournalAppend(tenant: decider.tenant, drafts: [draft]))
        } catch {
            throw AgentError(journal: error)
        }
    }

    /// The newest approval of each scenario of a tenant.
    func newest(in tenant: TenantID) async throws -> [String: Approval] {
        var found: [String: Approval] = [:]
        for approval in try await desk.newest(Self.type, in: tenant) {
            guard let id = approval.request.resource["id"]?.string, found[id] == nil else { continue }
            found[id] = approval
        }
        return found
    }

    /// Who has to approve, who has, and who still may, as scenarios show it.
    static func json(_ approval: Approval?, approvers: [UserID]) -> JSONValue {
        guard let approval else { return ["required_approvers": [], "approved_by": [], "pending": []] }
        let made = approval.approvals.map(\.by)
        let others = approvers.filter { $0 != approval.request.requester && !made.contains($0) }
        let isOpen = approval.status == .pending
        func list(_ users: [UserID]) -> JSONValue { .array(users.map { .string($0.rawValue) }) }
        return [
            "required_approvers": list(made + (isOpen ? others : [])), "approved_by": list(made),
            "pending": list(isOpen ? others : []), "needed": .integer(approval.request.needed),
            "approval_id": .string(approval.request.id.rawValue), "status": .string(approval.status.rawValue),
        ]
    }
}
