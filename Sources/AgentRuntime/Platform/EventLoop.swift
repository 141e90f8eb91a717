// One thread that waits for descriptors, timers and jobs, and is a Swift executor: what is pinned to it (connections,
// sessions, transfers) runs on its thread and calls one another without a switch.
//
// A tick: wait (not at all when work is queued, else until the next timer) → descriptors → inbox → timers → up to
// 16 rounds of jobs, each of what was queued when it began → `beforeFlush` hooks → one flush per dirty target. The
// rounds let all events of a tick leave in one send; their bound keeps descriptors alive under a busy producer.
//
// Two rules make it fast, and half of the pair is worse than none (a factor of 3 to 18, without a warning): every task
// that lives on a loop is made with its preference, which `spawn` does, and jobs say how they run. One of an actor runs
// isolated to the loop, so that the actors of a loop call one another without a job; one of a function that belongs to
// no actor runs on the loop's `tasks` alone, so that such functions do. Were it isolated too, every await in it would
// queue a job of its own, since the runtime takes it off the actor that it seems to be on.

internal import CLinux
internal import Glibc
internal import Synchronization

/// Someone with bytes to send at the end of the tick.
package protocol FlushTarget: AnyObject {
    /// Called once per `markDirty`, on the loop.
    func flush()
}

