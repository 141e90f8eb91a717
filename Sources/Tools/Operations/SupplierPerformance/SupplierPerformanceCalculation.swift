internal import AgentRuntime

/// Counts deliveries by supplier.
///
/// A delivery is due when it came, or when its promised day has passed; it is on time when it came by that day.
/// Deliveries without a promised day count for quality only.
struct SupplierPerformance {
    enum Order: String, CaseIterable {
        case overdue
        case onTime = "on_time_rate"
        case quality = "quality_rate"
        case daysLate = "average_days_late"
        case deliveries
    }

    struct Rating {
        var supplier: String
        var deliveries: [Delivery]
        var due = 0
        var onTime = 0
        var lateDays = 0
        var late = 0
        var delivered: Int128 = 0
        var accepted: Int128 = 0
        var overdue: [(delivery: Delivery, days: Int)] = []

        init(_ supplier: String, _ deliveries: [Delivery], today: CalendarDate) {
            self.supplier = supplier
            self.deliveries = deliveries
            for delivery in deliveries {
                let hasCome = delivery.deliveredDate.map { $0 <= today } ?? false
                if let promised = delivery.promisedDate, hasCome || promised < today {
                    due += 1
                    let days = promised.days(until: hasCome ? delivery.deliveredDate ?? today : today)
                    if days <= 0 {
                        onTime += 1
                    } else {
                        late += 1
                        lateDays += days
                        if !hasCome { overdue.append((delivery, days)) }
                    }
                }
                if hasCome, let good = delivery.accepted {
                    delivered += Int128(delivery.quantity)
                    accepted += Int128(good)
                }
            }
            overdue.sort { ($1.days, $0.delivery.po) < ($0.days, $1.delivery.po) }
        }

        var onTimeRate: ExactNumber? { ExactNumber(onTime).divided(by: ExactNumber(due), places: 6) }
        var daysLate: ExactNumber? { ExactNumber(lateDays).divided(by: ExactNumber(late), places: 1) }
        var qualityRate: ExactNumber? {
            ExactNumber(significand: accepted, exponent: 0)
                .divided(by: ExactNumber(significand: delivered, exponent: 0), places: 6)
        }
    }

    private static let citationsMax = 10

    private let arguments: JSONObject
    private let settings: TenantSettings
    private let ratings: [Rating]
    private let period: PeriodArgument?
    private let count: Int

    init(_ arguments: JSONObject, _ connection: SQLiteConnection, _ settings: TenantSettings) throws {
        self.arguments = arguments
        self.settings = settings
        var all = try DeliveryStore(connection).all()
        guard !all.isEmpty else { throw FigureFailure.none(of: "deliveries") }
        let known = Set(all.map(\.supplier)).sorted()
        if let name = arguments["supplier"]?.string?.trimmingBlanks().lowercased(), !name.isEmpty {
            all.removeAll { $0.supplier.lowercased() != name }
            guard !all.isEmpty else { throw FigureFailure.notFound("supplier", name, known: known) }
        }
        if let value = arguments["period"], !value.isNull {
            let period = try PeriodArgument(value, settings: settings)
            let dates = all.compactMap(\.promisedDate)
            all.removeAll { delivery in delivery.promisedDate.map { !period.period.contains($0) } ?? true }
            guard !all.isEmpty else {
                let range = dates.min().flatMap { first in dates.max().map { (first, $0) } }
                throw FigureFailure.noData("deliveries", period, available: range)
            }
            self.period = period
        } else {
            period = nil
        }
        count = all.count
        let groups = Dictionary(grouping: all) { $0.supplier.lowercased() }
        ratings = groups.values.map { Rating($0[0].supplier, $0, today: settings.today) }
    }

    func result() throws -> ToolResult {
        let order = try arguments.choice("order_by", Order.allCases.map(\.rawValue)).flatMap(Order.init) ?? .overdue
        let direction = try arguments.choice("order", ["asc", "desc"])
        let sorted = ratings.sorted { isBefore($0, $1, order, isAscending: direction != "desc") }
        let limit = try arguments.count(
            "limit",
            default: SupplierPerformanceTool.limitDefault,
            max: SupplierPerformanceTool.limitMax
        )
        let listed = sorted.prefix(limit)
        let due = ratings.reduce(0) { $0 + $1.due }
        let onTime = ratings.reduce(0) { $0 + $1.onTime }
        var content: JSONObject = [
            "as_of": .string(settings.today.description),
            "suppliers": .array(listed.map { .object(json($0)) }),
            "total": .integer(ratings.count),
            "deliveries": .integer(count),
            "on_time_rate": ExactNumber(onTime).divided(by: ExactNumber(due), places: 6).map(JSONValue.exact) ?? .null,
            "overdue": .integer(ratings.reduce(0) { $0 + $1.overdue.count }),
            "late_suppliers": .integer(ratings.count { !$0.overdue.isEmpty }),
        ]
        if let period { content["period"] = period.json }
        let summary = "\(count) deliveries of \(ratings.count) suppliers"
        let rows = Citation.rows("delivery", summary, rows: count, tool: SupplierPerformanceTool.name, arguments)
        let overdue = listed.flatMap { rating in rating.overdue.map { (rating.supplier, $0.delivery.po) } }
        return ToolResult(
            content: .object(content),
            citations: [rows]
                + overdue.prefix(Self.citationsMax).map { supplier, po in
                    Citation(source: "delivery", id: po, text: "\(po), \(supplier)")
                }
        )
    }

    private func isBefore(_ left: Rating, _ right: Rating, _ order: Order, isAscending: Bool) -> Bool {
        func key(_ rating: Rating) -> ExactNumber? {
            switch order {
            case .overdue: ExactNumber(-rating.overdue.count)
            case .onTime: rating.onTimeRate
            case .quality: rating.qualityRate
            case .daysLate: rating.daysLate
            case .deliveries: ExactNumber(rating.deliveries.count)
            }
        }
        let (first, second) = (key(left), key(right))
        if first != second {
            guard let first else { return false }
            guard let second else { return true }
            return (first < second) == isAscending
        }
        if order == .overdue, let one = left.onTimeRate, let other = right.onTimeRate, one != other {
            return one < other
        }
        return left.supplier < right.supplier
    }

    private func json(_ rating: Rating) -> JSONObject {
        [
            "supplier": .string(rating.supplier), "deliveries": .integer(rating.deliveries.count),
            "due": .integer(rating.due), "on_time": .integer(rating.onTime), "late": .integer(rating.late),
            "on_time_rate": rating.onTimeRate.map(JSONValue.exact) ?? .null,
            "average_days_late": rating.daysLate.map(JSONValue.exact) ?? .null,
            "quality_rate": rating.qualityRate.map(JSONValue.exact) ?? .null,
            "overdue": .array(
                rating.overdue.prefix(20).map { entry in
                    [
                        "po": .string(entry.delivery.po), "material": .string(entry.delivery.material),
                        "promised_date": .optional(entry.delivery.promisedDate?.description),
                        "days_late": .integer(entry.days),
                    ]
                }
            ),
            "overdue_count": .integer(rating.overdue.count),
        ]
    }
}
