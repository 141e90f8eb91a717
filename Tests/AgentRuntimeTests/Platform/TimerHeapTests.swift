import Synchronization
import Testing

@testable import AgentRuntime

@Suite struct TimerHeapTests {
    @Test("Timers come in order of their deadline, equal ones in order of being added", arguments: [1, 2, 3, 4])
    func order(seed: UInt64) {
        var heap = TimerHeap()
        let order = Mutex<[Int]>([])
        var state = seed
        var expected: [(deadline: Int64, number: Int)] = []
        for number in 0..<500 {
            state = state &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
            let deadline = Int64(state >> 59)
            expected.append((deadline, number))
            heap.add(TimerToken(number: UInt64(number)), at: LoopInstant(nanoseconds: deadline)) {
                order.withLock { $0.append(number) }
            }
        }
        while let work = heap.popDue(at: LoopInstant(nanoseconds: .max)) { work() }
        expected.sort { ($0.deadline, $0.number) < ($1.deadline, $1.number) }
        #expect(order.withLock { $0 } == expected.map(\.number))
    }

    @Test("A timer is not due before its deadline")
    func due() {
        var heap = TimerHeap()
        heap.add(TimerToken(number: 1), at: LoopInstant(nanoseconds: 10)) {}
        #expect(heap.popDue(at: LoopInstant(nanoseconds: 9)) == nil)
        #expect(heap.nextDeadline() == LoopInstant(nanoseconds: 10))
        #expect(heap.popDue(at: LoopInstant(nanoseconds: 10)) != nil)
        #expect(heap.nextDeadline() == nil)
    }

    @Test("Cancelled timers do not run, and their entries stay within the bound")
    func cancelling() {
        var heap = TimerHeap()
        for number in 0..<10_000 {
            let token = TimerToken(number: UInt64(number))
            heap.add(token, at: LoopInstant(nanoseconds: Int64(number))) {}
            if number % 100 != 0 { heap.cancel(token) }
            heap.cancel(TimerToken(number: 99_999))
            #expect(heap.storedCount <= 2 * heap.count + 65)
        }
        var count = 0
        while heap.popDue(at: LoopInstant(nanoseconds: .max)) != nil { count += 1 }
        #expect(count == 100)
    }

    @Test("Durations become nanoseconds within the range of the counter")
    func nanoseconds() {
        #expect(Duration.milliseconds(1500).wholeNanoseconds == 1_500_000_000)
        #expect(Duration.seconds(-1).wholeNanoseconds == -1_000_000_000)
        #expect(Duration.seconds(Int64.max).wholeNanoseconds == .max)
        #expect(LoopInstant.now.advanced(by: .seconds(Int64.max)).nanoseconds == .max)
    }
}
