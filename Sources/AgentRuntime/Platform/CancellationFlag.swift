internal import Synchronization

/// Says to work on another thread that nobody waits for it any more; set once, never cleared.
final class CancellationFlag: Sendable {
    private let state = Atomic<Bool>(false)

    var isSet: Bool { state.load(ordering: .relaxed) }

    func set() { state.store(true, ordering: .relaxed) }
}
