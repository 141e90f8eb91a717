/// Those who wait until something of an actor, or of what is confined to one, has come about.
///
/// Whoever asked first and then waits would wait for ever: a wait may begin with a job of its own, and what it is for
/// may come about before that. So each tells, as it is added, whether there is still something to wait for.
package struct Waiters {
    private var continuations: [CheckedContinuation<Void, Never>] = []

    package init() {}

    /// Adds one who waits, unless it is over: then it goes on at once.
    package mutating func add(_ waiter: CheckedContinuation<Void, Never>, unless isOver: Bool = false) {
        if isOver { waiter.resume() } else { continuations.append(waiter) }
    }

    package mutating func resumeAll() {
        let resumed = continuations
        continuations = []
        for continuation in resumed { continuation.resume() }
    }
}
