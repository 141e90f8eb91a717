internal import AgentRuntime
internal import Foundation

/// `agentd token`: a JWT of this data folder, for scripts and tests; the user needs no account.
struct TokenCommand: Command {
    /// Ten years, forwards or back.
    static let lifetimeMax = 315_360_000

    let syntax = CommandSyntax(
        "token",
        "Prints a token of this data folder.",
        flags: [
            Flag("tenant", .value("T"), required: true, "Whose data it opens."),
            Flag("user", .value("U"), required: true, "The user: an account's e-mail or id, or any name."),
            Flag("role", .repeated("R"), "What the user may do; an account's own roles when not given."),
            Flag(
                "ttl",
                .value("SECONDS"),
                "How long it holds, 3600 when not given; negative for one that has expired."
            ),
        ]
    )

    func run(_ arguments: Arguments, in context: CommandContext) async throws -> Int32 {
        let configuration = try context.configuration(arguments)
        let tenant = try arguments.tenant()
        let user = try arguments.required("user")
        guard user.utf8.count <= 320 else { throw UsageError("--user has at most 320 bytes") }
        var roles = try arguments.roles()
        let seconds =
            try arguments.integer("ttl", in: -TokenCommand.lifetimeMax...TokenCommand.lifetimeMax) ?? 3600
        let folder = try DataFolder(path: configuration.data)
        let account = try account(user, of: tenant, in: folder)
        if roles.isEmpty { roles = account?.roles ?? [] }
        guard !roles.isEmpty else {
            throw UsageError("--role R is missing: \(user) has no account in \(tenant) to take the roles from")
        }
        let secret = try DaemonSecret.load(configuration.auth.secret, folder: folder.path, random: context.random)
        let issuer = TokenIssuer(
            secret: secret,
            auth: configuration.auth,
            clock: context.clock,
            identifiers: context.identifiers,
            random: context.random
        )
        let principal = Principal(
            tenant: tenant,
            user: account?.id ?? UserID(user),
            email: account?.email ?? Account.folded(user),
            name: account?.name,
            roles: roles,
            permissions: RolePermissions.permissions(of: roles)
        )
        context.print(issuer.token(for: principal, lifetime: .seconds(seconds)) + "\n")
        return 0
    }

    /// The account that a name means, read beside whoever has the file open.
    private func account(_ user: String, of tenant: TenantID, in folder: DataFolder) throws -> Account? {
        guard FileManager.default.fileExists(atPath: folder.control) else { return nil }
        let connection = try SQLiteConnection(path: folder.control, mode: .readOnly)
        guard try connection.schemaVersion() > 0 else { return nil }
        return try connection.first(
            "SELECT \(Account.columns) FROM users WHERE tenant = ? AND (id = ? OR email = ?)",
            [.id(tenant), .text(user), .text(Account.folded(user) ?? user)]
        ) { Account(row: $0) }
    }
}
