internal import Foundation

/// Checks an export of `agentd audit export`, without the data folder it came from.
///
/// The whole file is mapped into memory; what is looked at lies there once.
package struct ExportVerifier {
    /// Whose records stand in the file, as a chain of its own.
    private struct Part {
        var tenant: TenantID
        var first: Int64
        var last: Int64
        var beginning: Int64
        /// Whether it says to be all that the journal has; then the records must make every checkpoint's root.
        var isWhole: Bool
        var key: NoteKey?
        var checkpoints: [StoredCheckpoint] = []
        /// The next checkpoint that the walk comes past.
        var nextCheckpoint = 0
        var watch: CheckpointWatch
        /// What says that the records before the beginning were dropped.
        var voucher: BeginningVoucher
        var hasBegun = false
        var frontier: MerkleFrontier
        var sequence: Int64
        var leaf: [UInt8]?
        /// Of a part of a journal: the leaves, for their proofs.
        var leaves: [Int64: [UInt8]] = [:]
        var proven = 0
        /// Whether each record is sealed, and its opened payload has not come yet.
        var isSealed: [Bool] = []
        var isEnded = false
    }

    private typealias Failure = JournalVerification.Failure

    private let data: Data
    private let keys: EvidenceKeys
    private var result = JournalVerification()
    private var part: Part?

    /// - Throws: `not_found` when the file cannot be read.
    package init(path: String, by keys: EvidenceKeys = EvidenceKeys()) throws(AgentError) {
        do {
            data = try Data(contentsOf: URL(fileURLWithPath: path), options: .mappedIfSafe)
        } catch {
            throw AgentError(.notFound, "\(path) cannot be read.", underlying: "\(error)")
        }
        self.keys = keys
    }

    /// The first record that does not hold ends it.
    ///
    /// - Throws: `invalid_argument` when the file is no export, or a kept checkpoint cannot be compared with it.
    package mutating func verify() throws(AgentError) -> JournalVerification {
        let data = data
        var failure: AgentError?
        data.withUnsafeBytes { bytes in
            do throws(AgentError) {
                try walk(bytes)
            } catch {
                failure = error
            }
        }
        if let failure { throw failure }
        return result
    }

    private mutating func walk(_ bytes: UnsafeRawBufferPointer) throws(AgentError) {
        var number = 0
        var rest = bytes[...]
        while !rest.isEmpty, result.failure == nil {
            let line = ExportVerifier.line(of: &rest)
            number += 1
            guard !line.isEmpty else { continue }
            if line.starts(with: RecordCodec.opening) {
                try record(line, before: rest, number)
            } else {
                try statement(line, number)
            }
        }
        guard result.failure == nil else { return }
        guard part != nil || !result.tenants.isEmpty else {
            throw AgentError(.invalidArgument, "The file holds no export of agentd audit export.")
        }
        if let part, !part.isEnded {
            fail(part, part.sequence + 1, .truncated, "the export breaks off after record \(part.sequence)")
        }
        let seen = Set(result.tenants.map(\.tenant))
        for note in keys.kept {
            guard result.failure == nil, let tenant = Checkpoint(text: note.text)?.tenant, !seen.contains(tenant)
            else { continue }
            result.failure = Failure(
                tenant: tenant,
                sequence: 1,
                reason: .truncated,
                detail: "a kept checkpoint speaks of \(tenant), the export does not"
            )
        }
    }

    private static func line(of rest: inout Slice<UnsafeRawBufferPointer>) -> UnsafeRawBufferPointer {
        let end = rest.firstIndex(of: UInt8(ascii: "\n")) ?? rest.endIndex
        let line = UnsafeRawBufferPointer(rebasing: rest[rest.startIndex..<end])
        rest = rest[min(end + 1, rest.endIndex)...]
        return line
    }

    private mutating func fail(
        _ part: Part,
        _ sequence: Int64,
        _ reason: JournalVerification.Failure.Reason,
        _ detail: String
    ) {
        result.failure =
            result.failure ?? Failure(tenant: part.tenant, sequence: sequence, reason: reason, detail: detail)
    }

    // MARK: - Records

    private mutating func record(
        _ line: UnsafeRawBufferPointer,
        before rest: Slice<UnsafeRawBufferPointer>,
        _ number: Int
    ) throws(AgentError) {
        guard var part, !part.isEnded else {
            throw AgentError(.invalidArgument, "Line \(number) is a record that belongs to no export.")
        }
        defer { self.part = part }
        begin(&part)
        guard result.failure == nil else { return }
        let expected = part.sequence + 1
        let leaf = HashChain.leaf(of: line)
        // Why it does not read says less than where.
        guard let stored = try? RecordCodec.decode(Array(line)), let previous = HashChain.previous(in: line) else {
            fail(part, expected, .edited, "record \(expected) (line \(number)) does not read as one")
            return
        }
        let own = stored.record.sequence
        // What follows a record tells whether it, or the one before it, is not what was written.
        var isConfirmed: Bool { ExportVerifier.confirms(leaf, rest) }
        guard own == expected, stored.record.tenant == part.tenant else {
            let isGap = own > expected && stored.record.tenant == part.tenant
            let isNew = part.leaf.map { $0 != previous } ?? false
            if isGap, isConfirmed, isNew {
                fail(part, expected, .missing, "record \(expected) is missing; the next is \(own) (line \(number))")
            } else if isConfirmed {
                fail(part, expected, .reordered, "record \(expected) lies in the place of \(own) (line \(number))")
            } else {
                fail(part, expected, .edited, "record \(expected) (line \(number)) names another tenant or number")
            }
            return
        }
        if let before = part.leaf, before != previous {
            if isConfirmed, expected > part.first {
                fail(
                    part,
                    expected - 1,
                    .edited,
                    "record \(expected - 1) is not what record \(expected) was chained to"
                )
            } else {
                fail(part, expected, .edited, "record \(expected) was edited, or both it and the one before")
            }
            return
        }
        part.sequence = expected
        part.leaf = leaf
        part.isSealed.append(stored.record.subject != nil)
        if part.isWhole {
            part.voucher.look(at: stored.record)
            part.frontier.append(leaf)
            guard part.watch.due == expected else { return }
            // A checkpoint says only that one of many differs; what follows may say that it is this one.
            guard isConfirmed || expected < part.last else {
                fail(part, expected, .edited, "record \(expected) is not the one that the export ended with")
                return
            }
            checkCheckpoint(&part)
        } else {
            part.leaves[expected] = leaf
        }
    }

    /// Whether the next record, or the end of the export, carries the leaf.
    private static func confirms(_ leaf: [UInt8], _ rest: Slice<UnsafeRawBufferPointer>) -> Bool {
        var rest = rest
        while !rest.isEmpty {
            let line = line(of: &rest)
            if line.starts(with: RecordCodec.opening) { return HashChain.previous(in: line) == leaf }
            if line.starts(with: ending) {
                // An end that does not read confirms nothing.
                let end = try? JSONValue(parsing: Array(line))
                return end?["leaf"]?.string == Hex.encode(leaf)
            }
            guard line.isEmpty || line.starts(with: statement) else { return false }
        }
        // The export breaks off, which is for others to say.
        return true
    }

    private static let ending = Array(#"{"type":"end""#.utf8)
    private static let statement = Array(#"{"type":""#.utf8)

    private mutating func checkCheckpoint(_ part: inout Part) {
        result.failure = part.watch.check(part.frontier)
        while part.nextCheckpoint < part.checkpoints.count,
            part.checkpoints[part.nextCheckpoint].size <= part.frontier.size
        {
            part.nextCheckpoint += 1
        }
        let next = part.nextCheckpoint < part.checkpoints.count ? part.checkpoints[part.nextCheckpoint] : nil
        part.watch.advance(stored: next)
    }

    // MARK: - What stands between

    private mutating func statement(_ line: UnsafeRawBufferPointer, _ number: Int) throws(AgentError) {
        // What does not parse is treated like what is not known.
        let value = try? JSONValue(parsing: Array(line), limits: JSONLimits(depth: 128, bytes: RecordCodec.bytesMax))
        guard let value, let type = value["type"]?.string else {
            if let part, !part.isEnded, part.sequence < part.last {
                let sequence = part.sequence + 1
                fail(part, sequence, .edited, "record \(sequence) (line \(number)) does not read as one")
                return
            }
            throw AgentError(.invalidArgument, "Line \(number) is neither a record nor anything of an export.")
        }
        if type == "export" {
            if let part, !part.isEnded {
                fail(part, part.sequence + 1, .truncated, "the export breaks off after record \(part.sequence)")
                return
            }
            try begin(value, number)
            return
        }
        guard var part, !part.isEnded else {
            try payload(type, value, number)
            return
        }
        defer { self.part = part }
        switch type {
        case "checkpoint": checkpoint(value, &part)
        case "consistency", "inclusion": proof(type, value, &part)
        case "end": try end(value, &part)
        default: throw AgentError(.invalidArgument, "Line \(number) has the type \(type), which is not known.")
        }
    }

    /// Takes an opened payload, which follows an export's end.
    ///
    /// It is for people: what is proven is the sealed record, and only who holds the person's key can compare the two.
    /// So it must belong to a sealed record of the export, once, and is counted as not vouched for.
    private mutating func payload(_ type: String, _ value: JSONValue, _ number: Int) throws(AgentError) {
        guard type == "payload", var part, part.tenant.rawValue == value["tenant"]?.string,
            let sequence = value["seq"]?.int.map({ Int64($0) }), value["payload"] != nil,
            sequence >= part.first, sequence <= part.sequence, part.isSealed[Int(sequence - part.first)]
        else {
            throw AgentError(
                .invalidArgument,
                "Line \(number) follows the end of an export and is no opened payload of a sealed record in it."
            )
        }
        part.isSealed[Int(sequence - part.first)] = false
        self.part = part
        result.tenants[result.tenants.count - 1].payloads += 1
    }

    private mutating func begin(_ value: JSONValue, _ number: Int) throws(AgentError) {
        let hashes = (value["frontier"]?.array ?? []).flatMap { Hex.decode($0.string ?? "") ?? [] }
        guard value["format"]?.int == 1, let tenant = value["tenant"]?.string, let first = value["first"]?.int,
            let last = value["last"]?.int, let beginning = value["beginning"]?.int,
            let leaf = value["leaf"]?.string.flatMap({ Hex.decode($0) }), leaf.count == SHA256.count,
            let frontier = MerkleFrontier(size: Int64(beginning), hashes: hashes), first > beginning, last >= first
        else { throw AgentError(.invalidArgument, "Line \(number) begins an export that this program does not know.") }
        let name = TenantID(tenant)
        // The export's own key shows that it agrees with itself; whose key that is, only a key from elsewhere shows.
        let key = keys.key(name) ?? value["key"]?.string.flatMap { NoteKey($0) }
        let isWhole = first == beginning + 1 && value["whole"]?.bool == true
        part = Part(
            tenant: name,
            first: Int64(first),
            last: Int64(last),
            beginning: Int64(beginning),
            isWhole: isWhole,
            key: key,
            watch: CheckpointWatch(tenant: name, keys: EvidenceKeys(kept: keys.kept) { _ in key }),
            voucher: BeginningVoucher(tenant: name, after: frontier, leaf: leaf, key: key),
            frontier: frontier,
            sequence: Int64(first) - 1,
            leaf: isWhole ? leaf : nil
        )
    }

    private mutating func checkpoint(_ value: JSONValue, _ part: inout Part) {
        let note = value["note"]?.string ?? ""
        let size = Int64(value["size"]?.int ?? 0)
        guard let signed = SignedNote(note), let checkpoint = Checkpoint(text: signed.text), checkpoint.size == size,
            checkpoint.tenant == part.tenant, part.checkpoints.last.map({ $0.size < size }) ?? true,
            part.key.map({ signed.isSigned(by: $0) }) ?? true
        else {
            let words = "the checkpoint over \(size) records does not hold: its note, order or signature is wrong"
            fail(part, max(1, size), .signature, words)
            return
        }
        part.checkpoints.append(
            StoredCheckpoint(
                tenant: part.tenant,
                size: size,
                time: Timestamp(milliseconds: 0),
                note: note,
                frontier: MerkleFrontier()
            )
        )
    }

    /// Begins behind what was dropped, once the checkpoints before the first record are read.
    private mutating func begin(_ part: inout Part) {
        guard part.isWhole, !part.hasBegun else { return }
        part.hasBegun = true
        part.watch.begin(behind: part.frontier, stored: part.checkpoints.first)
        guard part.beginning > 0 else { return }
        guard part.watch.due == part.beginning else {
            result.failure = part.watch.missing(after: .max)
            fail(
                part,
                part.beginning,
                .missing,
                "records up to \(part.beginning) are gone and no checkpoint vouches for them"
            )
            return
        }
        checkCheckpoint(&part)
    }

    private mutating func proof(_ type: String, _ value: JSONValue, _ part: inout Part) {
        let hashes = (value["hashes"]?.array ?? []).map { Hex.decode($0.string ?? "") ?? [] }
        func root(of size: Int?) -> [UInt8]? {
            part.checkpoints.first { $0.size == Int64(size ?? -1) }.flatMap { SignedNote($0.note) }
                .flatMap { Checkpoint(text: $0.text) }?.root
        }
        if type == "inclusion" {
            let sequence = Int64(value["seq"]?.int ?? 0)
            let size = value["size"]?.int
            guard let root = root(of: size), sequence >= part.first, sequence <= part.sequence else {
                fail(part, max(1, sequence), .proof, "the proof of record \(sequence) speaks of no checkpoint here")
                return
            }
            // Of a whole export the records themselves have made the root.
            guard let leaf = part.leaves[sequence] else { return }
            guard MerkleProof.includes(leaf, at: sequence - 1, in: Int64(size ?? 0), root: root, proof: hashes) else {
                fail(part, sequence, .edited, "record \(sequence) is not the one that its checkpoint was signed over")
                return
            }
            part.proven += 1
        } else {
            let (from, to) = (value["from"]?.int, value["to"]?.int)
            guard let earlier = root(of: from), let later = root(of: to), let from, let to,
                MerkleProof.continues((Int64(from), earlier), (Int64(to), later), proof: hashes)
            else {
                let words = "the checkpoint over \(to ?? 0) records is not shown to continue the one over \(from ?? 0)"
                fail(part, Int64(from ?? 0) + 1, .forked, words)
                return
            }
        }
    }

    private mutating func end(_ value: JSONValue, _ part: inout Part) throws(AgentError) {
        part.isEnded = true
        let isShort = part.sequence < part.last
        guard !isShort, part.sequence == part.last, value["records"]?.int == Int(part.last - part.first + 1) else {
            fail(
                part,
                part.sequence + 1,
                .truncated,
                "the records end at \(part.sequence); the export has \(part.last)"
            )
            return
        }
        guard value["leaf"]?.string == part.leaf.map({ Hex.encode($0) }) else {
            fail(part, part.sequence, .edited, "record \(part.sequence) is not the one that the export ended with")
            return
        }
        guard value["checkpoints"]?.int == part.checkpoints.count else {
            fail(part, part.sequence, .signature, "a checkpoint of the export is missing")
            return
        }
        let size = part.checkpoints.last?.size ?? 0
        if part.isWhole {
            guard part.voucher.isFound else {
                result.failure = part.voucher.failure
                return
            }
            if let failure = part.watch.missing(after: part.sequence) {
                result.failure = failure
                return
            }
        } else {
            try compareKept(part)
            let provable = max(0, min(part.last, size) - part.first + 1)
            guard result.failure == nil, part.proven == Int(provable) else {
                fail(part, part.first, .proof, "\(Int(provable) - part.proven) of its records have no proof")
                return
            }
        }
        result.tenants.append(
            JournalVerification.Tenant(
                tenant: part.tenant,
                records: part.last - part.first + 1,
                sessions: 0,
                leaf: part.leaf ?? [],
                root: part.isWhole ? part.frontier.root : [],
                checkpoints: part.checkpoints.count,
                covered: min(size, part.last),
                dropped: part.isWhole ? part.beginning : 0,
                uncompared: part.watch.uncompared
            )
        )
    }

    /// Of a part of a journal, only a kept checkpoint of the same size can be compared.
    private mutating func compareKept(_ part: Part) throws(AgentError) {
        for note in keys.kept {
            guard let kept = Checkpoint(text: note.text), kept.tenant == part.tenant else { continue }
            let same = part.checkpoints.compactMap { SignedNote($0.note) }.compactMap { Checkpoint(text: $0.text) }
                .first { $0.size == kept.size }
            guard let same else {
                throw AgentError(
                    .invalidArgument,
                    "A part of a journal cannot be compared with the checkpoint over \(kept.size) records; "
                        + "export all of it."
                )
            }
            guard same.root != kept.root else { continue }
            fail(part, 1, .forked, "the kept checkpoint over \(kept.size) records was signed over other records")
        }
    }
}
