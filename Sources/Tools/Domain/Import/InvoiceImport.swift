internal import AgentRuntime

/// `import invoices`: one row per invoice, in place of the one with its number.
struct InvoiceImport: ImportFormat {
    static let type = "invoices"
    static let refusesRepeatedFiles = false
    static let columns: [ImportColumn] = [
        .required("number"), .required("customer"), .optional("invoice_date"), .optional("due_date"),
        .required("total"), .optional("paid"), .optional("currency"),
    ]

    private let store: InvoiceStore

    init(connection: SQLiteConnection) throws { store = InvoiceStore(connection) }

    static func clear(_ connection: SQLiteConnection) throws { try connection.execute("DELETE FROM invoices") }

    func read(_ row: ImportRow) throws(RowFault) -> Invoice {
        let invoice = Invoice(
            number: try row.required("number"),
            customer: try row.required("customer"),
            invoiceDate: try row.optionalDate("invoice_date"),
            dueDate: try row.optionalDate("due_date"),
            total: try row.amount("total"),
            paid: try row.optionalAmount("paid") ?? 0,
            currency: try row.currency("currency")
        )
        guard !invoice.total.subtractingReportingOverflow(invoice.paid).overflow else {
            throw RowFault("total less paid is beyond the largest amount")
        }
        return invoice
    }

    func store(_ invoice: Invoice) throws -> Stored { try store.put(invoice) }

    func finish() throws {}
}
