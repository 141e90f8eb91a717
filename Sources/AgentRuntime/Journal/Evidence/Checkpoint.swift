internal import Foundation

// What a tenant's journal was at one moment, in three lines that can be kept elsewhere and signed, as
// https://c2sp.org/tlog-checkpoint says: where it comes from, how many records it has, and the root over them.
//
// The first line, the origin, is the deployment's name and the tenant's (`agentd/ten_a`); it is the key's name too.

/// Size and root of a tenant's Merkle tree.
package struct Checkpoint: Sendable, Hashable {
    package var origin: String
    package var size: Int64
    package var root: [UInt8]

    package init(origin: String, size: Int64, root: [UInt8]) {
        self.origin = origin
        self.size = size
        self.root = root
    }

    /// `nil` when the text is no checkpoint; lines after the third are for others and passed over.
    package init?(text: String) {
        let lines = text.split(separator: "\n", omittingEmptySubsequences: false)
        guard lines.count >= 4, !lines[0].isEmpty, let size = Int64(lines[1]), size >= 0, "\(size)" == lines[1],
            let root = Data(base64Encoded: String(lines[2])), root.count == SHA256.count
        else { return nil }
        self.init(origin: String(lines[0]), size: size, root: Array(root))
    }

    package var text: String { "\(origin)\n\(size)\n\(Data(root).base64EncodedString())\n" }

    /// The tenant that the origin ends in.
    package var tenant: TenantID? {
        guard let slash = origin.lastIndex(of: "/") else { return nil }
        let name = String(origin[origin.index(after: slash)...])
        return TenantID.isValid(name) ? TenantID(name) : nil
    }
}

/// A checkpoint as it is kept: signed, and with what it takes to go on from it.
package struct StoredCheckpoint: Sendable, Hashable {
    package var tenant: TenantID
    package var size: Int64
    package var time: Timestamp
    package var note: String
    package var frontier: MerkleFrontier

    /// Whether the frontier is the one whose root was signed.
    ///
    /// It lies beside the note and is not signed itself, so nothing may go on from it before this was asked.
    package var isOfItsNote: Bool {
        guard frontier.size == size, let checkpoint = SignedNote(note).flatMap({ Checkpoint(text: $0.text) }) else {
            return false
        }
        return checkpoint.size == size && checkpoint.tenant == tenant && checkpoint.root == frontier.root
    }
}

/// The deployment's key, which signs the checkpoints of all its tenants.
package struct CheckpointSigner: Sendable {
    /// The deployment's name, before the slash of an origin.
    package let deployment: String
    private let key: SigningKey

    package init(deployment: String, key: SigningKey) {
        self.deployment = deployment
        self.key = key
    }

    package func origin(of tenant: TenantID) -> String { "\(deployment)/\(tenant)" }

    /// What checks the checkpoints of a tenant.
    package func publicKey(for tenant: TenantID) -> NoteKey {
        NoteKey(name: origin(of: tenant), publicKey: key.publicKey)
    }

    /// A signature over a message that is no checkpoint.
    func signature(over message: [UInt8]) -> [UInt8] { key.sign(message) }

    func hasSigned(_ message: [UInt8], _ signature: [UInt8]) -> Bool {
        SigningKey.isValid(signature, for: message, publicKey: key.publicKey)
    }

    package func sign(_ frontier: MerkleFrontier, of tenant: TenantID) -> SignedNote {
        let checkpoint = Checkpoint(origin: origin(of: tenant), size: frontier.size, root: frontier.root)
        let signature = SignedNote.Signature(
            name: checkpoint.origin,
            hash: publicKey(for: tenant).hash,
            bytes: key.sign(Array(checkpoint.text.utf8))
        )
        return SignedNote(text: checkpoint.text, signatures: [signature])
    }
}
