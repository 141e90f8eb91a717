import Foundation
import TestSupport
import Testing

@testable import AgentRuntime

@Suite("Signed notes and checkpoints")
struct SignedNoteTests {
    // The example of Go's note package, which https://c2sp.org/signed-note was written from.
    private static let key = "PeterNeumann+c74f20a3+ARpc2QcUPDhMQegwxbzhKqiBfsVkmqq/LDE4izWy10TW"
    private static let seed = "AYEKFALVFGyNhPJEMzD1QIDr+Y7hfZx09iUvxdXHKDFz"
    private static let note = """
        If you think cryptography is the answer to your problem,
        then you don't know what your problem is.

        — PeterNeumann x08go/ZJkuBS9UG/SffcvIAQxVBtiFupLLr8pAcElZInNIuGUgYN1FFYC2pZSNXgKvqfqdngotpRZb6KE6RyyBwJnAM=

        """

    @Test("A published note is signed by its published key, and made again byte by byte")
    func published() throws {
        let key = try #require(NoteKey(Self.key))
        #expect(key.description == Self.key)
        let note = try #require(SignedNote(Self.note))
        #expect(note.isSigned(by: key))
        #expect(note.note == Self.note)
        let secret = Array(try #require(Data(base64Encoded: Self.seed)).dropFirst())
        let own = SigningKey(seed: secret)
        #expect(own.publicKey == key.publicKey)
        #expect(own.sign(Array(note.text.utf8)) == note.signatures.first?.bytes)
    }

    @Test("One changed character of text, signature or key makes it another's")
    func changed() throws {
        let key = try #require(NoteKey(Self.key))
        #expect(SignedNote(Self.note.replacing("cryptography", with: "cryptographY"))?.isSigned(by: key) == false)
        #expect(SignedNote(Self.note.replacing("JnAM=", with: "JnAA="))?.isSigned(by: key) == false)
        #expect(SignedNote(Self.note.replacing("— Peter", with: "— Pieter"))?.isSigned(by: key) == false)
        for wrong in [
            "", "PeterNeumann", Self.key.replacing("c74f", with: "c74e"), Self.key.replacing("Peter", with: "Pieter"),
            Self.key.replacing("+AR", with: "+BR"), String(Self.key.dropLast(4)),
        ] {
            #expect(NoteKey(wrong) == nil, "\(wrong)")
        }
    }

    @Test(
        "What is no note is refused",
        arguments: [
            "", "text", "text\n", "text\n\n— name !!\n", "text\n\n- name x08go/ZJ\n", "text\n\n— name AAAA\n",
            "text\n\n— name x08go/ZJkuBS9UG/\n\n",
        ]
    )
    func refused(text: String) { #expect(SignedNote(text) == nil) }

    @Test("A checkpoint's text reads back; others are none")
    func checkpoint() throws {
        let checkpoint = Checkpoint(origin: "agentd/ten_a", size: 12, root: SHA256.hash("x"))
        #expect(Checkpoint(text: checkpoint.text) == checkpoint)
        #expect(Checkpoint(text: checkpoint.text + "more\n") == checkpoint)
        #expect(checkpoint.tenant == TenantID("ten_a"))
        for wrong in ["", "a\n1\n", "a\n01\nAAAA\n", "a\n-1\n\(checkpoint.text.split(separator: "\n")[2])\n"] {
            #expect(Checkpoint(text: wrong) == nil)
        }
    }

    @Test("A key is made once, kept for its owner alone, and a damaged one is not replaced")
    func keptKey() throws {
        let folder = TemporaryFolder()
        let path = folder.file("journal.key")
        let first = try CheckpointSigner.load(deployment: "d", path: path, random: SystemRandom())
        let again = try CheckpointSigner.load(deployment: "d", path: path, random: SystemRandom())
        let tenant = TenantID("ten_a")
        #expect(first.publicKey(for: tenant) == again.publicKey(for: tenant))
        let mode = try FileManager.default.attributesOfItem(atPath: path)[.posixPermissions] as? Int
        #expect(mode == 0o600)
        #expect(first.sign(MerkleFrontier(), of: tenant).isSigned(by: again.publicKey(for: tenant)))
        #expect(!first.sign(MerkleFrontier(), of: tenant).isSigned(by: again.publicKey(for: TenantID("ten_b"))))
        try Data("no key\n".utf8).write(to: URL(fileURLWithPath: path))
        #expect(throws: AgentError.self) {
            try CheckpointSigner.load(deployment: "d", path: path, random: SystemRandom())
        }
    }
}
