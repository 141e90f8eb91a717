/// How the conversations of a tenant are used: one row for each turn, one for each opinion about an answer.
///
/// Figures about use are counted from these rows, so that they add up. Nothing that was said is kept here.
package struct UsageProjection: Projection {
    package let name = "usage"
    package let version = 1
    package let tables = ["usage_turns", "usage_feedback"]

    package let schema = """
        CREATE TABLE usage_turns(
            tenant TEXT NOT NULL, turn TEXT NOT NULL, user TEXT NOT NULL, time INTEGER NOT NULL, status TEXT,
            milliseconds INTEGER, tool TEXT, error TEXT, PRIMARY KEY (tenant, turn)
        ) WITHOUT ROWID;
        CREATE INDEX usage_turns_by_time ON usage_turns(tenant, time);
        CREATE TABLE usage_feedback(
            tenant TEXT NOT NULL, message TEXT NOT NULL, user TEXT NOT NULL, rating TEXT NOT NULL, time INTEGER NOT NULL,
            PRIMARY KEY (tenant, message, user)
        ) WITHOUT ROWID;
        """

    /// The turns of the batch that is being taken in.
    private let turns = UsageTurns()

    package init() {}

    package func opened() -> any Projection { UsageProjection() }

    package func settle(_ connection: SQLiteConnection) throws(DatabaseError) { try turns.settle(connection) }

    package func apply(_ record: Record, to connection: SQLiteConnection) throws(DatabaseError) {
        switch record.kind {
        case .messageReceived:
            // A tool that another program calls directly is no question of a user.
            guard let turn = record.turn, record.payload?["call"] == nil else { return }
            try turns.asked(turn, of: record.tenant, by: user(record), record.wallTime, connection)
        case .stepCompleted:
            guard let turn = record.turn, let tool = record.payload?["calls"]?[0]?["name"]?.string else { return }
            turns.called(tool, turn, of: record.tenant)
        case .turnCompleted:
            guard let turn = record.turn else { return }
            let payload = record.payload ?? .null
            let end = UsageTurns.End(
                // Of an erased turn it is known that it ended, not how.
                status: payload["status"]?.string ?? "erased",
                milliseconds: payload["processing_time_ms"]?.int ?? 0,
                error: payload["error"]?["code"]?.string
            )
            turns.ended(end, turn, of: record.tenant)
        case .feedbackGiven:
            // The last word of a user about an answer counts.
            guard let payload = record.payload, let message = payload["message_id"]?.string,
                let rating = payload["rating"]?.string
            else { return }
            try connection.execute(
                """
                INSERT INTO usage_feedback(tenant, message, user, rating, time) VALUES (?, ?, ?, ?, ?)
                ON CONFLICT DO UPDATE SET rating = excluded.rating, time = excluded.time
                """,
                [
                    .id(record.tenant), .text(message), .text(user(record)), .text(rating),
                    .integer(record.wallTime.milliseconds),
                ]
            )
        default: return
        }
    }

    /// The user that caused a record; known when its payload is erased.
    private func user(_ record: Record) -> String {
        record.actor.hasPrefix("user:") ? String(record.actor.dropFirst(5)) : record.actor
    }
}

extension RecordKind {
    /// A user's opinion about an answer: `{feedback_id, message_id, conversation, rating, feedback_type, comment,
    /// specific_issues}`.
    package static let feedbackGiven = RecordKind("feedback.given")
}

/// Figures about use, over a span of time and of all users or one.
package struct UsageFigures: Sendable {
    /// Messages that users sent.
    package var queries = 0
    package var users = 0
    /// Mean over the turns that ended; `nil` without one.
    package var millisecondsMean: Double?
    /// Turns by the first tool that they called, the most frequent first; `nil` for those that called none.
    package var tools: [(tool: String?, count: Int)] = []
    package var failed = 0
    /// Failed turns by their error's code, the most frequent first.
    package var errors: [(code: String, count: Int)] = []
    package var ratings: [String: Int] = [:]
    /// When the first and the last of the messages came.
    package var first: Timestamp?
    package var last: Timestamp?

    package init() {}
}

/// Reads what `UsageProjection` keeps.
package struct UsageView: Sendable {
    private let store: ProjectionStore

    package init(_ store: ProjectionStore) { self.store = store }

    /// `from` is the first instant that counts, `until` the first that does not.
    package func figures(
        of tenant: TenantID,
        user: UserID? = nil,
        from: Timestamp? = nil,
        until: Timestamp? = nil
    ) async throws -> UsageFigures {
        try await store.read { connection in
            var filter = "tenant = ?"
            var arguments: [SQLValue] = [.id(tenant)]
            for (condition, value) in [
                ("user = ?", user.map { SQLValue.id($0) }), ("time >= ?", from.map { .integer($0.milliseconds) }),
                ("time < ?", until.map { .integer($0.milliseconds) }),
            ] {
                guard let value else { continue }
                filter += " AND " + condition
                arguments.append(value)
            }
            return try connection.transaction {
                var figures = try UsageView.turns(filter, arguments, connection)
                for (rating, count) in try connection.query(
                    "SELECT rating, count(*) FROM usage_feedback WHERE \(filter) GROUP BY rating",
                    arguments,
                    { ($0.text(0), Int($0.int(1))) }
                ) { figures.ratings[rating] = count }
                return figures
            }
        }
    }

    private static func turns(
        _ filter: String,
        _ arguments: [SQLValue],
        _ connection: SQLiteConnection
    ) throws -> UsageFigures {
        var figures = UsageFigures()
        let columns = "count(*), count(DISTINCT user), min(time), max(time), sum(status = 'failed')"
        _ = try connection.query("SELECT \(columns) FROM usage_turns WHERE \(filter)", arguments) { row in
            figures.queries = Int(row.int(0))
            figures.users = Int(row.int(1))
            guard figures.queries > 0 else { return }
            figures.first = Timestamp(milliseconds: row.int(2))
            figures.last = Timestamp(milliseconds: row.int(3))
            figures.failed = Int(row.int(4))
        }
        let ended = "\(filter) AND status IN ('completed', 'failed', 'awaiting_approval')"
        _ = try connection.query("SELECT count(*), sum(milliseconds) FROM usage_turns WHERE \(ended)", arguments) {
            row in
            if row.int(0) > 0 { figures.millisecondsMean = Double(row.int(1)) / Double(row.int(0)) }
        }
        figures.tools = try connection.query(
            "SELECT tool, count(*) FROM usage_turns WHERE \(filter) GROUP BY tool ORDER BY count(*) DESC, tool",
            arguments
        ) { ($0.textOrNil(0), Int($0.int(1))) }
        figures.errors = try connection.query(
            """
            SELECT coalesce(error, 'internal_error'), count(*) FROM usage_turns WHERE \(filter) AND status = 'failed'
            GROUP BY 1 ORDER BY count(*) DESC, 1
            """,
            arguments
        ) { ($0.text(0), Int($0.int(1))) }
        return figures
    }
}
