/// What becomes of approvals that nobody decides in time: their end is a record like any other decision.
extension ApprovalDesk {
    static let expiryBatch = 100
    /// How often it is looked whether one has ended.
    static let expiryInterval = Duration.seconds(1)

    /// Puts ends on record when their time comes, until cancelled; those of before the start come first.
    package func run(
        on place: SessionPlace,
        clock: any Clock<Duration>,
        onFailure: @Sendable (any Error) -> Void
    ) async throws {
        while true {
            do {
                try await expireDue(on: place, onFailure: onFailure)
            } catch let error as CancellationError {
                throw error
            } catch {
                onFailure(error)
            }
            try await clock.sleep(for: Self.expiryInterval)
        }
    }

    /// Ends what is due now.
    package func expireDue(on place: SessionPlace, onFailure: @Sendable (any Error) -> Void) async throws {
        let now = wallClock.now()
        let due = try await view.due(at: now, limit: Self.expiryBatch + stuck.count)
        for (tenant, approval) in due where !stuck.contains(approval.request.id) {
            try Task.checkCancellation()
            do {
                try await expire(approval, in: tenant, at: now, on: place)
            } catch let error as CancellationError {
                throw error
            } catch {
                // One that cannot be ended must not keep the others; the next start tries it again.
                stuck.insert(approval.request.id)
                onFailure(error)
            }
        }
    }

    private func expire(
        _ approval: Approval,
        in tenant: TenantID,
        at now: Timestamp,
        on place: SessionPlace
    ) async throws {
        let id = approval.request.id
        if let session = approval.request.session {
            do {
                return try await directory.with(session, in: tenant, on: place) { try await $0.expire(id, at: now) }
            } catch let error as AgentError where error.code == .notFound {
                // The conversation was deleted; what waited in it ends all the same.
                return try await append(Self.expiry(of: id, at: now), tenant)
            }
        }
        await gate.enter()
        defer { gate.leave() }
        guard var current = try await view.approval(id, in: tenant), current.status == .pending else { return }
        let decision = Self.decision(at: now)
        current.apply(decision)
        let system = Principal(tenant: tenant, user: decision.by, permissions: [])
        try await handlers[current.request.type]?(current, system)
        try await append(Self.expiry(of: id, at: now), tenant)
    }

    private static func decision(at now: Timestamp) -> ApprovalDecision {
        ApprovalDecision(.expire, by: UserID("system"), at: now)
    }

    private static func expiry(of id: ApprovalID, at now: Timestamp) -> RecordDraft {
        RecordDraft(kind: .approvalDecided, actor: "system", payload: .object(payload(of: id, at: now)))
    }

    /// What the record of an end says.
    static func payload(of id: ApprovalID, at now: Timestamp) -> JSONObject {
        var payload = decision(at: now).json
        payload["approval_id"] = .string(id.rawValue)
        payload["status"] = .string(ApprovalStatus.expired.rawValue)
        return payload
    }
}

extension Session {
    /// Puts on record that nobody has decided in time; a decision that was taken meanwhile stays.
    func expire(_ id: ApprovalID, at now: Timestamp) async throws {
        try checkUsable()
        guard let approval = conversation.approvals[id] else {
            throw AgentError(.notFound, "There is no such approval.")
        }
        guard approval.status == .pending, approval.request.expiresAt <= now, !deciding.contains(id) else { return }
        deciding.insert(id)
        defer { deciding.remove(id) }
        try await append([draft(.approvalDecided, by: "system", .object(ApprovalDesk.payload(of: id, at: now)))])
    }
}
