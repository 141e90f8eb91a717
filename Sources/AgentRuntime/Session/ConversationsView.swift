/// A conversation as lists show it.
package struct ConversationSummary: Sendable, Hashable {
    package var id: SessionID
    package var owner: UserID
    package var title: String?
    /// `active`, or what its last change says.
    package var status: String
    /// The beginning of its first message.
    package var preview: String?
    package var context: JSONValue
    package var metadata: JSONValue
    package var options: SessionOptions
    package var createdAt: Timestamp
    package var updatedAt: Timestamp
    package var messageCount: Int

    /// What an order sorts by.
    package func time(_ order: ConversationsView.Order) -> Timestamp { order == .updated ? updatedAt : createdAt }
}

/// One message of a conversation's history: the user's, or a turn's answer.
package struct HistoryMessage: Sendable, Hashable {
    package enum Role: String, Sendable, Hashable {
        case user
        case assistant
    }

    /// Its place in the tenant's journal; the history is in this order.
    package var sequence: Int64
    package var conversation: SessionID
    /// An answer's identifier is its turn's.
    package var id: String
    package var turn: TurnID
    package var role: Role
    package var content: String
    package var citations: [JSONValue]
    package var charts: [JSONValue]
    package var suggestedActions: [JSONValue]
    /// The calls of the turn: `{id, name, arguments, status, duration_ms}`.
    package var toolCalls: [JSONValue]
    /// How the turn ended; `nil` for a user's message.
    package var summary: TurnSummary?
    package var failure: TurnFailure?
    package var time: Timestamp
}

