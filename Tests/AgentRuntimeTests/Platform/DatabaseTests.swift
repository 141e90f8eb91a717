import TestSupport
import Testing

@testable import AgentRuntime

@Suite("A database behind an actor")
struct DatabaseTests {
    private static let endless = "WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n) SELECT max(i) FROM n"

    @Test("Calls run one at a time")
    func serial() async throws {
        let database = try Database(path: "", mode: .memory, label: "test")
        try await database.perform { try $0.execute("CREATE TABLE t(x); INSERT INTO t VALUES (0)") }
        try await withThrowingTaskGroup { group in
            for _ in 0..<50 {
                group.addTask {
                    try await database.perform { connection in
                        let value = try connection.first("SELECT x FROM t") { $0.int(0) } ?? -1
                        try connection.execute("UPDATE t SET x = ?", [.integer(value + 1)])
                    }
                }
            }
            try await group.waitForAll()
        }
        #expect(try await database.perform { try $0.first("SELECT x FROM t") { $0.int(0) } } == 50)
    }

    @Test("Cancelling interrupts the running statement, and not the next one")
    func cancellation() async throws {
        let database = try Database(path: "", mode: .memory, label: "test")
        let (started, signal) = AsyncStream<Void>.makeStream()
        let task = Task {
            try await database.perform { connection in
                signal.yield()
                try connection.execute(DatabaseTests.endless)
            }
        }
        for await _ in started { break }
        task.cancel()
        await #expect(throws: CancellationError.self) { try await task.value }
        #expect(try await database.perform { try $0.first("SELECT 1") { $0.int(0) } } == 1)
    }

    @Test("A call of a cancelled task does not begin")
    func cancelledBefore() async throws {
        let database = try Database(path: "", mode: .memory, label: "test")
        let task = Task {
            withUnsafeCurrentTask { $0?.cancel() }
            try await database.perform { try $0.execute("CREATE TABLE t(x)") }
        }
        await #expect(throws: CancellationError.self) { try await task.value }
        #expect(try await database.perform { try $0.query("SELECT name FROM sqlite_schema") { $0.text(0) } }.isEmpty)
    }

    @Test("A cancelled transaction leaves nothing")
    func cancelledTransaction() async throws {
        let database = try Database(path: "", mode: .memory, label: "test")
        try await database.perform { try $0.execute("CREATE TABLE t(x)") }
        let (started, signal) = AsyncStream<Void>.makeStream()
        let task = Task {
            try await database.perform { connection in
                try connection.transaction {
                    try connection.execute("INSERT INTO t VALUES (1)")
                    signal.yield()
                    try connection.execute(DatabaseTests.endless)
                }
            }
        }
        for await _ in started { break }
        task.cancel()
        await #expect(throws: CancellationError.self) { try await task.value }
        #expect(try await database.perform { try $0.query("SELECT x FROM t") { $0.int(0) } }.isEmpty)
    }
}
