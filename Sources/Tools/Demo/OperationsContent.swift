internal import AgentRuntime

/// What a generated company makes, buys, delivers and is owed.
struct OperationsContent: Sendable {
    var customers: [Customer] = []
    var orders: [Order] = []
    var invoices: [Invoice] = []
    var materials: [Material] = []
    var usage: [MaterialUse] = []
    var deliveries: [Delivery] = []
    var rates: [Rate] = []
    var subscriptions: [Subscription] = []
    var relationships: [Relationship] = []
    /// The customer that conversations belong to which are bound to nobody.
    var customerOfOthers: String?

    func store(in connection: SQLiteConnection) throws {
        for customer in customers { _ = try CustomerStore(connection).put(customer) }
        for order in orders { _ = try OrderStore(connection).put(order) }
        for invoice in invoices { _ = try InvoiceStore(connection).put(invoice) }
        let store = MaterialStore(connection)
        for material in materials { _ = try store.put(material) }
        for use in usage { try store.add(use) }
        for delivery in deliveries { _ = try DeliveryStore(connection).put(delivery) }
        for rate in rates { _ = try RateStore(connection).put(rate) }
        for relationship in relationships { _ = try RelationshipStore(connection).put(relationship) }
        for subscription in subscriptions { _ = try SubscriptionStore(connection).put(subscription) }
        if let customerOfOthers { try ConversationCustomers(connection).bind(nil, to: customerOfOthers) }
    }
}

/// Generates customers that order in rhythms of their own, and what follows from their orders.
struct TradeGenerator {
    let today: CalendarDate
    /// Whole currency units of a usual order.
    let orderAmount: Int
    /// Days from order to delivery.
    let leadDays: Int
    /// Orders before this many days ago are not kept.
    let historyDays: Int
    var random: SeededGenerator

    /// A customer with how it buys.
    struct Buyer {
        var customer: Customer
        /// Usual days between two orders.
        var rhythm: Int
        /// Days since the last order by which the customer has left; 0 for one that still buys.
        var leftDays: Int
    }

    mutating func buyers(_ names: [String], regions: [String], prefix: String) -> [Buyer] {
        names.enumerated().map { index, name in
            let number = String(index + 1001)
            let rhythm = random.number(in: 18...110)
            // One in eight has stopped buying, not the first.
            let hasLeft = index > 0 && random.number(in: 1...8) == 1
            let size = random.number(in: 1...100)
            let host = name.lowercased().filter { $0.isASCII && $0.isLetter }
            return Buyer(
                customer: Customer(
                    id: "cus_\(number)",
                    code: "\(prefix)-\(number.suffix(3))",
                    name: name,
                    email: "purchasing@\(host).example",
                    segment: size > 85 ? "VIP" : size > 45 ? "Standard" : "Small",
                    region: random.element(of: regions),
                    createdDate: today.adding(days: -historyDays - random.number(in: 30...900)),
                    creditLimit: Int64(random.number(in: 5...60)) * 1_000 * 10_000,
                    arr: nil,
                    health: hasLeft ? "\(random.number(in: 20...45))" : "\(random.number(in: 55...98))"
                ),
                rhythm: rhythm,
                leftDays: hasLeft ? random.number(in: 3...7) * rhythm : 0
            )
        }
    }

    /// All orders, the oldest first, without numbers.
    mutating func orders(of buyers: [Buyer]) -> [Order] {
        var orders: [Order] = []
        for buyer in buyers {
            let weight = buyer.customer.segment == "VIP" ? 3 : buyer.customer.segment == "Standard" ? 2 : 1
            var age = historyDays - random.number(in: 0...buyer.rhythm)
            while age > buyer.leftDays {
                let amount = orderAmount * weight * random.number(in: 50...150) / 100
                orders.append(order(buyer.customer, age: age, amount: amount))
                age -= max(3, buyer.rhythm * random.number(in: 70...130) / 100)
            }
        }
        return orders.sorted { ($0.orderDate ?? today, $0.customer) < ($1.orderDate ?? today, $1.customer) }
    }

    private mutating func order(_ customer: Customer, age: Int, amount: Int) -> Order {
        let date = today.adding(days: -age)
        let required = date.adding(days: leadDays + random.number(in: -5...5))
        // One in seven is not ready when it is needed.
        let isLate = random.number(in: 1...7) == 1
        let expected = required.adding(days: isLate ? random.number(in: 2...12) : -random.number(in: 0...6))
        let isDone = expected <= today
        let stages = ["confirmed", "in_production", "in_production", "quality_check", "shipped"]
        let step = min(stages.count - 1, age * stages.count / max(1, date.days(until: expected)))
        let isCancelled = random.number(in: 1...40) == 1
        return Order(
            id: "",
            number: "",
            customer: customer.name,
            customerEmail: customer.email,
            status: isCancelled ? "cancelled" : isDone ? "delivered" : stages[step],
            orderDate: date,
            requiredDate: required,
            expectedDate: expected,
            total: Int64(amount) * 10_000
        )
    }

