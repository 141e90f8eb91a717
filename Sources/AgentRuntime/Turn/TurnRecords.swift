// The records that conversations and turns are made of: their kinds, and their payloads in and out.
// Member names are for ever; a reader treats a missing member as its default and ignores members it does not know.

extension RecordKind {
    /// A conversation begins: `{context, metadata, options, title, owner, history}`; `history` only where a client brought one.
    package static let conversationStarted = RecordKind("conversation.started")
    /// Its options, title or status are set: the members that change; `{forgets, hides_history}` lets it begin anew.
    package static let conversationChanged = RecordKind("conversation.changed")
    /// It is taken out of sight; the records stay.
    package static let conversationDeleted = RecordKind("conversation.deleted")
    /// A user's message, durable before anything is done about it.
    ///
    /// `{message_id, text, context, principal, idempotency_key, fingerprint, call}`; `call` only of a direct call. With
    /// `continues`, the JSON of `Continuation`, it is the decision that lets a turn go on, and the text is the one of
    /// that turn.
    package static let messageReceived = RecordKind("message.received")
    /// Its turn begins: `{message_id, ordinal, timestamp, model}`; event 0.
    package static let turnStarted = RecordKind("turn.started")
    /// A step's stream ended: `{step, index, text, model, notes, ungrounded, usage, finish, calls, degraded, prompts,
    /// compaction}`; each call is an intent and the event that shows it as started, numbered from `index`; `model` is
    /// the one that has answered.
    package static let stepCompleted = RecordKind("step.completed")
    /// A tool call ended: `{call, status, result, duration_ms, index}`.
    package static let toolCompleted = RecordKind("tool.completed")
    /// The turn ended: `{message_id, status, content, shown, citations, charts, suggested_actions, usage, error,
    /// ungrounded, degraded, processing_time_ms, timestamp, index}`; `shown` says how `content` was cut into events.
    package static let turnCompleted = RecordKind("turn.completed")
}

// MARK: - Values to JSON and back

extension TurnEvent {
    /// A streamed event as the tail and the turn's last record keep it; the others are rebuilt from their records.
    package var json: JSONValue {
        switch self {
        case .text(let text): ["text": .string(text)]
        case .citation(let number, let citation): ["citation": citation.json(number: number)]
        case .chart(let chart): ["chart": chart]
        case .suggestedActions(let actions): ["actions": .array(actions)]
        case .started, .toolStarted, .toolFinished, .approvalRequired, .failed, .completed:
            preconditionFailure("only streamed events are kept by themselves")
        }
    }

    package init?(json: JSONValue) {
        guard let member = json.object?.members.first else { return nil }
        switch (member.name, member.value) {
        case ("text", .string(let text)): self = .text(text)
        case ("citation", let value):
            guard let (number, citation) = Citation.read(value) else { return nil }
            self = .citation(number: number, citation)
        case ("chart", let chart): self = .chart(chart)
        case ("actions", .array(let actions)): self = .suggestedActions(actions)
        default: return nil
        }
    }
}

extension Citation {
    /// The citation as records and every profile show it: `index`, `source`, `id`, its own members, `text`.
    package func json(number: Int) -> JSONValue {
        var object: JSONObject = [:]
        object.reserve(fields.count + 4)
        object["index"] = .integer(number)
        object["source"] = .string(source)
        object["id"] = .string(id)
        for field in fields { object[field.name] = field.value }
        object["text"] = .string(text)
        return .object(object)
    }

    package static func read(_ json: JSONValue) -> (number: Int, citation: Citation)? {
        guard let object = json.object, let source = object["source"]?.string, let id = object["id"]?.string else {
            return nil
        }
        var fields = JSONObject()
        for member in object where !["index", "source", "id", "text"].contains(member.name) {
            fields[member.name] = member.value
        }
        let citation = Citation(source: source, id: id, text: object["text"]?.string ?? "", fields: fields)
        return (object["index"]?.int ?? 0, citation)
    }
}

