internal import Synchronization

/// A bounded cache that any thread may look into without waiting for the actor that fills it.
package final class SharedCache<Key: Hashable & Sendable, Value: Sendable>: Sendable {
    private let entries: Mutex<LeastRecentlyUsed<Key, Value>>

    package init(capacity: Int) { entries = Mutex(LeastRecentlyUsed(capacity: capacity)) }

    package subscript(key: Key) -> Value? {
        get { entries.withLock { $0[key] } }
        set { entries.withLock { $0[key] = newValue } }
    }
}
