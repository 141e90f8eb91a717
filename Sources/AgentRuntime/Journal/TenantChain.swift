/// The walk over one tenant's records: each must carry its number, the leaf of the one before, and the next version of
/// its session; the last must be the one that the heads name.
///
/// A record whose bytes were changed shows only in the leaf that the next one carries, or, for the last, in the
/// tenant's head. So when two neighbours disagree, the second is to blame only if it also disagrees with what follows
/// it; a single changed byte is thus always laid at its own record.
struct TenantChain {
    private typealias Reason = JournalVerification.Failure.Reason

    private struct Session {
        var version: Int64
        var lastSequence: Int64
    }

    private let tenant: TenantID
    private let reader: EvidenceReader
    private let tenantPart: [UInt8]
    private var sequence: Int64 = 0
    private var leaf = HashChain.genesis
    private var leafDigits = Hex.encodedBytes(HashChain.genesis)
    private var frontier = MerkleFrontier()
    private var checkpoints: CheckpointWatch
    private let key: NoteKey?
    /// What says that the records before the beginning were dropped.
    private var voucher: BeginningVoucher
    /// The last record that was dropped; 0 when none was.
    private var beginning: Int64 = 0
    /// By the session's name as it is written in records, quotes and escapes included.
    private var sessions: [ArraySlice<UInt8>: Session] = [:]
    private var failure: JournalVerification.Failure?

    private var connection: SQLiteConnection { reader.connection }

    init(tenant: TenantID, reader: EvidenceReader, keys: EvidenceKeys) {
        self.tenant = tenant
        self.reader = reader
        tenantPart = RecordCodec.tenantPart(tenant)
        checkpoints = CheckpointWatch(tenant: tenant, keys: keys)
        key = keys.key(tenant)
        voucher = BeginningVoucher(tenant: tenant, after: MerkleFrontier(), leaf: leaf, key: key)
    }

    var summary: JournalVerification.Tenant {
        JournalVerification.Tenant(
            tenant: tenant,
            records: sequence - beginning,
            sessions: sessions.count,
            leaf: leaf,
            root: frontier.root,
            checkpoints: checkpoints.agreed,
            covered: checkpoints.covered,
            dropped: beginning,
            uncompared: checkpoints.uncompared
        )
    }

    /// The first record that does not hold; `nil` when all do.
    mutating func walk() -> JournalVerification.Failure? {
        do throws(DatabaseError) {
            let head = try reader.head(of: tenant)
            try begin()
            guard failure == nil else { return failure }
            try connection.forEach(
                "SELECT seq, previous_in_session, bytes FROM records WHERE tenant = ? ORDER BY seq",
                [.id(tenant)]
            ) { (row) throws(DatabaseError) in
                let previous = row.intOrNil(1)
                let number = row.int(0)
                try row.withBytes(2) { (bytes) throws(DatabaseError) in
                    try check(bytes, number: number, previousInSession: previous)
                }
                if failure == nil, sequence == checkpoints.due { try checkCheckpoints() }
                return failure == nil
            }
            if failure == nil, !voucher.isFound { failure = voucher.failure }
            if failure == nil { checkEnd(head) }
            if failure == nil { failure = checkpoints.missing(after: sequence) }
            if failure == nil { try checkHeads() }
        } catch {
            fail(sequence + 1, .unreadable, "SQLite could not read it: \(error)")
        }
        return failure
    }

    private mutating func fail(_ sequence: Int64, _ reason: Reason, _ detail: String) {
        failure = failure ?? .init(tenant: tenant, sequence: sequence, reason: reason, detail: detail)
    }

    // MARK: - Checkpoints

