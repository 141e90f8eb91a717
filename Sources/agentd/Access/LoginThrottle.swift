internal import AgentRuntime

/// Counts failed logins, so that passwords cannot be tried out.
///
/// After 10 failures within 15 minutes an account is locked for 15 minutes, after 100 an address is. Accounts that do
/// not exist are counted like others, so the lock tells nothing. An attempt counts as failed from its beginning, so
/// that many at once cannot slip through, and is taken back when it succeeds.
/// Bound: 20,000 accounts and addresses; beyond it those longest without a failure are forgotten. Kept in memory only.
struct LoginThrottle {
    static let accountFailuresMax = 10
    static let addressFailuresMax = 100
    static let window = Duration.seconds(900)
    static let lock = Duration.seconds(900)
    static let entriesMax = 20_000

    enum Key: Hashable {
        case account(String)
        case address(String)
    }

    private struct Entry {
        var failures: [Timestamp] = []
        var lockedUntil: Timestamp?
    }

    private var entries: [Key: Entry] = [:]
    /// Entries of before the last time that `entries` was full.
    private var older: [Key: Entry] = [:]

    private func bound(_ key: Key) -> Int {
        switch key {
        case .account: LoginThrottle.accountFailuresMax
        case .address: LoginThrottle.addressFailuresMax
        }
    }

    private func entry(_ key: Key) -> Entry { entries[key] ?? older[key] ?? Entry() }

    private mutating func keep(_ entry: Entry, for key: Key) {
        if entry.failures.isEmpty, entry.lockedUntil == nil {
            entries[key] = nil
            older[key] = nil
            return
        }
        if entries[key] == nil, entries.count >= LoginThrottle.entriesMax / 2 {
            older = entries
            entries = [:]
        }
        entries[key] = entry
    }

    /// How long the key must wait; `nil` when it may try.
    func wait(_ key: Key, at now: Timestamp) -> Duration? {
        let entry = entry(key)
        if let until = entry.lockedUntil, now < until {
            return .milliseconds(until.milliseconds - now.milliseconds)
        }
        // As many attempts are under way as may fail: none more until they have ended.
        let start = now.advanced(by: .zero - LoginThrottle.window)
        return entry.failures.count(where: { $0 >= start }) >= bound(key) ? .seconds(1) : nil
    }

    /// Counts an attempt as failed, until it is withdrawn.
    mutating func begin(_ key: Key, at now: Timestamp) {
        var entry = entry(key)
        let start = now.advanced(by: .zero - LoginThrottle.window)
        entry.failures.removeAll { $0 < start }
        entry.lockedUntil = nil
        entry.failures.append(now)
        keep(entry, for: key)
    }

    /// The attempt has failed; `true` when that locks the key.
    mutating func fail(_ key: Key, at now: Timestamp) -> Bool {
        var entry = entry(key)
        guard entry.failures.count >= bound(key) else { return false }
        entry.lockedUntil = now.advanced(by: LoginThrottle.lock)
        entry.failures = []
        keep(entry, for: key)
        return true
    }

    /// Takes one counted attempt back.
    mutating func withdraw(_ key: Key, begunAt time: Timestamp) {
        var entry = entry(key)
        if let index = entry.failures.lastIndex(of: time) { entry.failures.remove(at: index) }
        keep(entry, for: key)
    }

    /// Forgets all failures: the right password was given.
    mutating func clear(_ key: Key) { keep(Entry(), for: key) }
}
