package import AgentRuntime

/// What a supplier has promised to deliver, and whether it came.
package struct Delivery: Sendable, Hashable {
    /// The purchase order.
    package var po: String
    package var material: String
    /// Tells the parts of an order that is delivered in several; the first is 1.
    package var part: Int
    package var supplier: String
    package var promisedDate: CalendarDate?
    /// `nil` while it has not come.
    package var deliveredDate: CalendarDate?
    /// In 1/10,000 of the material's unit.
    package var quantity: Int64
    /// What of the quantity was good; `nil` where nobody has said.
    package var accepted: Int64?

    package init(
        po: String,
        material: String = "",
        part: Int = 1,
        supplier: String,
        promisedDate: CalendarDate? = nil,
        deliveredDate: CalendarDate? = nil,
        quantity: Int64 = 0,
        accepted: Int64? = nil
    ) {
        self.po = po
        self.material = material
        self.part = part
        self.supplier = supplier
        self.promisedDate = promisedDate
        self.deliveredDate = deliveredDate
        self.quantity = quantity
        self.accepted = accepted
    }

    /// Whole days after the promised date: until it came, or until today while it has not; negative when early.
    package func daysLate(today: CalendarDate) -> Int? { promisedDate?.days(until: deliveredDate ?? today) }
}

/// The deliveries to one tenant, over a connection to its database.
package struct DeliveryStore {
    private let connection: SQLiteConnection

    package init(_ connection: SQLiteConnection) { self.connection = connection }

    private static let columns = "po, material, part, supplier, promised_date, delivered_date, quantity, accepted"

    /// Every delivery, by the day it was promised for.
    package func all() throws(DatabaseError) -> [Delivery] {
        let sql = "SELECT \(Self.columns) FROM deliveries ORDER BY promised_date, po, material, part"
        return try connection.query(sql) { row in
            Delivery(
                po: row.text(0),
                material: row.text(1),
                part: Int(row.int(2)),
                supplier: row.text(3),
                promisedDate: row.dateOrNil(4),
                deliveredDate: row.dateOrNil(5),
                quantity: row.int(6),
                accepted: row.intOrNil(7)
            )
        }
    }

    /// Stores a delivery in place of the same part of the same order.
    package func put(_ delivery: Delivery) throws(DatabaseError) -> Stored {
        let key: [SQLValue] = [.text(delivery.po), .text(delivery.material), .int(delivery.part)]
        return try connection.put(
            "INSERT OR REPLACE INTO deliveries (\(Self.columns)) VALUES (?,?,?,?,?,?,?,?)",
            key + [
                .text(delivery.supplier), .day(delivery.promisedDate), .day(delivery.deliveredDate),
                .integer(delivery.quantity), .optional(delivery.accepted),
            ],
            unless: "SELECT 1 FROM deliveries WHERE po = ? AND material = ? AND part = ?",
            key
        )
    }
}
