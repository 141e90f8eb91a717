internal import AgentRuntime

/// Prices lines by full cost.
///
/// material = weight × pieces × price; machining = hours × machine rate; labour = hours × labour rate; overhead = its
/// share of machining and labour (or, for a rate per hour, hours × rate); price = cost / (1 − margin), rounded to the
/// cent for a piece, so that a line is pieces × price of a piece.
/// Hours that are not given are one of setup and 0.075 of each piece, times the complexity factor; weight that is not
/// given is half a unit of the material; both are named as assumed and lower the confidence. Labour that is not given is
/// a third of machining.
/// Everything is exact decimal arithmetic.
struct PriceQuote {
    private static let marginDefault = ExactNumber(30)
    private static let setupHours = ExactNumber(1)
    private static let pieceHours = ExactNumber(significand: 75, exponent: -3)
    private static let weightDefault = ExactNumber(significand: 5, exponent: -1)

    private let rates: [Rate]
    private let materials: [Material]
    private let settings: TenantSettings

    init(_ connection: SQLiteConnection, _ settings: TenantSettings) throws {
        rates = try RateStore(connection).all()
        materials = try MaterialStore(connection).all()
        guard !rates.isEmpty else { throw FigureFailure.none(of: "rates") }
        self.settings = settings
    }

    /// A line's costs as they add up.
    private struct Line {
        var content: JSONObject
        var total: ExactNumber
        var cost: ExactNumber
        var assumptions: [String]
    }

    func result(_ arguments: JSONObject) throws -> ToolResult {
        let margin = arguments["margin_percent"]?.exact ?? Self.marginDefault
        guard !margin.isNegative, margin < ExactNumber(100) else {
            throw FigureFailure.invalidArgument("margin_percent", "must be at least 0 and below 100")
        }
        let wanted = arguments["lines"]?.array ?? []
        guard !wanted.isEmpty, wanted.count <= PriceQuoteTool.linesMax else {
            throw FigureFailure.invalidArgument("lines", "must be 1 to \(PriceQuoteTool.linesMax) lines")
        }
        var lines: [Line] = []
        var faults = self.faults(in: wanted)
        try faults.check()
        for (index, line) in wanted.enumerated() {
            let priced = faults.take(at: Self.place(index)) { try price(line, index, margin) }
            if let priced { lines.append(priced) }
        }
        try faults.check()
        let total = try sum(lines.map(\.total))
        let cost = try sum(lines.map(\.cost))
        let assumptions = lines.flatMap(\.assumptions)
        let content: JSONObject = [
            "currency": .string(settings.currency),
            "margin_percent": .exact(margin),
            "lines": .array(lines.map { .object($0.content) }),
            "total_cost": .exact(cost),
            "total_amount": .exact(total),
            "margin_amount": .exact(total.subtracting(cost) ?? .zero),
            "assumptions": .array(assumptions.map(JSONValue.string)),
        ]
        let summary = "\(rates.count) rates, \(lines.count) lines"
        return ToolResult(
            content: .object(content),
            citations: [.rows("rate", summary, rows: rates.count, tool: PriceQuoteTool.name, arguments)]
        )
    }

    /// Where a line stands in the arguments.
    private static func place(_ index: Int) -> String { "lines[\(index)]" }

    /// The names in the lines that the rates do not know.
    func faults(in lines: [JSONValue]) -> FaultList {
        var faults = FaultList()
        var assumptions: [String] = []
        for (index, line) in lines.prefix(PriceQuoteTool.linesMax).enumerated() {
            let place = Self.place(index)
            faults.take(at: place) { try complexity(line["complexity"]?.string, &assumptions) }
            faults.take(at: place) { try rate(.machineHour, line["machine"]?.string, &assumptions) }
            if line["material_cost"]?.exact == nil, let name = line["material"]?.string?.trimmingBlanks(), !name.isEmpty
            {
                faults.take(at: place) { try materialPrice(name) }
            }
        }
        return faults
    }

    // MARK: One line

