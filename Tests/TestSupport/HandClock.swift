package import AgentRuntime
internal import Synchronization

/// A time of day that stands still until the test moves it.
package final class HandClock: WallClock {
    private let time: Mutex<Timestamp>

    /// Starts at 2026-01-01T00:00:00Z unless told.
    package init(_ start: Timestamp = Timestamp(milliseconds: 1_767_225_600_000)) { time = Mutex(start) }

    package func now() -> Timestamp { time.withLock { $0 } }

    package func advance(by duration: Duration) { time.withLock { $0 = $0.advanced(by: duration) } }
}
