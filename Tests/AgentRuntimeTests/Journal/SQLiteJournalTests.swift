import Foundation
import TestSupport
import Testing

@testable import AgentRuntime

@Suite("The SQLite journal")
struct SQLiteJournalTests {
    private let session = SessionID("conv_1")

    @Test("Records are numbered per tenant, versioned per session, and chained")
    func numbering() async throws {
        let sample = try JournalSample()
        let first = try await sample.append(
            [JournalSample.draft(["n": 1]), JournalSample.draft(["n": 2])],
            session: session
        )
        let other = try await sample.append(tenant: TenantID("ten_b"))
        let second = try await sample.append([JournalSample.draft(["n": 3])], session: session, at: 2)
        #expect(first.map(\.sequence) == [1, 2] && first.map(\.version) == [1, 2])
        #expect(second.map(\.sequence) == [3] && second.map(\.version) == [3])
        #expect(other.map(\.sequence) == [1] && other.map(\.version) == [0] && other[0].session == nil)
        #expect(first[0].previousLeaf == HashChain.genesis && other[0].previousLeaf == HashChain.genesis)
        #expect(first[1].previousLeaf == first[0].leaf && second[0].previousLeaf == first[1].leaf)
        #expect(try await sample.journal.tenantHeads() == [JournalSample.tenant: 3, TenantID("ten_b"): 1])
    }

    @Test("What is read is what was appended", arguments: [nil, JournalSample.subject])
    func readBack(subject: SubjectID?) async throws {
        let sample = try JournalSample()
        let payload: JSONValue = ["text": "ü \"q\" \u{1}", "n": .number(JSONNumber(validLiteral: "1.10")), "none": nil]
        let draft = JournalSample.draft(payload, turn: TurnID("msg_9"), subject: subject, labels: ["a", "b\""])
        let written = try await sample.append([draft], session: session)
        let read = try await sample.journal.records(of: JournalSample.tenant, after: 0, limit: 10)
        #expect(read.count == 1)
        let (record, original) = (try #require(read.first), try #require(written.first))
        #expect(record.payload == payload && record.payload?.text == payload.text)
        #expect(record.leaf == original.leaf && record.previousLeaf == original.previousLeaf)
        #expect(record.session == session && record.version == 1 && record.turn == TurnID("msg_9"))
        #expect(record.labels == ["a", "b\""] && record.subject == subject && record.actor == "user:usr_1")
        #expect(record.wallTime == original.wallTime && record.kind == original.kind && record.kindVersion == 1)
    }

    @Test("Reading goes on after a number, up to a limit")
    func paging() async throws {
        let sample = try JournalSample()
        try await sample.append((0..<5).map { JournalSample.draft(.integer($0)) })
        let page = try await sample.journal.records(of: JournalSample.tenant, after: 1, limit: 3)
        #expect(page.map(\.sequence) == [2, 3, 4])
        #expect(try await sample.journal.records(of: JournalSample.tenant, after: 5, limit: 3).isEmpty)
        #expect(try await sample.journal.records(of: TenantID("none"), after: 0, limit: 3).isEmpty)
    }

    @Test("A session's records are found among those of others")
    func sessionRecords() async throws {
        let sample = try JournalSample()
        try await sample.fill()
        for (version, count) in [(0, 6), (2, 4), (5, 1), (6, 0), (9, 0)] {
            let records = try await sample.journal.records(
                of: session,
                in: JournalSample.tenant,
                afterVersion: Int64(version)
            )
            #expect(records.count == count)
            #expect(records.map(\.version) == (version..<version + count).map { Int64($0 + 1) })
            #expect(records.allSatisfy { $0.session == session })
        }
        let none = try await sample.journal.records(of: SessionID("none"), in: JournalSample.tenant, afterVersion: 0)
        #expect(none.isEmpty)
    }

    @Test("An append at a wrong version is refused with the right one and leaves nothing", arguments: [0, 1, 3])
    func conflict(version: Int64) async throws {
        let sample = try JournalSample()
        try await sample.append([JournalSample.draft(), JournalSample.draft()], session: session)
        await #expect(throws: JournalError.versionConflict(actual: 2)) {
            try await sample.append(session: session, at: version)
        }
        #expect(try await sample.journal.tenantHeads() == [JournalSample.tenant: 2])
    }