    private func price(_ line: JSONValue, _ index: Int, _ margin: ExactNumber) throws -> Line {
        guard let quantity = line["quantity"]?.int, quantity >= 1 else {
            throw FigureFailure.invalidArgument("quantity", "must be a whole number of at least 1")
        }
        let pieces = ExactNumber(quantity)
        var assumptions: [String] = []
        let factor = try complexity(line["complexity"]?.string, &assumptions)
        let machine = try rate(.machineHour, line["machine"]?.string, &assumptions)
        let (material, materialName) = try materialCost(line, pieces, &assumptions)
        let hours: ExactNumber
        if let given = line["machining_hours"]?.exact {
            hours = given
        } else {
            let raw = try product(Self.pieceHours, pieces)
            hours = try product(try plus(Self.setupHours, raw), factor.exact).rounded(places: 2)
            assumptions.append("machining hours")
        }
        let labourRate = try rate(.labourHour, nil, &assumptions)
        let labourHours: ExactNumber
        if let given = line["labour_hours"]?.exact {
            labourHours = given
        } else {
            labourHours = hours.divided(by: ExactNumber(3), places: 2) ?? .zero
            assumptions.append("labour hours")
        }
        let machining = try product(hours, machine?.exact ?? .zero).rounded(places: 2)
        let labour = try product(labourHours, labourRate?.exact ?? .zero).rounded(places: 2)
        let overhead = try overhead(machining: machining, labour: labour, hours: try plus(hours, labourHours))
        let cost = try sum([material, machining, labour, overhead])
        let share = ExactNumber(100).subtracting(margin) ?? ExactNumber(100)
        guard let piece = cost.shifted(by: 2).divided(by: try product(share, pieces), places: 2),
            let total = piece.multiplied(by: pieces)
        else { throw FigureFailure.invalidArgument(Self.place(index), "is beyond the largest amount") }
        let earned = total.subtracting(cost) ?? .zero
        let confidence = max(0.4, 0.95 - 0.11 * Double(Set(assumptions).count))
        let content: JSONObject = [
            "line_item_index": .integer(index),
            "product": .optional(line["product"]?.string),
            "quantity": .integer(quantity),
            "material": .optional(materialName),
            "machine": .optional(machine?.name),
            "complexity": .string(factor.name),
            "material_cost": .exact(material),
            "machining_hours": .exact(hours),
            "machining_cost": .exact(machining),
            "labour_hours": .exact(labourHours),
            "labour_cost": .exact(labour),
            "overhead": .exact(overhead),
            "total_cost": .exact(cost),
            "unit_price": .exact(piece),
            "line_total": .exact(total),
            "margin_amount": .exact(earned),
            "margin_percent": earned.shifted(by: 2).divided(by: total, places: 2).map(JSONValue.exact) ?? .null,
            "confidence": .exact(ExactNumber(rounding: confidence, places: 2)),
            "assumed": .array(assumptions.map(JSONValue.string)),
        ]
        return Line(content: content, total: total, cost: cost, assumptions: assumptions)
    }

    private func materialCost(
        _ line: JSONValue,
        _ pieces: ExactNumber,
        _ assumptions: inout [String]
    ) throws -> (ExactNumber, String?) {
        let name = line["material"]?.string?.trimmingBlanks()
        if let given = line["material_cost"]?.exact { return (given.rounded(places: 2), name) }
        guard let name, !name.isEmpty else {
            assumptions.append("no material")
            return (.zero, nil)
        }
        let (price, found) = try materialPrice(name)
        let weight: ExactNumber
        if let given = line["weight"]?.exact {
            weight = given
        } else {
            weight = Self.weightDefault
            assumptions.append("weight of a piece")
        }
        return (try product(try product(weight, pieces), price).rounded(places: 2), found)
    }

    /// The rate of that name, else the stock's own cost; British and American spellings mean the same.
    private func materialPrice(_ name: String) throws -> (ExactNumber, String) {
        let wanted = Self.key(name)
        let prices = rates.filter { $0.kind == .materialPrice }
        if let rate = prices.first(where: { Self.key($0.name) == wanted }) { return (rate.exact, rate.name) }
        if let material = materials.first(where: { Self.key($0.code) == wanted || Self.key($0.name) == wanted }),
            let cost = material.unitCost
        {
            return (Money(units: cost).exact, material.name)
        }
        // "Aluminium 6061" has the price of aluminium; the longest rate's name that it holds.
        let part = prices.filter { !$0.name.isEmpty && wanted.contains(Self.key($0.name)) }
            .max { $0.name.count < $1.name.count }
        if let part { return (part.exact, part.name) }
        // "Steel" where there is one price alone that it can mean ("Steel bar 40mm").
        let longer = prices.filter { Self.holds(Self.key($0.name), wanted) }
        let stocked = materials.filter { $0.unitCost != nil && Self.holds(Self.key($0.name), wanted) }
        if longer.count == 1 { return (longer[0].exact, longer[0].name) }
        if longer.isEmpty, stocked.count == 1, let cost = stocked[0].unitCost {
            return (Money(units: cost).exact, stocked[0].name)
        }
        throw FigureFailure.notFound(
            "material price",
            name,
            known: prices.map(\.name) + materials.flatMap { [$0.name, $0.code] }
        )
        .naming("material")
    }

