/// The sessions that are awake, one for each conversation in use; it wakes them and puts them to sleep.
///
/// A session wakes on the thread that asks for it. When more than `awakeMax` are awake, those that were asked for
/// longest ago and do nothing are put to sleep; their conversations lie in the journal.
package actor SessionDirectory {
    private struct Key: Hashable {
        var tenant: TenantID
        var session: SessionID
    }

    private struct Entry {
        var session: Session
        var lastUse: UInt64
    }

    /// Those that are awake; asked for from every loop, so behind a lock and not a change of threads.
    private struct Awake {
        var entries: [Key: Entry] = [:]
        var uses: UInt64 = 0
        var isRetiring = false
        /// How many must be awake for some to be put to sleep: more than `awakeMax` where those that were tried were
        /// at work.
        var retiredAbove = 0

        mutating func use(_ key: Key) -> Session? {
            guard let index = entries.index(forKey: key) else { return nil }
            uses += 1
            entries.values[index].lastUse = uses
            return entries.values[index].session
        }

        mutating func keep(_ session: Session, _ key: Key) {
            uses += 1
            entries[key] = Entry(session: session, lastUse: uses)
        }

        /// Those that were asked for longest ago, where it is time to put some to sleep and nobody does.
        ///
        /// `step` more than are too many, since each time takes a look at all.
        mutating func takeOldest(above awakeMax: Int, step: Int) -> [(key: Key, session: Session)] {
            guard !isRetiring, entries.count > max(awakeMax, retiredAbove) else { return [] }
            isRetiring = true
            let count = entries.count - awakeMax + step
            let newest = entries.values.map(\.lastUse).sorted()[min(count, entries.count) - 1]
            return entries.compactMap { $0.value.lastUse <= newest ? ($0.key, $0.value.session) : nil }
        }

        /// Those that were not put to sleep are at work: they are tried again when there are some more.
        mutating func endRetiring(above awakeMax: Int, step: Int) {
            isRetiring = false
            retiredAbove = entries.count > awakeMax ? entries.count + step : 0
        }

        /// Only this very session: another may have taken its place.
        mutating func drop(_ session: Session, _ key: Key) {
            if entries[key]?.session === session { entries[key] = nil }
        }
    }

    private let services: SessionServices
    private let awakeMax: Int
    private nonisolated var retiringStep: Int { awakeMax / 40 }
    private nonisolated let executor: any SerialExecutor
    private let awake = Guarded(Awake())
    private var waking: [Key: Waiters] = [:]
    private var pieces: [Key: [TailPiece]]

    package nonisolated var unownedExecutor: UnownedSerialExecutor { executor.asUnownedSerialExecutor() }

    /// Takes what the tails of a former process held, and the executor that the directory itself runs on.
    package init(
        services: SessionServices,
        recovered pieces: [TailPiece],
        awakeMax: Int = 10_000,
        executor: any SerialExecutor
    ) {
        self.services = services
        self.awakeMax = awakeMax
        self.executor = executor
        self.pieces = Dictionary(grouping: pieces) { Key(tenant: $0.tenant, session: $0.session) }
    }

    /// Begins a conversation in which nothing is asked yet.
    package nonisolated func create(_ new: NewConversation, on place: SessionPlace) async throws -> Session {
        let session = session(for: new, on: place)
        _ = try await session.start(new)
        await keep(session, Key(tenant: session.tenant, session: session.id))
        return session
    }

    /// Begins a conversation with its first message; see `Session.start`.
    package nonisolated func begin(
        _ new: NewConversation,
        with message: IncomingMessage,
        on place: SessionPlace
    ) async throws -> (session: SessionID, accepted: AcceptedMessage) {
        let session = session(for: new, on: place)
        guard let accepted = try await session.start(new, first: message) else { throw SessionRetired() }
        await keep(session, Key(tenant: session.tenant, session: session.id))
        return (session.id, accepted)
    }

    private nonisolated func session(for new: NewConversation, on place: SessionPlace) -> Session {
        let id = new.id ?? SessionID(services.identifiers.next("conv"))
        let conversation = Conversation(tenant: new.owner.tenant, id: id, historyLimit: services.limits.history)
        return Session(
            conversation,
            snapshotVersion: 0,
            services: services,
            place: place,
            letSleep: new.isSingle ? { @Sendable [self] session in forget(session) } : nil
        )
    }

    /// The session over a conversation, woken on `place` if it sleeps; `not_found` when there is no such conversation.
    package nonisolated func session(
        _ id: SessionID,
        in tenant: TenantID,
        on place: SessionPlace
    ) async throws -> Session {
        let key = Key(tenant: tenant, session: id)
        if let session = awake.with({ $0.use(key) }) { return session }
        return try await woken(key, on: place)
    }

    private func woken(_ key: Key, on place: SessionPlace) async throws -> Session {
        while true {
            if let session = awake.with({ $0.use(key) }) { return session }
            guard waking[key] != nil else { break }
            await withCheckedContinuation { continuation in
                guard waking[key] != nil else { return continuation.resume() }
                waking[key]?.add(continuation)
            }
        }
        waking[key] = Waiters()
        defer {
            waking[key]?.resumeAll()
            waking[key] = nil
        }
        let session = try await wake(key, on: place)
        await keep(session, key)
        return session
    }

    /// Does something with a session that is awake; nothing where it sleeps.
    package nonisolated func withAwake(
        _ id: SessionID,
        in tenant: TenantID,
        _ body: @Sendable (Session) async -> Void
    ) async {
        if let session = awake.with({ $0.use(Key(tenant: tenant, session: id)) }) { await body(session) }
    }

    /// Does something with a session, again with a fresh one when it was retired in between.
    package nonisolated func with<Result: Sendable>(
        _ id: SessionID,
        in tenant: TenantID,
        on place: SessionPlace,
        _ body: @Sendable (Session) async throws -> Result
    ) async throws -> Result {
        for _ in 0..<3 {
            let session = try await session(id, in: tenant, on: place)
            do {
                return try await body(session)
            } catch is SessionRetired {
                forget(session)
            }
        }
        throw AgentError(.conflict, "The conversation is being moved; try again.", isRetryable: true)
    }

    /// Wakes every session that a former process left with an unended turn, and takes those turns up.
    ///
    /// `place`: where the n-th of them is to live.
    package func settleAll(_ place: @Sendable (Int) -> SessionPlace) async throws {
        let heads: [SessionHead]
        do {
            heads = try await services.journal.unsettledSessions()
        } catch {
            throw AgentError(journal: error)
        }
        for (number, head) in heads.enumerated() {
            do {
                _ = try await session(head.session, in: head.tenant, on: place(number))
            } catch {
                services.observer.fault("could not be woken: \(error)", session: head.session, tenant: head.tenant)
            }
        }
    }

    /// Waits until no session runs a turn.
    package func drain() async {
        let entries = awake.with { Array($0.entries.values) }
        for entry in entries.sorted(by: { $0.lastUse < $1.lastUse }) { await entry.session.drain() }
    }

    package nonisolated var awakeCount: Int { awake.with { $0.entries.count } }

    private nonisolated func forget(_ session: Session) {
        awake.with { $0.drop(session, Key(tenant: session.tenant, session: session.id)) }
    }

    private func wake(_ key: Key, on place: SessionPlace) async throws -> Session {
        var conversation = Conversation(tenant: key.tenant, id: key.session, historyLimit: services.limits.history)
        var snapshotVersion: Int64 = 0
        do {
            if let snapshot = try await services.journal.snapshot(of: key.session, in: key.tenant),
                let kept = Conversation(snapshot, historyLimit: services.limits.history)
            {
                conversation = kept
                snapshotVersion = snapshot.version
            }
            let records = try await services.journal.records(
                of: key.session,
                in: key.tenant,
                afterVersion: snapshotVersion
            )
            for record in records { conversation.apply(record) }
        } catch {
            throw AgentError(journal: error)
        }
        guard conversation.isStarted, !conversation.isDeleted else { throw AgentError.noSuchConversation }
        let session = Session(conversation, snapshotVersion: snapshotVersion, services: services, place: place)
        if !conversation.unended.isEmpty { await session.settle(pieces.removeValue(forKey: key) ?? []) }
        return session
    }

    /// Keeps a session awake; puts others to sleep where there are too many.
    ///
    /// One caller at a time does that, and no other waits for it: each session is asked on the thread that it lives on,
    /// which may be busy.
    private nonisolated func keep(_ session: Session, _ key: Key) async {
        var oldest = awake.with { awake in
            awake.keep(session, key)
            return awake.takeOldest(above: awakeMax, step: retiringStep)
        }
        guard !oldest.isEmpty else { return }
        await withTaskGroup(of: Void.self) { group in
            // Given away one by one, so that each is let go of on its own thread and not all of them here.
            while let (key, session) = oldest.popLast() {
                group.addTask { [awake] in
                    if await session.retireIfIdle() { awake.with { $0.drop(session, key) } }
                }
            }
        }
        awake.with { $0.endRetiring(above: awakeMax, step: retiringStep) }
    }
}
