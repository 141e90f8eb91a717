import Foundation
import TestSupport
import Testing

@testable import AgentRuntime

@Suite("The journal's log")
struct JournalLogTests {
    private typealias Schedule = JournalLog.Schedule

    /// Tells a schedule what happens, and answers what it said each time.
    private static func answers(_ schedule: Schedule, _ events: [Event]) -> [Bool] {
        var schedule = schedule
        return events.map { event in
            switch event {
            case .committed(let pages): schedule.committed(pages)
            case .ended(let pages): schedule.ended(pages)
            }
        }
    }

    private enum Event {
        case committed(Int)
        case ended(Int)
    }

    @Test("A step begins after so much log, one at a time")
    func steps() {
        let schedule = Schedule(pageSize: Schedule.stepBytes / 10)
        #expect(Self.answers(schedule, [.committed(9), .committed(12)]) == [false, true])
        // While one is under way no other begins; after it, all up to page 12 is in the file.
        let events: [Event] = [.committed(12), .committed(30), .ended(30), .committed(21), .committed(22)]
        #expect(Self.answers(schedule, events) == [true, false, false, false, true])
    }

    @Test("The writer takes over the rest of a long log, so that it begins anew")
    func rest() {
        let schedule = Schedule(pageSize: Schedule.boundBytes / 100)
        // A reader needs the log, so that it goes on; then it begins anew.
        let events: [Event] = [
            .committed(99), .ended(101), .committed(102), .committed(150), .ended(151), .committed(3), .committed(20),
            .ended(21),
        ]
        #expect(Self.answers(schedule, events) == [true, true, false, true, true, false, true, false])
    }

    @Test("A log that began anew during a step is counted from its beginning")
    func begunAnew() {
        let schedule = Schedule(pageSize: Schedule.stepBytes / 10)
        let events: [Event] = [.committed(40), .ended(2), .committed(11), .committed(12)]
        #expect(Self.answers(schedule, events) == [true, false, false, true])
    }

    @Test("However much is appended, the log stays short, and nothing of it is lost")
    func bounded() async throws {
        let sample = try JournalSample()
        let text = JSONValue.string(String(repeating: "x", count: 1 << 20))
        let count = 3 * Int(Schedule.boundBytes >> 20)
        for _ in 0..<count { try await sample.append([JournalSample.draft(["text": text])]) }
        let log = try FileManager.default.attributesOfItem(atPath: sample.path + "-wal")[.size] as? Int64 ?? 0
        #expect(log > 0 && log < Schedule.boundBytes + 6 * Schedule.stepBytes, "\(log) bytes")
        try await sample.journal.maintain { try $0.truncateLog() }
        let last = try await sample.journal.records(of: JournalSample.tenant, after: Int64(count) - 1, limit: 5)
        #expect(last.map(\.sequence) == [Int64(count)] && last.first?.payload == ["text": text])
    }

    @Test("Emptying the log waits for a step that is under way")
    func truncating() async throws {
        let sample = try JournalSample()
        let text = JSONValue.string(String(repeating: "x", count: 5 << 20))
        for _ in 0..<10 {
            try await sample.append([JournalSample.draft(["text": text])])
            try await sample.journal.maintain { try $0.truncateLog() }
        }
        #expect(try await sample.journal.tenantHeads() == [JournalSample.tenant: 10])
    }
}
