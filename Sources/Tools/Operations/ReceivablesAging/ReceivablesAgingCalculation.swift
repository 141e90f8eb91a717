internal import AgentRuntime

/// Puts what is owed into buckets of days past due.
///
/// An invoice without a due date is not due. Credit notes and overpayments stand in the bucket of their own due date,
/// so that the buckets add up to the total.
/// Days sales outstanding = outstanding / invoiced in the last 90 days × 90 (the count-back window that credit
/// managers use; CFA Institute, Financial Analysis Techniques, "days of sales outstanding").
struct ReceivablesAging {
    static let buckets: [(name: String, days: ClosedRange<Int>)] = [
        ("not due", Int.min...0), ("1–30 days", 1...30), ("31–60 days", 31...60), ("61–90 days", 61...90),
        ("over 90 days", 91...Int.max),
    ]
    private static let salesDays = 90

    private let receivables: Receivables

    init(_ receivables: Receivables) { self.receivables = receivables }

    static func bucket(_ daysOverdue: Int?) -> Int {
        buckets.firstIndex { $0.days.contains(daysOverdue ?? 0) } ?? 0
    }

    func result(_ arguments: JSONObject) -> ToolResult {
        let entries = receivables.entries
        let total = Receivables.amount(entries)
        let groups = split(entries)
        let customers = Receivables.byCustomer(entries)
        let limit = min(
            max(arguments["limit"]?.int ?? ReceivablesAgingTool.limitDefault, 1),
            ReceivablesAgingTool.limitMax
        )
        let overdue = entries.filter { Self.bucket($0.daysOverdue) > 0 }
        let content: JSONObject = [
            "as_of": .string(receivables.today.description),
            "currency": .string(receivables.currency),
            "customer": .optional(receivables.customerName),
            "outstanding": .exact(total),
            "invoices": .integer(entries.count),
            "overdue": .exact(Receivables.amount(overdue)),
            "overdue_invoices": .integer(overdue.count),
            "overdue_share": Receivables.amount(overdue).divided(by: total, places: 6).map(JSONValue.exact) ?? .null,
            "buckets": .array(
                Self.buckets.indices.map { index in
                    [
                        "name": .string(Self.buckets[index].name), "count": .integer(groups[index].count),
                        "amount": .exact(Receivables.amount(groups[index])),
                        "share": Receivables.amount(groups[index]).divided(by: total, places: 6)
                            .map(JSONValue.exact) ?? .null,
                    ]
                }
            ),
            "customers": .array(customers.prefix(limit).map { .object(customer($0.customer, $0.entries)) }),
            "customers_total": .integer(customers.count),
            "dso_days": dso(total).map(JSONValue.exact) ?? .null,
            "other_currencies": receivables.othersJSON,
        ]
        let summary = "\(entries.count) unpaid invoices as of \(receivables.today)"
        return ToolResult(
            content: .object(content),
            citations: [
                .rows("invoice", summary, rows: entries.count, tool: ReceivablesAgingTool.name, arguments)
            ]
        )
    }

    private func split(_ entries: [Receivables.Entry]) -> [[Receivables.Entry]] {
        var groups = Self.buckets.map { _ in [Receivables.Entry]() }
        for entry in entries { groups[Self.bucket(entry.daysOverdue)].append(entry) }
        return groups
    }

    private func customer(_ name: String, _ entries: [Receivables.Entry]) -> JSONObject {
        let groups = split(entries)
        return [
            "customer": .string(name), "count": .integer(entries.count),
            "outstanding": .exact(Receivables.amount(entries)),
            "overdue": .exact(Receivables.amount(groups.dropFirst().joined())),
            "buckets": .array(groups.map { .exact(Receivables.amount($0)) }),
        ]
    }

    private func dso(_ outstanding: ExactNumber) -> ExactNumber? {
        let start = receivables.today.adding(days: -Self.salesDays)
        let invoiced = receivables.invoices.filter { invoice in invoice.invoiceDate.map { start < $0 } ?? false }
        let sales = ExactNumber(significand: invoiced.reduce(Int128(0)) { $0 + Int128($1.total) }, exponent: -4)
        guard !sales.isNegative else { return nil }
        return outstanding.multiplied(by: ExactNumber(Self.salesDays))?.divided(by: sales, places: 1)
    }
}
