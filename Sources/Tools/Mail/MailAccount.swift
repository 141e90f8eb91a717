package import AgentRuntime

/// The mail address of a tenant, as the configuration names it.
package struct MailAccount: Sendable, Hashable {
    package var address: String?
    package var name: String?
    /// Other addresses of its own.
    package var aliases: [String]

    package init(address: String? = nil, name: String? = nil, aliases: [String] = []) {
        self.address = address
        self.name = name
        self.aliases = aliases
    }

    package var own: [String] { (address.map { [$0] } ?? []) + aliases }
}

/// The mail addresses of all tenants.
package struct MailAccounts: Sendable {
    private let accounts: [TenantID: MailAccount]

    package init(_ accounts: [TenantID: MailAccount] = [:]) { self.accounts = accounts }

    /// A tenant that is not named has none.
    package func account(of tenant: TenantID) -> MailAccount { accounts[tenant] ?? MailAccount() }
}
