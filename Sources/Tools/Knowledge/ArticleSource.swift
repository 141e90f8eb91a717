package import AgentRuntime

/// Where a tool finds the articles of a tenant: a database with the tables of `ArticleSchema`.
package protocol ArticleSource: Sendable {
    /// Throws `not_found` for a tenant without data.
    func articles(of tenant: TenantID) async throws -> Database
}
