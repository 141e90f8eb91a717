internal import AgentRuntime

// What the arguments of the finance tools have in common: periods, comparisons, filters, groupings.

/// A period as it was asked for, with the name that it was given.
struct PeriodArgument: Sendable {
    var period: Period
    var label: String

    init(_ period: Period, label: String? = nil, settings: TenantSettings) {
        self.period = period
        self.label = label ?? period.label(fiscalYearStart: settings.fiscalYearStart)
    }

    init(_ value: JSONValue?, settings: TenantSettings) throws(FigureFailure) {
        guard let value else { throw .invalidPeriod("none was given") }
        let period: Period
        do throws(PeriodError) {
            period = try Period(value, fiscalYearStart: settings.fiscalYearStart)
        } catch {
            throw .invalidPeriod(error.reason)
        }
        let label = value["label"]?.string.map(shown).flatMap { $0.isEmpty ? nil : $0 }
        self.init(period, label: label, settings: settings)
    }

    var json: JSONValue {
        [
            "start_date": .string(period.start.description),
            "end_date": .string(period.end.description),
            "label": .string(label),
        ]
    }
}

/// What a figure is compared with.
enum Baseline: Sendable {
    case budget
    case priorPeriod
    case priorYear
    case period(PeriodArgument)

    init?(_ value: JSONValue?, settings: TenantSettings) throws(FigureFailure) {
        switch value {
        case nil, .null: return nil
        case .string("budget"): self = .budget
        case .string("prior_period"): self = .priorPeriod
        case .string("prior_year"): self = .priorYear
        case .string(let text) where Period(text, fiscalYearStart: settings.fiscalYearStart) == nil:
            throw .invalidArgument(
                "compare_to",
                "“\(shown(text))” is none of budget, prior_period, prior_year or a period"
            )
        case .some(let value): self = .period(try PeriodArgument(value["period"] ?? value, settings: settings))
        }
    }

    var kind: String {
        switch self {
        case .budget: "budget"
        case .priorPeriod: "prior_period"
        case .priorYear: "prior_year"
        case .period: "period"
        }
    }

    /// The period whose figures are the baseline.
    func period(for argument: PeriodArgument, settings: TenantSettings) -> PeriodArgument {
        switch self {
        case .budget: argument
        case .priorPeriod: PeriodArgument(argument.period.previous(), settings: settings)
        case .priorYear: PeriodArgument(argument.period.priorYear(), settings: settings)
        case .period(let other): other
        }
    }
}

/// What rows can be divided by.
enum Breakdown: Sendable, Hashable {
    case account
    case section
    case dimension(LedgerDimension)

    static let names = ["account", "section"] + LedgerDimension.allCases.map(\.rawValue)

    init(_ name: String) throws(FigureFailure) {
        switch name {
        case "account": self = .account
        case "section": self = .section
        default:
            guard let dimension = LedgerDimension(rawValue: name) else {
                throw .unknownDimension(name, known: Breakdown.names)
            }
            self = .dimension(dimension)
        }
    }

    var name: String {
        switch self {
        case .account: "account"
        case .section: "section"
        case .dimension(let dimension): dimension.rawValue
        }
    }
}

/// Keeps the rows that have one of some values, or those that have none of them.
struct FigureFilter: Sendable {
    var breakdown: Breakdown
    /// As they were asked for.
    var values: [String]
    var isExcluding: Bool

    /// Reads `[{dimension, values, exclude?}]`.
    static func list(_ value: JSONValue?) throws(FigureFailure) -> [FigureFilter] {
        guard let value, !value.isNull else { return [] }
        guard let items = value.array else { throw .invalidArgument("filters", "is no list") }
        var filters: [FigureFilter] = []
        for item in items {
            guard let dimension = item["dimension"]?.string else {
                throw .invalidArgument("filters", "need a dimension each")
            }
            let values = item["values"]?.array?.compactMap(\.string) ?? []
            guard !values.isEmpty else { throw .invalidArgument("filters", "need values that are texts") }
            let isExcluding = item["exclude"]?.bool ?? false
            filters.append(.init(breakdown: try Breakdown(dimension), values: values, isExcluding: isExcluding))
        }
        return filters
    }

    var json: JSONValue {
        var object: JSONObject = [
            "dimension": .string(breakdown.name), "values": .array(values.map(JSONValue.string)),
        ]
        if isExcluding { object["exclude"] = true }
        return .object(object)
    }
}

extension JSONObject {
    /// A whole number of at least one; `fallback` where the argument is not given.
    func count(_ name: String, default fallback: Int, max: Int) throws(FigureFailure) -> Int {
        guard let value = self[name], !value.isNull else { return fallback }
        guard let number = value.int, number >= 1 else {
            throw .invalidArgument(name, "is no whole number of at least 1")
        }
        return Swift.min(number, max)
    }

    /// One of some words; `nil` where the argument is not given.
    func choice(_ name: String, _ words: [String]) throws(FigureFailure) -> String? {
        guard let value = self[name], !value.isNull else { return nil }
        guard let word = value.string, words.contains(word) else {
            throw .invalidArgument(name, "is none of \(words.joined(separator: ", "))")
        }
        return word
    }
}
