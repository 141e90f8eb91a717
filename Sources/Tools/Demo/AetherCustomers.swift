internal import AgentRuntime

/// The customers of `ten_aether`: whom it has sold to, what they pay a year and how they are.
enum AetherCustomers {
    static func make(_ deals: [Deal], today: CalendarDate) -> OperationsContent {
        var random = SeededGenerator(seed: 0xAE7_C057)
        var customers: [String: Customer] = [:]
        var orders: [Order] = []
        let won = deals.filter { $0.status == .won }.sorted {
            ($0.closeDate ?? today, $0.id) < ($1.closeDate ?? today, $1.id)
        }
        for deal in won {
            let date = deal.closeDate ?? today
            if customers[deal.account] == nil {
                let number = String(customers.count + 1001)
                let host = deal.account.lowercased().filter { $0.isASCII && $0.isLetter }
                customers[deal.account] = Customer(
                    id: "cus_\(number)",
                    code: "AET-\(number.suffix(3))",
                    name: deal.account,
                    email: "accounts@\(host).example",
                    segment: random.element(of: ["Enterprise", "Mid-Market", "SMB"]),
                    region: deal.region,
                    createdDate: date,
                    creditLimit: Int64(random.number(in: 10...80)) * 10_000 * 10_000,
                    arr: 0,
                    health: "\(random.number(in: 28...97))"
                )
            }
            let recurring = customers[deal.account]?.arr ?? 0
            customers[deal.account]?.arr = recurring + deal.units
            orders.append(
                Order(
                    id: "",
                    number: "",
                    customer: deal.account,
                    status: date.adding(days: 10) <= today ? "delivered" : "confirmed",
                    orderDate: date,
                    requiredDate: date.adding(days: 14),
                    expectedDate: date.adding(days: 10),
                    total: deal.units
                )
            )
        }
        var trade = TradeGenerator(today: today, orderAmount: 0, leadDays: 0, historyDays: 0, random: random)
        let numbered = TradeGenerator.numbered(orders, prefix: "ORD")
        return OperationsContent(
            customers: customers.values.sorted { $0.id < $1.id },
            orders: numbered,
            invoices: trade.invoices(for: numbered),
            subscriptions: AetherSubscriptions.make(won, today: today)
        )
    }
}
