internal import AgentRuntime
internal import Synchronization

/// Who the users of a tenant are: the table `audit_users`, and the rows that were written last in memory.
///
/// Every message says who its user is, and nearly always the same. After a batch that was undone a new one of these
/// must be made.
final class AuditUsers: Sendable {
    /// How many users are remembered at most; of others the row is written again.
    private static let usersMax = 4096

    private struct Key: Hashable {
        var tenant: TenantID
        var user: String
    }

    private struct User: Hashable {
        var name: String?
        var email: String
    }

    private let written = Mutex<[Key: User]>([:])

    /// Keeps a user's address, and his name where it is said.
    func set(
        _ user: String,
        of tenant: TenantID,
        name: String?,
        email: String,
        _ connection: SQLiteConnection
    ) throws(DatabaseError) {
        let key = Key(tenant: tenant, user: user)
        let known = written.withLock { $0[key] }
        let new = User(name: name ?? known?.name, email: email)
        guard new != known else { return }
        try connection.execute(
            """
            INSERT INTO audit_users(tenant, user, name, email) VALUES (?, ?, ?, ?)
            ON CONFLICT DO UPDATE SET name = coalesce(excluded.name, name), email = excluded.email
            """,
            [.id(tenant), .text(user), .optional(name), .text(email)]
        )
        written.withLock { written in
            if written.count >= AuditUsers.usersMax { written.removeAll() }
            written[key] = new
        }
    }
}
