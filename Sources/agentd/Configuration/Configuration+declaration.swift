internal import AgentRuntime

// Every key of the configuration, once. After a change here, `agentd config schema --format markdown` writes
// `docs/configuration.md` anew; a test compares the two.

extension Configuration {
    static let declaration: [Setting] = [
        Setting("listen", .text(.listen), "127.0.0.1:8080", "Where the daemon listens; port 0 picks a free one."),
        Setting("data", .text(.path), "The data folder; `$XDG_DATA_HOME/agentd` when not set."),
        Setting(
            "prompts",
            .text(.path),
            "The folder of prompts and suites; when not set, `prompts` beside the program, or `../share/agentd/prompts`."
        ),
        Setting(
            "durability",
            .choice(Durability.allCases.map(\.rawValue)),
            "full",
            "When a record counts as written: `full` survives power loss, `process` the end of the process only."
        ),
        .group(
            "profiles",
            "Which profiles are served, and where.",
            ProfileName.allCases.map { name in
                Setting(
                    name.rawValue,
                    .unless(
                        false,
                        .group([
                            Setting(
                                "mount",
                                .text(.mount),
                                .string(name.defaultMount),
                                "The path it answers below; the longest mount owns a path."
                            ),
                            Setting(
                                "hosts",
                                .list(.text(.host)),
                                [],
                                "The host names it answers for; all when empty."
                            ),
                        ])
                    ),
                    .object([:]),
                    "\(name.title); `false` turns it off."
                )
            }
        ),
        Setting(
            "tenants",
            .map(.group(tenant), placeholder: "TENANT", .tenant),
            .object([:]),
            "The tenants, by their id; one that is not named here has the defaults."
        ),
        .group("auth", "Who may come in.", auth),
        .group("limits", "Bounds of turns and requests.", limits),
        Setting("models", .list(.group(model)), [], "The language models that can be asked."),
        Setting(
            "model",
            .either(.text(.any), .list(.text(.any))),
            [],
            "The model that answers, by its name, or several, each of which stands in for the one before it. "
                + "Without one the offline planner answers."
        ),
        .group(
            "offline",
            "The offline planner.",
            [
                Setting(
                    "pace_ms",
                    .integer(0...1000),
                    0,
                    "Milliseconds between two pieces of an offline answer, for eyes that like to follow; 0 for none."
                )
            ]
        ),
        .group(
            "approvals",
            "Which calls of tools wait for a person.",
            [
                Setting(
                    "tools",
                    .list(.text(.any)),
                    [],
                    "Tools that always wait, beside those that say so themselves."
                ),
                Setting(
                    "tiers",
                    .list(
                        .group([
                            Setting("from", .amount, required: true, "From this amount on."),
                            Setting("approvers", .integer(0...10), required: true, "So many people have to approve."),
                        ])
                    ),
                    [],
                    "How many people have to approve, by the amount that a call is about."
                ),
                Setting("expires_hours", .integer(1...8760), 120, "Hours in which an approval can be given."),
                Setting(
                    "link_base",
                    .text(.url),
                    "Where people reach this daemon; with it, who may decide gets a mail with signed links."
                ),
            ]
        ),
        Setting(
            "flow_control",
            .boolean,
            true,
            "Whether words that strangers wrote are kept from what tools do, until a person approves, and from links of answers."
        ),
        .group("budgets", "What language models may use, by the wall clock in UTC.", budgets),
        .group(
            "grounding",
            "Figures in answers that no tool result gives.",
            [
                Setting(
                    "on_ungrounded",
                    .choice(UngroundedPolicy.allCases.map(\.rawValue)),
                    "mark",
                    "`mark` writes ` [unverified]` behind such a figure, `withhold` takes it out of the text."
                )
            ]
        ),
        Setting(
            "trusted_proxies",
            .list(.text(.network)),
            [],
            "Networks whose `Forwarded` and `X-Forwarded-For` headers are believed."
        ),
        .group(
            "webhooks",
            "Calls to others about what happened.",
            [
                Setting(
                    "allow_private",
                    .boolean,
                    false,
                    "Whether a webhook may go to a private, loopback or link-local address."
                )
            ]
        ),
        .group(
            "tools",
            "Calls of tools to other services.",
            [
                Setting(
                    "allow_private",
                    .boolean,
                    false,
                    "Whether a tool may call a private, loopback or link-local address."
                )
            ]
        ),
        .group(
            "audit",
            "How the journal can be proven: signed checkpoints over each tenant's records.",
            [
                Setting(
                    "name",
                    .text(.noteName),
                    "agentd",
                    "The deployment's name in its checkpoints, which are signed as NAME/TENANT."
                ),
                Setting(
                    "checkpoint_records",
                    .integer(1...1_000_000),
                    1000,
                    "A tenant's new records after which a checkpoint is made at once."
                ),
                Setting(
                    "checkpoint_seconds",
                    .integer(1...86_400),
                    60,
                    "The longest time that a record waits for a checkpoint."
                ),
                Setting(
                    "push_file",
                    .text(.path),
                    "A file that every checkpoint is appended to, best on another machine's disk; none when not set."
                ),
                Setting(
                    "push_url",
                    .text(.url),
                    "A service that the daemon sends every checkpoint to, by POST as JSON."
                ),
                Setting("push_key", .secret, "Sent to it as a bearer token."),
            ]
        ),
        .group(
            "retention",
            "How long the journal keeps what happened.",
            [
                Setting(
                    "journal_days",
                    .integer(0...36_500),
                    400,
                    "Days after which records are dropped, up to a signed checkpoint; at least 183 (six months), or 0 for ever."
                )
            ]
        ),
        .group(
            "privacy",
            "What is taken out of what people say before it is recorded or shown to a model.",
            [
                Setting(
                    "redact",
                    .list(.choice(Redaction.Rule.allCases.map(\.rawValue))),
                    ["card", "iban", "secret"],
                    "Numbers of cards and accounts whose check digits hold, secrets of known forms, e-mail addresses, "
                        + "telephone numbers; an empty list takes nothing out."
                ),
                Setting(
                    "link_hosts",
                    .list(.text(.any)),
                    [],
                    "Hosts that links and images of an answer may lead to after words of strangers were read, as "
                        + "`help.example.com` or `*.example.com`, beside those that the user has named; other links lose "
                        + "their address."
                ),
            ]
        ),
        .group(
            "release",
            "What a version of the prompts must pass before it becomes active.",
            [
                Setting(
                    "suites",
                    .list(.text(.any)),
                    [],
                    "Suites that must be green whenever `agentd prompt activate` is run."
                )
            ]
        ),
        .group(
            "log",
            "What the daemon says about its work, on standard error.",
            [
                Setting(
                    "level",
                    .choice(Logger.Level.allCases.map { "\($0)" }),
                    "info",
                    "The least level that is written."
                ),
                Setting("format", .choice(["text", "json"]), "text", "Lines for people or for programs."),
            ]
        ),
        .group(
            "cors",
            "Pages of other origins.",
            [Setting("origins", .list(.text(.origin)), [], "The origins whose pages may call; none when empty.")]
        ),
        Setting(
            "drain_seconds",
            .integer(0...3600),
            10,
            "How long running turns may take to end when the daemon stops."
        ),
        Setting("loops", .integer(0...256), 0, "How many event loops run; 0 is one for each core."),
    ]

