internal import Foundation

// A text with signatures under it, as https://c2sp.org/signed-note says: the text ends in a line end, then comes an
// empty line, then one line per signature: an em dash, the key's name, and base64 of the key's hash and the signature.

/// A text with its signatures.
package struct SignedNote: Sendable, Hashable {
    package struct Signature: Sendable, Hashable {
        package var name: String
        /// The first four bytes of the key's hash.
        package var hash: [UInt8]
        package var bytes: [UInt8]
    }

    /// The longest note that is read.
    static let bytesMax = 1 << 20

    /// Ends in a line end.
    package var text: String
    package var signatures: [Signature]

    /// `nil` when the text is no note; lines whose signature cannot be read make it none.
    package init?(_ note: String) {
        guard note.utf8.count <= SignedNote.bytesMax, note.hasSuffix("\n"),
            let gap = note.range(of: "\n\n", options: .backwards)
        else { return nil }
        text = String(note[..<gap.lowerBound]) + "\n"
        signatures = []
        for line in note[gap.upperBound...].dropLast().split(separator: "\n", omittingEmptySubsequences: false) {
            let parts = line.split(separator: " ", omittingEmptySubsequences: false)
            guard parts.count == 3, parts[0] == "—", !parts[1].isEmpty,
                let data = Data(base64Encoded: String(parts[2])), data.count > 4
            else { return nil }
            let bytes = Array(data)
            signatures.append(
                Signature(name: String(parts[1]), hash: Array(bytes[..<4]), bytes: Array(bytes[4...]))
            )
        }
    }

    package init(text: String, signatures: [Signature]) {
        precondition(text.hasSuffix("\n"), "a note's text ends in a line end")
        self.text = text
        self.signatures = signatures
    }

    /// The note as it is kept and sent.
    package var note: String {
        text + "\n"
            + signatures.map { "— \($0.name) \(Data($0.hash + $0.bytes).base64EncodedString())\n" }.joined()
    }

    /// Whether one of its signatures is this key's; a signature that names the key and does not hold makes it false.
    package func isSigned(by key: NoteKey) -> Bool {
        let own = signatures.filter { $0.name == key.name && $0.hash == key.hash }
        let bytes = Array(text.utf8)
        return !own.isEmpty
            && own.allSatisfy { SigningKey.isValid($0.bytes, for: bytes, publicKey: key.publicKey) }
    }
}

/// A public key with its name, written as `NAME+HASH+BASE64` (Ed25519 is type 1).
package struct NoteKey: Sendable, Hashable, CustomStringConvertible {
    package let name: String
    package let publicKey: [UInt8]

    package init(name: String, publicKey: [UInt8]) {
        self.name = name
        self.publicKey = publicKey
    }

    /// `nil` when the text is no Ed25519 key, or its hash is another's.
    package init?(_ text: String) {
        let parts = text.split(separator: "+", maxSplits: 2, omittingEmptySubsequences: false)
        guard parts.count == 3, NoteKey.isName(String(parts[0])), let data = Data(base64Encoded: String(parts[2])),
            data.count == 33, data.first == 1
        else { return nil }
        self.init(name: String(parts[0]), publicKey: Array(data.dropFirst()))
        guard Hex.encode(hash) == parts[1].lowercased() else { return nil }
    }

    /// Whether a key may have this name: nothing that separates.
    package static func isName(_ text: String) -> Bool {
        !text.isEmpty && !text.contains("+") && !text.contains { $0.isWhitespace || $0.isNewline }
    }

    /// SHA-256(name ‖ line end ‖ 1 ‖ key), its first four bytes.
    package var hash: [UInt8] { Array(SHA256.hash(Array("\(name)\n".utf8) + [1] + publicKey)[..<4]) }

    package var description: String {
        "\(name)+\(Hex.encode(hash))+\(Data([1] + publicKey).base64EncodedString())"
    }
}
