import AgentRuntime
import Testing

@testable import agentd

@Suite struct StreamBenchTests {
    @Test("A small run opens its streams, reaches all of them, and reports")
    func small() async throws {
        var bench = StreamBench()
        bench.streams = 50
        bench.loops = 2
        bench.rounds = 3
        bench.events = 1000
        let report = try await bench.measure()
        #expect(report.streams == 50)
        #expect(report.eventsPerSecond > 0)
        #expect(report.broadcastTime > .zero)
        #expect(report.text.hasPrefix("50 silent streams: "))
    }
}
