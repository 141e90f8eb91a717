package import AgentRuntime
internal import Synchronization

/// The simulation's time as a clock: it jumps to the next timer when nothing else is left to do.
package struct VirtualClock: Clock {
    package struct Instant: InstantProtocol {
        package var offset: Duration
        package func advanced(by duration: Duration) -> Instant { Instant(offset: offset + duration) }
        package func duration(to other: Instant) -> Duration { other.offset - offset }
        package static func < (left: Instant, right: Instant) -> Bool { left.offset < right.offset }
    }

    private let simulation: Simulation

    package init(_ simulation: Simulation) { self.simulation = simulation }

    package var now: Instant { Instant(offset: simulation.now) }
    package var minimumResolution: Duration { .milliseconds(1) }

    package func sleep(until deadline: Instant, tolerance: Duration?) async throws {
        let sleeper = Sleeper()
        try await withTaskCancellationHandler {
            try await withCheckedThrowingContinuation { continuation in
                let timer = simulation.setTimer(at: deadline.offset) { sleeper.resume(with: .success(())) }
                sleeper.start(continuation, timer)
            }
        } onCancel: {
            if let timer = sleeper.cancel() { _ = simulation.removeTimer(timer) }
        }
    }
}

extension VirtualClock: TimerClock {
    package func after(_ duration: Duration, _ action: @escaping @Sendable () -> Void) -> Alarm {
        let timer = simulation.setTimer(at: simulation.now + duration, action)
        return Alarm { [simulation] in _ = simulation.removeTimer(timer) }
    }
}

/// The simulation's time as the time of day, from 2026-01-01 on.
package struct VirtualWallClock: WallClock {
    private let simulation: Simulation

    package init(_ simulation: Simulation) { self.simulation = simulation }

    package func now() -> Timestamp { Timestamp(milliseconds: 1_767_225_600_000).advanced(by: simulation.now) }
}

/// A sleeping task: woken by its timer or by its cancellation, whichever comes first.
private final class Sleeper: Sendable {
    private struct State {
        var continuation: CheckedContinuation<Void, any Error>?
        var timer: Int?
        var isCancelled = false
    }

    private let state = Mutex(State())

    func start(_ continuation: CheckedContinuation<Void, any Error>, _ timer: Int) {
        let isCancelled = state.withLock { state in
            state.timer = timer
            if !state.isCancelled { state.continuation = continuation }
            return state.isCancelled
        }
        if isCancelled { continuation.resume(throwing: CancellationError()) }
    }

    func resume(with result: Result<Void, any Error>) {
        let continuation = state.withLock { state in
            defer { state.continuation = nil }
            return state.continuation
        }
        continuation?.resume(with: result)
    }

    /// The timer to remove.
    func cancel() -> Int? {
        let timer = state.withLock { state in
            state.isCancelled = true
            return state.timer
        }
        resume(with: .failure(CancellationError()))
        return timer
    }
}
