// A tenant's journal as lines that anybody can check without this program (`docs/verify.py` does, in sixty lines):
//
//   {"type":"export","format":1,"tenant":T,"first":N,"last":N,"whole":true,"beginning":N,"leaf":HEX,"frontier":[HEX…],"key":KEY,…}
//   {"type":"checkpoint","tenant":T,"size":N,"time":…,"note":NOTE}            the signed notes, by size
//   {"format":1,"previous":…}                                                 the records: each line is its stored bytes
//   {"type":"consistency","from":N,"to":N,"hashes":[HEX…]}                    that a checkpoint continues the one before
//   {"type":"inclusion","seq":N,"size":N,"hashes":[HEX…]}                     that a record is in a checkpoint
//   {"type":"end","records":N,"checkpoints":N,"leaf":HEX}
//   {"type":"payload","tenant":T,"seq":N,"payload":…}                         what a sealed record says, opened
//
// The opened payloads are there only when asked for. No proof speaks of them: what is proven is the sealed record.
// A leaf is SHA-256(0x00 ‖ line without its end). A whole export needs no inclusion proofs, since its records make the
// root; a part of one has a proof for each record. `beginning` counts the records that retention dropped before the
// first; their last leaf and the frontier of their tree stand for them, and a record `retention.applied` among those
// that are left says so.

