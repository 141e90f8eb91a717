internal import AgentRuntime
internal import Synchronization

/// For whom each turn was answered and with what: the table `audit_turns`, and the rows of running turns in memory.
///
/// Every record of a turn asks for its row. What is remembered is what stands in the file that it belongs to; after a
/// batch that was undone a new one must be made.
final class AuditTurns: Sendable {
    /// How many turns are remembered at most; of others the row is read.
    private static let turnsMax = 4096

    struct Turn: Sendable {
        var user: String
        var origin: JSONValue?
        fileprivate var model: String?
        fileprivate var asOf: String?

        fileprivate subscript(column: Column) -> String? {
            get { column == .model ? model : asOf }
            set { if column == .model { model = newValue } else { asOf = newValue } }
        }
    }

    /// What a later record may say anew.
    enum Column {
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

    private let running = Mutex<[Key: Turn]>([:])

    /// The row of a turn; `nil` where its message is not known.
    func turn(_ turn: TurnID, of tenant: TenantID, _ connection: SQLiteConnection) throws(DatabaseError) -> Turn? {
        let key = Key(tenant: tenant, turn: turn)
        if let known = running.withLock({ $0[key] }) { return known }
        let stored = try connection.first(
            "SELECT user, origin, model, as_of FROM audit_turns WHERE tenant = ? AND turn = ?",
            [.id(tenant), .id(turn)]
        ) { row in
            // Kept as it was written; what does not read back is as good as none.
            let origin = row.textOrNil(1).flatMap { try? JSONValue(parsing: Array($0.utf8)) }
            return Turn(user: row.text(0), origin: origin, model: row.textOrNil(2), asOf: row.textOrNil(3))
        }
        if let stored { remember(stored, key) }
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
        remember(Turn(user: user, origin: origin), Key(tenant: tenant, turn: turn))
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
        if running.withLock({ $0[key]?[column] }) == value { return }
        try connection.execute(column.sql, [.text(value), .id(tenant), .id(turn)])
        keep(column, value, key)
    }

    /// The turn has ended; what is still to come of it reads its row.
    func end(_ turn: TurnID, of tenant: TenantID) {
        running.withLock { $0[Key(tenant: tenant, turn: turn)] = nil }
    }

    private func remember(_ turn: Turn, _ key: Key) {
        running.withLock { running in
            // Turns that never ended have piled up.
            if running.count >= AuditTurns.turnsMax { running.removeAll() }
            running[key] = turn
        }
    }

    private func keep(_ column: Column, _ value: String?, _ key: Key) {
        running.withLock { $0[key]?[column] = value }
    }
}
