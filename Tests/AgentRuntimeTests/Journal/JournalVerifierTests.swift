import Foundation
import TestSupport
import Testing

@testable import AgentRuntime

@Suite("Verifying a journal")
struct JournalVerifierTests {
    private func filled() async throws -> JournalSample {
        let sample = try JournalSample()
        try await sample.fill()
        return sample
    }

    @Test("An untouched journal holds, also while it is being written")
    func holds() async throws {
        let sample = try await filled()
        let result = try JournalVerifier(path: sample.path).verify()
        #expect(result.holds && result.records == 30)
        #expect(result.tenants.map(\.tenant.rawValue) == ["ten_a", "ten_b"])
        #expect(result.tenants.map(\.sessions) == [2, 2])
        let one = try JournalVerifier(path: sample.path).verify(TenantID("ten_b"))
        #expect(one.tenants.map(\.records) == [15])
        async let writing: Void = {
            for number in 0..<200 { try await sample.append(session: SessionID("s"), at: Int64(number)) }
        }()
        for _ in 0..<20 { #expect(try JournalVerifier(path: sample.path).verify().holds) }
        try await writing
        #expect(try JournalVerifier(path: sample.path).verify().records == 230)
    }

    @Test("One flipped byte anywhere is found and laid at its record")
    func flippedByte() async throws {
        let sample = try await filled()
        let path = sample.path
        let (positions, misses) = try await sample.journal.maintain { connection -> (Int, [String]) in
            let records = try connection.query("SELECT tenant, seq, bytes FROM records") { row in
                (tenant: row.text(0), sequence: row.int(1), bytes: row.blob(2))
            }
            let verifier = try JournalVerifier(path: path)
            var misses: [String] = []
            var positions = 0
            for record in records where record.tenant == "ten_b" {
                // Each byte is flipped in the records around the ends; in those between, every seventh.
                let isNearEnd = record.sequence < 3 || record.sequence > 13
                for index in record.bytes.indices where isNearEnd || index % 7 == 0 {
                    var changed = record.bytes
                    changed[index] ^= index % 2 == 0 ? 1 : 0x80
                    let sql = "UPDATE records SET bytes = ? WHERE tenant = ? AND seq = ?"
                    let place: [SQLValue] = [.text(record.tenant), .integer(record.sequence)]
                    try connection.execute(sql, [.blob(changed)] + place)
                    let failure = try verifier.verify(TenantID(record.tenant)).failure
                    try connection.execute(sql, [.blob(record.bytes)] + place)
                    positions += 1
                    if failure?.sequence != record.sequence || failure?.reason != .edited {
                        misses.append("\(record.sequence)[\(index)]: \(String(describing: failure))")
                    }
                }
            }
            return (positions, misses)
        }
        #expect(positions > 1500)
        #expect(misses.isEmpty, "\(misses.prefix(5))")
        #expect(try JournalVerifier(path: path).verify().holds)
    }

    @Test(
        "Other damage is found and named",
        arguments: [
            ("DELETE FROM records WHERE tenant = 'ten_a' AND seq = 7", 7, "missing"),
            ("DELETE FROM records WHERE tenant = 'ten_a' AND seq = 1", 1, "missing"),
            ("DELETE FROM records WHERE tenant = 'ten_a' AND seq > 12", 13, "truncated"),
            ("DELETE FROM records WHERE tenant = 'ten_a'", 1, "truncated"),
            ("DELETE FROM tenants WHERE tenant = 'ten_a'", 15, "truncated"),
            ("UPDATE tenants SET seq = 14 WHERE tenant = 'ten_a'", 15, "truncated"),
            ("UPDATE tenants SET leaf = zeroblob(32) WHERE tenant = 'ten_a'", 15, "edited"),
            (
                """
                UPDATE records SET bytes = (SELECT bytes FROM records WHERE tenant = 'ten_a' AND seq = 9)
                WHERE tenant = 'ten_a' AND seq = 6
                """, 6, "reordered"
            ),
            (
                """
                UPDATE records SET bytes = (SELECT bytes FROM records WHERE tenant = 'ten_b' AND seq = 6)
                WHERE tenant = 'ten_a' AND seq = 6
                """, 6, "reordered"
            ),
            ("UPDATE records SET previous_in_session = 1 WHERE tenant = 'ten_a' AND seq = 8", 8, "session"),
            ("UPDATE records SET previous_in_session = 1 WHERE tenant = 'ten_a' AND seq = 5", 5, "session"),
            ("UPDATE heads SET version = 5 WHERE tenant = 'ten_a' AND session = 'conv_1'", 12, "session"),
            ("DELETE FROM heads WHERE tenant = 'ten_a' AND session = 'conv_1'", 12, "session"),
        ]
    )
    func damage(sql: String, sequence: Int64, reason: String) async throws {
        let sample = try await filled()
        try await sample.journal.maintain { try $0.execute(sql) }
        let result = try JournalVerifier(path: sample.path).verify()
        #expect(result.failure?.tenant.rawValue == "ten_a")
        #expect(result.failure?.sequence == sequence)
        #expect(result.failure?.reason.rawValue == reason)
        #expect(try JournalVerifier(path: sample.path).verify(TenantID("ten_b")).holds)
    }

    @Test("A rewritten record with all that follows it re-chained does not agree with the head")
    func rechained() async throws {
        let sample = try JournalSample()
        try await sample.append([JournalSample.draft(), JournalSample.draft(["n": 2])])
        try await sample.journal.maintain { connection in
            let bytes = try connection.query("SELECT bytes FROM records ORDER BY seq") { $0.blob(0) }
            let first = Array(String(decoding: bytes[0], as: UTF8.self).replacing("hello", with: "hallo").utf8)
            var second = bytes[1]
            second.replaceSubrange(RecordCodec.previousRange, with: Hex.encodedBytes(HashChain.leaf(of: first)))
            for (number, bytes) in [first, second].enumerated() {
                try connection.execute(
                    "UPDATE records SET bytes = ? WHERE seq = ?",
                    [.blob(bytes), .int(number + 1)]
                )
            }
        }
        #expect(try JournalVerifier(path: sample.path).verify().failure?.reason == .edited)
    }

    @Test("A flipped byte of the file's pages never passes for a whole journal with other records")
    func filePages() async throws {
        let sample = try await filled()
        try await sample.journal.maintain { try $0.truncateLog() }
        let original = try Data(contentsOf: URL(fileURLWithPath: sample.path))
        let folder = TemporaryFolder()
        let copy = folder.file("journal.db")
        let untouched = try JournalVerifier(path: sample.path).verify()
        var found = 0
        for position in stride(from: 100, to: original.count, by: 97) {
            var bytes = original
            bytes[position] ^= 0x10
            try bytes.write(to: URL(fileURLWithPath: copy))
            do {
                let result = try JournalVerifier(path: copy).verify()
                // Unused space of a page, and what is not in the chain (snapshots), may be changed unseen.
                if result.holds { #expect(result == untouched) } else { found += 1 }
            } catch {
                found += 1
            }
            for end in ["", "-wal", "-shm"] { try? FileManager.default.removeItem(atPath: copy + end) }
        }
        #expect(found > 0)
    }

    @Test("What is no journal is refused")
    func noJournal() throws {
        let folder = TemporaryFolder()
        #expect(throws: JournalError.self) { try JournalVerifier(path: folder.file("none.db")) }
        try Data("no database, but long enough to be looked at".utf8).write(to: URL(fileURLWithPath: folder.file("x")))
        #expect(throws: JournalError.self) { try JournalVerifier(path: folder.file("x")) }
    }
}
