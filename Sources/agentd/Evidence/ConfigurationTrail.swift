internal import AgentRuntime

/// Records in every tenant's journal that the daemon was started with another configuration than before.
struct ConfigurationTrail: Sendable {
    static let kind = RecordKind("configuration.changed")

    let deployment: Deployment

    /// The configuration as it is recorded: a hash, and every key without secrets.
    private var current: JSONValue {
        let keys = deployment.configuration.keys
        return ["hash": .string(SHA256.hex(keys.canonicalBytes())), "keys": keys]
    }

    /// Appends a record to each tenant's journal whose last one says otherwise.
    func record() async throws {
        let view = AuditView(deployment.projections)
        let current = current
        for tenant in try await deployment.journal.tenantHeads().keys.sorted() {
            try await deployment.history.caughtUp(tenant)
            let before = try await view.newest(Self.kind, of: tenant)
            guard before?["hash"] != current["hash"] else { continue }
            let draft = RecordDraft(
                kind: Self.kind,
                actor: "operator",
                payload: ["before": before ?? .null, "after": current]
            )
            _ = try await deployment.journal.append(JournalAppend(tenant: tenant, drafts: [draft]))
        }
    }
}

/// What a turn is answered with beside its model: the prompts, and the rules of who may do what.
struct Provenance: Sendable {
    /// The hash of the prompts' files.
    let prompt: String
    /// The hash of roles, limits and the rule about ungrounded figures.
    let policy: String

    init(_ configuration: Configuration, prompts: PromptLibrary) {
        prompt = prompts.hash
        let roles = RolePermissions.table.map { row -> JSONValue in
            [
                "role": .string(row.role.rawValue),
                "permissions": .array(row.permissions.map { .string($0.rawValue) }),
            ]
        }
        let rules: JSONValue = [
            "roles": .array(roles), "limits": configuration.keys["limits"] ?? .null,
            "grounding": configuration.keys["grounding"] ?? .null, "tools": configuration.keys["tools"] ?? .null,
        ]
        policy = SHA256.hex(rules.canonicalBytes())
    }

    @Sendable func members(of tenant: TenantID) -> JSONObject {
        ["prompt": .string(prompt), "policy": .string(policy)]
    }
}