/// Reads what `ConversationsProjection` keeps; who may see it is the caller's to decide.
package struct ConversationsView: Sendable {
    private let store: ProjectionStore

    package init(_ store: ProjectionStore) { self.store = store }

    /// What lists of conversations are sorted by.
    package enum Order: String, Sendable, CaseIterable {
        case updated = "updated_at"
        case created = "created_at"

        fileprivate var column: String { self == .updated ? "updated" : "created" }
    }

    /// The conversations of a tenant, or of one user in it, latest change first, and how many there are in all.
    ///
    /// `after` is the place of a conversation in that order behind which the page begins.
    package func conversations(
        of tenant: TenantID,
        owner: UserID? = nil,
        status: String? = nil,
        access: ConversationAccess? = nil,
        metadata: [String: String] = [:],
        order: Order = .updated,
        isDescending: Bool = true,
        after place: (time: Timestamp, id: SessionID)? = nil,
        offset: Int = 0,
        limit: Int
    ) async throws -> (page: [ConversationSummary], total: Int) {
        try await store.read { connection in
            var filter = "tenant = ?"
            var arguments: [SQLValue] = [.id(tenant)]
            if let owner {
                filter += " AND owner = ?"
                arguments.append(.id(owner))
            }
            if let status {
                filter += " AND status = ?"
                arguments.append(.text(status))
            }
            if let access {
                filter += " AND coalesce(json_extract(options, '$.access'), 'owner') = ?"
                arguments.append(.text(access.rawValue))
            }
            for (name, value) in metadata.sorted(by: { $0.key < $1.key }) {
                filter += " AND json_extract(metadata, '$.' || ?) = ?"
                arguments += [.text(name), .text(value)]
            }
            return try connection.transaction {
                let count = try connection.first("SELECT count(*) FROM conversations WHERE \(filter)", arguments) {
                    Int($0.int(0))
                }
                let direction = isDescending ? "DESC" : "ASC"
                if let place {
                    filter += " AND (\(order.column), id) \(isDescending ? "<" : ">") (?, ?)"
                    arguments += [.integer(place.time.milliseconds), .id(place.id)]
                }
                let page = try connection.query(
                    """
                    SELECT \(ConversationsView.summaryColumns) FROM conversations WHERE \(filter)
                    ORDER BY \(order.column) \(direction), id \(direction) LIMIT ? OFFSET ?
                    """,
                    arguments + [.int(limit), .int(offset)],
                    ConversationsView.summary
                )
                return (page, count ?? 0)
            }
        }
    }

    package func conversation(_ id: SessionID, in tenant: TenantID) async throws -> ConversationSummary? {
        try await store.read { connection in
            try connection.first(
                "SELECT \(ConversationsView.summaryColumns) FROM conversations WHERE tenant = ? AND id = ?",
                [.id(tenant), .id(id)],
                ConversationsView.summary
            )
        }
    }

    /// The history of a conversation, oldest first, behind a place in it.
    package func messages(
        of conversation: SessionID,
        in tenant: TenantID,
        after sequence: Int64 = 0,
        limit: Int
    ) async throws -> [HistoryMessage] {
        try await store.read { connection in
            try connection.query(
                """
                SELECT \(ConversationsView.messageColumns) FROM conversation_messages
                WHERE tenant = ? AND conversation = ? AND seq > ? ORDER BY seq LIMIT ?
                """,
                [.id(tenant), .id(conversation), .integer(sequence), .int(limit)],
                ConversationsView.message
            )
        }
    }

    /// The messages of a user or of one conversation, oldest first, within a span of time; and how many there are.
    ///
    /// `from` is the first instant that counts, `until` the first that does not.
    package func history(
        of tenant: TenantID,
        owner: UserID? = nil,
        conversation: SessionID? = nil,
        from: Timestamp? = nil,
        until: Timestamp? = nil,
        offset: Int,
        limit: Int
    ) async throws -> (page: [HistoryMessage], total: Int) {
        try await store.read { connection in
            var filter = "tenant = ?"
            var arguments: [SQLValue] = [.id(tenant)]
            if let owner {
                filter += " AND conversation IN (SELECT id FROM conversations WHERE tenant = ? AND owner = ?)"
                arguments += [.id(tenant), .id(owner)]
            }
            if let conversation {
                filter += " AND conversation = ?"
                arguments.append(.id(conversation))
            }
            if let from {
                filter += " AND time >= ?"
                arguments.append(.integer(from.milliseconds))
            }
            if let until {
                filter += " AND time < ?"
                arguments.append(.integer(until.milliseconds))
            }
            return try connection.transaction {
                let count = try connection.first(
                    "SELECT count(*) FROM conversation_messages WHERE \(filter)",
                    arguments
                ) { Int($0.int(0)) }
                let page = try connection.query(
                    """
                    SELECT \(ConversationsView.messageColumns) FROM conversation_messages WHERE \(filter)
                    ORDER BY seq LIMIT ? OFFSET ?
                    """,
                    arguments + [.int(limit), .int(offset)],
                    ConversationsView.message
                )
                return (page, count ?? 0)
            }
        }
    }

    /// The conversation in which a turn is, from the moment its message was received.
    package func conversation(ofTurn turn: TurnID, in tenant: TenantID) async throws -> SessionID? {
        try await store.read { connection in
            try connection.first(
                "SELECT conversation FROM conversation_messages WHERE tenant = ? AND turn = ? LIMIT 1",
                [.id(tenant), .id(turn)]
            ) { SessionID($0.text(0)) }
        }
    }

    /// A message by its identifier, with the conversation that it is in.
    package func message(_ id: String, in tenant: TenantID) async throws -> HistoryMessage? {
        try await store.read { connection in
            try connection.first(
                """
                SELECT \(ConversationsView.messageColumns) FROM conversation_messages
                WHERE tenant = ? AND id = ? ORDER BY seq LIMIT 1
                """,
                [.id(tenant), .text(id)],
                ConversationsView.message
            )
        }
    }

    private static let summaryColumns =
        "id, owner, title, status, preview, context, metadata, options, created, updated, messages"

    private static func summary(_ row: Row) throws(DatabaseError) -> ConversationSummary {
        ConversationSummary(
            id: SessionID(row.text(0)),
            owner: UserID(row.text(1)),
            title: row.textOrNil(2),
            status: row.text(3),
            preview: row.textOrNil(4),
            context: try row.json(5),
            metadata: try row.json(6),
            options: SessionOptions().updated(by: try row.json(7)),
            createdAt: Timestamp(milliseconds: row.int(8)),
            updatedAt: Timestamp(milliseconds: row.int(9)),
            messageCount: Int(row.int(10))
        )
    }

    private static let messageColumns = "seq, conversation, id, turn, role, content, payload, calls, time"

    private static func message(_ row: Row) throws(DatabaseError) -> HistoryMessage {
        let payload = try row.json(6)
        let role = HistoryMessage.Role(rawValue: row.text(4)) ?? .user
        return HistoryMessage(
            sequence: row.int(0),
            conversation: SessionID(row.text(1)),
            id: row.text(2),
            turn: TurnID(row.text(3)),
            role: role,
            content: row.text(5),
            citations: payload["citations"]?.array ?? [],
            charts: payload["charts"]?.array ?? [],
            suggestedActions: payload["suggested_actions"]?.array ?? [],
            toolCalls: try row.json(7).array ?? [],
            summary: role == .assistant ? TurnSummary(payload: payload) : nil,
            failure: payload["error"].flatMap(TurnFailure.init(json:)),
            time: Timestamp(milliseconds: row.int(8))
        )
    }
}

extension Row {
    /// A column that holds JSON as text.
    package func json(_ column: Int32) throws(DatabaseError) -> JSONValue {
        do throws(JSONParseError) {
            return try JSONValue(parsing: text(column), limits: JSONLimits(depth: 128, bytes: 64 << 20))
        } catch {
            throw DatabaseError(code: 11, message: "a column holds no JSON: \(error)")
        }
    }
}
