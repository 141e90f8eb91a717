import Foundation
import Testing

@testable import AgentRuntime

@Suite("An executor with a thread of its own")
struct ThreadExecutorTests {
    @Test("Work runs one at a time, in the order in which one caller handed it over")
    func order() async {
        let executor = ThreadExecutor(label: "test")
        let seen = Guarded<[Int]>([])
        await withCheckedContinuation { continuation in
            for number in 0..<10_000 { executor.run { seen.with { $0.append(number) } } }
            executor.run { continuation.resume() }
        }
        #expect(seen.with { $0 } == Array(0..<10_000))
    }

    @Test("Work of many callers at once is neither lost nor run twice, and never beside another")
    func manyCallers() async {
        let executor = ThreadExecutor(label: "test")
        let count = Guarded(0)
        let isBusy = Guarded(false)
        await withTaskGroup(of: Void.self) { group in
            for _ in 0..<16 {
                group.addTask {
                    for _ in 0..<200 {
                        await withCheckedContinuation { continuation in
                            executor.run {
                                let wasBusy = isBusy.with { isBusy in
                                    defer { isBusy = true }
                                    return isBusy
                                }
                                count.with { $0 += wasBusy ? 1_000_000 : 1 }
                                isBusy.with { $0 = false }
                                continuation.resume()
                            }
                        }
                    }
                }
            }
        }
        #expect(count.with { $0 } == 3200)
    }

    @Test("Timed work runs in order of its times, not before them, and after what is due already")
    func timers() async {
        let executor = ThreadExecutor(label: "test")
        let seen = Guarded<[String]>([])
        let begun = LoopInstant.now
        let end = await withCheckedContinuation { (continuation: CheckedContinuation<LoopInstant, Never>) in
            executor.run(after: .milliseconds(60)) { continuation.resume(returning: .now) }
            executor.run(after: .milliseconds(30)) { seen.with { $0.append("late") } }
            executor.run(after: .milliseconds(5)) { seen.with { $0.append("early") } }
            executor.run(after: .zero) { seen.with { $0.append("due") } }
            executor.run { seen.with { $0.append("now") } }
        }
        #expect(seen.with { Set($0.prefix(2)) } == ["due", "now"])
        #expect(seen.with { Array($0.suffix(2)) } == ["early", "late"])
        #expect(begun.duration(to: end) >= .milliseconds(60))
    }

    @Test("A thread that had nothing to do ends, and another one begins with the next work")
    func idleEnd() async throws {
        let executor = ThreadExecutor(label: "test-idle")
        /// The threads of three pieces of work that are handed over together.
        func threads() async -> [String?] {
            let seen = Guarded<[String?]>([])
            return await withCheckedContinuation { continuation in
                for number in 0..<3 {
                    executor.run {
                        // nil fails the test below
                        let link = try? FileManager.default.destinationOfSymbolicLink(atPath: "/proc/thread-self")
                        seen.with { $0.append(link) }
                        if number == 2 { continuation.resume(returning: seen.with { $0 }) }
                    }
                }
            }
        }
        let used = await threads()
        let first = try #require(used.first ?? nil)
        #expect(used == [first, first, first])
        let place = "/proc/\(first)/comm"
        for _ in 0..<400 {
            // A number that has been given to a thread of another name counts as gone.
            guard (try? String(contentsOfFile: place, encoding: .utf8)) == "test-idle\n" else { break }
            try await Task.sleep(for: .milliseconds(10))
        }
        #expect((try? String(contentsOfFile: place, encoding: .utf8)) != "test-idle\n")
        #expect(await threads().count == 3)
    }

    @Test("Its thread is of the class SCHED_BATCH, so that it pushes no loop aside")
    func schedulingClass() async {
        let executor = ThreadExecutor(label: "test")
        let policy = await withCheckedContinuation { continuation in
            executor.run { continuation.resume(returning: sched_getscheduler(0)) }
        }
        // Not every container lets a thread change its class.
        let batch: Int32 = 3
        let isAllowed = await withCheckedContinuation { continuation in
            Thread.detachNewThread {
                var parameters = sched_param()
                continuation.resume(returning: sched_setscheduler(0, batch, &parameters) == 0)
            }
        }
        #expect(policy == (isAllowed ? batch : 0))
    }

    @Test("An actor on it is isolated to its thread, and nobody else is")
    func isolation() async {
        let executor = ThreadExecutor(label: "test")
        let counter = Counter(executor)
        await counter.add()
        await withCheckedContinuation { continuation in
            executor.run {
                counter.assumeIsolated { $0.count += 1 }
                continuation.resume()
            }
        }
        #expect(await counter.count == 2)
        #expect(executor.isIsolatingCurrentContext() == false)
    }
}

private actor Counter {
    private let executor: ThreadExecutor
    var count = 0

    nonisolated var unownedExecutor: UnownedSerialExecutor { executor.asUnownedSerialExecutor() }

    init(_ executor: ThreadExecutor) { self.executor = executor }

    func add() { count += 1 }
}