extension ToolCall {
    package var json: JSONValue {
        var object: JSONObject = [
            "id": .string(id.rawValue), "name": .string(name), "arguments": .object(arguments),
        ]
        if let wireID { object["wire_id"] = .string(wireID) }
        if let defect { object["defect"] = ["code": .string(defect.code), "message": .string(defect.message)] }
        return .object(object)
    }

    package init?(json: JSONValue) {
        guard let id = json["id"]?.string, let name = json["name"]?.string else { return nil }
        self.init(
            id: ToolCallID(id),
            name: name,
            arguments: json["arguments"]?.object ?? [:],
            wireID: json["wire_id"]?.string,
            defect: json["defect"]?["code"]?.string.map {
                ToolCallDefect(code: $0, message: json["defect"]?["message"]?.string ?? "")
            }
        )
    }
}

extension ToolResult {
    package var json: JSONValue {
        var object: JSONObject = [
            "content": content,
            "citations": .array(citations.enumerated().map { $1.json(number: $0) }),
            "is_error": .bool(isError),
        ]
        if let label { object["label"] = label.json }
        return .object(object)
    }

    package init(json: JSONValue) {
        self.init(
            content: json["content"] ?? .null,
            citations: (json["citations"]?.array ?? []).compactMap { Citation.read($0)?.citation },
            isError: json["is_error"]?.bool ?? false,
            label: json["label"]?.array.map { DataLabel($0.compactMap(\.string)) }
        )
    }
}

extension CompletedCall {
    package var json: JSONValue {
        var object: JSONObject = [
            "call": call.json,
            "status": .string(status.rawValue),
            "result": result.json,
            "duration_ms": .integer(duration.milliseconds),
        ]
        if let asOf { object["as_of"] = .string(asOf.description) }
        return .object(object)
    }

    package init?(json: JSONValue) {
        guard let call = json["call"].flatMap(ToolCall.init(json:)),
            let status = json["status"]?.string.flatMap(ToolCallStatus.init(rawValue:)),
            let result = json["result"]
        else { return nil }
        self.init(
            call: call,
            status: status,
            result: ToolResult(json: result),
            duration: .milliseconds(json["duration_ms"]?.int ?? 0),
            asOf: json["as_of"]?.string.flatMap(CalendarDate.init)
        )
    }
}

extension Usage {
    package var json: JSONValue {
        [
            "input_tokens": .integer(inputTokens),
            "output_tokens": .integer(outputTokens),
            "cost": .integer(Int(cost.units)),
        ]
    }

    /// Reads what `json` wrote; the cost is in units of `Money`.
    package init(json: JSONValue) {
        self.init(
            inputTokens: json["input_tokens"]?.int ?? 0,
            outputTokens: json["output_tokens"]?.int ?? 0,
            cost: Money(units: Int64(json["cost"]?.int ?? 0))
        )
    }
}

extension TurnFailure {
    package var json: JSONValue {
        ["code": .string(code), "message": .string(message), "retryable": .bool(isRetryable)]
    }

    package init?(json: JSONValue) {
        guard let code = json["code"]?.string, let message = json["message"]?.string else { return nil }
        self.init(code: code, message: message, isRetryable: json["retryable"]?.bool ?? false)
    }
}

extension CompletedStep {
    package var json: JSONValue {
        [
            "text": .string(text), "notes": .array(notes),
            "ungrounded": .array(ungrounded.map(JSONValue.string)), "calls": .array(calls.map(\.json)),
        ]
    }

    package init(json: JSONValue) {
        self.init(
            text: json["text"]?.string ?? "",
            notes: json["notes"]?.array ?? [],
            ungrounded: (json["ungrounded"]?.array ?? []).compactMap(\.string),
            calls: (json["calls"]?.array ?? []).compactMap(CompletedCall.init(json:))
        )
    }
}

