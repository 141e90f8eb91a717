internal import AgentRuntime
internal import Foundation

/// Answers `initiative_analysis`: the investment now, the outcome month by month after it.
///
/// An outcome without flows of its own is spread evenly over the timeline, at the end of each month. ROI = (inflow −
/// investment) / investment; the yearly rate is turned into (1 + rate)^(1/12) − 1 a month for the net present value,
/// and the monthly internal rate into (1 + rate)^12 − 1 a year.
struct InitiativeAnalysis {
    static let monthsMax = 360
    static let rateDefault = 0.1
    private static let amountMax = 1e12
    private static let outcomesMax = 20
    private static let costWords = ["cost", "expense", "spend", "loss", "fee", "outflow"]
    private static let savingWords = ["sav", "reduc", "avoid", "cut"]

    private struct Outcome {
        var name: String
        var given: Double
        /// What it adds to the flows: less than nothing for a cost.
        var amount: Double
    }

    private let name: String
    private let investment: Double
    private let outcomes: [Outcome]
    private let timeline: String?
    private let flows: [Double]
    private let rate: Double
    private let isRateGiven: Bool
    private let margin: Double?
    private let arguments: JSONObject
    private let settings: TenantSettings

    init(_ arguments: JSONObject, settings: TenantSettings) throws(FigureFailure) {
        self.arguments = arguments
        self.settings = settings
        let name = (arguments["name"]?.string ?? "").trimmingBlanks()
        self.name = name.isEmpty ? "The initiative" : name
        guard let investment = try Self.number(arguments["investment"], "investment") else {
            throw .invalidArgument("investment", "is needed: what is put in at the start")
        }
        guard investment >= 0 else { throw .invalidArgument("investment", "must not be negative") }
        self.investment = investment
        let rate = try Self.number(arguments["discount_rate"], "discount_rate")
        isRateGiven = rate != nil
        guard let valid = Optional(rate ?? Self.rateDefault), valid > -1, valid <= 10 else {
            throw .invalidArgument("discount_rate", "is a share of one for a year and out of range")
        }
        self.rate = valid
        margin = try Self.number(arguments["margin"], "margin")
        if let margin, !(0...1).contains(margin) {
            throw .invalidArgument("margin", "must be a share from nothing to all")
        }
        timeline = arguments["timeline"]?.string
        if let given = arguments["cash_flows"], !given.isNull {
            guard let items = given.array, !items.isEmpty, items.count <= Self.monthsMax else {
                throw .invalidArgument("cash_flows", "must be a list of the months' flows, of at most thirty years")
            }
            var flows: [Double] = []
            for item in items {
                guard let flow = try Self.number(item, "cash_flows") else {
                    throw .invalidArgument("cash_flows", "must be numbers")
                }
                flows.append(flow)
            }
            self.flows = flows
            outcomes = []
            return
        }
        let months = try Self.months(arguments["timeline"])
        outcomes = try Self.outcomes(arguments["expected_outcome"], margin: margin)
        let monthly = outcomes.reduce(0) { $0 + $1.amount } / Double(months)
        flows = [Double](repeating: monthly, count: months)
    }

    /// All that is wrong with an analysis' arguments.
    static func faults(in arguments: JSONObject) -> [AgentError.Detail] {
        var faults = FaultList()
        let investment = faults.take { try number(arguments["investment"], "investment") } ?? nil
        if let investment, investment < 0 { faults.add("investment", "must not be negative") }
        let rate = faults.take { try number(arguments["discount_rate"], "discount_rate") } ?? nil
        if let rate, !(rate > -1 && rate <= 10) {
            faults.add("discount_rate", "is a share of one for a year and out of range")
        }
        let margin = faults.take { try number(arguments["margin"], "margin") } ?? nil
        if let margin, !(0...1).contains(margin) { faults.add("margin", "must be a share from nothing to all") }
        if let flows = arguments["cash_flows"]?.array {
            if flows.isEmpty { faults.add("cash_flows", "must be a list of the months' flows") }
            for (index, flow) in flows.prefix(monthsMax).enumerated() {
                faults.take { try number(flow, "cash_flows[\(index)]") }
            }
        } else {
            faults.take { try months(arguments["timeline"]) }
            faults.take { try outcomes(arguments["expected_outcome"], margin: margin) }
        }
        return faults.details
    }

