// Drops the oldest records of a tenant when they have been kept long enough, and leaves a journal that still verifies.
//
// What is dropped ends at a signed checkpoint: its size, the leaf of its last record and the frontier of its tree become
// the tenant's beginning. A conversation is dropped whole or not at all, since it is woken from its first record; one
// that goes on holds back everything from its beginning on, and so does what still waits for a person.
//
// That records are dropped is itself a record, durable before they go. Work is done in portions, so that no append waits
// long for the writer.

/// Where a tenant's records begin when older ones were dropped.
package struct JournalBeginning: Sendable, Hashable {
    /// The last record that is gone; 0 when none is.
    package var sequence: Int64
    package var leaf: [UInt8]

    package init(sequence: Int64 = 0, leaf: [UInt8] = HashChain.genesis) {
        self.sequence = sequence
        self.leaf = leaf
    }
}

extension Journal {
    /// A journal that drops nothing begins at its first record.
    package func beginning(of tenant: TenantID) async throws(JournalError) -> JournalBeginning { JournalBeginning() }
}

extension RecordKind {
    /// Old records are dropped: `{through, records, before, checkpoint, leaf, frontier}`; `checkpoint` is the signed
    /// note they end at, `leaf` that of the last of them, `frontier` the subtrees that the note's root is made of.
    package static let retentionApplied = RecordKind("retention.applied")
}

/// What can be dropped of a tenant, or was.
package struct RetentionOutcome: Sendable, Hashable {
    package var tenant: TenantID
    /// The last record to go; the beginning of before when none does.
    package var through: Int64
    package var records: Int64
    /// A conversation that goes on and holds back what is old enough.
    package var heldBackBy: SessionID?

    package var json: JSONValue {
        [
            "tenant": .string(tenant.rawValue), "through": .integer(Int(through)), "records": .integer(Int(records)),
            "held_back_by": .optional(heldBackBy?.rawValue),
        ]
    }
}

