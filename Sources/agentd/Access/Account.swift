internal import AgentRuntime
internal import Foundation

/// A local account: someone who logs in with e-mail and password.
struct Account: Sendable, Hashable {
    var id: UserID
    var tenant: TenantID
    /// As `EmailAddress` folds it; unique over all tenants.
    var email: String
    var name: String?
    var roles: [Role]
    var isDisabled: Bool
    var createdAt: Timestamp
    var lastLoginAt: Timestamp?

    var principal: Principal {
        Principal(
            tenant: tenant,
            user: id,
            email: email,
            name: name,
            roles: roles,
            permissions: RolePermissions.permissions(of: roles)
        )
    }

    /// Columns in the order that `init(row:)` reads.
    static let columns = "id, tenant, email, name, roles, is_disabled, created_at, last_login_at"

    init(row: Row) {
        id = UserID(row.text(0))
        tenant = TenantID(row.text(1))
        email = row.text(2)
        name = row.textOrNil(3)
        roles = row.text(4).split(separator: " ").map { Role(String($0)) }
        isDisabled = row.bool(5)
        createdAt = Timestamp(milliseconds: row.int(6))
        lastLoginAt = row.intOrNil(7).map { Timestamp(milliseconds: $0) }
    }

    init(id: UserID, tenant: TenantID, email: String, name: String?, roles: [Role], createdAt: Timestamp) {
        self.id = id
        self.tenant = tenant
        self.email = email
        self.name = name
        self.roles = roles
        isDisabled = false
        self.createdAt = createdAt
    }

    /// An e-mail address as accounts are found by it: without surrounding white space, lower case, composed form.
    ///
    /// `nil` when it is none.
    static func folded(_ email: String) -> String? {
        guard email.utf8.count <= 1024 else { return nil }
        let text = email.trimmingCharacters(in: .whitespaces).lowercased().normalized
        return TextFormat.isEmail(text) ? text : nil
    }
}

extension String {
    /// Unicode's composed form (NFC).
    var normalized: String { precomposedStringWithCanonicalMapping }
}
