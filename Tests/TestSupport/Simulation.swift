internal import Foundation
internal import Synchronization

/// Runs concurrent code one job at a time, in an order that a seed chooses, in virtual time.
///
/// Everything that happens is decided by the seed, so a failure is replayed by running the same seed again.
/// Code under test runs in `SimulatedProcess`es, which can be killed between any two jobs. Work that leaves the
/// simulation (a task without its executor) is counted in `escapes`, which a test expects to be zero.
package final class Simulation: TaskExecutor, @unchecked Sendable {
    // Safe: all mutable state is behind `state`; `current` is only used on the thread inside `run`.

    enum Work {
        case job(UnownedJob, serial: SimulatedSerialExecutor?)
        case closure(@Sendable () -> Void, serial: SimulatedSerialExecutor?)
    }

    private struct Timer {
        var at: Duration
        var order: Int
        var resume: @Sendable () -> Void
    }

    private struct State {
        var ready: [(work: Work, process: SimulatedProcess?)] = []
        var timers: [Int: Timer] = [:]
        var now: Duration = .zero
        var order = 0
        var random: SplitMix64
        var escapes = 0
        var isFinished = false
    }

    package enum Outcome: Equatable, Sendable {
        case finished
        /// Nothing is ready, no timer is set, and the body has not returned.
        case deadlock
    }

    private let state: Mutex<State>
    fileprivate(set) var current: SimulatedSerialExecutor?

    package init(seed: UInt64) {
        state = Mutex(State(random: SplitMix64(seed: seed)))
        _ = Self.installHook
    }

    package var escapes: Int { state.withLock { $0.escapes } }
    package var now: Duration { state.withLock { $0.now } }

    /// A number below `bound`, chosen by the seed.
    package func random(below bound: Int) -> Int {
        state.withLock { Int.random(in: 0..<bound, using: &$0.random) }
    }

    /// Whether something happens that happens once in `n` times.
    package func chance(oneIn n: Int) -> Bool { n > 0 && random(below: n) == 0 }

    package func enqueue(_ job: consuming ExecutorJob) { add(.job(UnownedJob(job), serial: nil), for: nil) }

    func add(_ work: Work, for process: SimulatedProcess?) {
        state.withLock { state in
            guard process?.isAlive ?? true else { return }
            state.ready.append((work, process))
        }
    }

    func dropWork(of process: SimulatedProcess) {
        state.withLock { $0.ready.removeAll { $0.process === process } }
    }

    func setTimer(at instant: Duration, _ resume: @escaping @Sendable () -> Void) -> Int {
        state.withLock { state in
            state.order += 1
            state.timers[state.order] = Timer(at: instant, order: state.order, resume: resume)
            return state.order
        }
    }

    func removeTimer(_ order: Int) -> Bool { state.withLock { $0.timers.removeValue(forKey: order) != nil } }

    /// Runs `body` and everything it causes until it returns.
    package func run(_ body: @escaping @Sendable () async -> Void) -> Outcome {
        Self.running.withLock { $0[Self.threadKey] = self }
        defer { Self.running.withLock { $0[Self.threadKey] = nil } }
        Task(executorPreference: self) {
            await body()
            self.state.withLock { $0.isFinished = true }
        }
        while !state.withLock({ $0.isFinished }) {
            if let next = takeReady() {
                perform(next.work, for: next.process)
            } else if let resume = takeTimer() {
                resume()
            } else {
                return .deadlock
            }
        }
        return .finished
    }

    private func takeReady() -> (work: Work, process: SimulatedProcess?)? {
        state.withLock { state in
            guard !state.ready.isEmpty else { return nil }
            let index = Int.random(in: 0..<state.ready.count, using: &state.random)
            // A serial executor keeps the order of its jobs, so the first of the same executor is taken instead.
            guard let serial = state.ready[index].work.serial else { return state.ready.remove(at: index) }
            let first = state.ready.firstIndex { $0.work.serial === serial } ?? index
            return state.ready.remove(at: first)
        }
    }

    private func takeTimer() -> (@Sendable () -> Void)? {
        state.withLock { state in
            guard let next = state.timers.values.min(by: { ($0.at, $0.order) < ($1.at, $1.order) }) else { return nil }
            state.timers[next.order] = nil
            state.now = max(state.now, next.at)
            return next.resume
        }
    }

    private func perform(_ work: Work, for process: SimulatedProcess?) {
        current = work.serial
        defer { current = nil }
        let tasks = process?.asUnownedTaskExecutor() ?? asUnownedTaskExecutor()
        switch work {
        case .closure(let closure, _): closure()
        case .job(let job, nil): job.runSynchronously(on: tasks)
        case .job(let job, let serial?):
            job.runSynchronously(isolatedTo: serial.asUnownedSerialExecutor(), taskExecutor: tasks)
        }
    }

    // MARK: - Catching work that leaves the simulation

    private typealias Original = @convention(thin) (UnownedJob) -> Void
    private typealias Hook = @convention(thin) (UnownedJob, Original) -> Void
    private static let running = Mutex<[UInt: Simulation]>([:])
    private static var threadKey: UInt { UInt(pthread_self()) }

    private static let installHook: Void = {
        guard let symbol = dlsym(dlopen(nil, RTLD_LAZY), "swift_task_enqueueGlobal_hook") else { return }
        symbol.assumingMemoryBound(to: Hook?.self).pointee = { job, original in
            Simulation.running.withLock { $0[Simulation.threadKey] }?.noteEscape()
            original(job)
        }
    }()

    private func noteEscape() { state.withLock { $0.escapes += 1 } }
}