    @Test("Of many that append to one session at once, each version is won by one")
    func concurrency() async throws {
        let sample = try JournalSample()
        let (tasks, rounds) = (16, 25)
        let wins = try await withThrowingTaskGroup(of: Int.self) { group in
            for _ in 0..<tasks {
                group.addTask {
                    var version: Int64 = 0
                    var wins = 0
                    while wins < rounds {
                        do throws(JournalError) {
                            try await sample.append(session: session, at: version)
                            wins += 1
                            version += 1
                        } catch {
                            guard case .versionConflict(let actual) = error else { throw error }
                            version = actual
                        }
                    }
                    return wins
                }
            }
            return try await group.reduce(0, +)
        }
        #expect(wins == tasks * rounds)
        let records = try await sample.journal.records(of: session, in: JournalSample.tenant, afterVersion: 0)
        #expect(records.map(\.version) == (1...Int64(wins)).map { $0 })
        #expect(try JournalVerifier(path: sample.path).verify().holds)
    }

    @Test("Appends that arrive together share a commit")
    func groupCommit() async throws {
        let sample = try JournalSample(durability: .full)
        let count = 400
        try await withThrowingTaskGroup { group in
            for number in 0..<count {
                group.addTask { _ = try await sample.append(session: SessionID("conv_\(number)")) }
            }
            try await group.waitForAll()
        }
        let commits = await sample.journal.commitCount
        #expect(commits >= 1 && commits < count / 4)
        #expect(try await sample.journal.tenantHeads() == [JournalSample.tenant: Int64(count)])
    }

    @Test("A conflict within a group fails alone")
    func conflictInGroup() async throws {
        let sample = try JournalSample()
        let outcomes = await withTaskGroup(of: Bool.self) { group in
            for _ in 0..<20 {
                group.addTask { (try? await sample.append(session: session)) != nil }
                group.addTask { (try? await sample.append()) != nil }
            }
            return await group.reduce(into: 0) { $0 += $1 ? 1 : 0 }
        }
        #expect(outcomes == 21)
        #expect(try await sample.journal.head(of: session, in: JournalSample.tenant)?.version == 1)
    }

    @Test("Sessions with an unended turn are found until an append says it ended")
    func unsettled() async throws {
        let sample = try JournalSample()
        try await sample.append(session: session, isUnsettled: true)
        try await sample.append(session: SessionID("conv_2"))
        let heads = try await sample.journal.unsettledSessions()
        let head = SessionHead(
            tenant: JournalSample.tenant,
            session: session,
            version: 1,
            lastSequence: 1,
            isUnsettled: true
        )
        #expect(heads == [head])
        try await sample.append(session: session, at: 1)
        #expect(try await sample.journal.unsettledSessions().isEmpty)
        #expect(try await sample.journal.head(of: SessionID("none"), in: JournalSample.tenant) == nil)
    }

    @Test("A newer snapshot replaces an older one, never the other way round")
    func snapshots() async throws {
        let sample = try JournalSample()
        func snapshot(_ version: Int64) -> SessionSnapshot {
            SessionSnapshot(
                tenant: JournalSample.tenant,
                session: session,
                version: version,
                format: 2,
                state: ["v": .integer(Int(version))]
            )
        }
        #expect(try await sample.journal.snapshot(of: session, in: JournalSample.tenant) == nil)
        for version: Int64 in [3, 8, 5] { try await sample.journal.save(snapshot(version)) }
        #expect(try await sample.journal.snapshot(of: session, in: JournalSample.tenant) == snapshot(8))
    }

    @Test("A commit is signalled; several to a slow listener come as one")
    func signals() async throws {
        let sample = try JournalSample()
        var signals = sample.journal.commits().makeAsyncIterator()
        for _ in 0..<3 { try await sample.append() }
        #expect(await signals.next() != nil)
        try await sample.append()
        #expect(await signals.next() != nil)
    }

    @Test("A cancelled task's append is done all the same")
    func cancelled() async throws {
        let sample = try JournalSample()
        let task = Task {
            withUnsafeCurrentTask { $0?.cancel() }
            return try await sample.append()
        }
        #expect(try await task.value.map(\.sequence) == [1])
    }

