internal import AgentRuntime

/// A question or a request that is worth asking now.
package struct Suggestion: Sendable, Hashable {
    package enum Kind: String, Sendable {
        case question
        case action
    }

    /// What a suggestion is about; contexts favour topics.
    enum Topic: String, Sendable, CaseIterable {
        case figures
        case costs
        case revenue
        case anomalies
        case sales
        case operations
        case knowledge

        /// What a context says when it is about the topic.
        private var marks: [String] {
            switch self {
            case .figures: ["metric", "financ", "income", "statement", "budget", "variance", "margin", "kpi", "report"]
            case .costs: ["cost", "expens", "opex", "spend", "vendor", "supplier", "purchas"]
            case .revenue: ["revenue", "income", "growth"]
            case .anomalies: ["anomal", "alert", "risk", "dashboard"]
            case .sales: ["sales", "deal", "pipeline", "opportunit", "forecast", "customer"]
            case .operations:
                ["order", "invoice", "receivable", "stock", "inventor", "material", "deliver", "production"]
            case .knowledge: ["knowledge", "article", "policy", "policies", "help", "document", "governance"]
            }
        }

        static func favoured(by context: String) -> Set<Topic> {
            let context = context.lowercased()
            return Set(allCases.filter { $0.marks.contains(where: context.contains) })
        }
    }

    package var id: String
    package var kind: Kind
    package var text: String
    /// The business domain it belongs to: `sales`, `knowledge` or `finance`.
    package var category: String
    /// From 0 to 1.
    package var relevance: Double
}

/// A suggestion before it is known who asks, and where.
struct SuggestionCandidate: Sendable {
    var kind: Suggestion.Kind
    var text: String
    /// From 0 to 0.7; what the context adds makes the rest.
    var weight: Double
    var topics: Set<Suggestion.Topic>
    var permission: Permission
    /// The anomaly it is about; it goes when that is settled.
    var anomaly: String?

    static let favour = 0.25

    func suggestion(favouring topics: Set<Suggestion.Topic>) -> Suggestion {
        let relevance = weight + (self.topics.isDisjoint(with: topics) ? 0 : SuggestionCandidate.favour)
        return Suggestion(
            id: "sug_" + SHA256.hex(text).prefix(12),
            kind: kind,
            text: text,
            category: self.topics.contains(.sales)
                ? "sales" : self.topics.contains(.knowledge) ? "knowledge" : "finance",
            relevance: (min(0.99, relevance) * 100).rounded() / 100
        )
    }
}
