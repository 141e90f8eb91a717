import Foundation
import TestSupport
import Testing

@testable import AgentRuntime

/// Old records go up to a signed checkpoint, and everything that reads a journal reads what is left.
@Suite("Retention of a journal")
struct JournalRetentionTests {
    private static let tenant = TenantID("ten_a")
    private static let later = Timestamp(milliseconds: .max - 1)

    /// A journal of ended conversations behind a checkpoint, and records after it.
    private struct Sample {
        let checked: CheckpointerTests.Sample
        let retention: JournalRetention
        var journal: JournalSample { checked.journal }

        init() async throws {
            checked = try await CheckpointerTests.Sample()
            retention = try JournalRetention(journal: checked.journal.journal, path: checked.journal.path)
            try await checked.checkpointer.checkpoint()
            for number in 0..<4 { try await checked.journal.append([JournalSample.draft(["n": .integer(number)])]) }
        }

        func numbers() async throws -> [Int64] {
            try await journal.journal.records(of: JournalRetentionTests.tenant, after: 0, limit: 100).map(\.sequence)
        }
    }

    /// Counts records.
    private struct Count: Projection {
        let name = "count"
        let version = 1
        let tables = ["count"]
        let schema = "CREATE TABLE count(tenant TEXT, seq INTEGER)"

        func apply(_ record: Record, to connection: SQLiteConnection) throws(DatabaseError) {
            try connection.execute(
                "INSERT INTO count VALUES (?, ?)",
                [.id(record.tenant), .integer(record.sequence)]
            )
        }
    }

