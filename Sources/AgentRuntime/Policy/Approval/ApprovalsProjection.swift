/// What waits for people and what was decided, as lists show it.
package struct ApprovalsProjection: Projection {
    package let name = "approvals"
    package let version = 2
    package let tables = ["approvals", "approval_notices"]

    package let schema = """
        CREATE TABLE approvals(
            tenant TEXT NOT NULL, id TEXT NOT NULL, status TEXT NOT NULL, type TEXT NOT NULL, session TEXT,
            requested INTEGER NOT NULL, expires INTEGER NOT NULL, decided INTEGER, approval TEXT NOT NULL,
            PRIMARY KEY (tenant, id)
        ) WITHOUT ROWID;
        CREATE INDEX approvals_by_status ON approvals(tenant, status, requested);
        CREATE INDEX approvals_by_type ON approvals(tenant, type, requested);
        CREATE INDEX approvals_due ON approvals(expires) WHERE status = 'pending';
        CREATE TABLE approval_notices(
            tenant TEXT NOT NULL, id TEXT NOT NULL, user TEXT NOT NULL, PRIMARY KEY (tenant, id, user)
        ) WITHOUT ROWID;
        """

    package init() {}

    package func apply(_ record: Record, to connection: SQLiteConnection) throws(DatabaseError) {
        guard let payload = record.payload else { return }
        switch record.kind {
        case .approvalRequested:
            guard let request = ApprovalRequest(json: payload) else { return }
            try connection.execute(
                """
                INSERT OR REPLACE INTO approvals(tenant, id, status, type, session, requested, expires, approval)
                VALUES (?, ?, 'pending', ?, ?, ?, ?, ?)
                """,
                [
                    .id(record.tenant), .id(request.id), .text(request.type), .optional(request.session?.rawValue),
                    .integer(request.requestedAt.milliseconds), .integer(request.expiresAt.milliseconds),
                    .text(Approval(request).json.text),
                ]
            )
        case .approvalDecided:
            guard let id = payload["approval_id"]?.string, let decision = ApprovalDecision(json: payload),
                var approval = try ApprovalsView.approval(id, record.tenant, connection)
            else { return }
            approval.apply(decision)
            try connection.execute(
                "UPDATE approvals SET status = ?, decided = ?, approval = ? WHERE tenant = ? AND id = ?",
                [
                    .text(approval.status.rawValue), .integer(decision.at.milliseconds), .text(approval.json.text),
                    .id(record.tenant), .text(id),
                ]
            )
        case .approvalNotified:
            guard let id = payload["approval_id"]?.string, let user = payload["user"]?.string else { return }
            try connection.execute(
                "INSERT OR IGNORE INTO approval_notices(tenant, id, user) VALUES (?, ?, ?)",
                [.id(record.tenant), .text(id), .text(user)]
            )
        default: return
        }
    }
}

/// Reads what `ApprovalsProjection` keeps, brought up to date first.
package struct ApprovalsView: Sendable {
    private let store: ProjectionStore
    private let journal: any Journal

    package init(_ store: ProjectionStore, journal: any Journal) {
        self.store = store
        self.journal = journal
    }

    /// What waits, oldest first, and what was decided lately, newest first; each at most `limit`.
    package func lists(
        of tenant: TenantID,
        at now: Timestamp,
        limit: Int = 100
    ) async throws
        -> (pending: [Approval], recent: [Approval])
    {
        try await catchUp(tenant)
        return try await store.read { connection in
            let pending = try connection.query(
                """
                SELECT approval FROM approvals WHERE tenant = ? AND status = 'pending' AND expires > ?
                ORDER BY requested, id LIMIT ?
                """,
                [.id(tenant), .integer(now.milliseconds), .int(limit)]
            ) { row throws(DatabaseError) in try row.json(0) }
            let recent = try connection.query(
                """
                SELECT approval FROM approvals WHERE tenant = ? AND (status <> 'pending' OR expires <= ?)
                ORDER BY coalesce(decided, expires) DESC, id LIMIT ?
                """,
                [.id(tenant), .integer(now.milliseconds), .int(limit)]
            ) { row throws(DatabaseError) in try row.json(0) }
            return (pending.compactMap(Approval.init(json:)), recent.compactMap(Approval.init(json:)))
        }
    }

    package func approval(_ id: ApprovalID, in tenant: TenantID) async throws -> Approval? {
        try await catchUp(tenant)
        return try await store.read { try ApprovalsView.approval(id.rawValue, tenant, $0) }
    }

    /// What has ended by now and is not on record as ended, of all tenants; the first to end first.
    ///
    /// It may be a moment behind; whoever acts on it looks again.
    package func due(at now: Timestamp, limit: Int) async throws -> [(tenant: TenantID, approval: Approval)] {
        try await store.read { connection in
            let rows = try connection.query(
                """
                SELECT tenant, approval FROM approvals WHERE status = 'pending' AND expires <= ? ORDER BY expires LIMIT ?
                """,
                [.integer(now.milliseconds), .int(limit)]
            ) { row throws(DatabaseError) in (TenantID(row.text(0)), try row.json(1)) }
            return rows.compactMap { tenant, json in Approval(json: json).map { (tenant, $0) } }
        }
    }

    /// The newest approvals of a type, the last asked for first.
    package func newest(_ type: String, in tenant: TenantID, limit: Int) async throws -> [Approval] {
        try await catchUp(tenant)
        return try await store.read { connection in
            let found = try connection.query(
                "SELECT approval FROM approvals WHERE tenant = ? AND type = ? ORDER BY requested DESC, id LIMIT ?",
                [.id(tenant), .text(type), .int(limit)]
            ) { row throws(DatabaseError) in try row.json(0) }
            return found.compactMap(Approval.init(json:))
        }
    }

    /// Who has been told of an approval.
    package func notified(of id: ApprovalID, in tenant: TenantID) async throws -> Set<UserID> {
        try await catchUp(tenant)
        return try await store.read { connection in
            let users = try connection.query(
                "SELECT user FROM approval_notices WHERE tenant = ? AND id = ?",
                [.id(tenant), .text(id.rawValue)]
            ) { UserID($0.text(0)) }
            return Set(users)
        }
    }

    private func catchUp(_ tenant: TenantID) async throws {
        guard let head = try await journal.tenantHeads()[tenant] else { return }
        try await store.caughtUp(tenant, to: head)
    }

    static func approval(
        _ id: String,
        _ tenant: TenantID,
        _ connection: SQLiteConnection
    ) throws(DatabaseError)
        -> Approval?
    {
        let json = try connection.first(
            "SELECT approval FROM approvals WHERE tenant = ? AND id = ?",
            [.id(tenant), .text(id)]
        ) { row throws(DatabaseError) in try row.json(0) }
        return json.flatMap(Approval.init(json:))
    }
}
