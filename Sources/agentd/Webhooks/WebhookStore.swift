internal import AgentRuntime

/// Subscriptions and their deliveries, in `control.db`: what was not delivered survives any end of the process.
struct WebhookStore: Sendable {
    static let migration = Migration(
        version: 2,
        sql: """
            CREATE TABLE webhooks (
                id TEXT PRIMARY KEY, tenant TEXT NOT NULL, name TEXT, url TEXT NOT NULL, events TEXT NOT NULL,
                filters TEXT NOT NULL, secret TEXT NOT NULL, is_active INTEGER NOT NULL, created_at INTEGER NOT NULL,
                cursor INTEGER NOT NULL
            ) STRICT;
            CREATE INDEX webhooks_tenant ON webhooks (tenant, created_at);
            CREATE TABLE webhook_deliveries (
                id INTEGER PRIMARY KEY AUTOINCREMENT, webhook TEXT NOT NULL REFERENCES webhooks (id) ON DELETE CASCADE,
                sequence INTEGER NOT NULL, event TEXT NOT NULL, body BLOB NOT NULL, state TEXT NOT NULL,
                attempts INTEGER NOT NULL, first_at INTEGER, next_at INTEGER NOT NULL, last_error TEXT,
                UNIQUE (webhook, sequence)
            ) STRICT;
            CREATE INDEX webhook_deliveries_waiting ON webhook_deliveries (webhook, id) WHERE state = 'waiting';
            CREATE INDEX webhook_deliveries_dead ON webhook_deliveries (id) WHERE state = 'dead';
            """
    )

    /// A call that is to be made, or that nobody took.
    struct Delivery: Sendable, Hashable {
        var id: Int64
        var webhook: String
        var event: String
        var body: [UInt8]
        var attempts: Int
        /// When it was first tried.
        var firstAt: Timestamp?
        var nextAt: Timestamp
        var lastError: String?
    }

    /// Deliveries that wait for one subscription; beyond it the journal keeps the rest.
    static let waitingMax = 10_000

    let database: Database

    private static let columns =
        "id, tenant, name, url, events, filters, secret, is_active, created_at, cursor"

    func add(_ webhook: Webhook) async throws {
        try await database.perform { connection in
            try connection.transaction {
                let count = try connection.first(
                    "SELECT count(*) FROM webhooks WHERE tenant = ?",
                    [.id(webhook.tenant)]
                ) { (row) throws(DatabaseError) in row.int(0) }
                guard (count ?? 0) < Webhook.ofTenantMax else {
                    throw AgentError(.limitExceeded, "There are \(Webhook.ofTenantMax) webhooks already; delete one.")
                }
                try write(webhook, connection)
            }
        }
    }

    func all(of tenant: TenantID? = nil) async throws -> [Webhook] {
        try await database.perform { connection in
            try connection.query(
                "SELECT \(Self.columns) FROM webhooks WHERE ?1 IS NULL OR tenant = ?1 ORDER BY created_at, id",
                [.optional(tenant?.rawValue)],
                Self.webhook
            )
        }
    }

    func webhook(_ id: String, of tenant: TenantID) async throws -> Webhook? {
        try await database.perform { connection in
            try connection.first(
                "SELECT \(Self.columns) FROM webhooks WHERE id = ? AND tenant = ?",
                [.text(id), .id(tenant)],
                Self.webhook
            )
        }
    }

    /// Changes a subscription; its place in the journal stays what it is.
    func update(
        _ id: String,
        of tenant: TenantID,
        _ change: @escaping @Sendable (inout Webhook) -> Void
    ) async throws -> Webhook? {
        try await database.perform { connection in
            try connection.transaction {
                let found = try connection.first(
                    "SELECT \(Self.columns) FROM webhooks WHERE id = ? AND tenant = ?",
                    [.text(id), .id(tenant)],
                    Self.webhook
                )
                guard var webhook = found else { return nil }
                change(&webhook)
                try connection.execute(
                    "UPDATE webhooks SET name = ?, url = ?, events = ?, filters = ?, secret = ?, is_active = ? WHERE id = ?",
                    [
                        .optional(webhook.name), .text(webhook.url), .text(Self.list(webhook.events)),
                        .text(Self.map(webhook.filters)), .text(webhook.secret), .bool(webhook.isActive), .text(id),
                    ]
                )
                return webhook
            }
        }
    }

