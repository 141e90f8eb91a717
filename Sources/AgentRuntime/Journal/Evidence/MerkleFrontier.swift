/// The Merkle tree over a tenant's records (RFC 9162 §2.1), as far as it takes to go on with it and to know its root.
///
/// Leaves are those of the hash chain; a node is SHA-256(0x01 ‖ left ‖ right). Kept are the roots of the perfect
/// subtrees from left to right, one for each bit that is set in `size`: at most 63 hashes for any number of records.
package struct MerkleFrontier: Sendable, Hashable {
    /// How many leaves it stands over.
    package private(set) var size: Int64 = 0
    /// The subtrees' roots, the largest first, one after another.
    package private(set) var hashes: [UInt8] = []

    package init() {}

    /// `nil` when the hashes are not as many as the size needs.
    package init?(size: Int64, hashes: [UInt8]) {
        guard size >= 0, hashes.count == size.nonzeroBitCount * SHA256.count else { return nil }
        self.size = size
        self.hashes = hashes
    }

    /// The root of the perfect subtree of 2^level leaves; `nil` when there is none of that size.
    func subtree(level: Int) -> ArraySlice<UInt8>? {
        guard size >> Int64(level) & 1 == 1 else { return nil }
        let before = (size >> Int64(level + 1)).nonzeroBitCount
        return hashes[before * SHA256.count..<(before + 1) * SHA256.count]
    }

    /// The subtrees' roots, the largest first.
    package var subtrees: [ArraySlice<UInt8>] {
        stride(from: 0, to: hashes.count, by: SHA256.count).map { hashes[$0..<$0 + SHA256.count] }
    }

    /// What it was over fewer leaves, where that can still be told: at the ends of its subtrees.
    package func earlier(_ count: Int64) -> MerkleFrontier? {
        let kept = count.nonzeroBitCount
        guard count >= 0, count <= size else { return nil }
        let rest = size & ~count
        // The subtrees of the earlier tree must be the largest of this one.
        guard count & ~size == 0, rest == 0 || count == 0 || rest < count & -count else { return nil }
        return MerkleFrontier(size: count, hashes: Array(hashes.prefix(kept * SHA256.count)))
    }

    package mutating func append(_ leaf: [UInt8]) {
        precondition(leaf.count == SHA256.count, "a leaf is a hash")
        hashes += leaf
        size += 1
        var merges = size.trailingZeroBitCount
        while merges > 0 {
            let left = hashes.count - 2 * SHA256.count
            hashes.withUnsafeMutableBytes { bytes in
                guard let start = bytes.baseAddress else { return }
                MerkleFrontier.node(UnsafeRawBufferPointer(rebasing: bytes[left...]), into: start + left)
            }
            hashes.removeLast(SHA256.count)
            merges -= 1
        }
    }

    /// The hash of the whole tree; that of nothing for no leaves.
    package var root: [UInt8] {
        guard size > 0 else { return SHA256.hash([UInt8]()) }
        var rest = hashes
        while rest.count > SHA256.count {
            let right = rest.suffix(SHA256.count)
            let left = rest.dropLast(SHA256.count).suffix(SHA256.count)
            let node = MerkleFrontier.node(left, right)
            rest.removeLast(2 * SHA256.count)
            rest += node
        }
        return rest
    }

    /// SHA-256(0x01 ‖ left ‖ right).
    static func node(_ left: some Collection<UInt8>, _ right: some Collection<UInt8>) -> [UInt8] {
        var both = Array(left)
        both += right
        return [UInt8](unsafeUninitializedCapacity: SHA256.count) { buffer, count in
            both.withUnsafeBytes { bytes in
                guard let start = buffer.baseAddress else { return }
                node(bytes, into: UnsafeMutableRawPointer(start))
            }
            count = SHA256.count
        }
    }

    /// The hash of two that lie side by side; `place` may be where the left one lies.
    private static func node(_ both: UnsafeRawBufferPointer, into place: UnsafeMutableRawPointer) {
        var hash = SHA256()
        withUnsafeBytes(of: UInt8(1)) { hash.update($0) }
        hash.update(both)
        hash.finish(into: place)
    }
}