/// A thread with an epoll instance; executor of the actors and tasks that live on it.
///
/// Unchecked, because the state below "loop only" is touched by the loop's thread alone, which every entry checks.
package final class EventLoop: SerialWorkExecutor, @unchecked Sendable {
    package typealias Work = @Sendable () -> Void

    private enum Entry {
        /// Of an actor that lives here.
        case job(UnownedJob)
        /// Of a function that belongs to no actor.
        case taskJob(UnownedJob)
        case work(Work)
    }

    /// How many rounds of jobs a tick runs before it flushes and looks at descriptors again.
    static let roundsPerTick = 16
    /// The size of the buffer that all connections of a loop read into.
    static let readBufferSize = 65_536
    private static let eventsPerWait = 256
    private static let keptQueueCapacity = 4096

    package let name: String
    private let wakeDescriptor: Int32
    /// Jobs and work from other threads; bounded by what those threads have in flight.
    private let inbox = Mutex<[Entry]>([])
    /// Whether the loop will look at its inbox before it sleeps, so that nobody need wake it.
    private let isAwake = Atomic<Bool>(false)
    private let isStopping = Atomic<Bool>(false)
    private let threadToken = Atomic<UInt>(0)
    private let timerNumbers = Atomic<UInt64>(0)
    private let wakes = Atomic<UInt64>(0)
    private let runs = Atomic<UInt64>(0)
    private let thread = Mutex<pthread_t?>(nil)
    /// Let go of when the thread ends, since each of the two keeps the other.
    private let keptTasks = Mutex<LoopTasks?>(nil)

    // Loop only.
    private var descriptors: Descriptors
    private var timers = TimerHeap()
    private var queue: [Entry] = []
    private var running: [Entry] = []
    private var hooks: [Work] = []
    private var dirty: [any FlushTarget] = []
    private var flushing: [any FlushTarget] = []
    private var tickInstant = LoopInstant.now
    private let events: UnsafeMutableBufferPointer<clinux_event>
    let readBuffer: UnsafeMutableBufferPointer<UInt8>

    package init(name: String = "loop") throws(SystemError) {
        let wakeDescriptor = clinux_event_create()
        guard wakeDescriptor >= 0 else { throw .last("eventfd") }
        let descriptors: Descriptors
        do {
            descriptors = try Descriptors()
        } catch {
            close(wakeDescriptor)
            throw error
        }
        // Edge-triggered, so the counter need not be read; it cannot overflow in the life of a machine.
        guard clinux_epoll_add(descriptors.epoll, wakeDescriptor, clinux_readable | clinux_edge_triggered, .max) == 0
        else {
            let error = SystemError.last("epoll_ctl")
            close(wakeDescriptor)
            throw error
        }
        self.name = name
        self.wakeDescriptor = wakeDescriptor
        self.descriptors = descriptors
        events = .allocate(capacity: Self.eventsPerWait)
        events.initialize(repeating: clinux_event())
        readBuffer = .allocate(capacity: Self.readBufferSize)
        readBuffer.initialize(repeating: 0)
    }

    deinit {
        close(wakeDescriptor)
        events.deallocate()
        readBuffer.deallocate()
    }

    // MARK: Life

    /// Starts the loop's thread; once.
    package func start() throws(SystemError) {
        let context = Unmanaged.passRetained(self).toOpaque()
        var created = pthread_t()
        let code = pthread_create(&created, nil, { EventLoop.threadMain($0) }, context)
        guard code == 0 else {
            Unmanaged<EventLoop>.fromOpaque(context).release()
            throw SystemError("pthread_create", errno: code)
        }
        thread.withLock { $0 = created }
    }

    /// Ends the loop's thread after the work queued so far, and waits for that unless called on the loop itself.
    ///
    /// Work that arrives later never runs: stop what uses the loop first.
    package func stop() {
        isStopping.store(true, ordering: .sequentiallyConsistent)
        wake()
        guard !isOnLoop else { return }
        let ended = thread.withLock { thread in
            defer { thread = nil }
            return thread
        }
        if let ended { pthread_join(ended, nil) }
    }

    private static func threadMain(_ context: UnsafeMutableRawPointer?) -> UnsafeMutableRawPointer? {
        guard let context else { return nil }
        let loop = Unmanaged<EventLoop>.fromOpaque(context).takeRetainedValue()
        clinux_thread_name(loop.name)
        clinux_thread_value_set(context)
        loop.threadToken.store(Self.currentToken, ordering: .sequentiallyConsistent)
        let tasks = loop.tasks
        withExtendedLifetime(tasks) { loop.run(tasks.asUnownedTaskExecutor()) }
        clinux_thread_value_set(nil)
        loop.keptTasks.withLock { $0 = nil }
        return nil
    }

    private func run(_ tasks: UnownedTaskExecutor) {
        while !isStopping.load(ordering: .sequentiallyConsistent) { tick(tasks) }
        // What was queued before the stop still runs, together with what follows from it, within a bound.
        for _ in 0..<Self.roundsPerTick {
            takeInbox()
            guard !queue.isEmpty || !hooks.isEmpty || !dirty.isEmpty else { break }
            runJobs(tasks)
            flush()
        }
    }

    // MARK: Which thread

    private static var currentToken: UInt { UInt(bitPattern: clinux_thread_token()) }

    /// Whether the caller runs on this loop's thread.
    package var isOnLoop: Bool { threadToken.load(ordering: .acquiring) == Self.currentToken }

    /// The loop whose thread this is; `nil` on any other thread.
    package static var current: EventLoop? {
        clinux_thread_value().map { Unmanaged<EventLoop>.fromOpaque($0).takeUnretainedValue() }
    }

    package func checkIsolated() { precondition(isOnLoop, "not on the thread of \(name)") }

    package func isIsolatingCurrentContext() -> Bool? { isOnLoop }

    package func asUnownedSerialExecutor() -> UnownedSerialExecutor { UnownedSerialExecutor(ordinary: self) }

    // MARK: Work

    /// The loop as what tasks prefer to run on.
    package var tasks: LoopTasks {
        keptTasks.withLock { kept in
            if let kept { return kept }
            let made = LoopTasks(self)
            // What is asked of a loop that ends never runs.
            if !isStopping.load(ordering: .sequentiallyConsistent) { kept = made }
            return made
        }
    }

    package func enqueue(_ job: consuming ExecutorJob) { add(.job(UnownedJob(job))) }

    fileprivate func enqueue(ofTask job: UnownedJob) { add(.taskJob(job)) }

    /// Runs work on the loop; from any thread, in order of calls from one thread.
    package func execute(_ work: @escaping Work) { add(.work(work)) }

    package func run(_ work: @escaping Work) { add(.work(work)) }

    package func run(after delay: Duration, _ work: @escaping Work) { after(delay, work) }

    /// Starts a task that lives on this loop.
    ///
    /// It returns to the loop after every suspension, together with the default actors and `@concurrent` functions
    /// it calls; long work belongs under `withTaskExecutorPreference(workers)`.
    @discardableResult
    package func spawn<Success: Sendable>(
        _ body: @escaping @Sendable () async -> Success
    ) -> Task<Success, Never> {
        Task(executorPreference: tasks) { await body() }
    }

    private func add(_ entry: Entry) {
        if isOnLoop {
            queue.append(entry)
        } else {
            inbox.withLock { $0.append(entry) }
            wake()
        }
    }

    private func wake() {
        guard !isAwake.exchange(true, ordering: .sequentiallyConsistent) else { return }
        wakes.wrappingAdd(1, ordering: .relaxed)
        _ = clinux_event_signal(wakeDescriptor)
    }

    // MARK: Time

    /// The instant at which this tick began; off the loop, the clock's.
    package var now: LoopInstant { isOnLoop ? tickInstant : .now }

    /// Runs work on the loop once the time has passed, to the millisecond above; from any thread.
    @discardableResult
    package func after(_ delay: Duration, _ work: @escaping Work) -> TimerToken {
        let token = TimerToken(number: timerNumbers.wrappingAdd(1, ordering: .relaxed).newValue)
        let deadline = LoopInstant.now.advanced(by: delay)
        if isOnLoop {
            timers.add(token, at: deadline, work)
        } else {
            execute { self.timers.add(token, at: deadline, work) }
        }
        return token
    }

    /// The timer's work will not run, unless it already has; from any thread.
    package func cancel(_ token: TimerToken) {
        if isOnLoop {
            timers.cancel(token)
        } else {
            execute { self.timers.cancel(token) }
        }
    }

    // MARK: Descriptors

    /// Tells `handler`, which the loop keeps until `unregister`, what the descriptor is ready for; on the loop only.
    package func register(
        _ descriptor: Int32,
        for interest: Readiness,
        _ trigger: Trigger,
        _ handler: any DescriptorHandler
    ) throws(SystemError) {
        checkIsolated()
        try descriptors.add(descriptor, interest, trigger, handler)
    }

    package func modify(_ descriptor: Int32, for interest: Readiness) throws(SystemError) {
        checkIsolated()
        try descriptors.change(descriptor, interest)
    }

    /// Before closing a descriptor; harmless when it is not registered.
    package func unregister(_ descriptor: Int32) {
        checkIsolated()
        descriptors.remove(descriptor)
    }

    // MARK: The end of a tick

    /// Runs work once at the end of this tick, after its jobs and before dirty targets flush; on the loop only.
    package func beforeFlush(_ work: @escaping Work) {
        checkIsolated()
        hooks.append(work)
    }

    /// Has the target flush at the end of this tick; on the loop only, once until it has flushed (the target knows).
    package func markDirty(_ target: any FlushTarget) {
        checkIsolated()
        dirty.append(target)
    }

    // MARK: Figures

    /// How often another thread had to wake this loop, and how many jobs it ran; for tests and metrics.
    package var figures: Figures {
        Figures(wakes: wakes.load(ordering: .relaxed), jobs: runs.load(ordering: .relaxed))
    }

    package struct Figures: Sendable, Hashable {
        package var wakes: UInt64
        package var jobs: UInt64
    }

    // MARK: The tick

    private func tick(_ tasks: UnownedTaskExecutor) {
        isAwake.store(false, ordering: .sequentiallyConsistent)
        let count = clinux_epoll_wait(
            descriptors.epoll,
            events.baseAddress,
            Int32(Self.eventsPerWait),
            waitMilliseconds()
        )
        isAwake.store(true, ordering: .sequentiallyConsistent)
        tickInstant = .now
        for index in 0..<max(0, Int(count)) {
            descriptors.handler(of: events[index].data)?.descriptorReady(Readiness(rawValue: events[index].events))
        }
        takeInbox()
        while let work = timers.popDue(at: tickInstant) { work() }
        runJobs(tasks)
        flush()
    }

    /// How long this tick may sleep; called after `isAwake` is false, so that nothing put in the inbox since is missed.
    private func waitMilliseconds() -> Int32 {
        guard queue.isEmpty, hooks.isEmpty, dirty.isEmpty, inbox.withLock(\.isEmpty),
            !isStopping.load(ordering: .sequentiallyConsistent)
        else { return 0 }
        guard let deadline = timers.nextDeadline() else { return -1 }
        let nanoseconds = max(0, deadline.nanoseconds - LoopInstant.now.nanoseconds)
        return Int32(clamping: (nanoseconds + 999_999) / 1_000_000)
    }

    private func takeInbox() {
        let taken = inbox.withLock { inbox in
            let taken = inbox
            inbox = []
            return taken
        }
        queue.append(contentsOf: taken)
    }

    private func runJobs(_ tasks: UnownedTaskExecutor) {
        let serial = asUnownedSerialExecutor()
        var round = 0
        while !queue.isEmpty, round < Self.roundsPerTick {
            swap(&queue, &running)
            runs.wrappingAdd(UInt64(running.count), ordering: .relaxed)
            for entry in running {
                switch entry {
                case .job(let job): job.runSynchronously(isolatedTo: serial, taskExecutor: tasks)
                case .taskJob(let job): job.runSynchronously(on: tasks)
                case .work(let work): work()
                }
            }
            running.removeAll(keepingCapacity: running.capacity <= Self.keptQueueCapacity)
            round += 1
        }
    }

    private func flush() {
        while !hooks.isEmpty {
            let due = hooks
            hooks = []
            for hook in due { hook() }
        }
        guard !dirty.isEmpty else { return }
        swap(&dirty, &flushing)
        for target in flushing { target.flush() }
        flushing.removeAll(keepingCapacity: flushing.capacity <= Self.keptQueueCapacity)
    }
}

/// A loop as what tasks prefer to run on: the loop itself is the executor of its actors, and the two are told apart by
/// which of them a job was given to.
package final class LoopTasks: TaskExecutor {
    private let loop: EventLoop

    fileprivate init(_ loop: EventLoop) { self.loop = loop }

    package func enqueue(_ job: consuming ExecutorJob) { loop.enqueue(ofTask: UnownedJob(job)) }
}
