internal import AgentRuntime

/// `import materials`: one row per material, in place of the one with its code.
struct MaterialImport: ImportFormat {
    static let type = "materials"
    static let refusesRepeatedFiles = false
    static let columns: [ImportColumn] = [
        .required("code"), .optional("name"), .optional("unit"), .required("stock"), .optional("reserved"),
        .optional("reorder_point"), .optional("unit_cost"), .optional("supplier"),
    ]

    private let store: MaterialStore

    init(connection: SQLiteConnection) throws { store = MaterialStore(connection) }

    static func clear(_ connection: SQLiteConnection) throws { try connection.execute("DELETE FROM materials") }

    func read(_ row: ImportRow) throws(RowFault) -> Material {
        let code = try row.required("code")
        let name = row.text("name")
        let material = Material(
            code: code,
            name: name.isEmpty ? code : name,
            unit: row.text("unit"),
            stock: try row.amount("stock"),
            reserved: try row.optionalQuantity("reserved") ?? 0,
            reorderPoint: try row.optionalQuantity("reorder_point"),
            unitCost: try row.optionalQuantity("unit_cost"),
            supplier: row.text("supplier")
        )
        guard !material.stock.subtractingReportingOverflow(material.reserved).overflow else {
            throw RowFault("stock less reserved is beyond the largest quantity")
        }
        return material
    }

    func store(_ material: Material) throws -> Stored { try store.put(material) }

    func finish() throws {}
}

/// `import material_usage`: one row per quantity used on a day.
///
/// Rows have no identity, so a file that was imported before is refused.
struct MaterialUsageImport: ImportFormat {
    static let type = "material_usage"
    static let refusesRepeatedFiles = true
    static let columns: [ImportColumn] = [.required("date"), .required("code"), .required("quantity")]

    private let store: MaterialStore

    init(connection: SQLiteConnection) throws { store = MaterialStore(connection) }

    static func clear(_ connection: SQLiteConnection) throws { try connection.execute("DELETE FROM material_usage") }

    func read(_ row: ImportRow) throws(RowFault) -> MaterialUse {
        MaterialUse(
            date: try row.date("date"),
            code: try row.required("code"),
            quantity: try row.amount("quantity")
        )
    }

    func store(_ use: MaterialUse) throws -> Stored {
        try store.add(use)
        return .inserted
    }

    func finish() throws {}
}