    @Test("What is old enough goes up to a checkpoint, is on record, and the rest verifies with it")
    func drops() async throws {
        let sample = try await Sample()
        let kept = try AuditExport(path: sample.journal.path).newestCheckpoints()
        #expect(try await sample.retention.plan(Self.tenant, before: Self.later).records == 15)
        #expect(try await sample.numbers().count == 19, "a plan changes nothing")
        let outcome = try await sample.retention.apply(Self.tenant, before: Self.later)
        #expect((outcome.through, outcome.records, outcome.heldBackBy) == (15, 15, nil))
        #expect(try await sample.numbers() == [16, 17, 18, 19, 20])
        let last = try #require(try await sample.journal.journal.records(of: Self.tenant, after: 19, limit: 9).first)
        #expect(last.kind == .retentionApplied)
        #expect(last.payload?["through"] == 15)
        #expect(last.payload?["checkpoint"]?.string == kept[0].note)
        #expect(last.payload?["leaf"]?.string?.count == 64)
        #expect(last.payload?["frontier"]?.array?.count == 4)
        let result = try sample.checked.verify(kept)
        #expect(result.holds, "\(String(describing: result.failure))")
        #expect(result.tenants.map(\.records) == [5, 15])
        // What is written and signed afterwards goes on from there, and more may go.
        try await sample.journal.append()
        #expect(try await sample.checked.checkpointer.checkpoint().map(\.size) == [21])
        try await sample.journal.append()
        #expect(try await sample.retention.apply(Self.tenant, before: Self.later).through == 21)
        #expect(try sample.checked.verify().holds)
        #expect(try await sample.numbers() == [22, 23])
        // Sessions that went are not there any more, and none can go on unseen.
        await #expect(throws: JournalError.versionConflict(actual: 0)) {
            try await sample.journal.append(session: SessionID("conv_1"), at: 6)
        }
    }

    @Test("Nothing goes that is too young, that no checkpoint covers, or twice")
    func keeps() async throws {
        let sample = try await Sample()
        let young = try await sample.retention.apply(Self.tenant, before: Timestamp(milliseconds: 1))
        #expect(young.records == 0)
        #expect(try await sample.numbers().count == 19, "nothing is written about nothing")
        #expect(try await sample.retention.apply(Self.tenant, before: Self.later).records == 15)
        #expect(try await sample.retention.apply(Self.tenant, before: Self.later).records == 0)
        #expect(try await sample.numbers().count == 5)
        #expect(try await sample.retention.apply(TenantID("ten_none"), before: Self.later).records == 0)
        // The last record stays, though a checkpoint covers it.
        let other = TenantID("ten_b")
        #expect(try await sample.retention.apply(other, before: Self.later).records == 0)
        #expect(try sample.checked.verify().holds)
    }

    @Test("A conversation that goes on holds back all that came after its beginning")
    func heldBack() async throws {
        let sample = try await Sample()
        try await sample.journal.append(session: SessionID("conv_1"), at: 6)
        let outcome = try await sample.retention.apply(Self.tenant, before: Self.later)
        #expect(outcome.records == 0)
        #expect(outcome.heldBackBy == SessionID("conv_1"))
        let records = try await sample.journal.journal.records(
            of: SessionID("conv_1"),
            in: Self.tenant,
            afterVersion: 0
        )
        #expect(records.count == 7)
        #expect(try sample.checked.verify().holds)
    }

    @Test("Views are made from what is left, and go on")
    func views() async throws {
        let sample = try await Sample()
        let path = sample.journal.folder.file("views.db")
        let store = try ProjectionStore(path: path, projections: [Count()], journal: sample.journal.journal)
        try await store.catchUp()
        _ = try await sample.retention.apply(Self.tenant, before: Self.later)
        try await store.rebuild()
        func numbers() async throws -> [Int64] {
            try await store.read { connection in
                try connection.query("SELECT seq FROM count WHERE tenant = 'ten_a' ORDER BY seq") { $0.int(0) }
            }
        }
        #expect(try await numbers() == [16, 17, 18, 19, 20])
        try await sample.journal.append()
        try await store.catchUp()
        #expect(try await numbers() == [16, 17, 18, 19, 20, 21])
        // Views that had not come as far as what went begin anew.
        let late = sample.journal.folder.file("late.db")
        let behind = try ProjectionStore(path: late, projections: [Count()], journal: sample.journal.journal)
        try await behind.catchUp()
        let count = try await behind.read { connection in
            try connection.first("SELECT count(*) FROM count WHERE tenant = 'ten_a'") { $0.int(0) }
        }
        #expect(count == 6)
    }

    @Test("An export of what is left holds, here and by the verifier that stands alone")
    func exports() async throws {
        let sample = try await Sample()
        _ = try await sample.retention.apply(Self.tenant, before: Self.later)
        try await sample.checked.checkpointer.checkpoint()
        let (result, status) = try verifyExport(of: sample)
        #expect(result.holds, "\(String(describing: result.failure))")
        #expect(result.records == 5)
        #expect(result.tenants[0].checkpoints == 2, "the one over what went, and the one over what came since")
        #expect(status == 0)
    }

    @Test("Records cut off at a signed checkpoint without a record of retention are missed, whoever looks")
    func cutInFront() async throws {
        let sample = try await Sample()
        let kept = try AuditExport(path: sample.journal.path).newestCheckpoints()
        try await sample.checked.checkpointer.checkpoint()
        try await sample.journal.journal.maintain { connection in
            let place = "tenant = 'ten_a' AND seq = 15"
            let bytes = try #require(
                try connection.first("SELECT bytes FROM records WHERE \(place)") { $0.blob(0) }
            )
            try connection.execute(
                "INSERT INTO beginnings SELECT tenant, size, ?, frontier FROM checkpoints WHERE tenant = 'ten_a' AND size = 15",
                [.blob(HashChain.leaf(of: bytes))]
            )
            try connection.execute("DELETE FROM records WHERE tenant = 'ten_a' AND seq <= 15")
            try connection.execute("DELETE FROM heads WHERE tenant = 'ten_a' AND last_seq <= 15")
        }
        for kept in [[], kept] {
            let failure = try sample.checked.verify(kept).failure
            #expect(failure?.reason == .missing && failure?.sequence == 15)
        }
        let (result, status) = try verifyExport(of: sample)
        #expect(result.failure?.reason == .missing)
        #expect(status == 1)
    }

    @Test("A kept checkpoint from before what went is compared where the tree still shows it, and counted where not")
    func keptBefore() async throws {
        let sample = try await Sample()
        let first = try AuditExport(path: sample.journal.path).newestCheckpoints()[0]
        let second = try #require(try await sample.checked.checkpointer.checkpoint().first)
        try await sample.journal.append()
        #expect(try await sample.retention.apply(Self.tenant, before: Self.later).through == second.size)
        let result = try sample.checked.verify([first])
        #expect(result.holds)
        #expect(result.tenants[0].uncompared == 1)
        #expect(result.tenants[0].dropped == 19)
        // 16 leaves are the first subtree of 19: a note over other 16 is a fork.
        let forged = sample.checked.signer.sign(
            try #require(MerkleFrontier(size: 16, hashes: SHA256.hash("other"))),
            of: Self.tenant
        )
        let note = StoredCheckpoint(
            tenant: Self.tenant,
            size: 16,
            time: Timestamp(milliseconds: 0),
            note: forged.note,
            frontier: MerkleFrontier()
        )
        #expect(try sample.checked.verify([note]).failure?.reason == .forked)
    }

    /// What both verifiers say of a tenant's export.
    private func verifyExport(of sample: Sample) throws -> (result: JournalVerification, status: Int32) {
        let folder = TemporaryFolder()
        var bytes: [UInt8] = []
        try AuditExport(path: sample.journal.path).write(
            AuditExport.Request(tenant: Self.tenant),
            key: sample.checked.signer.publicKey(for: Self.tenant),
            now: Timestamp(milliseconds: 0)
        ) { bytes += $0 }
        try Data(bytes).write(to: URL(fileURLWithPath: folder.file("export")))
        let key = sample.checked.signer.publicKey(for: Self.tenant)
        var verifier = try ExportVerifier(path: folder.file("export"), by: EvidenceKeys { _ in key })
        let result = try verifier.verify()
        let python = Process()
        python.executableURL = URL(fileURLWithPath: "/usr/bin/env")
        python.arguments = ["python3", "docs/verify.py", folder.file("export"), "\(key)"]
        python.standardOutput = FileHandle.nullDevice
        try python.run()
        python.waitUntilExit()
        return (result, python.terminationStatus)
    }

    @Test("A beginning that no checkpoint vouches for does not verify")
    func forged() async throws {
        let sample = try await Sample()
        _ = try await sample.retention.apply(Self.tenant, before: Self.later)
        try await sample.checked.damage("UPDATE beginnings SET leaf = zeroblob(32) WHERE tenant = 'ten_a'")
        #expect(try !sample.checked.verify().holds)
        let other = try await Sample()
        _ = try await other.retention.apply(Self.tenant, before: Self.later)
        try await other.checked.damage("DELETE FROM checkpoints WHERE tenant = 'ten_a' AND size = 15")
        #expect(try other.checked.verify().failure?.reason == .missing)
    }
}