    /// Whether a name holds another one as whole words.
    private static func holds(_ name: String, _ part: String) -> Bool {
        !part.isEmpty && " \(name) ".contains(" \(part) ")
    }

    private static func key(_ name: String) -> String {
        name.trimmingBlanks().lowercased().replacing("aluminium", with: "aluminum")
    }

    private func complexity(_ name: String?, _ assumptions: inout [String]) throws -> (exact: ExactNumber, name: String)
    {
        let factors = rates.filter { $0.kind == .complexityFactor }
        let wanted = Self.key(name ?? "medium").replacing("_", with: " ")
        if let factor = factors.first(where: { Self.key($0.name).replacing("_", with: " ") == wanted }) {
            if name == nil { assumptions.append("medium complexity") }
            return (factor.exact, factor.name)
        }
        guard let name else {
            assumptions.append("no complexity factor")
            return (ExactNumber(1), "")
        }
        throw FigureFailure.unknownValue(name, dimension: "complexity", known: factors.map(\.name)).naming("complexity")
    }

    /// The rate of that name; without a name the only one, or the first of several, which is then assumed.
    private func rate(_ kind: Rate.Kind, _ name: String?, _ assumptions: inout [String]) throws -> Rate? {
        let known = rates.filter { $0.kind == kind }
        if let name, !name.trimmingBlanks().isEmpty {
            let wanted = Self.key(name)
            // "The lathe" is the one machine in whose name it stands.
            let near = known.filter { Self.holds(Self.key($0.name), wanted) || Self.holds(wanted, Self.key($0.name)) }
            guard let rate = known.first(where: { Self.key($0.name) == wanted }) ?? (near.count == 1 ? near[0] : nil)
            else {
                throw FigureFailure.notFound(kind == .machineHour ? "machine" : "rate", name, known: known.map(\.name))
                    .naming("machine")
            }
            return rate
        }
        if known.isEmpty {
            assumptions.append("no \(kind.rawValue.replacing("_", with: " ")) rate")
        } else if known.count > 1, kind == .machineHour {
            assumptions.append("machine \(known[0].name)")
        }
        return known.first
    }

    /// Rates in percent (or as a share below 1) apply to machining and labour, others to hours.
    private func overhead(machining: ExactNumber, labour: ExactNumber, hours: ExactNumber) throws -> ExactNumber {
        var total = ExactNumber.zero
        for rate in rates where rate.kind == .overhead {
            let unit = rate.unit.lowercased()
            let isPercent = unit.contains("%") || unit.contains("percent")
            let base = try plus(machining, labour)
            if isPercent {
                total = try plus(total, try product(base, rate.exact.shifted(by: -2)))
            } else if unit.contains("/h") || unit.contains("hour") {
                total = try plus(total, try product(hours, rate.exact))
            } else {
                let share = rate.exact < ExactNumber(1) || rate.exact == ExactNumber(1)
                total = try plus(total, try product(base, share ? rate.exact : rate.exact.shifted(by: -2)))
            }
        }
        return total.rounded(places: 2)
    }

    // MARK: Checked arithmetic

    private static let overflow = FigureFailure.invalidArgument("lines", "come to more than can be counted")

    private func product(_ left: ExactNumber, _ right: ExactNumber) throws -> ExactNumber {
        guard let product = left.multiplied(by: right) else { throw Self.overflow }
        return product
    }

    private func plus(_ left: ExactNumber, _ right: ExactNumber) throws -> ExactNumber {
        guard let sum = left.adding(right) else { throw Self.overflow }
        return sum
    }

    private func sum(_ numbers: [ExactNumber]) throws -> ExactNumber {
        var total = ExactNumber.zero
        for number in numbers { total = try plus(total, number) }
        return total
    }
}

extension FigureFailure {
    /// The same with the argument that is wrong.
    fileprivate func naming(_ argument: String) -> FigureFailure {
        var failure = self
        failure.more["argument"] = .string(argument)
        return failure
    }
}
