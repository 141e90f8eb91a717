// Signs what the journal is, every so many records and every so often, and keeps it beside the records. What was signed
// can be carried away (a file, a service); from then on nobody can change, cut or replace what came before it unseen.
//
// It goes on from its last checkpoint and reads only what is new. What does not follow the last checkpoint is not
// signed: it says so and leaves the journal to `agentd audit verify`.

/// When a checkpoint is made.
package struct CheckpointRule: Sendable, Hashable {
    /// So many new records of a tenant.
    package var records: Int64
    /// The longest time that a record waits for one.
    package var interval: Duration

    package init(records: Int64 = 1000, interval: Duration = .seconds(60)) {
        self.records = records
        self.interval = interval
    }
}

/// A place that new checkpoints are carried to.
package protocol CheckpointPlace: Sendable {
    /// Takes one; throwing makes it be tried again with the next.
    func take(_ checkpoint: StoredCheckpoint) async throws
}

/// Makes the checkpoints of a journal.
package actor Checkpointer {
    /// How long after a commit it looks whether enough has come; commits meanwhile are looked at once.
    static let settling: Duration = .milliseconds(200)

    private let executor: any SerialExecutor
    private let journal: SQLiteJournal
    private let reader: EvidenceReader
    private let signer: CheckpointSigner
    private let rule: CheckpointRule
    private let places: [any CheckpointPlace]
    private let clock: any WallClock
    /// The size of each tenant's newest checkpoint, as far as it was looked up.
    private var sizes: [TenantID: Int64] = [:]
    /// By place: checkpoints that it has not taken; only a tenant's newest is kept.
    private var untaken: [Int: [TenantID: StoredCheckpoint]] = [:]

    package nonisolated var unownedExecutor: UnownedSerialExecutor { executor.asUnownedSerialExecutor() }

    /// `path` is the file of the journal.
    package init(
        journal: SQLiteJournal,
        path: String,
        signer: CheckpointSigner,
        rule: CheckpointRule = CheckpointRule(),
        places: [any CheckpointPlace] = [],
        clock: any WallClock = SystemWallClock(),
        executor: (any SerialExecutor)? = nil
    ) throws(JournalError) {
        do throws(DatabaseError) {
            reader = try EvidenceReader(path: path)
        } catch {
            throw JournalError(error)
        }
        self.executor = executor ?? ThreadExecutor(label: "checkpoints")
        self.journal = journal
        self.signer = signer
        self.rule = rule
        self.places = places
        self.clock = clock
    }

    /// Follows the journal until cancelled, then signs what is left.
    ///
    /// A failure is reported and tried again with the next commit or interval.
    package func run(
        clock: any Clock<Duration>,
        onFailure: @escaping @Sendable (any Error) -> Void = { _ in }
    ) async throws {
        let rule = rule
        await withTaskGroup { group in
            group.addTask { [self] in
                for await _ in journal.commits() {
                    await attempt(atLeast: rule.records, onFailure)
                    // A cancelled sleep ends the loop with the next look at the stream.
                    try? await clock.sleep(for: Checkpointer.settling)
                }
            }
            group.addTask { [self] in
                while !Task.isCancelled {
                    do {
                        try await clock.sleep(for: rule.interval)
                    } catch {
                        return
                    }
                    await attempt(atLeast: 1, onFailure)
                }
            }
        }
        await attempt(atLeast: 1, onFailure)
        try Task.checkCancellation()
    }

    private func attempt(atLeast count: Int64, _ onFailure: @Sendable (any Error) -> Void) async {
        do {
            try await checkpoint(atLeast: count)
            try await carry()
        } catch {
            onFailure(error)
        }
    }

    /// Signs every tenant that has so many new records; the checkpoints that were made.
    @discardableResult
    package func checkpoint(atLeast count: Int64 = 1) async throws -> [StoredCheckpoint] {
        var made: [StoredCheckpoint] = []
        for (tenant, head) in try reader.heads() {
            let known = try sizes[tenant] ?? reader.newestCheckpoint(of: tenant)?.size ?? 0
            sizes[tenant] = known
            guard head - known >= max(1, count), let checkpoint = try next(of: tenant) else { continue }
            try await journal.keep(checkpoint)
            sizes[tenant] = max(sizes[tenant] ?? 0, checkpoint.size)
            for place in places.indices { untaken[place, default: [:]][tenant] = checkpoint }
            made.append(checkpoint)
        }
        return made
    }

    /// The signed tree over all records of a tenant; `nil` when it has no new ones.
    ///
    /// - Throws: `JournalError.corrupted` naming a record that does not follow the last checkpoint.
    private func next(of tenant: TenantID) throws -> StoredCheckpoint? {
        var failure: JournalError?
        var frontier = MerkleFrontier()
        do throws(DatabaseError) {
            try reader.snapshot { () throws(DatabaseError) in
                let last = try reader.newestCheckpoint(of: tenant)
                let beginning = try reader.beginning(of: tenant)
                frontier = beginning.frontier
                var leaf = beginning.leaf
                var sequence = beginning.sequence
                // What a signature stands under is not taken from the folder unseen: who could write the frontier
                // beside a note would have the next root signed.
                if let last, !last.isOfItsNote {
                    failure = unsigned(tenant, last.size)
                    return
                }
                if let last, last.size > sequence, isOwn(last) {
                    frontier = last.frontier
                    sequence = last.size - 1
                } else if sequence > 0 {
                    let first = try reader.checkpoint(of: tenant, after: sequence - 1)
                    guard let first, first.isOfItsNote, first.frontier == beginning.frontier else {
                        failure = unsigned(tenant, sequence)
                        return
                    }
                }
                try reader.forEachRecord(of: tenant, after: sequence) { (number, bytes) throws(DatabaseError) in
                    let own = HashChain.leaf(of: bytes)
                    defer { (leaf, sequence) = (own, number) }
                    // The last record of the checkpoint is read for its leaf alone.
                    if number == last?.size, number == frontier.size { return true }
                    guard number == frontier.size + 1, HashChain.previous(in: bytes) == leaf else {
                        failure = unsigned(tenant, number)
                        return false
                    }
                    frontier.append(own)
                    return true
                }
            }
        } catch {
            throw JournalError(error)
        }
        if let failure { throw failure }
        guard frontier.size > 0 else { return nil }
        return StoredCheckpoint(
            tenant: tenant,
            size: frontier.size,
            time: clock.now(),
            note: signer.sign(frontier, of: tenant).note,
            frontier: frontier
        )
    }

    /// Whether it was signed here; behind one that was not, the walk begins anew.
    private func isOwn(_ checkpoint: StoredCheckpoint) -> Bool {
        SignedNote(checkpoint.note)?.isSigned(by: signer.publicKey(for: checkpoint.tenant)) ?? false
    }

    private func unsigned(_ tenant: TenantID, _ sequence: Int64) -> JournalError {
        .corrupted(
            tenant: tenant,
            sequence: sequence,
            reason: "it does not follow what was signed; see agentd audit verify"
        )
    }

    /// Brings what is new to every place, the newest of each tenant.
    private func carry() async throws {
        var failure: (any Error)?
        for (index, place) in places.enumerated() {
            for (tenant, checkpoint) in (untaken[index] ?? [:]).sorted(by: { $0.key < $1.key }) {
                do {
                    try await place.take(checkpoint)
                    // A newer one may have come meanwhile.
                    if untaken[index]?[tenant] == checkpoint { untaken[index]?[tenant] = nil }
                } catch {
                    failure = error
                }
            }
        }
        if let failure { throw failure }
    }
}

/// Appends each checkpoint to a file, as one line of JSON.
package struct CheckpointFile: CheckpointPlace {
    private let path: String

    package init(path: String) { self.path = path }

    package func take(_ checkpoint: StoredCheckpoint) async throws {
        try PrivateFile.append(path: path, bytes: Array((checkpoint.json.text + "\n").utf8))
    }
}

extension StoredCheckpoint {
    /// As it stands in exports and is carried away.
    package var json: JSONValue {
        [
            "type": "checkpoint", "tenant": .string(tenant.rawValue), "size": .integer(Int(size)),
            "time": .string(time.iso8601), "note": .string(note),
        ]
    }
}
