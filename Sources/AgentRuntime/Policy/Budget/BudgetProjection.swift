/// What models used, call by call; a reservation that was never settled counts as used.
package struct BudgetProjection: Projection {
    package let name = "budget"
    package let version = 1
    package let tables = ["budget_calls"]

    package let schema = """
        CREATE TABLE budget_calls(
            tenant TEXT NOT NULL, id TEXT NOT NULL, day INTEGER NOT NULL, user TEXT NOT NULL, turn TEXT NOT NULL,
            tokens INTEGER NOT NULL, money INTEGER NOT NULL, PRIMARY KEY (tenant, id)
        ) WITHOUT ROWID;
        CREATE INDEX budget_calls_by_day ON budget_calls(tenant, day);
        """

    package init() {}

    package func apply(_ record: Record, to connection: SQLiteConnection) throws(DatabaseError) {
        guard record.kind == .budgetReserved || record.kind == .budgetSettled, let payload = record.payload,
            let id = payload["id"]?.string
        else { return }
        try connection.execute(
            """
            INSERT INTO budget_calls(tenant, id, day, user, turn, tokens, money) VALUES (?, ?, ?, ?, ?, ?, ?)
            ON CONFLICT(tenant, id) DO UPDATE SET tokens = excluded.tokens, money = excluded.money
            """,
            [
                .id(record.tenant), .text(id), .int(record.wallTime.date.daysSinceEpoch),
                .text(payload["user"]?.string ?? ""), .text(payload["turn"]?.string ?? ""),
                .int(payload["tokens"]?.int ?? 0), .int(payload["money"]?.int ?? 0),
            ]
        )
    }
}

/// Reads the use of budgets from the views, which are brought up to date first.
package struct BudgetView: BudgetHistory {
    private let store: ProjectionStore
    private let journal: any Journal

    package init(_ store: ProjectionStore, journal: any Journal) {
        self.store = store
        self.journal = journal
    }

    package func used(by tenant: TenantID, since day: CalendarDate) async throws -> [BudgetUse] {
        guard let head = try await journal.tenantHeads()[tenant] else { return [] }
        try await store.caughtUp(tenant, to: head)
        return try await store.read { connection in
            try connection.query(
                """
                SELECT user, turn, day, sum(tokens), sum(money) FROM budget_calls
                WHERE tenant = ? AND day >= ? GROUP BY day, user, turn
                """,
                [.id(tenant), .int(day.daysSinceEpoch)]
            ) { row in
                BudgetUse(
                    user: UserID(row.text(0)),
                    turn: TurnID(row.text(1)),
                    day: CalendarDate(daysSinceEpoch: Int(row.int(2))),
                    amount: BudgetAmount(tokens: Int(row.int(3)), money: Money(units: row.int(4)))
                )
            }
        }
    }
}