    private static func number(_ value: JSONValue?, _ name: String) throws(FigureFailure) -> Double? {
        guard let value, !value.isNull else { return nil }
        guard let number = value.exact?.double, number.isFinite, abs(number) <= amountMax else {
            throw .invalidArgument(name, "is no number in its range")
        }
        return number
    }

    private static func outcomes(_ value: JSONValue?, margin: Double?) throws(FigureFailure) -> [Outcome] {
        guard let object = value?.object, !object.isEmpty, object.count <= outcomesMax else {
            throw .invalidArgument("expected_outcome", "is needed: what is expected, as amounts by name")
        }
        var outcomes: [Outcome] = []
        for member in object {
            guard let amount = try number(member.value, "expected_outcome") else { continue }
            let words = member.name.lowercased()
            let isSaving = savingWords.contains { words.contains($0) }
            let isCost = !isSaving && costWords.contains { words.contains($0) }
            let kept = ["revenue", "sales"].contains { words.contains($0) } ? margin ?? 1 : 1
            outcomes.append(Outcome(name: member.name, given: amount, amount: (isCost ? -amount : amount) * kept))
        }
        guard !outcomes.isEmpty else {
            throw .invalidArgument("expected_outcome", "is needed: what is expected, as amounts by name")
        }
        return outcomes
    }

    /// Whole months of "6 months", "2 years", "90 days", "18"; a part of a month counts as one.
    static func months(_ value: JSONValue?) throws(FigureFailure) -> Int {
        let wrong = FigureFailure.invalidArgument(
            "timeline",
            "must be a time such as “six months” or “two years”, of at most thirty years"
        )
        guard let value, !value.isNull else { throw .invalidArgument("timeline", "is needed: how long it takes") }
        var count: Double
        var unit = "month"
        if let text = value.string {
            let tokens = Tokenizer.tokens(of: text).filter { !$0.isSign }
            guard tokens.count <= 3, let number = tokens.first?.number?.value ?? Self.joined(tokens.first?.word, &unit)
            else {
                throw wrong
            }
            count = number.double
            if tokens.count > 1 { unit = tokens[1].word }
        } else {
            guard let number = value.exact?.double else { throw wrong }
            count = number
        }
        switch unit.hasSuffix("s") ? String(unit.dropLast()) : unit {
        case "month", "mo", "mth": break
        case "year", "yr", "y": count *= 12
        case "quarter", "qtr": count *= 3
        case "week", "wk": count *= 7 / 30.4375
        case "day", "d": count /= 30.4375
        default: throw wrong
        }
        guard count.isFinite, count > 0, count.rounded(.up) <= Double(monthsMax) else { throw wrong }
        // A day's count that is a whole number of months but for a rounding is that many.
        return max(1, Int((count - 1e-9).rounded(.up)))
    }

    /// "6months": the number and the unit in one word.
    private static func joined(_ word: String?, _ unit: inout String) -> ExactNumber? {
        guard let word else { return nil }
        let digits = word.prefix { $0.isNumber || $0 == "." }
        guard !digits.isEmpty, digits.count < word.count, let value = ExactNumber(String(digits)) else { return nil }
        unit = String(word.dropFirst(digits.count))
        return value
    }

    // MARK: Result