    /// Numbers orders within their year: `ORD-2024-001`.
    static func numbered(_ orders: [Order], prefix: String) -> [Order] {
        var counts: [Int: Int] = [:]
        return orders.map { order in
            let year = order.orderDate?.year ?? 0
            counts[year, default: 0] += 1
            let digits = String(1000 + counts[year, default: 0]).suffix(3)
            var order = order
            order.number = "\(prefix)-\(year)-\(digits)"
            order.id = order.number
            return order
        }
    }

    /// An invoice for each delivered order; most are paid some days around their due date.
    mutating func invoices(for orders: [Order]) -> [Invoice] {
        var invoices: [Invoice] = []
        for order in orders where order.status == "delivered" {
            guard let date = order.expectedDate else { continue }
            let due = date.adding(days: 30)
            let paidAfter = random.number(in: -12...18)
            let slow = random.number(in: 1...14)
            let hasPaid = due.adding(days: slow == 1 ? 150 : paidAfter) <= today
            let paid = hasPaid ? order.total : slow <= 3 ? order.total / 20_000 * 10_000 : 0
            invoices.append(
                Invoice(
                    number: order.number.replacing("ORD", with: "INV"),
                    customer: order.customer,
                    invoiceDate: date,
                    dueDate: due,
                    total: order.total,
                    paid: paid
                )
            )
        }
        return invoices
    }
}

/// Generates what is used of materials, what is left of them and who delivers them.
struct StockGenerator {
    /// A material with how much of it is used.
    struct Item {
        var code: String
        var name: String
        var unit: String
        /// In 1/10,000 of the currency unit.
        var cost: Int64
        var weeklyUse: Int
        var supplier: String
    }

    let today: CalendarDate
    let weeks: Int
    var random: SeededGenerator

    /// Weekly use with a season of a year and a slow rise.
    mutating func usage(of items: [Item]) -> [MaterialUse] {
        var usage: [MaterialUse] = []
        for week in 0..<weeks {
            let date = today.adding(days: -7 * (weeks - week) + 3)
            let season = [0.92, 0.94, 1.03, 1.06, 1.08, 1.02, 0.90, 0.84, 1.04, 1.10, 1.09, 0.98][date.month - 1]
            for item in items {
                let level = Double(item.weeklyUse) * season * (0.85 + 0.15 * Double(week) / Double(weeks))
                let quantity = max(1, Int((level * (1 + 0.18 * random.swing())).rounded()))
                usage.append(MaterialUse(date: date, code: item.code, quantity: Int64(quantity) * 10_000))
            }
        }
        return usage
    }

    mutating func materials(_ items: [Item]) -> [Material] {
        items.map { item in
            let point = item.weeklyUse * 4
            // One in five has come down to its reorder point.
            let isShort = random.number(in: 1...5) == 1
            let stock = isShort ? point * random.number(in: 30...100) / 100 : point * random.number(in: 140...320) / 100
            return Material(
                code: item.code,
                name: item.name,
                unit: item.unit,
                stock: Int64(stock) * 10_000,
                reserved: Int64(item.weeklyUse * random.number(in: 0...80) / 100) * 10_000,
                reorderPoint: Int64(point) * 10_000,
                unitCost: item.cost,
                supplier: item.supplier
            )
        }
    }

    /// Monthly orders of each material; every supplier keeps dates and quality in a way of its own.
    mutating func deliveries(of items: [Item], months: Int, prefix: String) -> [Delivery] {
        let suppliers = Set(items.map(\.supplier)).sorted()
        var deliveries: [Delivery] = []
        for month in stride(from: months, through: 0, by: -1) {
            for item in items where (month + item.weeklyUse) % 3 == 0 {
                let place = suppliers.firstIndex(of: item.supplier) ?? 0
                let promised = today.adding(days: -30 * month + random.number(in: -12...12) + 8)
                let isLate = random.number(in: 1...100) <= 6 + 9 * place
                let came = promised.adding(days: isLate ? random.number(in: 1...14) : -random.number(in: 0...3))
                let quantity = item.weeklyUse * 12
                let rejected = random.number(in: 1...10) == 1 ? quantity * random.number(in: 1...8) / 100 : 0
                let hasCome = came <= today
                deliveries.append(
                    Delivery(
                        po: "\(prefix)-\(deliveries.count + 1001)",
                        material: item.code,
                        supplier: item.supplier,
                        promisedDate: promised,
                        deliveredDate: hasCome ? came : nil,
                        quantity: Int64(quantity) * 10_000,
                        accepted: hasCome ? Int64(quantity - rejected) * 10_000 : nil
                    )
                )
            }
        }
        return deliveries
    }
}
