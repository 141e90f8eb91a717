package import AgentRuntime

/// What a customer has ordered.
package struct Order: Sendable, Hashable {
    package var id: String
    package var number: String
    package var customer: String
    package var customerEmail: String
    package var status: String
    package var orderDate: CalendarDate?
    package var requiredDate: CalendarDate?
    package var expectedDate: CalendarDate?
    /// In 1/10,000 of the currency unit.
    package var total: Int64
    /// Empty for the tenant's own.
    package var currency: String

    package init(
        id: String,
        number: String,
        customer: String = "",
        customerEmail: String = "",
        status: String,
        orderDate: CalendarDate? = nil,
        requiredDate: CalendarDate? = nil,
        expectedDate: CalendarDate? = nil,
        total: Int64 = 0,
        currency: String = ""
    ) {
        self.id = id
        self.number = number
        self.customer = customer
        self.customerEmail = customerEmail
        self.status = status
        self.orderDate = orderDate
        self.requiredDate = requiredDate
        self.expectedDate = expectedDate
        self.total = total
        self.currency = currency
    }

    package var amount: Money { Money(units: total) }

    /// Whether the order still has to be made or delivered.
    package var isOpen: Bool { !isCancelled && !Order.finished.contains(statusKey) }

    package var isCancelled: Bool { Order.cancelled.contains(statusKey) }

    /// The status in words: `in_production` reads "in production".
    package var statusWords: String { statusKey.replacing("_", with: " ") }

    private var statusKey: String {
        status.trimmingBlanks().lowercased().replacing("-", with: "_").replacing(" ", with: "_")
    }

    private static let finished: Set<String> = [
        "delivered", "completed", "complete", "closed", "done", "invoiced", "paid", "fulfilled",
    ]
    private static let cancelled: Set<String> = ["cancelled", "canceled", "void", "rejected"]
}

/// The orders of one tenant, over a connection to its database.
package struct OrderStore {
    private let connection: SQLiteConnection

    package init(_ connection: SQLiteConnection) { self.connection = connection }

    private static let columns = """
        id, number, customer, customer_email, status, order_date, required_date, expected_date, total, currency
        """

    /// Every order, the oldest first.
    package func all() throws(DatabaseError) -> [Order] {
        try connection.query("SELECT \(Self.columns) FROM orders ORDER BY order_date, number, id", [], Self.order)
    }

    /// The orders with that number, whatever its capitals, or with that identifier.
    package func orders(numbered number: String) throws(DatabaseError) -> [Order] {
        try connection.query(
            "SELECT \(Self.columns) FROM orders WHERE number = ?1 COLLATE NOCASE OR id = ?1 ORDER BY id",
            [.text(number)],
            Self.order
        )
    }

    package func isEmpty() throws(DatabaseError) -> Bool {
        try connection.first("SELECT 1 FROM orders") { row in row.int(0) } == nil
    }

    /// Stores an order in place of the one with its identifier.
    package func put(_ order: Order) throws(DatabaseError) -> Stored {
        try connection.put(
            "INSERT OR REPLACE INTO orders (\(Self.columns)) VALUES (?,?,?,?,?,?,?,?,?,?)",
            [
                .text(order.id), .text(order.number), .text(order.customer), .text(order.customerEmail),
                .text(order.status), .day(order.orderDate), .day(order.requiredDate), .day(order.expectedDate),
                .integer(order.total), .text(order.currency),
            ],
            unless: "SELECT 1 FROM orders WHERE id = ?",
            [.text(order.id)]
        )
    }

    private static func order(_ row: Row) -> Order {
        Order(
            id: row.text(0),
            number: row.text(1),
            customer: row.text(2),
            customerEmail: row.text(3),
            status: row.text(4),
            orderDate: row.dateOrNil(5),
            requiredDate: row.dateOrNil(6),
            expectedDate: row.dateOrNil(7),
            total: row.int(8),
            currency: row.text(9)
        )
    }
}
