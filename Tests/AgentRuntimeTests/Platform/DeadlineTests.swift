import Synchronization
import TestSupport
import Testing

@testable import AgentRuntime

/// A clock whose alarms go off when the test says so.
private final class AlarmClock: TimerClock {
    private let alarms = Mutex<[@Sendable () -> Void]>([])

    var now: ContinuousClock.Instant { ContinuousClock.now }
    var minimumResolution: Duration { .zero }

    func sleep(until deadline: ContinuousClock.Instant, tolerance: Duration?) async throws {}

    func after(_ duration: Duration, _ action: @escaping @Sendable () -> Void) -> Alarm {
        alarms.withLock { $0.append(action) }
        return Alarm {}
    }

    /// How many there were; those that were cancelled go off as well, as one may on another thread.
    @discardableResult
    func goOff() -> Int {
        let all = alarms.withLock { $0 }
        for alarm in all { alarm() }
        return all.count
    }
}

@Suite("Work with a deadline")
struct DeadlineTests {
    private struct Late: Error {}
    private struct Broken: Error {}

    private let clock = AlarmClock()

    private func limited(_ work: @escaping @Sendable () async throws -> Int) async throws -> Int {
        try await withDeadline(.seconds(60), clock: clock, expired: { Late() }, work)
    }

    @Test("What ends in time gives what it gives, and an alarm after that disturbs nobody")
    func inTime() async throws {
        #expect(try await limited { 1 } == 1)
        await #expect(throws: Broken.self) { try await limited { throw Broken() } }
        #expect(clock.goOff() == 2)
        #expect(!Task.isCancelled)
    }

    @Test("When its time is over the work is cancelled, and what it says of it does not count")
    func late() async throws {
        await #expect(throws: Late.self) {
            try await limited { [clock] in
                clock.goOff()
                #expect(Task.isCancelled)
                throw CancellationError()
            }
        }
        await #expect(throws: Late.self) {
            try await limited { [clock] in
                clock.goOff()
                return 1
            }
        }
        #expect(!Task.isCancelled)
    }

    @Test("Who is cancelled meanwhile hears of that and of no deadline")
    func cancelled() async throws {
        let task = Task {
            try await limited {
                withUnsafeCurrentTask { $0?.cancel() }
                try Task.checkCancellation()
                return 1
            }
        }
        await #expect(throws: CancellationError.self) { try await task.value }
    }

    /// An alarm that is taken back does not go off before one that is due after it.
    private func callsBack(_ clock: some TimerClock) async -> Bool {
        let called = AsyncStream.makeStream(of: Void.self)
        clock.after(.milliseconds(100)) { called.continuation.yield() }.cancel()
        _ = clock.after(.milliseconds(110)) { called.continuation.finish() }
        var count = 0
        for await _ in called.stream { count += 1 }
        return count == 0
    }

    @Test(
        "The clocks of a loop and of the system call back, and not once they are told not to",
        .timeLimit(.minutes(1))
    )
    func clocks() async throws {
        #expect(await callsBack(ContinuousClock()))
        #expect(await callsBack(CurrentLoopClock()))
        try await withEventLoop { loop in
            let (isOnLoop, isRight) = await loop.spawn {
                (loop.isOnLoop, await callsBack(CurrentLoopClock()))
            }.value
            #expect(isOnLoop && isRight)
        }
    }
}
