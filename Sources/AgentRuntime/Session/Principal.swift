/// On whose behalf something is done: the tenant, the user, and what that user may do.
///
/// A turn carries the principal of the message that began it; a tool can never do more.
package struct Principal: Sendable, Hashable {
    package var tenant: TenantID
    package var user: UserID
    package var email: String?
    package var name: String?
    package var roles: [Role]
    package var permissions: Set<Permission>

    package init(
        tenant: TenantID,
        user: UserID,
        email: String? = nil,
        name: String? = nil,
        roles: [Role] = [],
        permissions: Set<Permission> = []
    ) {
        self.tenant = tenant
        self.user = user
        self.email = email
        self.name = name
        self.roles = roles
        self.permissions = permissions
    }

    package func may(_ permission: Permission) -> Bool { permissions.contains(permission) }
}
