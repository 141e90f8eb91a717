import Foundation
import Synchronization
import TestSupport
import Testing

@testable import AgentRuntime

@Suite("Projections")
struct ProjectionStoreTests {
    /// Counts records by kind; fails when told to.
    private struct Counts: Projection {
        let name = "counts"
        var version = 1
        let tables = ["counts"]
        var column = "n"
        var failing: RecordKind?
        var schema: String {
            "CREATE TABLE counts(tenant TEXT, kind TEXT, \(column) INTEGER, PRIMARY KEY (tenant, kind))"
        }

        func apply(_ record: Record, to connection: SQLiteConnection) throws(DatabaseError) {
            if record.kind == failing { throw DatabaseError(code: 13, message: "full") }
            try connection.execute(
                "INSERT INTO counts VALUES (?, ?, 1) ON CONFLICT DO UPDATE SET \(column) = \(column) + 1",
                [.id(record.tenant), .text(record.payload == nil ? "erased" : record.kind.rawValue)]
            )
        }
    }

    private let tenant = JournalSample.tenant

    private func store(_ sample: JournalSample, _ projections: [any Projection] = [Counts()]) throws -> ProjectionStore
    {
        try ProjectionStore(path: sample.folder.file("views.db"), projections: projections, journal: sample.journal)
    }

    private func count(_ store: ProjectionStore, _ kind: String = "message.received") async throws -> Int64 {
        try await store.read { connection in
            try connection.first("SELECT sum(n) FROM counts WHERE kind = ?", [.text(kind)]) { $0.int(0) } ?? 0
        }
    }

    @Test("Each record is taken in once, whoever asks and however often")
    func once() async throws {
        let sample = try JournalSample()
        try await sample.append((0..<450).map { JournalSample.draft(.integer($0)) })
        try await sample.append(tenant: TenantID("ten_b"))
        let store = try store(sample)
        try await withThrowingTaskGroup { group in
            for _ in 0..<8 { group.addTask { try await store.catchUp() } }
            try await group.waitForAll()
        }
        #expect(try await count(store) == 451)
        let again = try self.store(sample)
        try await again.catchUp()
        #expect(try await count(again) == 451)
    }

    @Test("Who has appended sees it after the barrier")
    func barrier() async throws {
        let sample = try JournalSample()
        let store = try store(sample)
        for number in 1...5 {
            let record = try #require(try await sample.append().last)
            try await store.caughtUp(tenant, to: record.sequence)
            #expect(try await count(store) == Int64(number))
        }
    }

    @Test("Running follows the commits and ends when cancelled")
    func running() async throws {
        let sample = try JournalSample()
        try await sample.append()
        let (failures, failed) = AsyncStream<Void>.makeStream()
        let failing = try store(sample, [Counts(failing: RecordKind("bad"))])
        let task = Task { try await failing.run(clock: ContinuousClock()) { _ in failed.yield() } }
        try await sample.append([JournalSample.draft(kind: RecordKind("bad"))])
        for await _ in failures { break }
        // The record before the one that failed may be in, the failed one is not, and reading goes on.
        #expect(try await count(failing, "bad") == 0)
        task.cancel()
        await #expect(throws: CancellationError.self) { try await task.value }
    }

    @Test("A failure undoes the batch and is made up for later")
    func failure() async throws {
        let sample = try JournalSample()
        try await sample.append([JournalSample.draft(), JournalSample.draft(kind: RecordKind("bad"))])
        let failing = try store(sample, [Counts(failing: RecordKind("bad"))])
        await #expect(throws: DatabaseError.self) { try await failing.catchUp() }
        #expect(try await count(failing) == 0)
        let mended = try store(sample)
        try await mended.catchUp()
        #expect(try await count(mended) == 1)
        #expect(try await count(mended, "bad") == 1)
    }

    /// Writes a tenant's name once, as far as it remembers; fails at the first record of a kind.
    private struct Names: Projection {
        let name = "names"
        let version = 1
        let tables = ["names"]
        let schema = "CREATE TABLE names(tenant TEXT)"
        let failures: Guarded<Int>
        private let written = Guarded<Set<TenantID>>([])

        init(failures: Guarded<Int>) { self.failures = failures }

        func opened() -> any Projection { Names(failures: failures) }

        func apply(_ record: Record, to connection: SQLiteConnection) throws(DatabaseError) {
            if written.with({ $0.insert(record.tenant).inserted }) {
                try connection.execute("INSERT INTO names VALUES (?)", [.id(record.tenant)])
            }
            guard record.kind == RecordKind("bad") else { return }
            let isFirst = failures.with { count in
                count += 1
                return count == 1
            }
            if isFirst { throw DatabaseError(code: 13, message: "full") }
        }
    }

    @Test(
        "What a projection remembers of a batch that was undone is forgotten, and a rebuilt file has a memory of its own"
    )
    func memory() async throws {
        let sample = try JournalSample()
        try await sample.append([JournalSample.draft(), JournalSample.draft(kind: RecordKind("bad"))])
        let store = try store(sample, [Names(failures: Guarded(0))])
        func names() async throws -> Int64? {
            try await store.read { try $0.first("SELECT count(*) FROM names") { $0.int(0) } }
        }
        await #expect(throws: DatabaseError.self) { try await store.catchUp() }
        #expect(try await names() == 0)
        try await store.catchUp()
        try await sample.append()
        try await store.catchUp()
        #expect(try await names() == 1)
        try await store.rebuild()
        #expect(try await names() == 1)
    }

