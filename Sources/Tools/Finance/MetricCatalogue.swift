internal import AgentRuntime

/// What can be asked of a ledger, by name: the defaults that hold for every tenant.
///
/// An amount is a signed combination of sections; a ratio is one amount over another. Depreciation and amortisation
/// are told by the account's name, since ledgers book them under `opex` or under `other`.
package struct Metric: Sendable, Hashable {
    package enum Unit: String, Sendable {
        case currency
        case ratio
    }

    package let id: String
    package let name: String
    /// Other names it goes by, in lower case.
    package let aliases: [String]
    /// Whether more of it is worse.
    package let isCost: Bool
    let amount: MetricAmount
    /// The amount it is a share of; `nil` for a metric that is money.
    let denominator: MetricAmount?

    package var unit: Unit { denominator == nil ? .currency : .ratio }

    /// The only section it is made of, if there is one.
    package var section: LedgerSection? {
        let sections = Set(amount.terms.map(\.section))
        return sections.count == 1 && denominator == nil ? sections.first : nil
    }
}

/// A signed combination of the amounts of accounts.
struct MetricAmount: Sendable, Hashable {
    /// Which accounts of a section count.
    enum Accounts: Sendable, Hashable {
        case all
        case depreciation
        case exceptDepreciation
        case code(String)
    }

    struct Term: Sendable, Hashable {
        var section: LedgerSection
        var isAdded: Bool
        var accounts = Accounts.all
    }

    var terms: [Term]

    /// 1 where the account's amounts are added, −1 where they are subtracted, 0 where they do not count.
    func weight(of account: LedgerSnapshot.Account) -> Int8 {
        for term in terms where term.section == account.section {
            let counts =
                switch term.accounts {
                case .all: true
                case .depreciation: account.isDepreciation
                case .exceptDepreciation: !account.isDepreciation
                case .code(let code): account.code == code
                }
            if counts { return term.isAdded ? 1 : -1 }
        }
        return 0
    }
}

extension LedgerSnapshot.Account {
    /// Whether the account holds depreciation or amortisation, by its name.
    var isDepreciation: Bool {
        let name = name.lowercased()
        return name.contains("depreciation") || name.contains("amortisation") || name.contains("amortization")
    }
}

package enum MetricCatalogue {
    private static func plus(_ section: LedgerSection, _ accounts: MetricAmount.Accounts = .all) -> MetricAmount.Term {
        .init(section: section, isAdded: true, accounts: accounts)
    }

    private static func minus(_ section: LedgerSection, _ accounts: MetricAmount.Accounts = .all) -> MetricAmount.Term {
        .init(section: section, isAdded: false, accounts: accounts)
    }

    private static let revenue = MetricAmount(terms: [plus(.revenue)])
    private static let grossProfit = MetricAmount(terms: [plus(.revenue), minus(.cogs)])
    private static let ebitda = MetricAmount(terms: [plus(.revenue), minus(.cogs), minus(.opex, .exceptDepreciation)])
    private static let operatingIncome = MetricAmount(
        terms: [plus(.revenue), minus(.cogs), minus(.opex), minus(.other, .depreciation)]
    )
    private static let netIncome = MetricAmount(
        terms: [plus(.revenue), minus(.cogs), minus(.opex), minus(.other)]
    )

    /// Every metric that is not an account, in the order of an income statement.
    package static let metrics: [Metric] = [
        amount("revenue", "Revenue", ["sales", "turnover", "top_line", "total_revenue", "net_sales"], revenue),
        cost("cogs", "Cost of Goods Sold", ["cost_of_goods_sold", "cost_of_sales", "direct_costs"], [plus(.cogs)]),
        amount("gross_profit", "Gross Profit", [], grossProfit),
        ratio("gross_margin", "Gross Margin", ["gross_profit_margin"], grossProfit),
        cost("opex", "Operating Expenses", ["operating_expenses", "operating_costs", "overhead"], [plus(.opex)]),
        amount("ebitda", "EBITDA", [], ebitda),
        ratio("ebitda_margin", "EBITDA Margin", [], ebitda),
        amount("operating_income", "Operating Income", ["operating_profit", "ebit"], operatingIncome),
        ratio("operating_margin", "Operating Margin", ["operating_income_margin", "ebit_margin"], operatingIncome),
        cost("other", "Other Income and Expenses", ["other_expenses"], [plus(.other)]),
        amount("net_income", "Net Income", ["net_profit", "profit", "bottom_line", "earnings"], netIncome),
        ratio("net_margin", "Net Margin", ["net_income_margin", "profit_margin"], netIncome),
        cost("costs", "Costs", ["total_costs", "cost", "expenses"], [plus(.cogs), plus(.opex)]),
        cost("spend", "Spend", ["spending", "total_spend"], [plus(.cogs), plus(.opex), plus(.other)]),
        cost(
            "depreciation",
            "Depreciation and Amortization",
            ["depreciation_and_amortization", "amortization", "d&a"],
            [plus(.opex, .depreciation), plus(.other, .depreciation)]
        ),
    ]

    private static func amount(_ id: String, _ name: String, _ aliases: [String], _ amount: MetricAmount) -> Metric {
        Metric(id: id, name: name, aliases: aliases, isCost: false, amount: amount, denominator: nil)
    }

    private static func cost(
        _ id: String,
        _ name: String,
        _ aliases: [String],
        _ terms: [MetricAmount.Term]
    ) -> Metric {
        Metric(id: id, name: name, aliases: aliases, isCost: true, amount: .init(terms: terms), denominator: nil)
    }

    private static func ratio(_ id: String, _ name: String, _ aliases: [String], _ amount: MetricAmount) -> Metric {
        Metric(id: id, name: name, aliases: aliases, isCost: false, amount: amount, denominator: revenue)
    }

    /// The metric that is an account: all sections it is booked in.
    static func metric(of accounts: [LedgerSnapshot.Account]) -> Metric? {
        guard let first = accounts.first else { return nil }
        return Metric(
            id: "account:\(first.code)",
            name: first.name,
            aliases: [],
            isCost: accounts.allSatisfy(\.section.isCost),
            amount: MetricAmount(
                terms: accounts.map { .init(section: $0.section, isAdded: true, accounts: .code($0.code)) }
            ),
            denominator: nil
        )
    }

    /// Finds a metric by its id or another name, or an account by `account:CODE`, code or name.
    static func find(_ name: String, in ledger: LedgerSnapshot) throws(FigureFailure) -> Metric {
        let wanted = name.trimmingBlanks().lowercased()
        let key = wanted.replacing(" ", with: "_").replacing("-", with: "_")
        if let metric = metrics.first(where: { $0.id == key || $0.aliases.contains(key) }) { return metric }
        let account = wanted.hasPrefix("account:") ? String(wanted.dropFirst(8)).trimmingBlanks() : wanted
        let byCode = ledger.accounts.filter { $0.code.lowercased() == account }
        if let metric = metric(of: byCode) { return metric }
        // A name may stand for accounts of several codes; then it is no single account.
        let byName = ledger.accounts.filter { $0.names.contains { $0.lowercased() == account } }
        if Set(byName.map(\.code)).count == 1, let metric = metric(of: byName) { return metric }
        for dimension in LedgerDimension.allCases {
            guard let value = ledger.values[dimension.index].first(where: { $0.lowercased() == wanted }) else {
                continue
            }
            throw .noMetricBut(value, of: dimension)
        }
        throw .unknownMetric(name, accounts: byName.isEmpty ? ledger.accounts : byName)
    }
}
