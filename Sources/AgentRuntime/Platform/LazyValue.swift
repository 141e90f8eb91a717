/// A value that is made when it is first asked for, once, on the thread that asks; others that ask meanwhile wait.
package final class LazyValue<Value: Sendable>: Sendable {
    private let make: @Sendable () -> Value
    private let made = Guarded<Value?>(nil)

    package init(_ make: @escaping @Sendable () -> Value) { self.make = make }

    package var value: Value {
        made.with { made in
            let value = made ?? make()
            made = value
            return value
        }
    }
}