    @Test("A new version of a projection starts over; others stay; one that is gone leaves no table")
    func versions() async throws {
        struct Other: Projection {
            let name = "other"
            let version = 1
            let tables = ["other"]
            let schema = "CREATE TABLE other(seq INTEGER PRIMARY KEY)"
            func apply(_ record: Record, to connection: SQLiteConnection) throws(DatabaseError) {
                try connection.execute("INSERT INTO other VALUES (?)", [.integer(record.sequence)])
            }
        }
        let sample = try JournalSample()
        try await sample.append([JournalSample.draft(), JournalSample.draft()])
        try await store(sample, [Counts(), Other()]).catchUp()
        let next = try store(sample, [Counts(version: 2, column: "amount"), Other()])
        try await next.catchUp()
        let amount = try await next.read { try $0.first("SELECT sum(amount) FROM counts") { $0.int(0) } }
        #expect(amount == 2)
        #expect(try await next.read { try $0.first("SELECT count(*) FROM other") { $0.int(0) } } == 2)
        let alone = try store(sample, [Counts(version: 2, column: "amount")])
        let tables = try await alone.read { connection in
            try connection.query("SELECT name FROM sqlite_schema WHERE name = 'other'") { $0.text(0) }
        }
        #expect(tables.isEmpty)
    }

    @Test("Another journal than the one that was read is read from its start")
    func diverged() async throws {
        let sample = try JournalSample()
        try await sample.append((0..<3).map { JournalSample.draft(.integer($0)) })
        try await store(sample).catchUp()
        for count in [1, 5] {
            let other = try JournalSample()
            try await other.append((0..<count).map { JournalSample.draft(.integer($0 + 100)) })
            let copy = other.folder.file("views.db")
            try FileManager.default.copyItem(atPath: sample.folder.file("views.db"), toPath: copy)
            let store = try store(other)
            try await store.catchUp()
            #expect(try await self.count(store) == Int64(count))
        }
    }

    @Test("Rebuilding gives the same views, and readers and writers go on meanwhile")
    func rebuild() async throws {
        let sample = try JournalSample()
        try await sample.append((0..<300).map { JournalSample.draft(.integer($0)) })
        let store = try store(sample)
        try await store.catchUp()
        try await withThrowingTaskGroup { group in
            group.addTask { try await store.rebuild() }
            group.addTask {
                for _ in 0..<30 {
                    let seen = try await count(store)
                    #expect(seen >= 300)
                }
            }
            group.addTask {
                for number in 1...30 {
                    let record = try #require(try await sample.append().last)
                    try await store.caughtUp(tenant, to: record.sequence)
                    let seen = try await count(store)
                    #expect(seen == 300 + Int64(number))
                }
            }
            try await group.waitForAll()
        }
        try await store.rebuild()
        #expect(try await count(store) == 330)
        let record = try #require(try await sample.append().last)
        try await store.caughtUp(tenant, to: record.sequence)
        #expect(try await count(store) == 331)
        #expect(!FileManager.default.fileExists(atPath: sample.folder.file("views.db.new")))
    }

    @Test("A rebuild after an erasure leaves nothing of the subject in the file")
    func erasure() async throws {
        let sample = try JournalSample()
        let subject = JournalSample.subject
        let started = JournalSample.draft(["owner": "usr_1"], kind: .conversationStarted, subject: subject)
        let message = JournalSample.draft(
            ["message_id": "m", "text": "unmistakable words"],
            turn: TurnID("t"),
            subject: subject
        )
        try await sample.append([started, message], session: SessionID("conv_1"))
        let store = try store(sample, [ConversationsProjection()])
        try await store.catchUp()
        let view = ConversationsView(store)
        #expect(try await view.messages(of: SessionID("conv_1"), in: tenant, limit: 9).count == 1)
        _ = try await sample.journal.erase(subject, in: tenant)
        try await store.rebuild()
        #expect(try await view.messages(of: SessionID("conv_1"), in: tenant, limit: 9).isEmpty)
        #expect(try await view.conversation(SessionID("conv_1"), in: tenant)?.owner == UserID("usr_1"))
        for name in ["views.db", "views.db-wal"] {
            guard let bytes = FileManager.default.contents(atPath: sample.folder.file(name)) else { continue }
            #expect(bytes.range(of: Data("unmistakable".utf8)) == nil)
        }
    }

    @Test("A rebuild that fails leaves the old views")
    func failedRebuild() async throws {
        let sample = try JournalSample()
        try await sample.append()
        let store = try store(sample)
        try await store.catchUp()
        try await sample.journal.maintain { try $0.execute("UPDATE records SET bytes = x'00'") }
        await #expect(throws: JournalError.self) { try await store.rebuild() }
        #expect(try await count(store) == 1)
    }

    @Test("A damaged file is made anew")
    func damaged() async throws {
        let sample = try JournalSample()
        try await sample.append()
        let path = sample.folder.file("views.db")
        try Data("this is no database, whatever it was before that".utf8).write(to: URL(fileURLWithPath: path))
        let store = try store(sample)
        try await store.catchUp()
        #expect(try await count(store) == 1)
    }
}
