internal import AgentRuntime

/// Which rows of the audit trail are asked for.
struct AuditQuery: Sendable {
    var from: Timestamp?
    /// The first instant that does not count.
    var until: Timestamp?
    /// A user's id, e-mail or name of an actor.
    var user: String?
    var action: String?
    var resource: String?
    var resourceID: String?
    var session: String?
    var isAscending = false
}

/// A row of the audit trail with what is known of its user and turn.
struct AuditRow: Sendable {
    var sequence: Int64
    var time: Timestamp
    var user: String
    var name: String?
    var email: String?
    var entry: [String: String]
    var leaf: [UInt8]
}

/// Reads what `AuditProjection` keeps.
struct AuditView: Sendable {
    private let store: ProjectionStore

    init(_ store: ProjectionStore) { self.store = store }

    private static let columns = [
        "action", "resource", "resource_id", "resource_name", "description", "before", "after", "details", "address",
        "agent", "request", "session", "turn", "kind",
    ]

    /// One page, the newest first unless asked otherwise, and how many there are.
    func page(
        _ query: AuditQuery,
        of tenant: TenantID,
        offset: Int,
        limit: Int
    ) async throws -> (rows: [AuditRow], total: Int) {
        try await store.read { connection in
            var filter = "e.tenant = ?"
            var arguments: [SQLValue] = [.id(tenant)]
            for (condition, value) in [
                ("e.time >= ?", query.from.map { SQLValue.integer($0.milliseconds) }),
                ("e.time < ?", query.until.map { .integer($0.milliseconds) }),
                ("e.action = ?", query.action.map { .text($0) }),
                ("e.resource = ? COLLATE NOCASE", query.resource.map { .text($0) }),
                ("e.resource_id = ? COLLATE NOCASE", query.resourceID.map { .text($0) }),
                ("e.session = ? COLLATE NOCASE", query.session.map { .text($0) }),
            ] {
                guard let value else { continue }
                filter += " AND " + condition
                arguments.append(value)
            }
            if let user = query.user {
                filter += " AND (e.user = ? COLLATE NOCASE OR u.email = ? COLLATE NOCASE)"
                arguments += [.text(user), .text(user)]
            }
            let tables = """
                audit_entries AS e LEFT JOIN audit_users AS u ON u.tenant = e.tenant AND u.user = e.user
                """
            return try connection.transaction {
                let count = try connection.first("SELECT count(*) FROM \(tables) WHERE \(filter)", arguments) {
                    Int($0.int(0))
                }
                let names = AuditView.columns.map { "e.\($0)" }.joined(separator: ", ")
                let rows = try connection.query(
                    """
                    SELECT e.seq, e.time, e.user, u.name, u.email, e.leaf, t.model, t.prompt, t.policy, t.as_of, \(names)
                    FROM \(tables) LEFT JOIN audit_turns AS t ON t.tenant = e.tenant AND t.turn = e.turn
                    WHERE \(filter) ORDER BY e.seq \(query.isAscending ? "ASC" : "DESC") LIMIT ? OFFSET ?
                    """,
                    arguments + [.int(limit), .int(offset)],
                    AuditView.row
                )
                return (rows, count ?? 0)
            }
        }
    }

    private static func row(_ row: Row) -> AuditRow {
        var entry: [String: String] = [:]
        for (offset, name) in (["model", "prompt", "policy", "turn_as_of"] + columns).enumerated() {
            entry[name] = row.textOrNil(Int32(6 + offset))
        }
        return AuditRow(
            sequence: row.int(0),
            time: Timestamp(milliseconds: row.int(1)),
            user: row.text(2),
            name: row.textOrNil(3),
            email: row.textOrNil(4),
            entry: entry,
            leaf: row.blob(5)
        )
    }

    /// What the newest record of a kind says became true; `nil` when there is none.
    func newest(_ kind: RecordKind, of tenant: TenantID) async throws -> JSONValue? {
        let text = try await store.read { connection in
            try connection.first(
                "SELECT after FROM audit_entries WHERE tenant = ? AND kind = ? ORDER BY seq DESC LIMIT 1",
                [.id(tenant), .text(kind.rawValue)]
            ) { $0.textOrNil(0) } ?? nil
        }
        return try text.map { try JSONValue(parsing: Array($0.utf8)) }
    }
}