    func remove(_ id: String, of tenant: TenantID) async throws -> Bool {
        try await database.perform { connection in
            try connection.transaction {
                let found = try connection.first(
                    "SELECT 1 FROM webhooks WHERE id = ? AND tenant = ?",
                    [.text(id), .id(tenant)]
                ) { (row) throws(DatabaseError) in row.int(0) }
                guard found != nil else { return false }
                try connection.execute("DELETE FROM webhook_deliveries WHERE webhook = ?", [.text(id)])
                try connection.execute("DELETE FROM webhooks WHERE id = ?", [.text(id)])
                return true
            }
        }
    }

    // MARK: Deliveries

    /// Keeps what records mean for a subscription, and that they have been looked at, in one transaction.
    ///
    /// - Returns: false when so much waits that nothing was taken.
    func take(
        _ events: [(sequence: Int64, event: WebhookEvent)],
        for webhook: String,
        upTo cursor: Int64,
        now: Timestamp
    ) async throws -> Bool {
        try await database.perform { connection in
            try connection.transaction {
                let waiting = try connection.first(
                    "SELECT count(*) FROM webhook_deliveries WHERE webhook = ? AND state = 'waiting'",
                    [.text(webhook)]
                ) { (row) throws(DatabaseError) in row.int(0) }
                guard events.isEmpty || (waiting ?? 0) < Self.waitingMax else { return false }
                for (sequence, event) in events {
                    try connection.execute(
                        """
                        INSERT OR IGNORE INTO webhook_deliveries
                            (webhook, sequence, event, body, state, attempts, next_at) VALUES (?, ?, ?, ?, 'waiting', 0, ?)
                        """,
                        [
                            .text(webhook), .integer(sequence), .text(event.name), .blob(event.body),
                            .integer(now.milliseconds),
                        ]
                    )
                }
                try connection.execute(
                    "UPDATE webhooks SET cursor = max(cursor, ?) WHERE id = ?",
                    [.integer(cursor), .text(webhook)]
                )
                return true
            }
        }
    }

    /// The first waiting delivery of every active subscription: later ones wait for it.
    func heads() async throws -> [(webhook: Webhook, delivery: Delivery)] {
        try await database.perform { connection in
            let webhooks = try connection.query(
                "SELECT \(Self.columns) FROM webhooks WHERE is_active = 1 ORDER BY id",
                [],
                Self.webhook
            )
            var heads: [(webhook: Webhook, delivery: Delivery)] = []
            for webhook in webhooks {
                let head = try connection.first(
                    """
                    SELECT id, webhook, event, body, attempts, first_at, next_at, last_error FROM webhook_deliveries
                    WHERE webhook = ? AND state = 'waiting' ORDER BY id LIMIT 1
                    """,
                    [.text(webhook.id)],
                    Self.delivery
                )
                if let head { heads.append((webhook, head)) }
            }
            return heads
        }
    }

    func delivered(_ id: Int64) async throws {
        try await database.perform { connection in
            try connection.execute("DELETE FROM webhook_deliveries WHERE id = ?", [.integer(id)])
        }
    }

    /// Notes a failed attempt; without a next time it is dead, and the one after it goes on.
    func failed(_ id: Int64, error: String, at now: Timestamp, next: Timestamp?) async throws {
        try await database.perform { connection in
            try connection.execute(
                """
                UPDATE webhook_deliveries SET attempts = attempts + 1, first_at = coalesce(first_at, ?1),
                    next_at = ?2, last_error = ?3, state = ?4 WHERE id = ?5
                """,
                [
                    .integer(now.milliseconds), .integer((next ?? now).milliseconds), .text(error),
                    .text(next == nil ? "dead" : "waiting"), .integer(id),
                ]
            )
        }
    }

