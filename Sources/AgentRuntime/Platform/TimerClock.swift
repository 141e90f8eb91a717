internal import Dispatch

/// A clock that also calls back, so that a deadline needs no task that sleeps.
package protocol TimerClock: Clock<Duration> {
    /// Runs `action` once the time has passed, unless the alarm is cancelled before.
    ///
    /// It runs on a thread of the clock's choosing and must not wait; an alarm that is cancelled on another thread may be
    /// going off at that moment.
    func after(_ duration: Duration, _ action: @escaping @Sendable () -> Void) -> Alarm
}

/// A call back that has been asked for.
package struct Alarm: Sendable {
    private let stop: @Sendable () -> Void

    /// `stop`: takes the call back; harmless when it has been made.
    package init(stop: @escaping @Sendable () -> Void) { self.stop = stop }

    package func cancel() { stop() }
}

extension CurrentLoopClock: TimerClock {
    package func after(_ duration: Duration, _ action: @escaping @Sendable () -> Void) -> Alarm {
        guard let loop = EventLoop.current else { return ContinuousClock().after(duration, action) }
        let token = loop.after(duration, action)
        return Alarm { loop.cancel(token) }
    }
}

extension ContinuousClock: TimerClock {
    package func after(_ duration: Duration, _ action: @escaping @Sendable () -> Void) -> Alarm {
        // Safe: a work item may be cancelled from any thread.
        nonisolated(unsafe) let item = DispatchWorkItem(block: action)
        DispatchQueue.global().asyncAfter(deadline: .now() + .milliseconds(Int(duration.milliseconds)), execute: item)
        return Alarm { item.cancel() }
    }
}
