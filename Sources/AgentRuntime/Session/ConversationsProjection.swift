/// The conversations of each tenant, and the messages in them, as lists and histories show them.
///
/// A message is the user's, or the answer that ended a turn. A message whose subject was erased is left out; its
/// conversation stays as an entry without words.
package struct ConversationsProjection: Projection {
    package let name = "conversations"
    package let version = 2
    package let tables = ["conversations", "conversation_messages", "conversation_calls"]

    /// How much of a first message stands for a conversation without a title.
    static let previewMax = 200

    package let schema = """
        CREATE TABLE conversations(
            tenant TEXT NOT NULL, id TEXT NOT NULL, owner TEXT NOT NULL, title TEXT, status TEXT NOT NULL,
            preview TEXT, context TEXT NOT NULL, metadata TEXT NOT NULL, options TEXT NOT NULL,
            created INTEGER NOT NULL, updated INTEGER NOT NULL, messages INTEGER NOT NULL,
            PRIMARY KEY (tenant, id)
        ) WITHOUT ROWID;
        CREATE INDEX conversations_by_update ON conversations(tenant, updated, id);
        CREATE INDEX conversations_by_owner ON conversations(tenant, owner, updated, id);
        CREATE TABLE conversation_messages(
            tenant TEXT NOT NULL, conversation TEXT NOT NULL, seq INTEGER NOT NULL, id TEXT NOT NULL,
            turn TEXT NOT NULL, role TEXT NOT NULL, content TEXT NOT NULL, payload TEXT NOT NULL, calls TEXT NOT NULL,
            time INTEGER NOT NULL, PRIMARY KEY (tenant, conversation, seq)
        ) WITHOUT ROWID;
        CREATE INDEX conversation_messages_by_id ON conversation_messages(tenant, id);
        CREATE INDEX conversation_messages_by_turn ON conversation_messages(tenant, turn);
        CREATE TABLE conversation_calls(
            tenant TEXT NOT NULL, turn TEXT NOT NULL, seq INTEGER NOT NULL, position INTEGER NOT NULL,
            id TEXT NOT NULL, call TEXT NOT NULL, PRIMARY KEY (tenant, turn, seq, position)
        ) WITHOUT ROWID;
        """

    private let batch = ConversationBatch()

    package init() {}

    package func opened() -> any Projection { ConversationsProjection() }

    package func settle(_ connection: SQLiteConnection) throws(DatabaseError) { try batch.settle(connection) }

    package func apply(_ record: Record, to connection: SQLiteConnection) throws(DatabaseError) {
        guard let session = record.session else { return }
        switch record.kind {
        case .conversationStarted: start(session, record)
        case .conversationChanged: try change(session, record, connection)
        case .conversationDeleted: try delete(session, record, connection)
        case .messageReceived: try receive(session, record, connection)
        case .stepCompleted: addCalls(record)
        case .toolCompleted: try endCall(record, connection)
        case .turnCompleted: try answer(session, record, connection)
        default: return
        }
    }

    private func start(_ session: SessionID, _ record: Record) {
        let payload = record.payload ?? .null
        let owner = payload["owner"]?.string ?? payload["principal"]?["user"]?.string ?? subjectUser(record)
        let beginning = ConversationBatch.Beginning(
            owner: owner,
            title: payload["title"]?.string,
            context: payload["context"] ?? .null,
            metadata: payload["metadata"] ?? .null,
            options: payload["options"] ?? .null
        )
        batch.begin(session, of: record.tenant, beginning, record.wallTime)
    }

    /// The user that a record is about; it stays known when the payload is erased.
    private func subjectUser(_ record: Record) -> String {
        guard let subject = record.subject?.rawValue, subject.hasPrefix("user:") else { return "" }
        return String(subject.dropFirst(5))
    }

    private func change(_ session: SessionID, _ record: Record, _ connection: SQLiteConnection) throws(DatabaseError) {
        try batch.settle(connection)
        for member in record.payload?.object ?? [:] {
            let value: SQLValue
            switch member.name {
            case "title": value = .optional(member.value.string)
            case "status": value = .text(member.value.string ?? "active")
            case "options", "metadata", "context": value = .text(member.value.text)
            default: continue
            }
            try connection.execute(
                "UPDATE conversations SET \(member.name) = ? WHERE tenant = ? AND id = ?",
                [value, .id(record.tenant), .id(session)]
            )
        }
        if record.payload?["hides_history"] == true {
            try connection.execute(
                "DELETE FROM conversation_messages WHERE tenant = ? AND conversation = ?",
                [.id(record.tenant), .id(session)]
            )
        }
        try connection.execute(
            "UPDATE conversations SET updated = ? WHERE tenant = ? AND id = ?",
            [.integer(record.wallTime.milliseconds), .id(record.tenant), .id(session)]
        )
    }

    private func delete(_ session: SessionID, _ record: Record, _ connection: SQLiteConnection) throws(DatabaseError) {
        try batch.settle(connection)
        let place: [SQLValue] = [.id(record.tenant), .id(session)]
        try connection.execute(
            """
            DELETE FROM conversation_calls WHERE tenant = ?1 AND turn IN (
                SELECT turn FROM conversation_messages WHERE tenant = ?1 AND conversation = ?2
            )
            """,
            place
        )
        try connection.execute("DELETE FROM conversation_messages WHERE tenant = ? AND conversation = ?", place)
        try connection.execute("DELETE FROM conversations WHERE tenant = ? AND id = ?", place)
    }

    private func receive(_ session: SessionID, _ record: Record, _ connection: SQLiteConnection) throws(DatabaseError) {
        guard let turn = record.turn, let payload = record.payload else { return }
        // A decision about a call goes on with a message that is in the history already.
        guard payload["continues"]?.object == nil else { return }
        let text = payload["text"]?.string ?? ""
        let preview = String(text.prefix(ConversationsProjection.previewMax))
        let id = payload["message_id"]?.string ?? ""
        try add(id, .user, text, turn, session, record, connection, preview: preview)
    }

    private func addCalls(_ record: Record) {
        guard let turn = record.turn else { return }
        for (position, call) in (record.payload?["calls"]?.array ?? []).enumerated() {
            let id = call["id"]?.string ?? ""
            let held = ConversationBatch.Call(sequence: record.sequence, position: position, id: id, call: call)
            batch.add(held, turn, of: record.tenant)
        }
    }

    private func endCall(_ record: Record, _ connection: SQLiteConnection) throws(DatabaseError) {
        guard let turn = record.turn, let payload = record.payload, let id = payload["call"]?["id"]?.string,
            var call = payload["call"]?.object
        else { return }
        call["status"] = payload["status"]
        call["duration_ms"] = payload["duration_ms"]
        guard !batch.set(.object(call), id, turn, of: record.tenant) else { return }
        try connection.execute(
            "UPDATE conversation_calls SET call = ? WHERE tenant = ? AND turn = ? AND id = ?",
            [.text(JSONValue.object(call).text), .id(record.tenant), .id(turn), .text(id)]
        )
    }

    private func answer(_ session: SessionID, _ record: Record, _ connection: SQLiteConnection) throws(DatabaseError) {
        guard let turn = record.turn else { return }
        let calls = try batch.takeCalls(turn, of: record.tenant, connection)
        guard var payload = record.payload?.object else { return }
        let content = payload["content"]?.string ?? ""
        // The text stands in a column of its own; how it was cut into events is for resuming streams only.
        payload["content"] = nil
        payload["shown"] = nil
        try add(
            turn.rawValue,
            .assistant,
            content,
            turn,
            session,
            record,
            connection,
            payload: .object(payload),
            calls: "[\(calls.joined(separator: ","))]"
        )
    }

    private func add(
        _ id: String,
        _ role: HistoryMessage.Role,
        _ content: String,
        _ turn: TurnID,
        _ session: SessionID,
        _ record: Record,
        _ connection: SQLiteConnection,
        preview: String? = nil,
        payload: JSONValue = [:],
        calls: String = "[]"
    ) throws(DatabaseError) {
        // A message of a conversation that has been deleted meanwhile is not taken up again.
        guard try batch.addMessage(session, of: record.tenant, record.wallTime, preview: preview, connection) else {
            return
        }
        try connection.execute(
            """
            INSERT INTO conversation_messages(
                tenant, conversation, seq, id, turn, role, content, payload, calls, time
            ) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?)
            """,
            [
                .id(record.tenant), .id(session), .integer(record.sequence), .text(id), .id(turn),
                .text(role.rawValue), .text(content), .text(payload.text), .text(calls),
                .integer(record.wallTime.milliseconds),
            ]
        )
    }
}
