// Something that waits for a person: a tool call that may not run before it is approved, an effect of which nobody
// knows whether it happened, or a thing of the business (a plan, a budget) that has its own life elsewhere.
//
// An approval is bound to exactly one call by SHA-256 over tool, arguments and call id; a call with other arguments is
// another call and asks again. It is a record; what has become of it are records; lists are a view of these.

package struct ApprovalID: Identifier {
    package let rawValue: String
    package init(rawValue: String) { self.rawValue = rawValue }
}

extension RecordKind {
    /// Something waits for a person: the JSON of `ApprovalRequest`, with the event's `index` when a turn asks.
    package static let approvalRequested = RecordKind("approval.requested")
    /// A person has decided, or time has: `{approval_id, decision, by, name, comment, status, at}`.
    package static let approvalDecided = RecordKind("approval.decided")
    /// Somebody was told of what waits, or could not be: `{approval_id, user, outcome, reason}`.
    package static let approvalNotified = RecordKind("approval.notified")
    /// A decision was refused: `{approval_id, by, reason}`.
    package static let approvalRefused = RecordKind("approval.refused")
}

/// What waits, as it was asked for.
package struct ApprovalRequest: Sendable, Hashable {
    /// A tool call: it runs when enough people have approved.
    package static let toolCall = "tool_call"
    /// An effect that may have happened: approving says that it has, rejecting that it has not; nothing is run.
    package static let unknownOutcome = "unknown_outcome"

    package var id: ApprovalID
    package var type: String
    /// What it is about: `{type, id, name}`.
    package var resource: JSONValue
    package var session: SessionID?
    package var turn: TurnID?
    package var call: ToolCall?
    package var requester: UserID
    package var requesterName: String?
    package var reason: String
    package var requestedAt: Timestamp
    package var expiresAt: Timestamp
    /// How many people have to approve.
    package var needed: Int
    /// SHA-256 over tool, arguments and call; of the resource where there is no call.
    package var hash: String

    package init(
        id: ApprovalID,
        type: String,
        resource: JSONValue,
        session: SessionID? = nil,
        turn: TurnID? = nil,
        call: ToolCall? = nil,
        requester: Principal,
        reason: String,
        requestedAt: Timestamp,
        expiresAt: Timestamp,
        needed: Int = 1
    ) {
        self.id = id
        self.type = type
        self.resource = resource
        self.session = session
        self.turn = turn
        self.call = call
        self.requester = requester.user
        requesterName = requester.name
        self.reason = reason
        self.requestedAt = requestedAt
        self.expiresAt = expiresAt
        self.needed = max(1, needed)
        hash = call.map(Self.hash) ?? SHA256.hex(resource.canonicalBytes())
    }

    /// What a decision about a call is bound to.
    package static func hash(of call: ToolCall) -> String {
        let arguments = JSONValue.object(call.arguments).canonicalBytes()
        return SHA256.hex(Array(call.name.utf8) + [0] + arguments + [0] + Array(call.id.rawValue.utf8))
    }

    package var json: JSONObject {
        [
            "approval_id": .string(id.rawValue), "type": .string(type), "resource": resource,
            "session": .optional(session?.rawValue), "turn": .optional(turn?.rawValue), "call": call?.json ?? .null,
            "requester": .string(requester.rawValue), "requester_name": .optional(requesterName),
            "reason": .string(reason), "requested_at": .integer(Int(requestedAt.milliseconds)),
            "expires_at": .integer(Int(expiresAt.milliseconds)), "needed": .integer(needed), "hash": .string(hash),
        ]
    }

    package init?(json: JSONValue) {
        guard let id = json["approval_id"]?.string, let type = json["type"]?.string else { return nil }
        self.id = ApprovalID(id)
        self.type = type
        resource = json["resource"] ?? .null
        session = json["session"]?.string.map(SessionID.init(_:))
        turn = json["turn"]?.string.map(TurnID.init(_:))
        call = json["call"].flatMap(ToolCall.init(json:))
        requester = UserID(json["requester"]?.string ?? "")
        requesterName = json["requester_name"]?.string
        reason = json["reason"]?.string ?? ""
        requestedAt = Timestamp(milliseconds: Int64(json["requested_at"]?.int ?? 0))
        expiresAt = Timestamp(milliseconds: Int64(json["expires_at"]?.int ?? 0))
        needed = json["needed"]?.int ?? 1
        hash = json["hash"]?.string ?? ""
    }
}

