internal import AgentRuntime

/// Generates a pipeline in which what wins deals can be found again: some owners win more, large deals and deals that
/// were left alone less.
struct DemoDeals {
    let today: CalendarDate
    let accounts: [String]
    let owners: [(name: String, region: String)]
    let host: String
    let subjects: [String]
    let prefix: String
    /// Whole currency units of a usual deal.
    let amount: Int
    let openCount: Int
    let closedCount: Int
    var random: SeededGenerator

    private static let stages: [(name: String, chance: Int64)] = [
        ("Prospecting", 100_000), ("Qualification", 250_000), ("Proposal", 500_000), ("Negotiation", 750_000),
    ]
    private static let steps = [
        "Call back next week", "Send the quotation", "Clarify the specification", "Agree on delivery dates",
        "Wait for the purchase order", "Visit the site",
    ]

    mutating func make() -> [Deal] {
        var deals: [Deal] = []
        for index in 0..<openCount { deals.append(open(index)) }
        for index in 0..<closedCount { deals.append(closed(openCount + index)) }
        return deals
    }

    private mutating func blank(_ index: Int) -> (deal: Deal, owner: Int, size: Double) {
        let owner = random.number(in: 0...owners.count - 1)
        let account = random.element(of: accounts)
        let size = 0.25 + 1.75 * (random.swing() + 1) / 2
        let first = owners[owner].name.split(separator: " ").first.map { $0.lowercased() } ?? ""
        let deal = Deal(
            id: "\(prefix)_\(index + 1001)",
            name: "\(account) \(random.element(of: subjects))",
            account: account,
            owner: owners[owner].name,
            ownerEmail: "\(first)@\(host)",
            units: Int64(Double(amount) * size / 50) * 50 * 10_000,
            stage: "",
            region: owners[owner].region
        )
        return (deal, owner, size)
    }

    private mutating func open(_ index: Int) -> Deal {
        var (deal, _, _) = blank(index)
        let stage = Self.stages[index % Self.stages.count]
        deal.stage = stage.name
        deal.probability = stage.chance + Int64(random.number(in: -1...1)) * 50_000
        let isLate = random.number(in: 1...12) == 1
        let idle = random.number(in: 1...9) == 1 ? random.number(in: 60...120) : random.number(in: 0...40)
        deal.closeDate = today.adding(days: isLate ? -random.number(in: 1...40) : random.number(in: 5...150))
        deal.lastActivityDate = today.adding(days: -idle)
        deal.createdDate = today.adding(days: -idle - random.number(in: 5...120))
        deal.nextStep = random.element(of: Self.steps)
        return deal
    }

    private mutating func closed(_ index: Int) -> Deal {
        var (deal, owner, size) = blank(index)
        let idle = random.number(in: 0...45)
        let chance = 46 + (owner % 2 == 0 ? 12 : -10) - Int(8 * (size - 1)) - idle / 2
        let isWon = random.number(in: 1...100) <= chance
        deal.stage = isWon ? "Closed Won" : "Closed Lost"
        deal.probability = isWon ? 1_000_000 : 0
        let close = today.adding(days: -random.number(in: 1...720))
        deal.closeDate = close
        deal.lastActivityDate = close.adding(days: -idle)
        deal.createdDate = close.adding(days: -idle - random.number(in: 20...110))
        return deal
    }
}

/// Plans of demo accounts.
enum DemoPlan {
    /// A day that is written in the program.
    static func day(_ year: Int, _ month: Int, _ day: Int) -> CalendarDate {
        guard let date = CalendarDate(year: year, month: month, day: day) else {
            preconditionFailure("a day of a demo company is none")
        }
        return date
    }

    /// A plan that reaches `level` in the month `last`, growing by a share a month, with seasons listed from January.
    static func growing(
        to level: Int64,
        by growth: Double,
        last: Int = 35,
        firstMonth: Int,
        season: [Double] = []
    ) -> @Sendable (Int) -> Int64 {
        { index in
            var value = Double(level)
            for _ in 0..<abs(last - index) { value *= index < last ? 1 / (1 + growth) : 1 + growth }
            if !season.isEmpty { value *= season[(firstMonth - 1 + index) % 12] }
            return Int64((value / 10).rounded()) * 10
        }
    }
}
