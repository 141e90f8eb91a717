/// The conversations of a deployment as its users may use them: whose they are is checked here, once.
///
/// Someone else's conversation is answered exactly as one that does not exist.
package struct Conversations: Sendable {
    private let directory: SessionDirectory
    private let places: @Sendable (EventLoop) -> SessionPlace
    /// Who has this may read any conversation of the tenant.
    private let readAll: Permission
    /// Who has this may use the conversations that are the tenant's; `nil` when there are none.
    private let useShared: Permission?
    /// What is taken out of what users say before it is recorded or shown to a model.
    private let redaction: Redaction

    package init(
        directory: SessionDirectory,
        readAll: Permission,
        useShared: Permission? = nil,
        redaction: Redaction = .none,
        places: @escaping @Sendable (EventLoop) -> SessionPlace
    ) {
        self.directory = directory
        self.readAll = readAll
        self.useShared = useShared
        self.redaction = redaction
        self.places = places
    }

    /// Begins a conversation in which nothing is asked yet; its session wakes on `loop`.
    package func create(_ new: NewConversation, on loop: EventLoop) async throws -> Conversation {
        try await directory.create(redacted(new), on: places(loop)).conversation
    }

    /// Begins a conversation with its first message: both are durable in one append.
    package func begin(
        _ new: NewConversation,
        with message: IncomingMessage,
        on loop: EventLoop
    ) async throws -> (session: SessionID, accepted: AcceptedMessage) {
        try await directory.begin(redacted(new), with: redacted(message), on: places(loop))
    }

    /// Sends a message of the owner; see `Session.send`.
    package func send(_ message: IncomingMessage, to id: SessionID, on loop: EventLoop) async throws -> AcceptedMessage
    {
        let message = redacted(message)
        return try await owned(id, by: message.principal, on: loop) { try await $0.send(message) }
    }

    private func redacted(_ new: NewConversation) -> NewConversation {
        var new = new
        new.title = new.title.map(redaction.redacted)
        for index in new.history.indices {
            new.history[index].message = redaction.redacted(new.history[index].message)
            new.history[index].answer = redaction.redacted(new.history[index].answer)
        }
        return new
    }

    private func redacted(_ message: IncomingMessage) -> IncomingMessage {
        var message = message
        message.text = redaction.redacted(message.text)
        message.context = redaction.redacted(message.context)
        return message
    }

    /// Shows a turn's events after an index; `leave` is to be called when the watcher has gone.
    package func watch(
        _ turn: TurnID,
        of id: SessionID,
        after index: Int?,
        by principal: Principal,
        on loop: EventLoop,
        _ watcher: any TurnWatcher
    ) async throws -> WatchTicket {
        let watch = try await readable(id, by: principal, on: loop) { session in
            try await session.watch(turn, after: index, watcher)
        }
        return WatchTicket(session: id, tenant: principal.tenant, turn: turn, number: watch)
    }

    /// The watcher has gone; the last one's leaving may end the turn.
    package func leave(_ ticket: WatchTicket) async {
        guard let number = ticket.number else { return }
        // A session that has gone to sleep has no watchers to be told of.
        await directory.withAwake(ticket.session, in: ticket.tenant) { await $0.unwatch(ticket.turn, number) }
    }

    /// The watcher's reader has gone, but the watcher still takes the turn's end; the last one's leaving may end it.
    package func readerLeft(_ ticket: WatchTicket) async {
        guard let number = ticket.number else { return }
        // A session that has gone to sleep runs no turn that could be ended.
        await directory.withAwake(ticket.session, in: ticket.tenant) { await $0.readerLeft(ticket.turn, number) }
    }

    /// The whole answer of a turn, once it has ended.
    package func answer(
        _ turn: TurnID,
        of id: SessionID,
        by principal: Principal,
        on loop: EventLoop
    ) async throws -> Answer {
        let collector = AnswerCollector()
        _ = try await watch(turn, of: id, after: nil, by: principal, on: loop, collector)
        return await collector.answer()
    }

    /// Ends a running turn; whether there was one to be ended.
    package func cancel(
        _ turn: TurnID,
        of id: SessionID,
        by principal: Principal,
        on loop: EventLoop
    ) async throws -> Bool {
        try await owned(id, by: principal, on: loop) { try await $0.cancel(turn) }
    }

    package func conversation(_ id: SessionID, by principal: Principal, on loop: EventLoop) async throws -> Conversation
    {
        try await readable(id, by: principal, on: loop) { await $0.conversation }
    }

    package func change(
        _ id: SessionID,
        options: JSONValue?,
        title: String?,
        status: String? = nil,
        metadata: JSONValue? = nil,
        by principal: Principal,
        on loop: EventLoop
    ) async throws -> Conversation {
        try await owned(id, by: principal, on: loop) { session in
            try await session.change(
                options: options,
                title: title.map(redaction.redacted),
                status: status,
                metadata: metadata,
                by: principal
            )
            return await session.conversation
        }
    }

    /// Lets later messages begin anew; see `Session.forget`.
    package func forget(
        _ id: SessionID,
        hidesHistory: Bool,
        by principal: Principal,
        on loop: EventLoop
    ) async throws {
        try await owned(id, by: principal, on: loop) { try await $0.forget(hidesHistory: hidesHistory, by: principal) }
    }

    package func delete(_ id: SessionID, by principal: Principal, on loop: EventLoop) async throws {
        try await owned(id, by: principal, on: loop) { try await $0.delete(by: principal) }
    }

    private func owned<Result: Sendable>(
        _ id: SessionID,
        by principal: Principal,
        on loop: EventLoop,
        _ body: @Sendable (Session) async throws -> Result
    ) async throws -> Result {
        try await directory.with(id, in: principal.tenant, on: places(loop)) { session in
            guard await isOpen(session, to: principal) else { throw AgentError.noSuchConversation }
            return try await body(session)
        }
    }

    private func readable<Result: Sendable>(
        _ id: SessionID,
        by principal: Principal,
        on loop: EventLoop,
        _ body: @Sendable (Session) async throws -> Result
    ) async throws -> Result {
        let mayReadAll = principal.may(readAll)
        return try await directory.with(id, in: principal.tenant, on: places(loop)) { session in
            let isOpen = await isOpen(session, to: principal)
            let isDeleted = await session.conversation.isDeleted
            guard isOpen || mayReadAll, !isDeleted else { throw AgentError.noSuchConversation }
            return try await body(session)
        }
    }

    /// Whether the conversation is the principal's, or the tenant's and he may use those.
    private func isOpen(_ session: Session, to principal: Principal) async -> Bool {
        let conversation = await session.conversation
        if conversation.owner == principal.user { return true }
        return conversation.options.access == .tenant && useShared.map(principal.may) == true
    }
}

/// What a watcher hands back when it goes.
package struct WatchTicket: Sendable {
    fileprivate var session: SessionID
    fileprivate var tenant: TenantID
    fileprivate var turn: TurnID
    fileprivate var number: Int?
}
