/// Where people decide: finds what waits, lets its conversation take the decision, or takes it itself.
///
/// Decisions about calls are taken by their session, in the same append as the turn that goes on with them. Things of
/// the business have no session: their decisions are taken here, one at a time for the process, and carried out by the
/// handler of their type.
package actor ApprovalDesk {
    /// Carries out what was decided about a thing of the business; may be called again for the same decision.
    package typealias Handler = @Sendable (_ approval: Approval, _ decider: Principal) async throws -> Void

    let view: ApprovalsView
    private let journal: any Journal
    let directory: SessionDirectory
    let wallClock: any WallClock
    private let identifiers: any IdentifierSource
    private let lifetime: Duration
    /// Who has this may decide.
    private let permission: Permission
    private(set) var handlers: [String: Handler]
    let gate = AppendGate()
    /// Approvals whose end could not be recorded; they are refused as expired all the same.
    var stuck: Set<ApprovalID> = []

    package init(
        view: ApprovalsView,
        journal: any Journal,
        directory: SessionDirectory,
        wallClock: any WallClock,
        identifiers: any IdentifierSource,
        permission: Permission,
        lifetime: Duration = ApprovalPolicy().lifetime,
        handlers: [String: Handler] = [:]
    ) {
        self.view = view
        self.journal = journal
        self.directory = directory
        self.wallClock = wallClock
        self.identifiers = identifiers
        self.permission = permission
        self.lifetime = lifetime
        self.handlers = handlers
    }

    /// Says who carries out decisions about a type of thing.
    package func setHandler(for type: String, _ handler: @escaping Handler) { handlers[type] = handler }

    package func lists(for principal: Principal) async throws -> (pending: [Approval], recent: [Approval]) {
        try await view.lists(of: principal.tenant, at: wallClock.now())
    }

    /// Asks for an approval of a thing of the business.
    package func request(
        type: String,
        resource: JSONValue,
        by principal: Principal,
        reason: String,
        needed: Int = 1,
        id: ApprovalID? = nil
    ) async throws -> ApprovalRequest {
        let now = wallClock.now()
        let request = ApprovalRequest(
            id: id ?? ApprovalID(identifiers.next("appr")),
            type: type,
            resource: resource,
            requester: principal,
            reason: reason,
            requestedAt: now,
            expiresAt: now.advanced(by: lifetime),
            needed: needed
        )
        try await append(
            RecordDraft(kind: .approvalRequested, actor: "user:\(principal.user)", payload: .object(request.json)),
            principal.tenant
        )
        return request
    }

    /// Takes a decision; throws `not_found`, `forbidden`, or `conflict` for one that is late, repeated or about
    /// something else than was asked for.
    package func decide(
        _ id: ApprovalID,
        _ kind: ApprovalDecision.Kind,
        by principal: Principal,
        comment: String,
        hash: String? = nil,
        arguments: JSONObject? = nil,
        on place: SessionPlace
    ) async throws -> ApprovalOutcome {
        guard principal.may(permission) else {
            let refusal = AgentError(.forbidden, "You may not decide about approvals.")
            // Of what is not there, nothing is put on record for one who may not know.
            if try await view.approval(id, in: principal.tenant) != nil {
                try await record(refusal, of: id, by: principal.user, in: principal.tenant)
            }
            throw refusal
        }
        guard let approval = try await view.approval(id, in: principal.tenant) else {
            throw AgentError(.notFound, "There is no such approval.")
        }
        let seen = Self.seen(hash, arguments, approval)
        let decision = ApprovalDecision(
            kind,
            by: principal.user,
            name: principal.name,
            comment: comment,
            at: wallClock.now()
        )
        if let session = approval.request.session {
            do {
                return try await directory.with(session, in: principal.tenant, on: place) { session in
                    try await session.decide(id, decision, hash: seen)
                }
            } catch let error as AgentError
                where error.code == .notFound && approval.request.type == ApprovalRequest.unknownOutcome
            {
                // The conversation was deleted; what it may have done is still to be found out.
                return try await decideHere(id, decision, by: principal, hash: seen)
            }
        }
        return try await decideHere(id, decision, by: principal, hash: seen)
    }

    /// What the decider says to have seen: others' arguments than were asked for are another call.
    private static func seen(_ hash: String?, _ arguments: JSONObject?, _ approval: Approval) -> String? {
        guard let arguments, var call = approval.request.call else { return hash }
        call.arguments = arguments
        let seen = ApprovalRequest.hash(of: call)
        return seen == approval.request.hash ? hash : seen
    }

    private func record(
        _ refusal: AgentError,
        of id: ApprovalID,
        by user: UserID,
        in tenant: TenantID
    ) async throws {
        let payload: JSONObject = [
            "approval_id": .string(id.rawValue), "by": .string(user.rawValue), "reason": .string(refusal.message),
        ]
        try await append(
            RecordDraft(kind: .approvalRefused, actor: "user:\(user)", payload: .object(payload)),
            tenant
        )
    }

    private func decideHere(
        _ id: ApprovalID,
        _ decision: ApprovalDecision,
        by principal: Principal,
        hash: String?
    ) async throws -> ApprovalOutcome {
        await gate.enter()
        defer { gate.leave() }
        // Read again: another decision may have been taken while this one waited.
        guard var approval = try await view.approval(id, in: principal.tenant) else {
            throw AgentError(.notFound, "There is no such approval.")
        }
        if let refusal = approval.refusal(decision, hash: hash) {
            try await record(refusal, of: id, by: decision.by, in: principal.tenant)
            throw refusal
        }
        approval.apply(decision)
        // Carried out first: a handler may do it twice, but a decision on record is never without its effect.
        if approval.status != .pending { try await handlers[approval.request.type]?(approval, principal) }
        var payload = decision.json
        payload["approval_id"] = .string(id.rawValue)
        payload["status"] = .string(approval.status.rawValue)
        let draft = RecordDraft(kind: .approvalDecided, actor: "user:\(decision.by)", payload: .object(payload))
        try await append(draft, principal.tenant)
        return ApprovalOutcome(approval: approval)
    }

    /// An approval as it stands; `nil` when the tenant has none of that name.
    package func approval(_ id: ApprovalID, in tenant: TenantID) async throws -> Approval? {
        try await view.approval(id, in: tenant)
    }

    /// The newest approvals of a type, the last asked for first.
    package func newest(_ type: String, in tenant: TenantID, limit: Int = 1000) async throws -> [Approval] {
        try await view.newest(type, in: tenant, limit: limit)
    }

    /// When the oldest of what waits was asked for.
    package func oldestPending(in tenant: TenantID) async throws -> Timestamp? {
        try await view.lists(of: tenant, at: wallClock.now(), limit: 1).pending.first?.request.requestedAt
    }

    /// Who has been told of what waits.
    package func notified(of id: ApprovalID, in tenant: TenantID) async throws -> Set<UserID> {
        try await view.notified(of: id, in: tenant)
    }

    func append(_ draft: RecordDraft, _ tenant: TenantID) async throws {
        do {
            _ = try await journal.append(JournalAppend(tenant: tenant, drafts: [draft]))
        } catch {
            throw AgentError(journal: error)
        }
    }
}
