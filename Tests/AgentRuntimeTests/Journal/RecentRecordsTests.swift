import Testing

@testable import AgentRuntime

@Suite("Records that were committed last")
struct RecentRecordsTests {
    private static let tenant = TenantID("ten_a")

    private static func records(
        _ numbers: ClosedRange<Int64>,
        bytes: Int = 8,
        of tenant: TenantID = tenant
    ) -> [Record] {
        numbers.map { number in
            Record(
                tenant: tenant,
                sequence: number,
                session: nil,
                version: 0,
                turn: nil,
                kind: RecordKind("test"),
                kindVersion: 1,
                wallTime: Timestamp(milliseconds: number),
                actor: "test",
                subject: nil,
                labels: [],
                payload: .string(String(repeating: "x", count: bytes)),
                previousLeaf: HashChain.genesis,
                leaf: HashChain.genesis
            )
        }
    }

    private static func add(_ records: [Record], to recent: RecentRecords) {
        recent.add(records, sizes: records.map { ($0.payload?.string?.utf8.count ?? 0) + 512 })
    }

    @Test("They are given out from any number that is still there, and never with a gap")
    func givenOut() {
        let recent = RecentRecords()
        #expect(recent.records(of: Self.tenant, after: 0, limit: 10) == nil)
        Self.add(Self.records(5...7), to: recent)
        Self.add(Self.records(8...9), to: recent)
        #expect(recent.records(of: Self.tenant, after: 4, limit: 10)?.map(\.sequence) == [5, 6, 7, 8, 9])
        #expect(recent.records(of: Self.tenant, after: 6, limit: 2)?.map(\.sequence) == [7, 8])
        #expect(recent.records(of: Self.tenant, after: 3, limit: 10) == nil)
        // What comes behind the last is for the file to say.
        #expect(recent.records(of: Self.tenant, after: 9, limit: 10) == nil)
        #expect(recent.records(of: TenantID("ten_b"), after: 4, limit: 10) == nil)
        Self.add(Self.records(12...12), to: recent)
        #expect(recent.records(of: Self.tenant, after: 8, limit: 10) == nil)
        #expect(recent.records(of: Self.tenant, after: 11, limit: 10)?.map(\.sequence) == [12])
    }

    @Test("Old ones go by number and by size, and all of them when something was erased")
    func bounds() {
        let recent = RecentRecords()
        let count = Int64(RecentRecords.countMax)
        Self.add(Self.records(1...(3 * count)), to: recent)
        #expect(recent.records(of: Self.tenant, after: 2 * count - 1, limit: 1) == nil)
        #expect(recent.records(of: Self.tenant, after: 2 * count, limit: .max)?.count == Int(count))
        Self.add(Self.records((3 * count + 1)...(3 * count + 3), bytes: RecentRecords.bytesMax / 2), to: recent)
        #expect(recent.records(of: Self.tenant, after: 3 * count + 1, limit: 9) == nil)
        #expect(recent.records(of: Self.tenant, after: 3 * count + 2, limit: 9)?.count == 1)
        recent.forget()
        #expect(recent.records(of: Self.tenant, after: 3 * count + 2, limit: 9) == nil)
    }

    @Test("However many tenants write at once, all of theirs together are bounded, and the last stay")
    func manyTenants() {
        let recent = RecentRecords()
        let tenants = (0..<12).map { TenantID("ten_\($0)") }
        for round in 1...3 {
            for tenant in tenants {
                let bytes = RecentRecords.bytesMax - 1024
                Self.add(Self.records(Int64(round)...Int64(round), bytes: bytes, of: tenant), to: recent)
            }
        }
        let kept = tenants.filter { recent.records(of: $0, after: 2, limit: 9) != nil }
        #expect(kept.count <= RecentRecords.totalMax / (RecentRecords.bytesMax - 1024))
        #expect(kept.last == tenants.last)
        #expect(recent.records(of: tenants[11], after: 2, limit: 9)?.map(\.sequence) == [3])
    }
}