    /// Takes the place where the records begin, and the first checkpoint that is due.
    private mutating func begin() throws(DatabaseError) {
        let start = try reader.beginning(of: tenant)
        beginning = start.sequence
        sequence = start.sequence
        leaf = start.leaf
        leafDigits = Hex.encodedBytes(start.leaf)
        frontier = start.frontier
        voucher = BeginningVoucher(tenant: tenant, after: start.frontier, leaf: start.leaf, key: key)
        checkpoints.begin(behind: start.frontier, stored: try nextCheckpoint(after: start.sequence - 1))
        if failure == nil { failure = checkpoints.missing(after: .max) }
        guard failure == nil else { return }
        // What was dropped must lie behind a signed checkpoint of just that size.
        if start.sequence > 0 {
            guard checkpoints.due == start.sequence else {
                fail(
                    start.sequence,
                    .missing,
                    "records up to \(start.sequence) are gone and no checkpoint vouches for them"
                )
                return
            }
            try checkCheckpoints()
        }
    }

    private mutating func checkCheckpoints() throws(DatabaseError) {
        failure = checkpoints.check(frontier)
        // Where what follows the record knows another leaf of it, the record itself is to blame.
        if failure?.reason == .forked, try !successorCarries(leaf, after: sequence) {
            let detail = "record \(sequence) is neither what follows it nor what the checkpoint over it was made from"
            failure = .init(tenant: tenant, sequence: sequence, reason: .edited, detail: detail)
        }
        if failure == nil { checkpoints.advance(stored: try nextCheckpoint(after: frontier.size)) }
    }

    /// The next checkpoint beside the records, whose frontier must be the one that was signed: the next is made from it.
    private mutating func nextCheckpoint(after size: Int64) throws(DatabaseError) -> StoredCheckpoint? {
        let next = try reader.checkpoint(of: tenant, after: size)
        // A note that does not read as one is for the watch to tell.
        if let next, SignedNote(next.note).flatMap({ Checkpoint(text: $0.text) })?.size == next.size, !next.isOfItsNote
        {
            fail(
                next.size,
                .signature,
                "what lies beside the checkpoint over \(next.size) records is not what it signs"
            )
        }
        return next
    }

    // MARK: - One record

    private mutating func check(
        _ bytes: UnsafeRawBufferPointer,
        number: Int64,
        previousInSession: Int64?
    ) throws(DatabaseError) {
        let expected = sequence + 1
        guard number == expected else {
            fail(expected, .missing, "record \(expected) is missing; the next is \(number)")
            return
        }
        let next = HashChain.leaf(of: bytes)
        let opening = RecordCodec.opening
        guard bytes.count > RecordCodec.previousRange.upperBound, bytes.starts(with: opening) else {
            fail(expected, .edited, "record \(expected) does not begin as one")
            return
        }
        let follows = UnsafeRawBufferPointer(rebasing: bytes[RecordCodec.previousRange]).elementsEqual(leafDigits)
        var scanner = RecordScanner(bytes, at: RecordCodec.previousRange.upperBound)
        let isInPlace = scanner.skip(tenantPart) && scanner.integer() == expected
        guard follows else {
            try blame(expected, leaf: next, isInPlace: isInPlace)
            return
        }
        guard isInPlace else {
            fail(expected, .edited, "record \(expected) names another tenant or number")
            return
        }
        if scanner.skip(RecordScanner.session) {
            guard let name = scanner.string(), scanner.skip(RecordScanner.version), let version = scanner.integer()
            else {
                fail(expected, .edited, "record \(expected) has no session where it must stand")
                return
            }
            // Found once: to hash a name costs as much as the rest of this.
            let place = sessions.index(forKey: name)
            let before = place.map { sessions.values[$0] }
            // Of a session that began in what was dropped the first record is taken as it is.
            let isContinued = before == nil && beginning > 0 && version > 1 && (previousInSession ?? 0) <= beginning
            guard
                isContinued
                    || (version == (before?.version ?? 0) + 1 && previousInSession == before?.lastSequence)
            else {
                let detail = "it is version \(version) of its session after \(before?.version ?? 0), or linked wrongly"
                try blameSession(expected, leaf: next, detail)
                return
            }
            let now = Session(version: version, lastSequence: expected)
            if let place { sessions.values[place] = now } else { sessions[name] = now }
        } else if let previousInSession {
            try blameSession(expected, leaf: next, "it has no session but is linked to record \(previousInSession)")
            return
        }
        // A record of retention stands in no session, so that the scanner still stands behind its number.
        if !voucher.isFound { voucher.look(at: bytes, &scanner) }
        sequence = expected
        leaf = next
        leafDigits = Hex.encodedBytes(next)
        frontier.append(next)
    }

