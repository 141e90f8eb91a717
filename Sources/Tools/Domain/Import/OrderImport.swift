internal import AgentRuntime

/// `import orders`: one row per order, in place of the one with its identifier.
///
/// An order without an identifier is known by its number.
struct OrderImport: ImportFormat {
    static let type = "orders"
    static let refusesRepeatedFiles = false
    static let columns: [ImportColumn] = [
        .optional("id"), .required("number"), .optional("customer"), .optional("customer_email"),
        .required("status"), .optional("order_date"), .optional("required_date"), .optional("expected_date"),
        .optional("total"), .optional("currency"),
    ]

    private let store: OrderStore

    init(connection: SQLiteConnection) throws { store = OrderStore(connection) }

    static func clear(_ connection: SQLiteConnection) throws { try connection.execute("DELETE FROM orders") }

    func read(_ row: ImportRow) throws(RowFault) -> Order {
        let number = try row.required("number")
        let id = row.text("id")
        return Order(
            id: id.isEmpty ? number : id,
            number: number,
            customer: row.text("customer"),
            customerEmail: row.text("customer_email"),
            status: try row.required("status"),
            orderDate: try row.optionalDate("order_date"),
            requiredDate: try row.optionalDate("required_date"),
            expectedDate: try row.optionalDate("expected_date"),
            total: try row.optionalAmount("total") ?? 0,
            currency: try row.currency("currency")
        )
    }

    func store(_ order: Order) throws -> Stored { try store.put(order) }

    func finish() throws {}
}
