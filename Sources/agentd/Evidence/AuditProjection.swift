internal import AgentRuntime

/// The journal as an audit trail: one row for each record that somebody has brought about.
///
/// What was said in conversations is not copied; the row says that it was said, by whom, from where and with what.
/// Of a record whose subject was erased there stays who, what kind and when.
struct AuditProjection: Projection {
    let name = "audit"
    let version = 1
    let tables = ["audit_entries", "audit_users", "audit_turns"]

    let schema = """
        CREATE TABLE audit_entries(
            tenant TEXT NOT NULL, seq INTEGER NOT NULL, time INTEGER NOT NULL, user TEXT NOT NULL,
            action TEXT NOT NULL, resource TEXT NOT NULL, resource_id TEXT, resource_name TEXT,
            description TEXT NOT NULL, before TEXT, after TEXT, details TEXT NOT NULL, address TEXT, agent TEXT,
            request TEXT, session TEXT, turn TEXT, kind TEXT NOT NULL, leaf BLOB NOT NULL,
            PRIMARY KEY (tenant, seq)
        ) WITHOUT ROWID;
        CREATE INDEX audit_entries_by_user ON audit_entries(tenant, user, seq);
        CREATE TABLE audit_users(
            tenant TEXT NOT NULL, user TEXT NOT NULL, name TEXT, email TEXT, PRIMARY KEY (tenant, user)
        ) WITHOUT ROWID;
        CREATE TABLE audit_turns(
            tenant TEXT NOT NULL, turn TEXT NOT NULL, user TEXT NOT NULL, origin TEXT, model TEXT, prompt TEXT,
            policy TEXT, as_of TEXT, PRIMARY KEY (tenant, turn)
        ) WITHOUT ROWID;
        """

    private let turns = AuditTurns()
    private let users = AuditUsers()

    func opened() -> any Projection { AuditProjection() }

    func settle(_ connection: SQLiteConnection) throws(DatabaseError) { try turns.settle(connection) }

    func apply(_ record: Record, to connection: SQLiteConnection) throws(DatabaseError) {
        try remember(record, connection)
        defer { if record.kind == .turnCompleted, let turn = record.turn { turns.end(turn, of: record.tenant) } }
        guard let entry = AuditEntry(record) else { return }
        let payload = record.payload ?? .null
        var origin = payload["origin"] ?? payload["principal"]?["origin"]
        var user = AuditProjection.user(of: record.actor)
        if let turn = record.turn, record.kind != .messageReceived {
            // What a turn did was done for the one who asked.
            if let known = try turns.turn(turn, of: record.tenant, connection) {
                if user == record.actor { user = known.user }
                origin = origin ?? known.origin
            }
        }
        try connection.execute(
            """
            INSERT OR REPLACE INTO audit_entries(
                tenant, seq, time, user, action, resource, resource_id, resource_name, description, before, after,
                details, address, agent, request, session, turn, kind, leaf
            ) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)
            """,
            [
                .id(record.tenant), .integer(record.sequence), .integer(record.wallTime.milliseconds), .text(user),
                .text(entry.action), .text(entry.resource), .optional(entry.resourceID),
                .optional(entry.resourceName), .text(entry.description), .optional(entry.before?.text),
                .optional(entry.after?.text), .text(JSONValue.object(entry.details).text),
                .optional(origin?["address"]?.string ?? payload["address"]?.string),
                .optional(origin?["agent"]?.string), .optional(origin?["request"]?.string),
                .optional(record.session?.rawValue ?? payload["session"]?.string), .optional(record.turn?.rawValue),
                .text(record.kind.rawValue), .blob(record.leaf),
            ]
        )
    }

    /// `user:usr_1` is the user `usr_1`; any other actor (`system`, `operator`, `key:N`) is named as it is.
    static func user(of actor: String) -> String { actor.hasPrefix("user:") ? String(actor.dropFirst(5)) : actor }

    /// Keeps who somebody is, and what a turn is answered with.
    private func remember(_ record: Record, _ connection: SQLiteConnection) throws(DatabaseError) {
        guard let payload = record.payload else { return }
        let who = payload["principal"] ?? payload
        if let user = who["user"]?.string, let email = who["email"]?.string {
            try users.set(user, of: record.tenant, name: who["name"]?.string, email: email, connection)
        }
        guard let turn = record.turn else { return }
        switch record.kind {
        case .messageReceived:
            let user = AuditProjection.user(of: record.actor)
            try turns.add(turn, of: record.tenant, user, payload["principal"]?["origin"], connection)
        case .turnStarted:
            try turns.begin(
                turn,
                of: record.tenant,
                model: payload["model"]?.string,
                prompt: payload["prompt"]?.string,
                policy: payload["policy"]?.string,
                connection
            )
        case .stepCompleted:
            if let model = payload["model"]?.string { try turns.set(.model, model, turn, record.tenant, connection) }
        case .toolCompleted:
            if let asOf = payload["as_of"]?.string { try turns.set(.asOf, asOf, turn, record.tenant, connection) }
        default: return
        }
    }
}