    private static let tenant: [Setting] = [
        Setting("name", .text(.any), "What people call it; its id when not set."),
        Setting("as_of", .text(.date), "The business date that stands for today; the last ledger date when not set."),
        Setting("currency", .text(.currency), "USD", "The currency of its figures, ISO 4217."),
        Setting("locale", .text(.locale), "en-US", "How figures and dates are written, BCP 47."),
        Setting("fiscal_year_start", .integer(1...12), 1, "The first month of its fiscal year."),
        Setting(
            "domain",
            .group([
                Setting(
                    "mode",
                    .choice(["http", "embedded"]),
                    "http",
                    "`http`: another service holds the data; `embedded`: the data folder does."
                ),
                Setting(
                    "base_url",
                    .text(.url),
                    "Where the service answers; an address without a path stands for its `/api/v1`."
                ),
                Setting("api_key", .secret, "Sent to it as a bearer token, in place of the users' own."),
                Setting("timeout_seconds", .integer(1...300), 10, "Seconds a call may take."),
                forwarding("Whether it is asked with each user's own token; so unless an `api_key` is set."),
            ]),
            "A service over HTTP that holds the tenant's domain data; the data folder holds it when not set."
        ),
        Setting(
            "tool_sources",
            .list(.group(toolSource)),
            [],
            "Other servers whose operations become tools of this tenant."
        ),
        .group(
            "mail",
            "The tenant's own mail.",
            [
                Setting("address", .text(.mailAddress), "Where its mail comes to and is sent from."),
                Setting("name", .text(.any), "The name beside the address."),
                Setting("aliases", .list(.text(.mailAddress)), [], "Other addresses that are its own."),
                Setting(
                    "smtp",
                    .group([
                        Setting("url", .text(.smtpURL), required: true, "The server that takes its mail."),
                        Setting("username", .text(.any), "Who signs in there; nobody when not set."),
                        Setting("password", .secret, "With which password."),
                    ]),
                    "How mail is sent; without it, what is sent waits as `queued`."
                ),
            ]
        ),
        .group(
            "defaults",
            "Options of sessions that do not set their own.",
            [
                Setting(
                    "on_busy",
                    .choice(["queue", "reject", "interrupt"]),
                    "queue",
                    "What a message does that comes while a turn runs."
                ),
                Setting(
                    "on_disconnect",
                    .choice(["continue", "cancel"]),
                    "continue",
                    "What a turn does whose client has gone."
                ),
            ]
        ),
    ]

