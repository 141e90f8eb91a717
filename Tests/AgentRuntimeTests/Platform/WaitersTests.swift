import TestSupport
import Testing

@testable import AgentRuntime

/// Something that comes about once, on a loop.
private actor Event {
    private let loop: EventLoop
    private var waiters = Waiters()
    private(set) var isOver = false

    nonisolated var unownedExecutor: UnownedSerialExecutor { loop.asUnownedSerialExecutor() }

    init(_ loop: EventLoop) { self.loop = loop }

    func end() {
        isOver = true
        waiters.resumeAll()
    }

    func wait() async {
        guard !isOver else { return }
        await withCheckedContinuation { waiters.add($0, unless: isOver) }
    }

    /// Looks first, has the event come about with the loop's next job, and then waits.
    func waitTooLate() async {
        guard !isOver else { return }
        loop.execute { self.assumeIsolated { $0.end() } }
        await withCheckedContinuation { waiters.add($0, unless: isOver) }
    }
}

@Suite("Those who wait are resumed when it is over, and do not begin to wait after that", .timeLimit(.minutes(1)))
struct WaitersTests {
    @Test("All who wait go on")
    func together() async throws {
        try await withEventLoop { loop in
            let event = Event(loop)
            await withTaskGroup(of: Void.self) { group in
                for _ in 0..<100 { group.addTask { await event.wait() } }
                await event.end()
                await group.waitForAll()
            }
            #expect(await event.isOver)
        }
    }

    @Test("Who asked before it was over and waits after it goes on at once")
    func late() async throws {
        try await withEventLoop { loop in
            // A task from elsewhere: each of its waits begins with a job of its own.
            await Event(loop).waitTooLate()
            await loop.spawn { await Event(loop).waitTooLate() }.value
        }
    }
}