extension StepDraft {
    /// The payload of `step.completed`; `index` numbers the event of the first call.
    ///
    /// `model` is who was asked; the model that has answered stands in its place where it is another.
    package func payload(index: Int, model: String) -> JSONValue {
        var payload: JSONObject = [
            "step": .integer(number),
            "index": .integer(index),
            "text": .string(text),
            "model": .string(origin?.model ?? model),
            "notes": .array(notes),
            "ungrounded": .array(ungrounded.map(JSONValue.string)),
            "usage": usage.json,
            "finish": .optional(finish?.rawValue),
            "calls": .array(calls.map(\.json)),
        ]
        guard let origin else { return .object(payload) }
        if origin.isDegraded { payload["degraded"] = .bool(true) }
        if !origin.prompts.isEmpty {
            payload["prompts"] = .array(
                origin.prompts.map { ["name": .string($0.name), "hash": .string($0.hash)] }
            )
        }
        if !origin.compaction.isNull { payload["compaction"] = origin.compaction }
        return .object(payload)
    }

    package init(payload: JSONValue) {
        self.init(number: payload["step"]?.int ?? 0)
        text = payload["text"]?.string ?? ""
        notes = payload["notes"]?.array ?? []
        ungrounded = (payload["ungrounded"]?.array ?? []).compactMap(\.string)
        calls = (payload["calls"]?.array ?? []).compactMap(ToolCall.init(json:))
        usage = payload["usage"].map(Usage.init(json:)) ?? Usage()
        finish = payload["finish"]?.string.flatMap(FinishReason.init(rawValue:))
        origin = StepOrigin(
            model: payload["model"]?.string ?? "",
            isDegraded: payload["degraded"]?.bool ?? false,
            prompts: (payload["prompts"]?.array ?? []).compactMap { prompt in
                guard let name = prompt["name"]?.string, let hash = prompt["hash"]?.string else { return nil }
                return PromptVersion(name: name, hash: hash)
            },
            compaction: payload["compaction"] ?? .null
        )
    }
}

extension TurnOutcome {
    /// The payload of `turn.completed`; `index` numbers the event that ends the turn.
    func payload(
        of turn: TurnID,
        shown: ShownAnswer,
        milliseconds: Int,
        at time: Timestamp,
        index: Int
    ) -> JSONValue {
        var payload: JSONObject = [
            "message_id": .string(turn.rawValue),
            "status": .string(status.rawValue),
            "content": .string(shown.content),
            "shown": shown.json,
            "citations": .array(shown.citations),
            "charts": .array(shown.charts),
            "suggested_actions": .array(shown.suggestedActions),
            "usage": usage.json,
            "ungrounded": .array(ungrounded.map(JSONValue.string)),
            "degraded": .bool(isDegraded),
            "processing_time_ms": .integer(milliseconds),
            "timestamp": .integer(Int(time.milliseconds)),
            "index": .integer(index),
        ]
        if status == .failed { payload["error"] = failure?.json }
        return .object(payload)
    }
}

extension Principal {
    package var json: JSONValue {
        var object: JSONObject = [
            "user": .string(user.rawValue),
            "email": .optional(email),
            "name": .optional(name),
            "roles": .array(roles.map { .string($0.rawValue) }),
            "permissions": .array(permissions.map { .string($0.rawValue) }),
        ]
        object["origin"] = origin?.json
        return .object(object)
    }

    package init?(json: JSONValue, tenant: TenantID) {
        guard let user = json["user"]?.string else { return nil }
        self.init(
            tenant: tenant,
            user: UserID(user),
            email: json["email"]?.string,
            name: json["name"]?.string,
            roles: (json["roles"]?.array ?? []).compactMap { $0.string.map(Role.init(_:)) },
            permissions: PermissionSet(
                (json["permissions"]?.array ?? []).compactMap { $0.string.map(Permission.init(_:)) }
            ),
            origin: json["origin"].map(RequestOrigin.init(json:))
        )
    }
}

extension Duration {
    /// Whole milliseconds, rounded down.
    package var milliseconds: Int {
        let (seconds, attoseconds) = components
        return Int(seconds) * 1000 + Int(attoseconds / 1_000_000_000_000_000)
    }
}
