internal import AgentRuntime
internal import Synchronization

/// Identifiers that count up, so that a run with the same order of events has the same identifiers.
package final class SeededIdentifiers: IdentifierSource {
    private let counter = Mutex(0)

    package init() {}

    package func next(_ prefix: String) -> String {
        let number = counter.withLock { counter in
            counter += 1
            return String(counter)
        }
        return prefix + "_" + String(repeating: "0", count: max(0, 26 - number.count)) + number
    }
}
