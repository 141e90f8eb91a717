package import AgentRuntime

/// What is bought to be worked on; quantities are in 1/10,000 of its unit.
package struct Material: Sendable, Hashable {
    package var code: String
    package var name: String
    package var unit: String
    package var stock: Int64
    /// What of the stock is promised to orders.
    package var reserved: Int64
    package var reorderPoint: Int64?
    /// In 1/10,000 of the currency unit, for one unit of the material.
    package var unitCost: Int64?
    package var supplier: String

    package init(
        code: String,
        name: String,
        unit: String = "",
        stock: Int64 = 0,
        reserved: Int64 = 0,
        reorderPoint: Int64? = nil,
        unitCost: Int64? = nil,
        supplier: String = ""
    ) {
        self.code = code
        self.name = name
        self.unit = unit
        self.stock = stock
        self.reserved = reserved
        self.reorderPoint = reorderPoint
        self.unitCost = unitCost
        self.supplier = supplier
    }

    /// The stock that is promised to nobody, in 1/10,000 of the unit; negative where more is promised than there is.
    package var available: Int64 { stock - reserved }
}

/// A quantity of a material that was used on a day.
package struct MaterialUse: Sendable, Hashable {
    package var date: CalendarDate
    package var code: String
    /// In 1/10,000 of the material's unit; negative for what was given back.
    package var quantity: Int64

    package init(date: CalendarDate, code: String, quantity: Int64) {
        self.date = date
        self.code = code
        self.quantity = quantity
    }
}

/// The materials of one tenant and what was used of them, over a connection to its database.
package struct MaterialStore {
    private let connection: SQLiteConnection

    package init(_ connection: SQLiteConnection) { self.connection = connection }

    private static let columns = "code, name, unit, stock, reserved, reorder_point, unit_cost, supplier"

    /// Every material, by code.
    package func all() throws(DatabaseError) -> [Material] {
        try connection.query("SELECT \(Self.columns) FROM materials ORDER BY code", [], Self.material)
    }

    package func material(_ code: String) throws(DatabaseError) -> Material? {
        try connection.first("SELECT \(Self.columns) FROM materials WHERE code = ?", [.text(code)], Self.material)
    }

    /// What was used of a material, the oldest first; of every material without a code.
    package func usage(of code: String? = nil) throws(DatabaseError) -> [MaterialUse] {
        try connection.query(
            "SELECT day, code, quantity FROM material_usage WHERE ?1 IS NULL OR code = ?1 ORDER BY day, id",
            [code.map(SQLValue.text) ?? .null]
        ) { row in
            MaterialUse(
                date: CalendarDate(daysSinceEpoch: Int(row.int(0))),
                code: row.text(1),
                quantity: row.int(2)
            )
        }
    }

    /// Stores a material in place of the one with its code.
    package func put(_ material: Material) throws(DatabaseError) -> Stored {
        try connection.put(
            "INSERT OR REPLACE INTO materials (\(Self.columns)) VALUES (?,?,?,?,?,?,?,?)",
            [
                .text(material.code), .text(material.name), .text(material.unit), .integer(material.stock),
                .integer(material.reserved), .optional(material.reorderPoint), .optional(material.unitCost),
                .text(material.supplier),
            ],
            unless: "SELECT 1 FROM materials WHERE code = ?",
            [.text(material.code)]
        )
    }

    package func add(_ use: MaterialUse) throws(DatabaseError) {
        try connection.execute(
            "INSERT INTO material_usage (day, code, quantity) VALUES (?,?,?)",
            [.day(use.date), .text(use.code), .integer(use.quantity)]
        )
    }

    private static func material(_ row: Row) -> Material {
        Material(
            code: row.text(0),
            name: row.text(1),
            unit: row.text(2),
            stock: row.int(3),
            reserved: row.int(4),
            reorderPoint: row.intOrNil(5),
            unitCost: row.intOrNil(6),
            supplier: row.text(7)
        )
    }
}
