internal import AgentRuntime

/// What each customer pays a year at the end of any day, told from the rows of subscriptions.
///
/// ARR is twelve times the monthly recurring revenue of the rows that run on that day, their last day included. A
/// customer's rows are summed, and never to less than nothing. A row labelled contraction or churn that lowers nothing
/// by itself (it has no end, its amount is positive, and no other row of the customer ends where it starts) is read as
/// taking its amount away.
struct RecurringRevenue {
    /// One row as it counts.
    struct Line {
        var subscription: Subscription
        /// The customer's place in `customers`.
        var customer: Int
        var first: Int
        /// `Int.max` while it runs.
        var last: Int
        /// A year's worth in 1/10,000 of the currency unit.
        var units: Int128

        func runs(on day: Int) -> Bool { first <= day && day <= last }
    }

    /// The names of the customers, sorted.
    let customers: [String]
    let lines: [Line]
    /// The first day that a row is about.
    let firstDate: CalendarDate
    /// The places of each customer's lines.
    private let places: [[Int]]
    /// The first day on which each customer paid; `Int.max` for one that never did.
    private let began: [Int]

    /// `nil` without rows.
    init?(_ subscriptions: [Subscription], directory: CustomerDirectory) {
        guard let earliest = subscriptions.map(\.startDate).min() else { return nil }
        firstDate = earliest
        var names: [String: String] = [:]
        for subscription in subscriptions {
            let identity = directory.identity(subscription.customer)
            if names[identity] == nil { names[identity] = directory.name(subscription.customer) }
        }
        let ordered = names.sorted { ($0.value.lowercased(), $0.key) < ($1.value.lowercased(), $1.key) }
        customers = ordered.map(\.value)
        let numbers = Dictionary(uniqueKeysWithValues: ordered.enumerated().map { ($1.key, $0) })
        var lines = subscriptions.map { subscription in
            Line(
                subscription: subscription,
                customer: numbers[directory.identity(subscription.customer)] ?? 0,
                first: subscription.startDate.daysSinceEpoch,
                last: subscription.endDate?.daysSinceEpoch ?? .max,
                units: Int128(subscription.mrr) * 12
            )
        }
        var ends: [Int: Set<Int>] = [:]
        for line in lines where line.last != .max { ends[line.customer, default: []].insert(line.last) }
        for index in lines.indices {
            let line = lines[index]
            guard line.last == .max, line.units > 0,
                line.subscription.change == .contraction || line.subscription.change == .churn
            else { continue }
            let ended = ends[line.customer] ?? []
            if !ended.contains(line.first), !ended.contains(line.first - 1) { lines[index].units = -line.units }
        }
        self.lines = lines
        var own = [[Int]](repeating: [], count: customers.count)
        for (index, line) in lines.enumerated() { own[line.customer].append(index) }
        self.places = own
        var began = [Int](repeating: .max, count: customers.count)
        for line in lines where line.units > 0 { began[line.customer] = min(began[line.customer], line.first) }
        self.began = began
    }

    /// The yearly revenue of each customer at the end of a day.
    func levels(on date: CalendarDate, where isWanted: (Line) -> Bool = { _ in true }) -> [Int128] {
        let day = date.daysSinceEpoch
        var levels = [Int128](repeating: 0, count: customers.count)
        for line in lines where line.runs(on: day) && isWanted(line) { levels[line.customer] += line.units }
        for index in levels.indices where levels[index] < 0 { levels[index] = 0 }
        return levels
    }

    /// A customer's rows, the oldest first.
    func lines(of customer: Int) -> [Line] { places[customer].map { lines[$0] } }

    /// Whether the customer had paid before the end of that day, or a row says that it came back.
    func returns(_ customer: Int, after date: CalendarDate, until end: CalendarDate) -> Bool {
        if began[customer] <= date.daysSinceEpoch { return true }
        return lines(of: customer).contains { line in
            line.subscription.change == .reactivation
                && line.first > date.daysSinceEpoch && line.first <= end.daysSinceEpoch
        }
    }
}

/// What moved the recurring revenue between the ends of two days, customer by customer.
///
/// A customer that paid at neither end moved nothing; one that paid at both moved by the difference. Opening + new +
/// expansion + reactivation − contraction − churn = closing, exactly. Net dollar retention = (opening + expansion −
/// contraction − churn) / opening, gross dollar retention = (opening − contraction − churn) / opening: what the
/// customers of the opening still pay, with and without what they added (SaaS Metrics Standards Board, "Net Revenue
/// Retention", "Gross Revenue Retention"). Logo retention counts the same customers.
struct RecurringMovement {
    enum Kind: String, CaseIterable {
        case new, expansion, reactivation, contraction, churn
        var isLoss: Bool { self == .contraction || self == .churn }
    }

    struct Change {
        var customer: Int
        var kind: Kind
        /// Negative for a loss.
        var units: Int128
    }

    let opening: [Int128]
    let closing: [Int128]
    let changes: [Change]

    init(_ revenue: RecurringRevenue, after before: CalendarDate, until end: CalendarDate) {
        opening = revenue.levels(on: before)
        closing = revenue.levels(on: end)
        var changes: [Change] = []
        for customer in revenue.customers.indices {
            let difference = closing[customer] - opening[customer]
            guard difference != 0 else { continue }
            let kind: Kind
            if opening[customer] == 0 {
                kind = revenue.returns(customer, after: before, until: end) ? .reactivation : .new
            } else if closing[customer] == 0 {
                kind = .churn
            } else {
                kind = difference > 0 ? .expansion : .contraction
            }
            changes.append(Change(customer: customer, kind: kind, units: difference))
        }
        self.changes = changes
    }

    var openingUnits: Int128 { opening.reduce(0, +) }
    var closingUnits: Int128 { closing.reduce(0, +) }
    var openingCustomers: Int { opening.count { $0 > 0 } }
    var closingCustomers: Int { closing.count { $0 > 0 } }

    func of(_ kind: Kind) -> [Change] { changes.filter { $0.kind == kind } }
    func units(_ kind: Kind) -> Int128 { changes.reduce(0) { $1.kind == kind ? $0 + $1.units : $0 } }

    /// `nil` where there was nothing to keep.
    var netRetention: ExactNumber? {
        Self.ratio(openingUnits + units(.expansion) + units(.contraction) + units(.churn), openingUnits)
    }

    var grossRetention: ExactNumber? { Self.ratio(openingUnits + units(.contraction) + units(.churn), openingUnits) }

    var logoRetention: ExactNumber? {
        Self.ratio(Int128(openingCustomers - of(.churn).count), Int128(openingCustomers))
    }

    private static func ratio(_ part: Int128, _ whole: Int128) -> ExactNumber? {
        guard whole > 0 else { return nil }
        return ExactNumber(significand: part, exponent: 0)
            .divided(by: ExactNumber(significand: whole, exponent: 0), places: 6)
    }
}
