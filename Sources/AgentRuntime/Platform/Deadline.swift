internal import Synchronization

/// Runs work in a child task, which is cancelled when its time is over.
///
/// Throws `expired` then, whatever the work says of it; waits for it in any case. The child costs less than one that
/// sleeps beside it, which every call would begin, cancel and wait for.
func withDeadline<Result: Sendable>(
    _ limit: Duration,
    clock: any TimerClock,
    expired: @Sendable () -> any Error,
    _ work: @escaping @Sendable () async throws -> Result
) async throws -> Result {
    let deadline = Deadline()
    return try await withThrowingTaskGroup(of: Result.self) { group in
        group.addTask {
            try await withUnsafeCurrentTask { task in
                let alarm = deadline.arm(task, after: limit, clock)
                defer {
                    deadline.disarm()
                    alarm.cancel()
                }
                return try await work()
            }
        }
        let result = await group.nextResult()
        guard !deadline.isOver else { throw expired() }
        guard let result else { throw CancellationError() }
        return try result.get()
    }
}

/// The end of the time of one task.
private final class Deadline: Sendable {
    /// A task from the beginning of its work to its end, for as long as it may be spoken of.
    private struct State: @unchecked Sendable {
        // Safe: `cancel` is one of the calls that other threads may make, and the reference is gone when the closure
        // that was given it returns (SE-0304).
        var task: UnsafeCurrentTask?
        var isOver = false
    }

    private let state = Mutex(State())

    var isOver: Bool { state.withLock(\.isOver) }

    func arm(_ task: UnsafeCurrentTask?, after limit: Duration, _ clock: any TimerClock) -> Alarm {
        let armed = State(task: task)
        state.withLock { $0 = armed }
        return clock.after(limit) { self.goOff() }
    }

    func disarm() { state.withLock { $0.task = nil } }

    private func goOff() {
        state.withLock { state in
            guard let task = state.task else { return }
            state.isOver = true
            task.cancel()
        }
    }
}
