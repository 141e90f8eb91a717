package import AgentRuntime
internal import Synchronization

/// A tail that keeps its pieces in memory and says so at once, and can be made to fail.
package final class InMemoryTail: Tail {
    private struct State {
        var pieces: [TailPiece] = []
        var ended: [TurnID] = []
        var failure: TailError?
    }

    private let state = Mutex(State())

    package init() {}

    /// What was appended of turns that have not ended.
    package var pieces: [TailPiece] { state.withLock { $0.pieces } }

    /// The turns that ended, in order.
    package var ended: [TurnID] { state.withLock { $0.ended } }

    /// Makes appends fail from now on; `nil` ends it.
    package func fail(with error: TailError?) { state.withLock { $0.failure = error } }

    package func append(_ pieces: [TailPiece], written: @escaping @Sendable (Result<Void, TailError>) -> Void) {
        let failure = state.withLock { state in
            if state.failure == nil { state.pieces += pieces }
            return state.failure
        }
        written(failure.map { .failure($0) } ?? .success(()))
    }

    package func end(_ turn: TurnID) {
        state.withLock { state in
            state.ended.append(turn)
            state.pieces.removeAll { $0.turn == turn }
        }
    }
}
