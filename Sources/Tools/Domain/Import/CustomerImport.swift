internal import AgentRuntime

/// `import customers`: one row per customer, in place of the one with its identifier.
///
/// A customer without an identifier is known by its code, one without a code by its name.
struct CustomerImport: ImportFormat {
    static let type = "customers"
    static let refusesRepeatedFiles = false
    static let columns: [ImportColumn] = [
        .optional("id"), .optional("code"), .required("name"), .optional("email"), .optional("segment"),
        .optional("region"), .optional("created_date"), .optional("credit_limit"), .optional("arr"),
        .optional("health"),
    ]

    private let store: CustomerStore

    init(connection: SQLiteConnection) throws { store = CustomerStore(connection) }

    static func clear(_ connection: SQLiteConnection) throws { try connection.execute("DELETE FROM customers") }

    func read(_ row: ImportRow) throws(RowFault) -> Customer {
        let name = try row.required("name")
        let (id, code) = (row.text("id"), row.text("code"))
        return Customer(
            id: !id.isEmpty ? id : !code.isEmpty ? code : name,
            code: code,
            name: name,
            email: row.text("email"),
            segment: row.text("segment"),
            region: row.text("region"),
            createdDate: try row.optionalDate("created_date"),
            creditLimit: try row.optionalAmount("credit_limit"),
            arr: try row.optionalAmount("arr"),
            health: row.text("health")
        )
    }

    func store(_ customer: Customer) throws -> Stored { try store.put(customer) }

    func finish() throws {}
}
