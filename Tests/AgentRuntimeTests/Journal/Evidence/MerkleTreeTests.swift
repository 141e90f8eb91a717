import Testing

@testable import AgentRuntime

@Suite("The Merkle tree over a journal")
struct MerkleTreeTests {
    /// The leaves that the tests of Certificate Transparency use (RFC 6962).
    private static let published = [
        "", "00", "10", "2021", "3031", "40414243", "5051525354555657", "606162636465666768696a6b6c6d6e6f",
    ].map { HashChain.leaf(of: Hex.decode($0) ?? []) }

    private static func leaves(_ count: Int) -> [[UInt8]] { (0..<count).map { SHA256.hash("leaf \($0)") } }

    /// The definition of RFC 9162 §2.1.1, word for word.
    private static func root(_ leaves: ArraySlice<[UInt8]>) -> [UInt8] {
        guard leaves.count > 1, let first = leaves.indices.first else { return leaves.first ?? SHA256.hash([UInt8]()) }
        var split = 1
        while split * 2 < leaves.count { split *= 2 }
        return SHA256.hash([1] + root(leaves[first..<first + split]) + root(leaves[(first + split)...]))
    }

    private static func frontier(_ leaves: some Sequence<[UInt8]>) -> MerkleFrontier {
        var frontier = MerkleFrontier()
        for leaf in leaves { frontier.append(leaf) }
        return frontier
    }

    @Test("An earlier frontier is told where its subtrees are the largest of a later one, and nowhere else")
    func earlier() {
        let leaves = Self.leaves(40)
        for size in 0...40 {
            let frontier = Self.frontier(leaves.prefix(size))
            for count in 0...41 {
                let earlier = frontier.earlier(Int64(count))
                // What can be told is what the binary digits of the size begin with.
                let isPrefix = count <= size && (count == 0 || size - count < count & -count) && size & count == count
                #expect(earlier == (isPrefix ? Self.frontier(leaves.prefix(count)) : nil), "\(count) of \(size)")
            }
        }
    }

    @Test("The roots of published leaves are the published ones")
    func publishedRoots() {
        let one = "6e340b9cffb37a989ca544e6bb780a2c78901d3fb33738768511a30617afa01d"
        let all = "5dc9da79a70659a9ad559cb701ded9a2ab9d823aad2f4960cfe370eff4604328"
        #expect(Hex.encode(Self.frontier(Self.published[..<1]).root) == one)
        #expect(Hex.encode(Self.frontier(Self.published).root) == all)
        #expect(Hex.encode(MerkleTree(leaves: Self.published.flatMap(\.self)).root) == all)
        #expect(MerkleFrontier().root == SHA256.hash([UInt8]()))
    }

    @Test("Frontier and tree agree with the definition at every size, also when the older leaves are gone")
    func everySize() throws {
        let leaves = Self.leaves(67)
        for size in 0...leaves.count {
            let expected = Self.root(leaves[..<size])
            #expect(Self.frontier(leaves[..<size]).root == expected)
            for dropped in [0, 1, 2, 3, 5, 8, 13, 32, 33, 63, 64] where dropped < size {
                let base = Self.frontier(leaves[..<dropped])
                let tree = MerkleTree(after: base, leaves: leaves[dropped..<size].flatMap(\.self))
                #expect(tree.root == expected, "\(size) leaves, \(dropped) dropped")
                #expect(tree.root(of: Int64(dropped)) == (dropped == 0 ? SHA256.hash([UInt8]()) : base.root))
                #expect(dropped == 0 || tree.root(of: Int64(dropped - 1)) == nil)
            }
            let kept = Self.frontier(leaves[..<size])
            #expect(MerkleFrontier(size: kept.size, hashes: kept.hashes) == kept)
            #expect(MerkleFrontier(size: kept.size, hashes: kept.hashes + kept.root) == nil)
        }
    }

    @Test("Each inclusion proof holds for its leaf, place, size and root alone")
    func inclusion() throws {
        let leaves = Self.leaves(21)
        for dropped in [0, 6] {
            let tree = MerkleTree(
                after: Self.frontier(leaves[..<dropped]),
                leaves: leaves[dropped...].flatMap(\.self)
            )
            for size in (dropped + 1)...leaves.count {
                let root = Self.root(leaves[..<size])
                for index in dropped..<size {
                    let proof = try #require(tree.inclusion(of: Int64(index), in: Int64(size)))
                    func holds(_ leaf: [UInt8], _ index: Int, _ size: Int, _ root: [UInt8], _ proof: [[UInt8]]) -> Bool
                    {
                        MerkleProof.includes(leaf, at: Int64(index), in: Int64(size), root: root, proof: proof)
                    }
                    #expect(holds(leaves[index], index, size, root, proof))
                    #expect(!holds(SHA256.hash("other"), index, size, root, proof))
                    #expect(!holds(leaves[index], index, size, SHA256.hash("other"), proof))
                    #expect(!holds(leaves[index], index, size, root, proof + [root]))
                    #expect(size == 1 || !holds(leaves[index], index ^ 1, size, root, proof))
                    #expect(proof.isEmpty || !holds(leaves[index], index, size, root, proof.dropLast()))
                }
            }
            #expect(tree.inclusion(of: 21, in: 21) == nil)
            #expect(tree.inclusion(of: 20, in: 22) == nil)
            #expect(dropped == 0 || tree.inclusion(of: Int64(dropped - 1), in: 21) == nil)
        }
    }

    @Test("Each consistency proof holds for its two trees alone")
    func consistency() throws {
        let leaves = Self.leaves(21)
        let other = SHA256.hash("other")
        for dropped in [0, 6] {
            let tree = MerkleTree(
                after: Self.frontier(leaves[..<dropped]),
                leaves: leaves[dropped...].flatMap(\.self)
            )
            for later in max(1, dropped)...leaves.count {
                for earlier in max(1, dropped)...later {
                    let proof = try #require(tree.consistency(from: Int64(earlier), to: Int64(later)))
                    let old = (size: Int64(earlier), root: Self.root(leaves[..<earlier]))
                    let new = (size: Int64(later), root: Self.root(leaves[..<later]))
                    #expect(MerkleProof.continues(old, new, proof: proof))
                    #expect(!MerkleProof.continues((old.size, other), new, proof: proof))
                    #expect(!MerkleProof.continues(old, (new.size, other), proof: proof))
                    #expect(!MerkleProof.continues(old, new, proof: proof + [other]))
                    #expect(proof.isEmpty || !MerkleProof.continues(old, new, proof: proof.dropLast()))
                }
            }
            #expect(tree.consistency(from: 0, to: 21) == nil)
            #expect(tree.consistency(from: 20, to: 22) == nil)
        }
    }
}