    @Test("After a reopening the chain goes on")
    func reopening() async throws {
        let sample = try JournalSample()
        let first = try await sample.append(session: session)
        let again = try SQLiteJournal(path: sample.path, keys: sample.keys)
        let append = JournalAppend(
            tenant: JournalSample.tenant,
            session: session,
            expectedVersion: 1,
            drafts: [JournalSample.draft()]
        )
        let second = try await again.append(append)
        #expect(second.first?.previousLeaf == first.first?.leaf && second.first?.sequence == 2)
        // The first one still remembers the heads of before: it must see that the file has moved on.
        await #expect(throws: JournalError.versionConflict(actual: 2)) {
            try await sample.append(session: session, at: 1)
        }
        #expect(try await sample.append(session: session, at: 2).first?.sequence == 3)
        #expect(try JournalVerifier(path: sample.path).verify().holds)
    }

    @Test("Whatever moment a process is killed at, what was confirmed is there and holds")
    func crash() async throws {
        let sample = try JournalSample()
        for round in 0..<12 {
            let confirmed = try await sample.append([JournalSample.draft(), JournalSample.draft()]).last?.sequence
            // The files as a kill would leave them: the log is not yet in the database.
            let copy = TemporaryFolder()
            for name in ["journal.db", "journal.db-wal"] {
                try FileManager.default.copyItem(atPath: sample.folder.file(name), toPath: copy.file(name))
            }
            if round % 2 == 1 {
                // A transaction that was being written: its bytes end anywhere.
                let log = try FileHandle(forWritingTo: URL(fileURLWithPath: copy.file("journal.db-wal")))
                try log.seekToEnd()
                try log.write(contentsOf: Data(repeating: 7, count: round * 100))
                try log.close()
            }
            let reopened = try SQLiteJournal(path: copy.file("journal.db"), keys: sample.keys)
            #expect(try await reopened.tenantHeads()[JournalSample.tenant] == confirmed)
            let next = try await reopened.append(
                JournalAppend(tenant: JournalSample.tenant, drafts: [JournalSample.draft()])
            )
            #expect(next.first?.sequence == (confirmed ?? 0) + 1)
            #expect(try JournalVerifier(path: copy.file("journal.db")).verify().holds)
        }
    }

    @Test("A full disk fails the appends of that commit and no others")
    func diskFull() async throws {
        let sample = try JournalSample()
        let before = try await sample.append([JournalSample.draft()], session: session)
        try await sample.journal.maintain { connection in
            let pages = try connection.first("PRAGMA page_count") { $0.int(0) } ?? 0
            try connection.execute("PRAGMA max_page_count = \(pages + 2)")
        }
        let big = JournalSample.draft(.string(String(repeating: "x", count: 100_000)))
        let error = await #expect(throws: JournalError.self) { try await sample.append([big], session: session, at: 1) }
        guard case .storage(let code, _) = error else {
            Issue.record("\(String(describing: error))")
            return
        }
        #expect(code == 13)
        let small = try await sample.append([JournalSample.draft()], session: session, at: 1)
        #expect(small.first?.sequence == 2 && small.first?.previousLeaf == before.last?.leaf)
        try await sample.journal.maintain { try $0.execute("PRAGMA max_page_count = 100000") }
        #expect(try await sample.append([big], session: session, at: 2).first?.sequence == 3)
        #expect(try JournalVerifier(path: sample.path).verify().holds)
    }

    @Test("A record beyond the bound is refused")
    func tooBig() async throws {
        let sample = try JournalSample()
        let big = JournalSample.draft(.string(String(repeating: "x", count: RecordCodec.bytesMax)))
        await #expect(throws: JournalError.self) { try await sample.append([big]) }
        #expect(try await sample.journal.tenantHeads().isEmpty)
    }

    @Test("A file of a newer program is refused")
    func newer() async throws {
        let sample = try JournalSample()
        try await sample.append()
        try await sample.journal.maintain { try $0.execute("PRAGMA user_version = 99") }
        let error = #expect(throws: JournalError.self) { try SQLiteJournal(path: sample.path, keys: sample.keys) }
        guard case .storage(_, let message) = error else {
            Issue.record("\(String(describing: error))")
            return
        }
        #expect(message.contains("newer"))
    }

    @Test(
        "A last record that does not read back is named when the file is opened",
        arguments: [
            "UPDATE records SET bytes = CAST(replace(CAST(bytes AS TEXT), 'hello', 'hallo') AS BLOB) WHERE seq = 2",
            "DELETE FROM records WHERE seq = 2",
            "UPDATE tenants SET seq = 1",
        ]
    )
    func corruptedEnd(damage: String) async throws {
        let sample = try JournalSample()
        try await sample.append([JournalSample.draft(), JournalSample.draft()])
        try await sample.journal.maintain { try $0.execute(damage) }
        let error = #expect(throws: JournalError.self) { try SQLiteJournal(path: sample.path, keys: sample.keys) }
        guard case .corrupted(let tenant, _, _) = error else {
            Issue.record("\(String(describing: error))")
            return
        }
        #expect(tenant == JournalSample.tenant)
    }
}
