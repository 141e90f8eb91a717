internal import AgentRuntime

/// What a person may ask for about their own data: a copy, and that it be erased.
///
/// A subject is named `user:ID`; an e-mail of an account, or the bare id, will do.
struct SubjectControl: ControlHandler {
    /// Records looked through at a time.
    private static let pageMax = 500

    let deployment: Deployment
    let accounts: LocalAccounts

    let commands = ["subject.erase", "subject.export"]

    func handle(_ command: String, _ arguments: JSONObject, progress: ControlProgress) async throws -> JSONValue {
        let (subject, tenant) = try await resolve(arguments)
        do {
            switch command {
            case "subject.erase": return try await erase(subject, tenant)
            case "subject.export": return try await export(subject, tenant, progress)
            default: throw AgentError(.notFound, "There is no command \(command).")
            }
        } catch let error as JournalError {
            throw AgentError(journal: error)
        }
    }

    // MARK: - Who

    private func resolve(_ arguments: JSONObject) async throws -> (SubjectID, TenantID) {
        guard let name = arguments["subject"]?.string, !name.isEmpty else {
            throw AgentError(.invalidArgument, "The subject is missing.")
        }
        let account = name.contains("@") ? try await accounts.account(email: name) : nil
        let subject: SubjectID
        if let account {
            subject = SubjectID("user:\(account.id)")
        } else {
            subject = SubjectID(name.hasPrefix("user:") ? name : "user:\(name)")
        }
        if let tenant = arguments["tenant"]?.string { return (subject, TenantID(tenant)) }
        if let account { return (subject, account.tenant) }
        if let known = try await accounts.account(id: user(subject)) { return (subject, known.tenant) }
        let tenants = try await deployment.journal.tenants(of: subject)
        guard let only = tenants.first else {
            throw AgentError(.notFound, "Nothing is kept of \(subject), and there is no such account.")
        }
        guard tenants.count == 1 else {
            let names = tenants.map(\.rawValue).joined(separator: ", ")
            throw AgentError(
                .invalidArgument,
                "\(subject) is known to several tenants (\(names)); say which with --tenant."
            )
        }
        return (subject, only)
    }

    private func user(_ subject: SubjectID) -> UserID { UserID(AuditProjection.user(of: subject.rawValue)) }

    // MARK: - Erasing

    /// Ends and deletes the subject's conversations, destroys the keys, and makes anew what was taken from the records.
    ///
    /// Each step can be done again: an erasure that was interrupted is finished by the next.
    private func erase(_ subject: SubjectID, _ tenant: TenantID) async throws -> JSONValue {
        let user = user(subject)
        let conversations = try await deleteConversations(of: user, in: tenant)
        let account = try await accounts.erase(user, in: tenant, actor: AccountControl.actor)
        let draft = RecordDraft(
            kind: RecordKind("subject.erased"),
            actor: AccountControl.actor,
            payload: ["id": .string(subject.rawValue), "conversations": .integer(conversations)]
        )
        // Before the keys: that it was asked for is known even if it is interrupted.
        _ = try await deployment.journal.append(JournalAppend(tenant: tenant, drafts: [draft]))
        let keys = try await deployment.journal.erase(subject, in: tenant)
        try await deployment.projections.rebuild()
        return [
            "subject": .string(subject.rawValue), "tenant": .string(tenant.rawValue), "keys": .integer(keys),
            "conversations": .integer(conversations), "account": .bool(account != nil),
        ]
    }

    private func deleteConversations(of user: UserID, in tenant: TenantID) async throws -> Int {
        let loop = deployment.loops.next()
        let owner = Principal(tenant: tenant, user: user)
        var count = 0
        while true {
            try await deployment.history.caughtUp(tenant)
            let (page, _) = try await deployment.history.view.conversations(of: tenant, owner: user, limit: 100)
            guard !page.isEmpty else { return count }
            for conversation in page {
                do {
                    try await deployment.conversations.delete(conversation.id, by: owner, on: loop)
                    count += 1
                } catch let error as AgentError where error.code == .notFound {
                    // It was deleted meanwhile.
                    continue
                }
            }
        }
    }

    // MARK: - Access requests

    /// Everything that is kept of the subject, one line each through `progress`; the result says how much.
    private func export(_ subject: SubjectID, _ tenant: TenantID, _ progress: ControlProgress) async throws -> JSONValue
    {
        let account = try await accounts.account(id: user(subject))
        var about: JSONObject = [
            "type": "subject", "subject": .string(subject.rawValue), "tenant": .string(tenant.rawValue),
            "time": .string(SystemWallClock().now().iso8601),
        ]
        if let account, account.tenant == tenant {
            about["account"] = [
                "email": .string(account.email), "name": .optional(account.name),
                "roles": .array(account.roles.map { .string($0.rawValue) }),
                "disabled": .bool(account.isDisabled), "created_at": .string(account.createdAt.iso8601),
                "last_login": .optional(account.lastLoginAt?.iso8601),
            ]
        }
        try await progress(.object(about))
        let head = try await deployment.journal.tenantHeads()[tenant] ?? 0
        var (done, records, erased): (Int64, Int, Int) = (0, 0, 0)
        while done < head {
            let page = try await deployment.journal.records(of: tenant, after: done, limit: Self.pageMax)
            guard let last = page.last else { break }
            for record in page where record.subject == subject || record.actor == subject.rawValue {
                records += 1
                if record.payload == nil { erased += 1 }
                try await progress(Self.json(record))
            }
            done = last.sequence
        }
        return ["subject": .string(subject.rawValue), "records": .integer(records), "erased": .integer(erased)]
    }

    private static func json(_ record: Record) -> JSONValue {
        [
            "type": "record", "seq": .integer(Int(record.sequence)), "time": .string(record.wallTime.iso8601),
            "kind": .string(record.kind.rawValue), "actor": .string(record.actor),
            "conversation": .optional(record.session?.rawValue), "message": .optional(record.turn?.rawValue),
            "payload": record.payload ?? "erased",
        ]
    }

    /// Has a command done: by the daemon when one serves the data folder, else here.
    static func perform(
        _ command: String,
        _ arguments: JSONObject,
        configuration: Configuration,
        context: CommandContext,
        progress: @escaping ControlProgress = { _ in }
    ) async throws -> JSONValue {
        let log = Logger(level: .error, format: .text, wallClock: context.clock)
        let deployment: Deployment
        do {
            deployment = try Deployment.open(configuration, log: log)
        } catch let error as DataFolderError {
            guard case .inUse = error else { throw error }
            let folder = try DataFolder(path: configuration.data)
            return try await ControlClient(path: folder.socket).call(command, arguments, progress: progress)
        }
        defer { deployment.close() }
        try await deployment.settle()
        await deployment.forgetFormerTails()
        let stores = try await deployment.stores(in: context)
        let control = SubjectControl(deployment: deployment, accounts: stores.accounts)
        return try await control.handle(command, arguments, progress: progress)
    }
}