/// Applies the period of retention to a journal file.
package actor JournalRetention {
    /// Records that go in one transaction, unless checkpoints lie further apart.
    static let portion: Int64 = 20_000

    private let executor: any SerialExecutor
    private let journal: SQLiteJournal
    private let reader: EvidenceReader

    package nonisolated var unownedExecutor: UnownedSerialExecutor { executor.asUnownedSerialExecutor() }

    /// `path` is the file of the journal.
    package init(
        journal: SQLiteJournal,
        path: String,
        executor: (any SerialExecutor)? = nil
    ) throws(JournalError) {
        do throws(DatabaseError) {
            reader = try EvidenceReader(path: path)
        } catch {
            throw JournalError(error)
        }
        self.executor = executor ?? ThreadExecutor(label: "retention")
        self.journal = journal
    }

    package func tenants() throws(JournalError) -> [TenantID] {
        do throws(DatabaseError) { return try reader.heads().map(\.tenant) } catch { throw JournalError(error) }
    }

    /// What could be dropped of what was written before a moment; changes nothing.
    package func plan(_ tenant: TenantID, before cutoff: Timestamp) throws(JournalError) -> RetentionOutcome {
        try cut(tenant, before: cutoff).outcome
    }

    /// Drops what was written before a moment, as far as nothing holds it back.
    package func apply(_ tenant: TenantID, before cutoff: Timestamp) async throws(JournalError) -> RetentionOutcome {
        let (outcome, last) = try cut(tenant, before: cutoff)
        guard let last else { return outcome }
        let leaf = try leaf(of: last)
        let draft = RecordDraft(
            kind: .retentionApplied,
            actor: "system",
            payload: [
                "through": .integer(Int(outcome.through)), "records": .integer(Int(outcome.records)),
                "before": .string(cutoff.iso8601), "checkpoint": .string(last.note), "leaf": .string(Hex.encode(leaf)),
                "frontier": .array(last.frontier.subtrees.map { .string(Hex.encode($0)) }),
            ]
        )
        _ = try await journal.append(JournalAppend(tenant: tenant, drafts: [draft]))
        while let step = try nextDrop(tenant, to: last) { try await journal.drop(step) }
        return outcome
    }

    /// The leaf of the last record that goes.
    private func leaf(of last: StoredCheckpoint) throws(JournalError) -> [UInt8] {
        do throws(DatabaseError) {
            guard let leaf = try reader.leaf(of: last.size, in: last.tenant) else {
                throw DatabaseError(code: 11, message: "record \(last.size) of \(last.tenant) is missing")
            }
            return leaf
        } catch {
            throw JournalError(error)
        }
    }

    /// The next portion of what goes; `nil` when all has gone.
    private func nextDrop(_ tenant: TenantID, to last: StoredCheckpoint) throws(JournalError) -> JournalDrop? {
        do throws(DatabaseError) {
            let done = try reader.beginning(of: tenant).sequence
            guard done < last.size else { return nil }
            let near = try reader.lastCheckpoint(of: tenant, above: done, upTo: done + Self.portion)
            var next = last
            // Between two checkpoints there is nothing to stop at; a portion may cut a conversation, the whole does not.
            if let near, near.size < last.size { next = near }
            guard let leaf = try reader.leaf(of: next.size, in: tenant) else {
                throw DatabaseError(code: 11, message: "record \(next.size) of \(tenant) is missing")
            }
            return JournalDrop(tenant: tenant, through: next.size, leaf: leaf, frontier: next.frontier)
        } catch {
            throw JournalError(error)
        }
    }

    /// How far a tenant can be cut, and the checkpoint to cut at; `nil` where nothing goes.
    private func cut(
        _ tenant: TenantID,
        before cutoff: Timestamp
    ) throws(JournalError) -> (outcome: RetentionOutcome, last: StoredCheckpoint?) {
        do throws(DatabaseError) {
            return try reader.snapshot { () throws(DatabaseError) in
                let beginning = try reader.beginning(of: tenant).sequence
                let head = try reader.head(of: tenant)?.sequence ?? 0
                var outcome = RetentionOutcome(tenant: tenant, through: beginning, records: 0)
                // The last record stays, whatever its age: a journal has a head.
                var found = try reader.lastCheckpoint(of: tenant, above: beginning, upTo: head - 1, madeBefore: cutoff)
                while let candidate = found, candidate.isOfItsNote {
                    guard let across = try reader.sessionAcross(candidate.size, in: tenant, after: beginning) else {
                        outcome.through = candidate.size
                        outcome.records = candidate.size - beginning
                        return (outcome, candidate)
                    }
                    outcome.heldBackBy = across.session
                    found = try reader.lastCheckpoint(
                        of: tenant,
                        above: beginning,
                        upTo: across.first - 1,
                        madeBefore: cutoff
                    )
                }
                return (outcome, nil)
            }
        } catch {
            throw JournalError(error)
        }
    }
}

/// Records that are dropped, and what stands for them from then on.
struct JournalDrop: Sendable {
    var tenant: TenantID
    var through: Int64
    var leaf: [UInt8]
    var frontier: MerkleFrontier
}

extension EvidenceReader {
    /// The newest checkpoint within bounds that was made before a moment.
    func lastCheckpoint(
        of tenant: TenantID,
        above least: Int64,
        upTo most: Int64,
        madeBefore time: Timestamp = Timestamp(milliseconds: .max)
    ) throws(DatabaseError) -> StoredCheckpoint? {
        try connection.first(
            """
            SELECT size, time, note, frontier FROM checkpoints
            WHERE tenant = ? AND size > ? AND size <= ? AND time < ? ORDER BY size DESC LIMIT 1
            """,
            [.id(tenant), .integer(least), .integer(most), .integer(time.milliseconds)]
        ) { row in
            StoredCheckpoint(
                tenant: tenant,
                size: row.int(0),
                time: Timestamp(milliseconds: row.int(1)),
                note: row.text(2),
                frontier: MerkleFrontier(size: row.int(0), hashes: row.blob(3)) ?? MerkleFrontier()
            )
        }
    }

