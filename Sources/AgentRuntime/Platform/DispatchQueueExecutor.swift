internal import Dispatch

/// A serial executor that also runs plain work, in order with the jobs of its actors.
///
/// Work handed over from an actor runs after what was queued before it; the journal gathers a group of appends so.
package protocol SerialWorkExecutor: SerialExecutor {
    func run(_ work: @escaping @Sendable () -> Void)

    /// The same once some time has passed; what is handed over later may come before it.
    func run(after delay: Duration, _ work: @escaping @Sendable () -> Void)
}

extension SerialWorkExecutor {
    /// Without a clock of its own an executor lets no time pass.
    package func run(after delay: Duration, _ work: @escaping @Sendable () -> Void) { run(work) }
}

/// Runs its actors' jobs one at a time on a queue of its own, so that blocking calls stall nobody else.
package final class DispatchQueueExecutor: SerialWorkExecutor {
    private let queue: DispatchQueue
    private let mark = DispatchSpecificKey<Bool>()

    package init(label: String) {
        queue = DispatchQueue(label: label)
        queue.setSpecific(key: mark, value: true)
    }

    package func enqueue(_ job: consuming ExecutorJob) {
        let job = UnownedJob(job)
        queue.async { job.runSynchronously(on: self.asUnownedSerialExecutor()) }
    }

    package func run(_ work: @escaping @Sendable () -> Void) { queue.async(execute: work) }

    package func run(after delay: Duration, _ work: @escaping @Sendable () -> Void) {
        queue.asyncAfter(deadline: .now() + .nanoseconds(Int(delay.wholeNanoseconds)), execute: work)
    }

    package func asUnownedSerialExecutor() -> UnownedSerialExecutor { UnownedSerialExecutor(ordinary: self) }

    package func checkIsolated() { dispatchPrecondition(condition: .onQueue(queue)) }

    package func isIsolatingCurrentContext() -> Bool? { DispatchQueue.getSpecific(key: mark) == true }
}
