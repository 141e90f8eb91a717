/// The records that were committed last, for those who follow the journal: what they read has just been in memory.
///
/// Bounds: `countMax` records and about `bytesMax` bytes of payloads for each of `tenantsMax` tenants, and about
/// `totalMax` bytes for all; what is older is read from the file. Emptied when something is erased, so that nothing
/// erased is given out from here.
final class RecentRecords: Sendable {
    /// What a busy tenant writes while the views take in what came before.
    static let countMax = 4096
    static let bytesMax = 8 << 20
    static let tenantsMax = 64
    static let totalMax = 32 << 20

    /// A reference, so that a record is added in its place.
    private final class Stretch {
        /// Numbered without gaps.
        var records: [Record] = []
        var sizes: [Int] = []
        /// Records before this place have been let go of.
        var start = 0
        var bytes = 0

        func append(_ record: Record, size: Int) {
            records.append(record)
            sizes.append(size)
            bytes += size
            while records.count - start > RecentRecords.countMax || bytes > RecentRecords.bytesMax {
                bytes -= sizes[start]
                start += 1
            }
            // Seldom, so that moving those which stay costs each record little.
            if start > 64, start > records.count / 2 {
                records.removeFirst(start)
                sizes.removeFirst(start)
                start = 0
            }
        }
    }

    private struct Shelf {
        var stretches = LeastRecentlyUsed<TenantID, Stretch>(capacity: tenantsMax)
        /// Those of all stretches, and of some that have gone since it was last counted anew.
        var bytes = 0

        mutating func removeAll() {
            stretches.removeAll()
            bytes = 0
        }
    }

    private let shelf = Guarded(Shelf())

    /// Takes in the records of one append, which are one tenant's, with the bytes that each was written in.
    func add(_ records: [Record], sizes: [Int]) {
        guard let tenant = records.first?.tenant else { return }
        shelf.with { shelf in
            let known = shelf.stretches[tenant]
            var stretch = known ?? Stretch()
            shelf.bytes -= stretch.bytes
            for (record, size) in zip(records, sizes) {
                if let last = stretch.records.last, last.sequence + 1 != record.sequence { stretch = Stretch() }
                stretch.append(record, size: size)
            }
            // Many tenants at once: all begin anew, which costs each one look into the file.
            if shelf.bytes + stretch.bytes > RecentRecords.totalMax { shelf.removeAll() }
            shelf.bytes += stretch.bytes
            if stretch !== known || shelf.stretches[tenant] == nil { shelf.stretches[tenant] = stretch }
        }
    }

    /// The records of a tenant behind a number, at most `limit`; `nil` where they are not all here.
    func records(of tenant: TenantID, after sequence: Int64, limit: Int) -> [Record]? {
        shelf.with { shelf in
            guard let stretch = shelf.stretches[tenant], stretch.start < stretch.records.count, limit > 0 else {
                return nil
            }
            let first = stretch.records[stretch.start].sequence
            guard sequence + 1 >= first, let last = stretch.records.last, sequence < last.sequence else { return nil }
            let place = stretch.start + Int(sequence + 1 - first)
            return Array(stretch.records[place...].prefix(limit))
        }
    }

    func forget() {
        shelf.with { $0.removeAll() }
    }
}
