import Synchronization
import Testing

@testable import AgentRuntime

@Suite("Time-ordered identifiers")
struct TimeOrderedIdentifiersTests {
    private final class HandClock: WallClock {
        private let time: Mutex<Int64>
        init(_ milliseconds: Int64) { time = Mutex(milliseconds) }
        func now() -> Timestamp { Timestamp(milliseconds: time.withLock { $0 }) }
        func set(_ milliseconds: Int64) { time.withLock { $0 = milliseconds } }
    }

    private struct FixedRandom: RandomSource {
        var byte: UInt8
        func bytes(_ count: Int) -> [UInt8] { Array(repeating: byte, count: count) }
    }

    @Test("The time stands first, in base 32")
    func form() {
        let source = TimeOrderedIdentifiers(clock: HandClock(1_469_918_176_385), random: FixedRandom(byte: 0))
        #expect(source.next("conv") == "conv_01aryz6s410000000000000000")
    }

    @Test("Each is greater than the one before, also within a millisecond and when the clock goes back")
    func monotonic() {
        let clock = HandClock(5000)
        let source = TimeOrderedIdentifiers(clock: clock, random: FixedRandom(byte: 0xff))
        var last = source.next("a")
        for step in 0..<1000 {
            clock.set(5000 + Int64(step % 3))
            let next = source.next("a")
            #expect(next > last)
            #expect(next.utf8.count == 28)
            last = next
        }
    }

    @Test("Many threads get different ones")
    func threads() async {
        let source = TimeOrderedIdentifiers()
        let all = await withTaskGroup(of: [String].self) { group in
            for _ in 0..<8 { group.addTask { (0..<500).map { _ in source.next("x") } } }
            return await group.reduce(into: Set<String>()) { $0.formUnion($1) }
        }
        #expect(all.count == 4000)
    }
}
