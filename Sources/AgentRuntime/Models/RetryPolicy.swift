/// When a call that failed before its first token is made again.
///
/// The pauses double, and each is shortened by chance by up to a half, so that callers who failed together do not come
/// back together. A server that says when to come back is not asked before; one that asks for more than a turn can
/// wait is not asked again.
package struct RetryPolicy: Sendable, Hashable {
    /// Calls in all.
    package var attempts: Int
    package var firstPause: Duration
    package var longestPause: Duration
    /// The longest `Retry-After` that is waited for.
    package var longestWait: Duration

    package init(
        attempts: Int = 3,
        firstPause: Duration = .milliseconds(200),
        longestPause: Duration = .seconds(4),
        longestWait: Duration = .seconds(15)
    ) {
        self.attempts = attempts
        self.firstPause = firstPause
        self.longestPause = longestPause
        self.longestWait = longestWait
    }

    /// The pause after so many failed calls (from 1); `nil` when there is to be no other.
    ///
    /// `chance` is from 0 to 1.
    package func pause(after failures: Int, _ error: BackendError, chance: Double) -> Duration? {
        guard error.isWorthRetrying, failures < attempts else { return nil }
        var pause = firstPause
        for _ in 1..<max(1, failures) where pause < longestPause { pause *= 2 }
        pause = min(pause, longestPause)
        let part = Int64(chance * 512)
        let shortened = pause - pause * part / 1024
        guard let wait = error.retryAfter else { return shortened }
        guard wait <= longestWait else { return nil }
        return wait > shortened ? wait + firstPause * part / 1024 : shortened
    }
}
