import AgentRuntime
import Testing

@testable import Tools

@Suite("Metrics over random ledgers")
struct MetricsQueryRandomTests {
    private static let metrics = [
        "revenue", "cogs", "opex", "other", "gross_profit", "ebitda", "operating_income", "net_income", "costs",
        "spend",
    ]

    private func exact(_ units: Int128) -> ExactNumber { ExactNumber(significand: units, exponent: -4) }

    private func object(_ period: Period) -> JSONValue {
        ["start_date": .string(period.start.description), "end_date": .string(period.end.description)]
    }

    @Test("Values, groups, filters and comparisons equal plain sums over the rows", arguments: 1...12)
    func equalsBruteForce(seed: Int) async throws {
        let company = RandomLedger(seed: UInt64(seed), rowCount: seed * 97)
        let fixture = try TenantFixture(today: company.last.description)
        try await fixture.load("ledger", company.ledgerCSV)
        try await fixture.load("budget", company.budgetCSV)
        var random = SeededGenerator(seed: UInt64(seed) &* 31)

        for round in 0..<30 {
            let metric =
                round % 5 == 4 ? "account:\(random.element(of: company.codes).code)" : random.element(of: Self.metrics)
            let start = company.first.adding(months: random.number(in: 0...company.months - 1))
            let end = min(start.adding(months: random.number(in: 1...6)).adding(days: -1), company.last)
            let period = try #require(Period(start: start, end: end))
            let dimension = random.element(of: LedgerDimension.allCases)
            let group = random.element(of: LedgerDimension.allCases)
            let value = random.element(of: company.rows).value(dimension)
            let isExcluding = random.number(in: 0...2) == 0
            let filter: JSONValue = [
                "dimension": .string(dimension.rawValue),
                "values": [.string(value.isEmpty ? "unassigned" : value)],
                "exclude": .bool(isExcluding),
            ]
            let isFiltered = random.number(in: 0...1) == 0
            func counts(_ row: RandomLedger.Row, _ period: Period) -> Bool {
                period.contains(row.date) && (!isFiltered || (row.value(dimension) == value) != isExcluding)
            }
            let arguments: JSONObject = [
                "metric": .string(metric), "period": object(period), "group_by": .string(group.rawValue),
                "compare_to": "prior_period", "filters": isFiltered ? [filter] : [],
            ]
            let result = try await fixture.call(MetricsQueryTool(ledger: fixture.ledger), arguments)
            let rows = company.rows.filter { counts($0, period) }
            let expected = company.sum(metric, rows)
            if result.isError {
                #expect(result.content["code"] == "no_data")
                #expect(expected == 0)
                continue
            }
            #expect(result.content["value"]?.exact == exact(expected), "\(arguments)")
            let groups = try #require(result.content["groups"]?.array)
            var sum = ExactNumber.zero
            for entry in groups {
                let name = entry["name"]?.string ?? ""
                let own = rows.filter { $0.value(group) == (name == "unassigned" ? "" : name) }
                #expect(entry["value"]?.exact == exact(company.sum(metric, own)))
                sum = try #require(sum.adding(entry["value"]?.exact ?? .zero))
            }
            #expect(sum == exact(expected))
            let before = company.rows.filter { counts($0, period.previous()) }
            if let baseline = result.content.at("comparison.value")?.exact {
                #expect(baseline == exact(company.sum(metric, before)))
                let difference = exact(expected - company.sum(metric, before))
                #expect(result.content.at("comparison.difference")?.exact == difference)
            } else {
                #expect(before.isEmpty || company.sum(metric, before) == 0)
            }
            let citation = try #require(result.citations.first)
            #expect(citation.source == "ledger")
            #expect(citation.fields["rows"] == result.content["rows"])
        }
    }

