internal import AgentRuntime
internal import Tools

// From the checked tree to the typed value, and the checks that look at several keys.

extension ConfigurationLoader {
    /// The typed configuration; complete only when it adds no problem.
    mutating func build() -> Configuration {
        let listen = promised(ListenAddress(text(tree, "listen")))
        let auth = buildAuth()
        let limits = buildLimits()
        let models = (tree["models"]?.array ?? []).enumerated().map { buildModel($1, "models[\($0)]") }
        let chain = tree["model"]?.string.map { [$0] } ?? tree["model"]?.array?.compactMap(\.string) ?? []
        check(models: models, chain: chain)
        let profiles = buildProfiles()
        var tenants: [TenantID: Configuration.Tenant] = [:]
        for member in tree["tenants"]?.object ?? [:] {
            tenants[TenantID(member.name)] = buildTenant(member.value, member.name)
        }
        return Configuration(
            listen: listen,
            data: tree["data"]?.string ?? initialDataFolder,
            prompts: tree["prompts"]?.string,
            durability: promised(Configuration.Durability(rawValue: text(tree, "durability"))),
            profiles: profiles,
            tenants: tenants,
            auth: auth,
            limits: limits,
            models: models,
            modelChain: chain,
            trustedProxies: (tree["trusted_proxies"]?.array ?? []).compactMap { $0.string.flatMap { IPNetwork($0) } },
            webhooksAllowPrivate: tree["webhooks"]?["allow_private"]?.bool ?? false,
            toolsAllowPrivate: tree["tools"]?["allow_private"]?.bool ?? false,
            audit: Configuration.Audit(
                name: text(tree["audit"], "name"),
                checkpointRecords: integer(tree["audit"], "checkpoint_records"),
                checkpointInterval: .seconds(integer(tree["audit"], "checkpoint_seconds")),
                pushFile: tree["audit"]?["push_file"]?.string,
                pushURL: tree["audit"]?["push_url"]?.string,
                pushKey: secret(tree["audit"]?["push_key"], "audit.push_key")
            ),
            retentionDays: buildRetention(),
            redaction: Redaction(
                (tree["privacy"]?["redact"]?.array ?? []).compactMap { $0.string.flatMap(Redaction.Rule.init) }
            ),
            linkHosts: buildLinkHosts(),
            releaseSuites: (tree["release"]?["suites"]?.array ?? []).compactMap(\.string),
            log: Configuration.Log(
                level: promised(Logger.Level(name: text(tree["log"], "level"))),
                format: promised(Logger.Format(rawValue: text(tree["log"], "format")))
            ),
            corsOrigins: (tree["cors"]?["origins"]?.array ?? []).compactMap(\.string),
            drain: .seconds(integer(tree, "drain_seconds")),
            loops: integer(tree, "loops"),
            offlinePace: .milliseconds(integer(tree["offline"], "pace_ms")),
            budgets: buildBudgets(models, chain),
            rules: buildRules(),
            approvalLinkBase: tree["approvals"]?["link_base"]?.string,
            onUngrounded: promised(UngroundedPolicy(rawValue: text(tree["grounding"], "on_ungrounded"))),
            warnings: warnings,
            keys: root.withoutSecrets(tree)
        )
    }

    private func promised<T>(_ value: T?) -> T {
        guard let value else { preconditionFailure("the schema let a value through that it must refuse") }
        return value
    }

    private func text(_ value: JSONValue?, _ name: String) -> String { promised(value?[name]?.string) }

    private func integer(_ value: JSONValue?, _ name: String) -> Int { promised(value?[name]?.int) }

    private var initialDataFolder: String {
        if let home = sources.environment["XDG_DATA_HOME"], home.hasPrefix("/") { return home + "/agentd" }
        return (sources.environment["HOME"] ?? ".") + "/.local/share/agentd"
    }

    /// A secret's value, from where it lies; a file's last line end is not part of it.
    private mutating func secret(_ value: JSONValue?, _ path: String) -> Secret? {
        if let text = value?.string { return Secret(text) }
        if let name = value?["env"]?.string {
            guard let text = sources.environment[name], !text.isEmpty else {
                report(path, "is to be read from the variable \(name), which is not set")
                return nil
            }
            return Secret(text)
        }
        guard let file = value?["file"]?.string else { return nil }
        guard var bytes = sources.readFile(file) else {
            report(path, "is to be read from \(file), which cannot be read")
            return nil
        }
        if bytes.last == UInt8(ascii: "\n") { bytes.removeLast() }
        if bytes.last == UInt8(ascii: "\r") { bytes.removeLast() }
        guard !bytes.isEmpty, let text = String(validating: bytes, as: UTF8.self) else {
            report(path, "is to be read from \(file), which is empty or no text")
            return nil
        }
        return Secret(text)
    }

