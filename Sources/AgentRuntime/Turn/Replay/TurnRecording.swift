/// A turn as its records tell it: what it was given, and what came of it.
package struct TurnRecording: Sendable {
    /// One record of the turn, by what counts for its digest.
    package struct Entry: Sendable, Hashable {
        package var kind: RecordKind
        package var payload: JSONValue

        package init(kind: RecordKind, payload: JSONValue) {
            self.kind = kind
            self.payload = payload
        }
    }

    package let turn: TurnID
    package let entries: [Entry]

    /// The records of one turn, in order.
    ///
    /// - Throws: `not_found` when there are none; `conflict` when the turn has not ended; `corrupted` never: what was
    ///   erased is said to be so.
    package init(turn: TurnID, records: [Record]) throws(AgentError) {
        let own = records.filter { $0.turn == turn }
        guard !own.isEmpty else { throw AgentError.noSuchMessage }
        var entries: [Entry] = []
        for record in own {
            guard let payload = record.payload else {
                throw AgentError(.notFound, "What this turn was about has been erased; it cannot be run again.")
            }
            entries.append(Entry(kind: record.kind, payload: payload))
        }
        guard entries.contains(where: { $0.kind == .turnCompleted }) else {
            throw AgentError(.conflict, "The turn has not ended yet.", isRetryable: true)
        }
        self.turn = turn
        self.entries = entries
    }

    /// SHA-256 over kind and payload of the records, in order, without their numbers and places in the chain.
    package static func digest(_ entries: [Entry]) -> [UInt8] {
        var hash = SHA256()
        for entry in entries {
            hash.update(JSONValue.array([.string(entry.kind.rawValue), entry.payload]).canonicalBytes())
            hash.update([UInt8(ascii: "\n")])
        }
        return hash.hash()
    }

    package var digest: [UInt8] { Self.digest(entries) }

    func payloads(_ kind: RecordKind) -> [JSONValue] { entries.filter { $0.kind == kind }.map(\.payload) }

    /// The decision that the turn went on with, where it answers no message.
    var continuation: Continuation? {
        payloads(.messageReceived).first?["continues"].flatMap(Continuation.init(json:))
    }

    /// The streamed events that the turn showed, in order of their numbers.
    var shown: [NumberedEvent] {
        let end = payloads(.turnCompleted).last ?? .null
        return ShownAnswer(content: end["content"]?.string ?? "", shown: end["shown"] ?? .array([]))?.events ?? []
    }
}
