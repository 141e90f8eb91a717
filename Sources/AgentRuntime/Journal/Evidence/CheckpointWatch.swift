/// The checkpoints that a walk over a tenant's records comes past: the next of those beside the records, and those that
/// were kept elsewhere.
struct CheckpointWatch {
    private typealias Failure = JournalVerification.Failure

    private struct Due {
        var size: Int64
        var root: [UInt8]
        /// What it is in words: "the checkpoint over 7 records".
        var words: String
    }

    private let tenant: TenantID
    private let key: NoteKey?
    /// Kept elsewhere, the least size last.
    private var kept: [Due] = []
    private var stored: Due?
    private var failure: JournalVerification.Failure?
    /// How many records the last checkpoint that agreed covers.
    private(set) var covered: Int64 = 0
    private(set) var agreed = 0
    /// Kept checkpoints over fewer records than were dropped, which nothing here can be compared with.
    private(set) var uncompared = 0
    /// The size at which `check` is to be called; far away when no checkpoint is left.
    private(set) var due = Int64.max

    init(tenant: TenantID, keys: EvidenceKeys) {
        self.tenant = tenant
        key = keys.key(tenant)
        for note in keys.kept {
            guard let checkpoint = Checkpoint(text: note.text), checkpoint.tenant == tenant else { continue }
            if let due = read(note, "the kept checkpoint over \(checkpoint.size) records") { kept.append(due) }
        }
        kept.sort { $0.size > $1.size }
    }

    /// Begins behind what was dropped.
    ///
    /// Kept checkpoints of less are compared where the frontier still shows what the tree was at their size; the others
    /// are only counted.
    mutating func begin(behind frontier: MerkleFrontier, stored: StoredCheckpoint?) {
        while let last = kept.last, last.size < frontier.size || last.size == 0 {
            kept.removeLast()
            guard last.size > 0 else { continue }
            guard let earlier = frontier.earlier(last.size) else {
                uncompared += 1
                continue
            }
            guard earlier.root != last.root else {
                agreed += 1
                continue
            }
            failure =
                failure
                ?? Failure(
                    tenant: tenant,
                    sequence: 1,
                    reason: .forked,
                    detail: "\(last.words) was signed over other records than the \(frontier.size) that were dropped"
                )
        }
        advance(stored: stored)
    }

    /// Goes on to the next checkpoint beside the records.
    mutating func advance(stored next: StoredCheckpoint?) {
        stored = nil
        if let next {
            let words = "the checkpoint over \(next.size) records"
            if let note = SignedNote(next.note), let due = read(note, words), due.size == next.size {
                stored = due
            } else {
                failure =
                    failure
                    ?? Failure(
                        tenant: tenant,
                        sequence: next.size,
                        reason: .signature,
                        detail: "\(words) does not read as one"
                    )
            }
        }
        due = failure == nil ? min(stored?.size ?? .max, kept.last?.size ?? .max) : 0
    }

    private mutating func read(_ note: SignedNote, _ words: String) -> Due? {
        guard let checkpoint = Checkpoint(text: note.text) else { return nil }
        if let key, !note.isSigned(by: key) {
            failure =
                failure
                ?? Failure(
                    tenant: tenant,
                    sequence: max(1, checkpoint.size),
                    reason: .signature,
                    detail: "\(words) is not signed with \(key)"
                )
        }
        return Due(size: checkpoint.size, root: checkpoint.root, words: words)
    }

    /// What a checkpoint of just this size says against it; `nil` when all agree.
    mutating func check(_ frontier: MerkleFrontier) -> JournalVerification.Failure? {
        if let failure { return failure }
        let root = frontier.root
        var reached: [Due] = []
        if let stored, stored.size == frontier.size { reached.append(stored) }
        while let last = kept.last, last.size == frontier.size {
            reached.append(last)
            kept.removeLast()
        }
        for checkpoint in reached {
            guard checkpoint.root == root else {
                return Failure(
                    tenant: tenant,
                    sequence: covered + 1,
                    reason: .forked,
                    detail: "\(checkpoint.words) was signed over other records; the first that differs is one of "
                        + "\(covered + 1) to \(frontier.size)"
                )
            }
            agreed += 1
        }
        covered = frontier.size
        return nil
    }

    /// What is left of the checkpoints at the end of the records, when they speak of more.
    func missing(after sequence: Int64) -> JournalVerification.Failure? {
        if let failure { return failure }
        let left = [stored, kept.first].compactMap(\.self).max { $0.size < $1.size }
        guard let left, left.size > sequence else { return nil }
        return Failure(
            tenant: tenant,
            sequence: sequence + 1,
            reason: .truncated,
            detail: "the records end at \(sequence); \(left.words) was signed over more"
        )
    }
}
