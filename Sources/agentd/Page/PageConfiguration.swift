internal import AgentRuntime

/// What `/page/config.json` tells the page: where its profile is mounted, and which demonstration accounts there are.
///
/// It holds nothing secret: the passwords of a demonstration follow from the roles, and elsewhere there are no accounts
/// in it. It is sent with `PageAssets.headers`, but `Cache-Control: no-store`.
struct PageConfiguration: Sendable {
    static let path = "/page/config.json"

    struct Account: Sendable {
        var email: String
        var role: String
        var tenant: String
    }

    /// Where the `aether` profile is mounted, without a trailing slash.
    var mount: String
    /// The accounts that a click logs in with; empty unless this is a demonstration.
    var demoAccounts: [Account] = []

    /// The body; `hasSession` says whether the request carried the session's cookie, so that the page need not
    /// ask who is logged in only to be refused.
    func json(hasSession: Bool) -> JSONValue {
        let accounts = demoAccounts.map { account -> JSONValue in
            .object(["email": .string(account.email), "role": .string(account.role), "tenant": .string(account.tenant)])
        }
        return .object([
            "mount": .string(mount), "demo": .bool(!accounts.isEmpty), "session": .bool(hasSession),
            "accounts": .array(accounts),
        ])
    }
}
