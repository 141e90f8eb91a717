package import AgentRuntime

/// `invoices_overdue`: unpaid invoices whose due date has passed.
package struct InvoicesOverdueTool: Tool {
    static let name = "invoices_overdue"
    static let limitDefault = 20
    static let limitMax = 500
    private static let citationsMax = 10

    private let ledger: LedgerStore

    package init(ledger: LedgerStore) { self.ledger = ledger }

    package var declaration: ToolDeclaration {
        ToolDeclaration(
            name: InvoicesOverdueTool.name,
            purpose: """
                Lists invoices that are not fully paid and past their due date, with days overdue and what is \
                outstanding, in total and by customer. With a number it tells of that one invoice whether it is paid.
                """,
            parameters: FigureSchema.object([
                "customer": FigureSchema.text("Only this customer."),
                "number": FigureSchema.text("One invoice by its number, whether it is overdue, open or paid."),
                "min_days": [
                    "type": "integer", "minimum": 1, "maximum": 36500,
                    "description": "Only invoices that are overdue by so many days or more.",
                ],
                "order_by": FigureSchema.choice("days_overdue unless said.", ["days_overdue", "outstanding"]),
                "limit": FigureSchema.limit(
                    "Invoices to return",
                    InvoicesOverdueTool.limitDefault,
                    InvoicesOverdueTool.limitMax
                ),
            ]),
            permission: .invoicesRead,
            results: .ownFigures
        )
    }

    package func call(_ arguments: JSONObject, context: ToolContext) async throws -> ToolResult {
        try await ledger.answer(context) { _, connection in
            if let number = arguments["number"]?.string?.trimmingBlanks(), !number.isEmpty {
                return try InvoicesOverdueTool.one(number, connection, context.settings)
            }
            return InvoicesOverdueTool.result(arguments, try Receivables(arguments, connection, context.settings))
        }
    }

    /// One invoice, in its own currency, with whether it is paid.
    static func one(_ number: String, _ connection: SQLiteConnection, _ settings: TenantSettings) throws -> ToolResult {
        let all = try InvoiceStore(connection).all()
        guard !all.isEmpty else { throw FigureFailure.none(of: "invoices") }
        let found = all.first { $0.number == number } ?? all.first { $0.number.lowercased() == number.lowercased() }
        guard let invoice = found else {
            throw FigureFailure.notFound("invoice", number, known: all.map(\.number))
        }
        let days = invoice.daysOverdue(today: settings.today)
        let entry = Receivables.Entry(
            invoice: invoice,
            customer: try CustomerDirectory(connection).name(invoice.customer),
            daysOverdue: days
        )
        let isPaid = !(Money(units: 0) < invoice.outstanding)
        var json = json(entry)
        if isPaid { json["days_overdue"] = 0 }
        json["status"] = isPaid ? "paid" : (days ?? 0) > 0 ? "overdue" : "open"
        return ToolResult(
            content: [
                "as_of": .string(settings.today.description),
                "currency": .string(invoice.currency.isEmpty ? settings.currency : invoice.currency),
                "invoice": .object(json),
            ],
            citations: [Receivables.citation(entry)]
        )
    }

    static func result(_ arguments: JSONObject, _ receivables: Receivables) -> ToolResult {
        let daysMin = max(arguments["min_days"]?.int ?? 1, 1)
        let byAmount = arguments["order_by"]?.string == "outstanding"
        let overdue = receivables.entries
            .filter { !$0.invoice.outstanding.isNegative && ($0.daysOverdue ?? 0) >= daysMin }
            .sorted { left, right in
                let days = (left.daysOverdue ?? 0, right.daysOverdue ?? 0)
                let amounts = (left.invoice.outstanding, right.invoice.outstanding)
                if byAmount, amounts.0 != amounts.1 { return amounts.0 > amounts.1 }
                if days.0 != days.1 { return days.0 > days.1 }
                return amounts.0 != amounts.1 ? amounts.0 > amounts.1 : left.invoice.number < right.invoice.number
            }
        let listed = overdue.prefix(min(max(arguments["limit"]?.int ?? limitDefault, 1), limitMax))
        let content: JSONObject = [
            "as_of": .string(receivables.today.description),
            "currency": .string(receivables.currency),
            "customer": .optional(receivables.customerName),
            "total": .integer(overdue.count),
            "outstanding": .exact(Receivables.amount(overdue)),
            "longest_days": .integer(overdue.compactMap(\.daysOverdue).max() ?? 0),
            "invoices": .array(listed.map { .object(json($0)) }),
            "customers": .array(
                Receivables.byCustomer(overdue).prefix(limitDefault).map { customer, entries in
                    [
                        "customer": .string(customer), "count": .integer(entries.count),
                        "outstanding": .exact(Receivables.amount(entries)),
                    ]
                }
            ),
            "unpaid": .integer(receivables.entries.count),
            "other_currencies": receivables.othersJSON,
        ]
        let summary = "\(overdue.count) overdue of \(receivables.entries.count) unpaid invoices"
        let rows = Citation.rows("invoice", summary, rows: overdue.count, tool: name, arguments)
        return ToolResult(
            content: .object(content),
            citations: [rows] + listed.prefix(citationsMax).map(Receivables.citation)
        )
    }

    private static func json(_ entry: Receivables.Entry) -> JSONObject {
        [
            "number": .string(entry.invoice.number), "customer": .string(entry.customer),
            "invoice_date": .optional(entry.invoice.invoiceDate?.description),
            "due_date": .optional(entry.invoice.dueDate?.description),
            "days_overdue": .integer(entry.daysOverdue ?? 0),
            "total": .money(Money(units: entry.invoice.total)), "paid": .money(Money(units: entry.invoice.paid)),
            "outstanding": .money(entry.invoice.outstanding),
        ]
    }
}
