internal import AgentRuntime

/// Keeps, for a key, an answer that is given as a stream and known as a whole only at its end.
///
/// Held by whoever gives the answer; let go without a `keep`, it frees the key, since nothing was made.
final class AnswerKeeper: Sendable {
    private struct State {
        var bytes: [UInt8] = []
        var isSettled = false
    }

    private let store: IdempotencyStore
    private let key: IdempotencyStore.Key
    private let loop: EventLoop
    private let state = Guarded(State())

    init(_ store: IdempotencyStore, _ key: IdempotencyStore.Key, on loop: EventLoop) {
        self.store = store
        self.key = key
        self.loop = loop
    }

    deinit {
        guard state.with({ !$0.isSettled }) else { return }
        let (store, key) = (store, key)
        // A key that cannot be freed now is freed at the next start.
        loop.spawn { try? await store.abandon(key) }
    }

    /// Takes the next bytes of the stream.
    func add(_ bytes: [UInt8]) { state.with { $0.bytes += bytes } }

    /// Keeps what was added as the answer to the key.
    func keep() async throws {
        let bytes = state.with { state in
            state.isSettled = true
            return state.bytes
        }
        let headers = [["Content-Type", "text/event-stream"], ["X-Accel-Buffering", "no"]]
        try await store.finish(key, KeptAnswer(status: 200, headers: headers, body: bytes))
    }

    /// The key is no longer this one's to free.
    func settle() { state.with { $0.isSettled = true } }
}
