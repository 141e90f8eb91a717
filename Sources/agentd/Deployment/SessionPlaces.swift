internal import AgentRuntime

/// The loops as places for sessions, each with its own tail file.
struct SessionPlaces: Sendable {
    private let places: [ObjectIdentifier: SessionPlace]
    private let fallback: SessionPlace
    private let tails: [LoopTail]

    init(loops: [EventLoop], tailFolder: String) throws {
        var places: [ObjectIdentifier: SessionPlace] = [:]
        var tails: [LoopTail] = []
        for loop in loops {
            let tail = try Self.tail(loop, tailFolder)
            places[ObjectIdentifier(loop)] = SessionPlace(serial: loop, tasks: loop.tasks, tail: tail)
            tails.append(tail)
        }
        guard let first = loops.first.flatMap({ places[ObjectIdentifier($0)] }) else {
            throw AgentError(.internalError, "A deployment needs at least one loop.")
        }
        self.places = places
        self.tails = tails
        fallback = first
    }

    func place(on loop: EventLoop) -> SessionPlace { places[ObjectIdentifier(loop)] ?? fallback }

    /// Leaves nothing of ended turns in the tails; before the loops stop.
    func trimTails() {
        for tail in tails { tail.trim() }
    }

    private static func tail(_ loop: EventLoop, _ folder: String) throws -> LoopTail {
        let file = LoopConfined(try TailFile(folder: folder, name: loop.name), loop: loop)
        return LoopTail(
            loop: loop,
            write: { pieces throws(TailError) in try file.value.append(pieces) },
            end: { file.value.end($0) },
            trim: { file.value.trim() }
        )
    }
}
