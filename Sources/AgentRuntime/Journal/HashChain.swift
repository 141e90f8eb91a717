/// How the records of a tenant hold together.
///
/// Each stored record carries the leaf of the one before it. A leaf is SHA-256(0x00 ‖ stored bytes), as in RFC 9162
/// §2.1.1, so that one hash serves the chain and a Merkle tree over it.
enum HashChain {
    /// What the first record of a tenant has before it.
    static let genesis = [UInt8](repeating: 0, count: SHA256.count)

    static func leaf(of stored: [UInt8]) -> [UInt8] { stored.withUnsafeBytes { leaf(of: $0) } }

    static func leaf(of stored: UnsafeRawBufferPointer) -> [UInt8] {
        var hash = SHA256()
        withUnsafeBytes(of: UInt8(0)) { hash.update($0) }
        hash.update(stored)
        return hash.hash()
    }

    /// The leaf that stored bytes carry of the record before; `nil` when they are too short or no digits stand there.
    static func previous(in stored: UnsafeRawBufferPointer) -> [UInt8]? {
        guard stored.count > RecordCodec.previousRange.upperBound, stored.starts(with: RecordCodec.opening) else {
            return nil
        }
        return Hex.decode(bytes: UnsafeRawBufferPointer(rebasing: stored[RecordCodec.previousRange]))
    }
}
