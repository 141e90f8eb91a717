// The journal in one SQLite file for all tenants: one file commits many times more than one per tenant, since a
// commit's price is its wait for the disk and everything that arrives meanwhile shares the next one.
//
// Group commit: an append makes its bytes ready on its caller's thread, joins the waiting ones, and the first to wait
// puts the commit behind all that is already queued on the executor. Appends that arrive during a commit thus form
// the next group. Readers have a connection and a thread of their own. Where the last group had more than one append,
// the next begins `spacing` after it began, so that many share it: a commit writes the same pages for one as for ten.
//
// Bounds: `waitingMax` appends wait (more are refused), `groupMax` share a commit, a record has at most
// `RecordCodec.bytesMax` bytes.

/// The journal of one machine.
package actor SQLiteJournal: Journal {
    /// When an append is durable.
    package enum Durability: String, Sendable {
        /// It survives power loss.
        case full
        /// It survives the end of the process; the last ones may go with the machine.
        case process
    }

    static let groupMax = 1024
    static let waitingMax = 16_384
    /// From one commit's beginning to the next one's, while appends come side by side.
    static let spacing = Duration.microseconds(2500)

    private struct Waiting {
        var prepared: JournalWriter.Prepared
        var continuation: CheckedContinuation<Result<[Record], JournalError>, Never>
    }

    private struct WaitingSnapshot {
        var snapshot: SessionSnapshot
        var continuation: CheckedContinuation<Result<Void, JournalError>, Never>
    }

    /// What waits for the next commit; behind a lock, so that who waits does not first wait for the executor.
    private struct Queue {
        var appends: [Waiting] = []
        var snapshots: [WaitingSnapshot] = []
        /// Whether a commit is queued on the executor; then everything that waits will be in it or in one after it.
        var isCommitQueued = false
        var lastCommit = (begun: LoopInstant(nanoseconds: 0), count: 0)

        /// How long to let pass before the commit that is to be queued now; `nil` where one is queued.
        mutating func pause() -> Duration? {
            guard !isCommitQueued else { return nil }
            isCommitQueued = true
            return lastCommit.count > 1 ? SQLiteJournal.spacing - lastCommit.begun.duration(to: .now) : .zero
        }
    }

    private let executor: any SerialWorkExecutor
    private let log: JournalLog
    private var logSchedule: JournalLog.Schedule
    let writer: JournalWriter
    let reader: JournalReader
    private let keys: SubjectKeys
    private let random: any RandomSource
    private let committed = Broadcast()
    let recent = RecentRecords()
    private let upcasters: RecordUpcasters
    private let queue = Guarded(Queue())
    /// How many transactions were committed, for measuring how appends share them.
    private(set) var commitCount = 0

    package nonisolated var unownedExecutor: UnownedSerialExecutor { executor.asUnownedSerialExecutor() }

    /// Opens the file, or makes it, and checks that the last record of each tenant reads back.
    ///
    /// - Throws: `.corrupted` naming a last record that does not hold; `.storage` for a file of a newer program.
    package init(
        path: String,
        keys: SubjectKeys,
        durability: Durability = .full,
        upcasters: RecordUpcasters = .none,
        clock: any WallClock = SystemWallClock(),
        random: any RandomSource = SystemRandom(),
        executor: (any SerialWorkExecutor)? = nil,
        readExecutor: (any SerialExecutor)? = nil
    ) throws(JournalError) {
        // Whoever runs the commits by an executor of his own runs the log by it too.
        let logExecutor = executor ?? ThreadExecutor(label: "journal.log")
        do throws(DatabaseError) {
            let synchronous: SQLiteConnection.Synchronous = durability == .full ? .full : .normal
            let connection = try SQLiteConnection(
                path: path,
                synchronous: synchronous,
                pageSize: JournalWriter.pageSize
            )
            writer = try JournalWriter(connection: connection, clock: clock)
            logSchedule = JournalLog.Schedule(pageSize: try connection.pageSize)
            log = try JournalLog(path: path, synchronous: synchronous, executor: logExecutor)
            reader = try JournalReader(path: path, keys: keys, upcasters: upcasters, executor: readExecutor)
        } catch {
            throw JournalError(error)
        }
        self.executor = executor ?? ThreadExecutor(label: "journal")
        self.keys = keys
        self.random = random
        self.upcasters = upcasters
        try SQLiteJournal.checkLastRecords(writer.connection)
    }

    private static func checkLastRecords(_ connection: SQLiteConnection) throws(JournalError) {
        struct Last {
            var tenant: TenantID
            var sequence: Int64
            var leaf: [UInt8]
            var last: Int64?
            var bytes: [UInt8]?
        }
        let lasts: [Last]
        do throws(DatabaseError) {
            lasts = try connection.query(
                """
                SELECT t.tenant, t.seq, t.leaf, (SELECT max(seq) FROM records WHERE tenant = t.tenant), r.bytes
                FROM tenants AS t LEFT JOIN records AS r ON r.tenant = t.tenant AND r.seq = t.seq
                """
            ) {
                Last(
                    tenant: TenantID($0.text(0)),
                    sequence: $0.int(1),
                    leaf: $0.blob(2),
                    last: $0.intOrNil(3),
                    bytes: $0.blobOrNil(4)
                )
            }
        } catch {
            throw JournalError(error)
        }
        for last in lasts {
            func corrupted(_ reason: String) -> JournalError {
                .corrupted(tenant: last.tenant, sequence: last.sequence, reason: reason)
            }
            guard let bytes = last.bytes else { throw corrupted("the last record is missing") }
            guard last.last == last.sequence else { throw corrupted("records follow the last one") }
            guard HashChain.leaf(of: bytes) == last.leaf else { throw corrupted("the last record was edited") }
            do throws(RecordCodec.Failure) {
                _ = try RecordCodec.decode(bytes)
            } catch {
                throw corrupted(error.reason)
            }
        }
    }

    package nonisolated func append(_ append: JournalAppend) async throws(JournalError) -> [Record] {
        var drafts: [RecordCodec.Prepared] = []
        drafts.reserveCapacity(append.drafts.count)
        for draft in append.drafts {
            var key: SubjectKeys.SealingKey?
            if let subject = draft.subject {
                key = keys.rememberedKey(of: subject, in: append.tenant)
                if key == nil { key = try await keys.key(of: subject, in: append.tenant) }
            }
            let prepared = RecordCodec.prepare(
                draft,
                tenant: append.tenant,
                session: append.session,
                key: key,
                random: random
            )
            guard prepared.afterTime.count <= RecordCodec.bytesMax - 4096 else {
                throw .storage(code: 18, message: "a record has more than \(RecordCodec.bytesMax) bytes")
            }
            drafts.append(prepared)
        }
        return try await wait(for: JournalWriter.Prepared(append: append, drafts: drafts)).get()
    }

    private nonisolated func wait(for prepared: JournalWriter.Prepared) async -> Result<[Record], JournalError> {
        await withCheckedContinuation { continuation in
            let (isTaken, pause) = queue.with { queue -> (Bool, Duration?) in
                guard queue.appends.count < SQLiteJournal.waitingMax else { return (false, nil) }
                queue.appends.append(Waiting(prepared: prepared, continuation: continuation))
                return (true, queue.pause())
            }
            if let pause { commitLater(pause) }
            guard !isTaken else { return }
            let words = "\(SQLiteJournal.waitingMax) appends wait already"
            continuation.resume(returning: .failure(.storage(code: 5, message: words)))
        }
    }

    package nonisolated func save(_ snapshot: SessionSnapshot) async throws(JournalError) {
        // It rides with the next commit: a snapshot is not worth a wait for the disk of its own.
        let result = await withCheckedContinuation { continuation in
            let pause = queue.with { queue in
                queue.snapshots.append(WaitingSnapshot(snapshot: snapshot, continuation: continuation))
                return queue.pause()
            }
            if let pause { commitLater(pause) }
        }
        try result.get()
    }

    private nonisolated func commitLater(_ pause: Duration) {
        let commit: @Sendable () -> Void = { self.assumeIsolated { $0.commitWaiting() } }
        if pause > .zero { executor.run(after: pause, commit) } else { executor.run(commit) }
    }

    private func commitWaiting() {
        let (group, snapshots, pause) = queue.with { queue in
            queue.isCommitQueued = false
            let group = Array(queue.appends.prefix(SQLiteJournal.groupMax))
            queue.appends.removeFirst(group.count)
            let snapshots = queue.snapshots
            queue.snapshots = []
            queue.lastCommit = (.now, group.count)
            // Behind a shared commit the next one is queued at once: what comes until then need wake nobody.
            return (group, snapshots, group.count > 1 || !queue.appends.isEmpty ? queue.pause() : nil)
        }
        if let pause { commitLater(pause) }
        guard !group.isEmpty || !snapshots.isEmpty else { return }
        do throws(DatabaseError) {
            let results = try writer.commit(group.map(\.prepared), snapshots: snapshots.map(\.snapshot))
            commitCount += 1
            for (waiting, result) in zip(group, results) {
                guard case .success(let records) = result else { continue }
                let sizes = waiting.prepared.drafts.map { $0.afterTime.count + 512 }
                recent.add(records.map(upcasters.newest), sizes: sizes)
            }
            for (waiting, result) in zip(group, results) { waiting.continuation.resume(returning: result) }
            for waiting in snapshots { waiting.continuation.resume(returning: .success(())) }
        } catch {
            let failure = JournalError(error)
            for waiting in group { waiting.continuation.resume(returning: .failure(failure)) }
            for waiting in snapshots { waiting.continuation.resume(returning: .failure(failure)) }
        }
        if !group.isEmpty { committed.send() }
        takeOverLog()
    }

    private func takeOverLog() {
        guard logSchedule.committed(writer.connection.logPages) else { return }
        log.takeOver { self.executor.run { self.assumeIsolated { $0.logTakenOver() } } }
    }

    private func logTakenOver() {
        guard logSchedule.ended(writer.connection.logPages) else { return }
        try? writer.connection.takeOverLog()  // what is left in the log is tried again with the next step
    }

    package nonisolated func commits() -> AsyncStream<Void> { committed.listen() }

    package nonisolated func records(
        of tenant: TenantID,
        after sequence: Int64,
        limit: Int
    ) async throws(JournalError) -> [Record] {
        if let records = recent.records(of: tenant, after: sequence, limit: limit) { return records }
        return try await reader.records(of: tenant, after: sequence, limit: limit)
    }

    package nonisolated func records(
        of session: SessionID,
        in tenant: TenantID,
        afterVersion version: Int64
    ) async throws(JournalError) -> [Record] {
        try await reader.records(of: session, in: tenant, afterVersion: version)
    }

    package nonisolated func head(
        of session: SessionID,
        in tenant: TenantID
    ) async throws(JournalError) -> SessionHead? {
        try await reader.head(of: session, in: tenant)
    }

    package nonisolated func unsettledSessions() async throws(JournalError) -> [SessionHead] {
        try await reader.unsettledSessions()
    }

    package nonisolated func tenantHeads() async throws(JournalError) -> [TenantID: Int64] {
        try await reader.tenantHeads()
    }

    package nonisolated func snapshot(
        of session: SessionID,
        in tenant: TenantID
    ) async throws(JournalError) -> SessionSnapshot? {
        try await reader.snapshot(of: session, in: tenant)
    }

    /// Makes a subject's payloads unreadable for ever: destroys its keys, and the tenant's snapshots with what they
    /// hold of them.
    ///
    /// Projections still show what they took in before; rebuild them afterwards. How many keys there were.
    package nonisolated func erase(_ subject: SubjectID, in tenant: TenantID) async throws(JournalError) -> Int {
        let count = try await keys.erase(subject, in: tenant)
        recent.forget()
        try await dropSnapshots(of: tenant)
        return count
    }

    /// The tenants in which something is sealed for a subject.
    package nonisolated func tenants(of subject: SubjectID) async throws(JournalError) -> [TenantID] {
        try await keys.tenants(of: subject)
    }

    private func dropSnapshots(of tenant: TenantID) throws(JournalError) {
        do throws(DatabaseError) {
            try writer.connection.execute("DELETE FROM snapshots WHERE tenant = ?", [.id(tenant)])
            try writer.connection.truncateLog()
        } catch {
            throw JournalError(error)
        }
    }

    /// Keeps a checkpoint; one of the same size that is there already stays.
    package func keep(_ checkpoint: StoredCheckpoint) throws(JournalError) {
        do throws(DatabaseError) {
            try writer.connection.execute(
                "INSERT OR IGNORE INTO checkpoints(tenant, size, time, note, frontier) VALUES (?, ?, ?, ?, ?)",
                [
                    .id(checkpoint.tenant), .integer(checkpoint.size), .integer(checkpoint.time.milliseconds),
                    .text(checkpoint.note), .blob(checkpoint.frontier.hashes),
                ]
            )
        } catch {
            throw JournalError(error)
        }
    }

    /// Runs maintenance with the writing connection, between commits.
    func maintain<T: Sendable>(_ body: @Sendable (SQLiteConnection) throws -> T) throws -> T {
        // What it changes is read from the file.
        defer { recent.forget() }
        return try body(writer.connection)
    }
}
