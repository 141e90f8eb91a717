internal import AgentRuntime

/// The loops as places for sessions, each with its own tail file.
struct SessionPlaces: Sendable {
    private let places: [ObjectIdentifier: SessionPlace]
    private let fallback: SessionPlace

    init(loops: [EventLoop], tailFolder: String) throws {
        var places: [ObjectIdentifier: SessionPlace] = [:]
        for loop in loops { places[ObjectIdentifier(loop)] = try Self.place(loop, tailFolder) }
        guard let first = loops.first.flatMap({ places[ObjectIdentifier($0)] }) else {
            throw AgentError(.internalError, "A deployment needs at least one loop.")
        }
        self.places = places
        fallback = first
    }

    func place(on loop: EventLoop) -> SessionPlace { places[ObjectIdentifier(loop)] ?? fallback }

    private static func place(_ loop: EventLoop, _ folder: String) throws -> SessionPlace {
        let file = LoopConfined(try TailFile(folder: folder, name: loop.name), loop: loop)
        let tail = LoopTail(
            loop: loop,
            write: { pieces throws(TailError) in try file.value.append(pieces) },
            end: { file.value.end($0) }
        )
        return SessionPlace(serial: loop, tasks: loop.tasks, tail: tail)
    }
}
