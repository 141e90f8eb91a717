internal import AgentRuntime

// What metrics mean, in words and as a formula: for people who choose among them.

extension Metric {
    /// Where it belongs in an income statement.
    package var category: String {
        switch id {
        case "revenue": "Revenue"
        case "gross_profit", "gross_margin", "ebitda", "ebitda_margin", "operating_income", "operating_margin",
            "net_income", "net_margin":
            "Profitability"
        default: "Costs"
        }
    }

    /// The sum it is, in the sections of the ledger (`revenue - cogs`).
    package var formula: String {
        guard let denominator else { return amount.formula }
        let sum = amount.terms.count > 1 ? "(\(amount.formula))" : amount.formula
        return "\(sum) / \(denominator.formula)"
    }

    package var definition: String {
        let words = isCost ? "cost" : "result"
        guard let denominator else {
            return amount.terms.count == 1
                ? "The sum of the ledger's section \(amount.formula)." : "The \(words) \(amount.formula) of the ledger."
        }
        return "The share of \(denominator.formula) that \(amount.formula) is, from 0 to 1."
    }

    /// The sections it is made of.
    package var sections: [String] {
        LedgerSection.allCases.filter { section in amount.terms.contains { $0.section == section } }.map(\.rawValue)
    }
}

extension MetricAmount {
    fileprivate var formula: String {
        terms.enumerated().map { index, term in
            let name =
                switch term.accounts {
                case .all: term.section.rawValue
                case .depreciation: "depreciation and amortization in \(term.section.rawValue)"
                case .exceptDepreciation: "\(term.section.rawValue) without depreciation and amortization"
                case .code(let code): "account \(code)"
                }
            if index == 0 { return term.isAdded ? name : "-\(name)" }
            return (term.isAdded ? " + " : " - ") + name
        }
        .joined()
    }
}
