import Foundation
import TestSupport
import Testing

@testable import AgentRuntime

@Suite("Sealing and erasing")
struct SubjectKeysTests {
    private let session = SessionID("conv_1")

    private func bytes(in folder: TemporaryFolder, _ names: [String]) throws -> Data {
        try names.reduce(into: Data()) { all, name in
            guard FileManager.default.fileExists(atPath: folder.file(name)) else { return }
            all += try Data(contentsOf: URL(fileURLWithPath: folder.file(name)))
        }
    }

    @Test("What a subject said is nowhere in the journal's files")
    func sealed() async throws {
        let sample = try JournalSample()
        let draft = JournalSample.draft(["text": "unmistakable words"], subject: JournalSample.subject)
        try await sample.append([draft], session: session)
        let files = try bytes(in: sample.folder, ["journal.db", "journal.db-wal"])
        #expect(files.range(of: Data("sealed".utf8)) != nil)
        #expect(files.range(of: Data("unmistakable".utf8)) == nil)
    }

    @Test("Each tenant and subject has its own key, the same one every time")
    func keys() async throws {
        let sample = try JournalSample()
        let tenant = JournalSample.tenant
        let first = try await sample.keys.key(of: SubjectID("user:1"), in: tenant)
        #expect(try await sample.keys.key(of: SubjectID("user:1"), in: tenant).bytes == first.bytes)
        #expect(try await sample.keys.key(of: SubjectID("user:2"), in: tenant).bytes != first.bytes)
        #expect(try await sample.keys.key(of: SubjectID("user:1"), in: TenantID("ten_b")).bytes != first.bytes)
        let again = try SubjectKeys(path: sample.folder.file("keys.db"))
        #expect(try await again.key(of: SubjectID("user:1"), in: tenant).bytes == first.bytes)
    }

    @Test("Erasing makes a subject's payloads nil, leaves others, and the chain holds")
    func erase() async throws {
        let sample = try JournalSample()
        let other = SubjectID("user:usr_2")
        try await sample.append(
            [
                JournalSample.draft(["n": 1], subject: JournalSample.subject),
                JournalSample.draft(["n": 2], subject: other), JournalSample.draft(["n": 3]),
            ],
            session: session
        )
        let key = try await sample.keys.key(of: JournalSample.subject, in: JournalSample.tenant)
        let state: JSONValue = ["kept": "of the subject"]
        try await sample.journal.save(
            SessionSnapshot(tenant: JournalSample.tenant, session: session, version: 3, format: 1, state: state)
        )
        #expect(try await sample.journal.erase(JournalSample.subject, in: JournalSample.tenant) == 1)
        #expect(try await sample.journal.erase(JournalSample.subject, in: JournalSample.tenant) == 0)
        for journal in [sample.journal, try SQLiteJournal(path: sample.path, keys: sample.keys)] {
            let records = try await journal.records(of: JournalSample.tenant, after: 0, limit: 9)
            #expect(records.map(\.payload) == [nil, ["n": 2], ["n": 3]])
        }
        #expect(try JournalVerifier(path: sample.path).verify().holds)
        #expect(try await sample.journal.snapshot(of: session, in: JournalSample.tenant) == nil)
        let files = try bytes(in: sample.folder, ["journal.db", "journal.db-wal", "keys.db", "keys.db-wal"])
        #expect(files.range(of: Data(key.bytes)) == nil)
        #expect(files.range(of: Data("of the subject".utf8)) == nil)
    }

    @Test("An erased subject that comes back gets a new key")
    func comeback() async throws {
        let sample = try JournalSample()
        let draft = JournalSample.draft(["n": 1], subject: JournalSample.subject)
        try await sample.append([draft])
        _ = try await sample.journal.erase(JournalSample.subject, in: JournalSample.tenant)
        try await sample.append([draft])
        let records = try await sample.journal.records(of: JournalSample.tenant, after: 0, limit: 9)
        #expect(records.map(\.payload) == [nil, ["n": 1]])
    }

    @Test("A key that was never known is damage, not erasure")
    func unknown() async throws {
        let sample = try JournalSample()
        try await sample.append([JournalSample.draft(subject: JournalSample.subject)])
        let keys = try SubjectKeys(path: sample.folder.file("other.db"))
        let journal = try SQLiteJournal(path: sample.path, keys: keys)
        let error = await #expect(throws: JournalError.self) {
            try await journal.records(of: JournalSample.tenant, after: 0, limit: 1)
        }
        guard case .corrupted(_, 1, _) = error else {
            Issue.record("\(String(describing: error))")
            return
        }
    }

    @Test("Keys lie wrapped; a copy of the database without the master key opens nothing")
    func wrapped() async throws {
        let sample = try JournalSample()
        let key = try await sample.keys.key(of: JournalSample.subject, in: JournalSample.tenant)
        let files = try bytes(in: sample.folder, ["keys.db", "keys.db-wal"])
        #expect(files.range(of: Data(key.bytes)) == nil)
        let other = TemporaryFolder()
        let copy = try SQLiteConnection(path: sample.folder.file("keys.db"))
        try copy.execute("VACUUM INTO ?", [.text(other.file("keys.db"))])
        #expect(throws: JournalError.self) { try SubjectKeys(path: other.file("keys.db")) }
        try Data((Base64URL.encode(SHA256.hash("other")) + "\n").utf8)
            .write(to: URL(fileURLWithPath: other.file(MasterKey.fileName)))
        let stranger = try SubjectKeys(path: other.file("keys.db"))
        await #expect(throws: JournalError.self) {
            try await stranger.key(of: JournalSample.subject, in: JournalSample.tenant)
        }
        await #expect(throws: JournalError.self) { try await stranger.state(of: key.id) }
    }

    @Test("Keys of a folder that knew no master key are wrapped when it is opened")
    func wrappedLater() async throws {
        let sample = try JournalSample()
        let key = try await sample.keys.key(of: JournalSample.subject, in: JournalSample.tenant)
        let path = sample.folder.file("keys.db")
        try SQLiteConnection(path: path).execute("UPDATE keys SET key = ?", [.blob(key.bytes)])
        let again = try SubjectKeys(path: path)
        #expect(try await again.key(of: JournalSample.subject, in: JournalSample.tenant).bytes == key.bytes)
        let files = try bytes(in: sample.folder, ["keys.db", "keys.db-wal"])
        #expect(files.range(of: Data(key.bytes)) == nil)
    }
}
