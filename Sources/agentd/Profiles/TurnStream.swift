internal import AgentRuntime

/// Encodes one event of a turn in a profile's way.
typealias EventEncoder = @Sendable (NumberedEvent, inout [UInt8]) -> Void

/// A client that is shown a turn as server-sent events.
struct TurnStreamer: Sendable {
    let conversations: Conversations

    /// A response that shows a turn's events after an index as they come, and ends with its last.
    ///
    /// A turn that waits shows nothing but comment lines until it begins. A client that leaves is taken off the turn.
    func response(
        _ turn: TurnID,
        of session: SessionID,
        after index: Int?,
        for principal: Principal,
        encode: @escaping EventEncoder
    ) -> HTTPResponse {
        let conversations = conversations
        return .events { stream in
            let loop = stream.loop
            // Whoever waits behind another message sees that the stream is open.
            stream.send(encoded: SSEWriter.comment)
            stream.onDrain {}  // a running turn is let finish; its last event ends the stream
            loop.spawn {
                let watcher = StreamWatcher(stream, encode)
                do {
                    let ticket = try await conversations.watch(
                        turn,
                        of: session,
                        after: index,
                        by: principal,
                        on: loop,
                        watcher
                    )
                    stream.onGone { loop.spawn { await conversations.leave(ticket) } }
                } catch {
                    stream.end()  // the client comes back and is told what is wrong
                }
            }
        }
    }
}

/// Hands a turn's events to a stream.
private final class StreamWatcher: TurnWatcher {
    private let stream: EventStream
    private let encode: EventEncoder

    init(_ stream: EventStream, _ encode: @escaping EventEncoder) {
        self.stream = stream
        self.encode = encode
    }

    func deliver(_ events: [NumberedEvent]) {
        var bytes: [UInt8] = []
        for event in events { encode(event, &bytes) }
        stream.send(encoded: bytes)
    }

    func ended() { stream.end() }
}
