package import AgentRuntime

/// What takes a mail to its recipients.
package protocol MailTransport: Sendable {
    /// Returns when the server has taken the mail; an empty `from` asks that nothing comes back (RFC 3834 §3.3).
    ///
    /// - Throws: `MailTransportFailure`.
    func send(_ message: [UInt8], from: String, to: [String]) async throws
}

/// Why a server did not take a mail.
package struct MailTransportFailure: Error, Sendable {
    package var message: String
    /// Whether the mail may have been taken all the same.
    package var isUnknown: Bool
    package var isRetryable: Bool

    package init(_ message: String, isUnknown: Bool = false, isRetryable: Bool = false) {
        self.message = message
        self.isUnknown = isUnknown
        self.isRetryable = isRetryable
    }
}

/// Sends mails of tenants, each at most once for its effect.
///
/// The mail is stored before it is given to a server. Without a server it waits as `queued`, and the answer says so; it
/// goes out when a server is configured.
/// What a server does not take for now is tried again after 2 s, doubling to 30 min, for five days (RFC 5321 §4.5.4.1).
/// A mail whose outcome is not known stays `sending` and is never given again; a person has to look. What became of a
/// mail is recorded in the journal, at least once.
package struct MailOutbox: Sendable {
    package struct Outcome: Sendable {
        package var mail: Mail
        /// What there is to say of it, such as why it waits.
        package var note: String?
    }

    private let databases: DomainDatabases
    let accounts: MailAccounts
    private let transports: [TenantID: any MailTransport]
    private let wallClock: any WallClock
    private let journal: (any Journal)?
    private let startedAt: Timestamp

    static let firstPause = Duration.seconds(2)
    static let longestPause = Duration.seconds(1800)
    static let lifetime = Duration.seconds(5 * 86_400)
    /// How often it is looked whether a mail is due.
    static let interval = Duration.seconds(1)
    /// Mails of a tenant that one look takes up.
    static let batch = 20

    package init(
        _ databases: DomainDatabases,
        accounts: MailAccounts,
        transports: [TenantID: any MailTransport] = [:],
        wallClock: any WallClock,
        journal: (any Journal)? = nil
    ) {
        self.databases = databases
        self.accounts = accounts
        self.transports = transports
        self.wallClock = wallClock
        self.journal = journal
        startedAt = wallClock.now()
    }

    /// Sends a draft in the name of the tenant; the same effect again gives the first outcome.
    ///
    /// `forwarding` is a mail that goes along whole; `isAutomatic` says that no person has looked at it.
    package func send(
        _ draft: MailDraft,
        of tenant: TenantID,
        effectID: String,
        alsoTo others: [MailAddress] = [],
        forwarding: [UInt8]? = nil,
        isAutomatic: Bool = false,
        cause: MailCause = MailCause()
    ) async throws -> Outcome {
        let account = accounts.account(of: tenant)
        let database = try await databases.database(of: tenant)
        let now = wallClock.now()
        let key = SHA256.hex("\(tenant) \(effectID)").prefix(32)
        let domain = account.address.flatMap { $0.split(separator: "@").last } ?? "localhost"
        let from = MailAddress(name: account.name ?? "", address: account.address ?? Self.nobody)
        // Who reads it is told that no person wrote it (Regulation (EU) 2024/1689, Article 50).
        let text = draft.text + (isAutomatic ? "\n\nThis message was written by an automatic assistant." : "")
        let composer = MailComposer(
            from: from,
            to: [draft.to] + others,
            subject: draft.subject,
            text: text,
            date: now,
            messageID: "<\(key)@\(domain)>",
            inReplyTo: draft.inReplyTo,
            references: draft.references,
            isAutomatic: isAutomatic,
            forwarded: forwarding
        )
        let source = composer.bytes()
        let transport = account.address == nil ? nil : transports[tenant]
        var mail = Mail(
            id: "eml_" + key.prefix(24),
            direction: .outbound,
            messageID: composer.messageID,
            from: from,
            replyTo: from,
            subject: draft.subject,
            date: now,
            text: text
        )
        mail.inReplyTo = draft.inReplyTo
        mail.references = draft.references
        mail.to = composer.to
        mail.isUnread = false
        mail.intent = isAutomatic ? .automatic : nil
        mail.status = transport == nil ? .queued : .sending
        let stored = mail
        let known = try await database.writer.perform { connection -> Outcome? in
            try connection.transaction {
                let store = MailStore(connection)
                let outbox = OutboxStore(connection: connection)
                if let known = try store.mail(effectID: effectID) {
                    return Outcome(mail: known, note: try outbox.entry(known.id)?.reason ?? MailOutbox.note(known))
                }
                try store.put(stored, source: source, effectID: effectID, now: now)
                try outbox.add(stored.id, cause, now: now, isUntold: transport == nil)
                return nil
            }
        }
        if let known { return known }
        guard let transport else {
            try await tell(mail.id, of: tenant)
            return Outcome(mail: mail, note: MailOutbox.note(mail))
        }
        return try await give(mail, source, to: transport, of: tenant)
    }

    // MARK: Again

    /// Sends what waits when its time has come, until cancelled.
    package func run(clock: any Clock<Duration>, failures: @Sendable (any Error) -> Void) async throws {
        while true {
            for tenant in transports.keys.sorted() {
                do {
                    try await sendDue(of: tenant)
                } catch let error as CancellationError {
                    throw error
                } catch {
                    failures(error)
                }
            }
            try await clock.sleep(for: Self.interval)
        }
    }

    /// Sends a tenant's mails whose time has come, and records what a former process did not.
    package func sendDue(of tenant: TenantID) async throws {
        guard let transport = transports[tenant], await databases.exists(tenant) else { return }
        let database = try await databases.database(of: tenant)
        let now = wallClock.now()
        let startedAt = startedAt
        try await readdress(tenant, in: database, now: now)
        let addresses = accounts.account(of: tenant).own
        let abandoned = try await database.reader.perform { connection in
            try OutboxStore(connection: connection).abandoned(before: startedAt)
        }
        for id in abandoned {
            try await database.writer.perform { connection in
                try OutboxStore(connection: connection).attempted(id, reason: MailOutbox.abandoned, next: now)
            }
            try await tell(id, of: tenant)
        }
        // Whoever sends a mail records it himself; later than this he is gone.
        let late = Timestamp(milliseconds: now.milliseconds - 60_000)
        let (untold, due) = try await database.reader.perform { connection in
            let store = OutboxStore(connection: connection)
            return (
                try store.untold(until: late, limit: MailOutbox.batch),
                try store.due(from: addresses, now: now, limit: MailOutbox.batch)
            )
        }
        for id in untold { try await tell(id, of: tenant) }
        for id in due {
            try Task.checkCancellation()
            let taken = try await database.writer.perform { connection -> (Mail, [UInt8])? in
                try connection.transaction {
                    let store = MailStore(connection)
                    guard let mail = try store.mail(id), mail.status == .queued, let source = try store.source(id),
                        let changed = try store.update(id, now: now, { $0.status = .sending })
                    else { return nil }
                    return (changed.after, source)
                }
            }
            if let taken { _ = try await give(taken.0, taken.1, to: transport, of: tenant) }
        }
    }

    /// 2 s after the first attempt, then twice as long each time, up to 30 min.
    static func pause(after attempts: Int) -> Duration {
        min(longestPause, firstPause * (1 << min(attempts, 16)))
    }

    /// Gives a mail that is stored as `sending` to the server, and stores what came of it.
    private func give(
        _ mail: Mail,
        _ source: [UInt8],
        to transport: any MailTransport,
        of tenant: TenantID
    ) async throws -> Outcome {
        let database = try await databases.database(of: tenant)
        var failure: MailTransportFailure?
        do {
            // Nothing may come back to an answer that no person has written (RFC 3834 §3.3).
            let from = mail.intent == .automatic ? "" : mail.from.address
            try await transport.send(source, from: from, to: mail.to.map(\.address))
        } catch let error as MailTransportFailure {
            failure = error
        }
        let now = wallClock.now()
        let reason = failure
        let settled = try await database.writer.perform { connection in
            try connection.transaction {
                let outbox = OutboxStore(connection: connection)
                let entry = try outbox.entry(mail.id)
                let pause = Self.pause(after: entry?.attempts ?? 0)
                let isOver =
                    (entry?.firstAt ?? now).milliseconds + Int64(Self.lifetime.milliseconds) <= now.milliseconds
                // Not taken: it waits and is sent again. Perhaps taken: nobody sends it again.
                let status: Mail.Status =
                    if let reason {
                        reason.isUnknown ? .sending : reason.isRetryable && !isOver ? .queued : .failed
                    } else {
                        .sent
                    }
                try outbox.attempted(
                    mail.id,
                    reason: reason?.message,
                    next: Timestamp(milliseconds: now.milliseconds + Int64(pause.milliseconds))
                )
                return try MailStore(connection).update(mail.id, now: now) { $0.status = status }
            }
        }
        try await tell(mail.id, of: tenant)
        let after = settled?.after ?? mail
        return Outcome(mail: after, note: failure?.message ?? MailOutbox.note(after))
    }

    // MARK: The journal

    /// Records what became of a mail.
    private func tell(_ id: String, of tenant: TenantID) async throws {
        guard let journal else { return }
        let database = try await databases.database(of: tenant)
        let found = try await database.reader.perform { connection -> (Mail, OutboxStore.Entry)? in
            guard var mail = try MailStore(connection).mail(id),
                let entry = try OutboxStore(connection: connection).entry(id)
            else { return nil }
            if let key = mail.to.first?.key {
                mail.customerID = try CustomerStore(connection).all().first { $0.email.lowercased() == key }?.id
            }
            return (mail, entry)
        }
        guard let (mail, entry) = found else { return }
        var payload = mail.eventData
        payload["answers"] = entry.cause.answers.map { .string($0) }
        payload["reason"] = entry.reason.map { .string($0) }
        payload["origin"] = entry.cause.origin
        let draft = RecordDraft(
            kind: RecordKind("email.\(mail.status.rawValue)"),
            actor: entry.cause.actor,
            payload: .object(payload)
        )
        do {
            _ = try await journal.append(JournalAppend(tenant: tenant, drafts: [draft]))
        } catch {
            throw AgentError(journal: error)
        }
        try await database.writer.perform { connection in try OutboxStore(connection: connection).told(id) }
    }

    private static let abandoned =
        "The program ended while it was being sent; whether the server has taken it is not known."

    private static func note(_ mail: Mail) -> String? {
        switch mail.status {
        case .queued: "It waits until a mail server is configured for this tenant (tenants.T.mail.smtp)."
        case .sending: "Whether the server has taken it is not known; it is not sent again."
        case .failed: "The server has refused it."
        default: nil
        }
    }
}
