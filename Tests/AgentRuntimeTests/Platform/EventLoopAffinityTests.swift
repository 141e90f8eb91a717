// The whole layer rests on this: an actor pinned to a loop comes back to the loop's thread after every suspension.
// A toolchain that breaks it gives no warning and no wrong result, only races and cost; so it is tried case by case.

import Dispatch
import Synchronization
import TestSupport
import Testing

@testable import AgentRuntime

private struct Failure: Error {}

private actor Plain {
    private var count = 0
    func step() -> Int {
        count += 1
        return count
    }
}

private actor Pinned {
    let loop: EventLoop
    private var count = 0
    nonisolated var unownedExecutor: UnownedSerialExecutor { loop.asUnownedSerialExecutor() }

    init(_ loop: EventLoop) { self.loop = loop }

    func step() -> Int {
        count += 1
        return count
    }

    /// What some work of this actor costs its loop.
    func spent(_ work: () async -> Void) async -> (jobs: UInt64, wakes: UInt64) {
        let before = loop.figures
        await work()
        let after = loop.figures
        return (after.jobs - before.jobs, after.wakes - before.wakes)
    }

    /// Suspends in that way and tells whether the actor runs on its loop's thread afterwards.
    func comesBack(from way: Way, other: EventLoop, workers: Workers) async -> Bool {
        guard loop.isOnLoop else { return false }
        await suspend(in: way, other: other, workers: workers)
        count += 1
        return loop.isOnLoop
    }

    private func suspend(in way: Way, other: EventLoop, workers: Workers) async {
        let elsewhere = DispatchQueue.global()
        switch way {
        case .checkedDirect: await withCheckedContinuation { $0.resume() }
        case .unsafeDirect: await withUnsafeContinuation { $0.resume() }
        case .checkedElsewhere:
            await withCheckedContinuation { continuation in elsewhere.async { continuation.resume() } }
        case .unsafeElsewhere:
            await withUnsafeContinuation { continuation in elsewhere.async { continuation.resume() } }
        case .checkedOnLoop:
            await withCheckedContinuation { continuation in loop.execute { continuation.resume() } }
        case .checkedInHelper: await resumedElsewhere()
        case .throwingElsewhere:
            _ = try? await withCheckedThrowingContinuation { (continuation: CheckedContinuation<Int, any Error>) in
                elsewhere.async { continuation.resume(throwing: Failure()) }
            }
        case .cancellationHandler:
            await withTaskCancellationHandler {
                await withCheckedContinuation { continuation in elsewhere.async { continuation.resume() } }
            } onCancel: {
            }
        case .taskSleep: try? await Task.sleep(for: .milliseconds(1))
        case .loopSleep: try? await loop.sleep(for: .milliseconds(1))
        case .otherLoopSleep: try? await other.sleep(for: .milliseconds(1))
        case .yield: await Task.yield()
        case .plainActor: _ = await Plain().step()
        case .pinnedHere: _ = await Pinned(loop).step()
        case .pinnedThere: _ = await Pinned(other).step()
        case .concurrentFunction: await onPool()
        case .callersActor: await onCaller()
        case .asyncLet:
            async let first = Plain().step()
            async let second = Pinned(other).step()
            _ = await (first, second)
        case .group:
            await withTaskGroup(of: Int.self) { tasks in
                for _ in 0..<4 { tasks.addTask { await Plain().step() } }
                for await _ in tasks {}
            }
        case .immediateTask:
            _ = await Task.immediate { await Task.yield() }.value
        case .spawnedTask:
            _ = await loop.spawn { await onPool() }.value
        case .bareTask:
            _ = await Task { await Plain().step() }.value
        case .workers: await withTaskExecutorPreference(workers) { await onPool() }
        case .stream:
            let (stream, continuation) = AsyncStream<Int>.makeStream(bufferingPolicy: .bufferingNewest(1))
            elsewhere.async {
                continuation.yield(1)
                continuation.finish()
            }
            for await _ in stream {}
        }
    }
}

@concurrent private func onPool() async { await Task.yield() }

private func onCaller() async { await Task.yield() }

private func nothing() async {}

