internal import AgentRuntime

/// Answers `arr_movement` for a period: its opening is the end of the day before, its closing the end of its last day,
/// or of today where it still runs.
struct ARRMovement {
    static let steps = ["month", "quarter", "year"]
    static let divisions = ["plan", "segment", "region", "customer"]
    static let limitDefault = 10
    static let limitMax = 100
    static let stepsMax = 120
    /// Rows that a citation names; beyond them it tells how many there are.
    private static let rowsNamedMax = 50

    private let revenue: RecurringRevenue
    private let directory: CustomerDirectory
    private let settings: TenantSettings
    private let arguments: JSONObject
    private let period: PeriodArgument
    private let before: CalendarDate
    private let end: CalendarDate
    private let granularity: Granularity?
    private let division: String?
    private let limit: Int
    private let filters: [(dimension: String, value: String)]

    init(
        _ arguments: JSONObject,
        subscriptions: [Subscription],
        directory: CustomerDirectory,
        settings: TenantSettings
    ) throws(FigureFailure) {
        self.arguments = arguments
        self.settings = settings
        self.directory = directory
        let calendar = FiscalCalendar(startMonth: settings.fiscalYearStart)
        if let value = arguments["period"], !value.isNull {
            period = try PeriodArgument(value, settings: settings)
        } else {
            period = PeriodArgument(calendar.period(.month, containing: settings.today), settings: settings)
        }
        granularity = try arguments.choice("granularity", Self.steps).flatMap(Granularity.init(rawValue:))
        division = try arguments.choice("group_by", Self.divisions)
        limit = try arguments.count("limit", default: Self.limitDefault, max: Self.limitMax)
        let wanted = Self.divisions.compactMap { dimension in
            arguments[dimension]?.string.map { (dimension: dimension, value: $0) }
        }
        var kept = subscriptions
        var filters: [(dimension: String, value: String)] = []
        for (dimension, value) in wanted {
            let (rows, name) = try Self.narrowed(kept, dimension, value, directory)
            kept = rows
            filters.append((dimension, name))
        }
        self.filters = filters
        guard let revenue = RecurringRevenue(kept, directory: directory) else {
            throw .none(of: "subscriptions")
        }
        self.revenue = revenue
        guard period.period.start <= settings.today else {
            throw .invalidPeriod("it has not begun, and recurring revenue is not projected")
        }
        end = min(period.period.end, settings.today)
        before = period.period.start.adding(days: -1)
        guard end >= revenue.firstDate else {
            throw .noData("subscription", period, available: (revenue.firstDate, settings.today))
        }
        if let granularity, let months = granularity.months {
            guard period.period.dayCount <= Self.stepsMax * 28 * months else {
                throw .invalidArgument("granularity", "is too fine for so long a period")
            }
        }
    }

    private static func narrowed(
        _ rows: [Subscription],
        _ dimension: String,
        _ value: String,
        _ directory: CustomerDirectory
    ) throws(FigureFailure) -> ([Subscription], String) {
        let wanted = dimension == "customer" ? directory.identity(value) : value.trimmingBlanks().lowercased()
        let found = rows.filter { row in
            dimension == "customer"
                ? directory.identity(row.customer) == wanted
                : Self.value(of: row, dimension, directory).lowercased() == wanted
        }
        guard let first = found.first else {
            let known = Set(rows.map { Self.value(of: $0, dimension, directory) }).sorted()
            let nearest = NearestName.of(value, among: known)
            let hint = nearest.map { "; did you mean “\($0)”?" } ?? "."
            throw FigureFailure(
                code: "unknown_value",
                message: "No subscription has the \(dimension) “\(shown(value))”\(hint)",
                more: [
                    "dimension": .string(dimension), "nearest": .optional(nearest), "value": .string(shown(value)),
                    "values": .array(known.prefix(50).map(JSONValue.string)),
                ]
            )
        }
        return (found, Self.value(of: first, dimension, directory))
    }

    private static func value(of row: Subscription, _ dimension: String, _ directory: CustomerDirectory) -> String {
        let value: String
        switch dimension {
        case "plan": value = row.plan
        case "segment": value = directory.customer(named: row.customer)?.segment ?? ""
        case "region": value = directory.customer(named: row.customer)?.region ?? ""
        default: value = directory.name(row.customer)
        }
        return value.isEmpty ? "unassigned" : value
    }

    // MARK: Result

