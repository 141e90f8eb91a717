import Foundation
import TestSupport
import Testing

@testable import AgentRuntime

@Suite("Exports of a journal")
struct ExportVerifierTests {
    private static let tenant = TenantID("ten_a")

    /// An export of one tenant as lines, with two checkpoints.
    private func lines(
        _ request: AuditExport.Request = AuditExport.Request(tenant: tenant)
    ) async throws -> (lines: [String], sample: CheckpointerTests.Sample) {
        let sample = try await CheckpointerTests.Sample()
        try await sample.checkpointer.checkpoint()
        for number in 0..<4 { try await sample.journal.append([JournalSample.draft(["n": .integer(number)])]) }
        try await sample.checkpointer.checkpoint()
        var bytes: [UInt8] = []
        try AuditExport(path: sample.journal.path).write(
            request,
            key: sample.signer.publicKey(for: Self.tenant),
            now: Timestamp(milliseconds: 0)
        ) { bytes += $0 }
        return (String(decoding: bytes, as: UTF8.self).split(separator: "\n").map(String.init), sample)
    }

    private func verify(_ lines: [String], kept: [SignedNote] = [], key: NoteKey? = nil) throws -> JournalVerification {
        let folder = TemporaryFolder()
        try Data((lines.joined(separator: "\n") + "\n").utf8).write(to: URL(fileURLWithPath: folder.file("export")))
        var verifier = try ExportVerifier(path: folder.file("export"), by: EvidenceKeys(kept: kept) { _ in key })
        return try verifier.verify()
    }

    @Test("A whole export holds by itself, with the key, and with a kept checkpoint")
    func whole() async throws {
        let (lines, sample) = try await lines()
        let result = try verify(lines)
        #expect(result.holds)
        #expect(result.records == 19)
        #expect(result.tenants.map(\.checkpoints) == [2])
        #expect(try result.tenants[0].root == sample.verify().tenants[0].root)
        let key = sample.signer.publicKey(for: Self.tenant)
        let kept = try AuditExport(path: sample.journal.path).newestCheckpoints().compactMap { SignedNote($0.note) }
        #expect(try verify(lines, kept: [kept[0]], key: key).holds)
        // The kept checkpoint of a tenant that the export leaves out.
        #expect(try verify(lines, kept: kept, key: nil).failure?.tenant == TenantID("ten_b"))
        let other = CheckpointSigner(deployment: "test", key: SigningKey(seed: SHA256.hash("other")))
        #expect(try verify(lines, key: other.publicKey(for: Self.tenant)).failure?.reason == .signature)
    }

    @Test("A part of a journal holds by its proofs")
    func part() async throws {
        let (lines, _) = try await lines(AuditExport.Request(tenant: Self.tenant, first: 5, last: 9))
        let result = try verify(lines)
        #expect(result.holds && result.records == 5)
        let proof = try #require(lines.firstIndex { $0.contains(#""seq":7,"size""#) })
        #expect(try verify(lines.removing(proof)).failure?.reason == .proof)
        let record = try #require(lines.firstIndex { $0.contains(#""seq":9,"session""#) })
        var changed = lines
        changed[record] = lines[record].replacing("usr_1", with: "usr_2")
        changed[lines.count - 1] = lines[lines.count - 1].replacing(
            HashText.leaf(lines[record]),
            with: HashText.leaf(changed[record])
        )
        let failure = try verify(changed).failure
        #expect(failure?.sequence == 9 && failure?.reason == .edited)
    }

    @Test("A range that is not there is refused", arguments: [(0, 3), (4, 3), (1, 20), (20, 20)])
    func range(first: Int64, last: Int64) async throws {
        await #expect(throws: AgentError.self) {
            _ = try await lines(AuditExport.Request(tenant: Self.tenant, first: first, last: last))
        }
        await #expect(throws: AgentError.self) { _ = try await lines(AuditExport.Request(tenant: TenantID("none"))) }
    }

    @Test("Each changed character of a record is laid at it")
    func edits() async throws {
        let (lines, _) = try await lines()
        let first = try #require(lines.firstIndex { $0.hasPrefix(#"{"format":1,"#) })
        for sequence in [1, 2, 9, 18, 19] {
            let line = first + sequence - 1
            let characters = Array(lines[line])
            for place in stride(from: 0, to: characters.count, by: 5) {
                var changed = characters
                changed[place] = changed[place] == "0" ? "1" : "0"
                var copy = lines
                copy[line] = String(changed)
                let failure = try? verify(copy).failure
                #expect(failure?.sequence == Int64(sequence), "record \(sequence), character \(place): \(copy[line])")
            }
        }
    }

    @Test("Deleted, swapped and cut records are named, and missing lines too")
    func lines() async throws {
        let (lines, _) = try await lines()
        let first = try #require(lines.firstIndex { $0.hasPrefix(#"{"format":1,"#) })
        func failure(_ lines: [String]) throws -> String {
            let failure = try verify(lines).failure
            return failure.map { "\($0.sequence) \($0.reason)" } ?? "none"
        }
        #expect(try failure(lines.removing(first + 4)) == "5 missing")
        #expect(try failure(lines.removing(first)) == "1 missing")
        #expect(try failure(lines.removing(first + 18)) == "19 truncated")
        var swapped = lines
        swapped.swapAt(first + 6, first + 7)
        #expect(try failure(swapped).hasPrefix("7 "))
        #expect(try failure(Array(lines[..<(first + 10)])) == "11 truncated")
        #expect(try failure(lines.dropLast()) == "20 truncated")
        let checkpoint = try #require(lines.firstIndex { $0.hasPrefix(#"{"type":"checkpoint""#) })
        #expect(try failure(lines.removing(checkpoint)).hasSuffix("forked"))
        let proof = try #require(lines.firstIndex { $0.hasPrefix(#"{"type":"consistency""#) })
        var wrong = lines
        wrong[proof] = wrong[proof].replacing(#""hashes":[""#, with: #""hashes":["00"#)
        #expect(try failure(wrong).hasSuffix("forked"))
        #expect(throws: AgentError.self) { try verify(["{}"]) }
        #expect(throws: AgentError.self) { try verify([]) }
        #expect(throws: AgentError.self) { try verify([lines[first]]) }
    }
}

/// What a line's leaf looks like.
private enum HashText {
    static func leaf(_ line: String) -> String { Hex.encode(HashChain.leaf(of: Array(line.utf8))) }
}

extension [String] {
    fileprivate func removing(_ index: Int) -> [String] {
        var copy = self
        copy.remove(at: index)
        return copy
    }
}
