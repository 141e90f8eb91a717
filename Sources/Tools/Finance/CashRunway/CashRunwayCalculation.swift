internal import AgentRuntime

/// Answers `cash_runway`: what there is, what was burned lately, and how long it lasts.
///
/// An account's balance on a day is the last one known on or before it. Net burn per month = (balance three months
/// ago − balance now) / 3; runway = balance / net burn (Corporate Finance Institute, "Burn rate").
struct CashRunway {
    static let burnMonths = 3

    let balances: [CashBalance]
    let settings: TenantSettings
    let arguments: JSONObject

    func result() throws -> ToolResult {
        guard !balances.isEmpty else { throw FigureFailure.none(of: "cash balances") }
        var last = settings.today
        if let value = arguments["as_of"], !value.isNull {
            guard let date = value.string.flatMap(CalendarDate.init) else {
                throw FigureFailure.invalidArgument("as_of", "is no date of the form YYYY-MM-DD")
            }
            last = date
        }
        let known = balances.filter { $0.date <= last }
        guard let now = known.last?.date, let first = balances.first?.date else {
            throw FigureFailure(
                code: "no_data",
                message: "There is no cash balance on or before \(last).",
                more: ["available": .null]
            )
        }
        let start = now.adding(months: -Self.burnMonths)
        let current = Self.position(known)
        let total = Self.sum(current)
        var content: JSONObject = [
            "as_of": .string(now.description),
            "currency": .string(settings.currency),
            "balance": .exact(total),
            "accounts": .array(
                current.map { account, units in
                    [
                        "account": .string(account),
                        "balance": .exact(ExactNumber(significand: Int128(units), exponent: -4)),
                    ]
                }
            ),
            "burn_months": .integer(Self.burnMonths),
            "burn_from": .string(start.description),
            "earlier_balance": .null, "burn": .null, "monthly_burn": .null, "is_burning": .null, "months_left": .null,
        ]
        if first <= start {
            let before = Self.sum(Self.position(known.filter { $0.date <= start }))
            guard let burn = before.subtracting(total),
                let monthly = burn.divided(by: ExactNumber(Self.burnMonths), places: 2)
            else { throw FigureFailure.invalidArgument("balances", "are beyond the largest amount") }
            let isBurning = !monthly.isNegative && !monthly.isZero
            content["earlier_balance"] = .exact(before)
            content["burn"] = .exact(burn)
            content["monthly_burn"] = .exact(monthly)
            content["is_burning"] = .bool(isBurning)
            if isBurning {
                let months = total.isNegative ? ExactNumber(0) : total.divided(by: monthly, places: 1)
                content["months_left"] = months.map(JSONValue.exact) ?? .null
            }
        }
        return ToolResult(
            content: .object(content),
            citations: [
                .rows(
                    "cash",
                    "\(current.count) cash accounts as of \(now)",
                    rows: known.count,
                    tool: CashRunwayTool.name,
                    arguments
                )
            ]
        )
    }

    /// The last balance of each account, by its name; balances come the oldest first.
    private static func position(_ balances: [CashBalance]) -> [(account: String, units: Int64)] {
        Dictionary(balances.map { ($0.account, $0.balance) }, uniquingKeysWith: { $1 })
            .map { (account: $0, units: $1) }
            .sorted { $0.account < $1.account }
    }

    private static func sum(_ position: [(account: String, units: Int64)]) -> ExactNumber {
        ExactNumber(significand: position.reduce(Int128(0)) { $0 + Int128($1.units) }, exponent: -4)
    }
}
