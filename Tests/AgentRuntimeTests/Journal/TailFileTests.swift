import Foundation
import Glibc
import Synchronization
import TestSupport
import Testing

@testable import AgentRuntime

@Suite("The tail on disk")
struct TailFileTests {
    private func piece(_ turn: String, _ index: Int, _ text: String = "piece ✓") -> TailPiece {
        TailPiece(
            tenant: TenantID("ten_a"),
            session: SessionID("conv_1"),
            turn: TurnID(turn),
            index: index,
            event: ["text": .string(text)]
        )
    }

    private func files(_ folder: TemporaryFolder) throws -> [String] {
        try FileManager.default.contentsOfDirectory(atPath: folder.path).sorted()
    }

    @Test("Pieces read back by turn and index, each once, from all loops")
    func readBack() throws {
        let folder = TemporaryFolder()
        let first = try TailFile(folder: folder.path, name: "loop-0")
        let second = try TailFile(folder: folder.path, name: "loop-1")
        try first.append([piece("t2", 0), piece("t1", 1)])
        try second.append([piece("t1", 0), piece("t1", 2)])
        try second.append([piece("t1", 1)])
        let pieces = try TailRecovery.pieces(in: folder.path)
        #expect(pieces == [piece("t1", 0), piece("t1", 1), piece("t1", 2), piece("t2", 0)])
        #expect(try TailRecovery.segments(in: folder.path).count == 2)
    }

    @Test("A segment torn at any byte gives the frames before it")
    func torn() throws {
        let folder = TemporaryFolder()
        let tail = try TailFile(folder: folder.path, name: "loop")
        let all = (0..<4).map { piece("t", $0, String(repeating: "é", count: $0)) }
        var ends: [Int] = [0]
        let path = try #require(try TailRecovery.segments(in: folder.path).first)
        for piece in all {
            try tail.append([piece])
            ends.append(try Data(contentsOf: URL(fileURLWithPath: path)).count)
        }
        let bytes = Array(try Data(contentsOf: URL(fileURLWithPath: path)))
        for count in 0...bytes.count {
            let whole = ends.lastIndex { $0 <= count } ?? 0
            #expect(TailFrame.pieces(in: Array(bytes[..<count])) == Array(all[..<whole]))
        }
        for index in bytes.indices {
            var changed = bytes
            changed[index] ^= 0x40
            let pieces = TailFrame.pieces(in: changed)
            #expect(pieces == Array(all[..<pieces.count]) && pieces.count < all.count)
        }
    }

    @Test("A segment is emptied when no turn needs it any more")
    func ending() throws {
        let folder = TemporaryFolder()
        let tail = try TailFile(folder: folder.path, name: "loop")
        try tail.append([piece("t1", 0), piece("t2", 0)])
        tail.end(TurnID("t1"))
        tail.trim()
        #expect(try TailRecovery.pieces(in: folder.path).count == 2)
        tail.end(TurnID("t2"))
        tail.trim()
        #expect(try TailRecovery.pieces(in: folder.path).isEmpty)
        try tail.append([piece("t3", 0)])
        #expect(try TailRecovery.pieces(in: folder.path) == [piece("t3", 0)])
    }

    @Test("A full segment is closed, and goes when its turns have ended")
    func rotation() throws {
        let folder = TemporaryFolder()
        let tail = try TailFile(folder: folder.path, name: "loop", segmentMax: 300) {
            Glibc.write($0, $1.baseAddress, $1.count)
        }
        for index in 0..<9 { try tail.append([piece(index < 6 ? "t1" : "t2", index)]) }
        let count = try files(folder).count
        #expect(count > 2)
        #expect(try TailRecovery.pieces(in: folder.path).count == 9)
        tail.end(TurnID("t1"))
        #expect(try files(folder).count < count)
        #expect(try TailRecovery.pieces(in: folder.path).filter { $0.turn == TurnID("t2") }.count == 3)
        tail.end(TurnID("t2"))
        tail.trim()
        #expect(try TailRecovery.pieces(in: folder.path).isEmpty)
        #expect(try files(folder).count == 1)
    }

    @Test("A new process writes behind what the one before left")
    func restart() throws {
        let folder = TemporaryFolder()
        try TailFile(folder: folder.path, name: "loop").append([piece("t1", 0)])
        let left = try TailRecovery.segments(in: folder.path)
        let tail = try TailFile(folder: folder.path, name: "loop")
        try tail.append([piece("t2", 0)])
        #expect(try TailRecovery.pieces(in: folder.path).count == 2)
        TailRecovery.remove(left)
        #expect(try TailRecovery.pieces(in: folder.path) == [piece("t2", 0)])
    }

    @Test("Short and interrupted writes are completed")
    func shortWrites() throws {
        let folder = TemporaryFolder()
        var calls = 0
        let tail = try TailFile(folder: folder.path, name: "loop", segmentMax: 1 << 20) { descriptor, bytes in
            calls += 1
            guard calls % 2 == 0 else {
                errno = EINTR
                return -1
            }
            return Glibc.write(descriptor, bytes.baseAddress, min(bytes.count, 7))
        }
        try tail.append([piece("t", 0), piece("t", 1)])
        #expect(try TailRecovery.pieces(in: folder.path) == [piece("t", 0), piece("t", 1)])
    }

    @Test("A write that cannot be completed leaves nothing, and the next one is whole")
    func diskFull() throws {
        let folder = TemporaryFolder()
        var room = 150
        let tail = try TailFile(folder: folder.path, name: "loop", segmentMax: 1 << 20) { descriptor, bytes in
            guard room > 0 else {
                errno = ENOSPC
                return -1
            }
            let count = Glibc.write(descriptor, bytes.baseAddress, min(bytes.count, room))
            room -= count
            return count
        }
        try tail.append([piece("t", 0)])
        #expect(throws: TailError(errno: ENOSPC)) { try tail.append([piece("t", 1), piece("t", 2)]) }
        #expect(try TailRecovery.pieces(in: folder.path) == [piece("t", 0)])
        room = 10_000
        try tail.append([piece("t", 1)])
        #expect(try TailRecovery.pieces(in: folder.path) == [piece("t", 0), piece("t", 1)])
    }

    @Test("A folder that is not there is an error, not an empty tail")
    func noFolder() {
        #expect(throws: TailError(errno: ENOENT)) { try TailRecovery.pieces(in: "/nonexistent/tail") }
        #expect(throws: TailError(errno: ENOENT)) { try TailFile(folder: "/nonexistent/tail", name: "loop") }
    }

    @Test("The tail in memory keeps, forgets and fails as it is told")
    func inMemory() {
        let tail = InMemoryTail()
        let outcomes = Mutex<[Bool]>([])
        tail.append([piece("t1", 0), piece("t2", 0)]) { result in
            outcomes.withLock { $0.append((try? result.get()) != nil) }
        }
        tail.fail(with: TailError(errno: ENOSPC))
        tail.append([piece("t1", 1)]) { result in outcomes.withLock { $0.append((try? result.get()) != nil) } }
        tail.end(TurnID("t2"))
        #expect(outcomes.withLock { $0 } == [true, false])
        #expect(tail.pieces == [piece("t1", 0)] && tail.ended == [TurnID("t2")])
    }
}
