internal import AgentRuntime

/// What customers owe as of a day, in the tenant's own currency.
///
/// Amounts of other currencies are never added to it; they are counted apart.
struct Receivables {
    /// An invoice that is not paid, with the customer's name for people.
    struct Entry {
        var invoice: Invoice
        var customer: String
        var daysOverdue: Int?
    }

    let entries: [Entry]
    let invoices: [Invoice]
    let others: [(currency: String, count: Int, units: Int128)]
    let today: CalendarDate
    let currency: String
    let customerName: String?

    init(_ arguments: JSONObject, _ connection: SQLiteConnection, _ settings: TenantSettings) throws {
        let today = settings.today
        let all = try InvoiceStore(connection).all()
        guard !all.isEmpty else { throw FigureFailure.none(of: "invoices") }
        let directory = try CustomerDirectory(connection)
        var chosen = all
        if let name = arguments["customer"]?.string?.trimmingBlanks(), !name.isEmpty {
            let identity = directory.identity(name)
            chosen = all.filter { directory.identity($0.customer) == identity }
            if chosen.isEmpty, directory.customer(named: name) == nil {
                let known = Set(all.map { directory.name($0.customer) }).sorted()
                throw FigureFailure.notFound("customer", name, known: known)
            }
            customerName = directory.name(name)
        } else {
            customerName = nil
        }
        func isOwn(_ invoice: Invoice) -> Bool {
            invoice.currency.isEmpty || invoice.currency == settings.currency
        }
        // What is written later than today is not owed yet.
        chosen = chosen.filter { invoice in invoice.invoiceDate.map { $0 <= today } ?? true }
        invoices = chosen.filter(isOwn)
        entries = invoices.filter { $0.outstanding != .zero }.map { invoice in
            Entry(
                invoice: invoice,
                customer: directory.name(invoice.customer),
                daysOverdue: invoice.daysOverdue(today: today)
            )
        }
        others = Dictionary(grouping: chosen.filter { !isOwn($0) && $0.outstanding != .zero }, by: \.currency)
            .map { ($0, $1.count, Receivables.sum($1)) }
            .sorted { $0.0 < $1.0 }
        self.today = today
        currency = settings.currency
    }

    static func sum(_ invoices: some Sequence<Invoice>) -> Int128 {
        invoices.reduce(0) { $0 + Int128($1.total) - Int128($1.paid) }
    }

    static func amount(_ entries: some Sequence<Entry>) -> ExactNumber {
        ExactNumber(significand: sum(entries.map(\.invoice)), exponent: -4)
    }

    /// Other currencies as results show them.
    var othersJSON: JSONValue {
        .array(
            others.map { other in
                [
                    "currency": .string(other.currency), "count": .integer(other.count),
                    "outstanding": .exact(ExactNumber(significand: other.units, exponent: -4)),
                ]
            }
        )
    }

    /// By customer, the largest amount first.
    static func byCustomer(_ entries: [Entry]) -> [(customer: String, entries: [Entry])] {
        Dictionary(grouping: entries, by: \.customer).map { (customer: $0, entries: $1) }
            .sorted { left, right in
                let (first, second) = (sum(left.entries.map(\.invoice)), sum(right.entries.map(\.invoice)))
                return first != second ? first > second : left.customer < right.customer
            }
    }

    static func citation(_ entry: Entry) -> Citation {
        Citation(source: "invoice", id: entry.invoice.number, text: "\(entry.invoice.number), \(entry.customer)")
    }
}
