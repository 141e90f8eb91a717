import Foundation
import Synchronization
import TestSupport
import Testing

@testable import AgentRuntime

@Suite("Checkpoints of a journal")
struct CheckpointerTests {
    /// A filled journal with a checkpointer, and what was carried away.
    struct Sample {
        let journal: JournalSample
        let signer: CheckpointSigner
        let checkpointer: Checkpointer
        let place = Place()

        init(records: Int64 = 10) async throws {
            journal = try JournalSample()
            try await journal.fill()
            signer = CheckpointSigner(deployment: "test", key: SigningKey(seed: SHA256.hash("seed")))
            checkpointer = try Checkpointer(
                journal: journal.journal,
                path: journal.path,
                signer: signer,
                rule: CheckpointRule(records: records, interval: .seconds(3600)),
                places: [place]
            )
        }

        func verify(_ kept: [StoredCheckpoint] = []) throws -> JournalVerification {
            let signer = signer
            let keys = EvidenceKeys(kept: kept.compactMap { SignedNote($0.note) }) { signer.publicKey(for: $0) }
            return try JournalVerifier(path: journal.path).verify(by: keys)
        }

        func damage(_ sql: String) async throws { try await journal.journal.maintain { try $0.execute(sql) } }
    }

    /// Takes checkpoints, or refuses them.
    final class Place: CheckpointPlace {
        private let state = Mutex((taken: [StoredCheckpoint](), refuses: false))
        var taken: [StoredCheckpoint] { state.withLock { $0.taken } }

        func refuse(_ refuses: Bool) { state.withLock { $0.refuses = refuses } }

        func take(_ checkpoint: StoredCheckpoint) async throws {
            let isRefused = state.withLock { state in
                if !state.refuses { state.taken.append(checkpoint) }
                return state.refuses
            }
            if isRefused { throw AgentError(.unavailable, "not now") }
        }
    }

    @Test("It goes on from the last checkpoint, signs what is new, and says nothing when nothing is")
    func goesOn() async throws {
        let sample = try await Sample()
        let first = try await sample.checkpointer.checkpoint()
        #expect(first.map(\.size) == [15, 15])
        #expect(try await sample.checkpointer.checkpoint().isEmpty)
        for number in 0..<7 { try await sample.journal.append([JournalSample.draft(["n": .integer(number)])]) }
        #expect(try await sample.checkpointer.checkpoint(atLeast: 8).isEmpty)
        let second = try await sample.checkpointer.checkpoint(atLeast: 7)
        #expect(second.map(\.size) == [22])
        let result = try sample.verify(first + second)
        #expect(result.holds)
        #expect(result.tenants.map(\.checkpoints) == [4, 2])
        #expect(result.tenants.map(\.covered) == [22, 15])
        #expect(try Checkpoint(text: #require(SignedNote(second[0].note)).text)?.root == result.tenants[0].root)
        // Another one over the same file goes on just as well.
        let other = try Checkpointer(journal: sample.journal.journal, path: sample.journal.path, signer: sample.signer)
        try await sample.journal.append()
        #expect(try await other.checkpoint().map(\.size) == [23])
        #expect(try sample.verify().holds)
    }

    @Test(
        "What is rewritten, cut off or grown anew is found by a kept checkpoint when nothing in the folder shows it",
        arguments: [
            ("edit", 1, "forked"), ("truncate", 11, "truncated"), ("empty", 1, "truncated"), ("fork", 1, "forked"),
        ]
    )
    func rewritten(kind: String, sequence: Int64, reason: String) async throws {
        let sample = try await Sample()
        let kept = try await sample.checkpointer.checkpoint()
        let path = sample.journal.path
        // The one who can write everything: records, heads and checkpoints, but not the kept ones nor the key.
        try await sample.journal.journal.maintain { connection in
            try connection.execute("DELETE FROM checkpoints")
            var bytes = try connection.query("SELECT bytes FROM records WHERE tenant = 'ten_a' ORDER BY seq") {
                $0.blob(0)
            }
            if kind == "edit" {
                bytes[4] = Array(String(decoding: bytes[4], as: UTF8.self).replacing("user:usr", with: "user:usx").utf8)
            }
            if kind == "fork" {
                let last = bytes.removeLast()
                bytes.append(Array(String(decoding: last, as: UTF8.self).replacing("imported", with: "exported").utf8))
            }
            if kind == "truncate" { bytes.removeLast(5) }
            if kind == "empty" { bytes = [] }
            try connection.execute("DELETE FROM records WHERE tenant = 'ten_a'")
            try connection.execute("DELETE FROM heads WHERE tenant = 'ten_a'")
            try connection.execute("DELETE FROM tenants WHERE tenant = 'ten_a'")
            var leaf = HashChain.genesis
            var heads: [String: (version: Int64, last: Int64)] = [:]
            for (offset, record) in bytes.enumerated() {
                var record = record
                record.replaceSubrange(RecordCodec.previousRange, with: Hex.encodedBytes(leaf))
                leaf = HashChain.leaf(of: record)
                let stored = try RecordCodec.decode(record).record
                let before = stored.session.flatMap { heads[$0.rawValue]?.last }
                if let session = stored.session {
                    heads[session.rawValue] = (stored.version, Int64(offset + 1))
                }
                try connection.execute(
                    "INSERT INTO records(tenant, seq, previous_in_session, bytes) VALUES ('ten_a', ?, ?, ?)",
                    [.int(offset + 1), .optional(before), .blob(record)]
                )
            }
            for (session, head) in heads {
                try connection.execute(
                    "INSERT INTO heads VALUES ('ten_a', ?, ?, ?, 0)",
                    [.text(session), .integer(head.version), .integer(head.last)]
                )
            }
            if !bytes.isEmpty {
                try connection.execute("INSERT INTO tenants VALUES ('ten_a', ?, ?)", [.int(bytes.count), .blob(leaf)])
            }
        }
        #expect(try JournalVerifier(path: path).verify().holds)
        let failure = try #require(try sample.verify(kept).failure)
        #expect(failure.sequence == sequence, "\(failure)")
        #expect(failure.reason.rawValue == reason)
        #expect(failure.tenant == TenantID("ten_a"))
    }

