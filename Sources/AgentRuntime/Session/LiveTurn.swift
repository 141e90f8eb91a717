/// A turn that waits or runs: its events so far, who watches them, and why it was asked to stop.
///
/// Confined to its session. Events are delivered strictly in the order of their numbers: a streamed one when its
/// piece is in the tail, any other when its record is durable, and none before all those ahead of it.
final class LiveTurn {
    /// Why a turn is to end before it is done.
    struct Stop {
        var status: TurnStatus
        var failure: TurnFailure?
    }

    /// The tenant's settings and the tools that the model may ask for; the same for all steps of a turn, whatever is
    /// changed meanwhile.
    struct Terms {
        var settings: TenantSettings
        var tools: [ToolDeclaration]
    }

    private struct Entry {
        var event: NumberedEvent
        var isReady: Bool
    }

    let id: TurnID
    let principal: Principal
    var task: Task<Void, Never>?
    /// The message is durable: the turn may begin.
    var isDurable = false
    private(set) var stop: Stop?
    /// Raised with `stop`.
    let stopSignal = StopSignal()
    /// Calls with effects are under way, or may have been made: they hear of a stop by its signal and are settled, the
    /// task is not cancelled under them.
    var isCarryingOut = false
    /// What the turn goes by from its first question to its end, once it is read.
    var terms: Terms?
    /// Records of calls that are made durable together with the turn's end, and their events.
    var late: (drafts: [RecordDraft], events: [TurnEvent]) = ([], [])
    /// Streamed events that are in the tail, in the form of the turn's last record.
    private(set) var shown = ShownAnswer()
    private var entries: [Entry] = []
    private var delivered = 0
    private var unready = 0
    private var watchers: [(id: Int, watcher: any TurnWatcher, isRead: Bool)] = []
    private var nextWatcher = 0
    /// The last event has been delivered.
    private(set) var isClosed = false
    private var settled = Waiters()
    private var ended = Waiters()

    init(id: TurnID, principal: Principal) {
        self.id = id
        self.principal = principal
    }

    /// The number of the next event.
    var nextIndex: Int { entries.count }
    /// Whether somebody reads what the watchers are shown.
    var isRead: Bool { watchers.contains { $0.isRead } }

    /// Asks the turn to end; the first reason counts.
    func requestStop(_ reason: Stop) {
        guard stop == nil else { return }
        stop = reason
        stopSignal.raise()
        cancelIfStopped()
    }

    /// Cancels the task of a turn that is to end, unless it has effects to settle.
    func cancelIfStopped() { if stop != nil, !isCarryingOut { task?.cancel() } }

    /// Takes the events of a turn that is taken up again; all of them have been shown.
    func restore(_ events: [NumberedEvent]) {
        precondition(entries.isEmpty, "a turn is restored before anything is shown")
        for event in events {
            precondition(event.index == entries.count, "events are numbered without gaps")
            entries.append(Entry(event: event, isReady: true))
            if event.event.isStreamed { shown.append(event) }
        }
        delivered = entries.count
    }

    /// Adds events; those that are durable already are delivered when all before them are.
    @discardableResult
    func add(_ events: [TurnEvent], isReady: Bool) -> [NumberedEvent] {
        let numbered = events.enumerated().map { NumberedEvent(index: entries.count + $0, event: $1) }
        entries += numbered.map { Entry(event: $0, isReady: isReady) }
        if !isReady { unready += numbered.count }
        if isReady { deliver() }
        return numbered
    }

    /// The record of event 0 is durable, or there will be none: the event may be shown.
    func markStarted() {
        guard let first = entries.first, !first.isReady, case .started = first.event.event else { return }
        entries[0].isReady = true
        unready -= 1
        deliver()
    }

    /// Streamed events are in the tail.
    func markWritten(_ events: [NumberedEvent]) {
        for event in events where entries.indices.contains(event.index) && !entries[event.index].isReady {
            entries[event.index].isReady = true
            unready -= 1
            shown.append(event)
        }
        deliver()
        resumeSettled()
    }

    /// Streamed events could not be written: they and all after them were never shown.
    func discard(from index: Int) {
        guard index < entries.count else { return }
        unready -= entries[index...].count { !$0.isReady }
        entries.removeSubrange(index...)
        resumeSettled()
    }

    /// Waits until every streamed event is in the tail or discarded.
    func settle() async {
        guard unready > 0 else { return }
        await withCheckedContinuation { settled.add($0, unless: unready == 0) }
    }

    func watch(after index: Int?, _ watcher: any TurnWatcher) -> Int {
        let id = nextWatcher
        nextWatcher += 1
        let first = index.map { $0 + 1 } ?? 0
        let past = entries.prefix(delivered).map(\.event).filter { $0.index >= first }
        if !past.isEmpty { watcher.deliver(past) }
        if isClosed { watcher.ended() } else { watchers.append((id, watcher, true)) }
        return id
    }

    func unwatch(_ id: Int) { watchers.removeAll { $0.id == id } }

    /// The watcher goes on taking events that nobody reads any more.
    func readerLeft(_ id: Int) {
        if let index = watchers.firstIndex(where: { $0.id == id }) { watchers[index].isRead = false }
    }

    /// Waits until the turn has ended.
    func waitForEnd() async {
        guard !isClosed else { return }
        await withCheckedContinuation { ended.add($0, unless: isClosed) }
    }

    /// The last event has been delivered.
    func close() {
        isClosed = true
        for (_, watcher, _) in watchers { watcher.ended() }
        watchers = []
        ended.resumeAll()
    }

    private func deliver() {
        let first = delivered
        while delivered < entries.count, entries[delivered].isReady { delivered += 1 }
        guard delivered > first else { return }
        let events = entries[first..<delivered].map(\.event)
        for (_, watcher, _) in watchers { watcher.deliver(events) }
    }

    private func resumeSettled() {
        if unready == 0 { settled.resumeAll() }
    }
}

/// Someone who is shown a turn's events as they come.
package protocol TurnWatcher: Sendable {
    /// Takes events in the order of their numbers. Called on the session's executor; it must not wait.
    func deliver(_ events: [NumberedEvent])

    /// Nothing follows: the last event was delivered, or the session lets go of the turn.
    func ended()
}
