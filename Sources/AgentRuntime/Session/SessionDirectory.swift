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

    private let services: SessionServices
    private let awakeMax: Int
    private nonisolated let executor: any SerialExecutor
    private var awake: [Key: Entry] = [:]
    private var waking: [Key: [CheckedContinuation<Void, Never>]] = [:]
    private var pieces: [Key: [TailPiece]]
    private var uses: UInt64 = 0

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

    /// Begins a conversation.
    package func create(
        in tenant: TenantID,
        owner: Principal,
        options: SessionOptions,
        title: String? = nil,
        context: JSONValue = .null,
        metadata: JSONValue = .null,
        history: [HistoryTurn] = [],
        id: SessionID? = nil,
        on place: SessionPlace
    ) async throws -> Session {
        let id = id ?? SessionID(services.identifiers.next("conv"))
        let conversation = Conversation(tenant: tenant, id: id, historyLimit: services.limits.history)
        let session = Session(conversation, snapshotVersion: 0, services: services, place: place)
        try await session.start(
            owner: owner,
            options: options,
            title: title,
            context: context,
            metadata: metadata,
            history: history
        )
        await keep(session, Key(tenant: tenant, session: id))
        return session
    }

    /// The session over a conversation, woken on `place` if it sleeps; `not_found` when there is no such conversation.
    package func session(_ id: SessionID, in tenant: TenantID, on place: SessionPlace) async throws -> Session {
        let key = Key(tenant: tenant, session: id)
        while true {
            if let entry = awake[key] {
                uses += 1
                awake[key]?.lastUse = uses
                return entry.session
            }
            guard waking[key] != nil else { break }
            await withCheckedContinuation { waking[key]?.append($0) }
        }
        waking[key] = []
        defer {
            for continuation in waking.removeValue(forKey: key) ?? [] { continuation.resume() }
        }
        let session = try await wake(key, on: place)
        await keep(session, key)
        return session
    }

    /// Does something with a session, again with a fresh one when it was retired in between.
    package func with<Result: Sendable>(
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
        for entry in awake.values.sorted(by: { $0.lastUse < $1.lastUse }) { await entry.session.drain() }
    }

    package var awakeCount: Int { awake.count }

    private func forget(_ session: Session) {
        let key = Key(tenant: session.tenant, session: session.id)
        if awake[key]?.session === session { awake[key] = nil }
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

    private func keep(_ session: Session, _ key: Key) async {
        uses += 1
        awake[key] = Entry(session: session, lastUse: uses)
        guard awake.count > awakeMax else { return }
        let oldest = awake.sorted { $0.value.lastUse < $1.value.lastUse }.prefix(max(1, awakeMax / 10))
        for (key, entry) in oldest where await entry.session.retireIfIdle() {
            if awake[key]?.session === entry.session { awake[key] = nil }
        }
    }
}
