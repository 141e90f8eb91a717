import AgentRuntime
import TestSupport
import Testing

@testable import agentd

@Suite("Rate limits")
struct RateLimiterTests {
    static let start = Timestamp(milliseconds: 1_767_225_600_000)

    @Test("A bucket gives its burst, then what time brings back")
    func burstAndRefill() {
        var buckets = TokenBuckets()
        let key = RateKey(rateClass: .general, subject: "a")
        let limit = RateLimit(requests: 60, burst: 3)
        for remaining in [2, 1, 0] {
            let decision = buckets.take(key, limit: limit, at: Self.start)
            #expect(decision.isAllowed && decision.remaining == remaining && decision.limit == 60)
            #expect(decision.retryAfter == nil)
        }
        let refused = buckets.take(key, limit: limit, at: Self.start)
        #expect(!refused.isAllowed)
        #expect(refused.retryAfter == 1)
        #expect(refused.resetAt == 1_767_225_603)
        #expect(!buckets.take(key, limit: limit, at: Self.start.advanced(by: .milliseconds(999))).isAllowed)
        #expect(buckets.take(key, limit: limit, at: Self.start.advanced(by: .milliseconds(1000))).isAllowed)
    }

    @Test("Waiting as long as Retry-After says is enough", arguments: [(10, 60), (1000, 3600), (1, 86_400), (7, 3)])
    func retryAfter(requests: Int, seconds: Int) {
        var buckets = TokenBuckets()
        let key = RateKey(rateClass: .auth, subject: "a")
        let limit = RateLimit(requests: requests, seconds: seconds)
        for _ in 0..<requests { #expect(buckets.take(key, limit: limit, at: Self.start).isAllowed) }
        let wait = buckets.take(key, limit: limit, at: Self.start).retryAfter ?? 0
        #expect(buckets.take(key, limit: limit, at: Self.start.advanced(by: .seconds(wait))).isAllowed)
    }

    @Test("A clock set back neither fills a bucket nor stops it from filling")
    func clockSetBack() {
        var buckets = TokenBuckets()
        let key = RateKey(rateClass: .general, subject: "a")
        let limit = RateLimit(requests: 1, seconds: 1)
        #expect(buckets.take(key, limit: limit, at: Self.start).isAllowed)
        let before = Self.start.advanced(by: .seconds(-3600))
        #expect(!buckets.take(key, limit: limit, at: before).isAllowed)
        #expect(buckets.take(key, limit: limit, at: before.advanced(by: .seconds(1))).isAllowed)
    }

    @Test("Memory is bounded however many callers there are")
    func bounded() {
        var buckets = TokenBuckets(bucketsMax: 100)
        let limit = RateLimit(requests: 1)
        for number in 0..<10_000 {
            _ = buckets.take(RateKey(rateClass: .general, subject: "\(number)"), limit: limit, at: Self.start)
        }
        #expect(buckets.count <= 100)
    }

    @Test("Users, keys, addresses, classes and profiles are counted apart")
    func keys() async throws {
        let clock = HandClock()
        var table = RateTable()
        table.classes = [.general: RateLimit(requests: 1), .ai: RateLimit(requests: 1)]
        let limiter = RateLimiter(table: table, clock: clock)
        let first = Principal(tenant: TenantID("t"), user: UserID("u"))
        let second = Principal(tenant: TenantID("s"), user: UserID("u"))
        let address = try #require(IPAddress("192.0.2.1"))
        let keys: [RateKey] = [
            .user(first, .general, on: .aether), .user(second, .general, on: .aether), .user(first, .ai, on: .aether),
            .user(first, .general, on: .smb), .address(address, .general, on: .aether),
        ]
        for key in keys { #expect(await limiter.take(key)?.isAllowed == true) }
        for key in keys { #expect(await limiter.take(key)?.isAllowed == false) }
        #expect(RateKey.login("A@x.com ", from: address) == .login("a@X.com", from: address))
        #expect(RateKey.login("b@x.com", from: address) != .login("a@x.com", from: address))
    }

    @Test("Rates that are off limit nothing")
    func off() async {
        var table = RateTable()
        table.isOff = true
        let limiter = RateLimiter(table: table, clock: HandClock())
        #expect(await limiter.take(RateKey(rateClass: .auth, subject: "a")) == nil)
    }
}