    func result() throws -> ToolResult {
        let movement = RecurringMovement(revenue, after: before, until: end)
        let rows = touched
        var content: JSONObject = [
            "period": period.json,
            "opening_date": .string(before.description),
            "as_of": .string(end.description),
            "to_date": .bool(end < period.period.end),
            "currency": .string(settings.currency),
            "closing_mrr": Self.amount(movement.closingUnits, yearly: false),
            "filters": .array(filters.map { ["dimension": .string($0.dimension), "values": [.string($0.value)]] }),
            "rows": .integer(rows.count),
        ]
        for member in Self.figures(of: movement).members { content[member.name] = member.value }
        content["movements"] = .object(movements(movement))
        content["waterfall"] = .array(Self.waterfall(movement, period, before))
        content["changes"] = .array(changes(movement))
        content["changed_customers"] = .integer(movement.changes.count)
        if let granularity {
            content["granularity"] = .string(granularity.rawValue)
            content["series"] = .array(series(granularity))
        }
        if let division {
            content["group_by"] = .string(division)
            let groups = groups(division)
            content["groups"] = .array(Array(groups.prefix(limit)))
            content["group_count"] = .integer(groups.count)
        }
        return ToolResult(content: .object(content), citations: [citation(rows)])
    }

    private static func amount(_ units: Int128, yearly: Bool = true) -> JSONValue {
        let exact = ExactNumber(significand: units, exponent: -4)
        // What is summed are whole twelfths, so the division has no rest.
        return .exact(yearly ? exact : exact.divided(by: ExactNumber(12), places: 4) ?? .zero)
    }

    /// What stands in the whole and in each step of a series.
    private static func figures(of movement: RecurringMovement) -> JSONObject {
        let lost = -(movement.units(.contraction) + movement.units(.churn))
        let gained = movement.units(.new) + movement.units(.expansion) + movement.units(.reactivation)
        return [
            "opening_arr": amount(movement.openingUnits),
            "closing_arr": amount(movement.closingUnits),
            "net_change": amount(movement.closingUnits - movement.openingUnits),
            "gained_arr": amount(gained),
            "lost_arr": amount(lost),
            "opening_customers": .integer(movement.openingCustomers),
            "closing_customers": .integer(movement.closingCustomers),
            "ndr": movement.netRetention.map(JSONValue.exact) ?? .null,
            "grr": movement.grossRetention.map(JSONValue.exact) ?? .null,
            "logo_retention": movement.logoRetention.map(JSONValue.exact) ?? .null,
        ]
    }

    private func movements(_ movement: RecurringMovement) -> JSONObject {
        var object = JSONObject()
        for kind in RecurringMovement.Kind.allCases {
            let changes = movement.of(kind)
            var entry: JSONObject = [
                "arr": Self.amount(movement.units(kind)), "customers": .integer(changes.count),
            ]
            if kind == .new {
                entry["average_arr"] =
                    changes.isEmpty
                    ? .null
                    : ExactNumber(significand: movement.units(kind), exponent: -4)
                        .divided(by: ExactNumber(changes.count), places: 2).map(JSONValue.exact) ?? .null
            }
            if kind == .expansion {
                entry["upsell"] = Self.amount(expansion(changes, .upsell))
                entry["cross_sell"] = Self.amount(expansion(changes, .crossSell))
            }
            if kind.isLoss { entry["reasons"] = .array(reasons(changes)) }
            object[kind.rawValue] = .object(entry)
        }
        return object
    }

    /// The part of what customers added that rows of a label brought, never more than they added.
    private func expansion(_ changes: [RecurringMovement.Change], _ label: SubscriptionChange) -> Int128 {
        changes.reduce(0) { sum, change in
            let brought = revenue.lines(of: change.customer).reduce(Int128(0)) { sum, line in
                line.subscription.change == label && hasStarted(line) ? sum + line.units : sum
            }
            return sum + min(change.units, max(0, brought))
        }
    }

    private func hasStarted(_ line: RecurringRevenue.Line) -> Bool {
        line.first > before.daysSinceEpoch && line.first <= end.daysSinceEpoch
    }

    private func hasEnded(_ line: RecurringRevenue.Line) -> Bool {
        line.last >= before.daysSinceEpoch && line.last < end.daysSinceEpoch
    }

    /// Why a customer pays less: what the rows say that ended or took away in the period.
    private func reason(_ change: RecurringMovement.Change) -> String {
        let told = revenue.lines(of: change.customer).filter { line in
            !line.subscription.reason.isEmpty && (hasEnded(line) || hasStarted(line))
        }
        let label: SubscriptionChange = change.kind == .churn ? .churn : .contraction
        let line = told.last { $0.subscription.change == label } ?? told.last { hasEnded($0) || $0.units < 0 }
        return line?.subscription.reason ?? ""
    }

    private func reasons(_ changes: [RecurringMovement.Change]) -> [JSONValue] {
        var sums: [String: (units: Int128, count: Int)] = [:]
        for change in changes {
            let name = reason(change)
            let sum = sums[name] ?? (0, 0)
            sums[name] = (sum.units + change.units, sum.count + 1)
        }
        return sums.sorted { ($0.value.units, $0.key) < ($1.value.units, $1.key) }.map { name, sum in
            [
                "reason": .string(name.isEmpty ? "not stated" : name), "arr": Self.amount(sum.units),
                "count": .integer(sum.count),
            ]
        }
    }