    func leaf(of sequence: Int64, in tenant: TenantID) throws(DatabaseError) -> [UInt8]? {
        try connection.first(
            "SELECT bytes FROM records WHERE tenant = ? AND seq = ?",
            [.id(tenant), .integer(sequence)]
        ) { row in row.withBytes(0) { HashChain.leaf(of: $0) } }
    }

    /// Of the sessions with records on both sides of a number, the one that began first, and its first record.
    func sessionAcross(
        _ sequence: Int64,
        in tenant: TenantID,
        after beginning: Int64
    ) throws(DatabaseError) -> (session: SessionID, first: Int64)? {
        let links = try connection.query(
            "SELECT previous_in_session FROM records WHERE tenant = ? AND seq > ? AND previous_in_session <= ?",
            [.id(tenant), .integer(sequence), .integer(sequence)]
        ) { $0.int(0) }
        var first: Int64?
        for link in links {
            var place = link
            while let before = try connection.first(
                "SELECT previous_in_session FROM records WHERE tenant = ? AND seq = ?",
                [.id(tenant), .integer(place)],
                { $0.intOrNil(0) }
            ) ?? nil, before > beginning { place = before }
            first = min(first ?? place, place)
        }
        guard let first else { return nil }
        let session = try connection.first(
            "SELECT bytes FROM records WHERE tenant = ? AND seq = ?",
            [.id(tenant), .integer(first)]
        ) { $0.blob(0) }
        // Its name is for a person to read; a record that does not decode is the verifier's business.
        let name = session.flatMap { try? RecordCodec.decode($0).record.session }
        return (name ?? SessionID(""), first)
    }
}

extension SQLiteJournal {
    /// Where a tenant's records begin.
    package nonisolated func beginning(of tenant: TenantID) async throws(JournalError) -> JournalBeginning {
        try await reader.beginning(of: tenant)
    }

    /// Takes records away, with the heads and snapshots of sessions that lie wholly in them.
    func drop(_ drop: JournalDrop) throws(JournalError) {
        // What was dropped is not given out from memory either.
        defer { recent.forget() }
        do throws(DatabaseError) {
            try writer.drop(drop)
        } catch {
            throw JournalError(error)
        }
    }
}

extension JournalReader {
    func beginning(of tenant: TenantID) throws(JournalError) -> JournalBeginning {
        do throws(DatabaseError) {
            let stored = try connection.first("SELECT seq, leaf FROM beginnings WHERE tenant = ?", [.id(tenant)]) {
                row in
                JournalBeginning(sequence: row.int(0), leaf: row.blob(1))
            }
            return stored ?? JournalBeginning()
        } catch {
            throw JournalError(error)
        }
    }
}

extension JournalWriter {
    /// One transaction; what was remembered of sessions is looked up again afterwards.
    func drop(_ drop: JournalDrop) throws(DatabaseError) {
        do throws(DatabaseError) {
            try connection.execute("BEGIN IMMEDIATE")
            try connection.execute(
                """
                INSERT INTO beginnings(tenant, seq, leaf, frontier) VALUES (?, ?, ?, ?)
                ON CONFLICT DO UPDATE SET seq = excluded.seq, leaf = excluded.leaf, frontier = excluded.frontier
                """,
                [.id(drop.tenant), .integer(drop.through), .blob(drop.leaf), .blob(drop.frontier.hashes)]
            )
            let through: [SQLValue] = [.id(drop.tenant), .integer(drop.through)]
            try connection.execute("DELETE FROM records WHERE tenant = ? AND seq <= ?", through)
            try connection.execute(
                """
                DELETE FROM snapshots WHERE tenant = ?1 AND session IN (
                    SELECT session FROM heads WHERE tenant = ?1 AND last_seq <= ?2)
                """,
                through
            )
            try connection.execute("DELETE FROM heads WHERE tenant = ? AND last_seq <= ?", through)
            // The checkpoint over just what is gone stays: it vouches for the beginning.
            try connection.execute("DELETE FROM checkpoints WHERE tenant = ? AND size < ?", through)
            try connection.execute("COMMIT")
            forget()
        } catch {
            connection.rollBack()
            forget()
            throw error
        }
        // What was deleted is overwritten in the file, and must not stay in its log.
        try connection.truncateLog()
    }
}
