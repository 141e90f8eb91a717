internal import AgentRuntime
internal import Tools

// What the operator has decided, read once at start. How it is put together from file, environment and flags stands in
// `Configuration+load.swift`; which keys there are, in `Configuration+declaration.swift`.

struct Configuration: Sendable {
    var listen: ListenAddress
    /// The data folder.
    var data: String
    var prompts: String?
    var durability: Durability
    /// The profiles that are served, longest mount first.
    var profiles: [ProfileSettings]
    var tenants: [TenantID: Tenant]
    var auth: Auth
    var limits: Limits
    var models: [ModelSettings]
    /// Names of `models`, the first to be asked first; empty without a model.
    var modelChain: [String]
    var trustedProxies: [IPNetwork]
    var webhooksAllowPrivate: Bool
    var toolsAllowPrivate: Bool
    var audit: Audit
    /// How many days the journal keeps records; 0 is for ever.
    var retentionDays: Int
    /// What is taken out of what users say.
    var redaction: Redaction
    /// Where links of answers may lead after words of strangers were read.
    var linkHosts: LinkHosts
    /// Suites that must be green before a version of the prompts becomes active.
    var releaseSuites: [String]
    var log: Log
    var corsOrigins: [String]
    var drain: Duration
    /// 0 is one for each core.
    var loops: Int
    /// Between two pieces of an offline answer; zero for as fast as it can.
    var offlinePace: Duration
    var budgets: Budgets
    /// When a call of a tool waits for a person.
    var rules: ToolRules
    /// Where signed links in mails lead to; no mails are sent without it.
    var approvalLinkBase: String?
    /// What becomes of a figure in an answer that no tool result gives.
    var onUngrounded: UngroundedPolicy
    /// Remarks that are no errors, such as variables that no key reads.
    var warnings: [String] = []
    /// What the keys say, without secrets; for the record of a change.
    var keys: JSONValue = .null

    enum Durability: String, Sendable, CaseIterable {
        case full
        case process
    }

    struct Tenant: Sendable {
        var id: TenantID
        var name: String?
        var asOf: CalendarDate?
        var currency: String
        var locale: String
        var fiscalYearStart: Int
        var domain: Domain?
        var toolSources: [ToolSource] = []
        var mail = Mail()
        /// `queue`, `reject` or `interrupt`.
        var onBusy: String
        /// `continue` or `cancel`.
        var onDisconnect: String

        /// A tenant that the configuration does not name.
        init(id: TenantID) {
            self.id = id
            currency = "USD"
            locale = "en-US"
            fiscalYearStart = 1
            onBusy = "queue"
            onDisconnect = "continue"
        }
    }

    /// The tenant's own mail.
    struct Mail: Sendable {
        var address: String?
        var name: String?
        var aliases: [String] = []
        var smtp: SMTP?

        /// Every address of its own.
        var own: [String] { (address.map { [$0] } ?? []) + aliases }
    }

    /// The server that takes a tenant's mail.
    struct SMTP: Sendable {
        var url: String
        var username: String?
        var password: Secret?
    }

    /// The service over HTTP that holds a tenant's data.
    struct Domain: Sendable {
        var baseURL: String
        var apiKey: Secret?
        var timeout: Duration
        /// Whether it is asked in its users' own names; else with the key, or without any.
        var forwardsUser: Bool
    }

    /// Another server whose operations become tools of a tenant.
    struct ToolSource: Sendable {
        enum Kind: Sendable, Hashable {
            /// The path or URL of the document, and where the service answers.
            case openAPI(document: String, baseURL: String?)
            /// A server of the Model Context Protocol over streamable HTTP.
            case mcp(url: String)
            /// A server of the Model Context Protocol that is a program: itself and its arguments.
            case program([String])
        }

        var name: String
        var kind: Kind
        var apiKey: Secret?
        var timeout: Duration
        var allowed: [String: ToolRule]
        /// Where users' own tokens are sent in place of the key; `nil` where they are not.
        var userOrigin: String?
        /// Whether labels on a server's results count.
        var believesLabels = false
    }

    struct Auth: Sendable {
        var secret: Secret?
        var issuer: String?
        var audience: String?
        var keySets: [KeySet]
        var accessLifetime: Duration
        var refreshLifetime: Duration
        var cookieIsSecure: Bool
    }

    /// Keys of another issuer.
    struct KeySet: Sendable, Hashable {
        enum Place: Sendable, Hashable {
            case file(String)
            case url(String)
        }

        var issuer: String
        var audience: String?
        var place: Place
    }

    struct Limits: Sendable {
        var rates: RateTable
        var steps: Int
        var toolCalls: Int
        var turn: Duration
        var queuedMessages: Int
        var bodyBytes: Int
        var uploadBytes: Int
        var connections: Int
    }

    /// How the journal is made evidence.
    struct Audit: Sendable {
        /// The deployment's name in its checkpoints.
        var name: String
        var checkpointRecords: Int
        var checkpointInterval: Duration
        /// A file that every checkpoint is appended to.
        var pushFile: String?
        /// A service that every checkpoint is sent to, and the key it wants.
        var pushURL: String?
        var pushKey: Secret?
    }

    /// What language models may use.
    struct Budgets: Sendable {
        var limits: BudgetLimits
        var onExceeded: OverBudgetPolicy
    }

    struct Log: Sendable {
        var level: Logger.Level
        var format: Logger.Format
    }

    /// The settings of a tenant, named or not.
    func tenant(_ id: TenantID) -> Tenant { tenants[id] ?? Tenant(id: id) }
}

/// The wire formats that the daemon speaks.
enum ProfileName: String, Sendable, CaseIterable {
    case aether
    case aems
    case smb
    case cnc
    case openai
    case mcp

    var defaultMount: String {
        switch self {
        case .aether: "/api/v1"
        case .aems: "/aems/api/v1"
        case .smb: "/api"
        case .cnc: "/cnc/v1"
        case .openai: "/v1"
        case .mcp: "/mcp"
        }
    }

    var title: String {
        switch self {
        case .aether: "Financial planning and analysis"
        case .aems: "Executive assistant"
        case .smb: "Shop owners"
        case .cnc: "E-mail and chat of a factory"
        case .openai: "Chat Completions"
        case .mcp: "Model Context Protocol"
        }
    }
}

/// A profile that is served.
struct ProfileSettings: Sendable, Hashable {
    var name: ProfileName
    /// Starts with a slash and does not end in one.
    var mount: String
    /// Lower case; all hosts when empty.
    var hosts: [String]
}

/// A language model that can be asked.
struct ModelSettings: Sendable {
    enum Dialect: String, Sendable, CaseIterable {
        case chatCompletions = "chat-completions"
        case messages
    }

    /// Money per million tokens.
    struct Price: Sendable, Hashable {
        var input: ExactNumber
        var output: ExactNumber
    }

    var name: String
    var dialect: Dialect
    var baseURL: String
    var apiKey: Secret?
    var model: String
    var price: Price?
    var contextWindow: Int?
    var outputTokensMax: Int?
    var timeout: Duration
}
