internal import AgentRuntime

/// Holding a conversation, as every profile does it: begin one, send a message, have its answer as a whole or as a
/// stream, and come back to it.
struct Exchange: Sendable {
    let services: ProfileServices

    /// Begins a conversation with the tenant's options, changed by what `options` holds.
    func begin(_ new: NewConversation, options: JSONValue = .null, on loop: EventLoop) async throws -> Conversation {
        try await services.conversations.create(configured(new, options), on: loop)
    }

    /// Begins a conversation by sending its first message; see `send`.
    func begin(
        _ new: NewConversation,
        options: JSONValue = .null,
        with text: String,
        _ routed: RoutedRequest
    ) async throws -> (session: SessionID, accepted: AcceptedMessage) {
        guard new.id == nil, let key = IdempotencyKey.read(routed.request) else {
            return try await begin(new, options: options, with: try message(text, new.context, routed), on: routed.loop)
        }
        // A request that comes again with its key, after the process ended too, finds what it began.
        var new = new
        let id = SessionID("conv_" + SHA256.hex("key \(new.owner.user) \(key)").prefix(26))
        new.id = id
        do {
            return (id, try await send(text, context: new.context, to: id, routed))
        } catch let error as AgentError where error.code == .notFound {
            // The first request with this key.
        }
        do {
            return try await begin(new, options: options, with: try message(text, new.context, routed), on: routed.loop)
        } catch is SessionRetired {
            throw AgentError(.conflict, "The first request with this Idempotency-Key has not begun.", isRetryable: true)
        }
    }

    func begin(
        _ new: NewConversation,
        options: JSONValue = .null,
        with message: IncomingMessage,
        on loop: EventLoop
    ) async throws -> (session: SessionID, accepted: AcceptedMessage) {
        try await services.conversations.begin(configured(new, options), with: message, on: loop)
    }

    private func configured(_ new: NewConversation, _ options: JSONValue) -> NewConversation {
        let tenant = services.configuration.tenant(new.owner.tenant)
        let defaults: JSONValue = [
            "on_busy": .string(tenant.onBusy), "on_disconnect": .string(tenant.onDisconnect),
        ]
        var new = new
        new.options = new.options.updated(by: defaults).updated(by: options)
        return new
    }

    /// Sends a text in the name of the request's caller; the request's `Idempotency-Key` is the message's.
    func send(
        _ text: String,
        context: JSONValue = .null,
        to session: SessionID,
        _ routed: RoutedRequest
    ) async throws -> AcceptedMessage {
        try await services.conversations.send(try message(text, context, routed), to: session, on: routed.loop)
    }

    private func message(_ text: String, _ context: JSONValue, _ routed: RoutedRequest) throws -> IncomingMessage {
        IncomingMessage(
            text: text,
            context: context,
            principal: try routed.principal(),
            idempotencyKey: IdempotencyKey.read(routed.request)
        )
    }

    /// The whole answer of a turn, once it has ended; a client that leaves before is one less who waits for it.
    func answer(_ turn: TurnID, of session: SessionID, _ routed: RoutedRequest) async throws -> Answer {
        let conversations = services.conversations
        let loop = routed.loop
        let collector = AnswerCollector()
        let ticket = try await conversations.watch(
            turn,
            of: session,
            after: nil,
            by: try routed.principal(),
            on: loop,
            collector
        )
        routed.request.client?.onLeaving { loop.spawn { await conversations.readerLeft(ticket) } }
        return await collector.answer()
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
