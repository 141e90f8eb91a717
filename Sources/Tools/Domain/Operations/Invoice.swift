package import AgentRuntime

/// What a customer has been asked to pay.
package struct Invoice: Sendable, Hashable {
    package var number: String
    package var customer: String
    package var invoiceDate: CalendarDate?
    package var dueDate: CalendarDate?
    /// In 1/10,000 of the currency unit; negative for a credit note.
    package var total: Int64
    package var paid: Int64
    /// Empty for the tenant's own.
    package var currency: String

    package init(
        number: String,
        customer: String = "",
        invoiceDate: CalendarDate? = nil,
        dueDate: CalendarDate? = nil,
        total: Int64,
        paid: Int64 = 0,
        currency: String = ""
    ) {
        self.number = number
        self.customer = customer
        self.invoiceDate = invoiceDate
        self.dueDate = dueDate
        self.total = total
        self.paid = paid
        self.currency = currency
    }

    /// What is still to be paid; negative where too much was paid or a credit note is not used up.
    package var outstanding: Money { Money(units: total - paid) }

    /// Whole days past the due date; 0 or less for what is not due yet, `nil` where no due date is known.
    package func daysOverdue(today: CalendarDate) -> Int? { dueDate?.days(until: today) }
}

/// The invoices of one tenant, over a connection to its database.
package struct InvoiceStore {
    private let connection: SQLiteConnection

    package init(_ connection: SQLiteConnection) { self.connection = connection }

    private static let columns = "number, customer, invoice_date, due_date, total, paid, currency"

    /// Every invoice, by number.
    package func all() throws(DatabaseError) -> [Invoice] {
        try connection.query("SELECT \(Self.columns) FROM invoices ORDER BY number", [], Self.invoice)
    }

    package func invoice(_ number: String) throws(DatabaseError) -> Invoice? {
        try connection.first("SELECT \(Self.columns) FROM invoices WHERE number = ?", [.text(number)], Self.invoice)
    }

    /// Stores an invoice in place of the one with its number.
    package func put(_ invoice: Invoice) throws(DatabaseError) -> Stored {
        try connection.put(
            "INSERT OR REPLACE INTO invoices (\(Self.columns)) VALUES (?,?,?,?,?,?,?)",
            [
                .text(invoice.number), .text(invoice.customer), .day(invoice.invoiceDate), .day(invoice.dueDate),
                .integer(invoice.total), .integer(invoice.paid), .text(invoice.currency),
            ],
            unless: "SELECT 1 FROM invoices WHERE number = ?",
            [.text(invoice.number)]
        )
    }

    private static func invoice(_ row: Row) -> Invoice {
        Invoice(
            number: row.text(0),
            customer: row.text(1),
            invoiceDate: row.dateOrNil(2),
            dueDate: row.dateOrNil(3),
            total: row.int(4),
            paid: row.int(5),
            currency: row.text(6)
        )
    }
}
