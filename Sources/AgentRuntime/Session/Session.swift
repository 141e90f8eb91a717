/// One conversation, alive: it alone decides what becomes of a message, a cancel, a client that left.
///
/// It lives on one thread (`SessionPlace`), where its turns run and its watchers are told. Everything it does is a
/// record first: what is appended is durable, then applied, then shown. An append carries the version the session
/// knows, so of two sessions over one conversation only one can win; the other is retired.
package actor Session {
    package nonisolated let tenant: TenantID
    package nonisolated let id: SessionID
    nonisolated let place: SessionPlace
    nonisolated let services: SessionServices
    package private(set) var conversation: Conversation
    /// The turn that holds the slot, from the moment its message is being appended until its end was delivered.
    var running: LiveTurn?
    /// Turns behind it, in order; one begins only when its message is durable.
    var waiting: [LiveTurn] = []
    /// Turns whose end was shown but could not be stored yet; their records are in `overdue`.
    var unrecorded: [LiveTurn] = []
    /// Records that could not be appended when they should have been: they go first with the next append.
    private(set) var overdue: [RecordDraft] = []
    /// The task that tries to store them again.
    var storing: Task<Void, Never>?
    /// Approvals about which a decision is being appended.
    var deciding: Set<ApprovalID> = []
    private var accepting: [String: AcceptedMessage] = [:]
    private var snapshotVersion: Int64
    private var isRetired = false
    private let gate = AppendGate()
    /// Takes a session that goes to sleep by itself, as soon as nothing runs or waits; `nil` of one that stays awake.
    private let letSleep: (@Sendable (Session) -> Void)?

    package nonisolated var unownedExecutor: UnownedSerialExecutor { place.serial.asUnownedSerialExecutor() }

    package init(
        _ conversation: Conversation,
        snapshotVersion: Int64,
        services: SessionServices,
        place: SessionPlace,
        letSleep: (@Sendable (Session) -> Void)? = nil
    ) {
        tenant = conversation.tenant
        id = conversation.id
        self.conversation = conversation
        self.snapshotVersion = snapshotVersion
        self.services = services
        self.place = place
        self.letSleep = letSleep
    }

    // MARK: - What can be asked of a session

    /// Makes a new conversation durable; the first thing that is asked of its session.
    ///
    /// A `first` message is durable together with it, and has been taken in when this returns; see `send`.
    package func start(_ new: NewConversation, first: IncomingMessage? = nil) async throws -> AcceptedMessage? {
        var payload: JSONObject = [
            "owner": .string(new.owner.user.rawValue),
            "title": .optional(new.title),
            "context": new.context,
            "metadata": new.metadata,
            "options": new.options.json,
        ]
        if !new.history.isEmpty { payload["history"] = .array(new.history.map(\.imported)) }
        let draft = RecordDraft(
            kind: .conversationStarted,
            actor: "user:\(new.owner.user)",
            subject: SubjectID("user:\(new.owner.user)"),
            payload: .object(payload)
        )
        if let first { return try await accept(first, behind: [draft]) }
        try await append([draft])
        return nil
    }

    /// Takes a message in and begins its turn, or queues it, as the session's options say.
    ///
    /// The message is durable when this returns. Throws `conflict` when the session is busy and may not queue,
    /// `invalid_argument` for a text that is empty or too long, `SessionRetired` when another session has taken over.
    package func send(_ incoming: IncomingMessage) async throws -> AcceptedMessage {
        try checkUsable()
        return try await accept(incoming, behind: [])
    }

    private func accept(_ incoming: IncomingMessage, behind before: [RecordDraft]) async throws -> AcceptedMessage {
        try check(incoming.text)
        let fingerprint = incoming.fingerprint
        if let key = incoming.idempotencyKey, let known = try repeated(key, fingerprint) { return known }
        let live = LiveTurn(id: TurnID(services.identifiers.next("msg")), principal: incoming.principal)
        let message = MessageID(services.identifiers.next("msg"))
        let startsNow = try takePlace(live)
        let accepted = AcceptedMessage(message: message, turn: live.id)
        if let key = incoming.idempotencyKey { accepting[key] = accepted }
        defer { if let key = incoming.idempotencyKey { accepting[key] = nil } }
        var payload: JSONObject = [
            "message_id": .string(message.rawValue),
            "text": .string(incoming.text),
            "context": incoming.context,
            "principal": incoming.principal.json,
            "idempotency_key": .optional(incoming.idempotencyKey),
            "fingerprint": .optional(fingerprint),
        ]
        if let call = incoming.call { payload["call"] = call.json }
        var drafts = before
        drafts.append(draft(.messageReceived, live, by: "user:\(incoming.principal.user)", .object(payload)))
        if startsNow { drafts.append(startDraft(live, message: message)) }
        do {
            try await append(drafts)
        } catch {
            giveUpPlace(live)
            throw error
        }
        live.isDurable = true
        if startsNow {
            showStarted(live)
            startTurn(live)
        } else {
            beginNext()
        }
        return accepted
    }

    /// Asks a turn to end, and waits until it has.
    ///
    /// Whether it was still to be ended.
    ///
    /// An ended turn stays as it is; a turn that is not of this conversation throws `not_found`.
    package func cancel(_ turn: TurnID) async throws -> Bool {
        try checkUsable()
        guard conversation.place(of: turn) != nil || live(turn) != nil else { throw AgentError.noSuchMessage }
        guard let live = live(turn), !live.isClosed else { return false }
        live.requestStop(LiveTurn.Stop(status: .cancelled))
        if running !== live, live.isDurable {
            waiting.removeAll { $0 === live }
            await endWithoutRunning(live)
            return true
        }
        await live.waitForEnd()
        return true
    }

    /// Shows a turn's events from the one after `index` on, to its end.
    ///
    /// A running turn goes on being shown; one that has ended is read from the journal.
    /// Returns what `unwatch` takes; `nil` when everything has been delivered.
    package func watch(_ turn: TurnID, after index: Int?, _ watcher: any TurnWatcher) async throws -> Int? {
        try checkUsable()
        if let live = live(turn) { return live.watch(after: index, watcher) }
        guard let place = conversation.place(of: turn) else { throw AgentError.noSuchMessage }
        let records = try await recordsOf(place)
        let events = TurnHistory.events(of: records).filter { $0.index > index ?? -1 }
        if !events.isEmpty { watcher.deliver(events) }
        watcher.ended()
        return nil
    }

    /// A watcher has left; the last one's leaving ends the turn where the options say so.
    package func unwatch(_ turn: TurnID, _ watcher: Int) {
        guard let live = live(turn) else { return }
        live.unwatch(watcher)
        stopUnread(live)
    }

    /// A watcher's reader has left; the watcher stays until the turn has ended, which this may bring about.
    package func readerLeft(_ turn: TurnID, _ watcher: Int) {
        guard let live = live(turn) else { return }
        live.readerLeft(watcher)
        stopUnread(live)
    }

    private func stopUnread(_ live: LiveTurn) {
        guard !live.isRead, conversation.options.onDisconnect == .cancel else { return }
        live.requestStop(LiveTurn.Stop(status: .cancelled))
    }

    /// Sets options, title, status and metadata; `nil` leaves them.
    package func change(
        options: JSONValue?,
        title: String?,
        status: String? = nil,
        metadata: JSONValue? = nil,
        by principal: Principal
    ) async throws {
        try checkUsable()
        var payload = JSONObject()
        if let options { payload["options"] = conversation.options.updated(by: options).json }
        if let title { payload["title"] = .string(title) }
        if let status { payload["status"] = .string(status) }
        if let metadata { payload["metadata"] = metadata }
        guard !payload.isEmpty else { return }
        try await append([draft(.conversationChanged, by: "user:\(principal.user)", .object(payload))])
    }

    /// Lets later messages begin anew, as if nothing had been said; `hidesHistory` takes what was said out of sight.
    package func forget(hidesHistory: Bool, by principal: Principal) async throws {
        try checkUsable()
        let payload: JSONObject = ["forgets": true, "hides_history": .bool(hidesHistory)]
        try await append([draft(.conversationChanged, by: "user:\(principal.user)", .object(payload))])
    }

    /// Ends what runs and takes the conversation out of sight.
    package func delete(by principal: Principal) async throws {
        try checkUsable()
        for live in waiting + [running].compactMap({ $0 }) { _ = try await cancel(live.id) }
        try await append([draft(.conversationDeleted, by: "user:\(principal.user)", .object([:]))])
    }

    /// Whether nothing runs, waits or is watched, so that the session may be put to sleep; it then takes nothing more.
    package func retireIfIdle() -> Bool {
        guard running == nil, waiting.isEmpty, accepting.isEmpty, overdue.isEmpty else { return false }
        isRetired = true
        return true
    }

    /// Goes to sleep where nobody is expected to come back.
    func sleepIfDone() {
        if let letSleep, retireIfIdle() { letSleep(self) }
    }

    /// Waits until nothing runs or waits.
    package func drain() async {
        while let live = running ?? waiting.first { await live.waitForEnd() }
        if !overdue.isEmpty { try? await append([]) }  // what cannot be stored now is settled at the next start
    }

    /// Takes up the turns that a former process left unended.
    ///
    /// - Parameter pieces: what was in the tail of these turns.
    package func settle(_ pieces: [TailPiece]) async {
        for turn in conversation.unended {
            let live = LiveTurn(id: turn.id, principal: turn.principal)
            live.isDurable = true
            guard turn.isStarted else {
                waiting.append(live)
                continue
            }
            running = live
            do {
                try await takeUp(turn, live, pieces.filter { $0.turn == turn.id })
            } catch {
                services.observer.fault("a turn could not be taken up again: \(error)", session: id, tenant: tenant)
                running = nil
            }
        }
        beginNext()
    }

    // MARK: - Appending

    /// Appends, applies, and keeps a snapshot now and then.
    func append(_ drafts: [RecordDraft]) async throws {
        await gate.enter()
        defer { gate.leave() }
        let all = overdue + drafts
        guard !all.isEmpty else { return }
        let received = all.count { $0.kind == .messageReceived }
        let ended = all.count { $0.kind == .turnCompleted }
        do {
            let records = try await services.journal.append(
                JournalAppend(
                    tenant: tenant,
                    session: id,
                    expectedVersion: conversation.version,
                    isUnsettled: conversation.unended.count + received - ended > 0,
                    drafts: all
                )
            )
            overdue = []
            for record in records { conversation.apply(record) }
            for live in unrecorded { place.tail.end(live.id) }
            unrecorded = []
        } catch .versionConflict {
            isRetired = true
            throw SessionRetired()
        } catch {
            throw AgentError(journal: error)
        }
        await keepSnapshot()
    }

    /// Keeps the records of a turn's end for the next append, when they cannot be appended now.
    func appendLater(_ drafts: [RecordDraft], of live: LiveTurn) {
        overdue += drafts
        unrecorded.append(live)
    }

    func draft(
        _ kind: RecordKind,
        _ live: LiveTurn? = nil,
        by actor: String,
        labels: [String] = [],
        _ payload: JSONValue
    ) -> RecordDraft {
        let owner = conversation.isStarted ? conversation.owner : live?.principal.user ?? UserID("")
        return RecordDraft(
            turn: live?.id,
            kind: kind,
            actor: actor,
            subject: SubjectID("user:\(owner)"),
            labels: labels,
            payload: payload
        )
    }

    func live(_ turn: TurnID) -> LiveTurn? {
        if running?.id == turn { return running }
        return waiting.first { $0.id == turn } ?? unrecorded.first { $0.id == turn }
    }

    private func keepSnapshot() async {
        guard conversation.version - snapshotVersion >= 200 else { return }
        snapshotVersion = conversation.version
        do {
            try await services.journal.save(conversation.snapshot)
        } catch {
            services.observer.fault("a snapshot could not be kept: \(error)", session: id, tenant: tenant)
        }
    }

    func recordsOf(_ place: TurnPlace) async throws -> [Record] {
        do {
            let records = try await services.journal.records(of: id, in: tenant, afterVersion: place.first - 1)
            return records.filter { $0.turn == place.turn }
        } catch {
            throw AgentError(journal: error)
        }
    }

    // MARK: - Deciding about a message

    func checkUsable() throws {
        guard !isRetired else { throw SessionRetired() }
        guard !conversation.isDeleted else { throw AgentError.noSuchConversation }
    }

    private func check(_ text: String) throws {
        let isBlank = text.allSatisfy(\.isWhitespace)
        let limit = services.limits.messageBytes
        guard !isBlank, text.utf8.count <= limit else {
            let words = isBlank ? "must not be empty" : "must not be longer than \(limit) bytes"
            throw AgentError(
                .invalidArgument,
                "The message \(words).",
                details: [AgentError.Detail(field: "message", message: words)]
            )
        }
    }

    private func repeated(_ key: String, _ fingerprint: String?) throws -> AcceptedMessage? {
        if let accepted = accepting[key] {
            return AcceptedMessage(message: accepted.message, turn: accepted.turn, isRepeated: true)
        }
        guard let place = conversation.places.last(where: { $0.key == key }) else { return nil }
        guard place.fingerprint == fingerprint else { throw AgentError.idempotencyKeyReused }
        let message = conversation.turn(place.turn)?.message ?? MessageID("")
        return AcceptedMessage(message: message, turn: place.turn, isRepeated: true)
    }

    /// Puts a turn into the slot or the queue; whether it is the slot.
    private func takePlace(_ live: LiveTurn) throws -> Bool {
        guard let current = running else {
            running = live
            return true
        }
        switch conversation.options.onBusy {
        case .reject:
            throw AgentError(.conflict, "The conversation is answering another message.", isRetryable: true)
        case .queue:
            guard waiting.count < services.limits.queue else {
                let words = "Too many messages wait in this conversation already (\(waiting.count))."
                throw AgentError(.conflict, words, isRetryable: true)
            }
            waiting.append(live)
        case .interrupt:
            guard waiting.count < services.limits.queue else {
                throw AgentError(.conflict, "Too many messages wait in this conversation already.", isRetryable: true)
            }
            waiting.insert(live, at: 0)
            current.requestStop(LiveTurn.Stop(status: .cancelled))
        }
        return false
    }

    func giveUpPlace(_ live: LiveTurn) {
        live.close()
        waiting.removeAll { $0 === live }
        if running === live {
            running = nil
            beginNext()
        }
    }
}

