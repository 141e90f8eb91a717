internal import AgentRuntime

/// Holding a conversation, as every profile does it: begin one, send a message, have its answer as a whole or as a
/// stream, and come back to it.
struct Exchange: Sendable {
    let services: ProfileServices

    /// Begins a conversation of the principal with the tenant's options, changed by what `options` holds.
    func begin(
        for principal: Principal,
        options: JSONValue = .null,
        title: String? = nil,
        context: JSONValue = .null,
        metadata: JSONValue = .null,
        history: [HistoryTurn] = [],
        id: SessionID? = nil,
        on loop: EventLoop
    ) async throws -> Conversation {
        let tenant = services.configuration.tenant(principal.tenant)
        let defaults: JSONValue = [
            "on_busy": .string(tenant.onBusy), "on_disconnect": .string(tenant.onDisconnect),
        ]
        return try await services.conversations.create(
            for: principal,
            options: SessionOptions().updated(by: defaults).updated(by: options),
            title: title,
            context: context,
            metadata: metadata,
            history: history,
            id: id,
            on: loop
        )
    }

    /// Sends a text in the name of the request's caller; the request's `Idempotency-Key` is the message's.
    func send(
        _ text: String,
        context: JSONValue = .null,
        to session: SessionID,
        _ routed: RoutedRequest
    ) async throws -> AcceptedMessage {
        let message = IncomingMessage(
            text: text,
            context: context,
            principal: try routed.principal(),
            idempotencyKey: IdempotencyKey.read(routed.request)
        )
        return try await services.conversations.send(message, to: session, on: routed.loop)
    }

    /// The whole answer of a turn, once it has ended.
    func answer(_ turn: TurnID, of session: SessionID, _ routed: RoutedRequest) async throws -> Answer {
        try await services.conversations.answer(turn, of: session, by: try routed.principal(), on: routed.loop)
    }

    /// A stream of a turn's events in the profile's encoding, after the position that the client has seen last.
    func stream(
        _ turn: TurnID,
        of session: SessionID,
        _ routed: RoutedRequest,
        encode: @escaping EventEncoder
    ) throws -> HTTPResponse {
        let index = EventPosition.index(after: Self.lastEventID(routed), of: turn)
        return try stream(turn, of: session, after: index, routed, encode: encode)
    }

    /// A stream of a turn's events after an index.
    func stream(
        _ turn: TurnID,
        of session: SessionID,
        after index: Int?,
        _ routed: RoutedRequest,
        encode: @escaping EventEncoder
    ) throws -> HTTPResponse {
        let streamer = TurnStreamer(conversations: services.conversations)
        return streamer.response(turn, of: session, after: index, for: try routed.principal(), encode: encode)
    }

    /// A stream of a turn that a client comes back to; what is not there is `not_found` and no empty stream.
    func resume(
        _ turn: TurnID,
        of session: SessionID,
        _ routed: RoutedRequest,
        encode: @escaping EventEncoder
    ) async throws -> HTTPResponse {
        let conversation = try await services.conversations.conversation(
            session,
            by: try routed.principal(),
            on: routed.loop
        )
        guard conversation.place(of: turn) != nil else { throw AgentError.noSuchMessage }
        return try stream(turn, of: session, routed, encode: encode)
    }

    /// The parameters by which clients that cannot set headers say where they are.
    static let resumeParameters = [
        RouteParameter("after", summary: "The id of the last event received."),
        RouteParameter("last_event_id", summary: "The same, for clients that cannot set headers."),
    ]

    static func lastEventID(_ routed: RoutedRequest) -> String? {
        routed.request.headers["Last-Event-ID"] ?? routed.query["after"]?.string
            ?? routed.query["last_event_id"]?.string
    }
}

extension AgentError {
    /// The failure of a turn, where it is the answer to a request.
    init(turn failure: TurnFailure) {
        self.init(Code(failure.code), failure.message, isRetryable: failure.isRetryable)
    }
}
