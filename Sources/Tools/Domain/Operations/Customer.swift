package import AgentRuntime

/// Somebody who buys, or may.
package struct Customer: Sendable, Hashable {
    package var id: String
    package var code: String
    package var name: String
    package var email: String
    package var segment: String
    package var region: String
    package var createdDate: CalendarDate?
    /// In 1/10,000 of the currency unit; `nil` where nobody has said.
    package var creditLimit: Int64?
    /// Annual recurring revenue in 1/10,000 of the currency unit.
    package var arr: Int64?
    /// As those who know the customer rate it: a score from 0 to 100, or a word.
    package var health: String

    package init(
        id: String,
        code: String = "",
        name: String,
        email: String = "",
        segment: String = "",
        region: String = "",
        createdDate: CalendarDate? = nil,
        creditLimit: Int64? = nil,
        arr: Int64? = nil,
        health: String = ""
    ) {
        self.id = id
        self.code = code
        self.name = name
        self.email = email
        self.segment = segment
        self.region = region
        self.createdDate = createdDate
        self.creditLimit = creditLimit
        self.arr = arr
        self.health = health
    }

    /// Whether a name, code, identifier or e-mail as other data writes it means this customer.
    package func isNamed(_ text: String) -> Bool {
        let wanted = text.trimmingBlanks().lowercased()
        return !wanted.isEmpty && [name, id, code, email].contains { $0.lowercased() == wanted }
    }
}

/// The customers of one tenant, over a connection to its database.
package struct CustomerStore {
    private let connection: SQLiteConnection

    package init(_ connection: SQLiteConnection) { self.connection = connection }

    private static let columns = "id, code, name, email, segment, region, created_date, credit_limit, arr, health"

    /// Every customer, by identifier.
    package func all() throws(DatabaseError) -> [Customer] {
        try connection.query("SELECT \(Self.columns) FROM customers ORDER BY id", [], Self.customer)
    }

    package func customer(_ id: String) throws(DatabaseError) -> Customer? {
        try connection.first("SELECT \(Self.columns) FROM customers WHERE id = ?", [.text(id)], Self.customer)
    }

    /// Stores a customer in place of the one with its identifier.
    package func put(_ customer: Customer) throws(DatabaseError) -> Stored {
        try connection.put(
            "INSERT OR REPLACE INTO customers (\(Self.columns)) VALUES (?,?,?,?,?,?,?,?,?,?)",
            [
                .text(customer.id), .text(customer.code), .text(customer.name), .text(customer.email),
                .text(customer.segment), .text(customer.region), .day(customer.createdDate),
                .optional(customer.creditLimit), .optional(customer.arr), .text(customer.health),
            ],
            unless: "SELECT 1 FROM customers WHERE id = ?",
            [.text(customer.id)]
        )
    }

    private static func customer(_ row: Row) -> Customer {
        Customer(
            id: row.text(0),
            code: row.text(1),
            name: row.text(2),
            email: row.text(3),
            segment: row.text(4),
            region: row.text(5),
            createdDate: row.dateOrNil(6),
            creditLimit: row.intOrNil(7),
            arr: row.intOrNil(8),
            health: row.text(9)
        )
    }
}
