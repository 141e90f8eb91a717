internal import AgentRuntime

/// A value that must not be seen: it does not print, does not show in a dump, and is taken out by name only.
struct Secret: Sendable, Hashable, CustomStringConvertible, CustomDebugStringConvertible, CustomReflectable {
    private let value: String

    init(_ value: String) { self.value = value }

    /// The value itself; for the place that signs, sends or compares it, and no other.
    func reveal() -> String { value }

    var description: String { "[secret]" }
    var debugDescription: String { "[secret]" }
    var customMirror: Mirror { Mirror(self, children: []) }

    static func == (left: Secret, right: Secret) -> Bool {
        constantTimeEquals(Array(left.value.utf8), Array(right.value.utf8))
    }
}
