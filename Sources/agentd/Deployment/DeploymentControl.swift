internal import AgentRuntime
internal import Retrieval
internal import Tools

/// The commands about data, conversations and the journal, for the daemon and for a command alone with the folder.
struct DeploymentControl: ControlHandler {
    let deployment: Deployment

    let commands = ["ask", "import", "rebuild", "eval.capture"]

    func handle(_ command: String, _ arguments: JSONObject, progress: ControlProgress) async throws -> JSONValue {
        switch command {
        case "ask": try await ask(arguments, progress)
        case "import": try await importFile(arguments)
        case "rebuild": try await rebuild()
        case "eval.capture": try await ConversationCapture(deployment).suite(arguments)
        default: throw AgentError(.notFound, "There is no command \(command).")
        }
    }

    // MARK: - Asking

    /// One turn as the local administrator; `progress` gets `{"text"}` as it comes, the result is the whole answer.
    private func ask(_ arguments: JSONObject, _ progress: ControlProgress) async throws -> JSONValue {
        let tenant = try await tenant(arguments["tenant"]?.string)
        let principal = LocalAdministrator.principal(of: tenant)
        try keepToken(of: principal)
        let loop = deployment.loops.next()
        let conversations = deployment.conversations
        let session: SessionID
        if let id = arguments["conversation"]?.string {
            session = SessionID(id)
        } else {
            session = try await conversations.create(NewConversation(owner: principal), on: loop).id
        }
        let message = IncomingMessage(text: arguments["text"]?.string ?? "", principal: principal)
        let accepted = try await conversations.send(message, to: session, on: loop)
        let relay = TextRelay()
        _ = try await conversations.watch(accepted.turn, of: session, after: nil, by: principal, on: loop, relay)
        var answer = Answer()
        for await event in relay.events {
            answer.take(event)
            if case .text(let text) = event { try await progress(["text": .string(text)]) }
        }
        return AetherWire.answer(answer, turn: accepted.turn, conversation: session)
    }

    /// Nobody at a terminal has a token; where another service is asked in the user's name, one is made as
    /// `agentd token` would make it.
    private func keepToken(of principal: Principal) throws {
        guard deployment.callers.isNeeded(by: principal.tenant) else { return }
        let clock = SystemWallClock()
        let random = SystemRandom()
        let auth = deployment.configuration.auth
        let issuer = TokenIssuer(
            secret: try DaemonSecret.load(auth.secret, folder: deployment.folder.path, random: random),
            auth: auth,
            clock: clock,
            identifiers: TimeOrderedIdentifiers(),
            random: random
        )
        let lifetime = deployment.configuration.limits.turn + .seconds(60)
        deployment.callers.keep(
            issuer.token(for: principal, lifetime: lifetime),
            of: principal,
            until: clock.now().advanced(by: lifetime)
        )
    }

    /// The tenant that was named, or the only one there is.
    private func tenant(_ name: String?) async throws -> TenantID {
        if let name { return TenantID(name) }
        let all = await deployment.domain.databases.tenants()
        guard let only = all.first, all.count == 1 else {
            let words = all.isEmpty ? "There is no tenant yet; import data first." : "Name one with --tenant."
            throw AgentError(.invalidArgument, words)
        }
        return only
    }

    // MARK: - Data

    private func importFile(_ arguments: JSONObject) async throws -> JSONValue {
        let type = arguments["type"]?.string ?? ""
        let path = arguments["path"]?.string ?? ""
        let tenant = TenantID(arguments["tenant"]?.string ?? "")
        let replaces = arguments["replace"]?.bool ?? false
        let now = SystemWallClock().now()
        if type == "articles" {
            let change = try await ArticleImport.run(
                folder: path,
                tenant: tenant,
                databases: deployment.domain.databases,
                replacesAll: replaces,
                now: now
            )
            try await record(RecordDraft(kind: RecordKind("data.imported"), actor: "operator", payload: change), tenant)
            return change
        }
        if type == "emails" { return try await importMails(path, tenant, replaces: replaces, now: now) }
        let news = deployment.domain.news
        let before = TenantID.isValid(tenant.rawValue) ? try await news.before(type, of: tenant) : ImportNews.Before()
        let outcome = try await deployment.domain.importer.run(
            type: type,
            from: .file(path: path),
            tenant: tenant,
            replace: replaces,
            now: now
        )
        try await record(outcome.record(actor: "operator"), tenant)
        for fact in try await news.facts(since: before, of: tenant, actor: "operator") {
            try await record(fact, tenant)
        }
        return outcome.json
    }

    private func importMails(
        _ path: String,
        _ tenant: TenantID,
        replaces: Bool,
        now: Timestamp
    ) async throws -> JSONValue {
        let outcome = try await MailImport.run(
            folder: path,
            tenant: tenant,
            databases: deployment.domain.databases,
            own: deployment.domain.mail.account(of: tenant).own,
            replacesAll: replaces,
            now: now
        )
        try await record(
            RecordDraft(kind: RecordKind("data.imported"), actor: "operator", payload: outcome.json),
            tenant
        )
        try await recordReceived(outcome.received, tenant)
        return outcome.json
    }

    /// Each mail that was not there before is a fact of its own, which others may be told of.
    private func recordReceived(_ mails: [String], _ tenant: TenantID) async throws {
        var rest = mails[...]
        while !rest.isEmpty {
            let mails = try await deployment.domain.mailBook.mails(Array(rest.prefix(500)), of: tenant)
            let drafts = mails.map { mail in
                RecordDraft(kind: RecordKind("email.received"), actor: "operator", payload: .object(mail.eventData))
            }
            rest = rest.dropFirst(500)
            guard !drafts.isEmpty else { continue }
            do throws(JournalError) {
                _ = try await deployment.journal.append(JournalAppend(tenant: tenant, drafts: Array(drafts)))
            } catch {
                throw AgentError(journal: error)
            }
        }
    }

    private func record(_ draft: RecordDraft, _ tenant: TenantID) async throws {
        do {
            _ = try await deployment.journal.append(JournalAppend(tenant: tenant, drafts: [draft]))
        } catch {
            throw AgentError(journal: error)
        }
    }

    private func rebuild() async throws -> JSONValue {
        try await deployment.projections.rebuild()
        let records = try await deployment.journal.tenantHeads().values.reduce(0, +)
        return ["records": .integer(Int(records))]
    }
}

/// Who asks from the machine's own terminal: an administrator of the tenant.
enum LocalAdministrator {
    static func principal(of tenant: TenantID) -> Principal {
        let roles = [Role("admin")]
        return Principal(
            tenant: tenant,
            user: UserID("local"),
            name: "Local administrator",
            roles: roles,
            permissions: RolePermissions.permissions(of: roles)
        )
    }
}

/// Hands a turn's events to someone who waits for them.
private final class TextRelay: TurnWatcher {
    /// Unbounded, but for the turn's own bounds: an answer has a largest size.
    let events: AsyncStream<TurnEvent>
    private let input: AsyncStream<TurnEvent>.Continuation

    init() { (events, input) = AsyncStream.makeStream() }

    func deliver(_ events: [NumberedEvent]) { for event in events { input.yield(event.event) } }
    func ended() { input.finish() }
}
