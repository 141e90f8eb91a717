/// What a batch of records says of turns, for the table `usage_turns`: one row of each, written once.
final class UsageTurns: Sendable {
    /// How a turn ended.
    struct End: Sendable {
        var status: String
        var milliseconds: Int
        var error: String?
    }

    private struct Row: Sendable {
        /// Who asked and when; `nil` where the message came in an earlier batch, or is none of a user.
        var asked: (user: String, time: Timestamp)?
        var tool: String?
        var end: End?
    }

    private let rows = Guarded(BatchRows<TurnKey, Row>())

    /// A message came; the first of a turn says whose it is.
    func asked(
        _ turn: TurnID,
        of tenant: TenantID,
        by user: String,
        _ time: Timestamp,
        _ connection: SQLiteConnection
    ) throws(DatabaseError) {
        let held = rows.with { $0[TurnKey(tenant: tenant, turn: turn)] }
        // What was said before holds only for a row that there is.
        if let held, held.asked == nil { try settle(connection) }
        change(turn, tenant) { $0.asked = $0.asked ?? (user, time) }
    }

    /// A step called a tool; the first of a turn counts.
    func called(_ tool: String, _ turn: TurnID, of tenant: TenantID) {
        change(turn, tenant) { $0.tool = $0.tool ?? tool }
    }

    /// The turn ended; the last word counts.
    func ended(_ end: End, _ turn: TurnID, of tenant: TenantID) {
        change(turn, tenant) { $0.end = end }
    }

    private func change(_ turn: TurnID, _ tenant: TenantID, _ body: (inout Row) -> Void) {
        rows.with { rows in
            let key = TurnKey(tenant: tenant, turn: turn)
            var row = rows[key] ?? Row()
            body(&row)
            rows[key] = row
        }
    }

    /// Writes the rows and forgets them.
    func settle(_ connection: SQLiteConnection) throws(DatabaseError) {
        for (key, row) in rows.with({ $0.takeAll() }) {
            let end: [SQLValue] = [
                .optional(row.end?.status), .optional(row.end.map { Int64($0.milliseconds) }),
                .optional(row.end?.error),
            ]
            guard let asked = row.asked else {
                // Changes nothing where there is no row: the call of another program.
                try connection.execute(
                    """
                    UPDATE usage_turns SET
                        tool = coalesce(tool, ?3), status = coalesce(?4, status),
                        milliseconds = coalesce(?5, milliseconds), error = iif(?4 IS NULL, error, ?6)
                    WHERE tenant = ?1 AND turn = ?2
                    """,
                    [.id(key.tenant), .id(key.turn), .optional(row.tool)] + end
                )
                continue
            }
            try connection.execute(
                """
                INSERT INTO usage_turns(tenant, turn, user, time, tool, status, milliseconds, error)
                VALUES (?, ?, ?, ?, ?, ?, ?, ?)
                ON CONFLICT DO UPDATE SET
                    tool = coalesce(tool, excluded.tool), status = coalesce(excluded.status, status),
                    milliseconds = coalesce(excluded.milliseconds, milliseconds),
                    error = iif(excluded.status IS NULL, error, excluded.error)
                """,
                [
                    .id(key.tenant), .id(key.turn), .text(asked.user), .integer(asked.time.milliseconds),
                    .optional(row.tool),
                ] + end
            )
        }
    }
}
