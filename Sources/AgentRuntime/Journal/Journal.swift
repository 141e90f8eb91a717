/// The one account of what happened: an append-only sequence of records per tenant.
///
/// SQLite holds it on one machine; another store may stand behind the same protocol.
package protocol Journal: Sendable {
    /// Appends drafts of one tenant, all or none, in order; they are durable when this returns.
    ///
    /// A cancelled task still gets its answer: an append is never abandoned half-way.
    /// - Throws: `JournalError.versionConflict` when the session is not at `append.expectedVersion`;
    ///   `.storage` when the disk is full or the store failed, and then nothing was appended.
    func append(_ append: JournalAppend) async throws(JournalError) -> [Record]

    /// Records of a tenant after a sequence number, oldest first, at most `limit`.
    func records(of tenant: TenantID, after sequence: Int64, limit: Int) async throws(JournalError) -> [Record]

    /// Records of one session with a version above the given one, oldest first.
    func records(
        of session: SessionID,
        in tenant: TenantID,
        afterVersion version: Int64
    ) async throws(JournalError) -> [Record]

    /// Where a session stands; `nil` when the tenant has no such session.
    func head(of session: SessionID, in tenant: TenantID) async throws(JournalError) -> SessionHead?

    /// Sessions whose last append said that a turn of theirs has not ended.
    func unsettledSessions() async throws(JournalError) -> [SessionHead]

    /// Where a tenant's records begin when older ones were dropped.
    func beginning(of tenant: TenantID) async throws(JournalError) -> JournalBeginning

    /// The last sequence number of each tenant.
    func tenantHeads() async throws(JournalError) -> [TenantID: Int64]

    /// Keeps a session's state, so that waking it need not read all its records.
    ///
    /// An older snapshot is replaced.
    func save(_ snapshot: SessionSnapshot) async throws(JournalError)

    func snapshot(of session: SessionID, in tenant: TenantID) async throws(JournalError) -> SessionSnapshot?

    /// A signal after each commit; several commits may come as one.
    ///
    /// Ends when the consumer stops.
    ///
    /// Subscribers read by sequence number, so a slow one costs no memory.
    func commits() -> AsyncStream<Void>
}

/// What one call appends.
package struct JournalAppend: Sendable {
    package var tenant: TenantID
    package var session: SessionID?
    /// The session's version that the writer knows; 0 for a new session.
    ///
    /// Ignored without a session.
    package var expectedVersion: Int64
    /// Whether the session has an unended turn after this append; found again by `unsettledSessions`.
    package var isUnsettled: Bool
    package var drafts: [RecordDraft]

    package init(
        tenant: TenantID,
        session: SessionID? = nil,
        expectedVersion: Int64 = 0,
        isUnsettled: Bool = false,
        drafts: [RecordDraft]
    ) {
        self.tenant = tenant
        self.session = session
        self.expectedVersion = expectedVersion
        self.isUnsettled = isUnsettled
        self.drafts = drafts
    }
}

/// Where a session stands in the journal.
package struct SessionHead: Sendable, Hashable {
    package var tenant: TenantID
    package var session: SessionID
    package var version: Int64
    package var lastSequence: Int64
    package var isUnsettled: Bool

    package init(tenant: TenantID, session: SessionID, version: Int64, lastSequence: Int64, isUnsettled: Bool) {
        self.tenant = tenant
        self.session = session
        self.version = version
        self.lastSequence = lastSequence
        self.isUnsettled = isUnsettled
    }
}

/// A session's state after the record of that version; disposable, as the records can rebuild it.
package struct SessionSnapshot: Sendable, Hashable {
    package var tenant: TenantID
    package var session: SessionID
    package var version: Int64
    /// The layout of `state`; a snapshot of another layout is ignored.
    package var format: Int
    package var state: JSONValue

    package init(tenant: TenantID, session: SessionID, version: Int64, format: Int, state: JSONValue) {
        self.tenant = tenant
        self.session = session
        self.version = version
        self.format = format
        self.state = state
    }
}

/// Why the journal could not do what it was asked.
package enum JournalError: Error, Sendable, Equatable {
    /// Someone else has appended to the session; its version now.
    case versionConflict(actual: Int64)
    /// The store refused: its code and words.
    case storage(code: Int, message: String)
    /// A stored record does not read back as one.
    case corrupted(tenant: TenantID, sequence: Int64, reason: String)
}
