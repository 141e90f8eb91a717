/// A conversation as a value: what its records add up to.
///
/// Recent turns are kept whole, older ones as an entry that says where their records lie; a conversation of ten
/// thousand turns then takes about a megabyte.
package struct Conversation: Sendable {
    package let tenant: TenantID
    package let id: SessionID
    /// The session's version after the last record that was applied.
    package private(set) var version: Int64 = 0
    package private(set) var owner = UserID("")
    package private(set) var title: String?
    package private(set) var context: JSONValue = .null
    package private(set) var metadata: JSONValue = .null
    package private(set) var options = SessionOptions()
    package private(set) var createdAt = Timestamp(milliseconds: 0)
    package private(set) var isDeleted = false
    /// What was said before the conversation came here, oldest first, as the client that began it told it.
    package private(set) var imported: [HistoryTurn] = []
    /// What has been read in the conversation, joined.
    package private(set) var label = DataLabel.clean
    /// The tools that gave private data in it.
    package private(set) var sources: Set<String> = []
    /// What waits for people, or waited, of this conversation.
    package private(set) var approvals: [ApprovalID: Approval] = [:]
    /// Unended turns and the last ended ones, oldest first.
    package private(set) var turns: [ConversationTurn] = []
    /// Where the records of every turn lie, oldest first.
    package private(set) var places: [TurnPlace] = []
    private let historyLimit: Int

    package init(tenant: TenantID, id: SessionID, historyLimit: Int) {
        self.tenant = tenant
        self.id = id
        self.historyLimit = historyLimit
    }

    /// Takes the state of a snapshot.
    init(
        tenant: TenantID,
        id: SessionID,
        historyLimit: Int,
        version: Int64,
        owner: UserID,
        title: String?,
        context: JSONValue,
        metadata: JSONValue,
        options: SessionOptions,
        createdAt: Timestamp,
        isDeleted: Bool,
        imported: [HistoryTurn],
        turns: [ConversationTurn],
        places: [TurnPlace]
    ) {
        self.init(tenant: tenant, id: id, historyLimit: historyLimit)
        self.version = version
        self.owner = owner
        self.title = title
        self.context = context
        self.metadata = metadata
        self.options = options
        self.createdAt = createdAt
        self.isDeleted = isDeleted
        self.imported = imported
        self.turns = turns
        self.places = places
    }

    package var isStarted: Bool { version > 0 }

    /// The turn with that identifier, when it is unended or recent.
    package func turn(_ id: TurnID) -> ConversationTurn? { turns.last { $0.id == id } }

    package func place(of id: TurnID) -> TurnPlace? { places.last { $0.turn == id } }

    /// Turns that have not ended, oldest first: the running one and those that wait.
    package var unended: [ConversationTurn] { turns.filter { $0.status == nil } }

    /// What a model is shown of the turns that ended before the given one.
    ///
    /// A turn that was stopped or failed is shown only for what it may have done: when `hasEffect` says so of the tool
    /// of one of its calls.
    package func history(before id: TurnID, hasEffect: (String) -> Bool = { _ in false }) -> [HistoryTurn] {
        let ended = turns.prefix { $0.id != id }.filter { turn in
            guard !turn.isForgotten else { return false }
            switch turn.status {
            case .completed, .interrupted: return true
            case .cancelled, .failed: return turn.steps.contains { $0.calls.contains { hasEffect($0.call.name) } }
            case .awaitingApproval, nil: return false
            }
        }
        return Array((imported + ended.suffix(historyLimit).map(\.history)).suffix(historyLimit))
    }

    /// Folds one record in; records come in the order of their versions.
    package mutating func apply(_ record: Record) {
        precondition(record.version == version + 1, "records of a session are applied in order")
        version = record.version
        let payload = record.payload ?? .null
        if record.kind == .toolCompleted { read(record.labels) }
        switch record.kind {
        case .conversationStarted:
            owner = UserID(payload["owner"]?.string ?? "")
            title = payload["title"]?.string
            context = payload["context"] ?? .null
            metadata = payload["metadata"] ?? .null
            options = options.updated(by: payload["options"] ?? .null)
            createdAt = record.wallTime
            imported = (payload["history"]?.array ?? []).map(HistoryTurn.init(imported:))
        case .conversationChanged:
            if let title = payload["title"] { self.title = title.string }
            if let metadata = payload["metadata"] { self.metadata = metadata }
            options = options.updated(by: payload["options"] ?? .null)
            if payload["forgets"] == true { forgetContext() }
        case .conversationDeleted:
            isDeleted = true
        case .approvalRequested:
            guard let request = ApprovalRequest(json: payload) else { return }
            approvals[request.id] = Approval(request)
            note(record)
        case .approvalDecided:
            guard let id = payload["approval_id"]?.string, let decision = ApprovalDecision(json: payload) else {
                return
            }
            approvals[ApprovalID(id)]?.apply(decision)
        case .messageReceived:
            guard let turn = record.turn else { return }
            turns.append(
                ConversationTurn(turn, received: payload, at: record.wallTime, tenant: tenant, owner: owner)
            )
            places.append(
                TurnPlace(
                    turn: turn,
                    first: record.version,
                    last: record.version,
                    key: payload["idempotency_key"]?.string,
                    fingerprint: payload["fingerprint"]?.string
                )
            )
        default:
            note(record)
        }
    }

    private mutating func note(_ record: Record) {
        guard let id = record.turn, let index = turns.lastIndex(where: { $0.id == id }) else { return }
        turns[index].apply(record.kind, record.payload ?? .null)
        if let place = places.lastIndex(where: { $0.turn == id }) { places[place].last = record.version }
        forgetOldTurns()
    }

    /// A result with these labels was read.
    private mutating func read(_ labels: [String]) {
        let read = DataLabel(labels)
        label = label.joined(with: read)
        guard read.confidentiality == .private else { return }
        let origins = labels.filter { $0.hasPrefix("origin:") }.map { String($0.dropFirst("origin:".count)) }
        sources.formUnion(origins.isEmpty ? [""] : origins)
    }

    /// Whether it holds what none of those tools gave that `isKnown` names: results, or what a client told of itself.
    package func holdsPrivateData(besideThatOf isKnown: (String) -> Bool) -> Bool {
        sources.contains { !isKnown($0) } || !imported.isEmpty || !context.isVoid
            || turns.contains { !$0.context.isVoid }
    }

    /// Takes what a snapshot keeps beside the turns.
    mutating func restore(label: DataLabel, sources: Set<String>, approvals: [Approval]) {
        self.label = label
        self.sources = sources
        for approval in approvals { self.approvals[approval.request.id] = approval }
    }

    /// The texts that the user wrote in the turns that are kept.
    package var userTexts: [String] { turns.map(\.text) + imported.map(\.message) }

    /// What was said so far is no longer what a new message builds on; a turn that runs goes on as it began.
    private mutating func forgetContext() {
        imported = []
        for index in turns.indices { turns[index].isForgotten = true }
    }

    private mutating func forgetOldTurns() {
        let excess = turns.count - historyLimit
        guard excess > 0 else { return }
        let ended = turns.firstIndex { $0.status == nil } ?? turns.count
        turns.removeFirst(min(excess, ended))
    }
}