    private static func forwarding(_ documentation: String) -> Setting {
        .group(
            "auth",
            "In whose name the service is asked.",
            [Setting("forward_user", .boolean, documentation)]
        )
    }

    private static let toolSource: [Setting] = [
        Setting("name", .text(.toolSource), required: true, "What its tools' names begin with."),
        Setting(
            "openapi",
            .text(.any),
            "The path or URL of its OpenAPI 3.0 or 3.1 document, in JSON; this, `mcp` or `command`."
        ),
        Setting("base_url", .text(.url), "Where the service answers; what its document says when not set."),
        Setting("mcp", .text(.url), "The URL of a server of the Model Context Protocol over streamable HTTP."),
        Setting("command", .list(.text(.any)), "The program of such a server over standard input, and its arguments."),
        Setting("api_key", .secret, "Sent to it as a bearer token; to a program as the variable `API_KEY`."),
        forwarding(
            "Whether each user's own token is sent in place of the key; to the server of `base_url`, or of `openapi`, alone."
        ),
        Setting("timeout_seconds", .integer(1...300), 20, "Seconds a call may take."),
        Setting(
            "believes_labels",
            .boolean,
            false,
            "Whether the labels that a server puts on its results (`_meta.ifc`) are believed; else all are untrusted."
        ),
        Setting(
            "permission",
            .text(.any),
            "ai:chat",
            "What a user must be allowed to do to use its tools, where they do not say their own."
        ),
        Setting(
            "allow",
            .map(
                .group([
                    Setting(
                        "effect",
                        .choice(["read", "write", "outbound"]),
                        "What it changes; without this it is offered only if its description says that it reads."
                    ),
                    Setting("permission", .text(.any), "What a user must be allowed to do to use it."),
                ]),
                placeholder: "OPERATION",
                .any
            ),
            required: true,
            "The operations that become tools, by their id or name; no others do."
        ),
    ]

    private static let auth: [Setting] = [
        Setting(
            "secret",
            .secret,
            "What tokens are signed with (HS256), at least 32 bytes; made once and kept in the data folder when not set."
        ),
        Setting("issuer", .text(.any), "The `iss` that tokens carry and must carry."),
        Setting("audience", .text(.any), "The `aud` that tokens carry and must carry."),
        Setting(
            "jwks",
            .list(
                .group([
                    Setting("issuer", .text(.any), required: true, "The `iss` of the tokens these keys sign."),
                    Setting("audience", .text(.any), "The `aud` that such tokens must carry."),
                    Setting("file", .text(.path), "The file with the key set; this or `url`."),
                    Setting("url", .text(.url), "The URL of the key set; this or `file`."),
                ])
            ),
            [],
            "Key sets of other issuers (RS256 and ES256)."
        ),
        Setting("access_ttl", .integer(60...86_400), 3600, "Seconds an access token holds."),
        Setting("refresh_ttl", .integer(3600...31_536_000), 2_592_000, "Seconds a refresh token holds."),
        Setting(
            "cookie_secure",
            .boolean,
            false,
            "Whether the session cookie is sent over TLS only; set it wherever TLS stands before the daemon."
        ),
    ]

