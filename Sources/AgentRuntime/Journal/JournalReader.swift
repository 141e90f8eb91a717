/// Reads the journal on a connection and thread of its own, so that no reader waits for a commit to reach the disk.
actor JournalReader {
    private let executor: any SerialExecutor
    let connection: SQLiteConnection
    private let keys: SubjectKeys
    private let upcasters: RecordUpcasters

    nonisolated var unownedExecutor: UnownedSerialExecutor { executor.asUnownedSerialExecutor() }

    init(
        path: String,
        keys: SubjectKeys,
        upcasters: RecordUpcasters,
        executor: (any SerialExecutor)?
    ) throws(DatabaseError) {
        connection = try SQLiteConnection(path: path, mode: .readOnly)
        self.keys = keys
        self.upcasters = upcasters
        self.executor = executor ?? ThreadExecutor(label: "journal.reader")
    }

    private struct StoredRow: Sendable {
        var sequence: Int64
        var bytes: [UInt8]
    }

    func records(of tenant: TenantID, after sequence: Int64, limit: Int) async throws(JournalError) -> [Record] {
        let rows: [StoredRow]
        do throws(DatabaseError) {
            rows = try connection.query(
                "SELECT seq, bytes FROM records WHERE tenant = ? AND seq > ? ORDER BY seq LIMIT ?",
                [.id(tenant), .integer(sequence), .int(max(0, limit))]
            ) { StoredRow(sequence: $0.int(0), bytes: $0.blob(1)) }
        } catch {
            throw JournalError(error, tenant, after: sequence)
        }
        return try await decode(rows, of: tenant)
    }

    /// Walks back from the session's head: an index over sessions would cost every append a random page.
    func records(
        of session: SessionID,
        in tenant: TenantID,
        afterVersion version: Int64
    ) async throws(JournalError) -> [Record] {
        guard let head = try head(of: session, in: tenant), head.version > version else { return [] }
        var rows: [StoredRow] = []
        rows.reserveCapacity(Int(head.version - max(0, version)))
        var next: Int64? = head.lastSequence
        var reached = head.version
        while let sequence = next, reached > max(0, version) {
            let found: (bytes: [UInt8], previous: Int64?)?
            do throws(DatabaseError) {
                found = try connection.first(
                    "SELECT bytes, previous_in_session FROM records WHERE tenant = ? AND seq = ?",
                    [.id(tenant), .integer(sequence)]
                ) { ($0.blob(0), $0.intOrNil(1)) }
            } catch {
                throw JournalError(error, tenant, after: sequence - 1)
            }
            guard let found else {
                throw .corrupted(tenant: tenant, sequence: sequence, reason: "a session's record is missing")
            }
            rows.append(StoredRow(sequence: sequence, bytes: found.bytes))
            next = found.previous
            reached -= 1
        }
        rows.reverse()
        let records = try await decode(rows, of: tenant)
        var expected = reached
        for record in records {
            expected += 1
            guard record.session == session, record.version == expected else {
                let reason = "it is not version \(expected) of session \(session)"
                throw .corrupted(tenant: tenant, sequence: record.sequence, reason: reason)
            }
        }
        return records
    }

    func head(of session: SessionID, in tenant: TenantID) throws(JournalError) -> SessionHead? {
        try heads("WHERE tenant = ? AND session = ?", [.id(tenant), .id(session)]).first
    }

    func unsettledSessions() throws(JournalError) -> [SessionHead] {
        try heads("WHERE unsettled = 1 ORDER BY tenant, session")
    }

    private func heads(_ clause: String, _ arguments: [SQLValue] = []) throws(JournalError) -> [SessionHead] {
        do throws(DatabaseError) {
            let sql = "SELECT tenant, session, version, last_seq, unsettled FROM heads \(clause)"
            return try connection.query(sql, arguments) { row in
                SessionHead(
                    tenant: TenantID(row.text(0)),
                    session: SessionID(row.text(1)),
                    version: row.int(2),
                    lastSequence: row.int(3),
                    isUnsettled: row.bool(4)
                )
            }
        } catch {
            throw JournalError(error)
        }
    }

    func tenantHeads() throws(JournalError) -> [TenantID: Int64] {
        do throws(DatabaseError) {
            let rows = try connection.query("SELECT tenant, seq FROM tenants") { (TenantID($0.text(0)), $0.int(1)) }
            return Dictionary(rows) { max($0, $1) }
        } catch {
            throw JournalError(error)
        }
    }

    func snapshot(of session: SessionID, in tenant: TenantID) throws(JournalError) -> SessionSnapshot? {
        let row: (version: Int64, format: Int64, state: [UInt8])?
        do throws(DatabaseError) {
            row = try connection.first(
                "SELECT version, format, state FROM snapshots WHERE tenant = ? AND session = ?",
                [.id(tenant), .id(session)]
            ) { ($0.int(0), $0.int(1), $0.blob(2)) }
        } catch {
            throw JournalError(error)
        }
        // A snapshot that does not read is as good as none: the records rebuild it.
        guard let row, let state = try? JSONValue(parsing: row.state, limits: JSONLimits(depth: 128, bytes: 1 << 30))
        else { return nil }
        return SessionSnapshot(
            tenant: tenant,
            session: session,
            version: row.version,
            format: Int(row.format),
            state: state
        )
    }

    private func decode(_ rows: [StoredRow], of tenant: TenantID) async throws(JournalError) -> [Record] {
        var records: [Record] = []
        records.reserveCapacity(rows.count)
        for row in rows {
            do throws(RecordCodec.Failure) {
                let stored = try RecordCodec.decode(row.bytes)
                guard stored.record.tenant == tenant, stored.record.sequence == row.sequence else {
                    throw RecordCodec.Failure(reason: "it lies in another record's place")
                }
                records.append(stored.record)
                guard let sealed = stored.sealed else { continue }
                let state: SubjectKeys.State?
                if let remembered = keys.rememberedState(of: sealed.key) {
                    state = remembered
                } else {
                    do throws(JournalError) {
                        state = try await keys.state(of: sealed.key)
                    } catch {
                        throw RecordCodec.Failure(reason: "its key cannot be read: \(error)")
                    }
                }
                switch state {
                case .key(let key):
                    let payload = try RecordCodec.open(sealed, of: stored.record, key: key)
                    records[records.count - 1] = stored.record.with(payload: payload)
                case .erased: break
                case nil: throw RecordCodec.Failure(reason: "its key \(sealed.key) is not in keys.db")
                }
            } catch {
                throw .corrupted(tenant: tenant, sequence: row.sequence, reason: error.reason)
            }
        }
        return records.map(upcasters.newest)
    }
}

extension JournalError {
    /// A failed read: damage is named by the first record that could not be read.
    init(_ error: DatabaseError, _ tenant: TenantID, after sequence: Int64) {
        self =
            error.isCorrupt
            ? .corrupted(tenant: tenant, sequence: sequence + 1, reason: error.description) : JournalError(error)
    }
}
