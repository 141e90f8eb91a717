package import AgentRuntime
internal import Synchronization

/// The tail folder of a simulation: what was written outlives the processes.
package final class SimulatedTailFolder: Sendable {
    fileprivate let pieces = Mutex<[TurnID: [TailPiece]]>([:])

    package init() {}

    /// What a process finds when it starts.
    package func recovered() -> [TailPiece] {
        pieces.withLock { $0.values.flatMap { $0 } }.sorted { ($0.turn, $0.index) < ($1.turn, $1.index) }
    }
}

/// A tail that writes at once and says so at the thread's next turn, or fails as its seed says.
package final class SimulatedTail: Tail {
    private let folder: SimulatedTailFolder
    private let thread: SimulatedSerialExecutor
    private let faults: @Sendable () -> Bool

    package init(
        _ folder: SimulatedTailFolder,
        on thread: SimulatedSerialExecutor,
        faults: @escaping @Sendable () -> Bool = { false }
    ) {
        self.folder = folder
        self.thread = thread
        self.faults = faults
    }

    package func append(
        _ pieces: [TailPiece],
        written: @escaping @Sendable (Result<Void, TailError>) -> Void
    ) {
        let fails = faults()
        if !fails {
            folder.pieces.withLock { all in
                for piece in pieces { all[piece.turn, default: []].append(piece) }
            }
        }
        thread.run { written(fails ? .failure(TailError(errno: 28)) : .success(())) }
    }

    package func end(_ turn: TurnID) { folder.pieces.withLock { $0[turn] = nil } }
}
