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
