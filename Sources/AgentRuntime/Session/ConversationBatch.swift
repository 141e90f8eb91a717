/// What a batch of records says of conversations and of running turns' calls, each row written once.
///
/// A turn that begins and ends within a batch leaves no row of its calls behind, and changes its conversation once.
final class ConversationBatch: Sendable {
    /// What a conversation has from its beginning.
    struct Beginning: Sendable {
        var owner: String
        var title: String?
        var context: JSONValue
        var metadata: JSONValue
        var options: JSONValue
    }

    /// A call of a turn that has not ended, where its step stands and where it stands in that step.
    struct Call: Sendable {
        var sequence: Int64
        var position: Int
        var id: String
        var call: JSONValue
    }

    private struct ConversationKey: Hashable, Sendable {
        var tenant: TenantID
        var session: SessionID
    }

    private struct Conversation: Sendable {
        /// `nil` for one that began in an earlier batch.
        var beginning: (Beginning, Timestamp)?
        var updated: Timestamp
        var messages = 0
        var preview: String?
    }

    private struct State: Sendable {
        var conversations = BatchRows<ConversationKey, Conversation>()
        var calls: [TurnKey: [Call]] = [:]
        /// The turns whose calls may stand in the file; `nil` before that was looked up.
        var stored: Set<TurnKey>?
    }

    private let state = Guarded(State())

    func begin(_ session: SessionID, of tenant: TenantID, _ beginning: Beginning, _ time: Timestamp) {
        state.with {
            let key = ConversationKey(tenant: tenant, session: session)
            $0.conversations[key] = Conversation(beginning: (beginning, time), updated: time)
        }
    }

    /// Counts a message of a conversation; the first `preview` is kept.
    ///
    /// False where there is no such conversation.
    func addMessage(
        _ session: SessionID,
        of tenant: TenantID,
        _ time: Timestamp,
        preview: String?,
        _ connection: SQLiteConnection
    ) throws(DatabaseError) -> Bool {
        let key = ConversationKey(tenant: tenant, session: session)
        var conversation = Conversation(updated: time)
        if let held = state.with({ $0.conversations[key] }) {
            conversation = held
        } else {
            let sql = "SELECT 1 FROM conversations WHERE tenant = ? AND id = ?"
            guard try connection.first(sql, [.id(tenant), .id(session)], { _ in true }) != nil else { return false }
        }
        conversation.updated = time
        conversation.messages += 1
        conversation.preview = conversation.preview ?? preview
        state.with { [conversation] in $0.conversations[key] = conversation }
        return true
    }

    func add(_ call: Call, _ turn: TurnID, of tenant: TenantID) {
        state.with { $0.calls[TurnKey(tenant: tenant, turn: turn), default: []].append(call) }
    }

    /// Puts how a call ended in its place; false where it is not of this batch.
    func set(_ call: JSONValue, _ id: String, _ turn: TurnID, of tenant: TenantID) -> Bool {
        state.with { state in
            let key = TurnKey(tenant: tenant, turn: turn)
            guard var calls = state.calls[key], calls.contains(where: { $0.id == id }) else { return false }
            for place in calls.indices where calls[place].id == id { calls[place].call = call }
            state.calls[key] = calls
            return true
        }
    }

    /// The calls of a turn that has ended, as JSON in their order; neither the file nor the batch has them any longer.
    func takeCalls(
        _ turn: TurnID,
        of tenant: TenantID,
        _ connection: SQLiteConnection
    ) throws(DatabaseError) -> [String] {
        let key = TurnKey(tenant: tenant, turn: turn)
        let held = state.with { $0.calls.removeValue(forKey: key) ?? [] }
        var calls = held.map { (place: ($0.sequence, Int64($0.position)), call: $0.call.text) }
        if try isStored(key, connection) {
            calls += try connection.query(
                "DELETE FROM conversation_calls WHERE tenant = ? AND turn = ? RETURNING seq, position, call",
                [.id(tenant), .id(turn)]
            ) { (place: ($0.int(0), $0.int(1)), call: $0.text(2)) }
        }
        return calls.sorted { $0.place < $1.place }.map(\.call)
    }

    /// Whether the file may have calls of a turn that ends now.
    private func isStored(_ key: TurnKey, _ connection: SQLiteConnection) throws(DatabaseError) -> Bool {
        let known: Bool? = state.with { state in
            guard state.stored != nil else { return nil }
            return state.stored?.remove(key) != nil
        }
        if let known { return known }
        // Those of turns that ran when the file was last written, and of some that never ended.
        let turns = try connection.query("SELECT DISTINCT tenant, turn FROM conversation_calls") {
            TurnKey(tenant: TenantID($0.text(0)), turn: TurnID($0.text(1)))
        }
        return state.with { state in
            state.stored = Set(turns)
            return state.stored?.remove(key) != nil
        }
    }

    /// Writes the rows and forgets them.
    func settle(_ connection: SQLiteConnection) throws(DatabaseError) {
        let (conversations, calls) = state.with { state in
            defer { state.calls = [:] }
            state.stored?.formUnion(state.calls.keys)
            return (state.conversations.takeAll(), state.calls)
        }
        for (key, conversation) in conversations { try write(conversation, key, connection) }
        for (key, calls) in calls {
            for call in calls {
                try connection.execute(
                    "INSERT INTO conversation_calls(tenant, turn, seq, position, id, call) VALUES (?, ?, ?, ?, ?, ?)",
                    [
                        .id(key.tenant), .id(key.turn), .integer(call.sequence), .int(call.position), .text(call.id),
                        .text(call.call.text),
                    ]
                )
            }
        }
    }

    private func write(
        _ conversation: Conversation,
        _ key: ConversationKey,
        _ connection: SQLiteConnection
    ) throws(DatabaseError) {
        guard let (beginning, created) = conversation.beginning else {
            return try connection.execute(
                """
                UPDATE conversations SET updated = ?, messages = messages + ?, preview = coalesce(preview, ?)
                WHERE tenant = ? AND id = ?
                """,
                [
                    .integer(conversation.updated.milliseconds), .int(conversation.messages),
                    .optional(conversation.preview), .id(key.tenant), .id(key.session),
                ]
            )
        }
        try connection.execute(
            """
            INSERT INTO conversations(
                tenant, id, owner, title, status, preview, context, metadata, options, created, updated, messages
            ) VALUES (?, ?, ?, ?, 'active', ?, ?, ?, ?, ?, ?, ?)
            """,
            [
                .id(key.tenant), .id(key.session), .text(beginning.owner), .optional(beginning.title),
                .optional(conversation.preview), .text(beginning.context.text), .text(beginning.metadata.text),
                .text(beginning.options.text), .integer(created.milliseconds),
                .integer(conversation.updated.milliseconds), .int(conversation.messages),
            ]
        )
    }
}
