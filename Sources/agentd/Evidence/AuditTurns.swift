internal import AgentRuntime

/// For whom each turn was answered and with what: the table `audit_turns`, and its newest rows in memory.
///
/// Every record of a turn asks for its row, and nearly all come soon after the first. What is remembered is what stands
/// in the file that it belongs to; after a batch that was undone a new one must be made.
struct AuditTurns: Sendable {
    /// How many turns are remembered; those of before are read.
    private static let turnsMax = 2048

    struct Turn: Sendable {
        var user: String
        var origin: JSONValue?
        fileprivate var values: [String?]
    }

    /// What a later record may say anew.
    enum Column: Int {
        case model, asOf

        var sql: String {
            switch self {
            case .model: "UPDATE audit_turns SET model = ?1 WHERE tenant = ?2 AND turn = ?3 AND model IS NOT ?1"
            case .asOf: "UPDATE audit_turns SET as_of = ?1 WHERE tenant = ?2 AND turn = ?3 AND as_of IS NOT ?1"
            }
        }
    }

    private struct Key: Hashable {
        var tenant: TenantID
        var turn: TurnID
    }

    private let newest = Guarded(LeastRecentlyUsed<Key, Turn>(capacity: turnsMax))

    /// The row of a turn; `nil` where its message is not known.
    func turn(_ turn: TurnID, of tenant: TenantID, _ connection: SQLiteConnection) throws(DatabaseError) -> Turn? {
        let key = Key(tenant: tenant, turn: turn)
        if let known = newest.with({ $0[key] }) { return known }
        let stored = try connection.first(
            "SELECT user, origin, model, as_of FROM audit_turns WHERE tenant = ? AND turn = ?",
            [.id(tenant), .id(turn)]
        ) { row in
            // Kept as it was written; what does not read back is as good as none.
            let origin = row.textOrNil(1).flatMap { try? JSONValue(parsing: Array($0.utf8)) }
            return Turn(user: row.text(0), origin: origin, values: [row.textOrNil(2), row.textOrNil(3)])
        }
        if let stored { newest.with { $0[key] = stored } }
        return stored
    }

    /// A message came; the first of a turn says for whom it is.
    func add(
        _ turn: TurnID,
        of tenant: TenantID,
        _ user: String,
        _ origin: JSONValue?,
        _ connection: SQLiteConnection
    ) throws(DatabaseError) {
        try connection.execute(
            "INSERT OR IGNORE INTO audit_turns(tenant, turn, user, origin) VALUES (?, ?, ?, ?)",
            [.id(tenant), .id(turn), .text(user), .optional(origin?.text)]
        )
        guard connection.changes > 0 else { return }
        let added = Turn(user: user, origin: origin, values: [nil, nil])
        newest.with { $0[Key(tenant: tenant, turn: turn)] = added }
    }

    /// The turn begins, with the model, the prompts and the policy that hold for it.
    func begin(
        _ turn: TurnID,
        of tenant: TenantID,
        model: String?,
        prompt: String?,
        policy: String?,
        _ connection: SQLiteConnection
    ) throws(DatabaseError) {
        try connection.execute(
            "UPDATE audit_turns SET model = ?, prompt = ?, policy = ? WHERE tenant = ? AND turn = ?",
            [.optional(model), .optional(prompt), .optional(policy), .id(tenant), .id(turn)]
        )
        keep(.model, model, Key(tenant: tenant, turn: turn))
    }

    /// A step or a tool says with what it answered; the last word counts.
    func set(
        _ column: Column,
        _ value: String,
        _ turn: TurnID,
        _ tenant: TenantID,
        _ connection: SQLiteConnection
    ) throws(DatabaseError) {
        let key = Key(tenant: tenant, turn: turn)
        if newest.with({ $0[key]?.values[column.rawValue] }) == value { return }
        try connection.execute(column.sql, [.text(value), .id(tenant), .id(turn)])
        keep(column, value, key)
    }

    private func keep(_ column: Column, _ value: String?, _ key: Key) {
        newest.with { newest in
            guard var turn = newest[key] else { return }
            turn.values[column.rawValue] = value
            newest[key] = turn
        }
    }
}
