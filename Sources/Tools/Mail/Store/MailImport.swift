package import AgentRuntime

/// Brings a folder of mails into a tenant's data: all of it or nothing.
package enum MailImport {
    /// What an import did.
    package struct Outcome: Sendable {
        package var rows = 0
        package var inserted = 0
        package var replaced = 0
        package var unchanged = 0
        /// Those that have a category by their folder.
        package var labelled = 0
        /// Identifiers of the mails that were not there before, in their order.
        package var received: [String] = []

        package var json: JSONValue {
            [
                "type": "emails", "rows": .integer(rows), "inserted": .integer(inserted),
                "replaced": .integer(replaced), "unchanged": .integer(unchanged), "labelled": .integer(labelled),
            ]
        }
    }

    /// Imports a folder; the tenant is made when it is not there.
    ///
    /// Mails without a label are classified once all are stored. With `replacesAll` received mails that were there
    /// before are taken out first.
    /// Throws `invalid_argument` naming the files that do not hold, `limit_exceeded`, `storage_failed`.
    package static func run(
        folder: String,
        tenant: TenantID,
        databases: DomainDatabases,
        own: [String] = [],
        replacesAll: Bool,
        now: Timestamp
    ) async throws -> Outcome {
        let files = try MailFolder.files(at: folder)
        return try await store(
            files,
            tenant: tenant,
            databases: databases,
            own: own,
            replacesAll: replacesAll,
            now: now
        )
    }

    /// Stores mails from their sources.
    package static func store(
        _ files: [MailFolder.File],
        tenant: TenantID,
        databases: DomainDatabases,
        own: [String] = [],
        replacesAll: Bool = false,
        now: Timestamp
    ) async throws -> Outcome {
        let database = try await databases.create(tenant)
        let rules = AutoReplyRules(own: own)
        do {
            return try await database.writer.perform { connection in
                try connection.transaction {
                    let store = MailStore(connection)
                    if replacesAll { try store.removeAll() }
                    var outcome = Outcome()
                    var hashes: [String: [UInt8]] = [:]
                    for file in files {
                        try Task.checkCancellation()
                        let message = MailMessage(file.bytes)
                        var mail = Mail(message, source: file.bytes, fileName: file.name, receivedAt: now)
                        let hash = SHA256.hash(file.bytes)
                        if let known = hashes[mail.id], known != hash {
                            // Two mails of one import under one identifier are two mails.
                            mail.id = Mail.id(nil, source: file.bytes)
                        }
                        hashes[mail.id] = hash
                        if let category = file.category {
                            mail.category = category
                            mail.categorySource = .label
                            mail.confidence = 1_000_000
                            outcome.labelled += 1
                        }
                        mail.intent =
                            MessageIntent.read(MailClassifier.words(subject: mail.subject, text: mail.text))
                            .intent
                        mail.refusal = rules.refusal(of: message)
                        outcome.rows += 1
                        switch try store.put(mail, source: file.bytes, now: now) {
                        case .inserted:
                            outcome.inserted += 1
                            outcome.received.append(mail.id)
                        case .replaced: outcome.replaced += 1
                        case .unchanged: outcome.unchanged += 1
                        }
                    }
                    try classify(store, now: now)
                    _ = try connection.advanceDataVersion()
                    return outcome
                }
            }
        } catch let error as DatabaseError {
            throw AgentError(
                .storageFailed,
                "The mails could not be written; nothing was imported.",
                isRetryable: error.isBusy,
                underlying: "\(error)"
            )
        }
    }

    /// Gives a category to every received mail that has none by a person.
    private static func classify(_ store: MailStore, now: Timestamp) throws {
        let sorter = MailSorter(labelled: try store.labelled(max: MailClassifier.labelledMax))
        for id in try store.unlabelled() {
            try Task.checkCancellation()
            _ = try store.update(id, now: now) { mail in
                let reading = sorter.read(subject: mail.subject, text: mail.text)
                mail.category = reading.category
                mail.confidence = Int64((reading.confidence * 1_000_000).rounded())
                mail.categorySource = reading.source
            }
        }
    }
}
