internal import AgentRuntime

/// Measures how long the planner takes to understand a question, with a vocabulary of a given size.
///
/// `agentd bench planner` prints what it gives. Time is taken by the clock that is passed in; nothing is called and
/// nothing is worded, so this is the cost before the first tool call.
struct PlannerBench: Sendable {
    /// What came out, in microseconds per question.
    struct Outcome: Sendable, Hashable {
        var entries: Int
        var questions: Int
        var compileMilliseconds: Double
        var p50: Double
        var p99: Double
        var longest: Double
        var refused: Int
    }

    private let skills: [any Skill]
    private let phrasing: PromptLibrary

    init(skills: [any Skill], phrasing: PromptLibrary) {
        self.skills = skills
        self.phrasing = phrasing
    }

    /// Reads a fixed mix of questions (plain, misspelt, unanswerable) over a made-up vocabulary.
    func run<C: Clock<Duration>>(entries: Int = 5_000, rounds: Int = 200, clock: C) -> Outcome {
        let settings = TenantSettings(
            tenant: TenantID("ten_bench"),
            today: CalendarDate(year: 2026, month: 1, day: 31) ?? CalendarDate.first
        )
        let tenant = Self.vocabulary(entries: entries)
        var vocabulary: Vocabulary?
        let compile = clock.measure { vocabulary = Vocabulary(words: skills.flatMap(\.words), tenant: tenant) }
        guard let vocabulary else { preconditionFailure("measuring ran nothing") }
        let situation = Situation(
            settings: settings,
            vocabulary: vocabulary,
            tools: Set(["metrics_query", "variance_drivers", "income_statement", "deal_search", "kb_search"]),
            phrasing: phrasing
        )
        var times: [Double] = []
        var refused = 0
        for round in 0..<max(1, rounds) {
            for question in Self.questions(tenant, round: round) {
                var isUnderstood = false
                let time = clock.measure {
                    isUnderstood = OfflinePlanner.understands(question, with: skills, in: situation)
                }
                times.append(Self.microseconds(time))
                if !isUnderstood { refused += 1 }
            }
        }
        times.sort()
        func percentile(_ share: Double) -> Double { times[min(times.count - 1, Int(Double(times.count) * share))] }
        return Outcome(
            entries: tenant.entries.count,
            questions: times.count,
            compileMilliseconds: Self.microseconds(compile) / 1_000,
            p50: percentile(0.5),
            p99: percentile(0.99),
            longest: times.last ?? 0,
            refused: refused
        )
    }

    private static func microseconds(_ duration: Duration) -> Double {
        let (seconds, attoseconds) = duration.components
        return Double(seconds) * 1_000_000 + Double(attoseconds) / 1_000_000_000_000
    }

    // MARK: Made-up words

    private static let starts = [
        "Bal", "Cor", "Dem", "Fer", "Gal", "Hel", "Jun", "Kor", "Lum", "Mar", "Nor", "Pel", "Quil", "Ras", "Sol", "Tam",
        "Ver", "Wal", "Zan",
    ]
    private static let middles = ["a", "an", "e", "en", "i", "in", "o", "or", "u", "ul", "ar", "is"]
    private static let ends = ["bar", "dane", "fax", "gard", "len", "mont", "nix", "port", "rix", "son", "tek", "vale"]
    private static let dimensions = ["vendor", "product", "region", "department", "deal_account"]

    static func vocabulary(entries count: Int) -> TenantVocabulary {
        var entries: [VocabularyEntry] = []
        for index in 0..<count {
            let name = self.name(index)
            let dimension = dimensions[index % dimensions.count]
            entries.append(VocabularyEntry(name, .value(dimension: dimension, value: name)))
        }
        return TenantVocabulary(
            version: 1,
            entries: entries,
            firstDate: CalendarDate(year: 2023, month: 1, day: 1),
            lastDate: CalendarDate(year: 2026, month: 1, day: 31)
        )
    }

    private static func name(_ index: Int) -> String {
        let word = starts[index % starts.count] + middles[index / 19 % middles.count] + ends[index / 228 % ends.count]
        return index < 2_736 ? word : word + " " + ends[index % ends.count].capitalizedFirst
    }

    static func questions(_ tenant: TenantVocabulary, round: Int) -> [String] {
        let name = tenant.entries.isEmpty ? "Iberia" : tenant.entries[round * 37 % tenant.entries.count].phrase
        var misspelt = name
        if misspelt.count > 4 { misspelt.remove(at: misspelt.index(misspelt.startIndex, offsetBy: 2)) }
        return [
            "What was our revenue in Q2 2025?",
            "How much did we spend on \(name) last month?",
            "How much did we spend on \(misspelt) compared with the same month last year?",
            "What's driving the OPEX variance this month?",
            "top 5 vendors by spend in 2025 excluding \(name)",
            "Could you please tell me what percentage of total revenue came from \(name) in the first half of 2025?",
            "What will the wether be like in Barcelona next tuesday and who won the championship?",
            "Which deals of \(name) over $100K are at risk, and when do they close?",
        ]
    }
}

extension String {
    fileprivate var capitalizedFirst: String { prefix(1).uppercased() + dropFirst() }
}
