internal import AgentRuntime

/// A frame read as a question about figures: which calls answer it, and what shape the answer has.
struct MetricsQuestion {
    /// The shape of the answer; recorded with the plan.
    enum Shape: String {
        case value, planned, breakdown, leader, series, share, ratio, average, count, pair, several
    }

    var calls: [PlannedCall] = []
    var data: JSONObject = [:]
    var preference = 0
    /// The time that is answered for, where the frame names none.
    var assumedPeriods: [Frame.Span] = []

    let frame: Frame
    let situation: Situation
    let isPlanQuestion: Bool
    var metrics: [String]
    var filters: [Frame.Filter]
    var groupings: [String]
    var comparison: JSONValue?
    var periods: [Frame.Span]

    /// `nil` when the frame asks for no figure of the ledger.
    init?(_ frame: Frame, _ situation: Situation) {
        self.frame = frame
        self.situation = situation
        isPlanQuestion = Self.asksForPlan(frame)
        groupings = frame.groupings.filter(Self.dimensions.contains)
        filters = frame.filters
        metrics = frame.metrics
        periods = frame.periods
        guard frame.groupings.count == groupings.count, frame.tense != .future || isPlanQuestion else { return nil }
        guard filters.allSatisfy({ Self.dimensions.contains($0.dimension) || $0.dimension == "metric" }) else {
            return nil
        }
        chooseMetric()
        guard !metrics.isEmpty, metrics.count <= 4 else { return nil }
        // "How many employees" is no question about the account of that name: the ledger counts money only.
        if frame.form == .count, groupings.isEmpty, metrics.allSatisfy({ $0.hasPrefix("account:") }) { return nil }
        settleFilters()
        settlePeriods()
        settleComparison()
        build()
    }

    static let dimensions: Set<String> = [
        "region", "lob", "product", "department", "vendor", "account", "source", "section",
    ]
    static let costMetrics: Set<String> = ["costs", "spend", "opex", "cogs", "other"]
    static let soldBy: Set<String> = ["region", "lob", "product", "source"]

    // MARK: What is measured

    mutating func chooseMetric() {
        if frame.inheritsSubject, let metric = metrics.first, !frame.groupings.isEmpty, metrics.count == 1 {
            // A breakdown by vendor of what is not spent says nothing.
            if groupings.contains("vendor"), ["revenue", "gross_profit", "net_income"].contains(metric) {
                metrics = ["spend"]
            }
        }
        if metrics.contains("costs"), metrics.count == 1, needsSpend { metrics = ["spend"] }
        if metrics == ["spend"], let department = frame.values(of: "department").first, isSpender(department) {
            preference = 1
        }
        guard metrics.isEmpty else { return }
        let named = groupings + filters.map(\.dimension)
        if let dimension = named.first(where: Self.dimensions.contains) {
            preference = -1
            let isCost = ["vendor", "department", "account"].contains(dimension)
            metrics = [
                isCost
                    ? (frame.has("over") || frame.has("under") || !frame.comparisons.isEmpty
                        || dimension == "account" && saysCost
                        ? "costs" : "spend")
                    : "revenue"
            ]
            if frame.form == .other, frame.order == nil, frame.cues.isEmpty, frame.comparisons.isEmpty,
                frame.periods.isEmpty,
                groupings.isEmpty
            {
                preference = -2
            }
        } else if frame.subjects.isEmpty, frame.words.contains(where: { $0.hasPrefix("grow") || $0 == "grew" }) {
            // "How fast are we growing" is about sales.
            preference = -1
            metrics = ["revenue"]
        } else if isPlanQuestion, frame.subjects.isEmpty {
            preference = -1
            metrics = ["revenue", "costs"]
        } else if frame.order != nil, frame.granularity != nil, frame.subjects.isEmpty {
            // "Our best month" is told by sales.
            preference = -1
            metrics = ["revenue"]
        } else if frame.comparisons.contains("budget"),
            frame.has("over") || frame.has("under") || frame.has("hit") || frame.form == .yesNo
        {
            preference = -1
            metrics = [isAchievement ? (isBudgetWord ? "net_income" : "revenue") : "costs"]
        }
    }

    /// "Did we beat the budget" asks how well the business did, "are we within budget" what it cost.
    var isAchievement: Bool {
        let words = Tokenizer.words(of: frame.text)
        guard !words.contains("within"), !words.contains("on") else { return false }
        return frame.has("hit")
            || words.contains { word in
                ["beat", "surpass", "outperform", "miss", "behind", "ahead", "short"].contains { word.hasPrefix($0) }
            }
    }

    /// "What did Marketing spend": who spends is a department, also where an account has its name.
    private func isSpender(_ department: String) -> Bool {
        let words = Tokenizer.words(of: frame.text)
        let name = Tokenizer.words(of: department)
        return words.indices.contains { index in
            let end = index + name.count
            guard end < words.count, ["spend", "spent", "spends"].contains(words[end]) else { return false }
            let before = index > 0 && words[index - 1] == "the" ? index - 2 : index - 1
            return Array(words[index..<end]) == name && before >= 0
                && ["did", "does", "do", "has", "have", "had"].contains(words[before])
        }
    }

    /// "Cost categories" are parts of the costs.
    var saysCost: Bool { frame.words.contains { $0.hasPrefix("cost") || $0.hasPrefix("expens") } }

    /// Spend with a vendor takes in what is booked below the operating line.
    var needsSpend: Bool {
        groupings.contains("vendor") || filters.contains { $0.dimension == "vendor" }
    }

    /// "Did we stay within budget" is about costs, "did we hit the target" about revenue.
    var isBudgetWord: Bool { frame.words.contains { $0.hasPrefix("budget") } }

    /// Whether the plan itself is asked for ("the opex budget for Q2"), not how actuals stand against it.
    static func asksForPlan(_ frame: Frame) -> Bool {
        guard frame.comparisons == ["budget"], frame.form != .yesNo, frame.order == nil, !frame.inheritsSubject,
            !frame.leansBack
        else { return false }
        let comparing = [
            "compare", "difference", "over", "under", "hit", "change", "up", "down", "why", "share", "ratio",
        ]
        return !frame.cues.contains(where: comparing.contains) && !beside.isFound(in: Tokenizer.words(of: frame.text))
    }

    /// "Revenue and budget" asks for both.
    static let beside = PhraseTable([
        "with budget", "and budget", "to budget", "and plan", "to plan", "with plan",
    ])

    /// Excluded measures become excluded accounts.
    mutating func settleFilters() {
        filters = filters.map { filter in
            guard filter.dimension == "metric" else { return filter }
            let codes = filter.values.map { $0.hasPrefix("account:") ? String($0.dropFirst(8)) : $0 }
            return Frame.Filter(dimension: "account", values: codes, isExcluded: true)
        }
    }
}

extension JSONObject {
    func merging(_ other: JSONObject) -> JSONObject {
        var merged = self
        for member in other { merged[member.name] = member.value }
        return merged
    }
}
