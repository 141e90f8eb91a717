internal import AgentRuntime

/// Finds the orders that are asked for.
///
/// A conversation that is bound to a customer sees that customer's orders only; an order of somebody else is answered
/// exactly like one that is not there.
struct OrderStatus {
    /// Orders that an answer cites one by one.
    private static let citationsMax = 10

    private let arguments: JSONObject
    private let today: CalendarDate
    private let currency: String
    private let directory: CustomerDirectory
    private let all: [Order]
    /// The identity of the customer that the conversation is bound to.
    private let bound: String?
    /// The same, or of the one that it is taken to belong to.
    private let own: String?
    private let period: PeriodArgument?

    init(_ arguments: JSONObject, _ connection: SQLiteConnection, _ context: ToolContext) throws {
        self.arguments = arguments
        today = context.settings.today
        currency = context.settings.currency
        let directory = try CustomerDirectory(connection)
        let orders = try OrderStore(connection).all()
        guard !orders.isEmpty else { throw FigureFailure.none(of: "orders") }
        let customers = ConversationCustomers(connection)
        bound = try customers.customer(of: context.session).map(directory.identity)
        all = bound.map { bound in orders.filter { directory.identity($0.customer) == bound } } ?? orders
        if let bound {
            own = bound
        } else {
            let others = try customers.customerOfOthers().map(directory.identity)
            own = OrderStatus.owner(context.principal.email, others, orders, directory)
        }
        self.directory = directory
        if let value = arguments["period"], !value.isNull {
            period = try PeriodArgument(value, settings: context.settings)
        } else {
            period = nil
        }
    }

    /// By the user's own e-mail, else the one that the tenant names, else the only customer that there is.
    private static func owner(
        _ email: String?,
        _ named: String?,
        _ orders: [Order],
        _ directory: CustomerDirectory
    ) -> String? {
        let identities = Set(orders.map { directory.identity($0.customer) })
        if let email = email?.lowercased(), !email.isEmpty {
            if let customer = directory.customer(named: email), identities.contains(customer.id.lowercased()) {
                return customer.id.lowercased()
            }
            if let order = orders.last(where: { $0.customerEmail.lowercased() == email }) {
                return directory.identity(order.customer)
            }
        }
        if let named, identities.contains(named) { return named }
        return identities.count == 1 ? identities.first : nil
    }

    func result() throws -> ToolResult {
        if let number = text("order_number") { return try one(number) }
        var found = all
        if let name = text("customer") {
            let identity = directory.identity(name)
            found = found.filter { directory.identity($0.customer) == identity }
            if found.isEmpty, directory.customer(named: name).map({ !isVisible($0) }) ?? true {
                throw FigureFailure.notFound("customer", name, known: customerNames)
            }
        }
        let isFiltered = ["customer", "status", "late", "period"].contains { arguments[$0].map { !$0.isNull } ?? false }
        let isMine = arguments["mine"]?.bool ?? !isFiltered
        if isMine {
            guard let own else { return list(found.filter(\.isOpen), scope: "unknown_customer") }
            found = found.filter { directory.identity($0.customer) == own }
        }
        if let status = text("status") { found = try keep(status, of: found) }
        if let isLate = arguments["late"]?.bool {
            found = found.filter { $0.isOpen && ($0.daysLate(today: today) != nil) == isLate }
        }
        if let period {
            found = found.filter { order in order.orderDate.map(period.period.contains) ?? false }
        }
        // Of somebody's own orders the open ones are asked about; the last one where none is open.
        if isMine, !isFiltered {
            let open = found.filter(\.isOpen)
            found = open.isEmpty ? Array(latestFirst(found).prefix(1)) : open
        }
        return list(found, scope: isMine ? "customer" : "all")
    }

    private func isVisible(_ customer: Customer) -> Bool { bound.map { $0 == customer.id.lowercased() } ?? true }

    private var customerNames: [String] {
        bound == nil ? directory.customers.map(\.name) + Set(all.map(\.customer)).sorted() : []
    }

