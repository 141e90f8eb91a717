// Proofs over the Merkle tree of RFC 9162 §2.1: that a record is in it (§2.1.3), and that a later tree continues an
// earlier one (§2.1.4). All perfect subtrees are kept, level by level, so that a proof is a few look-ups: 64 bytes of
// memory for each record. The records before the first that is left need not be there: their frontier stands for them.

/// All nodes of a tree.
package struct MerkleTree: Sendable {
    private struct Level: Sendable {
        /// The number of the first node, always even: its left neighbours cannot be asked for.
        var first: Int64
        var nodes: [UInt8]
    }

    package let size: Int64
    private let base: Int64
    private var levels: [Level] = []

    /// The tree over the leaves that follow `frontier`, 32 bytes each, one after another.
    package init(after frontier: MerkleFrontier = MerkleFrontier(), leaves: [UInt8]) {
        base = frontier.size
        size = base + Int64(leaves.count / SHA256.count)
        var next = leaves
        var level = 0
        while size >> Int64(level) > 0 {
            let first = (base >> Int64(level)) & ~1
            let nodes = Array(frontier.subtree(level: level) ?? []) + next
            levels.append(Level(first: first, nodes: nodes))
            next = MerkleTree.parents(of: nodes)
            level += 1
        }
    }

    private static func parents(of nodes: [UInt8]) -> [UInt8] {
        let width = 2 * SHA256.count
        var result: [UInt8] = []
        result.reserveCapacity(nodes.count / 2)
        var start = 0
        while start + width <= nodes.count {
            let middle = start + SHA256.count
            result += MerkleFrontier.node(nodes[start..<middle], nodes[middle..<start + width])
            start += width
        }
        return result
    }

    package var root: [UInt8] { hash(0, size) }

    /// The hash of the tree's first `count` leaves; `nil` when there are fewer, or fewer than were dropped.
    package func root(of count: Int64) -> [UInt8]? {
        count <= size && count >= base ? hash(0, count) : nil
    }

    /// That the leaf with this number (from 0) is in the tree of the first `count`, the nearest node first.
    package func inclusion(of leaf: Int64, in count: Int64) -> [[UInt8]]? {
        guard leaf >= base, leaf < count, count <= size else { return nil }
        return path(leaf, 0, count)
    }

    /// That the tree of the first `later` leaves begins with the tree of the first `earlier`.
    package func consistency(from earlier: Int64, to later: Int64) -> [[UInt8]]? {
        guard earlier > 0, earlier >= base, earlier <= later, later <= size else { return nil }
        return subproof(earlier, 0, later, isWhole: true)
    }

    private func path(_ leaf: Int64, _ low: Int64, _ high: Int64) -> [[UInt8]] {
        guard high - low > 1 else { return [] }
        let middle = low + MerkleTree.split(high - low)
        if leaf < middle { return path(leaf, low, middle) + [hash(middle, high)] }
        return path(leaf, middle, high) + [hash(low, middle)]
    }

    private func subproof(_ earlier: Int64, _ low: Int64, _ high: Int64, isWhole: Bool) -> [[UInt8]] {
        if earlier == high { return isWhole ? [] : [hash(low, high)] }
        let middle = low + MerkleTree.split(high - low)
        if earlier <= middle { return subproof(earlier, low, middle, isWhole: isWhole) + [hash(middle, high)] }
        return subproof(earlier, middle, high, isWhole: false) + [hash(low, middle)]
    }

    private func hash(_ low: Int64, _ high: Int64) -> [UInt8] {
        let width = high - low
        guard width > 0 else { return SHA256.hash([UInt8]()) }
        if width & (width - 1) == 0 {
            let level = levels[width.trailingZeroBitCount]
            let start = Int(low / width - level.first) * SHA256.count
            return Array(level.nodes[start..<start + SHA256.count])
        }
        let middle = low + MerkleTree.split(width)
        return MerkleFrontier.node(hash(low, middle), hash(middle, high))
    }

    /// The largest power of two that is smaller.
    static func split(_ width: Int64) -> Int64 { 1 << Int64(63 - (width - 1).leadingZeroBitCount) }
}

/// Checks of proofs, without the tree.
package enum MerkleProof {
    /// RFC 9162 §2.1.3.2.
    package static func includes(
        _ leaf: [UInt8],
        at index: Int64,
        in size: Int64,
        root: [UInt8],
        proof: [[UInt8]]
    ) -> Bool {
        guard index >= 0, index < size else { return false }
        var (number, last, hash) = (index, size - 1, leaf)
        for node in proof {
            guard last > 0, node.count == SHA256.count else { return false }
            if number & 1 == 1 || number == last {
                hash = MerkleFrontier.node(node, hash)
                while number & 1 == 0, number > 0 {
                    number >>= 1
                    last >>= 1
                }
            } else {
                hash = MerkleFrontier.node(hash, node)
            }
            number >>= 1
            last >>= 1
        }
        return last == 0 && hash == root
    }

    /// RFC 9162 §2.1.4.2.
    package static func continues(
        _ earlier: (size: Int64, root: [UInt8]),
        _ later: (size: Int64, root: [UInt8]),
        proof: [[UInt8]]
    ) -> Bool {
        guard earlier.size > 0, earlier.size <= later.size, proof.allSatisfy({ $0.count == SHA256.count }) else {
            return false
        }
        if earlier.size == later.size { return proof.isEmpty && earlier.root == later.root }
        var rest = proof[...]
        if earlier.size & (earlier.size - 1) == 0 { rest = ([earlier.root] + proof)[...] }
        guard let first = rest.popFirst() else { return false }
        var (number, last) = (earlier.size - 1, later.size - 1)
        while number & 1 == 1 {
            number >>= 1
            last >>= 1
        }
        var (old, new) = (first, first)
        for node in rest {
            guard last > 0 else { return false }
            if number & 1 == 1 || number == last {
                old = MerkleFrontier.node(node, old)
                new = MerkleFrontier.node(node, new)
                while number & 1 == 0, number > 0 {
                    number >>= 1
                    last >>= 1
                }
            } else {
                new = MerkleFrontier.node(new, node)
            }
            number >>= 1
            last >>= 1
        }
        return last == 0 && old == earlier.root && new == later.root
    }
}
