import AgentRuntime
import Testing

@testable import Tools

@Suite("Anomalies")
struct AnomalyTests {
    /// Twenty-four months of one account at about 100,000, with chosen months changed.
    private func ledger(
        _ changes: [Int: Int] = [:],
        section: String = "opex",
        months: Int = 24,
        skipping: Set<Int> = []
    ) -> String {
        var text = "date,account_code,account_name,section,amount,vendor\n"
        for month in 0..<months where !skipping.contains(month) {
            let date = "\(2024 + month / 12)-\(month % 12 < 9 ? "0" : "")\(month % 12 + 1)-05"
            let amount = changes[month] ?? 100_000 + (month * 7919) % 3000
            text += "\(date),6100,Freight,\(section),\(amount),Carrier\n"
        }
        return text
    }

    private func found(_ text: String, today: String = "2025-12-31", budget: String? = nil) async throws -> [JSONValue]
    {
        let fixture = try TenantFixture(today: today)
        try await fixture.load("ledger", text)
        if let budget { try await fixture.load("budget", budget) }
        let result = try await fixture.content(AnomaliesTool(ledger: fixture.ledger), [:])
        return result["anomalies"]?.array ?? []
    }

    @Test("Noise alone is no anomaly")
    func quiet() async throws { #expect(try await found(ledger()).isEmpty) }

    @Test("A cost far above what is usual is a spike")
    func spike() async throws {
        let anomaly = try #require(try await found(ledger([20: 180_000])).first)
        #expect(anomaly["category"] == "cost_spike")
        #expect(anomaly["basis"] == "seasonal_median")
        #expect(anomaly["severity"] == "critical")
        #expect(anomaly.at("period.start_date") == "2025-09-01")
        #expect(anomaly["account_code"] == "6100")
        #expect(anomaly["description"]?.string?.contains("Carrier") == true)
    }

    @Test("Revenue far below is a drop, a cost far below a variance")
    func below() async throws {
        #expect(try await found(ledger([20: 60_000], section: "revenue")).first?["category"] == "revenue_drop")
        #expect(try await found(ledger([20: 60_000])).first?["category"] == "variance")
    }

    @Test("A month that is missing is a pattern, once")
    func missingMonth() async throws {
        let anomalies = try await found(ledger(skipping: [20, 21]))
        #expect(anomalies.count == 1)
        #expect(anomalies.first?["category"] == "pattern")
    }

    @Test("A month that is high every year is not an anomaly the second time")
    func seasonal() async throws {
        let anomalies = try await found(ledger([11: 200_000, 23: 204_000]))
        #expect(anomalies.map { $0.at("period.start_date")?.string } == ["2024-12-01"])
    }

    @Test("The budget is what is expected where there is one")
    func budget() async throws {
        let budget = "month,account_code,section,amount\n2025-12,6100,opex,70000\n"
        let anomaly = try #require(try await found(ledger(), budget: budget).first)
        #expect(anomaly["basis"] == "budget")
        #expect(anomaly["expected_value"] == 70_000)
        #expect(anomaly.at("period.start_date") == "2025-12-01")
    }

    @Test("A running month can only be too high")
    func running() async throws {
        #expect(try await found(ledger([23: 20_000]), today: "2025-12-10").isEmpty)
        #expect(try await found(ledger([23: 190_000]), today: "2025-12-10").count == 1)
    }

    @Test("An account booked once a year is not judged by its silent months")
    func yearly() async throws {
        let text =
            "date,account_code,section,amount\n"
            + (2021...2025).map { "\($0)-03-01,6800,opex,50000\n" }.joined()
            + (0..<60).map { "\(2021 + $0 / 12)-\($0 % 12 < 9 ? "0" : "")\($0 % 12 + 1)-02,6100,opex,90000\n" }.joined()
        #expect(try await found(text).isEmpty)
    }

    @Test("Identifiers stay, and what people make of an anomaly is kept")
    func state() async throws {
        let fixture = try TenantFixture(today: "2025-12-31")
        try await fixture.load("ledger", ledger([20: 180_000]))
        let book = AnomalyBook(fixture.databases)
        let id = try #require(try await book.all(fixture.settings).first?.id)
        #expect(id.hasPrefix("anom_"))
        let principal = fixture.context.principal
        let now = Timestamp(milliseconds: 1000)
        let change = try await book.update(
            id,
            status: .investigating,
            assignedTo: "usr_2",
            by: principal,
            settings: fixture.settings,
            now: now
        )
        #expect(change.before.state.status == .unresolved)
        #expect(change.after.state.status == .investigating)
        _ = try await book.update(id, notes: "Asked the carrier", by: principal, settings: fixture.settings, now: now)
        let tool = AnomaliesTool(ledger: fixture.ledger)
        let kept = try await fixture.content(tool, ["status": "investigating"])
        #expect(kept.at("anomalies.0.id")?.string == id)
        #expect(kept.at("anomalies.0.assigned_to") == "usr_2")
        #expect(kept.at("anomalies.0.notes") == "Asked the carrier")
        #expect(try await fixture.content(tool, ["status": "unresolved"])["total"] == 0)
        await #expect(throws: AgentError.self) {
            try await book.update("anom_no", by: principal, settings: fixture.settings, now: now)
        }
    }

    @Test("Filters narrow the list and unknown accounts are named")
    func filters() async throws {
        let fixture = try TenantFixture(today: "2025-12-31")
        try await fixture.load("ledger", ledger([15: 190_000, 20: 180_000]))
        let tool = AnomaliesTool(ledger: fixture.ledger)
        #expect(try await fixture.content(tool, [:])["total"] == 2)
        #expect(try await fixture.content(tool, ["period": "2025-09"])["total"] == 1)
        #expect(try await fixture.content(tool, ["account": "freight", "limit": 1])["anomalies"]?.array?.count == 1)
        #expect(try await fixture.content(tool, ["category": "revenue_drop"])["total"] == 0)
        let none = try await fixture.call(tool, ["period": "2024-02"])
        #expect(none.citations.first?.source == "ledger")
        #expect(try await fixture.failure(tool, ["account": "Fright"])["nearest"] == "Freight")
        #expect(try await fixture.failure(tool, ["severity": "huge"])["code"] == "invalid_argument")
    }
}
