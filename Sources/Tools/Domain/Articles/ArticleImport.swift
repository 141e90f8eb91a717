package import AgentRuntime

/// Brings a folder of Markdown files into a tenant's knowledge base: all of it or nothing.
package enum ArticleImport {
    /// Imports a folder; the tenant is made when it is not there.
    ///
    /// Throws `invalid_argument` naming the files and lines that do not hold, `storage_failed`.
    /// Returns `{type, rows, inserted, replaced, unchanged}`.
    package static func run(
        folder: String,
        tenant: TenantID,
        databases: DomainDatabases,
        replacesAll: Bool,
        now: Timestamp
    ) async throws -> JSONValue {
        let articles = try ArticleFolder.articles(at: folder)
        return try await store(articles, tenant: tenant, databases: databases, replacesAll: replacesAll, now: now)
    }

    /// Stores articles; their data version grows, so that the planner sees their titles.
    package static func store(
        _ articles: [Article],
        tenant: TenantID,
        databases: DomainDatabases,
        replacesAll: Bool,
        now: Timestamp
    ) async throws -> JSONValue {
        let database = try await databases.create(tenant)
        do {
            let change = try await database.writer.perform { connection in
                try connection.transaction {
                    let change = try ArticleStore(connection).put(articles, now: now, replacesAll: replacesAll)
                    _ = try connection.advanceDataVersion()
                    return change
                }
            }
            return [
                "type": "articles", "rows": .integer(change.rows), "inserted": .integer(change.inserted),
                "replaced": .integer(change.replaced), "unchanged": .integer(change.unchanged),
            ]
        } catch let error as DatabaseError {
            throw AgentError(
                .storageFailed,
                "The articles could not be written; nothing was imported.",
                isRetryable: error.isBusy,
                underlying: "\(error)"
            )
        }
    }
}