    @Test("What does not follow the last checkpoint is not signed")
    func notSigned() async throws {
        let sample = try await Sample()
        try await sample.checkpointer.checkpoint()
        try await sample.journal.append()
        try await sample.damage(
            "UPDATE records SET bytes = replace(bytes, 'user:usr_1', 'user:usr_2') WHERE tenant = 'ten_a' AND seq = 15"
        )
        await #expect(throws: JournalError.self) { try await sample.checkpointer.checkpoint() }
    }

    @Test("A forged, cut or renamed checkpoint in the folder is found")
    func forged() async throws {
        let sample = try await Sample()
        try await sample.checkpointer.checkpoint()
        let other = CheckpointSigner(deployment: "test", key: SigningKey(seed: SHA256.hash("other")))
        let stranger = try Checkpointer(journal: sample.journal.journal, path: sample.journal.path, signer: other)
        try await sample.journal.append()
        #expect(try await stranger.checkpoint().count == 1)
        #expect(try sample.verify().failure?.reason == .signature)
        try await sample.damage("DELETE FROM checkpoints WHERE size = 16")
        #expect(try sample.verify().holds)
        try await sample.damage("UPDATE checkpoints SET note = 'x' WHERE tenant = 'ten_a'")
        #expect(try sample.verify().failure?.reason == .signature)
    }

    @Test("A frontier that is not the one that was signed is found, and nothing is signed that goes on from it")
    func frontier() async throws {
        let sample = try await Sample()
        try await sample.checkpointer.checkpoint()
        try await sample.journal.append()
        for forged in ["randomblob(length(frontier))", "zeroblob(1)"] {
            try await sample.damage("UPDATE checkpoints SET frontier = \(forged) WHERE tenant = 'ten_a'")
            let failure = try sample.verify().failure
            #expect(failure?.reason == .signature && failure?.sequence == 15, "\(forged)")
            await #expect(throws: JournalError.self) { try await sample.checkpointer.checkpoint() }
        }
    }

    @Test("A tenant that is gone but for its checkpoints is missed without being asked for")
    func wiped() async throws {
        let sample = try await Sample()
        try await sample.checkpointer.checkpoint()
        for table in ["records", "tenants", "heads"] {
            try await sample.damage("DELETE FROM \(table) WHERE tenant = 'ten_a'")
        }
        let failure = try sample.verify().failure
        #expect(failure?.tenant == TenantID("ten_a") && failure?.reason == .truncated)
        #expect(throws: AgentError.self) {
            try AuditExport(path: sample.journal.path).write(
                AuditExport.Request(tenant: TenantID("ten_a")),
                key: nil,
                now: Timestamp(milliseconds: 0)
            ) { _ in }
        }
    }

    @Test("Followed, it signs after enough records and at the end, and carries the newest away again after a failure")
    func follows() async throws {
        let sample = try await Sample(records: 10)
        sample.place.refuse(true)
        let checkpointer = sample.checkpointer
        let clock = ContinuousClock()
        await withTaskGroup { group in
            group.addTask { try? await checkpointer.run(clock: clock) }
            group.cancelAll()
        }
        #expect(sample.place.taken.isEmpty)
        #expect(try sample.verify().tenants.map(\.covered) == [15, 15])
        sample.place.refuse(false)
        try await sample.journal.append()
        await withTaskGroup { group in
            group.addTask { try? await checkpointer.run(clock: clock) }
            group.cancelAll()
        }
        #expect(sample.place.taken.map(\.size) == [16, 15])
    }

    @Test("A file gets each checkpoint as a line")
    func file() async throws {
        let sample = try await Sample()
        let path = sample.journal.folder.file("pushed")
        let file = CheckpointFile(path: path)
        for checkpoint in try await sample.checkpointer.checkpoint() { try await file.take(checkpoint) }
        let lines = try String(contentsOfFile: path, encoding: .utf8).split(separator: "\n")
        #expect(lines.count == 2)
        let notes = try lines.map { try JSONValue(parsing: Array($0.utf8))["note"]?.string ?? "" }
        let signer = sample.signer
        #expect(SignedNote(notes[1])?.isSigned(by: signer.publicKey(for: TenantID("ten_b"))) == true)
    }
}
