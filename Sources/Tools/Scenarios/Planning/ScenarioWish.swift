internal import AgentRuntime

/// A wish for a scenario: "create a scenario named Growth where revenue grows by 10%".
///
/// The name stands behind "named" or before the word "scenario"; what is supposed stands behind "where", "with",
/// "assuming" or a colon, and is read as suppositions are.
struct ScenarioWish {
    let name: String
    let assumptions: [JSONValue]
    /// What nothing here explains.
    let unplaced: [String]

    private static let verbs: Set<String> = [
        "create", "build", "make", "add", "set", "draft", "save", "prepare", "define", "start",
    ]
    private static let naming: Set<String> = ["named", "called", "titled", "name"]
    private static let starters: Set<String> = [
        "where", "with", "in", "that", "if", "assuming", "when", "having", "which", "and", "for", "suppose",
        "supposing",
    ]
    private static let plain: Set<String> = [
        "a", "an", "the", "me", "us", "up", "new", "another", "please", "what", "if",
    ]

    init?(_ frame: Frame, _ situation: Situation) {
        let tokens = Tokenizer.tokens(of: frame.text)
        guard let noun = tokens.firstIndex(where: { $0.word == "scenario" }),
            let verb = tokens[..<noun].firstIndex(where: { Self.verbs.contains($0.word) })
        else { return nil }
        let before = tokens[(verb + 1)..<noun].filter { !$0.isSign && !Self.plain.contains($0.word) }
        var rest = tokens[(noun + 1)...]
        var name = before.map(\.text).joined(separator: " ")
        if let first = rest.first, Self.naming.contains(first.word) {
            let end = rest.dropFirst(2).firstIndex { $0.isSign || Self.starters.contains($0.word) } ?? rest.endIndex
            name = rest[rest.index(after: rest.startIndex)..<max(end, rest.index(after: rest.startIndex))].map(\.text)
                .joined(separator: " ")
            rest = rest[max(end, rest.index(after: rest.startIndex))...]
        }
        let clause = rest.drop { $0.isSign || Self.starters.contains($0.word) }.map(\.text).joined(separator: " ")
        var assumptions: [JSONValue] = []
        var unplaced: [String] = []
        if clause.contains(where: \.isNumber) || clause.split(separator: " ").count > 2 {
            var supposed = frame
            supposed.text = "what if " + clause
            let reader = ChangeReader(supposed, situation)
            unplaced = reader?.unplaced ?? [clause]
            for change in reader?.changes ?? [] {
                if let assumption = Self.assumption(change, clause, situation) {
                    assumptions.append(assumption)
                } else {
                    unplaced.append(clause)
                }
            }
        }
        if name.isEmpty { name = clause.isEmpty ? "New scenario" : clause }
        self.name = String((name.prefix(1).uppercased() + name.dropFirst()).prefix(Scenario.nameMax))
        self.assumptions = assumptions
        self.unplaced = unplaced
    }

    /// `nil` for what scenarios do not know: a level in place of the base, or an amount of no known time.
    private static func assumption(
        _ change: ChangeReader.Change,
        _ clause: String,
        _ situation: Situation
    ) -> JSONValue? {
        let targets = change.filters.flatMap(\.values)
        guard !change.filters.contains(where: \.isExcluded) else { return nil }
        var json: JSONObject = [:]
        switch change.amount {
        case .percent(let value):
            json["type"] = "percentage"
            json["value"] = .exact(value)
        case .amount(let value):
            let words = Tokenizer.words(of: clause)
            let isYearly = words.contains { ["year", "yearly", "annually", "annual"].contains($0) }
            json["type"] = "absolute"
            json["value"] =
                isYearly ? value.divided(by: ExactNumber(12), places: 4).map(JSONValue.exact) : .exact(value)
        case .heads(let count):
            json["type"] = "headcount"
            json["value"] = .exact(count)
            if let cost = change.costPerHead { json["cost_per_head"] = .exact(cost) }
        case .level: return nil
        }
        let metric = situation.vocabulary.name(of: .metric(change.metric)) ?? change.metric
        json["name"] = .string(String((targets.isEmpty ? metric : targets.joined(separator: ", ")).prefix(200)))
        json["applies_to"] = .array((targets.isEmpty ? [change.metric] : targets).map(JSONValue.string))
        return .object(json)
    }
}
