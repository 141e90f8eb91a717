/// The records that were committed last, for those who follow the journal: what they read has just been in memory.
///
/// Bounds: `countMax` records and about `bytesMax` bytes of payloads for each of `tenantsMax` tenants; what is older is
/// read from the file. Emptied when something is erased, so that nothing erased is given out from here.
final class RecentRecords: Sendable {
    /// What a busy tenant writes while the views take in what came before.
    static let countMax = 4096
    static let bytesMax = 8 << 20
    static let tenantsMax = 32

    private struct Stretch {
        /// Numbered without gaps.
        var records: [Record] = []
        var sizes: [Int] = []
        /// Records before this place have been let go of.
        var start = 0
        var bytes = 0

        mutating func append(_ record: Record, size: Int) {
            records.append(record)
            sizes.append(size)
            bytes += size
            while records.count - start > RecentRecords.countMax || bytes > RecentRecords.bytesMax {
                bytes -= sizes[start]
                start += 1
            }
            if start > 64, start > records.count / 2 {
                records.removeFirst(start)
                sizes.removeFirst(start)
                start = 0
            }
        }
    }

    private let stretches = Guarded(LeastRecentlyUsed<TenantID, Stretch>(capacity: tenantsMax))

    /// Takes in the records of one append, which are one tenant's, with the bytes that each was written in.
    func add(_ records: [Record], sizes: [Int]) {
        guard let tenant = records.first?.tenant else { return }
        stretches.with { stretches in
            var stretch = stretches[tenant] ?? Stretch()
            // In place, not by a copy of the stretch.
            stretches[tenant] = nil
            for (record, size) in zip(records, sizes) {
                if let last = stretch.records.last, last.sequence + 1 != record.sequence { stretch = Stretch() }
                stretch.append(record, size: size)
            }
            stretches[tenant] = stretch
        }
    }

    /// The records of a tenant behind a number, at most `limit`; `nil` where they are not all here.
    func records(of tenant: TenantID, after sequence: Int64, limit: Int) -> [Record]? {
        stretches.with { stretches in
            guard let stretch = stretches[tenant], stretch.start < stretch.records.count, limit > 0 else {
                return nil
            }
            let first = stretch.records[stretch.start].sequence
            guard sequence + 1 >= first, let last = stretch.records.last, sequence < last.sequence else { return nil }
            let place = stretch.start + Int(sequence + 1 - first)
            return Array(stretch.records[place...].prefix(limit))
        }
    }

    func forget() {
        stretches.with { $0.removeAll() }
    }
}
