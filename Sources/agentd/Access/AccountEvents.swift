internal import AgentRuntime

// What happens to accounts and keys, as records of the tenant's journal. No password, token or key is part of one; who
// the account belongs to is its subject, so that erasing the subject erases it here too.

/// Appends one record of a tenant; it is durable when this returns.
typealias AccountJournal = @Sendable (TenantID, RecordDraft) async throws -> Void

extension RecordKind {
    static let accountCreated = RecordKind("account.created")
    static let accountPasswordChanged = RecordKind("account.password_changed")
    static let accountDisabled = RecordKind("account.disabled")
    static let accountEnabled = RecordKind("account.enabled")
    static let accountLogin = RecordKind("account.login")
    static let accountLoginFailed = RecordKind("account.login_failed")
    static let accountLocked = RecordKind("account.locked")
    static let accountLogout = RecordKind("account.logout")
    static let accountRefreshReused = RecordKind("account.refresh_reused")
    static let keyCreated = RecordKind("key.created")
    static let keyRevoked = RecordKind("key.revoked")
}

extension RecordDraft {
    /// A record about an account.
    static func account(
        _ kind: RecordKind,
        _ account: Account,
        actor: String,
        _ more: JSONObject = [:]
    ) -> RecordDraft {
        var payload: JSONObject = ["user": .string(account.id.rawValue), "email": .string(account.email)]
        for member in more { payload[member.name] = member.value }
        return RecordDraft(
            kind: kind,
            actor: actor,
            subject: SubjectID("user:\(account.id)"),
            payload: .object(payload)
        )
    }

    /// A record about an API key.
    static func key(_ kind: RecordKind, _ key: APIKey, actor: String) -> RecordDraft {
        RecordDraft(
            kind: kind,
            actor: actor,
            payload: [
                "key": .string(key.id), "name": .string(key.name),
                "scopes": .array(key.scopes.map { .string($0.rawValue) }),
            ]
        )
    }
}