extension JSONValue {
    /// Whether it says nothing.
    fileprivate var isVoid: Bool {
        switch self {
        case .null: true
        case .string(let text): text.isEmpty
        case .array(let items): items.isEmpty
        case .object(let object): object.isEmpty
        case .bool, .number: false
        }
    }
}

/// Where the records of a turn lie within its session, by version.
package struct TurnPlace: Sendable, Hashable {
    package var turn: TurnID
    package var first: Int64
    package var last: Int64
    /// The idempotency key that the message came with, and the hash of its body.
    package var key: String?
    package var fingerprint: String?
}

/// One turn within a conversation.
package struct ConversationTurn: Sendable, Hashable {
    package var id: TurnID
    package var message: MessageID
    package var text: String
    package var context: JSONValue
    package var principal: Principal
    /// The tool call that is the whole message.
    package var call: DirectCall?
    /// The decision that it goes on with; `nil` for a turn that answers a message.
    package var continuation: Continuation?
    package var isStarted = false
    /// Whether later turns are not to build on it.
    package var isForgotten = false
    /// When its message came in.
    package var receivedAt = Timestamp(milliseconds: 0)
    package var startedAt = Timestamp(milliseconds: 0)
    /// The model that the turn was begun with.
    package var model = ""
    package var steps: [CompletedStep] = []
    package var usage = Usage()
    /// Some step on record was answered by another model than was meant to.
    package var isDegraded = false
    /// The last step on record, while calls of it have no result yet.
    package var openStep: StepDraft?
    package var openResults: [CompletedCall] = []
    /// The number after the last event on record; streamed events from it on belong to the step that is not.
    package var nextIndex = 0
    package var notes: [JSONValue] = []
    package var answer = ""
    /// How it ended; `nil` while it waits or runs.
    package var status: TurnStatus?

    package init(
        id: TurnID,
        message: MessageID,
        text: String,
        context: JSONValue,
        principal: Principal,
        call: DirectCall? = nil
    ) {
        self.call = call
        self.id = id
        self.message = message
        self.text = text
        self.context = context
        self.principal = principal
    }

    package var history: HistoryTurn {
        HistoryTurn(message: text, answer: answer, notes: notes, steps: steps)
    }

    /// A turn whose message has come in.
    fileprivate init(
        _ id: TurnID,
        received payload: JSONValue,
        at receivedAt: Timestamp,
        tenant: TenantID,
        owner: UserID
    ) {
        self.init(
            id: id,
            message: MessageID(payload["message_id"]?.string ?? ""),
            text: payload["text"]?.string ?? "",
            context: payload["context"] ?? .null,
            principal: Principal(json: payload["principal"] ?? .null, tenant: tenant)
                ?? Principal(tenant: tenant, user: owner),
            call: payload["call"].flatMap(DirectCall.init(json:))
        )
        self.receivedAt = receivedAt
        continuation = payload["continues"].flatMap(Continuation.init(json:))
        steps = continuation?.steps ?? []
        notes = steps.flatMap(\.notes)
    }

    /// A turn from its records alone; `nil` when its message is not among them.
    package init?(records: [Record], tenant: TenantID, owner: UserID) {
        guard let first = records.first, first.kind == .messageReceived, let id = first.turn else { return nil }
        self.init(id, received: first.payload ?? .null, at: first.wallTime, tenant: tenant, owner: owner)
        for record in records.dropFirst() { apply(record.kind, record.payload ?? .null) }
    }

    /// Whether the call that it goes on with is not on record yet.
    package var isBeforeContinuing: Bool {
        continuation.map { steps.count == $0.steps.count && openStep == nil } ?? false
    }

    fileprivate mutating func apply(_ kind: RecordKind, _ payload: JSONValue) {
        switch kind {
        case .turnStarted:
            isStarted = true
            model = payload["model"]?.string ?? ""
            startedAt = Timestamp(milliseconds: Int64(payload["timestamp"]?.int ?? 0))
            nextIndex = 1
        case .stepCompleted:
            let step = StepDraft(payload: payload)
            notes += step.notes
            usage = usage.adding(step.usage)
            if step.origin?.isDegraded ?? false { isDegraded = true }
            if step.calls.isEmpty {
                steps.append(CompletedStep(text: step.text, notes: step.notes, ungrounded: step.ungrounded))
            } else {
                openStep = step
                openResults = []
                nextIndex = (payload["index"]?.int ?? nextIndex) + step.calls.count
            }
        case .approvalRequested:
            if let index = payload["index"]?.int { nextIndex = max(nextIndex, index + 1) }
        case .toolCompleted:
            guard let call = CompletedCall(json: payload), let step = openStep else { return }
            openResults.append(call)
            nextIndex = max(nextIndex, (payload["index"]?.int ?? 0) + 1)
            guard openResults.count == step.calls.count else { return }
            close(step)
            openStep = nil
            openResults = []
        case .turnCompleted:
            answer = payload["content"]?.string ?? ""
            status = payload["status"]?.string.flatMap(TurnStatus.init(rawValue:)) ?? .failed
            // A turn that was stopped at its calls keeps those that were settled.
            if let step = openStep, !openResults.isEmpty { close(step) }
            openStep = nil
            openResults = []
        default: return
        }
    }

    /// Takes in a step with the results that are there.
    private mutating func close(_ step: StepDraft) {
        let calls = step.calls.compactMap { call in openResults.first { $0.call.id == call.id } }
        steps.append(CompletedStep(text: step.text, notes: step.notes, ungrounded: step.ungrounded, calls: calls))
    }
}