    private static let limits: [Setting] = [
        Setting(
            "rate",
            .unless(
                "off",
                .group(
                    RateClass.allCases.map { rateClass in
                        Setting(rateClass.rawValue, bucket, "\(rateClass.documentation)")
                    } + [
                        Setting(
                            "profiles",
                            .map(
                                .group(
                                    RateClass.allCases.map {
                                        Setting($0.rawValue, bucket, "The same, on this profile alone.")
                                    }
                                ),
                                placeholder: "PROFILE",
                                .profile
                            ),
                            .object([:]),
                            "Rates of single profiles, above the general ones."
                        )
                    ]
                )
            ),
            .object([:]),
            "How many requests are taken; `\"off\"` takes all."
        ),
        Setting("steps", .integer(1...100), 8, "Steps of a turn."),
        Setting("tool_calls", .integer(1...1000), 32, "Tool calls of a turn."),
        Setting("turn_seconds", .integer(1...3600), 120, "Seconds a turn may take."),
        Setting("queued_messages", .integer(0...1000), 8, "Messages that may wait while a turn runs."),
        Setting("body", .integer(1024...(256 << 20)), .integer(1 << 20), "Bytes of a request's body."),
        Setting("upload", .integer(1024...(1 << 30)), .integer(16 << 20), "Bytes of an uploaded file."),
        Setting("connections", .integer(1...1_000_000), 10_000, "Connections at one time."),
    ]

    /// A rate: requests per minute, or with its own span and burst.
    private static let bucket: Shape = .either(
        .integer(1...1_000_000),
        .group([
            Setting("requests", .integer(1...1_000_000), required: true, "Requests taken in the span."),
            Setting("seconds", .integer(1...86_400), 60, "The span."),
            Setting("burst", .integer(1...1_000_000), "Requests taken at once; as `requests` when not set."),
        ])
    )

    private static let budgets: [Setting] = [
        budget("turn", "One answer."),
        budget("user_day", "One user in a day."),
        budget("tenant_day", "One tenant in a day."),
        budget("tenant_month", "One tenant in a calendar month."),
        Setting(
            "on_exceeded",
            .choice(OverBudgetPolicy.allCases.map(\.rawValue)),
            "fail",
            "What becomes of a question beyond a budget: `fail` says so, `offline` lets the offline planner answer."
        ),
    ]

    private static func budget(_ name: String, _ documentation: String) -> Setting {
        .group(
            name,
            documentation,
            [
                Setting("tokens", .integer(1...1_000_000_000_000), "Tokens read and written."),
                Setting("money", .amount, "Money, in the currency of the models' prices."),
            ]
        )
    }

    private static let model: [Setting] = [
        Setting("name", .text(.any), required: true, "What the configuration, records and metrics call it."),
        Setting(
            "dialect",
            .choice(ModelSettings.Dialect.allCases.map(\.rawValue)),
            "chat-completions",
            "The wire format it speaks."
        ),
        Setting("base_url", .text(.url), required: true, "Where it answers, up to and without the dialect's own path."),
        Setting("api_key", .secret, "The key that is sent to it."),
        Setting("model", .text(.any), required: true, "The name of the model there."),
        Setting(
            "price",
            .group([
                Setting("input", .amount, required: true, "Per million tokens read."),
                Setting("output", .amount, required: true, "Per million tokens written."),
            ]),
            "What it costs; without a price, budgets in money refuse to load."
        ),
        Setting("context_window", .integer(256...100_000_000), "Tokens it can read at once."),
        Setting("max_output_tokens", .integer(1...10_000_000), "Tokens it may write in one step."),
        Setting("timeout_seconds", .integer(1...3600), 60, "Seconds without a byte from it until it counts as failed."),
    ]
}
