internal import AgentRuntime

/// The pipeline of `ten_aether`: 156 open deals in four stages, and two years of closed ones.
enum AetherDeals {
    private struct Stage {
        var name: String
        var count: Int
        var total: Int64
        /// In millionths.
        var probability: Int64
    }

    private static let stages = [
        Stage(name: "Prospecting", count: 45, total: 8_500_000, probability: 100_000),
        Stage(name: "Qualification", count: 38, total: 12_000_000, probability: 250_000),
        Stage(name: "Proposal", count: 42, total: 15_000_000, probability: 500_000),
        Stage(name: "Negotiation", count: 31, total: 9_500_000, probability: 750_000),
    ]
    private static let wonCount = 72
    private static let lostCount = 153

    private static let owners = [
        ("Sarah Sales", "sarah@aether.demo", "North America"), ("Marcus Lee", "marcus@aether.demo", "North America"),
        ("Elena Rossi", "elena@aether.demo", "EMEA"), ("Jonas Weber", "jonas@aether.demo", "EMEA"),
        ("Priya Nair", "priya@aether.demo", "APAC"), ("Tom Okafor", "tom@aether.demo", "North America"),
    ]
    private static let firstWords = [
        "Summit", "Harbor", "Vertex", "Cedar", "Pioneer", "Atlas", "Lumen", "Granite", "Meridian", "Falcon", "Orchard",
        "Beacon", "Sterling", "Cobalt", "Juniper", "Keystone", "Aurora", "Delta", "Redwood", "Silverline",
    ]
    private static let secondWords = [
        "Logistics", "Health", "Foods", "Energy", "Retail", "Insurance", "Robotics", "Media", "Pharma", "Airways",
    ]
    private static let subjects = [
        "Enterprise License", "Platform Expansion", "Analytics Add-on", "Services Package", "Renewal and Upsell",
    ]
    private static let steps = [
        "Schedule a demo with finance", "Send the proposal", "Security questionnaire", "Contract review with legal",
        "Agree on the rollout plan", "Find the economic buyer", "Pricing call",
    ]

    static func make(today: CalendarDate) -> [Deal] {
        var random = SeededGenerator(seed: 0xDEA1)
        var deals: [Deal] = []
        for stage in stages {
            let isLast = stage.name == "Negotiation"
            let fixed = isLast ? [acme] : []
            let count = stage.count - fixed.count
            let rest = stage.total - fixed.reduce(0) { $0 + $1.units / 10_000 }
            let weights = (0..<count).map { _ in 1 + 0.7 * random.swing() }
            deals += fixed
            for amount in Apportionment.parts(of: rest / 500, by: weights) {
                deals.append(open(stage, amount: amount * 500, number: deals.count, today: today, &random))
            }
        }
        for index in 0..<wonCount + lostCount {
            deals.append(closed(index < wonCount, number: deals.count, today: today, &random))
        }
        return deals
    }

    private static let acme = Deal(
        id: "deal_abc123",
        name: "Acme Corp Enterprise License",
        account: "Acme Corporation",
        owner: "Sarah Sales",
        ownerEmail: "sarah@aether.demo",
        units: 450_000 * 10_000,
        stage: "Negotiation",
        probability: 750_000,
        closeDate: CalendarDate("2026-03-15"),
        createdDate: CalendarDate("2025-11-20"),
        lastActivityDate: CalendarDate("2026-01-29"),
        nextStep: "Final contract review with legal",
        region: "North America"
    )

    private static func open(
        _ stage: Stage,
        amount: Int64,
        number: Int,
        today: CalendarDate,
        _ random: inout SeededGenerator
    ) -> Deal {
        var deal = blank(number, &random)
        deal.units = amount * 10_000
        deal.stage = stage.name
        deal.probability = stage.probability + Int64(random.number(in: -1...1)) * 50_000
        // One deal in twelve is past its close date, one in ten has been left alone.
        let isLate = random.number(in: 1...12) == 1
        let isIdle = random.number(in: 1...10) == 1
        deal.closeDate = today.adding(days: isLate ? -random.number(in: 1...45) : random.number(in: 5...170))
        let idleDays = isIdle ? random.number(in: 60...120) : random.number(in: 0...40)
        deal.lastActivityDate = today.adding(days: -idleDays)
        deal.createdDate = today.adding(days: -idleDays - random.number(in: 5...140))
        deal.nextStep = random.element(of: steps)
        return deal
    }

    private static func closed(
        _ isWon: Bool,
        number: Int,
        today: CalendarDate,
        _ random: inout SeededGenerator
    ) -> Deal {
        var deal = blank(number, &random)
        deal.units = Int64(random.number(in: 60...900)) * 500 * 10_000
        deal.stage = isWon ? "Closed Won" : "Closed Lost"
        deal.probability = isWon ? 1_000_000 : 0
        let close = today.adding(days: -random.number(in: 0...700))
        deal.closeDate = close
        deal.createdDate = close.adding(days: -random.number(in: 40...134))
        deal.lastActivityDate = close
        return deal
    }

    private static func blank(_ number: Int, _ random: inout SeededGenerator) -> Deal {
        let owner = random.element(of: owners)
        let account = "\(random.element(of: firstWords)) \(random.element(of: secondWords))"
        let digits = String(number + 1001)
        return Deal(
            id: "deal_\(digits)",
            name: "\(account) \(random.element(of: subjects))",
            account: account,
            owner: owner.0,
            ownerEmail: owner.1,
            units: 0,
            stage: "",
            region: owner.2
        )
    }
}
