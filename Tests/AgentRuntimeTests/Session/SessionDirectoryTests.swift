import Foundation
import TestSupport
import Testing

@testable import AgentRuntime

@Suite("Sessions are put to sleep when too many are awake")
struct SessionDirectoryTests {
    private static let person = Principal(tenant: JournalSample.tenant, user: UserID("usr_ann"))

    private let journal: JournalSample

    init() throws { journal = try JournalSample() }

    /// A directory that keeps 40 sessions awake, over a model that answers once `start` is raised.
    private func directory(_ loop: EventLoop, answeringAt start: StopSignal) throws -> SessionDirectory {
        let model = ScriptedModel(
            pause: { await start.wait() },
            script: { _ in [[.text("Done."), .finished(.stop)]] }
        )
        let services = try SessionServices.sample(journal.journal, model: model, clock: HandClock())
        return SessionDirectory(services: services, recovered: [], awakeMax: 40, executor: loop)
    }

    private func begin(_ directory: SessionDirectory, _ loop: EventLoop) async throws -> SessionID {
        let place = SessionPlace(serial: loop, tasks: loop.tasks, tail: InMemoryTail())
        let message = IncomingMessage(text: "Hello", principal: Self.person)
        return try await directory.begin(NewConversation(owner: Self.person), with: message, on: place).session
    }

    private func beginMany(_ count: Int, _ directory: SessionDirectory, _ loop: EventLoop) async throws -> [SessionID] {
        try await withThrowingTaskGroup(of: SessionID.self) { group in
            for _ in 0..<count { group.addTask { try await begin(directory, loop) } }
            var ids: [SessionID] = []
            for try await id in group { ids.append(id) }
            return ids
        }
    }

    @Test("Those that do nothing sleep, also when many begin at once, and wake with what was said")
    func sleepAndWake() async throws {
        try await withEventLoop { loop in
            let start = StopSignal()
            start.raise()
            let directory = try directory(loop, answeringAt: start)
            var ids: [SessionID] = []
            for _ in 0..<10 {
                ids += try await beginMany(30, directory, loop)
                await directory.drain()
            }
            // Those that were at work when it was their turn are tried again when there are some more.
            for _ in 0..<3 { _ = try await begin(directory, loop) }
            #expect(directory.awakeCount <= 42)
            await directory.drain()
            let place = SessionPlace(serial: loop, tasks: loop.tasks, tail: InMemoryTail())
            for id in ids {
                let session = try await directory.session(id, in: JournalSample.tenant, on: place)
                #expect(session.id == id)
            }
            #expect(directory.awakeCount <= 42)
        }
    }

    @Test("One that nobody comes back to sleeps when its turn has ended, and wakes for who does come")
    func single() async throws {
        try await withEventLoop { loop in
            let start = StopSignal()
            let directory = try directory(loop, answeringAt: start)
            let place = SessionPlace(serial: loop, tasks: loop.tasks, tail: InMemoryTail())
            let message = IncomingMessage(text: "Hello", principal: Self.person)
            let new = NewConversation(owner: Self.person, isSingle: true)
            let (id, _) = try await directory.begin(new, with: message, on: place)
            #expect(directory.awakeCount == 1)
            start.raise()
            await directory.drain()
            #expect(directory.awakeCount == 0)
            let session = try await directory.session(id, in: JournalSample.tenant, on: place)
            #expect(await session.conversation.turns.map(\.text) == ["Hello"])
            #expect(await session.conversation.turns.map(\.status) == [.completed])
            #expect(directory.awakeCount == 1)
        }
    }

    @Test("Those that are at work stay awake, and sleep once they have ended")
    func atWork() async throws {
        try await withEventLoop { loop in
            let start = StopSignal()
            let directory = try directory(loop, answeringAt: start)
            _ = try await beginMany(60, directory, loop)
            #expect(directory.awakeCount == 60)
            start.raise()
            await directory.drain()
            for _ in 0..<3 { _ = try await begin(directory, loop) }
            #expect(directory.awakeCount <= 42)
        }
    }
}
