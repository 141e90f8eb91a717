import AgentRuntime
import Foundation
import Synchronization
import Testing

@Suite("A database stays on its own thread")
struct DatabaseExecutorTests {
    @Test("A call from a task that prefers a loop runs on the database's executor, never on the loop")
    func staysOffTheLoop() async throws {
        let group = try EventLoopGroup(count: 2)
        defer { group.stop() }
        let database = try Database(path: "", mode: .memory, label: "test")
        try await database.perform { try $0.execute("CREATE TABLE t(a INTEGER)") }
        let visits = LoopVisits()
        var tasks: [Task<Void, Never>] = []
        for number in 0..<64 {
            let loop = group.loops[number % 2]
            tasks.append(
                loop.spawn {
                    for value in 0..<20 {
                        try? await database.perform { connection in
                            visits.note()
                            try connection.execute("INSERT INTO t VALUES (?)", [.integer(Int64(value))])
                        }
                    }
                }
            )
        }
        for task in tasks { await task.value }
        #expect(visits.count == 0)
        let count = try await database.perform { try $0.first("SELECT count(*) FROM t") { $0.int(0) } }
        #expect(count == Int64(1280))
    }
}

/// Counts calls that were made on a loop.
private final class LoopVisits: Sendable {
    private let visits = Mutex(0)

    var count: Int { visits.withLock { $0 } }

    func note() {
        if EventLoop.current != nil { visits.withLock { $0 += 1 } }
    }
}
