/// Keeps the projections in `views.db` up to date with the journal, and reads them.
///
/// The file is disposable: `rebuild` makes a new one from the journal while this one goes on serving, and puts it in
/// its place. Writing and reading have a connection and a thread each. Records are taken in `batchMax` at a time, so
/// memory is bounded by their size. What was erased disappears from the views by a rebuild.
package actor ProjectionStore {
    /// What a busy tenant writes in some turns' time: rows of turns that lie within a batch are written once.
    static let batchMax = 2000

    private let path: String
    private let projections: [any Projection]
    private let journal: any Journal
    private let executor: any SerialExecutor
    private let reader: Database
    /// `nil` while a rebuilt file is put in place.
    private var file: ProjectionFile?
    private var isRebuilding = false
    private var waitingForFile = Waiters()

    package nonisolated var unownedExecutor: UnownedSerialExecutor { executor.asUnownedSerialExecutor() }

    /// Opens the file, or makes it; blocks meanwhile.
    ///
    /// A file that is damaged is thrown away: it can be made again.
    package init(
        path: String,
        projections: [any Projection],
        journal: any Journal,
        executor: (any SerialExecutor)? = nil,
        readExecutor: (any SerialWorkExecutor)? = nil
    ) throws(DatabaseError) {
        var file: ProjectionFile
        do throws(DatabaseError) {
            file = try ProjectionFile(path: path, projections: projections)
        } catch {
            guard error.isCorrupt else { throw error }
            DataFolder.removeDatabase(path)
            file = try ProjectionFile(path: path, projections: projections)
        }
        reader = try Database(path: path, mode: .readOnly, label: "views.reader", executor: readExecutor)
        self.path = path
        self.projections = projections
        self.journal = journal
        self.file = file
        self.executor = executor ?? ThreadExecutor(label: "views")
    }

    /// Follows the journal until cancelled, each time at least `pause` after the last.
    ///
    /// Commits that come meanwhile are taken in together; who must see a record at once asks with `caughtUp`. A
    /// failure (disk full, most often) is reported and tried again after the next commit; the views are then behind,
    /// never wrong.
    package func run(
        clock: any Clock<Duration>,
        pause: Duration = .milliseconds(200),
        onFailure: @Sendable (any Error) -> Void = { _ in }
    ) async throws {
        let signals = journal.commits()
        await follow(onFailure)
        for await _ in signals {
            await follow(onFailure)
            try await clock.sleep(for: pause)
        }
        try Task.checkCancellation()
    }

    private func follow(_ onFailure: @Sendable (any Error) -> Void) async {
        do {
            try await catchUp()
        } catch is CancellationError {
            return
        } catch {
            onFailure(error)
        }
    }

    /// Takes in what every tenant's journal has beyond what was read.
    package func catchUp() async throws {
        // Progress first: heads that are read later can only be further.
        let known = await openFile().progress
        let heads = try await journal.tenantHeads()
        for (tenant, head) in heads.sorted(by: { $0.key < $1.key }) {
            try Task.checkCancellation()
            guard head >= known[tenant] ?? 0 else {
                try await startOver()
                return try await catchUp()
            }
            try await catchUp(tenant, to: head)
        }
    }

    /// Returns when the views hold at least the records of a tenant up to a number.
    ///
    /// Who has appended a record and reads the views sees it.
    package func caughtUp(_ tenant: TenantID, to sequence: Int64) async throws {
        try await catchUp(tenant, to: sequence)
    }

    private func catchUp(_ tenant: TenantID, to head: Int64) async throws {
        while true {
            let done = await openFile().progress[tenant] ?? 0
            guard done < head else { return }
            let records = try await journal.records(of: tenant, after: done, limit: ProjectionStore.batchMax)
            guard !records.isEmpty else { return }
            do {
                // Another call may have taken some of them in meanwhile; those are passed over.
                let beginning = try await journal.beginning(of: tenant)
                try await openFile().apply(records, of: tenant, after: beginning)
            } catch is ProjectionFile.Diverged {
                try await startOver()
            }
        }
    }

    private func startOver() async throws(DatabaseError) { try await openFile().reset() }

    private func openFile() async -> ProjectionFile {
        while true {
            if let file { return file }
            await withCheckedContinuation { waitingForFile.add($0, unless: file != nil) }
        }
    }

    /// Reads the views; a cancelled task interrupts it.
    package nonisolated func read<T: Sendable>(
        _ body: @escaping @Sendable (SQLiteConnection) throws -> T
    ) async throws -> T {
        try await reader.perform(body)
    }

    // MARK: - Rebuilding

    /// Makes the views anew from the journal and puts them in place, while the old ones serve.
    ///
    /// - Throws: `conflict` when a rebuild is running; whatever went wrong, the old views stay.
    package func rebuild() async throws {
        guard !isRebuilding else { throw AgentError(.conflict, "The views are being rebuilt already.") }
        isRebuilding = true
        defer { isRebuilding = false }
        let new = path + ".new"
        DataFolder.removeDatabase(new)
        try await fill(new)
        // From here on nothing else happens in this actor until the file is open again: see openFile.
        file = nil
        let path = path
        do {
            try await reader.reopen {
                // Both old connections are closed, and with them the log; one left over would belong to a dead file.
                try DataFolder.replaceDatabase(path, with: new)
            }
            try open()
        } catch {
            try open()
            throw error
        }
    }

    /// Reads the whole journal into a new file, at least as far as the old one, and closes it.
    private func fill(_ path: String) async throws {
        let fresh = try ProjectionFile(path: path, projections: projections)
        repeat {
            for (tenant, head) in try await journal.tenantHeads().sorted(by: { $0.key < $1.key }) {
                while case let done = fresh.progress[tenant] ?? 0, done < head {
                    try Task.checkCancellation()
                    let records = try await journal.records(of: tenant, after: done, limit: ProjectionStore.batchMax)
                    guard !records.isEmpty else { break }
                    try fresh.apply(records, of: tenant, after: try await journal.beginning(of: tenant))
                }
            }
        } while await !fresh.isAsFar(as: openFile())
        try fresh.check()
        try fresh.connection.truncateLog()
    }

    private func open() throws(DatabaseError) {
        defer { waitingForFile.resumeAll() }
        file = try ProjectionFile(path: path, projections: projections)
    }
}
