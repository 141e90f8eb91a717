package import AgentRuntime

/// The anomalies of a tenant: found in its ledger, with what people have made of them.
package struct AnomalyBook: Sendable {
    package static let notesMax = 2000

    private let databases: DomainDatabases
    let ledger: LedgerStore

    package init(_ databases: DomainDatabases) {
        self.databases = databases
        ledger = LedgerStore(databases)
    }

    /// All anomalies, the newest month first.
    package func all(_ settings: TenantSettings) async throws -> [Anomaly] {
        try await ledger.read(settings.tenant) { ledger, connection in
            try AnomalyBook.all(ledger, connection, settings)
        }
    }

    static func all(
        _ ledger: LedgerSnapshot,
        _ connection: SQLiteConnection,
        _ settings: TenantSettings
    ) throws -> [Anomaly] {
        let anomalies = try AnomalyDetector(ledger: ledger, settings: settings).detect()
        guard !anomalies.isEmpty else { return [] }
        let states = try states(connection)
        return anomalies.map { anomaly in
            var anomaly = anomaly
            if let state = states[anomaly.id] { anomaly.state = state }
            return anomaly
        }
    }

    /// Changes what people have made of an anomaly; members that are not given stay, and `.some(nil)` takes one away.
    ///
    /// - Returns: the anomaly before and after, for the journal.
    /// - Throws: `not_found` for an identifier that the tenant's data does not give.
    package func update(
        _ id: String,
        status: AnomalyState.Status? = nil,
        assignedTo: String?? = nil,
        notes: String?? = nil,
        by principal: Principal,
        settings: TenantSettings,
        now: Timestamp
    ) async throws -> (before: Anomaly, after: Anomaly) {
        guard notes??.count ?? 0 <= AnomalyBook.notesMax, assignedTo??.count ?? 0 <= AnomalyBook.notesMax else {
            throw AgentError(
                .invalidArgument,
                "Notes are at most \(AnomalyBook.notesMax) characters.",
                details: [.init(field: "notes", message: "is too long")]
            )
        }
        guard let before = try await all(settings).first(where: { $0.id == id }) else {
            throw AgentError(.notFound, "There is no such anomaly.")
        }
        let database = try await databases.database(of: settings.tenant)
        var after = before
        // Read again where it is written: someone else may have changed it since.
        after.state = try await database.writer.perform { connection in
            try connection.transaction {
                var state = try AnomalyBook.states(connection)[id] ?? AnomalyState()
                state.status = status ?? state.status
                state.assignedTo = assignedTo ?? state.assignedTo
                state.notes = notes ?? state.notes
                state.updatedAt = now
                state.updatedBy = principal.user.rawValue
                try connection.execute(
                    "INSERT OR REPLACE INTO anomaly_status VALUES (?, ?, ?, ?, ?, ?)",
                    [
                        .text(id), .text(state.status.rawValue), .optional(state.assignedTo), .optional(state.notes),
                        .integer(now.milliseconds), .text(principal.user.rawValue),
                    ]
                )
                return state
            }
        }
        return (before, after)
    }

    static func states(_ connection: SQLiteConnection) throws(DatabaseError) -> [String: AnomalyState] {
        var states: [String: AnomalyState] = [:]
        let sql = "SELECT id, status, assigned_to, notes, updated_at, updated_by FROM anomaly_status"
        try connection.forEach(sql) { row in
            var state = AnomalyState()
            state.status = AnomalyState.Status(rawValue: row.text(1)) ?? .unresolved
            state.assignedTo = row.textOrNil(2)
            state.notes = row.textOrNil(3)
            state.updatedAt = Timestamp(milliseconds: row.int(4))
            state.updatedBy = row.textOrNil(5)
            states[row.text(0)] = state
            return true
        }
        return states
    }
}
