/// Keeps calls away from a server that fails, so that turns do not wait for it, and finds out when it is back.
///
/// Closed: every call is made. After `failuresMax` failures in a row it opens: no call is made for a while. Then one
/// call is let through to try; while it runs no other is. If it succeeds the breaker closes; if not, it stays open for
/// twice as long, up to `longestPause`.
package final class CircuitBreaker: Sendable {
    package enum State: Sendable, Hashable {
        case closed(failures: Int)
        case open(until: Duration, pause: Duration)
        case trying(pause: Duration)
    }

    /// What a call that was let through owes: its outcome.
    package struct Permit: Sendable {
        fileprivate var isTrial: Bool
    }

    private let failuresMax: Int
    private let firstPause: Duration
    private let longestPause: Duration
    private let uptime: @Sendable () -> Duration
    private let current = Guarded(State.closed(failures: 0))

    package init(
        failuresMax: Int = 5,
        firstPause: Duration = .seconds(1),
        longestPause: Duration = .seconds(10),
        clock: any Clock<Duration>
    ) {
        self.failuresMax = failuresMax
        self.firstPause = firstPause
        self.longestPause = longestPause
        uptime = Self.uptime(of: clock)
    }

    private static func uptime(of clock: some Clock<Duration>) -> @Sendable () -> Duration {
        let start = clock.now
        return { start.duration(to: clock.now) }
    }

    package var state: State { current.with { $0 } }

    /// Whether a call may be made now; one that is made reports with `succeeded`, `failed` or `abandoned`.
    package func permit() -> Permit? {
        let now = uptime()
        return current.with { state in
            switch state {
            case .closed: return Permit(isTrial: false)
            case .trying: return nil
            case .open(let until, let pause):
                guard now >= until else { return nil }
                state = .trying(pause: pause)
                return Permit(isTrial: true)
            }
        }
    }

    /// Only a trial closes an open breaker: a call from before it opened tells nothing of now.
    package func succeeded(_ permit: Permit) {
        current.with { state in
            if case .closed = state { state = .closed(failures: 0) }
            if permit.isTrial { state = .closed(failures: 0) }
        }
    }

    package func failed(_ permit: Permit) {
        let now = uptime()
        current.with { state in
            switch state {
            case .closed(let failures):
                state =
                    failures + 1 < failuresMax
                    ? .closed(failures: failures + 1) : .open(until: now + firstPause, pause: firstPause)
            case .trying(let pause):
                guard permit.isTrial else { return }
                let longer = min(pause * 2, longestPause)
                state = .open(until: now + longer, pause: longer)
            case .open: return
            }
        }
    }

    /// The call was ended by its caller: nothing is known of the server.
    package func abandoned(_ permit: Permit) {
        guard permit.isTrial else { return }
        let now = uptime()
        current.with { state in
            if case .trying(let pause) = state { state = .open(until: now, pause: pause) }
        }
    }
}