extension Simulation.Work {
    var serial: SimulatedSerialExecutor? {
        switch self {
        case .job(_, let serial), .closure(_, let serial): serial
        }
    }
}

/// A process of the code under test: its tasks run in the simulation until it is killed.
package final class SimulatedProcess: TaskExecutor, @unchecked Sendable {
    // Safe: `alive` is a mutex; the rest is constant.
    private let simulation: Simulation
    private let alive = Mutex(true)

    package init(_ simulation: Simulation) { self.simulation = simulation }

    package var isAlive: Bool { alive.withLock { $0 } }

    /// Ends the process between two jobs: whatever it had still to do never happens.
    package func kill() {
        alive.withLock { $0 = false }
        simulation.dropWork(of: self)
    }

    package func enqueue(_ job: consuming ExecutorJob) {
        simulation.add(.job(UnownedJob(job), serial: nil), for: self)
    }

    /// A thread of the process: actors pinned to it run one at a time, in the order in which they were asked to.
    package func thread() -> SimulatedSerialExecutor { SimulatedSerialExecutor(simulation, self) }

    /// Begins a task in the process; it ends with the process.
    package func spawn(_ body: @escaping @Sendable () async -> Void) {
        Task(executorPreference: self) { await body() }
    }
}

/// One thread of a simulated process.
package final class SimulatedSerialExecutor: SerialExecutor {
    private let simulation: Simulation
    private let process: SimulatedProcess

    init(_ simulation: Simulation, _ process: SimulatedProcess) {
        self.simulation = simulation
        self.process = process
    }

    package func enqueue(_ job: consuming ExecutorJob) {
        simulation.add(.job(UnownedJob(job), serial: self), for: process)
    }

    /// Runs a closure on the thread, later.
    package func run(_ work: @escaping @Sendable () -> Void) {
        simulation.add(.closure(work, serial: self), for: process)
    }

    package func checkIsolated() { precondition(simulation.current === self, "not on this simulated thread") }
    package func isIsolatingCurrentContext() -> Bool? { simulation.current === self }
}

/// A small, well-mixed generator whose whole state is its seed (Steele, Lea, Flood: Fast Splittable PRNGs, 2014).
package struct SplitMix64: RandomNumberGenerator, Sendable {
    private var state: UInt64

    package init(seed: UInt64) { state = seed }

    package mutating func next() -> UInt64 {
        state &+= 0x9E37_79B9_7F4A_7C15
        var mixed = state
        mixed = (mixed ^ (mixed >> 30)) &* 0xBF58_476D_1CE4_E5B9
        mixed = (mixed ^ (mixed >> 27)) &* 0x94D0_49BB_1331_11EB
        return mixed ^ (mixed >> 31)
    }
}
