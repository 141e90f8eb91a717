import AgentRuntime
import Synchronization
import TestSupport

/// What must hold after any run, whatever was sent, cut, failed or killed.
///
/// All of it in this file.
enum Invariants {
    /// The invariants that do not hold, in words.
    static func violations(in world: SimulatedWorld) -> [String] {
        var found: [String] = []
        let records = world.journal.all(of: world.tenant)
        found += numbering(of: records)
        for (turn, records) in Dictionary(grouping: records.filter { $0.turn != nil }, by: \.turn) {
            guard let turn else { continue }
            found += self.turn(turn, records)
        }
        for client in world.clients.withLock({ $0 }) {
            found += self.client(client, records.filter { $0.turn == client.turn })
        }
        for (effect, count) in world.effects.withLock({ $0 }) where count > 1 {
            found.append("effect \(effect) happened \(count) times")
        }
        if world.simulation.escapes > 0 { found.append("\(world.simulation.escapes) jobs left the simulation") }
        return found
    }

    /// Records are numbered without gaps and chained; a session's versions too.
    private static func numbering(of records: [Record]) -> [String] {
        var found: [String] = []
        var versions: [SessionID: Int64] = [:]
        var leaf = [UInt8](repeating: 0, count: 32)
        for (offset, record) in records.enumerated() {
            if record.sequence != Int64(offset + 1) {
                found.append("record \(record.sequence) stands at \(offset + 1)")
            }
            if record.previousLeaf != leaf { found.append("record \(record.sequence) does not follow its predecessor") }
            leaf = record.leaf
            guard let session = record.session else { continue }
            let expected = (versions[session] ?? 0) + 1
            if record.version != expected { found.append("\(session) went from \(expected - 1) to \(record.version)") }
            versions[session] = record.version
        }
        return found
    }

    /// A turn has one beginning after its message, results only for its calls, and one end with events without gaps.
    private static func turn(_ turn: TurnID, _ records: [Record]) -> [String] {
        var found: [String] = []
        let kinds = records.map(\.kind)
        if kinds.first != .messageReceived { found.append("\(turn) does not begin with its message") }
        if kinds.count(where: { $0 == .turnStarted }) > 1 { found.append("\(turn) began twice") }
        let ends = kinds.count { $0 == .turnCompleted }
        if ends != 1 { found.append("\(turn) ended \(ends) times") }
        if kinds.last != .turnCompleted { found.append("\(turn) has records after its end") }
        let events = TurnHistory.events(of: records)
        if events.map(\.index) != Array(0..<events.count) { found.append("\(turn) has gaps: \(events.map(\.index))") }
        let calls = records.filter { $0.kind == .stepCompleted }
            .flatMap { StepDraft(payload: $0.payload ?? .null).calls.map(\.id) }
        let results = records.filter { $0.kind == .toolCompleted }
            .compactMap { $0.payload.flatMap(CompletedCall.init(json:))?.call.id }
        if Set(results).count != results.count { found.append("\(turn) has two results of one call") }
        if !Set(results).isSubset(of: Set(calls)) { found.append("\(turn) has a result without its call") }
        return found
    }

    /// What a client was shown, over all its connections, is what the journal says, to the byte.
    private static func client(_ client: SimulatedClient, _ records: [Record]) -> [String] {
        var found = client.complaints.map { "\(client.turn): \($0)" }
        let kept = TurnHistory.events(of: records)
        if !client.isDone { found.append("\(client.turn): its client never saw the end") }
        if client.events != kept {
            let first = zip(client.events, kept).first { $0 != $1 }
            found.append(
                "\(client.turn): shown \(client.events.count), kept \(kept.count), first \(String(describing: first))"
            )
        }
        var shown = ""
        for case .text(let text) in client.events.map(\.event) { shown += text }
        if case .completed(let summary)? = client.events.last?.event, summary.status == .completed {
            let whole = SimulatedAnswer.content(of: client.message)
            if shown != whole { found.append("\(client.turn): \(shown) instead of \(whole)") }
        }
        return found
    }
}
