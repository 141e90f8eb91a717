internal import AgentRuntime

/// The sessions of the aems profile: conversations that clients name themselves.
///
/// A name belongs to its user: the same name of two users is two conversations, so that nobody can tell from a name
/// whether it is taken. The identifier of a conversation of another profile is taken as it is, by whoever may read it.
struct AEMSSessions: Sendable {
    static let nameMax = 200

    let services: ProfileServices

    /// A session by the name that its client has for it.
    struct Named: Sendable {
        var name: String
        var conversation: Conversation
    }

    static let schema: JSONValue = [
        "type": ["string", "null"], "minLength": 1, "maxLength": .integer(nameMax),
    ]

    /// The session of a name, begun when there is none; without a name a new one.
    ///
    /// A request without a name that comes again with its `Idempotency-Key` finds the session that it began.
    func open(_ name: String?, _ routed: RoutedRequest) async throws -> Named {
        let principal = try routed.principal()
        guard let name else {
            guard let key = IdempotencyKey.read(routed.request) else {
                return named(try await begin(nil, nil, principal, routed))
            }
            let id = Self.identifier(of: "key \(SHA256.hex(key))", principal)
            do {
                return named(try await services.conversations.conversation(id, by: principal, on: routed.loop))
            } catch let error as AgentError where error.code == .notFound {
                return named(try await begin(id, nil, principal, routed))
            }
        }
        if let found = try await find(name, routed), found.owner == principal.user {
            return Named(name: name, conversation: found)
        }
        let id = Self.identifier(of: name, principal)
        do {
            return Named(name: name, conversation: try await begin(id, name, principal, routed))
        } catch is SessionRetired {
            // Another request has begun it meanwhile.
            let begun = try await services.conversations.conversation(id, by: principal, on: routed.loop)
            return Named(name: name, conversation: begun)
        }
    }

    /// The session of a name; `not_found` when there is none that the caller may read.
    func existing(_ name: String, _ routed: RoutedRequest) async throws -> Named {
        guard let found = try await find(name, routed) else { throw AgentError.noSuchConversation }
        return Named(name: name, conversation: found)
    }

    /// The name of a conversation: what its client called it, else its identifier.
    func named(_ conversation: Conversation) -> Named {
        let name = conversation.metadata["session_id"]?.string ?? conversation.id.rawValue
        return Named(name: name, conversation: conversation)
    }

    private func find(_ name: String, _ routed: RoutedRequest) async throws -> Conversation? {
        let principal = try routed.principal()
        for id in [Self.identifier(of: name, principal), SessionID(name)] {
            do {
                return try await services.conversations.conversation(id, by: principal, on: routed.loop)
            } catch let error as AgentError where error.code == .notFound {
                continue
            }
        }
        return nil
    }

    private func begin(
        _ id: SessionID?,
        _ name: String?,
        _ principal: Principal,
        _ routed: RoutedRequest
    ) async throws -> Conversation {
        try await Exchange(services: services).begin(
            NewConversation(
                owner: principal,
                metadata: name.map { ["profile": "aems", "session_id": .string($0)] } ?? ["profile": "aems"],
                id: id
            ),
            on: routed.loop
        )
    }

    private static func identifier(of name: String, _ principal: Principal) -> SessionID {
        SessionID("conv_" + SHA256.hex("aems \(principal.user) \(name)").prefix(26))
    }
}
