internal import Foundation

extension CheckpointSigner {
    /// The key that is kept in a file; made now when there is none.
    ///
    /// The folder must exist.
    ///
    /// - Throws: `storageFailed` when it cannot be kept, `corrupted` when the file holds no key.
    package static func load(
        deployment: String,
        path: String,
        random: any RandomSource
    ) throws(AgentError) -> CheckpointSigner {
        if let signer = try existing(deployment: deployment, path: path) { return signer }
        let fresh = Base64URL.encode(random.bytes(SigningKey.seedCount))
        do throws(SystemError) {
            _ = try PrivateFile.create(
                path: path,
                bytes: Array((fresh + "\n").utf8),
                suffix: Hex.encode(random.bytes(8))
            )
        } catch {
            throw AgentError(.storageFailed, "The journal's signing key could not be kept in \(path): \(error).")
        }
        // Somebody else may have been first; then it is theirs that counts.
        guard let signer = try existing(deployment: deployment, path: path) else {
            throw AgentError(.storageFailed, "The journal's signing key in \(path) cannot be read.")
        }
        return signer
    }

    /// The key of a file; `nil` when there is no file.
    package static func existing(deployment: String, path: String) throws(AgentError) -> CheckpointSigner? {
        guard let content = FileManager.default.contents(atPath: path) else { return nil }
        var text = Array(content)
        if text.last == UInt8(ascii: "\n") { text.removeLast() }
        guard let seed = Base64URL.decode(bytes: text), seed.count == SigningKey.seedCount else {
            throw AgentError(
                .corrupted,
                "\(path) holds no signing key; put the right one back, or remove it to begin with a new one."
            )
        }
        return CheckpointSigner(deployment: deployment, key: SigningKey(seed: seed))
    }
}