    /// Record `number` does not carry the leaf of the one before: one of the two is not what was written.
    private mutating func blame(_ number: Int64, leaf: [UInt8], isInPlace: Bool) throws(DatabaseError) {
        let isConfirmed = try successorCarries(leaf, after: number)
        if !isInPlace {
            fail(number, .reordered, "record \(number) lies in the place of another")
        } else if isConfirmed, number > 1 {
            fail(number - 1, .edited, "record \(number - 1) is not what record \(number) was chained to")
        } else if number > 1 {
            fail(number, .edited, "record \(number) was edited, or both it and record \(number - 1)")
        } else {
            fail(number, .edited, "the first record does not begin a chain")
        }
    }

    /// Record `number` does not continue its session: its link is wrong, or it was edited there, which its own leaf
    /// shows only in what follows.
    private mutating func blameSession(_ number: Int64, leaf: [UInt8], _ detail: String) throws(DatabaseError) {
        let isConfirmed = try successorCarries(leaf, after: number)
        fail(number, isConfirmed ? .session : .edited, "record \(number) does not continue its session: \(detail)")
    }

    /// Whether what follows a record (the next one, or the tenant's head) was chained to this leaf.
    private func successorCarries(_ leaf: [UInt8], after number: Int64) throws(DatabaseError) -> Bool {
        let digits = Hex.encodedBytes(leaf)
        let next = try connection.first(
            "SELECT bytes FROM records WHERE tenant = ? AND seq = ?",
            [.id(tenant), .integer(number + 1)]
        ) { row in
            row.withBytes(0) { bytes in
                bytes.count > RecordCodec.previousRange.upperBound
                    && UnsafeRawBufferPointer(rebasing: bytes[RecordCodec.previousRange]).elementsEqual(digits)
            }
        }
        if let next { return next }
        let head = try connection.first("SELECT seq, leaf FROM tenants WHERE tenant = ?", [.id(tenant)]) { row in
            row.int(0) == number && row.blob(1) == leaf
        }
        return head ?? false
    }

    // MARK: - The end

    private mutating func checkEnd(_ head: (sequence: Int64, leaf: [UInt8])?) {
        guard let head else {
            if sequence > 0 { fail(sequence, .truncated, "the tenant's head is missing") }
            return
        }
        if head.sequence > sequence {
            fail(sequence + 1, .truncated, "the records end at \(sequence); the head says \(head.sequence)")
        } else if head.sequence < sequence {
            fail(head.sequence + 1, .truncated, "records go on after the head, which says \(head.sequence)")
        } else if head.leaf != leaf {
            fail(sequence, .edited, "record \(sequence) is not the one the tenant's head was made from")
        }
    }

    private mutating func checkHeads() throws(DatabaseError) {
        var seen = 0
        let heads = try connection.query(
            "SELECT session, version, last_seq FROM heads WHERE tenant = ?",
            [.id(tenant)]
        ) { row in (session: row.text(0), version: row.int(1), last: row.int(2)) }
        for head in heads {
            var name: [UInt8] = []
            JSONValue.append(string: head.session, to: &name)
            // All records of the session may have been dropped.
            if head.last <= beginning { continue }
            guard let session = sessions[name[...]], session.version == head.version, session.lastSequence == head.last
            else {
                let detail =
                    "the head of session \(head.session) says version \(head.version) at record \(head.last), "
                    + "its records do not"
                fail(head.last, .session, detail)
                return
            }
            seen += 1
        }
        guard seen == sessions.count else {
            let known = Set(heads.map(\.last))
            let first = sessions.values.map(\.lastSequence).filter { !known.contains($0) }.min() ?? sequence
            fail(first, .session, "the head of the session of record \(first) is missing")
            return
        }
    }
}
