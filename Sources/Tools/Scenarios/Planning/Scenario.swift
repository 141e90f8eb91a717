package import AgentRuntime

/// A plan of what could be: assumptions over a horizon of months, and what has become of it.
package struct Scenario: Sendable, Hashable {
    package enum Kind: String, Sendable, CaseIterable {
        case budget, forecast, strategic
        case whatIf = "what_if"
    }

    /// Where it stands: who approves changes it, from outside of this module.
    package enum Status: String, Sendable, CaseIterable {
        case draft, approved, active, archived
        case inReview = "in_review"
        case rejected
    }

    package var id: String
    package var name: String
    package var details: String
    package var kind: Kind
    package var status: Status
    package var ownerID: String
    package var ownerName: String
    package var createdAt: Timestamp
    package var updatedAt: Timestamp
    /// The scenario whose assumptions hold before its own.
    package var baseID: String?
    package var start: CalendarDate
    package var end: CalendarDate
    /// `forecast` or `budget`.
    package var basis: String
    package var assumptions: JSONValue

    package static let textMax = 2_000
    package static let nameMax = 200
    package static let assumptionsMax = 30
    /// Scenarios of one tenant; beyond it none is made.
    package static let countMax = 1_000

    package var json: JSONValue {
        [
            "id": .string(id), "name": .string(name), "description": .string(details), "type": .string(kind.rawValue),
            "status": .string(status.rawValue), "owner": ["id": .string(ownerID), "name": .string(ownerName)],
            "created_at": .string(createdAt.iso8601), "updated_at": .string(updatedAt.iso8601),
            "base_scenario_id": .optional(baseID), "basis": .string(basis),
            "time_horizon": [
                "start_date": .string(start.description), "end_date": .string(end.description),
                "granularity": "monthly",
            ],
            "assumptions": assumptions,
        ]
    }
}

/// The table of scenarios.
enum ScenarioSchema {
    static let sql = """
        CREATE TABLE scenarios (
            id TEXT PRIMARY KEY, name TEXT NOT NULL, details TEXT NOT NULL, kind TEXT NOT NULL, status TEXT NOT NULL,
            owner TEXT NOT NULL, owner_name TEXT NOT NULL, created_at INTEGER NOT NULL, updated_at INTEGER NOT NULL,
            base TEXT, start INTEGER NOT NULL, finish INTEGER NOT NULL, basis TEXT NOT NULL,
            assumptions TEXT NOT NULL, effect_id TEXT UNIQUE
        ) WITHOUT ROWID;
        """
}

/// The scenarios of one tenant, over a connection to its database.
struct ScenarioStore {
    let connection: SQLiteConnection

    init(_ connection: SQLiteConnection) { self.connection = connection }

    private static let columns = """
        id, name, details, kind, status, owner, owner_name, created_at, updated_at, base, start, finish, basis, assumptions
        """

    /// Every scenario, the one changed last first.
    func all() throws(DatabaseError) -> [Scenario] {
        try connection.query(
            "SELECT \(Self.columns) FROM scenarios ORDER BY updated_at DESC, id",
            [],
            ScenarioStore.scenario
        )
    }

    func scenario(_ id: String) throws(DatabaseError) -> Scenario? {
        try connection.first("SELECT \(Self.columns) FROM scenarios WHERE id = ?", [.text(id)], ScenarioStore.scenario)
    }

    func scenario(effect: String) throws(DatabaseError) -> Scenario? {
        try connection.first(
            "SELECT \(Self.columns) FROM scenarios WHERE effect_id = ?",
            [.text(effect)],
            ScenarioStore.scenario
        )
    }

    func count() throws(DatabaseError) -> Int {
        Int(try connection.first("SELECT count(*) FROM scenarios") { row in row.int(0) } ?? 0)
    }

    func put(_ scenario: Scenario, effectID: String?) throws(DatabaseError) {
        try connection.execute(
            "INSERT OR REPLACE INTO scenarios (\(Self.columns), effect_id) VALUES (?,?,?,?,?,?,?,?,?,?,?,?,?,?,?)",
            [
                .text(scenario.id), .text(scenario.name), .text(scenario.details), .text(scenario.kind.rawValue),
                .text(scenario.status.rawValue), .text(scenario.ownerID), .text(scenario.ownerName),
                .integer(scenario.createdAt.milliseconds), .integer(scenario.updatedAt.milliseconds),
                .optional(scenario.baseID), .integer(Int64(scenario.start.dayNumber)),
                .integer(Int64(scenario.end.dayNumber)), .text(scenario.basis),
                .text(scenario.assumptions.text), .optional(effectID),
            ]
        )
    }