/// Writes exports of a journal file; beside a serving process too.
package struct AuditExport {
    /// Checkpoints in one export; with more, the newest.
    static let checkpointsMax = 10_000

    /// What is asked for.
    package struct Request: Sendable {
        package var tenant: TenantID
        /// The first and the last record; all that are left when not given.
        package var first: Int64?
        package var last: Int64?
        /// Inclusion proofs in a whole export too.
        package var proofs: Bool

        package init(tenant: TenantID, first: Int64? = nil, last: Int64? = nil, proofs: Bool = false) {
            self.tenant = tenant
            self.first = first
            self.last = last
            self.proofs = proofs
        }
    }

    private let reader: EvidenceReader

    package init(path: String) throws(JournalError) {
        reader = try EvidenceReader(journal: path)
    }

    /// The tenants that can be exported, by name.
    package func tenants() throws(JournalError) -> [TenantID] {
        do throws(DatabaseError) { return try reader.tenants() } catch { throw JournalError(error) }
    }

    /// The newest checkpoint of every tenant that has one, by name.
    package func newestCheckpoints() throws(JournalError) -> [StoredCheckpoint] {
        do throws(DatabaseError) {
            var found: [StoredCheckpoint] = []
            for tenant in try reader.tenants() {
                if let checkpoint = try reader.newestCheckpoint(of: tenant) { found.append(checkpoint) }
            }
            return found
        } catch {
            throw JournalError(error)
        }
    }

    /// Writes one tenant's lines; blocks meanwhile.
    ///
    /// The number of the last record that is in it.
    ///
    /// - Throws: `invalid_argument` for a range that is not there; whatever `write` throws.
    @discardableResult
    package func write(
        _ request: Request,
        key: NoteKey?,
        now: Timestamp,
        to write: ([UInt8]) throws -> Void
    ) throws -> Int64 {
        try reader.connection.execute("BEGIN")
        defer { reader.connection.rollBack() }
        let tenant = request.tenant
        let head = try reader.head(of: tenant)?.sequence ?? 0
        let beginning = try reader.beginning(of: tenant)
        let first = request.first ?? beginning.sequence + 1
        let last = request.last ?? head
        guard head > beginning.sequence, first > beginning.sequence, first <= last, last <= head else {
            let there = head > beginning.sequence ? "records \(beginning.sequence + 1) to \(head)" : "no records"
            throw AgentError(.invalidArgument, "\(tenant) has \(there); there is nothing to export in that range.")
        }
        let isWhole = first == beginning.sequence + 1 && last == head
        let checkpoints = try checkpoints(of: tenant, from: beginning.sequence, isWhole: isWhole)
        try write(AuditExport.header(tenant, first...last, isWhole, beginning, key: key, now: now))
        for checkpoint in checkpoints { try write(AuditExport.line(checkpoint.json)) }
        let (leaves, lastLeaf) = try records(of: tenant, after: beginning.sequence, first, last, to: write)
        let tree = MerkleTree(after: beginning.frontier, leaves: leaves)
        for (earlier, later) in zip(checkpoints, checkpoints.dropFirst()) {
            guard let proof = tree.consistency(from: earlier.size, to: later.size) else { continue }
            try write(
                AuditExport.line([
                    "type": "consistency", "from": .integer(Int(earlier.size)), "to": .integer(Int(later.size)),
                    "hashes": .array(proof.map { .string(Hex.encode($0)) }),
                ])
            )
        }
        if let newest = checkpoints.last, !isWhole || request.proofs {
            for sequence in first...last {
                guard let proof = tree.inclusion(of: sequence - 1, in: newest.size) else { continue }
                try write(
                    AuditExport.line([
                        "type": "inclusion", "seq": .integer(Int(sequence)), "size": .integer(Int(newest.size)),
                        "hashes": .array(proof.map { .string(Hex.encode($0)) }),
                    ])
                )
            }
        }
        try write(
            AuditExport.line([
                "type": "end", "records": .integer(Int(last - first + 1)),
                "checkpoints": .integer(checkpoints.count), "leaf": .string(Hex.encode(lastLeaf)),
            ])
        )
        return last
    }

    /// All of them for a whole export, the newest for a part.
    private func checkpoints(
        of tenant: TenantID,
        from beginning: Int64,
        isWhole: Bool
    ) throws(DatabaseError) -> [StoredCheckpoint] {
        guard isWhole else { return [try reader.newestCheckpoint(of: tenant)].compactMap(\.self) }
        var found: [StoredCheckpoint] = []
        var size = beginning - 1
        while let next = try reader.checkpoint(of: tenant, after: size) {
            found.append(next)
            size = next.size
            if found.count > 2 * AuditExport.checkpointsMax { found.removeFirst(AuditExport.checkpointsMax) }
        }
        // What was dropped stays vouched for.
        let vouching = beginning > 0 ? found.first.map { [$0] } ?? [] : []
        guard found.count > AuditExport.checkpointsMax else { return found }
        return vouching + found.suffix(AuditExport.checkpointsMax - vouching.count)
    }

    /// Writes the records of the range; the leaves of all, and the last one's of the range.
    private func records(
        of tenant: TenantID,
        after beginning: Int64,
        _ first: Int64,
        _ last: Int64,
        to write: ([UInt8]) throws -> Void
    ) throws -> (leaves: [UInt8], last: [UInt8]) {
        var leaves: [UInt8] = []
        var lastLeaf = HashChain.genesis
        var failure: (any Error)?
        try reader.forEachRecord(of: tenant, after: beginning) { number, bytes in
            let leaf = HashChain.leaf(of: bytes)
            leaves += leaf
            guard first <= number, number <= last else { return true }
            lastLeaf = leaf
            do {
                try write(Array(bytes) + [UInt8(ascii: "\n")])
                return true
            } catch {
                failure = error
                return false
            }
        }
        if let failure { throw failure }
        return (leaves, lastLeaf)
    }

    private static func header(
        _ tenant: TenantID,
        _ range: ClosedRange<Int64>,
        _ isWhole: Bool,
        _ beginning: EvidenceReader.Beginning,
        key: NoteKey?,
        now: Timestamp
    ) -> [UInt8] {
        line([
            "type": "export", "format": 1, "tenant": .string(tenant.rawValue),
            "first": .integer(Int(range.lowerBound)), "last": .integer(Int(range.upperBound)),
            "whole": .bool(isWhole), "beginning": .integer(Int(beginning.sequence)),
            "leaf": .string(Hex.encode(beginning.leaf)),
            "frontier": .array(beginning.frontier.subtrees.map { .string(Hex.encode($0)) }),
            "key": .optional(key?.description), "time": .string(now.iso8601),
        ])
    }

    private static func line(_ value: JSONValue) -> [UInt8] { value.bytes() + [UInt8(ascii: "\n")] }
}
