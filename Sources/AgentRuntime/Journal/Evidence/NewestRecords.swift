/// Finds the newest records of kinds that belong to no session, in the journal itself: views can be made anew from it,
/// but whoever can write them could also leave something out.
///
/// It reads from the end and stops when it has found all; a kind that was never written costs a look at every record,
/// or at those behind a place that was reached before.
package struct NewestRecords {
    /// How far a tenant's records were looked at.
    package struct Place: Sendable, Hashable {
        package var sequence: Int64
        package var leaf: [UInt8]

        package init(sequence: Int64, leaf: [UInt8]) {
            self.sequence = sequence
            self.leaf = leaf
        }
    }

    /// What a search came to.
    package struct Found: Sendable {
        /// The newest record of each kind by time, whichever tenant it belongs to; without payload where it is sealed.
        package var records: [RecordKind: Record] = [:]
        package var reached: [TenantID: Place] = [:]
        /// How many records were looked at.
        package var count = 0
    }

    private let reader: EvidenceReader

    /// `path` is the file of the journal; it is only read, also beside a serving process.
    package init(path: String) throws(JournalError) {
        reader = try EvidenceReader(journal: path)
    }

    /// Looks at the records behind the given places; `nil` when these are not of this journal.
    package func find(
        _ kinds: [RecordKind],
        after places: [TenantID: Place] = [:]
    ) throws(JournalError) -> Found? {
        do throws(DatabaseError) {
            return try reader.snapshot { () throws(DatabaseError) in
                var found = Found()
                for (tenant, place) in places {
                    guard try holds(place, of: tenant) else { return nil }
                }
                for tenant in try reader.tenants() {
                    found.reached[tenant] = places[tenant]
                    for (kind, record) in try find(kinds, of: tenant, after: places[tenant]?.sequence ?? 0, &found) {
                        if let other = found.records[kind], other.wallTime > record.wallTime { continue }
                        found.records[kind] = record
                    }
                }
                return found
            }
        } catch {
            throw JournalError(error)
        }
    }

    /// Whether a record is still the one that was reached, or was dropped since.
    private func holds(_ place: Place, of tenant: TenantID) throws(DatabaseError) -> Bool {
        if try reader.leaf(of: place.sequence, in: tenant) == place.leaf { return true }
        return try reader.beginning(of: tenant).sequence >= place.sequence
    }

    private func find(
        _ kinds: [RecordKind],
        of tenant: TenantID,
        after sequence: Int64,
        _ found: inout Found
    ) throws(DatabaseError) -> [RecordKind: Record] {
        let openings = kinds.map { Array(#","kind":"\#($0.rawValue)","#.utf8) }
        let tenantPart = RecordCodec.tenantPart(tenant)
        var records: [RecordKind: Record] = [:]
        var newest: Place?
        var count = 0
        try reader.connection.forEach(
            "SELECT seq, bytes FROM records WHERE tenant = ? AND seq > ? ORDER BY seq DESC",
            [.id(tenant), .integer(sequence)]
        ) { (row) throws(DatabaseError) in
            let number = row.int(0)
            count += 1
            try row.withBytes(1) { (bytes) throws(DatabaseError) in
                if newest == nil { newest = Place(sequence: number, leaf: HashChain.leaf(of: bytes)) }
                var scanner = RecordScanner(bytes, at: RecordCodec.previousRange.upperBound)
                guard scanner.skip(tenantPart), scanner.integer() != nil else { return }
                for (kind, opening) in zip(kinds, openings) where records[kind] == nil && scanner.skip(opening) {
                    do throws(RecordCodec.Failure) {
                        records[kind] = try RecordCodec.decode(Array(bytes)).record
                    } catch {
                        // Passed over, an older one would count in its place.
                        throw DatabaseError(
                            code: 11,
                            message: "record \(number) of \(tenant), \(kind.rawValue), cannot be read: \(error.reason)"
                        )
                    }
                }
            }
            return records.count < kinds.count
        }
        found.count += count
        if let newest { found.reached[tenant] = newest }
        return records
    }
}
