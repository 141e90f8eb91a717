/// A dictionary of bounded size: when it is full, the entries that were unused the longest go.
///
/// They go an eighth at a time, so that finding them costs little per entry.
package struct LeastRecentlyUsed<Key: Hashable, Value> {
    private var entries: [Key: (value: Value, use: UInt64)] = [:]
    private var uses: UInt64 = 0
    private let capacity: Int

    package init(capacity: Int) {
        precondition(capacity > 0, "a cache holds something")
        self.capacity = capacity
    }

    package var count: Int { entries.count }

    package subscript(key: Key) -> Value? {
        mutating get {
            guard let index = entries.index(forKey: key) else { return nil }
            uses += 1
            entries.values[index].use = uses
            return entries.values[index].value
        }
        set {
            guard let newValue else {
                entries[key] = nil
                return
            }
            uses += 1
            entries[key] = (newValue, uses)
            if entries.count > capacity { dropOldest() }
        }
    }

    package mutating func removeAll() { entries.removeAll() }

    private mutating func dropOldest() {
        let excess = max(1, capacity / 8)
        for entry in entries.map({ ($0.key, $0.value.use) }).sorted(by: { $0.1 < $1.1 }).prefix(excess) {
            entries[entry.0] = nil
        }
    }
}
