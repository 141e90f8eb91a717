internal import AgentRuntime

/// `import deliveries`: one row per delivery of a material on a purchase order.
///
/// Several rows of a file with the same order and material are parts of one delivery, told by their order in the file;
/// a later file replaces them part by part, so that a delivery can be imported again once it has come.
struct DeliveryImport: ImportFormat {
    static let type = "deliveries"
    static let refusesRepeatedFiles = false
    static let columns: [ImportColumn] = [
        .required("po"), .required("supplier"), .optional("material"), .optional("promised_date"),
        .optional("delivered_date"), .required("quantity"), .optional("accepted"),
    ]

    private struct Line: Hashable {
        var po: String
        var material: String
    }

    private let store: DeliveryStore
    private var parts: [Line: Int] = [:]

    init(connection: SQLiteConnection) throws { store = DeliveryStore(connection) }

    static func clear(_ connection: SQLiteConnection) throws { try connection.execute("DELETE FROM deliveries") }

    mutating func read(_ row: ImportRow) throws(RowFault) -> Delivery {
        guard let quantity = try row.optionalQuantity("quantity") else { throw RowFault("quantity is empty") }
        let line = Line(po: try row.required("po"), material: row.text("material"))
        let delivery = Delivery(
            po: line.po,
            material: line.material,
            part: parts[line, default: 0] + 1,
            supplier: try row.required("supplier"),
            promisedDate: try row.optionalDate("promised_date"),
            deliveredDate: try row.optionalDate("delivered_date"),
            quantity: quantity,
            accepted: try accepted(row, of: quantity)
        )
        parts[line] = delivery.part
        return delivery
    }

    func store(_ delivery: Delivery) throws -> Stored { try store.put(delivery) }

    func finish() throws {}

    /// The accepted quantity, or a word for all or nothing of it.
    private func accepted(_ row: ImportRow, of quantity: Int64) throws(RowFault) -> Int64? {
        switch row.text("accepted").lowercased() {
        case "": return nil
        case "yes", "true", "y": return quantity
        case "no", "false", "n": return 0
        default:
            let accepted = try row.optionalQuantity("accepted")
            if let accepted, accepted > quantity { throw RowFault("accepted is more than quantity") }
            return accepted
        }
    }
}
