/// A conversation's state as a snapshot keeps it, and back.
extension Conversation {
    /// The layout below; a snapshot of another layout is ignored and the records are read instead.
    package static let snapshotFormat = 1

    package var snapshot: SessionSnapshot {
        let state: JSONValue = [
            "owner": .string(owner.rawValue),
            "title": .optional(title),
            "context": context,
            "metadata": metadata,
            "options": options.json,
            "created_at": .integer(Int(createdAt.milliseconds)),
            "deleted": .bool(isDeleted),
            "history": .array(imported.map(\.imported)),
            "label": label.json,
            "sources": .array(sources.sorted().map(JSONValue.string)),
            "approvals": .array(approvals.values.sorted { $0.request.id < $1.request.id }.map(\.json)),
            "turns": .array(turns.map(\.state)),
            "places": .array(places.map(\.state)),
        ]
        return SessionSnapshot(
            tenant: tenant,
            session: id,
            version: version,
            format: Conversation.snapshotFormat,
            state: state
        )
    }

    /// Takes a snapshot; `nil` when it has another layout.
    package init?(_ snapshot: SessionSnapshot, historyLimit: Int) {
        guard snapshot.format == Conversation.snapshotFormat else { return nil }
        let state = snapshot.state
        self.init(
            tenant: snapshot.tenant,
            id: snapshot.session,
            historyLimit: historyLimit,
            version: snapshot.version,
            owner: UserID(state["owner"]?.string ?? ""),
            title: state["title"]?.string,
            context: state["context"] ?? .null,
            metadata: state["metadata"] ?? .null,
            options: SessionOptions().updated(by: state["options"] ?? .null),
            createdAt: Timestamp(milliseconds: Int64(state["created_at"]?.int ?? 0)),
            isDeleted: state["deleted"]?.bool ?? false,
            imported: (state["history"]?.array ?? []).map(HistoryTurn.init(imported:)),
            turns: (state["turns"]?.array ?? []).compactMap { ConversationTurn(state: $0, tenant: snapshot.tenant) },
            places: (state["places"]?.array ?? []).compactMap(TurnPlace.init(state:))
        )
        let label = DataLabel((state["label"]?.array ?? []).compactMap(\.string))
        // A snapshot that names no sources says of private data only that it is there.
        let unnamed: Set<String> = label.confidentiality == .private ? [""] : []
        restore(
            label: label,
            sources: state["sources"]?.array.map { Set($0.compactMap(\.string)) } ?? unnamed,
            approvals: (state["approvals"]?.array ?? []).compactMap(Approval.init(json:))
        )
    }
}

extension ConversationTurn {
    fileprivate var state: JSONValue {
        [
            "id": .string(id.rawValue),
            "message": .string(message.rawValue),
            "text": .string(text),
            "context": context,
            "principal": principal.json,
            "continues": continuation?.json ?? .null,
            "started": .bool(isStarted),
            "forgotten": .bool(isForgotten),
            "call": call?.json ?? .null,
            "received_at": .integer(Int(receivedAt.milliseconds)),
            "started_at": .integer(Int(startedAt.milliseconds)),
            "model": .string(model),
            "steps": .array(steps.map(\.json)),
            "usage": usage.json,
            "degraded": .bool(isDegraded),
            "open_step": openStep.map { $0.payload(index: 0, model: model) } ?? .null,
            "open_results": .array(openResults.map(\.json)),
            "next_index": .integer(nextIndex),
            "notes": .array(notes),
            "answer": .string(answer),
            "status": .optional(status?.rawValue),
        ]
    }

    fileprivate init?(state: JSONValue, tenant: TenantID) {
        guard let id = state["id"]?.string, let principal = Principal(json: state["principal"] ?? .null, tenant: tenant)
        else { return nil }
        self.init(
            id: TurnID(id),
            message: MessageID(state["message"]?.string ?? ""),
            text: state["text"]?.string ?? "",
            context: state["context"] ?? .null,
            principal: principal
        )
        continuation = state["continues"].flatMap(Continuation.init(json:))
        isStarted = state["started"]?.bool ?? false
        isForgotten = state["forgotten"]?.bool ?? false
        call = state["call"].flatMap(DirectCall.init(json:))
        startedAt = Timestamp(milliseconds: Int64(state["started_at"]?.int ?? 0))
        receivedAt = state["received_at"]?.int.map { Timestamp(milliseconds: Int64($0)) } ?? startedAt
        model = state["model"]?.string ?? ""
        steps = (state["steps"]?.array ?? []).map(CompletedStep.init(json:))
        usage = state["usage"].map(Usage.init(json:)) ?? Usage()
        isDegraded = state["degraded"]?.bool ?? false
        if let open = state["open_step"], !open.isNull { openStep = StepDraft(payload: open) }
        openResults = (state["open_results"]?.array ?? []).compactMap(CompletedCall.init(json:))
        nextIndex = state["next_index"]?.int ?? 0
        notes = state["notes"]?.array ?? []
        answer = state["answer"]?.string ?? ""
        status = state["status"]?.string.flatMap(TurnStatus.init(rawValue:))
    }
}

extension TurnPlace {
    fileprivate var state: JSONValue {
        [
            "turn": .string(turn.rawValue),
            "first": .integer(Int(first)),
            "last": .integer(Int(last)),
            "key": .optional(key),
            "fingerprint": .optional(fingerprint),
        ]
    }

    fileprivate init?(state: JSONValue) {
        guard let turn = state["turn"]?.string, let first = state["first"]?.int, let last = state["last"]?.int else {
            return nil
        }
        self.init(
            turn: TurnID(turn),
            first: Int64(first),
            last: Int64(last),
            key: state["key"]?.string,
            fingerprint: state["fingerprint"]?.string
        )
    }
}

extension HistoryTurn {
    /// A turn that a client told, as `conversation.started` and a snapshot keep it.
    var imported: JSONValue { ["message": .string(message), "answer": .string(answer)] }

    init(imported json: JSONValue) {
        self.init(message: json["message"]?.string ?? "", answer: json["answer"]?.string ?? "")
    }
}