private func resumedElsewhere() async {
    await withCheckedContinuation { continuation in DispatchQueue.global().async { continuation.resume() } }
}

enum Way: String, CaseIterable, Sendable {
    case checkedDirect
    case unsafeDirect
    case checkedElsewhere
    case unsafeElsewhere
    case checkedOnLoop
    case checkedInHelper
    case throwingElsewhere
    case cancellationHandler
    case taskSleep
    case loopSleep
    case otherLoopSleep
    case yield
    case plainActor
    case pinnedHere
    case pinnedThere
    case concurrentFunction
    case callersActor
    case asyncLet
    case group
    case immediateTask
    case spawnedTask
    case bareTask
    case workers
    case stream
}

@Suite struct EventLoopAffinityTests {
    @Test("A pinned actor comes back to its loop's thread", arguments: Way.allCases)
    func affinity(way: Way) async throws {
        try await withEventLoop { loop in
            try await withEventLoop { other in
                let workers = try Workers(threadCount: 1)
                defer { workers.stop() }
                let pinned = Pinned(loop)
                for _ in 0..<10 {
                    #expect(await pinned.comesBack(from: way, other: other, workers: workers), "from a bare task")
                    let spawned = loop.spawn { await pinned.comesBack(from: way, other: other, workers: workers) }
                    #expect(await spawned.value, "from a task of the loop")
                    let foreign = other.spawn { await pinned.comesBack(from: way, other: other, workers: workers) }
                    #expect(await foreign.value, "from a task of another loop")
                }
            }
        }
    }

    @Test("A call between actors of one loop costs at most one job each way and wakes nobody")
    func hops() async throws {
        try await withEventLoop { loop in
            let (first, second) = (Pinned(loop), Pinned(loop))
            let calls = 1000
            let spent = await loop.spawn { await first.spent { for _ in 0..<calls { _ = await second.step() } } }.value
            #expect(spent.wakes == 0)
            #expect(spent.jobs <= UInt64(2 * calls + 2))
        }
    }

    @Test("Functions that belong to no actor call one another without a job")
    func freeCalls() async throws {
        try await withEventLoop { loop in
            let spent = await loop.spawn {
                let before = loop.figures.jobs
                for _ in 0..<1000 {
                    await withTaskCancellationHandler {
                        await nothing()
                    } onCancel: {
                    }
                }
                return loop.figures.jobs - before
            }.value
            #expect(spent == 0)
        }
    }

    @Test("A suspension of an actor that ends on its own loop costs two jobs and no wake")
    func wakesPerToken() async throws {
        try await withEventLoop { loop in
            let tokens = 1000
            let pinned = Pinned(loop)
            let spent = await loop.spawn {
                await pinned.spent {
                    for _ in 0..<tokens {
                        await withCheckedContinuation { continuation in loop.execute { continuation.resume() } }
                    }
                }
            }.value
            // One is the work that ends it; a continuation comes back to its task first, and then to the actor.
            #expect(spent.wakes == 0)
            #expect(spent.jobs <= UInt64(3 * tokens + 2))
        }
    }

    @Test("Work from another thread wakes a loop at most once until it looks")
    func wakesFromOutside() async throws {
        try await withEventLoop { loop in
            let busy = DispatchSemaphore(value: 0)
            let entered = DispatchSemaphore(value: 0)
            loop.execute {
                entered.signal()
                busy.wait()
            }
            await Task.detached { waitFor(entered) }.value
            let before = loop.figures.wakes
            for _ in 0..<1000 { loop.execute {} }
            #expect(loop.figures.wakes - before <= 1)
            busy.signal()
        }
    }

    @Test("Isolation can be assumed in callbacks of the loop")
    func assumed() async throws {
        try await withEventLoop { loop in
            let pinned = Pinned(loop)
            #expect(await loop.perform { pinned.assumeIsolated { $0.step() } } == 1)
            #expect(loop.isIsolatingCurrentContext() == false)
            #expect(await loop.perform { loop.isIsolatingCurrentContext() } == true)
        }
    }
}

private func waitFor(_ semaphore: DispatchSemaphore) { semaphore.wait() }
