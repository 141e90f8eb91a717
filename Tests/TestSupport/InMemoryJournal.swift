package import AgentRuntime
internal import Synchronization

/// A journal in memory: the disk of a simulation.
///
/// It outlives the processes that write to it.
///
/// `faults` is asked before each append; an append may fail before it happens, or happen and never be answered when
/// the process is killed in between.
package final class InMemoryJournal: Journal {
    fileprivate struct Store {
        var records: [TenantID: [Record]] = [:]
        var heads: [SessionID: SessionHead] = [:]
        var snapshots: [SessionID: SessionSnapshot] = [:]
    }

    private let store = Mutex(Store())
    private let wallClock: any WallClock
    private let faults: @Sendable () -> Bool
    /// Somewhere to be interrupted: before an append happens and before it is answered.
    private let pause: @Sendable () async -> Void

    package init(
        wallClock: any WallClock,
        faults: @escaping @Sendable () -> Bool = { false },
        pause: @escaping @Sendable () async -> Void = {}
    ) {
        self.wallClock = wallClock
        self.faults = faults
        self.pause = pause
    }

    package func append(_ append: JournalAppend) async throws(JournalError) -> [Record] {
        await pause()
        if faults() { throw .storage(code: 13, message: "database or disk is full") }
        let now = wallClock.now()
        let result = store.withLock { store in store.append(append, at: now) }
        await pause()
        return try result.get()
    }

    package func records(of tenant: TenantID, after sequence: Int64, limit: Int) async throws(JournalError) -> [Record]
    {
        let all = store.withLock { $0.records[tenant] ?? [] }
        return Array(all.filter { $0.sequence > sequence }.prefix(limit))
    }

    package func records(
        of session: SessionID,
        in tenant: TenantID,
        afterVersion version: Int64
    ) async throws(JournalError) -> [Record] {
        await pause()
        return store.withLock { $0.records[tenant] ?? [] }.filter { $0.session == session && $0.version > version }
    }

    package func head(of session: SessionID, in tenant: TenantID) async throws(JournalError) -> SessionHead? {
        store.withLock { $0.heads[session] }.flatMap { $0.tenant == tenant ? $0 : nil }
    }

    package func unsettledSessions() async throws(JournalError) -> [SessionHead] {
        store.withLock { $0.heads.values.filter(\.isUnsettled).sorted { $0.session < $1.session } }
    }

    package func tenantHeads() async throws(JournalError) -> [TenantID: Int64] {
        store.withLock { $0.records.mapValues { $0.last?.sequence ?? 0 } }
    }

    package func save(_ snapshot: SessionSnapshot) async throws(JournalError) {
        store.withLock { $0.snapshots[snapshot.session] = snapshot }
    }

    package func snapshot(of session: SessionID, in tenant: TenantID) async throws(JournalError) -> SessionSnapshot? {
        store.withLock { $0.snapshots[session] }
    }

    package func commits() -> AsyncStream<Void> { AsyncStream { $0.finish() } }

    /// Everything that was appended, for invariants.
    package func all(of tenant: TenantID) -> [Record] { store.withLock { $0.records[tenant] ?? [] } }
}

extension InMemoryJournal.Store {
    fileprivate mutating func append(_ append: JournalAppend, at now: Timestamp) -> Result<[Record], JournalError> {
        var version: Int64 = 0
        if let session = append.session {
            version = heads[session]?.version ?? 0
            guard version == append.expectedVersion else { return .failure(.versionConflict(actual: version)) }
        }
        var appended: [Record] = []
        for draft in append.drafts {
            let last = records[append.tenant]?.last
            if append.session != nil { version += 1 }
            let previous = last?.leaf ?? [UInt8](repeating: 0, count: 32)
            let body = Array("\(draft.kind)".utf8) + draft.payload.bytes()
            let record = Record(
                tenant: append.tenant,
                sequence: (last?.sequence ?? 0) + 1,
                session: append.session,
                version: version,
                turn: draft.turn,
                kind: draft.kind,
                kindVersion: draft.kindVersion,
                wallTime: now,
                actor: draft.actor,
                subject: draft.subject,
                labels: draft.labels,
                payload: draft.payload,
                previousLeaf: previous,
                leaf: SHA256.hash([0] + previous + body)
            )
            records[append.tenant, default: []].append(record)
            appended.append(record)
        }
        if let session = append.session {
            heads[session] = SessionHead(
                tenant: append.tenant,
                session: session,
                version: version,
                lastSequence: appended.last?.sequence ?? heads[session]?.lastSequence ?? 0,
                isUnsettled: append.isUnsettled
            )
        }
        return .success(appended)
    }
}
