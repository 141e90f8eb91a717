/// A value that lives on one loop and is reached from nowhere else.
///
/// Unchecked, because every access checks that it is on the loop.
package final class LoopConfined<Value>: @unchecked Sendable {
    private let loop: EventLoop
    private let confined: Value

    package init(_ value: sending Value, loop: EventLoop) {
        confined = value
        self.loop = loop
    }

    package var value: Value {
        loop.checkIsolated()
        return confined
    }
}
