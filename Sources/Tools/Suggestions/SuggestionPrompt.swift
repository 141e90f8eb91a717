package import AgentRuntime

/// A question that is suggested, worded by `prompts/suggestions/NAME.md`.
///
/// Whoever words it anew keeps it a question that the deployment can answer: it is asked as it stands.
enum SuggestionPrompt: String, CaseIterable {
    case varianceBudget = "variance_budget"
    case variancePrior = "variance_prior"
    case accountBudget = "account_budget"
    case marginChange = "margin_change"
    case vendorSpend = "vendor_spend"
    case anomaliesMonth = "anomalies_month"
    case revenueMonth = "revenue_month"
    case costsByAccount = "costs_by_account"
    case pipeline
    case dealsLargest = "deals_largest"
    case dealsAtRisk = "deals_at_risk"
    case dealsLikely = "deals_likely"
    case winRate = "win_rate"
    case invoicesOverdue = "invoices_overdue"
    case reorder
    case suppliersLate = "suppliers_late"
    case ordersLate = "orders_late"
    case churn
    case article

    /// What the text may have places for.
    var variables: [String] {
        switch self {
        case .varianceBudget, .variancePrior: ["figure", "month"]
        case .accountBudget: ["account", "month"]
        case .vendorSpend: ["month", "vendor"]
        case .marginChange, .anomaliesMonth, .revenueMonth, .costsByAccount: ["month"]
        case .article: ["title"]
        default: []
        }
    }
}

/// The words of all suggestions.
package struct SuggestionPrompts: Sendable {
    /// The subfolder of the prompts that they lie in.
    package static let subfolder = "suggestions"

    private let templates: [String: PromptTemplate]

    /// Takes them from a library.
    ///
    /// - Throws: `PromptError` for a suggestion that is missing, one that is not known, a place that nothing fills, and
    ///   a text that is empty or has several lines.
    package init(_ library: PromptLibrary) throws(PromptError) {
        let templates = library.templates(in: Self.subfolder)
        for prompt in SuggestionPrompt.allCases {
            let path = "\(Self.subfolder)/\(prompt.rawValue).md"
            guard let template = templates[prompt.rawValue] else {
                throw PromptError(path: path, reason: "the suggestion is missing")
            }
            if let unknown = template.variables.first(where: { !prompt.variables.contains($0) }) {
                let known = prompt.variables.isEmpty ? "none" : prompt.variables.joined(separator: ", ")
                throw PromptError(path: path, reason: "nothing fills \(unknown); there are: \(known)")
            }
            let text = template.filled { _ in "x" }
            guard !text.isEmpty, !text.contains(where: \.isNewline) else {
                throw PromptError(path: path, reason: "a suggestion is one line of text")
            }
        }
        if let stranger = templates.keys.sorted().first(where: { SuggestionPrompt(rawValue: $0) == nil }) {
            throw PromptError(path: "\(Self.subfolder)/\(stranger).md", reason: "there is no suggestion of this name")
        }
        self.templates = templates
    }

    func text(_ prompt: SuggestionPrompt, _ values: [String: String] = [:]) -> String {
        guard let template = templates[prompt.rawValue] else { preconditionFailure("checked when it was loaded") }
        return template.filled { values[$0] }
    }
}
