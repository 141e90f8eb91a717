// The timers of one event loop: a binary heap by deadline. Cancelling only forgets the work; its entry stays in the
// heap until its time comes or the dead outnumber the living, so that a cancel costs no search.
// Bound: entries ≤ 2 × living timers + 64.

/// Names a timer of one loop, so that it can be cancelled.
package struct TimerToken: Sendable, Hashable {
    let number: UInt64
}

/// Deadlines with work, given back in order of time, then of being added.
struct TimerHeap {
    typealias Work = @Sendable () -> Void

    private struct Entry {
        let deadline: Int64
        let number: UInt64

        static func < (left: Entry, right: Entry) -> Bool {
            left.deadline != right.deadline ? left.deadline < right.deadline : left.number < right.number
        }
    }

    private var entries: [Entry] = []
    private var works: [UInt64: Work] = [:]

    /// How many timers will still run.
    var count: Int { works.count }

    /// How many entries are stored, cancelled ones included.
    var storedCount: Int { entries.count }

    mutating func add(_ token: TimerToken, at deadline: LoopInstant, _ work: @escaping Work) {
        works[token.number] = work
        entries.append(Entry(deadline: deadline.nanoseconds, number: token.number))
        rise(from: entries.count - 1)
    }

    /// The work of that timer will not run; nothing happens when it already has.
    mutating func cancel(_ token: TimerToken) {
        guard works.removeValue(forKey: token.number) != nil else { return }
        if entries.count > 2 * works.count + 64 { dropCancelled() }
    }

    /// When the next living timer is due.
    mutating func nextDeadline() -> LoopInstant? {
        while let first = entries.first {
            if works[first.number] != nil { return LoopInstant(nanoseconds: first.deadline) }
            removeFirst()
        }
        return nil
    }

    /// Takes the work of the first timer that is due at `now`; a timer added meanwhile with no delay is due as well.
    mutating func popDue(at now: LoopInstant) -> Work? {
        while let first = entries.first, first.deadline <= now.nanoseconds {
            removeFirst()
            if let work = works.removeValue(forKey: first.number) { return work }
        }
        return nil
    }

    private mutating func dropCancelled() {
        entries.removeAll { works[$0.number] == nil }
        // A sorted array is a heap.
        entries.sort(by: <)
    }

    private mutating func removeFirst() {
        entries.swapAt(0, entries.count - 1)
        entries.removeLast()
        sink(from: 0)
    }

    private mutating func rise(from start: Int) {
        var index = start
        while index > 0 {
            let parent = (index - 1) / 2
            guard entries[index] < entries[parent] else { return }
            entries.swapAt(index, parent)
            index = parent
        }
    }

    private mutating func sink(from start: Int) {
        var index = start
        while true {
            var least = index
            for child in [2 * index + 1, 2 * index + 2] where child < entries.count && entries[child] < entries[least] {
                least = child
            }
            guard least != index else { return }
            entries.swapAt(index, least)
            index = least
        }
    }
}
