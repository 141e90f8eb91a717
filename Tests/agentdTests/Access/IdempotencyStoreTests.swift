import AgentRuntime
import TestSupport
import Testing

@testable import agentd

@Suite("Idempotency keys")
struct IdempotencyStoreTests {
    private struct Sample {
        let clock = HandClock()
        let store: IdempotencyStore

        init() throws {
            store = IdempotencyStore(database: try ControlDatabase.open(path: "", mode: .memory), clock: clock)
        }

        func key(_ text: String = "k", tenant: String = "t", user: String = "u") throws -> IdempotencyStore.Key {
            try #require(IdempotencyStore.Key(tenant: TenantID(tenant), user: UserID(user), header: text))
        }
    }

    static let print = IdempotencyStore.fingerprint(method: "POST", path: "/a", body: [1])
    static let answer = KeptAnswer(status: 201, headers: [["Location", "/a/1"]], body: Array("{}".utf8))

    @Test("The first answer is given again")
    func replay() async throws {
        let sample = try Sample()
        let key = try sample.key()
        #expect(try await sample.store.begin(key, fingerprint: Self.print) == .begun)
        #expect(try await sample.store.begin(key, fingerprint: Self.print) == .running(reference: nil))
        try await sample.store.attach("msg_1", to: key)
        #expect(try await sample.store.begin(key, fingerprint: Self.print) == .running(reference: "msg_1"))
        try await sample.store.finish(key, Self.answer)
        #expect(try await sample.store.begin(key, fingerprint: Self.print) == .finished(Self.answer))
        let quoted = try sample.key("\"k\"")
        #expect(try await sample.store.begin(quoted, fingerprint: Self.print) == .finished(Self.answer))
    }

    @Test("The same key with another request is a mismatch, running or finished")
    func mismatch() async throws {
        let sample = try Sample()
        let key = try sample.key()
        _ = try await sample.store.begin(key, fingerprint: Self.print)
        for (method, path, body) in [("POST", "/a", [UInt8(2)]), ("POST", "/b", [1]), ("PUT", "/a", [1])] {
            let other = IdempotencyStore.fingerprint(method: method, path: path, body: body)
            #expect(try await sample.store.begin(key, fingerprint: other) == .mismatch)
        }
    }

    @Test("Users and tenants have keys of their own")
    func scopes() async throws {
        let sample = try Sample()
        for key in [try sample.key(), try sample.key(user: "v"), try sample.key(tenant: "s")] {
            #expect(try await sample.store.begin(key, fingerprint: Self.print) == .begun)
        }
    }

    @Test("A key is free again after a day, or when its request made nothing")
    func freed() async throws {
        let sample = try Sample()
        let key = try sample.key()
        _ = try await sample.store.begin(key, fingerprint: Self.print)
        try await sample.store.abandon(key)
        #expect(try await sample.store.begin(key, fingerprint: Self.print) == .begun)
        try await sample.store.finish(key, Self.answer)
        try await sample.store.abandon(key)
        #expect(try await sample.store.begin(key, fingerprint: Self.print) == .finished(Self.answer))
        sample.clock.advance(by: .seconds(86_400))
        #expect(try await sample.store.begin(key, fingerprint: Self.print) == .begun)
    }

    @Test("After a crash a key without a trace is free, one with something to join is not")
    func recovery() async throws {
        let sample = try Sample()
        let (lost, joined) = (try sample.key("lost"), try sample.key("joined"))
        _ = try await sample.store.begin(lost, fingerprint: Self.print)
        _ = try await sample.store.begin(joined, fingerprint: Self.print)
        try await sample.store.attach("msg_1", to: joined)
        try await sample.store.recover()
        #expect(try await sample.store.begin(lost, fingerprint: Self.print) == .begun)
        #expect(try await sample.store.begin(joined, fingerprint: Self.print) == .running(reference: "msg_1"))
    }

    @Test("An answer that is too large leaves the key taken")
    func tooLarge() async throws {
        let sample = try Sample()
        let key = try sample.key()
        _ = try await sample.store.begin(key, fingerprint: Self.print)
        let body = [UInt8](repeating: 0, count: IdempotencyStore.answerBytesMax + 1)
        try await sample.store.finish(key, KeptAnswer(status: 200, headers: [], body: body))
        #expect(try await sample.store.begin(key, fingerprint: Self.print) == .running(reference: nil))
    }

    @Test("What is no key is refused", arguments: ["", "\"\"", "a\u{7}b", "é", String(repeating: "a", count: 256)])
    func refusedKeys(header: String) {
        #expect(IdempotencyStore.Key(tenant: TenantID("t"), user: UserID("u"), header: header) == nil)
    }
}