    private mutating func buildAuth() -> Configuration.Auth {
        let auth = tree["auth"]
        let secret = secret(auth?["secret"], "auth.secret")
        if let secret, secret.reveal().utf8.count < 32 {
            warnings.append("auth.secret is shorter than 32 bytes; tokens signed with it can be forged by trying")
        }
        var keySets: [Configuration.KeySet] = []
        for (index, set) in (auth?["jwks"]?.array ?? []).enumerated() {
            let place: Configuration.KeySet.Place
            switch (set["file"]?.string, set["url"]?.string) {
            case (let file?, nil): place = .file(file)
            case (nil, let url?): place = .url(url)
            default:
                report("auth.jwks[\(index)]", "must have either a file or a url")
                continue
            }
            let issuer = text(set, "issuer")
            if issuer == auth?["issuer"]?.string || keySets.contains(where: { $0.issuer == issuer }) {
                report("auth.jwks[\(index)].issuer", "is the issuer of another key; each needs its own")
            }
            keySets.append(.init(issuer: issuer, audience: set["audience"]?.string, place: place))
        }
        return Configuration.Auth(
            secret: secret,
            issuer: auth?["issuer"]?.string,
            audience: auth?["audience"]?.string,
            keySets: keySets,
            accessLifetime: .seconds(integer(auth, "access_ttl")),
            refreshLifetime: .seconds(integer(auth, "refresh_ttl")),
            cookieIsSecure: auth?["cookie_secure"]?.bool ?? false
        )
    }

    private func buildLimits() -> Configuration.Limits {
        let limits = tree["limits"]
        var rates = RateTable()
        if let rate = limits?["rate"]?.object {
            for rateClass in RateClass.allCases {
                rates.classes[rateClass] = bucket(rate[rateClass.rawValue])
                for profile in ProfileName.allCases {
                    rates.profiles[.init(profile: profile, rateClass: rateClass)] =
                        bucket(rate["profiles"]?[profile.rawValue]?[rateClass.rawValue])
                }
            }
        } else {
            rates.isOff = true
        }
        return Configuration.Limits(
            rates: rates,
            steps: integer(limits, "steps"),
            toolCalls: integer(limits, "tool_calls"),
            turn: .seconds(integer(limits, "turn_seconds")),
            queuedMessages: integer(limits, "queued_messages"),
            bodyBytes: integer(limits, "body"),
            uploadBytes: integer(limits, "upload"),
            connections: integer(limits, "connections")
        )
    }

    private func bucket(_ value: JSONValue?) -> RateLimit? {
        guard let value else { return nil }
        if let perMinute = value.int { return RateLimit(requests: perMinute) }
        return RateLimit(
            requests: integer(value, "requests"),
            seconds: value["seconds"]?.int ?? 60,
            burst: value["burst"]?.int
        )
    }

    private mutating func buildModel(_ value: JSONValue, _ path: String) -> ModelSettings {
        ModelSettings(
            name: text(value, "name"),
            dialect: promised(ModelSettings.Dialect(rawValue: text(value, "dialect"))),
            baseURL: text(value, "base_url"),
            apiKey: secret(value["api_key"], "\(path).api_key"),
            model: text(value, "model"),
            price: value["price"].map { price in
                .init(input: promised(price["input"]?.exactNumber), output: promised(price["output"]?.exactNumber))
            },
            contextWindow: value["context_window"]?.int,
            outputTokensMax: value["max_output_tokens"]?.int,
            timeout: .seconds(integer(value, "timeout_seconds"))
        )
    }

    /// The floor cannot be undercut silently: a shorter period keeps the program from starting.
    private mutating func buildRetention() -> Int {
        let days = integer(tree["retention"], "journal_days")
        let floor = RetentionControl.floorDays
        if days > 0, days < floor {
            report(
                "retention.journal_days",
                "must be at least \(floor) (six months; Regulation (EU) 2024/1689, Articles 19(1) and 26(6)), or 0 for ever"
            )
        }
        return days
    }

