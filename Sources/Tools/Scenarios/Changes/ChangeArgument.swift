internal import AgentRuntime

/// One supposed change of a measure, as the tools are given it.
///
/// A percentage is of the base; an amount is added to it over the whole period; a level takes its place. Margins move
/// by percentage points. Heads cost `cost_per_head` a year, for the share of a year that the period has.
struct ChangeArgument: Sendable {
    enum Kind: Sendable, Hashable {
        case percent(ExactNumber)
        case points(ExactNumber)
        case amount(ExactNumber)
        case level(ExactNumber)
        case heads(ExactNumber, costPerHead: ExactNumber)

        var name: String {
            switch self {
            case .percent: "percent"
            case .points: "points"
            case .amount: "amount"
            case .level: "level"
            case .heads: "heads"
            }
        }
    }

    var metric: String
    var filters: [FigureFilter]
    var kind: Kind

    static let changesMax = 20
    /// The largest percentage and the largest amount that are taken.
    static let percentMax = ExactNumber(10_000)
    static let amountMax = ExactNumber(significand: 1, exponent: 12)

    static let schema: JSONValue = [
        "type": "array", "minItems": 1, "maxItems": .integer(changesMax),
        "description": """
        What is supposed to change, each with exactly one of percent (of the base), amount (added to it), level \
        (its new value), points (percentage points, for margins) or heads (with cost_per_head, a year's cost). \
        The metric headcount with percent stands for the personnel accounts.
        """,
        "items": .object([
            "type": "object",
            "properties": [
                "metric": FigureSchema.metric, "filters": FigureSchema.filters, "percent": ["type": "number"],
                "amount": ["type": "number"], "level": ["type": "number"], "points": ["type": "number"],
                "heads": ["type": "number"], "cost_per_head": ["type": "number"],
            ],
            "required": ["metric"],
            "additionalProperties": false,
        ]),
    ]

    static func list(_ value: JSONValue?) throws(FigureFailure) -> [ChangeArgument] {
        guard let items = value?.array, !items.isEmpty else {
            throw .invalidArgument("changes", "must be a list with at least one change")
        }
        guard items.count <= changesMax else { throw .invalidArgument("changes", "has too many entries") }
        var changes: [ChangeArgument] = []
        for item in items { changes.append(try ChangeArgument(item)) }
        return changes
    }

    init(_ value: JSONValue) throws(FigureFailure) {
        guard let metric = value["metric"]?.string, !metric.isEmpty else {
            throw .invalidArgument("changes", "need a metric each")
        }
        self.metric = metric
        filters = try FigureFilter.list(value["filters"])
        var kinds: [Kind] = []
        if let number = try Self.number(value, "percent", max: Self.percentMax) {
            guard !(number < ExactNumber(-100)) else {
                throw .invalidArgument("percent", "takes away more than there is")
            }
            kinds.append(.percent(number))
        }
        if let number = try Self.number(value, "points", max: ExactNumber(100)) { kinds.append(.points(number)) }
        if let number = try Self.number(value, "amount", max: Self.amountMax) { kinds.append(.amount(number)) }
        if let number = try Self.number(value, "level", max: Self.amountMax) { kinds.append(.level(number)) }
        if let number = try Self.number(value, "heads", max: ExactNumber(1_000_000)) {
            guard let cost = try Self.number(value, "cost_per_head", max: Self.amountMax), !cost.isNegative else {
                throw .invalidArgument(
                    "cost_per_head",
                    "is needed: the ledger does not tell what a person costs; say the yearly cost of each"
                )
            }
            kinds.append(.heads(number, costPerHead: cost))
        }
        guard kinds.count == 1 else {
            throw .invalidArgument("changes", "need exactly one of percent, amount, level, points and heads each")
        }
        kind = kinds[0]
    }

    private static func number(
        _ value: JSONValue,
        _ name: String,
        max: ExactNumber
    ) throws(FigureFailure) -> ExactNumber? {
        guard let member = value[name], !member.isNull else { return nil }
        guard let number = member.exact, !(max < number.magnitude) else {
            throw .invalidArgument(name, "is no number in its range")
        }
        return number
    }

    /// The same change under its name in a result.
    var json: JSONValue {
        var json: JSONObject = ["metric": .string(metric)]
        if !filters.isEmpty { json["filters"] = .array(filters.map(\.json)) }
        switch kind {
        case .percent(let value): json["percent"] = .exact(value)
        case .points(let value): json["points"] = .exact(value)
        case .amount(let value): json["amount"] = .exact(value)
        case .level(let value): json["level"] = .exact(value)
        case .heads(let value, let cost):
            json["heads"] = .exact(value)
            json["cost_per_head"] = .exact(cost)
        }
        return .object(json)
    }
}

/// Which accounts hold what people cost, told by their names as no ledger column says it.
enum PersonnelAccounts {
    static let name = "Personnel costs"
    private static let marks = [
        "salar", "wage", "payroll", "personnel", "compensation", "staff", "employee", "headcount", "benefits", "labor",
        "labour", "crew",
    ]

    static func codes(in ledger: LedgerSnapshot) -> [String] {
        ledger.accounts.filter { account in
            account.section.isCost && marks.contains { account.name.lowercased().contains($0) }
        }
        .map(\.code)
    }
}