    /// Deliveries that nobody took, with their subscriptions, oldest first.
    func dead(
        of tenant: TenantID? = nil,
        max count: Int = 1000
    ) async throws -> [(webhook: Webhook, delivery: Delivery)] {
        let webhooks = Dictionary(uniqueKeysWithValues: try await all(of: tenant).map { ($0.id, $0) })
        let deliveries = try await database.perform { connection in
            try connection.query(
                """
                SELECT id, webhook, event, body, attempts, first_at, next_at, last_error FROM webhook_deliveries
                WHERE state = 'dead' ORDER BY id LIMIT ?
                """,
                [.int(count)],
                Self.delivery
            )
        }
        return deliveries.compactMap { delivery in webhooks[delivery.webhook].map { ($0, delivery) } }
    }

    /// Lets dead deliveries be tried anew, one by its number or all of a tenant; how many there were.
    func resend(_ id: Int64?, of tenant: TenantID?, now: Timestamp) async throws -> Int {
        try await database.perform { connection in
            try connection.execute(
                """
                UPDATE webhook_deliveries SET state = 'waiting', attempts = 0, first_at = NULL, next_at = ?1
                WHERE state = 'dead' AND (?2 IS NULL OR id = ?2)
                    AND (?3 IS NULL OR webhook IN (SELECT id FROM webhooks WHERE tenant = ?3))
                """,
                [.integer(now.milliseconds), .optional(id), .optional(tenant?.rawValue)]
            )
            return connection.changes
        }
    }

    // MARK: Rows

    private func write(_ webhook: Webhook, _ connection: SQLiteConnection) throws(DatabaseError) {
        try connection.execute(
            "INSERT INTO webhooks (\(Self.columns)) VALUES (?,?,?,?,?,?,?,?,?,?)",
            [
                .text(webhook.id), .id(webhook.tenant), .optional(webhook.name), .text(webhook.url),
                .text(Self.list(webhook.events)), .text(Self.map(webhook.filters)), .text(webhook.secret),
                .bool(webhook.isActive), .integer(webhook.createdAt.milliseconds), .integer(webhook.cursor),
            ]
        )
    }

    private static func list(_ texts: [String]) -> String { JSONValue.array(texts.map(JSONValue.string)).text }

    private static func map(_ filters: [String: [String]]) -> String {
        var object = JSONObject()
        for (name, values) in filters.sorted(by: { $0.key < $1.key }) {
            object[name] = .array(values.map(JSONValue.string))
        }
        return JSONValue.object(object).text
    }

    private static func webhook(_ row: Row) throws(DatabaseError) -> Webhook {
        // Written by `write`; what does not read back is empty.
        func json(_ column: Int32) -> JSONValue { (try? JSONValue(parsing: row.text(column))) ?? .null }
        var filters: [String: [String]] = [:]
        for member in json(5).object ?? [:] { filters[member.name] = member.value.array?.compactMap(\.string) ?? [] }
        return Webhook(
            id: row.text(0),
            tenant: TenantID(row.text(1)),
            name: row.textOrNil(2),
            url: row.text(3),
            events: json(4).array?.compactMap(\.string) ?? [],
            filters: filters,
            secret: row.text(6),
            isActive: row.bool(7),
            createdAt: Timestamp(milliseconds: row.int(8)),
            cursor: row.int(9)
        )
    }

    private static func delivery(_ row: Row) throws(DatabaseError) -> Delivery {
        Delivery(
            id: row.int(0),
            webhook: row.text(1),
            event: row.text(2),
            body: row.blob(3),
            attempts: Int(row.int(4)),
            firstAt: row.intOrNil(5).map(Timestamp.init(milliseconds:)),
            nextAt: Timestamp(milliseconds: row.int(6)),
            lastError: row.textOrNil(7)
        )
    }
}