    /// The hosts that are named, and the one under which people reach this daemon.
    private mutating func buildLinkHosts() -> LinkHosts {
        let entries = (tree["privacy"]?["link_hosts"]?.array ?? []).compactMap(\.string)
        for entry in entries where !LinkHosts.isEntry(entry) {
            report("privacy.link_hosts", "must be hosts, as help.example.com or *.example.com; \(entry) is none")
        }
        let own = tree["approvals"]?["link_base"]?.string.flatMap { HTTPURL($0)?.host }
        return LinkHosts(entries + [own].compactMap { $0 })
    }

    private func buildRules() -> ToolRules {
        let approvals = tree["approvals"]
        let tiers = (approvals?["tiers"]?.array ?? []).map { tier in
            ApprovalPolicy.Tier(from: promised(tier["from"]?.exactNumber), approvers: integer(tier, "approvers"))
        }
        return ToolRules(
            approvals: ApprovalPolicy(
                tools: Set((approvals?["tools"]?.array ?? []).compactMap(\.string)),
                tiers: tiers,
                lifetime: .seconds(integer(approvals, "expires_hours") * 3600)
            ),
            controlsFlow: promised(tree["flow_control"]?.bool)
        )
    }

    private mutating func buildBudgets(_ models: [ModelSettings], _ chain: [String]) -> Configuration.Budgets {
        let budgets = tree["budgets"]
        func limit(_ name: String) -> BudgetLimit {
            let value = budgets?[name]
            return BudgetLimit(
                tokens: value?["tokens"]?.int,
                money: value?["money"]?.exactNumber.flatMap { Money(rounding: $0) }
            )
        }
        let limits = BudgetLimits(
            turn: limit("turn"),
            user: limit("user_day"),
            tenant: limit("tenant_day"),
            month: limit("tenant_month")
        )
        if limits.holdsMoney {
            for (index, model) in models.enumerated() where model.price == nil {
                guard chain.isEmpty || chain.contains(model.name) else { continue }
                report("models[\(index)].price", "is needed, because there are budgets in money")
            }
        }
        return Configuration.Budgets(
            limits: limits,
            onExceeded: promised(OverBudgetPolicy(rawValue: text(budgets, "on_exceeded")))
        )
    }

    private mutating func check(models: [ModelSettings], chain: [String]) {
        for (index, model) in models.enumerated() where models[..<index].contains(where: { $0.name == model.name }) {
            report("models[\(index)].name", "is the name of another model; each needs its own")
        }
        for (index, name) in chain.enumerated() {
            let path = tree["model"]?.array == nil ? "model" : "model[\(index)]"
            if chain[..<index].contains(name) { report(path, "names the same model again") }
            guard !models.contains(where: { $0.name == name }) else { continue }
            let nearest = NearestName.closest(to: name, among: models.map(\.name))
            report(
                path,
                "names no model of models" + (nearest.map { "; the nearest one is \($0)" } ?? ", which is empty")
            )
        }
    }

    private mutating func buildProfiles() -> [ProfileSettings] {
        var profiles: [ProfileSettings] = []
        for name in ProfileName.allCases {
            guard let value = tree["profiles"]?[name.rawValue]?.object else { continue }
            var mount = value["mount"]?.string ?? name.defaultMount
            if mount.hasSuffix("/") { mount.removeLast() }
            let hosts = value["hosts"]?.array?.compactMap { $0.string?.lowercased() } ?? []
            let path = "profiles.\(name.rawValue).mount"
            if let reserved = ["/healthz", "/readyz", "/metrics", "/openapi.json"].first(where: { $0 == mount }) {
                report(path, "is \(reserved), where the daemon itself answers")
            }
            for other in profiles where other.mount == mount {
                let isApart = !other.hosts.isEmpty && !hosts.isEmpty && Set(other.hosts).isDisjoint(with: hosts)
                if !isApart { report(path, "is \(mount), where \(other.name.rawValue) answers; each needs its own") }
            }
            profiles.append(ProfileSettings(name: name, mount: mount, hosts: hosts))
        }
        return profiles.sorted { ($1.mount.utf8.count, $0.name.rawValue) < ($0.mount.utf8.count, $1.name.rawValue) }
    }

