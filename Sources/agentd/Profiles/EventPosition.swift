internal import AgentRuntime

/// One position in a conversation as an SSE event id: opaque to clients, short, and of no other turn.
///
/// The first half is the beginning of SHA-256 over the turn's identifier, the second the event's number.
struct EventPosition: Sendable, Hashable {
    var turn: TurnID
    var index: Int

    var id: String { "\(Self.tag(turn))-\(index)" }

    /// The number after which `turn` is to be shown to a client that had seen `id` last; `nil` from the start, also
    /// when the id is unknown or of another turn.
    static func index(after id: String?, of turn: TurnID) -> Int? {
        guard let id else { return nil }
        let parts = id.split(separator: "-", omittingEmptySubsequences: false)
        guard parts.count == 2, parts[0] == tag(turn), let index = Int(parts[1]), index >= 0 else { return nil }
        return index
    }

    /// Whether an id names a position of the turn.
    static func isOf(_ turn: TurnID, _ id: String) -> Bool { index(after: id, of: turn) != nil }

    private static func tag(_ turn: TurnID) -> Substring { SHA256.hex(turn.rawValue).prefix(10) }
}
