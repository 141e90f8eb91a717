package import AgentRuntime

/// Whose conversation it is, where a company talks with its customers: what "my order" means.
///
/// A conversation is bound to a customer by the customer's identifier. The tenant may name one for conversations that
/// are bound to nobody; such a conversation may ask about every customer.
package struct ConversationCustomers {
    private let connection: SQLiteConnection

    package init(_ connection: SQLiteConnection) { self.connection = connection }

    static let sql = """
        CREATE TABLE conversation_customers (session TEXT PRIMARY KEY, customer TEXT NOT NULL) WITHOUT ROWID;
        """

    /// The identifier of the customer that a conversation is bound to.
    package func customer(of session: SessionID) throws(DatabaseError) -> String? {
        try bound(session.rawValue)
    }

    /// The identifier of the customer that conversations belong to which are bound to nobody.
    package func customerOfOthers() throws(DatabaseError) -> String? { try bound("") }

    /// Binds a conversation; `nil` names the customer of all that are bound to nobody.
    package func bind(_ session: SessionID?, to customer: String) throws(DatabaseError) {
        try connection.execute(
            "INSERT OR REPLACE INTO conversation_customers (session, customer) VALUES (?, ?)",
            [.text(session?.rawValue ?? ""), .text(customer)]
        )
    }

    private func bound(_ session: String) throws(DatabaseError) -> String? {
        try connection.first("SELECT customer FROM conversation_customers WHERE session = ?", [.text(session)]) { row in
            row.text(0)
        }
    }
}
