/// On whose behalf something is done: the tenant, the user, and what that user may do.
///
/// A turn carries the principal of the message that began it; a tool can never do more.
package struct Principal: Sendable, Hashable {
    package var tenant: TenantID
    package var user: UserID
    package var email: String?
    package var name: String?
    package var roles: [Role]
    package var permissions: PermissionSet
    /// Where the request came from that brought the principal; for the audit trail, never for decisions.
    package var origin: RequestOrigin?

    package init(
        tenant: TenantID,
        user: UserID,
        email: String? = nil,
        name: String? = nil,
        roles: [Role] = [],
        permissions: PermissionSet = [],
        origin: RequestOrigin? = nil
    ) {
        self.tenant = tenant
        self.user = user
        self.email = email
        self.name = name
        self.roles = roles
        self.permissions = permissions
        self.origin = origin
    }

    package func may(_ permission: Permission) -> Bool { permissions.contains(permission) }
}

/// From where and with what a request was made, as far as it says.
package struct RequestOrigin: Sendable, Hashable {
    /// The longest name of a client that is kept.
    private static let agentMax = 256

    /// The client's address.
    package var address: String?
    /// What the client calls itself.
    package var agent: String?
    /// The request's id.
    package var request: String?

    package init(address: String?, agent: String?, request: String?) {
        self.address = address
        self.agent = agent.map { String($0.unicodeScalars.prefix(RequestOrigin.agentMax)) }
        self.request = request
    }

    package var json: JSONValue {
        ["address": .optional(address), "agent": .optional(agent), "request": .optional(request)]
    }

    package init(json: JSONValue) {
        self.init(address: json["address"]?.string, agent: json["agent"]?.string, request: json["request"]?.string)
    }
}
