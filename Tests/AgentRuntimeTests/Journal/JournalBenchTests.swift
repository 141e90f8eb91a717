import Foundation
import TestSupport
import Testing

@testable import AgentRuntime

@Suite("The journal's bench")
struct JournalBenchTests {
    @Test("It measures what it was asked to and cleans up")
    func run() async throws {
        let folder = TemporaryFolder()
        let report = try await JournalBench.run(
            batchSizes: [1, 10],
            appenders: [1, 4],
            records: 40,
            durability: .process,
            folder: folder.path
        )
        #expect(report.appending.map(\.batch) == [1, 1, 10, 10])
        #expect(report.appending.map(\.records) == [40, 40, 40, 40])
        #expect(report.appending[0].commits == 40 && report.appending[1].commits <= 40)
        #expect(report.verifying.holds && report.verifying.records == 160)
        #expect(try FileManager.default.contentsOfDirectory(atPath: folder.path).isEmpty)
    }
}
