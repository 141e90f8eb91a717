internal import AgentRuntime

/// The calls that run, so that a client can cancel one by a notification of its own.
///
/// There are no sessions, so a call is known by its user and the id of its request. Two clients of one user may count
/// alike; where several calls have the id it is not known which is meant, and none is cancelled. Bounded by the
/// requests that are in flight.
actor MCPRunningCalls {
    struct Key: Hashable, Sendable {
        var tenant: TenantID
        var user: UserID
        /// The id as it stands in the request.
        var request: JSONValue
    }

    private var calls: [Key: [Int: @Sendable () -> Void]] = [:]
    private var count = 0

    /// Notes a call that has begun; `end` takes it out by the number that this gives.
    func begin(_ key: Key, cancel: @escaping @Sendable () -> Void) -> Int {
        count += 1
        calls[key, default: [:]][count] = cancel
        return count
    }

    func end(_ key: Key, _ number: Int) {
        calls[key]?[number] = nil
        if calls[key]?.isEmpty == true { calls[key] = nil }
    }

    func cancel(_ key: Key) {
        guard let found = calls[key], found.count == 1 else { return }
        found.first?.value()
    }
}
