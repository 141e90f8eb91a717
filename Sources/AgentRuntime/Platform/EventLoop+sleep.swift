internal import Synchronization

// Waiting on a loop's own timers: a task that sleeps here resumes on its loop without passing the global pool.

extension EventLoop {
    /// Suspends the task until the time has passed.
    ///
    /// - Throws: `CancellationError` at once when the task is cancelled.
    package func sleep(for duration: Duration) async throws {
        let sleeper = Sleeper()
        try await withTaskCancellationHandler {
            try await withCheckedThrowingContinuation { continuation in
                guard sleeper.begin(continuation) else { return }
                let token = after(duration) { sleeper.end(.success(())) }
                sleeper.armed(token, on: self)
            }
        } onCancel: {
            sleeper.cancel()
        }
    }
}

/// One sleep: resumed once, by its timer or by a cancellation, whichever comes first.
private final class Sleeper: Sendable {
    private enum State {
        case new
        case waiting(CheckedContinuation<Void, any Error>)
        case armed(CheckedContinuation<Void, any Error>, TimerToken, EventLoop)
        case ended
    }

    private let state = Mutex(State.new)

    /// Takes the continuation; when the task was cancelled before, resumes it and says so.
    func begin(_ continuation: CheckedContinuation<Void, any Error>) -> Bool {
        let isNew = state.withLock { state in
            guard case .new = state else { return false }
            state = .waiting(continuation)
            return true
        }
        if !isNew { continuation.resume(throwing: CancellationError()) }
        return isNew
    }

    func armed(_ token: TimerToken, on loop: EventLoop) {
        let isLate = state.withLock { state in
            guard case .waiting(let continuation) = state else { return true }
            state = .armed(continuation, token, loop)
            return false
        }
        if isLate { loop.cancel(token) }
    }

    func cancel() { end(.failure(CancellationError())) }

    func end(_ result: Result<Void, any Error>) {
        let before = state.withLock { state in
            let before = state
            state = .ended
            return before
        }
        switch before {
        case .new, .ended: return
        case .waiting(let continuation): continuation.resume(with: result)
        case .armed(let continuation, let token, let loop):
            if case .failure = result { loop.cancel(token) }
            continuation.resume(with: result)
        }
    }
}

/// The timers of whichever loop a task runs on, and those of the system elsewhere: a sleep on a loop stays on it.
package struct CurrentLoopClock: Clock {
    package init() {}

    package var now: LoopInstant { .now }
    package var minimumResolution: Duration { .milliseconds(1) }

    package func sleep(until deadline: LoopInstant, tolerance: Duration?) async throws {
        let wait = LoopInstant.now.duration(to: deadline)
        guard let loop = EventLoop.current else { return try await ContinuousClock().sleep(for: wait) }
        try await loop.sleep(for: wait)
    }
}

/// A loop's timers as a `Clock`, for code that takes one.
package struct LoopClock: Clock {
    private let loop: EventLoop

    package init(_ loop: EventLoop) { self.loop = loop }

    package var now: LoopInstant { .now }
    package var minimumResolution: Duration { .milliseconds(1) }

    package func sleep(until deadline: LoopInstant, tolerance: Duration?) async throws {
        try await loop.sleep(for: LoopInstant.now.duration(to: deadline))
    }
}