    private mutating func buildTenant(_ value: JSONValue, _ id: String) -> Configuration.Tenant {
        var tenant = Configuration.Tenant(id: TenantID(id))
        tenant.name = value["name"]?.string
        tenant.asOf = value["as_of"]?.string.flatMap { CalendarDate($0) }
        tenant.currency = text(value, "currency")
        tenant.locale = text(value, "locale")
        tenant.fiscalYearStart = integer(value, "fiscal_year_start")
        tenant.onBusy = text(value["defaults"], "on_busy")
        tenant.onDisconnect = text(value["defaults"], "on_disconnect")
        if let domain = value["domain"] { tenant.domain = buildDomain(domain, "tenants.\(id).domain") }
        for (index, source) in (value["tool_sources"]?.array ?? []).enumerated() {
            let path = "tenants.\(id).tool_sources[\(index)]"
            guard let source = buildToolSource(source, path) else { continue }
            if tenant.toolSources.contains(where: { $0.name == source.name }) {
                report("\(path).name", "is the name of another source; each needs its own")
            }
            tenant.toolSources.append(source)
        }
        let mail = value["mail"]
        tenant.mail.address = mail?["address"]?.string
        tenant.mail.name = mail?["name"]?.string
        tenant.mail.aliases = (mail?["aliases"]?.array ?? []).compactMap(\.string)
        if let smtp = mail?["smtp"] {
            tenant.mail.smtp = Configuration.SMTP(
                url: text(smtp, "url"),
                username: smtp["username"]?.string,
                password: secret(smtp["password"], "tenants.\(id).mail.smtp.password")
            )
            if tenant.mail.address == nil {
                report("tenants.\(id).mail.address", "must be set where mail is sent by smtp")
            }
        }
        return tenant
    }

    /// `nil` where the data folder holds the data.
    private mutating func buildDomain(_ value: JSONValue, _ path: String) -> Configuration.Domain? {
        let base = value["base_url"]?.string
        if value["mode"] == "embedded" {
            if base != nil { report("\(path).base_url", "is for the mode http") }
            return nil
        }
        guard let base else {
            report("\(path).base_url", "must be set where the mode is http")
            return nil
        }
        let key = secret(value["api_key"], "\(path).api_key")
        let forwards = value["auth"]?["forward_user"]?.bool
        if forwards == true, key != nil {
            report("\(path).api_key", "is never sent where users' own tokens are (auth.forward_user)")
        }
        return Configuration.Domain(
            baseURL: base,
            apiKey: key,
            timeout: .seconds(integer(value, "timeout_seconds")),
            forwardsUser: forwards ?? (key == nil)
        )
    }

    private mutating func buildToolSource(_ value: JSONValue, _ path: String) -> Configuration.ToolSource? {
        let command = value["command"]?.array?.compactMap(\.string)
        let kind: Configuration.ToolSource.Kind
        switch (value["openapi"]?.string, value["mcp"]?.string, command) {
        case (let document?, nil, nil): kind = .openAPI(document: document, baseURL: value["base_url"]?.string)
        case (nil, let url?, nil): kind = .mcp(url: url)
        case (nil, nil, let words?) where !words.isEmpty: kind = .program(words)
        default:
            report(path, "must have one of openapi, mcp and command")
            return nil
        }
        let permission = text(value, "permission")
        var allowed: [String: ToolRule] = [:]
        for member in value["allow"]?.object ?? [:] {
            allowed[member.name] = ToolRule(
                effect: member.value["effect"]?.string.flatMap { ToolEffect(rawValue: $0) },
                permission: Permission(member.value["permission"]?.string ?? permission)
            )
        }
        var origin: String?
        if value["auth"]?["forward_user"] == true {
            switch kind {
            case .openAPI(let document, let base): origin = HTTPURL(base ?? document)?.origin
            case .mcp, .program: break
            }
            if origin == nil {
                report("\(path).auth.forward_user", "needs an OpenAPI document with a URL, or a base_url beside it")
            }
        }
        return Configuration.ToolSource(
            name: text(value, "name"),
            kind: kind,
            apiKey: secret(value["api_key"], "\(path).api_key"),
            timeout: .seconds(integer(value, "timeout_seconds")),
            allowed: allowed,
            userOrigin: origin,
            believesLabels: value["believes_labels"]?.bool ?? false
        )
    }
}

extension JSONValue {
    fileprivate var exactNumber: ExactNumber? { number.flatMap { ExactNumber($0.literal) } }
}
