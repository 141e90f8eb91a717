internal import Synchronization

/// A value behind a lock that is held for a few instructions and never across a suspension.
///
/// For state that is touched from several threads at once where an actor would cost a hop for nothing.
package final class Guarded<Value: ~Copyable>: Sendable {
    private let mutex: Mutex<Value>

    package init(_ value: consuming sending Value) { mutex = Mutex(value) }

    package func with<Result>(_ body: (inout sending Value) throws -> sending Result) rethrows -> sending Result {
        try mutex.withLock(body)
    }
}
