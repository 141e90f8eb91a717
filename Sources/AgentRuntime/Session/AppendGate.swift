/// Lets one append of a session run at a time, in the order in which they were asked for.
///
/// Confined to its session; the number of waiters is bounded by the queue of the session.
final class AppendGate {
    private var isTaken = false
    private var waiting: [CheckedContinuation<Void, Never>] = []

    /// Waits until the gate is free, and takes it.
    func enter() async {
        guard isTaken else {
            isTaken = true
            return
        }
        await withCheckedContinuation { continuation in
            // The wait may begin with a job of its own, before which the gate was left.
            if isTaken {
                waiting.append(continuation)
            } else {
                isTaken = true
                continuation.resume()
            }
        }
    }

    /// Hands the gate to the one who has waited longest.
    func leave() {
        guard waiting.isEmpty else {
            waiting.removeFirst().resume()
            return
        }
        isTaken = false
    }
}
