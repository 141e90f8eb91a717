internal import AgentRuntime

/// Holds stock against reorder points and use.
///
/// Free stock is stock less reserved; daily use is what was used in the last 90 days over the days since the first use
/// in them; days of cover are free stock over daily use. A material is out when nothing is free, critical at or below
/// half of its reorder point or a week of cover, low at or below the reorder point or, without one, two weeks of cover.
/// What to order brings free stock and what is on its way up to the reorder point and 30 days of use (an order-up-to
/// level: Silver, Pyke, Thomas, Inventory and Production Management in Supply Chains, 4th ed., §6.2).
struct StockAlerts {
    static let useDays = 90
    private static let coverDays = 30
    private static let citationsMax = 10

    enum Level: String, Comparable {
        case out, critical, low, ok

        static func < (left: Level, right: Level) -> Bool { left.rank < right.rank }

        private var rank: Int {
            switch self {
            case .out: 0
            case .critical: 1
            case .low: 2
            case .ok: 3
            }
        }
    }

    private let materials: [Material]
    /// What was used in the window, in 1/10,000, and over how many days.
    private let used: [String: (quantity: Int128, days: Int)]
    /// What is ordered and has not come.
    private let incoming: [String: Int128]
    private let settings: TenantSettings

    init(_ connection: SQLiteConnection, _ settings: TenantSettings) throws {
        let store = MaterialStore(connection)
        materials = try store.all()
        guard !materials.isEmpty else { throw FigureFailure.none(of: "materials") }
        let today = settings.today
        let start = today.adding(days: -Self.useDays)
        var used: [String: (quantity: Int128, first: CalendarDate)] = [:]
        for use in try store.usage() where start < use.date && use.date <= today {
            used[use.code, default: (0, use.date)].quantity += Int128(use.quantity)
        }
        // One use alone tells no pace shorter than a month.
        self.used = used.mapValues { ($0.quantity, max(30, $0.first.days(until: today) + 1)) }
        var incoming: [String: Int128] = [:]
        for delivery in try DeliveryStore(connection).all() where delivery.deliveredDate == nil {
            incoming[delivery.material, default: 0] += Int128(delivery.quantity)
        }
        self.incoming = incoming
        self.settings = settings
    }

    /// In 1/10,000 of the unit a day, times the days of the window: use over those days.
    private func dailyUse(_ material: Material) -> ExactNumber? {
        guard let use = used[material.code], use.quantity > 0 else { return nil }
        return ExactNumber(significand: use.quantity, exponent: -4).divided(by: ExactNumber(use.days), places: 4)
    }

    private func cover(_ material: Material) -> ExactNumber? {
        let free = ExactNumber(significand: Int128(material.available), exponent: -4)
        guard let use = dailyUse(material), !use.isZero else { return nil }
        return free.isNegative ? .zero : free.divided(by: use, places: 1)
    }

    func level(_ material: Material) -> Level {
        let cover = cover(material)
        let isUsed = cover != nil || material.reorderPoint != nil
        if material.available <= 0, isUsed { return .out }
        if let point = material.reorderPoint, point > 0 {
            if material.available <= point / 2 { return .critical }
            if material.available <= point { return .low }
        }
        guard let cover else { return .ok }
        if cover <= ExactNumber(7) { return .critical }
        return material.reorderPoint == nil && cover <= ExactNumber(14) ? .low : .ok
    }

    /// Never less than nothing; `nil` where neither a reorder point nor use says what is needed.
    private func suggested(_ material: Material) -> ExactNumber? {
        let use = dailyUse(material)
        guard material.reorderPoint != nil || use != nil else { return nil }
        let point = ExactNumber(significand: Int128(material.reorderPoint ?? 0), exponent: -4)
        let there = Int128(material.available) + (incoming[material.code] ?? 0)
        let need = (use ?? .zero).multiplied(by: ExactNumber(Self.coverDays)).flatMap(point.adding)
            .flatMap { $0.subtracting(ExactNumber(significand: there, exponent: -4)) }
        return need.map { $0.isNegative ? .zero : $0.rounded(places: 0) }
    }

