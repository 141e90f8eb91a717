internal import AgentRuntime

/// Whose requests are counted together.
struct RateKey: Sendable, Hashable {
    /// `nil` for what counts in all profiles together.
    var profile: ProfileName?
    var rateClass: RateClass
    /// The tenant and user, an API key, or an address; written so that none can be taken for another.
    var subject: String

    static func user(_ principal: Principal, _ rateClass: RateClass, on profile: ProfileName?) -> RateKey {
        RateKey(profile: profile, rateClass: rateClass, subject: "user \(principal.tenant) \(principal.user)")
    }

    static func address(_ address: IPAddress, _ rateClass: RateClass, on profile: ProfileName?) -> RateKey {
        RateKey(profile: profile, rateClass: rateClass, subject: "address \(address.household)")
    }

    /// Who tries to log in: the address and the account together, so that one household's accounts do not share.
    ///
    /// Trying many accounts from one address is bounded by `LoginThrottle`.
    static func login(_ account: String, from address: IPAddress) -> RateKey {
        let account = Account.folded(account) ?? String(account.unicodeScalars.prefix(64))
        return RateKey(rateClass: .auth, subject: "login \(address.household) \(account)")
    }
}

/// What a request is told about its rate.
struct RateDecision: Sendable, Hashable {
    var isAllowed: Bool
    /// Requests per span (`X-RateLimit-Limit`).
    var limit: Int
    /// Requests that would be taken now (`X-RateLimit-Remaining`); more than `limit` while a burst is left.
    var remaining: Int
    /// When the bucket is full again, seconds since 1970 (`X-RateLimit-Reset`).
    var resetAt: Int
    /// Whole seconds until a request is taken again, at least 1 (`Retry-After`); `nil` for one that was taken.
    var retryAfter: Int?
}

/// Token buckets: each holds `burst` requests and is filled at `requests` per `seconds`.
///
/// Bound: 200,000 buckets; beyond it those longest unused are forgotten, which fills them.
struct TokenBuckets {
    static let bucketsMax = 200_000

    private struct Bucket {
        /// In millionths of a request.
        var level: Int64
        var time: Timestamp
    }

    private static let unit: Int64 = 1_000_000

    private let generationMax: Int
    private var recent: [RateKey: Bucket] = [:]
    private var older: [RateKey: Bucket] = [:]

    init(bucketsMax: Int = TokenBuckets.bucketsMax) { generationMax = max(1, bucketsMax / 2) }

    var count: Int { recent.count + older.count }

    /// Takes one request from the key's bucket, or refuses it.
    mutating func take(_ key: RateKey, limit: RateLimit, at now: Timestamp) -> RateDecision {
        let unit = TokenBuckets.unit
        let capacity = Int64(limit.burst) * unit
        var bucket = recent[key] ?? older[key] ?? Bucket(level: capacity, time: now)
        // A clock that was set back fills nothing, and does not stop later filling.
        let elapsed = max(0, now.milliseconds - bucket.time.milliseconds)
        let span = Int64(limit.seconds) * 1000
        let refill = Double(elapsed) * Double(limit.requests) * Double(unit) / Double(span)
        bucket.level = min(capacity, bucket.level + Int64(min(refill, Double(capacity))))
        bucket.time = now
        let isAllowed = bucket.level >= unit
        if isAllowed { bucket.level -= unit }
        keep(bucket, for: key)
        let perMillisecond = Double(limit.requests) * Double(unit) / Double(span)
        let untilFull = Double(capacity - bucket.level) / perMillisecond
        let untilNext = Double(unit - bucket.level) / perMillisecond
        return RateDecision(
            isAllowed: isAllowed,
            limit: limit.requests,
            remaining: Int(bucket.level / unit),
            resetAt: Int((Double(now.milliseconds) + untilFull) / 1000 + 0.999),
            retryAfter: isAllowed ? nil : max(1, Int(untilNext / 1000 + 0.999))
        )
    }

    private mutating func keep(_ bucket: Bucket, for key: RateKey) {
        if recent[key] == nil, recent.count >= generationMax {
            older = recent
            recent = [:]
        }
        recent[key] = bucket
    }
}
