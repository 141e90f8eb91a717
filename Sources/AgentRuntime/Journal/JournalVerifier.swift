// Checks that a journal is what was written: run beside a serving process, or on a copy of the file.
//
// It reads the stored bytes in order and hashes each once; nothing is parsed but the few members at the front, whose
// place is known. All is read in one transaction, so that records and heads are of the same moment.
//
// Each record also enters the Merkle tree, whose root must be that of every checkpoint on the way: those beside the
// records, and those that were kept elsewhere. Without one of the latter it cannot see the end of a tenant cut off
// together with its heads and checkpoints, nor a journal written anew from the beginning.

/// What a verification found.
package struct JournalVerification: Sendable, Hashable {
    package struct Tenant: Sendable, Hashable {
        package var tenant: TenantID
        package var records: Int64
        package var sessions: Int
        /// The leaf of the last record.
        package var leaf: [UInt8]
        /// The root of the Merkle tree over its records.
        package var root: [UInt8]
        /// How many checkpoints agreed, and how many records the last of them covers.
        package var checkpoints: Int
        package var covered: Int64
        /// How many records before them retention has dropped, as a record among them says.
        package var dropped: Int64 = 0
        /// How many checkpoints that were kept elsewhere lie among those and cannot be compared any more.
        package var uncompared = 0
        /// How many opened payloads an export adds, which its proofs do not speak of.
        package var payloads = 0
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
            /// It, or one before it, is not what a checkpoint was signed over.
            case forked
            /// A checkpoint's signature does not hold.
            case signature
            /// A proof of an export is missing or wrong.
            case proof
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

/// What a verification goes by beside the records themselves.
package struct EvidenceKeys: Sendable {
    /// The key that a tenant's checkpoints must be signed with; `nil` leaves signatures unchecked.
    package var key: @Sendable (TenantID) -> NoteKey?
    /// Checkpoints that were kept elsewhere.
    package var kept: [SignedNote]

    package init(kept: [SignedNote] = [], key: @escaping @Sendable (TenantID) -> NoteKey? = { _ in nil }) {
        self.kept = kept
        self.key = key
    }
}

/// Walks the records of a journal file.
package struct JournalVerifier {
    private let reader: EvidenceReader

    /// Opens the file for reading only.
    package init(path: String) throws(JournalError) {
        reader = try EvidenceReader(journal: path)
    }

    /// Verifies one tenant, or all; stops at the first record that does not hold.
    ///
    /// Blocks while it reads.
    package func verify(
        _ tenant: TenantID? = nil,
        by keys: EvidenceKeys = EvidenceKeys()
    ) throws(JournalError) -> JournalVerification {
        do throws(DatabaseError) {
            return try reader.snapshot { () throws(DatabaseError) in
                var result = JournalVerification()
                let kept = keys.kept.compactMap { note in Checkpoint(text: note.text)?.tenant }
                let named = tenant == nil ? Set(try reader.tenants()) : []
                let names = if let tenant { [tenant] } else { named.union(kept).sorted() }
                for tenant in names {
                    var chain = TenantChain(tenant: tenant, reader: reader, keys: keys)
                    if let failure = chain.walk() {
                        result.failure = failure
                        return result
                    }
                    let summary = chain.summary
                    // A key that was changed where it lies is found by going through a table, and not by looking for it.
                    if summary.records == 0, summary.dropped == 0, named.contains(tenant) {
                        let detail = "the file names the tenant and gives no record of it"
                        result.failure = .init(tenant: tenant, sequence: 1, reason: .unreadable, detail: detail)
                        return result
                    }
                    result.tenants.append(summary)
                }
                return result
            }
        } catch {
            throw JournalError(error)
        }
    }
}