    /// The customers that moved most, the largest first.
    private func changes(_ movement: RecurringMovement) -> [JSONValue] {
        let ordered = movement.changes.sorted { left, right in
            left.units.magnitude != right.units.magnitude
                ? left.units.magnitude > right.units.magnitude : left.customer < right.customer
        }
        return ordered.prefix(limit).map { change in
            var object: JSONObject = [
                "customer": .string(revenue.customers[change.customer]), "movement": .string(change.kind.rawValue),
                "arr": Self.amount(change.units),
            ]
            if change.kind.isLoss { object["reason"] = .string(reason(change)) }
            return .object(object)
        }
    }

    /// The bars from the opening to the closing, each from where the one before ended.
    private static func waterfall(
        _ movement: RecurringMovement,
        _ period: PeriodArgument,
        _ before: CalendarDate
    ) -> [JSONValue] {
        var level = movement.openingUnits
        var steps: [JSONValue] = [
            ["name": "Opening", "kind": "start", "value": amount(level), "from": 0, "to": amount(level)]
        ]
        for kind in RecurringMovement.Kind.allCases {
            let units = movement.units(kind)
            guard units != 0 else { continue }
            steps.append([
                "name": .string(kind.rawValue.prefix(1).uppercased() + kind.rawValue.dropFirst()), "kind": "change",
                "value": amount(units), "from": amount(level), "to": amount(level + units),
            ])
            level += units
        }
        steps.append(["name": "Closing", "kind": "end", "value": amount(level), "from": 0, "to": amount(level)])
        return steps
    }

    /// The movements step by step, those that have begun.
    private func series(_ granularity: Granularity) -> [JSONValue] {
        period.period.split(by: granularity, fiscalYearStart: settings.fiscalYearStart)
            .filter { $0.start <= settings.today && $0.end >= revenue.firstDate }
            .map { step in
                let movement = RecurringMovement(
                    revenue,
                    after: step.start.adding(days: -1),
                    until: min(step.end, settings.today)
                )
                var object: JSONObject = ["period": PeriodArgument(step, settings: settings).json]
                for member in Self.figures(of: movement).members { object[member.name] = member.value }
                for kind in RecurringMovement.Kind.allCases {
                    object[kind.rawValue] = Self.amount(movement.units(kind))
                }
                return .object(object)
            }
    }

    /// The recurring revenue by the values of a dimension at both ends, the largest first.
    private func groups(_ division: String) -> [JSONValue] {
        let names = Set(revenue.lines.map { Self.value(of: $0.subscription, division, directory) }).sorted()
        let whole = revenue.levels(on: end).reduce(0, +)
        var rows: [Int: String] = [:]
        for (index, line) in revenue.lines.enumerated() {
            rows[index] = Self.value(of: line.subscription, division, directory)
        }
        let places = Dictionary(uniqueKeysWithValues: names.enumerated().map { ($1, $0) })
        /// The level of each group and the customers that make it.
        func levels(_ date: CalendarDate) -> [(units: Int128, customers: Int)] {
            var parts: [[Int: Int128]] = Array(repeating: [:], count: names.count)
            let day = date.daysSinceEpoch
            for (index, line) in revenue.lines.enumerated() where line.runs(on: day) {
                guard let place = rows[index].flatMap({ places[$0] }) else { continue }
                parts[place][line.customer, default: 0] += line.units
            }
            return parts.map { part in
                let paid = part.values.filter { $0 > 0 }
                return (paid.reduce(0, +), paid.count)
            }
        }
        let (first, last) = (levels(before), levels(end))
        return names.indices
            .filter { first[$0].units != 0 || last[$0].units != 0 }
            .sorted { last[$0].units != last[$1].units ? last[$0].units > last[$1].units : $0 < $1 }
            .map { place in
                let closing = ExactNumber(significand: last[place].units, exponent: -4)
                let share = closing.divided(by: ExactNumber(significand: whole, exponent: -4), places: 6)
                return [
                    "name": .string(names[place]), "opening_arr": Self.amount(first[place].units),
                    "closing_arr": .exact(closing), "customers": .integer(last[place].customers),
                    "net_change": Self.amount(last[place].units - first[place].units),
                    "share": share.map(JSONValue.exact) ?? .null,
                ]
            }
    }

    // MARK: Citation

    /// The rows that run at either end or in between.
    private var touched: [Subscription] {
        let (first, last) = (before.daysSinceEpoch, end.daysSinceEpoch)
        return revenue.lines.filter { $0.first <= last && $0.last >= first }.map(\.subscription)
    }

    private func citation(_ rows: [Subscription]) -> Citation {
        let query = Citation.query(ARRMovementTool.name, arguments)
        return Citation(
            source: "subscription",
            id: "subscriptions_" + SHA256.hex(query).prefix(16),
            text: "\(rows.count) subscription row\(rows.count == 1 ? "" : "s"), \(period.label)",
            fields: [
                "query": .string(query), "rows": .integer(rows.count),
                "ids": .array(rows.prefix(Self.rowsNamedMax).map { .string($0.id) }),
                "period": [
                    "start_date": .string(period.period.start.description),
                    "end_date": .string(period.period.end.description),
                ],
            ]
        )
    }
}
