import AgentRuntime
import Foundation
import Testing

@testable import Tools

@Suite("Example company")
struct ExamplesTests {
    private static let folder = URL(filePath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
        .deletingLastPathComponent().deletingLastPathComponent().appending(path: "examples")

    private func text(_ name: String) throws -> String {
        try String(contentsOf: Self.folder.appending(path: name), encoding: .utf8)
    }

    /// The rows of an example, which has no quoted fields.
    private func rows(_ name: String) throws -> [[String]] {
        try text(name).split(separator: "\n").dropFirst().map { line in
            line.split(separator: ",", omittingEmptySubsequences: false).map(String.init)
        }
    }

    private func fixture() async throws -> TenantFixture {
        let fixture = try TenantFixture(today: "2025-09-30")
        try await fixture.load("ledger", try text("ledger.csv"))
        try await fixture.load("budget", try text("budget.csv"))
        return fixture
    }

    @Test("Its figures are the sums of its rows")
    func sums() async throws {
        let fixture = try await fixture()
        for section in LedgerSection.allCases {
            let expected = try rows("ledger.csv").filter { $0[3] == section.rawValue && $0[0].hasPrefix("2025") }
                .reduce(0) { $0 + (try Money(decimal: $1[4])).units }
            let result = try await fixture.metrics([
                "metric": .string(section.rawValue), "compare_to": "budget",
                "period": ["start_date": "2025-01-01", "end_date": "2025-09-30"],
            ])
            #expect(result["value"]?.exact == Money(units: expected).exact)
            let planned = try rows("budget.csv").filter { $0[3] == section.rawValue && $0[0].hasPrefix("2025") }
                .reduce(0) { $0 + (try Money(decimal: $1[4])).units }
            #expect(result.at("comparison.value")?.exact == Money(units: planned).exact)
            #expect(result.at("comparison.missing") == nil)
        }
    }

    @Test("What was put into it to be found is found")
    func anomalies() async throws {
        let fixture = try await fixture()
        let result = try await fixture.content(AnomaliesTool(ledger: fixture.ledger), [:])
        let found = (result["anomalies"]?.array ?? []).map { $0["metric_name"]?.string }
        #expect(found.contains("Timber"))
        #expect(found.contains("Delivery"))
    }
}
