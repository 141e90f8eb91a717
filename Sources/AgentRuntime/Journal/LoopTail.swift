/// The tail of one event loop: pieces of all its turns are written with one call at the end of the tick.
///
/// `written` runs on the loop, in order of appends, after the write and before connections flush, so a client never
/// sees text that a kill could lose.
/// Bound: what the sessions of one loop append within one tick.
///
/// Unchecked, because its state is touched on its loop only, which every entry checks.
package final class LoopTail: Tail, @unchecked Sendable {
    /// Writes pieces so that they survive a kill of the process.
    package typealias Write = @Sendable ([TailPiece]) throws(TailError) -> Void
    /// A turn has ended: what is kept of it is needed no longer.
    package typealias End = @Sendable (TurnID) -> Void
    /// Drops what is needed no longer.
    package typealias Trim = @Sendable () -> Void
    private typealias Written = @Sendable (Result<Void, TailError>) -> Void

    /// How long what is left of ended turns may stay: cutting a file waits for the disk now and then, so it is not done
    /// for each turn.
    static let trimPause = Duration.milliseconds(250)

    private let loop: EventLoop
    private let write: Write
    private let endTurn: End
    private let trimNow: Trim
    private var pieces: [TailPiece] = []
    private var callbacks: [Written] = []
    private var ended: [TurnID] = []
    private var isScheduled = false
    private var isTrimScheduled = false

    package init(loop: EventLoop, write: @escaping Write, end: @escaping End, trim: @escaping Trim) {
        self.loop = loop
        self.write = write
        endTurn = end
        trimNow = trim
    }

    package func append(_ pieces: [TailPiece], written: @escaping @Sendable (Result<Void, TailError>) -> Void) {
        loop.checkIsolated()
        self.pieces.append(contentsOf: pieces)
        callbacks.append(written)
        schedule()
    }

    /// The turn's pieces are dropped within `trimPause`, after those of this tick are written.
    package func end(_ turn: TurnID) {
        guard loop.isOnLoop else {
            loop.execute { self.end(turn) }
            return
        }
        ended.append(turn)
        schedule()
    }

    /// Drops what ended turns have left without waiting for `trimPause`; for the time before the loop stops.
    package func trim() {
        loop.execute { self.trimNow() }
    }

    private func schedule() {
        guard !isScheduled else { return }
        isScheduled = true
        loop.beforeFlush { self.flush() }
    }

    private func flush() {
        isScheduled = false
        let (pieces, callbacks, ended) = (pieces, callbacks, ended)
        self.pieces.removeAll(keepingCapacity: true)
        self.callbacks.removeAll(keepingCapacity: true)
        self.ended = []
        var outcome = Result<Void, TailError>.success(())
        if !pieces.isEmpty {
            do throws(TailError) {
                try write(pieces)
            } catch {
                outcome = .failure(error)
            }
        }
        for written in callbacks { written(outcome) }
        for turn in ended { endTurn(turn) }
        if !ended.isEmpty { scheduleTrim() }
    }

    private func scheduleTrim() {
        guard !isTrimScheduled else { return }
        isTrimScheduled = true
        loop.after(LoopTail.trimPause) { [weak self] in
            guard let self else { return }
            isTrimScheduled = false
            trimNow()
        }
    }
}
