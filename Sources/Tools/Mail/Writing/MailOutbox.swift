package import AgentRuntime

/// What takes a mail to its recipients.
package protocol MailTransport: Sendable {
    /// Returns when the server has taken the mail.
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
/// The mail is stored before it is given to a server. Without a server it waits as `queued`, and the answer says so.
/// A mail whose outcome is not known stays `sending` and is never given again; a person has to look.
package struct MailOutbox: Sendable {
    package struct Outcome: Sendable {
        package var mail: Mail
        /// What there is to say of it, such as why it waits.
        package var note: String?
    }

    private let databases: DomainDatabases
    private let accounts: MailAccounts
    private let transports: [TenantID: any MailTransport]
    private let wallClock: any WallClock

    package init(
        _ databases: DomainDatabases,
        accounts: MailAccounts,
        transports: [TenantID: any MailTransport] = [:],
        wallClock: any WallClock
    ) {
        self.databases = databases
        self.accounts = accounts
        self.transports = transports
        self.wallClock = wallClock
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
        isAutomatic: Bool = false
    ) async throws -> Outcome {
        let account = accounts.account(of: tenant)
        let database = try await databases.database(of: tenant)
        let now = wallClock.now()
        let key = SHA256.hex("\(tenant) \(effectID)").prefix(32)
        let domain = account.address.flatMap { $0.split(separator: "@").last } ?? "localhost"
        let from = MailAddress(name: account.name ?? "", address: account.address ?? "unconfigured@localhost")
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
        let known = try await database.writer.perform { connection -> Mail? in
            try connection.transaction {
                let store = MailStore(connection)
                if let known = try store.mail(effectID: effectID) { return known }
                try store.put(stored, source: source, effectID: effectID, now: now)
                return nil
            }
        }
        if let known { return Outcome(mail: known, note: MailOutbox.note(known)) }
        guard let transport else { return Outcome(mail: mail, note: MailOutbox.note(mail)) }
        var failure: MailTransportFailure?
        do {
            try await transport.send(source, from: from.address, to: mail.to.map(\.address))
            mail.status = .sent
        } catch let error as MailTransportFailure {
            failure = error
            // Not taken: it waits and may be sent again. Perhaps taken: nobody sends it again.
            mail.status = error.isUnknown ? .sending : error.isRetryable ? .queued : .failed
        }
        let status = mail.status
        let settled = try await database.writer.perform { connection in
            try MailStore(connection).update(stored.id, now: now) { $0.status = status }
        }
        return Outcome(mail: settled?.after ?? mail, note: failure?.message ?? MailOutbox.note(mail))
    }

    private static func note(_ mail: Mail) -> String? {
        switch mail.status {
        case .queued: "It waits: no mail server is configured for this tenant (tenants.T.mail.smtp)."
        case .sending: "Whether the server has taken it is not known; it is not sent again."
        case .failed: "The server has refused it."
        default: nil
        }
    }
}
