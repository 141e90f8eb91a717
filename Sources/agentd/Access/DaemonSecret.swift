internal import AgentRuntime
internal import Foundation

/// What the daemon signs its tokens with: from the configuration, or made once and kept in the data folder.
enum DaemonSecret {
    static let fileName = "secret"

    /// The secret; made now when there is none.
    ///
    /// The folder must exist.
    static func load(_ configured: Secret?, folder: String, random: any RandomSource) throws -> [UInt8] {
        if let configured { return Array(configured.reveal().utf8) }
        let path = "\(folder)/\(fileName)"
        if let bytes = read(path) { return try checked(bytes, path) }
        let fresh = Base64URL.encode(random.bytes(32))
        do throws(SystemError) {
            _ = try PrivateFile.create(
                path: path,
                bytes: Array((fresh + "\n").utf8),
                suffix: Hex.encode(random.bytes(8))
            )
        } catch {
            throw AgentError(.storageFailed, "The token secret could not be kept in \(path): \(error).")
        }
        // Somebody else may have been first; then it is theirs that counts.
        guard let bytes = read(path) else {
            throw AgentError(.storageFailed, "The token secret in \(path) cannot be read.")
        }
        return try checked(bytes, path)
    }

    private static func read(_ path: String) -> [UInt8]? {
        FileManager.default.contents(atPath: path).map { Array($0) }
    }

    private static func checked(_ bytes: [UInt8], _ path: String) throws -> [UInt8] {
        let text = bytes.last == UInt8(ascii: "\n") ? Array(bytes.dropLast()) : bytes
        guard text.count >= 32 else {
            throw AgentError(
                .corrupted,
                "\(path) holds no secret of 32 bytes; remove it to have a new one made (all tokens end by that)."
            )
        }
        return text
    }
}