/// What a person has said.
package struct ApprovalDecision: Sendable, Hashable {
    package enum Kind: String, Sendable {
        case approve
        case reject
        /// Nobody decided in time.
        case expire
    }

    package var kind: Kind
    package var by: UserID
    package var name: String?
    package var comment: String
    package var at: Timestamp

    package init(_ kind: Kind, by: UserID, name: String? = nil, comment: String = "", at: Timestamp) {
        self.kind = kind
        self.by = by
        self.name = name
        self.comment = comment
        self.at = at
    }

    package var json: JSONObject {
        [
            "decision": .string(kind.rawValue), "by": .string(by.rawValue), "name": .optional(name),
            "comment": .string(comment), "at": .integer(Int(at.milliseconds)),
        ]
    }

    package init?(json: JSONValue) {
        guard let kind = json["decision"]?.string.flatMap(Kind.init(rawValue:)) else { return nil }
        self.init(
            kind,
            by: UserID(json["by"]?.string ?? ""),
            name: json["name"]?.string,
            comment: json["comment"]?.string ?? "",
            at: Timestamp(milliseconds: Int64(json["at"]?.int ?? 0))
        )
    }
}

package enum ApprovalStatus: String, Sendable, Hashable {
    case pending
    case approved
    case rejected
    case expired
}

/// Something that waits or waited, with what has been decided.
package struct Approval: Sendable, Hashable {
    package var request: ApprovalRequest
    package private(set) var decisions: [ApprovalDecision] = []
    package private(set) var status = ApprovalStatus.pending

    package init(_ request: ApprovalRequest) { self.request = request }

    package var approvals: [ApprovalDecision] { decisions.filter { $0.kind == .approve } }

    /// Takes a decision in.
    package mutating func apply(_ decision: ApprovalDecision) {
        guard status == .pending else { return }
        decisions.append(decision)
        switch decision.kind {
        case .approve: if approvals.count >= request.needed { status = .approved }
        case .reject: status = .rejected
        case .expire: status = .expired
        }
    }

    /// Why a decision may not be taken; `nil` when it may.
    ///
    /// `hash`: what the one who decides has seen, where they say so.
    package func refusal(_ decision: ApprovalDecision, hash: String?) -> AgentError? {
        if status == .pending, decision.at >= request.expiresAt || status == .expired {
            return AgentError(.conflict, "The approval has expired; what it was for has to be asked for again.")
        }
        guard status == .pending else {
            return AgentError(.conflict, "The approval has been decided already: it is \(status.rawValue).")
        }
        if decision.by == request.requester {
            return AgentError(.forbidden, "Who asks for something cannot decide about it; somebody else has to.")
        }
        if decisions.contains(where: { $0.by == decision.by }) {
            return AgentError(.conflict, "You have approved this already; another person has to.")
        }
        if let hash, hash != request.hash {
            return AgentError(
                .conflict,
                "What you decide about is not what was asked for; changed arguments need an approval of their own."
            )
        }
        return nil
    }

    package var json: JSONValue {
        [
            "request": .object(request.json), "decisions": .array(decisions.map { .object($0.json) }),
        ]
    }

    package init?(json: JSONValue) {
        guard let request = json["request"].flatMap(ApprovalRequest.init(json:)) else { return nil }
        self.init(request)
        for decision in json["decisions"]?.array ?? [] {
            if let decision = ApprovalDecision(json: decision) { apply(decision) }
        }
    }
}

/// What came of a decision.
package struct ApprovalOutcome: Sendable, Hashable {
    package var approval: Approval
    /// The turn that goes on with what was decided.
    package var turn: TurnID?
}
