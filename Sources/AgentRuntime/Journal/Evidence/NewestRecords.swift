/// Finds the newest records of kinds that belong to no session, in the journal itself: views can be made anew from it,
/// but whoever can write them could also leave something out.
///
/// It reads from the end and stops when it has found all; a kind that was never written costs a look at every record.
package struct NewestRecords {
    private let reader: EvidenceReader

    /// `path` is the file of the journal; it is only read, also beside a serving process.
    package init(path: String) throws(JournalError) {
        do throws(DatabaseError) {
            reader = try EvidenceReader(path: path)
        } catch {
            throw JournalError(error)
        }
    }

    /// The newest record of each kind by time, whichever tenant it belongs to; without payload where it is sealed.
    package func find(_ kinds: [RecordKind]) throws(JournalError) -> [RecordKind: Record] {
        var found: [RecordKind: Record] = [:]
        do throws(DatabaseError) {
            try reader.snapshot { () throws(DatabaseError) in
                for tenant in try reader.tenants() {
                    for (kind, record) in try find(kinds, of: tenant)
                    where record.wallTime >= found[kind]?.wallTime ?? record.wallTime {
                        found[kind] = record
                    }
                }
            }
        } catch {
            throw JournalError(error)
        }
        return found
    }

    private func find(_ kinds: [RecordKind], of tenant: TenantID) throws(DatabaseError) -> [RecordKind: Record] {
        let openings = kinds.map { Array(#","kind":"\#($0.rawValue)","#.utf8) }
        let tenantPart = RecordCodec.tenantPart(tenant)
        var found: [RecordKind: Record] = [:]
        try reader.connection.forEach(
            "SELECT bytes FROM records WHERE tenant = ? ORDER BY seq DESC",
            [.id(tenant)]
        ) { (row) throws(DatabaseError) in
            try row.withBytes(0) { (bytes) throws(DatabaseError) in
                var scanner = RecordScanner(bytes, at: RecordCodec.previousRange.upperBound)
                guard scanner.skip(tenantPart), scanner.integer() != nil else { return }
                for (kind, opening) in zip(kinds, openings) where found[kind] == nil && scanner.skip(opening) {
                    // One that does not decode is the verifier's business.
                    if let record = try? RecordCodec.decode(Array(bytes)).record { found[kind] = record }
                }
            }
            return found.count < kinds.count
        }
        return found
    }
}
