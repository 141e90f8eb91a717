import TestSupport
import Testing

@testable import AgentRuntime

@Suite("The newest records of a kind")
struct NewestRecordsTests {
    private static let kind = RecordKind("policy.activated")

    private static func draft(_ version: String) -> RecordDraft {
        RecordDraft(kind: kind, actor: "operator", payload: ["id": .string(version)])
    }

    private func version(_ found: NewestRecords.Found?) -> String? {
        found?.records[Self.kind]?.payload?["id"]?.string
    }

    @Test("It finds the newest, goes on from a place, and refuses one of another journal")
    func places() async throws {
        let sample = try JournalSample()
        try await sample.fill()
        let search = try NewestRecords(path: sample.path)
        let before = try #require(try search.find([Self.kind]))
        #expect(before.records.isEmpty && before.count == 30)
        try await sample.append([Self.draft("one")])
        try await sample.append([Self.draft("two"), JournalSample.draft()])
        let found = try search.find([Self.kind])
        #expect(version(found) == "two")
        #expect(found?.count ?? 99 <= 17, "it stops where it has found all")
        let later = try #require(try search.find([Self.kind], after: before.reached))
        #expect(version(later) == "two")
        #expect(try search.find([Self.kind], after: later.reached)?.records.isEmpty == true)
        // What a record of a session says is not asked, whatever its kind.
        try await sample.append([Self.draft("three")], session: SessionID("conv_9"), at: 0)
        #expect(version(try search.find([Self.kind])) == "two")
        var other = later.reached
        other[TenantID("ten_a")]?.leaf = SHA256.hash("other")
        #expect(try search.find([Self.kind], after: other) == nil)
    }

    @Test("One that cannot be read is an error: an older one does not count in its place")
    func unreadable() async throws {
        let sample = try JournalSample()
        try await sample.append([Self.draft("one")])
        try await sample.append([Self.draft("two")])
        #expect(version(try NewestRecords(path: sample.path).find([Self.kind])) == "two")
        try await sample.journal.maintain {
            try $0.execute(
                """
                UPDATE records SET bytes = CAST(replace(CAST(bytes AS TEXT), '"id":"two"', '"id":two') AS BLOB)
                """
            )
        }
        #expect(throws: JournalError.self) { try NewestRecords(path: sample.path).find([Self.kind]) }
    }

    @Test("A statement is believed with its signature and for its purpose")
    func statement() throws {
        let folder = TemporaryFolder()
        let signer = CheckpointSigner(deployment: "", key: SigningKey(seed: SHA256.hash("seed")))
        let path = folder.file("statement")
        #expect(SealedStatement(path: path, purpose: "a", by: signer) == nil)
        let statement = SealedStatement(["policy": "one"])
        try statement.keep(path: path, purpose: "a", by: signer)
        #expect(SealedStatement(path: path, purpose: "a", by: signer) == statement)
        #expect(SealedStatement(path: path, purpose: "b", by: signer) == nil)
        let other = CheckpointSigner(deployment: "", key: SigningKey(seed: SHA256.hash("other")))
        #expect(SealedStatement(path: path, purpose: "a", by: other) == nil)
    }
}
