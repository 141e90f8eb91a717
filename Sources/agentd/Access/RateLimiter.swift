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

    /// Counts one request to a profile; `nil` when nothing is limited.
    func take(_ key: RateKey, on profile: ProfileName? = nil) -> RateDecision? {
        guard let limit = table.limit(key.rateClass, on: profile ?? key.profile) else { return nil }
        return buckets.take(key, limit: limit, at: clock.now())
    }
}