/// The session no longer stands for its conversation (it was put to sleep, or another node has it): ask the directory again.
package struct SessionRetired: Error {
    package init() {}
}

extension AgentError {
    package static let noSuchConversation = AgentError(.notFound, "There is no such conversation.")
    package static let noSuchMessage = AgentError(.notFound, "There is no such message in this conversation.")
    package static let idempotencyKeyReused = AgentError(
        .idempotencyKeyReused,
        "The Idempotency-Key was used before with another body."
    )

    /// What a user is told of a journal that could not do its work.
    package init(journal error: JournalError) {
        switch error {
        case .versionConflict(let actual):
            self.init(
                .conflict,
                "The conversation was changed meanwhile.",
                isRetryable: true,
                underlying: "version \(actual)"
            )
        case .storage(let code, let message):
            self.init(
                .storageFailed,
                "The server cannot store anything at the moment; nothing that was confirmed is lost.",
                isRetryable: true,
                underlying: "\(code): \(message)"
            )
        case .corrupted(let tenant, let sequence, let reason):
            self.init(
                .corrupted,
                "Stored data of this conversation cannot be read.",
                underlying: "record \(sequence) of \(tenant): \(reason)"
            )
        }
    }
}

extension AgentError.Code {
    /// The same idempotency key came with another body.
    ///
    /// For the user.
    package static let idempotencyKeyReused = Self("idempotency_key_reused")
}
