// Threads for work that would hold a loop up: scrypt, ranking, simulation, planning; anything above 0.2 ms.
// `withTaskExecutorPreference(workers) { … }` takes a task there and back for 8 to 17 µs.
// The queue holds one entry per task that is ready to run, so it is bounded by the turns and requests in flight,
// which the parts that start tasks bound.

internal import CLinux
internal import Dispatch
internal import Glibc
internal import Synchronization

/// A task executor over a fixed number of threads.
package final class Workers: TaskExecutor, Sendable {
    private struct Queue {
        var jobs: [UnownedJob] = []
        var head = 0
        var isStopping = false

        mutating func next() -> UnownedJob? {
            guard head < jobs.count else { return nil }
            defer {
                head += 1
                if head == jobs.count {
                    jobs.removeAll(keepingCapacity: jobs.capacity <= 4096)
                    head = 0
                } else if head >= 1024, head * 2 > jobs.count {
                    jobs.removeFirst(head)
                    head = 0
                }
            }
            return jobs[head]
        }
    }

    package let threadCount: Int
    private let queue = Mutex(Queue())
    private let ready = DispatchSemaphore(value: 0)
    private let threads = Mutex<[pthread_t]>([])

    /// Starts the threads; by default as many as the process may use cores.
    package init(threadCount: Int = EventLoopGroup.coreCount) throws(SystemError) {
        precondition(threadCount > 0, "workers need a thread")
        self.threadCount = threadCount
        for _ in 0..<threadCount {
            let context = Unmanaged.passRetained(self).toOpaque()
            var created = pthread_t()
            let code = pthread_create(&created, nil, { Workers.threadMain($0) }, context)
            guard code == 0 else {
                Unmanaged<Workers>.fromOpaque(context).release()
                stop()
                throw SystemError("pthread_create", errno: code)
            }
            threads.withLock { $0.append(created) }
        }
    }

    package func enqueue(_ job: consuming ExecutorJob) {
        let job = UnownedJob(job)
        queue.withLock { $0.jobs.append(job) }
        ready.signal()
    }

    /// Ends the threads once the queue is empty, and waits for them; not to be called on one of them.
    package func stop() {
        queue.withLock { $0.isStopping = true }
        let ended = threads.withLock { threads in
            defer { threads = [] }
            return threads
        }
        for _ in ended { ready.signal() }
        for thread in ended { pthread_join(thread, nil) }
    }

    private static func threadMain(_ context: UnsafeMutableRawPointer?) -> UnsafeMutableRawPointer? {
        guard let context else { return nil }
        clinux_thread_name("worker")
        Unmanaged<Workers>.fromOpaque(context).takeRetainedValue().run()
        return nil
    }

    private func run() {
        while true {
            ready.wait()
            let (job, isStopping) = queue.withLock { ($0.next(), $0.isStopping) }
            if let job {
                job.runSynchronously(on: asUnownedTaskExecutor())
            } else if isStopping {
                return
            }
        }
    }
}
