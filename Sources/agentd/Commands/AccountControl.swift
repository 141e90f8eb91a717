internal import AgentRuntime

/// The commands about accounts and keys, for the daemon and for a command alone with the data folder.
struct AccountControl: ControlHandler {
    /// Who the records name: the one with access to the machine.
    static let actor = "operator"

    var accounts: LocalAccounts
    var keys: APIKeys

    var commands: [String] {
        ["user.add", "user.passwd", "user.disable", "user.enable", "key.add", "key.revoke"]
    }

    func handle(_ command: String, _ arguments: JSONObject, progress: ControlProgress) async throws -> JSONValue {
        switch command {
        case "user.add":
            let account = try await accounts.add(
                email: text("email", in: arguments),
                password: text("password", in: arguments),
                tenant: TenantID(text("tenant", in: arguments)),
                roles: texts("roles", in: arguments).map { Role($0) },
                name: arguments["name"]?.string,
                actor: AccountControl.actor
            )
            return wire(account)
        case "user.passwd":
            let (email, password) = (try text("email", in: arguments), try text("password", in: arguments))
            return wire(
                try await accounts.changePassword(email: email, password: password, actor: AccountControl.actor)
            )
        case "user.disable":
            return wire(try await accounts.disable(email: text("email", in: arguments), actor: AccountControl.actor))
        case "user.enable":
            return wire(try await accounts.enable(email: text("email", in: arguments), actor: AccountControl.actor))
        case "key.add":
            let (text, key) = try await keys.add(
                tenant: TenantID(text("tenant", in: arguments)),
                name: text("name", in: arguments),
                scopes: texts("scopes", in: arguments).map { Permission($0) },
                actor: AccountControl.actor
            )
            return ["id": .string(key.id), "name": .string(key.name), "key": .string(text)]
        case "key.revoke":
            let key = try await keys.revoke(
                tenant: TenantID(text("tenant", in: arguments)),
                name: text("name", in: arguments),
                actor: AccountControl.actor
            )
            return ["id": .string(key.id), "name": .string(key.name)]
        default: throw AgentError(.notFound, "There is no command \(command).")
        }
    }

    private func text(_ name: String, in arguments: JSONObject) throws -> String {
        guard let text = arguments[name]?.string else { throw AgentError(.invalidArgument, "\(name) is missing.") }
        return text
    }

    private func texts(_ name: String, in arguments: JSONObject) throws -> [String] {
        guard let texts = arguments[name]?.array?.compactMap(\.string) else {
            throw AgentError(.invalidArgument, "\(name) is missing.")
        }
        return texts
    }

    private func wire(_ account: Account) -> JSONValue {
        [
            "id": .string(account.id.rawValue), "email": .string(account.email),
            "tenant": .string(account.tenant.rawValue),
            "roles": .array(account.roles.map { .string($0.rawValue) }),
            "disabled": .bool(account.isDisabled),
        ]
    }
}