    func result() -> ToolResult {
        let all = CashFlows(values: [-investment] + flows)
        let monthlyRate = pow(1 + rate, 1.0 / 12) - 1
        let inflow = flows.reduce(0, +)
        let present = CashFlows(values: [0] + flows).netPresentValue(monthlyRate)
        let value = all.netPresentValue(monthlyRate)
        let internalRate = all.internalRate
        let payback = all.payback
        let id = SHA256.hex(String(decoding: JSONValue.object(arguments).canonicalBytes(), as: UTF8.self)).prefix(16)
        let content: JSONObject = [
            "analysis_id": .string("ini_" + id),
            "name": .string(name),
            "currency": .string(settings.currency),
            "investment": .rounded(investment),
            "expected_outcome": .array(
                outcomes.map {
                    ["name": .string($0.name), "amount": .rounded($0.given), "counted": .rounded($0.amount)]
                }
            ),
            "timeline": .optional(timeline),
            "months": .integer(flows.count),
            "inflow": .rounded(inflow),
            "net_gain": .rounded(inflow - investment),
            "roi": investment > 0 ? .rounded((inflow - investment) / investment, places: 6) : .null,
            "payback_months": payback.map { .rounded($0, places: 1) } ?? .null,
            "npv": .rounded(value),
            "discount_rate": .rounded(rate, places: 6),
            "discount_rate_given": .bool(isRateGiven),
            "irr_monthly": internalRate.map { .rounded($0, places: 6) } ?? .null,
            "irr": internalRate.map { pow(1 + $0, 12) - 1 }.flatMap { $0.isFinite && $0 < 1e6 ? $0 : nil }
                .map { .rounded($0, places: 6) } ?? .null,
            "irr_note": internalRate == nil
                ? .string(
                    all.signChanges > 1
                        ? "The flows change their sign more than once, so that there may be several internal rates."
                        : "The flows do not change their sign, so that there is no internal rate."
                ) : .null,
            "break_even_share": present > 0 ? .rounded(investment / present, places: 6) : .null,
            "verdict": .string(verdict(value, payback)),
            "sensitivity": .array([-0.25, 0.25].map { sensitivity($0, monthlyRate) }),
            "cash_flows": .array(months(all)),
            "assumptions": .array(assumptions.map(JSONValue.string)),
        ]
        return ToolResult(
            content: .object(content),
            citations: [
                .rows(
                    "initiative",
                    "\(name): \(flows.count) monthly cash flows as they were given",
                    rows: flows.count,
                    tool: InitiativeAnalysisTool.name,
                    arguments
                )
            ]
        )
    }

    private func verdict(_ value: Double, _ payback: Double?) -> String {
        if value < 0 { return payback == nil ? "loses_money" : "below_required_return" }
        return "worthwhile"
    }

    /// The same with more or less of what is expected.
    private func sensitivity(_ change: Double, _ monthlyRate: Double) -> JSONValue {
        let flows = flows.map { $0 * (1 + change) }
        let inflow = flows.reduce(0, +)
        return [
            "change": .rounded(change, places: 2),
            "npv": .rounded(CashFlows(values: [-investment] + flows).netPresentValue(monthlyRate)),
            "roi": investment > 0 ? .rounded((inflow - investment) / investment, places: 6) : .null,
        ]
    }

    private func months(_ all: CashFlows) -> [JSONValue] {
        var sum = 0.0
        let start = settings.today.startOfMonth
        return all.values.enumerated().map { index, value in
            sum += value
            let month = start.adding(months: index)
            return [
                "month": .integer(index), "period": .string(String("\(month)".prefix(7))), "amount": .rounded(value),
                "cumulative": .rounded(sum),
            ]
        }
    }

    private var assumptions: [String] {
        var list = ["The investment is paid at the start, each month's flow at its end."]
        if !outcomes.isEmpty { list.append("What is expected comes evenly over the timeline.") }
        if margin == nil, outcomes.contains(where: { $0.name.lowercased().contains("revenue") }) {
            list.append("Revenue counts whole: no cost of earning it is taken off.")
        }
        if !isRateGiven { list.append("No discount rate was given; ten percent a year is taken.") }
        return list
    }
}
