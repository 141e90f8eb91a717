internal import AgentRuntime

/// What is kept of written mails beside themselves, over a connection to a tenant's database.
struct OutboxStore {
    struct Entry: Sendable {
        var cause: MailCause
        var attempts: Int
        var firstAt: Timestamp
        var reason: String?
    }

    let connection: SQLiteConnection

    func add(_ id: String, _ cause: MailCause, now: Timestamp, isUntold: Bool) throws(DatabaseError) {
        try connection.execute(
            "INSERT OR REPLACE INTO mail_outbox VALUES (?, ?, ?, ?, 0, ?, ?, NULL, ?)",
            [
                .text(id), .text(cause.actor), .optional(cause.origin?.text), .optional(cause.answers),
                .integer(now.milliseconds), .integer(now.milliseconds), .bool(isUntold),
            ]
        )
    }

    func entry(_ id: String) throws(DatabaseError) -> Entry? {
        try connection.first(
            "SELECT actor, origin, answers, attempts, first_at, reason FROM mail_outbox WHERE id = ?",
            [.text(id)]
        ) { (row) throws(DatabaseError) in
            // Written by `add`; what does not read back is left out.
            let origin = row.textOrNil(1).flatMap { try? JSONValue(parsing: $0) }
            return Entry(
                cause: MailCause(actor: row.text(0), origin: origin, answers: row.textOrNil(2)),
                attempts: Int(row.int(3)),
                firstAt: Timestamp(milliseconds: row.int(4)),
                reason: row.textOrNil(5)
            )
        }
    }

    /// After an attempt: why it did not succeed, and when the next one is.
    func attempted(_ id: String, reason: String?, next: Timestamp) throws(DatabaseError) {
        try connection.execute(
            "UPDATE mail_outbox SET attempts = attempts + 1, reason = ?, next_at = ?, untold = 1 WHERE id = ?",
            [.optional(reason), .integer(next.milliseconds), .text(id)]
        )
    }

    /// Another sender for a mail that still waits, whose time begins anew.
    func readdress(_ id: String, from: MailAddress, source: [UInt8], now: Timestamp) throws(DatabaseError) {
        try connection.execute(
            """
            UPDATE mails SET from_name = ?1, from_address = ?2, reply_name = ?1, reply_address = ?2, source_hash = ?3
            WHERE id = ?4 AND status = 'queued'
            """,
            [.text(from.name), .text(from.address), .text(SHA256.hex(source)), .text(id)]
        )
        try connection.execute("UPDATE mail_sources SET bytes = ? WHERE id = ?", [.blob(source), .text(id)])
        try connection.execute(
            "UPDATE mail_outbox SET first_at = ?, next_at = ? WHERE id = ?",
            [.integer(now.milliseconds), .integer(now.milliseconds), .text(id)]
        )
    }

    func told(_ id: String) throws(DatabaseError) {
        try connection.execute("UPDATE mail_outbox SET untold = 0 WHERE id = ?", [.text(id)])
    }

    /// Waiting mails from these addresses whose time has come, the longest waiting first.
    func due(from addresses: [String], now: Timestamp, limit: Int) throws(DatabaseError) -> [String] {
        let list = JSONValue.array(addresses.map { .string($0.lowercased()) }).text
        return try connection.query(
            """
            SELECT o.id FROM mail_outbox o JOIN mails m ON m.id = o.id
            WHERE m.status = 'queued' AND o.next_at <= ? AND lower(m.from_address) IN (SELECT value FROM json_each(?))
            ORDER BY o.next_at, o.id LIMIT ?
            """,
            [.integer(now.milliseconds), .text(list), .int(limit)]
        ) { (row) throws(DatabaseError) in row.text(0) }
    }

    /// Mails whose outcome the journal has not been told since then.
    func untold(until: Timestamp, limit: Int) throws(DatabaseError) -> [String] {
        try connection.query(
            """
            SELECT o.id FROM mail_outbox o JOIN mails m ON m.id = o.id
            WHERE o.untold = 1 AND m.status <> 'sending' AND m.updated_at <= ? ORDER BY o.id LIMIT ?
            """,
            [.integer(until.milliseconds), .int(limit)]
        ) { (row) throws(DatabaseError) in row.text(0) }
    }

    /// Mails that were being sent when a former process ended, and of which nobody has been told yet.
    func abandoned(before start: Timestamp) throws(DatabaseError) -> [String] {
        try connection.query(
            """
            SELECT o.id FROM mail_outbox o JOIN mails m ON m.id = o.id
            WHERE m.status = 'sending' AND o.reason IS NULL AND m.updated_at < ? ORDER BY o.id
            """,
            [.integer(start.milliseconds)]
        ) { (row) throws(DatabaseError) in row.text(0) }
    }
}