    func setStatus(_ status: Scenario.Status, of id: String, at now: Timestamp) throws(DatabaseError) {
        try connection.execute(
            "UPDATE scenarios SET status = ?, updated_at = ? WHERE id = ?",
            [.text(status.rawValue), .integer(now.milliseconds), .text(id)]
        )
    }

    private static func scenario(_ row: Row) -> Scenario {
        // What was stored here was checked when it came in; an unreadable list counts as none.
        let assumptions = (try? JSONValue(parsing: row.text(13))) ?? []
        return Scenario(
            id: row.text(0),
            name: row.text(1),
            details: row.text(2),
            kind: Scenario.Kind(rawValue: row.text(3)) ?? .whatIf,
            status: Scenario.Status(rawValue: row.text(4)) ?? .draft,
            ownerID: row.text(5),
            ownerName: row.text(6),
            createdAt: Timestamp(milliseconds: row.int(7)),
            updatedAt: Timestamp(milliseconds: row.int(8)),
            baseID: row.textOrNil(9),
            start: CalendarDate(daysSinceEpoch: Int(row.int(10))),
            end: CalendarDate(daysSinceEpoch: Int(row.int(11))),
            basis: row.text(12),
            assumptions: assumptions
        )
    }
}

/// Where scenarios are read, made and moved on in their life.
package struct ScenarioBook: Sendable {
    let databases: DomainDatabases

    package init(_ databases: DomainDatabases) { self.databases = databases }

    /// - Throws: `not_found` for one that is not the tenant's.
    package func scenario(_ id: String, of tenant: TenantID) async throws -> Scenario {
        let found = try await databases.database(of: tenant).reader.perform { connection in
            try ScenarioStore(connection).scenario(id)
        }
        guard let found else { throw AgentError(.notFound, "There is no such scenario.") }
        return found
    }

    /// Stores a new scenario at most once per effect: a repeated call gives the one that is there.
    package func add(_ scenario: Scenario, effectID: String, to tenant: TenantID) async throws -> Scenario {
        let database = try await databases.database(of: tenant)
        return try await database.writer.perform { connection in
            try connection.transaction {
                let store = ScenarioStore(connection)
                if let done = try store.scenario(effect: effectID) { return done }
                guard try store.count() < Scenario.countMax else {
                    throw AgentError(.limitExceeded, "The tenant has as many scenarios as can be kept.")
                }
                try store.put(scenario, effectID: effectID)
                return scenario
            }
        }
    }

    /// Moves a scenario on if it stands where it is thought to; whether it did.
    package func advance(
        _ id: String,
        from before: Scenario.Status,
        to after: Scenario.Status,
        tenant: TenantID,
        now: Timestamp
    ) async throws -> Bool {
        let database = try await databases.database(of: tenant)
        return try await database.writer.perform { connection in
            try connection.transaction {
                let store = ScenarioStore(connection)
                guard let scenario = try store.scenario(id), scenario.status == before else { return false }
                try store.setStatus(after, of: id, at: now)
                return true
            }
        }
    }

    /// Moves a scenario on, as an approval decides.
    package func setStatus(
        _ status: Scenario.Status,
        of id: String,
        tenant: TenantID,
        now: Timestamp
    ) async throws -> Scenario {
        let before = try await scenario(id, of: tenant)
        let database = try await databases.database(of: tenant)
        try await database.writer.perform { connection in
            try ScenarioStore(connection).setStatus(status, of: before.id, at: now)
        }
        return try await scenario(id, of: tenant)
    }

    /// Stores given scenarios where the tenant has none.
    package func seed(_ scenarios: [Scenario], in tenant: TenantID) async throws {
        let database = try await databases.database(of: tenant)
        try await database.writer.perform { connection in
            try connection.transaction {
                let store = ScenarioStore(connection)
                guard try store.count() == 0 else { return }
                for scenario in scenarios { try store.put(scenario, effectID: nil) }
            }
        }
    }
}
