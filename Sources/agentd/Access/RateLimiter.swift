internal import AgentRuntime

/// Bounds how many requests each caller may make, by the configured table.
actor RateLimiter {
    private let table: RateTable
    private let clock: any WallClock
    private var buckets = TokenBuckets()

    init(table: RateTable, clock: any WallClock) {
        self.table = table
        self.clock = clock
    }

    /// Counts one request; `nil` when nothing is limited.
    func take(_ key: RateKey) -> RateDecision? {
        guard let limit = table.limit(key.rateClass, on: key.profile) else { return nil }
        return buckets.take(key, limit: limit, at: clock.now())
    }
}
