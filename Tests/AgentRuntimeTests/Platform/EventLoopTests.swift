import Synchronization
import TestSupport
import Testing

@testable import AgentRuntime

/// What a test saw happen, in order.
final class Log: Sendable {
    private let entries = Mutex<[String]>([])
    func add(_ entry: String) { entries.withLock { $0.append(entry) } }
    var all: [String] { entries.withLock { $0 } }
}

/// A dirty target that only says so.
final class LoggingTarget: FlushTarget, @unchecked Sendable {
    let log: Log
    init(_ log: Log) { self.log = log }
    func flush() { log.add("flush") }
}

@Suite struct EventLoopTests {
    @Test("Work runs on the loop's thread, in order of calls")
    func order() async throws {
        try await withEventLoop { loop in
            let log = Log()
            for number in 0..<1000 { loop.execute { log.add(loop.isOnLoop ? "\(number)" : "elsewhere") } }
            await loop.perform {}
            #expect(log.all == (0..<1000).map(String.init))
            #expect(!loop.isOnLoop)
            #expect(await loop.perform { EventLoop.current === loop })
            #expect(EventLoop.current == nil)
        }
    }

    @Test("A tick runs jobs, then hooks, then hooks they add, then one flush")
    func endOfTick() async throws {
        try await withEventLoop { loop in
            let log = Log()
            let target = LoggingTarget(log)
            await loop.perform {
                loop.beforeFlush {
                    log.add("hook")
                    loop.beforeFlush { log.add("hook of hook") }
                }
                loop.markDirty(target)
                loop.execute {
                    log.add("job")
                    loop.execute { log.add("job of job") }
                }
            }
            await loop.perform {}
            #expect(log.all.prefix(5) == ["job", "job of job", "hook", "hook of hook", "flush"])
        }
    }

    @Test("A job that queues another without end does not keep timers and descriptors waiting")
    func rounds() async throws {
        try await withEventLoop { loop in
            let stop = Mutex(false)
            @Sendable func spin() {
                if !stop.withLock({ $0 }) { loop.execute(spin) }
            }
            loop.execute(spin)
            await withCheckedContinuation { continuation in
                _ = loop.after(.milliseconds(2)) { continuation.resume() }
            }
            stop.withLock { $0 = true }
        }
    }

    @Test("Timers run on the loop in order of time; a cancelled one does not")
    func timers() async throws {
        try await withEventLoop { loop in
            let log = Log()
            await withCheckedContinuation { continuation in
                loop.after(.milliseconds(6)) {
                    log.add("third")
                    continuation.resume()
                }
                loop.after(.milliseconds(3)) { log.add(loop.isOnLoop ? "second" : "elsewhere") }
                loop.after(.zero) { log.add("first") }
                let cancelled = loop.after(.milliseconds(1)) { log.add("cancelled") }
                loop.cancel(cancelled)
            }
            #expect(log.all == ["first", "second", "third"])
        }
    }

    @Test("A sleep ends on its loop, and at once when cancelled")
    func sleeping() async throws {
        try await withEventLoop { loop in
            let came = await loop.spawn {
                try? await loop.sleep(for: .milliseconds(1))
                return loop.isOnLoop
            }.value
            #expect(came)
            let sleeper = loop.spawn { () -> Bool in
                do {
                    try await loop.sleep(for: .seconds(3600))
                    return false
                } catch {
                    return error is CancellationError && loop.isOnLoop
                }
            }
            sleeper.cancel()
            #expect(await sleeper.value)
            await #expect(throws: Never.self) { try await LoopClock(loop).sleep(for: .milliseconds(1)) }
        }
    }

    @Test("Work queued before a stop still runs")
    func stopping() throws {
        let loop = try EventLoop(name: "stopping")
        let log = Log()
        try loop.start()
        for number in 0..<100 { loop.execute { log.add("\(number)") } }
        loop.stop()
        loop.stop()
        #expect(log.all.count == 100)
    }

    @Test("A group gives its loops in turn, and to a caller on one of them that one")
    func group() async throws {
        let group = try EventLoopGroup(count: 3)
        defer { group.stop() }
        #expect(Set((0..<3).map { _ in ObjectIdentifier(group.next()) }).count == 3)
        for loop in group.loops {
            #expect(await loop.perform { group.preferred() === loop })
        }
        #expect(EventLoopGroup.coreCount >= 1)
    }

    @Test("Workers run a task off the loop, which gets it back")
    func workers() async throws {
        try await withEventLoop { loop in
            let workers = try Workers(threadCount: 2)
            defer { workers.stop() }
            let places = await loop.spawn { () -> [Bool] in
                var places = [loop.isOnLoop]
                places.append(await withTaskExecutorPreference(workers) { await offLoop(loop) })
                places.append(loop.isOnLoop)
                return places
            }.value
            #expect(places == [true, false, true])
            let sum = await withTaskGroup(of: Int.self) { tasks in
                for number in 1...3000 {
                    tasks.addTask(executorPreference: workers) {
                        await Task.yield()
                        return number
                    }
                }
                return await tasks.reduce(0, +)
            }
            #expect(sum == 3000 * 3001 / 2)
        }
    }
}

@concurrent private func offLoop(_ loop: EventLoop) async -> Bool { loop.isOnLoop }
