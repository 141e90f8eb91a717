package import AgentRuntime

/// The mails of one tenant, over a connection to its database.
package struct MailStore {
    private let connection: SQLiteConnection

    package init(_ connection: SQLiteConnection) { self.connection = connection }

    /// Which mails a list shows; what is `nil` restricts nothing.
    package struct Filter: Sendable, Hashable {
        package var direction: Mail.Direction? = .inbound
        package var category: String?
        package var status: Mail.Status?
        package var priority: Mail.Priority?
        package var isUnread: Bool?
        /// Addresses whose mails count.
        package var addresses: [String]?
        package var from: Timestamp?
        package var until: Timestamp?
        /// Held by subject, sender or text.
        package var search: String?
        /// Where it is searched; never empty.
        package var searchFields = SearchField.allCases

        package init() {}

        fileprivate var condition: (sql: String, arguments: [SQLValue]) {
            var parts: [String] = []
            var arguments: [SQLValue] = []
            func add(_ sql: String, _ value: SQLValue) {
                parts.append(sql)
                arguments.append(value)
            }
            if let direction { add("direction = ?", .text(direction.rawValue)) }
            if let category { add("lower(category) = lower(?)", .text(category)) }
            if let status { add("status = ?", .text(status.rawValue)) }
            if let priority { add("priority = ?", .text(priority.rawValue)) }
            if let isUnread { add("is_unread = ?", .bool(isUnread)) }
            if let from { add("sent_at >= ?", .integer(from.milliseconds)) }
            if let until { add("sent_at < ?", .integer(until.milliseconds)) }
            if let addresses {
                let list = JSONValue.array(addresses.map { .string($0.lowercased()) }).text
                add("lower(from_address) IN (SELECT value FROM json_each(?))", .text(list))
            }
            if let search {
                // Bound text, so that no character of it means anything but itself.
                parts.append(
                    "(" + searchFields.map { "instr(lower(\($0.rawValue)), ?)" }.joined(separator: " OR ") + ")"
                )
                arguments += Array(repeating: .text(search.lowercased()), count: searchFields.count)
            }
            return (parts.isEmpty ? "1" : parts.joined(separator: " AND "), arguments)
        }
    }

    /// A column that is searched.
    package enum SearchField: String, Sendable, Hashable, CaseIterable {
        case subject
        case text
        case address = "from_address"
        case name = "from_name"
    }

    package enum Order: String, Sendable, CaseIterable {
        case date, subject, category, priority, status

        /// So much of a text counts in an order, so that places in it stay short.
        private static let keyLength = 100

        fileprivate var column: String {
            switch self {
            case .date: "sent_at"
            case .subject: "substr(subject, 1, \(Self.keyLength)) COLLATE NOCASE"
            case .category: "coalesce(category, '')"
            case .priority: "CASE priority WHEN 'low' THEN 0 WHEN 'normal' THEN 1 WHEN 'high' THEN 2 ELSE 3 END"
            case .status: "status"
            }
        }

        /// The value of a mail by which this sorts.
        package func key(of mail: Mail) -> JSONValue {
            switch self {
            case .date: .integer(Int(mail.date.milliseconds))
            case .subject: .string(String(String.UnicodeScalarView(mail.subject.unicodeScalars.prefix(Self.keyLength))))
            case .category: .string(mail.category ?? "")
            case .priority:
                switch mail.priority.rawValue {
                case "low": 0
                case "normal": 1
                case "high": 2
                default: 3
                }
            case .status: .string(mail.status.rawValue)
            }
        }
    }

    private static let columns = """
        id, direction, message_id, in_reply_to, refs, from_name, from_address, reply_name, reply_address, recipients, \
        subject, sent_at, text, attachments, category, confidence, category_source, intent, priority, status, \
        is_unread, refusal, file_name
        """

    // MARK: Reading

    package func mail(_ id: String) throws(DatabaseError) -> Mail? {
        try connection.first("SELECT \(Self.columns) FROM mails WHERE id = ?", [.text(id)], Self.mail)
    }

    package func mail(effectID: String) throws(DatabaseError) -> Mail? {
        try connection.first("SELECT \(Self.columns) FROM mails WHERE effect_id = ?", [.text(effectID)], Self.mail)
    }

    package func page(
        _ filter: Filter,
        order: [(order: Order, isDescending: Bool)] = [(.date, true)],
        after place: [JSONValue]? = nil,
        offset: Int = 0,
        limit: Int
    ) throws(DatabaseError) -> [Mail] {
        var condition = filter.condition
        if let place, place.count == order.count + 1 { Self.add(place, order, to: &condition) }
        let sort = order.map { "\($0.order.column) \($0.isDescending ? "DESC" : "ASC")" } + ["id"]
        return try connection.query(
            """
            SELECT \(Self.columns) FROM mails WHERE \(condition.sql)
            ORDER BY \(sort.joined(separator: ", ")) LIMIT ? OFFSET ?
            """,
            condition.arguments + [.int(limit), .int(offset)],
            Self.mail
        )
    }

    /// Keeps what comes after a place: equal up to some key, and beyond it in that one.
    private static func add(
        _ place: [JSONValue],
        _ order: [(order: Order, isDescending: Bool)],
        to condition: inout (sql: String, arguments: [SQLValue])
    ) {
        let values = place.map { value in value.int.map { SQLValue.int($0) } ?? .text(value.string ?? "") }
        let sorted = order.map { (sql: $0.order.column, isDescending: $0.isDescending) }
        let columns = sorted + [(sql: "id", isDescending: false)]
        var choices: [String] = []
        for index in columns.indices {
            let same = columns[..<index].map { "\($0.sql) = ?" }
            choices.append(
                (same + ["\(columns[index].sql) \(columns[index].isDescending ? "<" : ">") ?"])
                    .joined(separator: " AND ")
            )
            condition.arguments += values[...index]
        }
        condition.sql += " AND (" + choices.map { "(\($0))" }.joined(separator: " OR ") + ")"
    }

    package func count(_ filter: Filter) throws(DatabaseError) -> Int {
        let condition = filter.condition
        let sql = "SELECT count(*) FROM mails WHERE \(condition.sql)"
        return Int(try connection.first(sql, condition.arguments) { (row) throws(DatabaseError) in row.int(0) } ?? 0)
    }

    /// How many of them there are in each category, the largest first; without a category under "".
    package func counts(_ filter: Filter) throws(DatabaseError) -> [(category: String, count: Int)] {
        let condition = filter.condition
        return try connection.query(
            """
            SELECT coalesce(category, ''), count(*) FROM mails WHERE \(condition.sql)
            GROUP BY category ORDER BY count(*) DESC, category
            """,
            condition.arguments
        ) { (row) throws(DatabaseError) in (row.text(0), Int(row.int(1))) }
    }

    package func source(_ id: String) throws(DatabaseError) -> [UInt8]? {
        try connection.first("SELECT bytes FROM mail_sources WHERE id = ?", [.text(id)]) {
            (row) throws(DatabaseError) in row.blob(0)
        }
    }

    /// What people said of mails, for the classifier: subject, text and category, in a fixed order.
    package func labelled(max count: Int) throws(DatabaseError) -> [(text: String, category: String)] {
        try connection.query(
            """
            SELECT subject, text, category FROM mails
            WHERE category_source = 'label' AND category IS NOT NULL AND direction = 'inbound'
            ORDER BY sent_at DESC, id LIMIT ?
            """,
            [.int(count)]
        ) { (row) throws(DatabaseError) in
            (MailClassifier.words(subject: row.text(0), text: row.text(1)), row.text(2))
        }
    }

    /// Received mails whose category no person has given.
    func unlabelled() throws(DatabaseError) -> [String] {
        try connection.query(
            "SELECT id FROM mails WHERE direction = 'inbound' AND category_source IS NOT 'label' ORDER BY id"
        ) { (row) throws(DatabaseError) in row.text(0) }
    }

    /// Whether something was sent to an address by itself since then; for the rule of one answer at a time.
    package func hasAnswered(_ address: String, since: Timestamp) throws(DatabaseError) -> Bool {
        try connection.first(
            """
            SELECT 1 FROM mails WHERE direction = 'outbound' AND sent_at >= ? AND intent = 'automatic'
            AND EXISTS (SELECT 1 FROM json_each(recipients, '$.to') WHERE lower(json_extract(value, '$.address')) = ?)
            """,
            [.integer(since.milliseconds), .text(address.lowercased())]
        ) { (row) throws(DatabaseError) in row.int(0) } != nil
    }

    package func isEmpty() throws(DatabaseError) -> Bool {
        try connection.first("SELECT 1 FROM mails") { (row) throws(DatabaseError) in row.int(0) } == nil
    }

    // MARK: Writing

    /// What storing a mail did.
    package enum Change: Sendable { case inserted, replaced, unchanged }

    /// Stores a received mail; the very same one is left as it is, with what people have since said of it.
    package func put(_ mail: Mail, source: [UInt8]?, now: Timestamp) throws(DatabaseError) -> Change {
        let hash = source.map { SHA256.hex($0) }
        let known = try connection.first("SELECT source_hash FROM mails WHERE id = ?", [.text(mail.id)]) {
            (row) throws(DatabaseError) in row.textOrNil(0) ?? ""
        }
        if let known, known == hash { return .unchanged }
        try write(mail, hash: hash, effectID: nil, now: now)
        if let source {
            try connection.execute(
                "INSERT OR REPLACE INTO mail_sources (id, bytes) VALUES (?, ?)",
                [.text(mail.id), .blob(source)]
            )
        }
        return known == nil ? .inserted : .replaced
    }

    /// Stores a written mail under the effect that made it.
    package func put(_ mail: Mail, source: [UInt8], effectID: String?, now: Timestamp) throws(DatabaseError) {
        try write(mail, hash: SHA256.hex(source), effectID: effectID, now: now)
        try connection.execute(
            "INSERT OR REPLACE INTO mail_sources (id, bytes) VALUES (?, ?)",
            [.text(mail.id), .blob(source)]
        )
    }

    /// Changes what people decide of a mail; the rest of it is as it came.
    ///
    /// - Returns: the mail before and after; `nil` when there is none.
    package func update(
        _ id: String,
        now: Timestamp,
        _ change: (inout Mail) -> Void
    ) throws -> (
        before: Mail, after: Mail
    )? {
        try connection.transaction {
            guard let before = try mail(id) else { return nil }
            var after = before
            change(&after)
            try connection.execute(
                """
                UPDATE mails SET category = ?, confidence = ?, category_source = ?, intent = ?, priority = ?,
                    status = ?, is_unread = ?, updated_at = ? WHERE id = ?
                """,
                [
                    .optional(after.category), .optional(after.confidence), .optional(after.categorySource?.rawValue),
                    .optional(after.intent?.rawValue), .text(after.priority.rawValue), .text(after.status.rawValue),
                    .bool(after.isUnread), .integer(now.milliseconds), .text(id),
                ]
            )
            return (before, after)
        }
    }

    package func removeAll() throws(DatabaseError) {
        try connection.execute("DELETE FROM mails WHERE direction = 'inbound'")
        try connection.execute("DELETE FROM mail_sources WHERE id NOT IN (SELECT id FROM mails)")
    }

    private func write(_ mail: Mail, hash: String?, effectID: String?, now: Timestamp) throws(DatabaseError) {
        let recipients: JSONValue = [
            "to": .array(mail.to.map(\.json)), "cc": .array(mail.cc.map(\.json)),
        ]
        try connection.execute(
            """
            INSERT OR REPLACE INTO mails (\(Self.columns), source_hash, effect_id, updated_at)
            VALUES (?,?,?,?,?,?,?,?,?,?,?,?,?,?,?,?,?,?,?,?,?,?,?,?,?,?)
            """,
            [
                .text(mail.id), .text(mail.direction.rawValue), .optional(mail.messageID), .optional(mail.inReplyTo),
                .text(JSONValue.array(mail.references.map(JSONValue.string)).text), .text(mail.from.name),
                .text(mail.from.address), .text(mail.replyTo.name), .text(mail.replyTo.address),
                .text(recipients.text), .text(mail.subject), .integer(mail.date.milliseconds), .text(mail.text),
                .text(JSONValue.array(mail.attachments.map(\.json)).text), .optional(mail.category),
                .optional(mail.confidence), .optional(mail.categorySource?.rawValue), .optional(mail.intent?.rawValue),
                .text(mail.priority.rawValue), .text(mail.status.rawValue), .bool(mail.isUnread),
                .optional(mail.refusal), .optional(mail.fileName), .optional(hash), .optional(effectID),
                .integer(now.milliseconds),
            ]
        )
    }

    private static func mail(_ row: Row) throws(DatabaseError) -> Mail {
        // Written by `write`; what does not read back is empty.
        func json(_ column: Int32) -> JSONValue { (try? JSONValue(parsing: row.text(column))) ?? .null }
        func addresses(_ value: JSONValue?) -> [MailAddress] {
            (value?.array ?? []).map {
                MailAddress(name: $0["name"]?.string ?? "", address: $0["address"]?.string ?? "")
            }
        }
        let recipients = json(9)
        var mail = Mail(
            id: row.text(0),
            direction: Mail.Direction(rawValue: row.text(1)) ?? .inbound,
            from: MailAddress(name: row.text(5), address: row.text(6)),
            replyTo: MailAddress(name: row.text(7), address: row.text(8)),
            subject: row.text(10),
            date: Timestamp(milliseconds: row.int(11)),
            text: row.text(12)
        )
        mail.messageID = row.textOrNil(2)
        mail.inReplyTo = row.textOrNil(3)
        mail.references = json(4).array?.compactMap(\.string) ?? []
        mail.to = addresses(recipients["to"])
        mail.cc = addresses(recipients["cc"])
        mail.attachments = (json(13).array ?? []).map { value in
            MailAttachment(
                name: value["name"]?.string ?? "",
                mediaType: value["content_type"]?.string ?? "",
                size: value["size"]?.int ?? 0
            )
        }
        mail.category = row.textOrNil(14)
        mail.confidence = row.intOrNil(15)
        mail.categorySource = row.textOrNil(16).flatMap(Mail.CategorySource.init)
        mail.intent = row.textOrNil(17).flatMap(MessageIntent.init)
        mail.priority = Mail.Priority(rawValue: row.text(18)) ?? .normal
        mail.status = Mail.Status(rawValue: row.text(19)) ?? .new
        mail.isUnread = row.bool(20)
        mail.refusal = row.textOrNil(21)
        mail.fileName = row.textOrNil(22)
        return mail
    }
}
