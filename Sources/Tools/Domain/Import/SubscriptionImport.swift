internal import AgentRuntime

/// `import subscriptions`: one row per subscription, in place of the one with its identifier.
///
/// A change of what a customer pays is either a further row (also one that takes away, with a negative `mrr`), or the
/// end of one row and the start of the next.
struct SubscriptionImport: ImportFormat {
    static let type = "subscriptions"
    static let refusesRepeatedFiles = false
    static let columns: [ImportColumn] = [
        .required("id"), .required("customer"), .optional("plan"), .required("start_date"), .optional("end_date"),
        .required("mrr"), .optional("change_type"), .optional("reason"),
    ]

    private let store: SubscriptionStore

    init(connection: SQLiteConnection) throws { store = SubscriptionStore(connection) }

    static func clear(_ connection: SQLiteConnection) throws { try connection.execute("DELETE FROM subscriptions") }

    func read(_ row: ImportRow) throws(RowFault) -> Subscription {
        let start = try row.date("start_date")
        let end = try row.optionalDate("end_date")
        if let end, end < start { throw RowFault("end_date “\(end)” is before start_date “\(start)”") }
        return Subscription(
            id: try row.required("id"),
            customer: try row.required("customer"),
            plan: row.text("plan"),
            startDate: start,
            endDate: end,
            mrr: try row.amount("mrr"),
            changeType: row.text("change_type"),
            reason: row.text("reason")
        )
    }

    func store(_ subscription: Subscription) throws -> Stored { try store.put(subscription) }

    func finish() throws {}
}
