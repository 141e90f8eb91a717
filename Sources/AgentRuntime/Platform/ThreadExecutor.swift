// A thread for each file of SQLite, instead of a queue of Dispatch: a queue is run by whichever thread of the pool is
// free, which finds neither its allocator's cache nor its stack warm, and its timers pass through one more thread.
// The thread begins with the first job and ends when none came for `idleTime`, so that the files of a thousand tenants
// do not hold a thousand threads.
//
// It is of the class SCHED_BATCH (sched(7)): when something comes it waits for its share of a processor, without
// pushing a loop aside for it, which then finds its caches taken when it comes back. On two busy cores that spares a
// quarter of the switches between threads.
//
// The queue is bounded by the callers, each of which waits for its own job.

internal import CLinux
internal import Dispatch
internal import Glibc
internal import Synchronization

/// Runs its actors' jobs one at a time on a thread of its own, so that blocking calls stall nobody else.
///
/// Unchecked, because the state below "under the lock" is touched with the lock held only, and `running` by the thread
/// alone.
package final class ThreadExecutor: SerialWorkExecutor, @unchecked Sendable {
    package typealias Work = @Sendable () -> Void

    private enum Entry {
        case job(UnownedJob)
        case work(Work)
    }

    /// How long a thread with nothing to do waits before it ends.
    static let idleTime = Duration.seconds(1)
    private static let keptQueueCapacity = 4096

    private let label: String
    private let lock: UnsafeMutablePointer<pthread_mutex_t>
    private let isReady: UnsafeMutablePointer<pthread_cond_t>
    private let threadToken = Atomic<UInt>(0)

    // Under the lock.
    private var queue: [Entry] = []
    private var timers = TimerHeap()
    private var timerNumber: UInt64 = 0
    private var hasThread = false
    private var isWaiting = false

    private var running: [Entry] = []

    /// - Parameter label: names the thread, by its first 15 bytes.
    package init(label: String) {
        self.label = label
        lock = .allocate(capacity: 1)
        pthread_mutex_init(lock, nil)
        isReady = .allocate(capacity: 1)
        var attributes = pthread_condattr_t()
        pthread_condattr_init(&attributes)
        pthread_condattr_setclock(&attributes, CLOCK_MONOTONIC)
        pthread_cond_init(isReady, &attributes)
        pthread_condattr_destroy(&attributes)
    }

    deinit {
        pthread_cond_destroy(isReady)
        isReady.deallocate()
        pthread_mutex_destroy(lock)
        lock.deallocate()
    }

    package func enqueue(_ job: consuming ExecutorJob) {
        let job = UnownedJob(job)
        change { $0.queue.append(.job(job)) }
    }

    package func run(_ work: @escaping Work) { change { $0.queue.append(.work(work)) } }

    package func run(after delay: Duration, _ work: @escaping Work) {
        let deadline = LoopInstant.now.advanced(by: delay)
        change { executor in
            executor.timerNumber += 1
            executor.timers.add(TimerToken(number: executor.timerNumber), at: deadline, work)
        }
    }

    package func asUnownedSerialExecutor() -> UnownedSerialExecutor { UnownedSerialExecutor(ordinary: self) }

    package func checkIsolated() { precondition(isOnThread, "not on the thread of \(label)") }

    package func isIsolatingCurrentContext() -> Bool? { isOnThread }

    private var isOnThread: Bool { threadToken.load(ordering: .acquiring) == UInt(bitPattern: clinux_thread_token()) }

    /// Changes what there is to do, and sees to it that the thread looks at it.
    private func change(_ body: (ThreadExecutor) -> Void) {
        pthread_mutex_lock(lock)
        body(self)
        let isStarting = !hasThread
        let isWaking = isWaiting
        hasThread = true
        isWaiting = false
        pthread_mutex_unlock(lock)
        if isStarting { start() }
        if isWaking { pthread_cond_signal(isReady) }
    }

    // MARK: The thread

    private func start() {
        let context = Unmanaged.passRetained(self).toOpaque()
        var thread = pthread_t()
        if pthread_create(&thread, nil, { ThreadExecutor.threadMain($0) }, context) == 0 {
            pthread_detach(thread)
        } else {
            // The machine gives no more threads: one that Dispatch has will do.
            let executor = Unmanaged<ThreadExecutor>.fromOpaque(context).takeRetainedValue()
            DispatchQueue.global().async { executor.runUntilIdle() }
        }
    }

    private static func threadMain(_ context: UnsafeMutableRawPointer?) -> UnsafeMutableRawPointer? {
        guard let context else { return nil }
        let executor = Unmanaged<ThreadExecutor>.fromOpaque(context).takeRetainedValue()
        clinux_thread_name(executor.label)
        clinux_thread_batch()
        executor.runUntilIdle()
        return nil
    }

    private func runUntilIdle() {
        threadToken.store(UInt(bitPattern: clinux_thread_token()), ordering: .releasing)
        while takeWork() {
            for entry in running {
                switch entry {
                case .job(let job): job.runSynchronously(on: asUnownedSerialExecutor())
                case .work(let work): work()
                }
            }
            running.removeAll(keepingCapacity: running.capacity <= Self.keptQueueCapacity)
        }
    }

    /// Waits until there is something in `running`; `false` where nothing came, and the thread is to end.
    private func takeWork() -> Bool {
        pthread_mutex_lock(lock)
        defer { pthread_mutex_unlock(lock) }
        var idleEnd: LoopInstant?
        while true {
            takeDue()
            guard queue.isEmpty else {
                swap(&queue, &running)
                return true
            }
            if let deadline = timers.nextDeadline() {
                wait(until: deadline)
                continue
            }
            let end = idleEnd ?? LoopInstant.now.advanced(by: Self.idleTime)
            idleEnd = end
            guard LoopInstant.now < end else {
                hasThread = false
                // The next thread may begin at once; this one has nothing more to run.
                threadToken.store(0, ordering: .releasing)
                return false
            }
            wait(until: end)
        }
    }

    /// Queues the work of the timers that are due.
    private func takeDue() {
        guard timers.count > 0 else { return }
        let now = LoopInstant.now
        while let work = timers.popDue(at: now) { queue.append(.work(work)) }
    }

    /// Gives the lock back until something is to be done, the time has come, or for no reason.
    private func wait(until instant: LoopInstant) {
        let (seconds, nanoseconds) = instant.nanoseconds.quotientAndRemainder(dividingBy: 1_000_000_000)
        var time = timespec(tv_sec: Int(seconds), tv_nsec: Int(nanoseconds))
        isWaiting = true
        pthread_cond_timedwait(isReady, lock, &time)
        isWaiting = false
    }
}
