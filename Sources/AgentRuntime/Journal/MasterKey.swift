internal import Foundation

/// The key that wraps the keys of subjects, in a file of its own beside `keys.db`: a copy of the database alone opens
/// nothing.
///
/// A wrapped key is nonce, sealed key and tag (AES-256-GCM), bound to its id.
struct MasterKey: Sendable {
    static let fileName = "master.key"
    static let wrappedCount = AESGCM.nonceCount + AESGCM.keyCount + AESGCM.tagCount

    private let bytes: [UInt8]

    /// The key beside a database; made now when there is none and `isNew` says that nothing was wrapped yet.
    ///
    /// - Throws: `.storage` when it is missing, cannot be kept, or is no key.
    init(beside database: String, isNew: Bool, random: any RandomSource) throws(JournalError) {
        let folder = database.lastIndex(of: "/").map { String(database[..<$0]) } ?? "."
        let path = "\(folder)/\(MasterKey.fileName)"
        if FileManager.default.contents(atPath: path) == nil {
            guard isNew else {
                throw .storage(code: 14, message: "\(path) is missing; without it nothing in \(database) can be opened")
            }
            let fresh = Base64URL.encode(random.bytes(AESGCM.keyCount))
            do throws(SystemError) {
                // Who comes second takes the first one's.
                _ = try PrivateFile.create(
                    path: path,
                    bytes: Array((fresh + "\n").utf8),
                    suffix: Hex.encode(random.bytes(8))
                )
            } catch {
                throw .storage(code: 14, message: "\(path) could not be kept: \(error)")
            }
        }
        var text = Array(FileManager.default.contents(atPath: path) ?? Data())
        if text.last == UInt8(ascii: "\n") { text.removeLast() }
        guard let key = Base64URL.decode(bytes: text), key.count == AESGCM.keyCount else {
            throw .storage(code: 26, message: "\(path) holds no key")
        }
        bytes = key
    }

    func wrap(_ key: [UInt8], id: String, random: any RandomSource) -> [UInt8] {
        let nonce = random.bytes(AESGCM.nonceCount)
        return nonce + AESGCM.seal(key, key: bytes, nonce: nonce, header: Array(id.utf8))
    }

    /// `nil` when it was wrapped with another master key, or for another id.
    func unwrap(_ wrapped: [UInt8], id: String) -> [UInt8]? {
        guard wrapped.count == MasterKey.wrappedCount else { return nil }
        let nonce = Array(wrapped[..<AESGCM.nonceCount])
        let sealed = Array(wrapped[AESGCM.nonceCount...])
        return AESGCM.open(sealed, key: bytes, nonce: nonce, header: Array(id.utf8))
    }
}
