internal import AgentRuntime
internal import Synchronization

/// For whom each turn was answered and with what: the table `audit_turns`, and the rows of running turns in memory.
///
/// Every record of a turn asks for its row, and some change it. Changes are written at the end of their batch; after a
/// batch that was undone a new one of these must be made.
final class AuditTurns: Sendable {
    /// How many turns are remembered from one batch to the next; of others the row is read.
    private static let turnsMax = 4096

    struct Turn: Sendable {
        fileprivate(set) var user: String
        fileprivate(set) var origin: JSONValue?
        fileprivate var model: String?
        fileprivate var prompt: String?
        fileprivate var policy: String?
        fileprivate var asOf: String?
        /// Whether the row stands in the file, and whether it does so as it is here.
        fileprivate var isStored: Bool
        fileprivate var isWritten: Bool

        fileprivate subscript(column: Column) -> String? {
            get { column == .model ? model : asOf }
            set { if column == .model { model = newValue } else { asOf = newValue } }
        }
    }

    /// What a later record may say anew.
    enum Column {
        case model, asOf
    }

    private struct State: Sendable {
        var turns: [TurnKey: Turn] = [:]
        /// Those to be written, in their order.
        var changed: [TurnKey] = []
        /// Those that ended within the batch.
        var ended: [TurnKey] = []
    }

    private let state = Mutex(State())

    /// The row of a turn; `nil` where its message is not known.
    func turn(_ turn: TurnID, of tenant: TenantID, _ connection: SQLiteConnection) throws(DatabaseError) -> Turn? {
        let key = TurnKey(tenant: tenant, turn: turn)
        if let known = state.withLock({ $0.turns[key] }) { return known }
        let stored = try connection.first(
            "SELECT user, origin, model, prompt, policy, as_of FROM audit_turns WHERE tenant = ? AND turn = ?",
            [.id(tenant), .id(turn)]
        ) { row in
            Turn(
                user: row.text(0),
                // Kept as it was written; what does not read back is as good as none.
                origin: row.textOrNil(1).flatMap { try? JSONValue(parsing: Array($0.utf8)) },
                model: row.textOrNil(2),
                prompt: row.textOrNil(3),
                policy: row.textOrNil(4),
                asOf: row.textOrNil(5),
                isStored: true,
                isWritten: true
            )
        }
        if let stored { state.withLock { $0.turns[key] = stored } }
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
        guard try self.turn(turn, of: tenant, connection) == nil else { return }
        let key = TurnKey(tenant: tenant, turn: turn)
        state.withLock { state in
            state.turns[key] = Turn(user: user, origin: origin, isStored: false, isWritten: false)
            state.changed.append(key)
        }
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
        try change(turn, tenant, connection) { turn in
            turn.model = model
            turn.prompt = prompt
            turn.policy = policy
        }
    }

    /// A step or a tool says with what it answered; the last word counts.
    func set(
        _ column: Column,
        _ value: String,
        _ turn: TurnID,
        _ tenant: TenantID,
        _ connection: SQLiteConnection
    ) throws(DatabaseError) {
        guard try self.turn(turn, of: tenant, connection)?[column] != value else { return }
        try change(turn, tenant, connection) { $0[column] = value }
    }

    /// Changes a row that there is.
    private func change(
        _ turn: TurnID,
        _ tenant: TenantID,
        _ connection: SQLiteConnection,
        _ body: (inout Turn) -> Void
    ) throws(DatabaseError) {
        guard var row = try self.turn(turn, of: tenant, connection) else { return }
        let key = TurnKey(tenant: tenant, turn: turn)
        body(&row)
        let wasWritten = row.isWritten
        row.isWritten = false
        state.withLock { [row] state in
            state.turns[key] = row
            if wasWritten { state.changed.append(key) }
        }
    }

    /// The turn has ended; what is still to come of it reads its row.
    func end(_ turn: TurnID, of tenant: TenantID) {
        state.withLock { $0.ended.append(TurnKey(tenant: tenant, turn: turn)) }
    }

    /// Writes the rows that the batch has changed, and forgets the turns that ended in it.
    func settle(_ connection: SQLiteConnection) throws(DatabaseError) {
        let changed = state.withLock { state in
            let changed = state.changed.compactMap { key in state.turns[key].map { (key: key, row: $0) } }
            for key in state.changed {
                state.turns[key]?.isStored = true
                state.turns[key]?.isWritten = true
            }
            for key in state.ended { state.turns[key] = nil }
            // Turns that never ended have piled up.
            if state.turns.count > AuditTurns.turnsMax { state.turns.removeAll() }
            state.changed = []
            state.ended = []
            return changed
        }
        for (key, row) in changed { try write(row, key, connection) }
    }

    private func write(_ row: Turn, _ key: TurnKey, _ connection: SQLiteConnection) throws(DatabaseError) {
        let answeredWith: [SQLValue] = [
            .optional(row.model), .optional(row.prompt), .optional(row.policy), .optional(row.asOf), .id(key.tenant),
            .id(key.turn),
        ]
        if row.isStored {
            try connection.execute(
                "UPDATE audit_turns SET model = ?, prompt = ?, policy = ?, as_of = ? WHERE tenant = ? AND turn = ?",
                answeredWith
            )
        } else {
            try connection.execute(
                """
                INSERT INTO audit_turns(model, prompt, policy, as_of, tenant, turn, user, origin)
                VALUES (?, ?, ?, ?, ?, ?, ?, ?)
                """,
                answeredWith + [.text(row.user), .optional(row.origin?.text)]
            )
        }
    }
}