    func result(_ arguments: JSONObject) throws -> ToolResult {
        func text(_ name: String) -> String? {
            arguments[name]?.string.map { $0.trimmingBlanks() }.flatMap { $0.isEmpty ? nil : $0 }
        }
        var chosen = materials.map { (material: $0, level: level($0)) }
        if let supplier = text("supplier") {
            let known = Set(materials.map(\.supplier)).filter { !$0.isEmpty }
            guard known.contains(where: { $0.lowercased() == supplier.lowercased() }) else {
                throw FigureFailure.notFound("supplier", supplier, known: known.sorted())
            }
            chosen.removeAll { $0.material.supplier.lowercased() != supplier.lowercased() }
        }
        if let wanted = text("material") {
            chosen.removeAll { !$0.material.isNamed(wanted) }
            guard !chosen.isEmpty else {
                throw FigureFailure.notFound("material", wanted, known: materials.flatMap { [$0.code, $0.name] })
            }
        }
        let valued = chosen.map(\.material)
        if text("material") == nil { chosen.removeAll { $0.level == .ok } }
        let urgent = chosen.map { (entry: $0, cover: cover($0.material)) }.sorted { left, right in
            if left.entry.level != right.entry.level { return left.entry.level < right.entry.level }
            if let first = left.cover, let second = right.cover, first != second { return first < second }
            if (left.cover == nil) != (right.cover == nil) { return left.cover != nil }
            return left.entry.material.code < right.entry.material.code
        }
        .map(\.entry)
        let limit = min(max(arguments["limit"]?.int ?? StockAlertsTool.limitDefault, 1), StockAlertsTool.limitMax)
        let listed = urgent.prefix(limit)
        let costs = chosen.compactMap { cost($0.material) }
        let content: JSONObject = [
            "as_of": .string(settings.today.description),
            "currency": .string(settings.currency),
            "total": .integer(chosen.count),
            "materials": .integer(materials.count),
            "levels": [
                "out": .integer(chosen.count { $0.level == .out }),
                "critical": .integer(chosen.count { $0.level == .critical }),
                "low": .integer(chosen.count { $0.level == .low }),
            ],
            "stock_value": .exact(try Self.value(of: valued)),
            "valued_count": .integer(valued.count { $0.unitCost != nil }),
            "unvalued_count": .integer(valued.count { $0.unitCost == nil }),
            "order_cost": .exact(costs.reduce(ExactNumber.zero) { $0.adding($1) ?? $0 }),
            "alerts": .array(listed.map { .object(json($0.material, $0.level)) }),
        ]
        let summary = "\(chosen.count) of \(materials.count) materials"
        let rows = Citation.rows("material", summary, rows: chosen.count, tool: StockAlertsTool.name, arguments)
        return ToolResult(
            content: .object(content),
            citations: [rows]
                + listed.prefix(Self.citationsMax).map {
                    Citation(source: "material", id: $0.material.code, text: "\($0.material.code), \($0.material.name)")
                }
        )
    }

    /// What is in stock at its unit cost; what has none is left out.
    private static func value(of materials: [Material]) throws -> ExactNumber {
        var units: Int128 = 0
        for material in materials {
            let (sum, isOver) = units.addingReportingOverflow(Int128(material.stock) * Int128(material.unitCost ?? 0))
            guard !isOver else { throw FigureFailure.invalidArgument("materials", "are beyond the largest amount") }
            units = sum
        }
        return ExactNumber(significand: units, exponent: -8).rounded(places: 4)
    }

    private func cost(_ material: Material) -> ExactNumber? {
        guard let unitCost = material.unitCost, let quantity = suggested(material) else { return nil }
        return quantity.multiplied(by: Money(units: unitCost).exact)?.rounded(places: 4)
    }

    private func json(_ material: Material, _ level: Level) -> JSONObject {
        func quantity(_ value: Int128) -> JSONValue { .exact(ExactNumber(significand: value, exponent: -4)) }
        return [
            "code": .string(material.code), "name": .string(material.name), "unit": .string(material.unit),
            "level": .string(level.rawValue), "stock": quantity(Int128(material.stock)),
            "reserved": quantity(Int128(material.reserved)), "available": quantity(Int128(material.available)),
            "reorder_point": material.reorderPoint.map { quantity(Int128($0)) } ?? .null,
            "daily_use": dailyUse(material).map(JSONValue.exact) ?? .null,
            "days_of_cover": cover(material).map(JSONValue.exact) ?? .null,
            "incoming": quantity(incoming[material.code] ?? 0),
            "order_quantity": suggested(material).map(JSONValue.exact) ?? .null,
            "order_cost": cost(material).map(JSONValue.exact) ?? .null,
            "supplier": .string(material.supplier),
        ]
    }
}

extension Material {
    func isNamed(_ text: String) -> Bool {
        code.lowercased() == text.lowercased() || name.lowercased() == text.lowercased()
    }
}