    private func one(_ text: String) throws -> ToolResult {
        let wanted = text.hasPrefix("#") ? String(text.dropFirst()) : text
        func isMeant(_ order: Order) -> Bool {
            order.number.lowercased() == wanted.lowercased() || order.id.lowercased() == wanted.lowercased()
        }
        let found = all.filter(isMeant)
        guard !found.isEmpty else {
            throw FigureFailure.notFound("order", wanted, known: all.map(\.number))
        }
        return list(found, scope: "order")
    }

    private func keep(_ status: String, of orders: [Order]) throws -> [Order] {
        let wanted = Order(id: "", number: "", status: status).statusWords
        if wanted == "open" || wanted == "all" { return wanted == "all" ? orders : orders.filter(\.isOpen) }
        let known = Set(all.map(\.statusWords))
        guard known.contains(wanted) else {
            throw FigureFailure.unknownValue(status, dimension: "order status", known: known.sorted())
        }
        return orders.filter { $0.statusWords == wanted }
    }

    private func text(_ name: String) -> String? {
        arguments[name]?.string.map { $0.trimmingBlanks() }.flatMap { $0.isEmpty ? nil : $0 }
    }

    private func latestFirst(_ orders: [Order]) -> [Order] {
        orders.sorted { left, right in
            let first = left.orderDate?.dayNumber ?? .min
            let second = right.orderDate?.dayNumber ?? .min
            return first != second ? first > second : left.number < right.number
        }
    }

    private func list(_ found: [Order], scope: String) -> ToolResult {
        let limit = min(max(arguments["limit"]?.int ?? OrderStatusTool.limitDefault, 1), OrderStatusTool.limitMax)
        let ordered = latestFirst(found)
        let listed = ordered.prefix(limit)
        let own = ordered.filter { $0.currency.isEmpty || $0.currency == currency }
        let total = own.reduce(Int128(0)) { $0 + Int128($1.total) }
        let statuses = Dictionary(grouping: found, by: \.statusWords).mapValues(\.count)
        let content: JSONObject = [
            "as_of": .string(today.description),
            "currency": .string(currency),
            "scope": .string(scope),
            "orders": .array(listed.map { .object(json($0)) }),
            "total": .integer(found.count),
            "open": .integer(found.count(where: \.isOpen)),
            "late": .integer(found.count { $0.isOpen && $0.daysLate(today: today) != nil }),
            "amount": .exact(ExactNumber(significand: total, exponent: -4)),
            "statuses": .array(
                statuses.sorted { ($1.value, $0.key) < ($0.value, $1.key) }.map { status, count in
                    ["status": .string(status), "count": .integer(count)]
                }
            ),
        ]
        let summary = "\(found.count) of \(all.count) orders"
        let rows = Citation.rows("order", summary, rows: found.count, tool: OrderStatusTool.name, arguments)
        let single = listed.prefix(Self.citationsMax).map { order in
            Citation(
                source: "order",
                id: order.id,
                text: [order.number, directory.name(order.customer), order.statusWords].filter { !$0.isEmpty }
                    .joined(separator: ", ")
            )
        }
        return ToolResult(content: .object(content), citations: found.count == 1 ? single : [rows] + single)
    }

    private func json(_ order: Order) -> JSONObject {
        var json: JSONObject = [
            "id": .string(order.id), "number": .string(order.number),
            "customer": .string(directory.name(order.customer)), "status": .string(order.statusWords),
            "order_date": .optional(order.orderDate?.description),
            "required_date": .optional(order.requiredDate?.description),
            "expected_date": .optional(order.expectedDate?.description),
            "total": .money(order.amount),
            "currency": .string(order.currency.isEmpty ? currency : order.currency),
            "is_open": .bool(order.isOpen),
        ]
        if order.isOpen, let days = order.daysLate(today: today) { json["days_late"] = .integer(days) }
        return json
    }
}

extension Order {
    /// Days that an open order is or will be late: expected after it is required, or still not done by then.
    ///
    /// `nil` for one that is in time, or of which no date says.
    func daysLate(today: CalendarDate) -> Int? {
        guard let due = requiredDate ?? expectedDate else { return nil }
        let end = max(expectedDate ?? today, today)
        let days = due.days(until: end)
        return days > 0 ? days : nil
    }
}
