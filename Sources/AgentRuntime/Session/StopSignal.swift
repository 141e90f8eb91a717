internal import Synchronization

/// Tells those who work for a turn that it is to end: raised once, heard by all, late listeners too.
final class StopSignal: Sendable {
    private let state = Mutex<(isRaised: Bool, listeners: [AsyncStream<Void>.Continuation])>((false, []))

    var isRaised: Bool { state.withLock { $0.isRaised } }

    func raise() {
        let listeners = state.withLock { state in
            defer { state = (true, []) }
            return state.listeners
        }
        for listener in listeners { listener.finish() }
    }

    /// Waits until it is raised, or the task is cancelled.
    func wait() async {
        let (stream, listener) = AsyncStream.makeStream(of: Void.self)
        let isRaised = state.withLock { state in
            if !state.isRaised { state.listeners.append(listener) }
            return state.isRaised
        }
        guard !isRaised else { return }
        for await _ in stream {}
    }
}
