import Synchronization
import TestSupport
import Testing

@testable import AgentRuntime

private final class Store: Sendable {
    let writes = Mutex<[[Int]]>([])
    let ended = Mutex<[TurnID]>([])
    let trims = Mutex(0)
    let failure = Mutex<TailError?>(nil)

    func write(_ pieces: [TailPiece]) throws(TailError) {
        if let failure = failure.withLock({ $0 }) { throw failure }
        writes.withLock { $0.append(pieces.map(\.index)) }
    }
}

private final class Client: FlushTarget, @unchecked Sendable {
    let log: Log
    init(_ log: Log) { self.log = log }
    func flush() { log.add("flush") }
}

@Suite struct LoopTailTests {
    private func piece(_ index: Int) -> TailPiece {
        TailPiece(
            tenant: TenantID("ten_a"),
            session: SessionID("conv_a"),
            turn: TurnID("msg_a"),
            index: index,
            event: ["text": "x"]
        )
    }

    private func tail(_ loop: EventLoop, _ store: Store) -> LoopTail {
        LoopTail(
            loop: loop,
            write: { (pieces) throws(TailError) in try store.write(pieces) },
            end: { turn in store.ended.withLock { $0.append(turn) } },
            trim: { store.trims.withLock { $0 += 1 } }
        )
    }

    @Test("The pieces of a tick are written with one call, then said so in order, then clients flush")
    func oneWrite() async throws {
        try await withEventLoop { loop in
            let (store, log) = (Store(), Log())
            let tail = tail(loop, store)
            let client = Client(log)
            await loop.perform {
                loop.markDirty(client)
                tail.append([piece(1), piece(2)]) { _ in log.add("first") }
                tail.end(TurnID("msg_b"))
                loop.execute { tail.append([piece(3)]) { _ in log.add("second") } }
            }
            await loop.perform {}
            #expect(store.writes.withLock { $0 } == [[1, 2, 3]])
            #expect(log.all.prefix(3) == ["first", "second", "flush"])
            #expect(store.ended.withLock { $0 } == [TurnID("msg_b")])
        }
    }

    @Test("What turns have left is trimmed once for all that end within the pause, or at once where that is asked for")
    func trimming() async throws {
        try await withEventLoop { loop in
            let store = Store()
            let tail = tail(loop, store)
            await loop.perform {
                tail.end(TurnID("msg_a"))
                loop.execute {
                    tail.end(TurnID("msg_b"))
                    loop.execute { tail.end(TurnID("msg_c")) }
                }
            }
            // Each of these runs in a later tick than the one before, the last behind all three ends.
            for _ in 0..<3 { await loop.perform {} }
            #expect(store.ended.withLock { $0.count } == 3)
            // Behind every alarm that was set before.
            await withCheckedContinuation { done in loop.after(LoopTail.trimPause) { done.resume() } }
            #expect(store.trims.withLock { $0 } == 1)
            tail.trim()
            await loop.perform {}
            #expect(store.trims.withLock { $0 } == 2)
        }
    }

    @Test("A write that fails fails all appends of its tick, and later ones may succeed")
    func failure() async throws {
        try await withEventLoop { loop in
            let (store, log) = (Store(), Log())
            let tail = tail(loop, store)
            store.failure.withLock { $0 = TailError(errno: 28) }
            await loop.perform {
                for number in 1...2 { tail.append([piece(number)]) { log.add("\($0)") } }
            }
            await loop.perform {}
            #expect(log.all.count == 2)
            #expect(log.all.allSatisfy { $0.contains("28") })
            store.failure.withLock { $0 = nil }
            await loop.perform { tail.append([piece(3)]) { log.add("\($0)") } }
            await loop.perform {}
            #expect(store.writes.withLock { $0 } == [[3]])
            #expect(log.all.last?.contains("success") == true)
        }
    }
}
