internal import AgentRuntime

/// A metric's value over some rows: a sum, or one sum over another.
struct LedgerFigure: Sendable, Hashable {
    var amount = LedgerSum()
    /// For ratios, what the amount is a share of.
    var denominator: LedgerSum?
    /// The rows that count.
    var rows: Int { amount.rows }

    /// The exact value: money in currency units, a ratio as a fraction to six decimals.
    ///
    /// `nil` for a ratio over nothing; an error for a sum beyond the range of money.
    var value: ExactNumber? {
        get throws {
            let units = try amount.money.exact
            guard let denominator else { return units }
            return try units.divided(by: denominator.money.exact, places: 6)
        }
    }
}

/// A figure beside what it is compared with.
///
/// The difference is value − baseline, in percentage points for ratios. The percentage is the difference over the
/// baseline's magnitude, to four decimals, and there is none for ratios and for a baseline of zero.
struct Comparison: Sendable {
    var kind: String
    var period: PeriodArgument?
    /// The baseline's value; `nil` where it has none.
    var baseline: LedgerFigure?
    /// Whether the baseline lacks data for a part of its period or for all of it.
    var isMissing = false

    /// The result's member `comparison`.
    func json(of figure: LedgerFigure, isCost: Bool) throws -> JSONObject {
        var json: JSONObject = ["kind": .string(kind)]
        if let period { json["period"] = period.json }
        let isRatio = figure.denominator != nil
        let current = try figure.value
        let before = try baseline?.value
        let difference = try difference(of: figure)
        json["value"] = before.map(JSONValue.exact) ?? .null
        json["difference"] = difference.map(JSONValue.exact) ?? .null
        if isRatio { json["difference_unit"] = "percentage_points" }
        json["percent"] = .null
        if !isRatio, current != nil, let before, let difference {
            json["percent"] = Comparison.percent(difference, of: before).map(JSONValue.exact) ?? .null
        }
        json["favourable"] = Comparison.favourable(difference, isCost: isCost)
        if isMissing { json["missing"] = true }
        return json
    }

    func difference(of figure: LedgerFigure) throws -> ExactNumber? {
        guard let baseline else { return nil }
        guard let denominator = figure.denominator, let other = baseline.denominator else {
            let units = figure.amount.units - baseline.amount.units
            return try LedgerSum(units: units).money.exact
        }
        // From the sums and not from the rounded ratios, so that it is rounded once.
        guard denominator.units != 0, other.units != 0 else { return nil }
        let left = try figure.amount.money.exact.divided(by: denominator.money.exact, places: 12)
        let right = try baseline.amount.money.exact.divided(by: other.money.exact, places: 12)
        guard let left, let right else { return nil }
        return left.subtracting(right)?.shifted(by: 2).rounded(places: 4)
    }

    static func percent(_ difference: ExactNumber, of baseline: ExactNumber) -> ExactNumber? {
        difference.shifted(by: 2).divided(by: baseline.magnitude, places: 4)
    }

    /// Whether the difference is good news; `null` when there is none.
    static func favourable(_ difference: ExactNumber?, isCost: Bool) -> JSONValue {
        guard let difference, !difference.isZero else { return .null }
        return .bool(difference.isNegative == isCost)
    }
}
