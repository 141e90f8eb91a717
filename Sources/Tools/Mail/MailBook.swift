package import AgentRuntime

/// The mails of a tenant for those who list, open, answer and sort them one by one.
package struct MailBook: Sendable {
    private let databases: DomainDatabases
    private let drafter: MailDrafter
    private let outbox: MailOutbox
    private let wallClock: any WallClock

    package static let recipientsMax = 50
    package static let bodyBytesMax = 100_000

    package init(_ databases: DomainDatabases, drafter: MailDrafter, outbox: MailOutbox, wallClock: any WallClock) {
        self.databases = databases
        self.drafter = drafter
        self.outbox = outbox
        self.wallClock = wallClock
    }

    /// One page of the mails that a filter keeps, each with its customer, and how many there are of them.
    ///
    /// A customer's identifier restricts to the mails of his address.
    package func page(
        _ filter: MailStore.Filter,
        customer: String? = nil,
        order: [(order: MailStore.Order, isDescending: Bool)],
        after place: [JSONValue]? = nil,
        offset: Int,
        limit: Int,
        of tenant: TenantID
    ) async throws -> (mails: [Mail], total: Int) {
        try await read(tenant) { connection in
            var filter = filter
            if let customer {
                filter.addresses = try CustomerStore(connection).customer(customer).map { [$0.email] } ?? []
            }
            let store = MailStore(connection)
            let page = try store.page(filter, order: order, after: place, offset: offset, limit: limit)
            return (try withCustomers(page, connection), try store.count(filter))
        }
    }

    /// - Throws: `not_found`.
    package func mail(_ id: String, of tenant: TenantID) async throws -> Mail {
        try await read(tenant) { connection in
            guard let mail = try MailStore(connection).mail(id) else { throw MailBook.unknown }
            return try withCustomers([mail], connection)[0]
        }
    }

    /// Those of the mails that are there, each with its customer.
    package func mails(_ ids: [String], of tenant: TenantID) async throws -> [Mail] {
        try await read(tenant) { connection in
            let store = MailStore(connection)
            return try withCustomers(
                try ids.compactMap { (id) throws(DatabaseError) in try store.mail(id) },
                connection
            )
        }
    }

    /// Changes what people decide of a mail; the mail before and after, for the journal.
    package func update(
        _ id: String,
        of tenant: TenantID,
        _ change: @escaping @Sendable (inout Mail) -> Void
    ) async throws -> (before: Mail, after: Mail) {
        let now = wallClock.now()
        return try await write(tenant) { connection in
            guard let changed = try MailStore(connection).update(id, now: now, change) else { throw MailBook.unknown }
            return changed
        }
    }

    /// The answer to a mail, from words or from what the data says; nothing is sent.
    package func draft(answering id: String, words: String?, settings: TenantSettings) async throws -> MailDraft {
        do {
            return try await drafter.reply(to: id, words: words, settings: settings)
        } catch let failure as MailDraftFailure {
            throw failure.code == "not_found" ? MailBook.unknown : AgentError(.conflict, failure.message)
        } catch let error as DatabaseError {
            throw MailBook.failed(error)
        }
    }

    /// Sends an answer to a mail.
    ///
    /// An automatic one is refused where the rules forbid it, or when one was sent to the address within a day; one
    /// that a user asked for but that nobody has seen (`isUnseen`) only says what wrote it.
    package func answer(
        _ id: String,
        _ draft: MailDraft,
        isAutomatic: Bool,
        isUnseen: Bool = false,
        of tenant: TenantID,
        effectID: String,
        cause: MailCause = MailCause()
    ) async throws -> MailOutbox.Outcome {
        let now = wallClock.now()
        if isAutomatic {
            let refusal = try await read(tenant) { connection -> String? in
                let store = MailStore(connection)
                // The same effect again gives its first outcome.
                if try store.mail(effectID: effectID) != nil { return nil }
                if let refusal = try store.mail(id)?.refusal { return refusal }
                let since = Timestamp(milliseconds: now.milliseconds - 86_400_000)
                return try store.hasAnswered(draft.to.address, since: since)
                    ? "an automatic answer went to this address within the last day" : nil
            }
            if let refusal {
                throw AgentError(
                    .conflict,
                    "This mail is not answered automatically: \(refusal). A person can answer it."
                )
            }
        }
        var cause = cause
        cause.answers = id
        let outcome = try await outbox.send(
            draft,
            of: tenant,
            effectID: effectID,
            isAutomatic: isAutomatic || isUnseen,
            cause: cause
        )
        _ = try await update(id, of: tenant) { mail in
            mail.status = .replied
            mail.isUnread = false
        }
        return outcome
    }

    /// Sends a mail on to others, whole.
    package func forward(
        _ id: String,
        to recipients: [MailAddress],
        note: String,
        of tenant: TenantID,
        effectID: String,
        cause: MailCause = MailCause()
    ) async throws -> MailOutbox.Outcome {
        guard let first = recipients.first else {
            throw AgentError(.invalidArgument, "Nobody is named to forward it to.")
        }
        let (mail, source) = try await read(tenant) { connection in
            let store = MailStore(connection)
            guard let mail = try store.mail(id) else { throw MailBook.unknown }
            return (mail, try store.source(id))
        }
        let draft = MailDraft(
            to: first,
            subject: MailComposer.subject(forwarding: mail.subject),
            text: note.isEmpty ? "The forwarded message is attached." : note,
            references: MailComposer.references(answering: mail)
        )
        let outcome = try await outbox.send(
            draft,
            of: tenant,
            effectID: effectID,
            alsoTo: Array(recipients.dropFirst()),
            forwarding: source ?? [],
            cause: MailCause(actor: cause.actor, origin: cause.origin, answers: id)
        )
        _ = try await update(id, of: tenant) { mail in
            if mail.status != .replied { mail.status = .forwarded }
            mail.isUnread = false
        }
        return outcome
    }

    private func withCustomers(_ mails: [Mail], _ connection: SQLiteConnection) throws(DatabaseError) -> [Mail] {
        guard !mails.isEmpty else { return [] }
        var ids: [String: String] = [:]
        for customer in try CustomerStore(connection).all() where !customer.email.isEmpty {
            ids[customer.email.lowercased()] = customer.id
        }
        return mails.map { mail in
            var mail = mail
            let other = mail.direction == .inbound ? mail.from : mail.to.first ?? mail.from
            mail.customerID = ids[other.key]
            return mail
        }
    }

    private func read<T: Sendable>(
        _ tenant: TenantID,
        _ body: @escaping @Sendable (SQLiteConnection) throws -> T
    ) async throws -> T {
        do {
            return try await databases.database(of: tenant).reader.perform { connection in
                try connection.transaction { try body(connection) }
            }
        } catch let error as DatabaseError {
            throw MailBook.failed(error)
        }
    }

    private func write<T: Sendable>(
        _ tenant: TenantID,
        _ body: @escaping @Sendable (SQLiteConnection) throws -> T
    ) async throws -> T {
        do {
            return try await databases.database(of: tenant).writer.perform { connection in
                try connection.transaction {
                    let result = try body(connection)
                    _ = try connection.advanceDataVersion()
                    return result
                }
            }
        } catch let error as DatabaseError {
            throw MailBook.failed(error)
        }
    }

    private static let unknown = AgentError(.notFound, "There is no such mail.")

    private static func failed(_ error: DatabaseError) -> AgentError {
        AgentError(.storageFailed, "The mails could not be used.", isRetryable: error.isBusy, underlying: "\(error)")
    }
}
