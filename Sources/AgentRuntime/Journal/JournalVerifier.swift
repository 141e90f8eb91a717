// Checks that a journal is what was written: run beside a serving process, or on a copy of the file.
//
// It reads the stored bytes in order and hashes each once; nothing is parsed but the few members at the front, whose
// place is known. All is read in one transaction, so that records and heads are of the same moment.
//
// What it cannot see: the end of a tenant cut off together with its heads. Checkpoints kept elsewhere are for that.

/// What a verification found.
package struct JournalVerification: Sendable, Hashable {
    package struct Tenant: Sendable, Hashable {
        package var tenant: TenantID
        package var records: Int64
        package var sessions: Int
        /// The leaf of the last record.
        package var leaf: [UInt8]
    }

    /// The first record that does not hold.
    package struct Failure: Sendable, Hashable {
        package enum Reason: String, Sendable, Hashable {
            /// Its bytes are not those that were written.
            case edited
            /// No record has its number.
            case missing
            /// It lies in the place of another.
            case reordered
            /// The records end before their head says.
            case truncated
            /// It continues its session wrongly, or a session's head does not agree with its records.
            case session
            /// The file does not give it back.
            case unreadable
        }

        package var tenant: TenantID
        package var sequence: Int64
        package var reason: Reason
        /// In words, for a person.
        package var detail: String
    }

    /// The tenants that hold, in order of name.
    package var tenants: [Tenant] = []
    package var failure: Failure?

    package var holds: Bool { failure == nil }
    package var records: Int64 { tenants.reduce(0) { $0 + $1.records } }
}

/// Walks the records of a journal file.
package struct JournalVerifier {
    private let connection: SQLiteConnection

    /// Opens the file for reading only.
    package init(path: String) throws(JournalError) {
        do throws(DatabaseError) {
            connection = try SQLiteConnection(path: path, mode: .readOnly)
            let version = try connection.schemaVersion()
            guard version == JournalWriter.migrations.count else {
                throw DatabaseError(
                    code: 1,
                    message: "\(path) has journal format \(version); this program verifies format "
                        + "\(JournalWriter.migrations.count)"
                )
            }
        } catch {
            throw JournalError(error)
        }
    }

    /// Verifies one tenant, or all; stops at the first record that does not hold.
    ///
    /// Blocks while it reads.
    package func verify(_ tenant: TenantID? = nil) throws(JournalError) -> JournalVerification {
        var result = JournalVerification()
        do throws(DatabaseError) {
            try connection.execute("BEGIN")
            defer { connection.rollBack() }
            let names = if let tenant { [tenant] } else { try tenants() }
            for tenant in names {
                var chain = TenantChain(tenant: tenant, connection: connection)
                if let failure = chain.walk() {
                    result.failure = failure
                    return result
                }
                result.tenants.append(chain.summary)
            }
            return result
        } catch {
            throw JournalError(error)
        }
    }

    /// All tenants that have a head or records.
    private func tenants() throws(DatabaseError) -> [TenantID] {
        var names = Set(try connection.query("SELECT tenant FROM tenants") { $0.text(0) })
        var last = ""
        // One look into the key per tenant; DISTINCT would read every row.
        while let next = try connection.first(
            "SELECT tenant FROM records WHERE tenant > ? ORDER BY tenant LIMIT 1",
            [.text(last)],
            { $0.text(0) }
        ) {
            names.insert(next)
            last = next
        }
        return names.sorted().map { TenantID($0) }
    }
}