    @Test("Budgets count by whole months, and series sum to the whole", arguments: 1...6)
    func budgets(seed: Int) async throws {
        let company = RandomLedger(seed: UInt64(seed) + 100, rowCount: 400)
        let fixture = try TenantFixture(today: company.last.description)
        try await fixture.load("ledger", company.ledgerCSV)
        try await fixture.load("budget", company.budgetCSV)
        let period = try #require(Period(start: company.first, end: company.last))
        for metric in ["opex", "revenue", "net_income"] {
            let result = try await fixture.metrics([
                "metric": .string(metric), "period": object(period), "granularity": "month", "compare_to": "budget",
                "group_by": "region",
            ])
            #expect(result.at("comparison.value")?.exact == exact(company.sum(metric, company.budget)))
            #expect(result.at("comparison.missing") == nil)
            let series = try #require(result["series"]?.array)
            #expect(series.count == company.months)
            for point in series {
                let start = try #require(point["start_date"]?.string.flatMap(CalendarDate.init))
                let month = company.budget.filter { $0.date == start }
                #expect(point.at("comparison.value")?.exact == exact(company.sum(metric, month)))
                let rows = company.rows.filter { $0.date.startOfMonth == start }
                #expect(point["value"]?.exact == exact(company.sum(metric, rows)))
            }
            for group in result["groups"]?.array ?? [] {
                let name = group["name"]?.string ?? ""
                let own = company.budget.filter { $0.value(.region) == (name == "unassigned" ? "" : name) }
                #expect(group.at("comparison.value")?.exact == exact(company.sum(metric, own)))
            }
        }
    }

    @Test("Drivers and the rest sum to the total difference exactly", arguments: 1...8)
    func drivers(seed: Int) async throws {
        let company = RandomLedger(seed: UInt64(seed) + 200, rowCount: 300)
        let fixture = try TenantFixture(today: company.last.description)
        try await fixture.load("ledger", company.ledgerCSV)
        try await fixture.load("budget", company.budgetCSV)
        let period = try #require(Period(start: company.last.startOfMonth, end: company.last))
        let tool = VarianceDriversTool(ledger: fixture.ledger)
        for (metric, baseline) in [("opex", "budget"), ("net_income", "prior_period"), ("spend", "budget")] {
            let result = try await fixture.call(
                tool,
                [
                    "metric": .string(metric), "period": object(period), "compare_to": .string(baseline), "limit": 3,
                ]
            )
            if result.isError { continue }
            let rows = company.rows.filter { period.contains($0.date) }
            let base =
                baseline == "budget"
                ? company.budget.filter { period.contains($0.date) }
                : company.rows.filter { period.previous().contains($0.date) }
            let total = exact(company.sum(metric, rows) - company.sum(metric, base))
            #expect(result.content["total_difference"]?.exact == total)
            var sum = try #require(result.content.at("other.difference")?.exact)
            for driver in result.content["drivers"]?.array ?? [] {
                sum = try #require(sum.adding(driver["difference"]?.exact ?? .zero))
            }
            #expect(sum == total)
        }
    }

    @Test("The income statement's lines sum to its results", arguments: 1...4)
    func incomeStatement(seed: Int) async throws {
        let company = RandomLedger(seed: UInt64(seed) + 300, rowCount: 500)
        let fixture = try TenantFixture(today: company.last.description)
        try await fixture.load("ledger", company.ledgerCSV)
        let period = try #require(Period(start: company.first, end: company.last))
        let result = try await fixture.content(
            IncomeStatementTool(ledger: fixture.ledger),
            ["period": object(period), "compare_to": "prior_year"]
        )
        for section in result["sections"]?.array ?? [] {
            let name = section["section"]?.string ?? ""
            #expect(section.at("subtotal.actual")?.exact == exact(company.sum(name, company.rows)))
            var sum = ExactNumber.zero
            for item in section["items"]?.array ?? [] {
                sum = try #require(sum.adding(item["actual"]?.exact ?? .zero))
            }
            #expect(sum == section.at("subtotal.actual")?.exact)
        }
        for name in ["gross_profit", "operating_income", "net_income"] {
            #expect(result.at("totals.\(name).actual")?.exact == exact(company.sum(name, company.rows)))
        }
    }
}
