internal import AgentRuntime
internal import Tools

/// Subscriptions as every profile manages them; each writes them in its own shape.
struct WebhookActions: Sendable {
    let store: WebhookStore
    let urlGuard: URLGuard
    let journal: any Journal
    let identifiers: any IdentifierSource
    let random: any RandomSource
    let wallClock: any WallClock
    /// Looks a host's addresses up; none for one that cannot be resolved now.
    var addresses: @Sendable (String) async -> [IPAddress] = { await NameResolver.addresses(of: $0) }

    /// The members of a request, whatever a profile calls `is_active`.
    struct Change: Sendable {
        var name: String?
        var url: String?
        var events: [String]?
        var filters: [String: [String]]?
        var secret: String?
        var isActive: Bool?

        init(_ json: JSONValue, activeName: String) {
            name = json["name"]?.string
            url = json["url"]?.string
            events = json["events"]?.array?.compactMap(\.string)
            secret = json["secret"]?.string
            isActive = json[activeName]?.bool
            if let object = json["filters"]?.object {
                var filters: [String: [String]] = [:]
                for member in object {
                    filters[member.name] = member.value.array?.compactMap(\.string) ?? [member.value.string ?? ""]
                }
                self.filters = filters
            }
        }
    }

    /// JSON Schema of the members, for the profiles' bodies.
    static func properties(activeName: String) -> JSONObject {
        [
            "name": ["type": ["string", "null"], "maxLength": 200],
            "url": ["type": "string", "minLength": 1, "maxLength": 2048],
            "events": [
                "type": "array", "minItems": 1, "maxItems": .integer(Webhook.eventsMax), "items": ["type": "string"],
            ],
            "filters": ["type": ["object", "null"]],
            "secret": ["type": ["string", "null"], "minLength": 1, "maxLength": .integer(Webhook.secretBytesMax)],
            activeName: ["type": "boolean"],
        ]
    }

    /// Registers a subscription; it is told what is recorded from now on.
    ///
    /// - Throws: `invalid_argument` that names every wrong member.
    func add(_ change: Change, by principal: Principal) async throws -> Webhook {
        try await check(change)
        let head = try await journal.tenantHeads()[principal.tenant] ?? 0
        let now = wallClock.now()
        let webhook = Webhook(
            id: identifiers.next("whk"),
            tenant: principal.tenant,
            name: change.name,
            url: change.url ?? "",
            events: unique(change.events ?? []),
            filters: change.filters ?? [:],
            secret: change.secret ?? "whsec_" + Base64URL.encode(random.bytes(32)),
            isActive: change.isActive ?? true,
            createdAt: now,
            cursor: head
        )
        try await store.add(webhook)
        try await record("webhook.created", webhook, by: principal)
        return webhook
    }

    func update(_ id: String, _ change: Change, by principal: Principal) async throws -> Webhook {
        guard try await store.webhook(id, of: principal.tenant) != nil else { throw Self.unknown }
        try await check(change)
        let changed = try await store.update(id, of: principal.tenant) { webhook in
            if let name = change.name { webhook.name = name }
            if let url = change.url { webhook.url = url }
            if let events = change.events { webhook.events = events }
            if let filters = change.filters { webhook.filters = filters }
            if let secret = change.secret { webhook.secret = secret }
            if let isActive = change.isActive { webhook.isActive = isActive }
        }
        guard let changed else { throw Self.unknown }
        try await record("webhook.changed", changed, by: principal)
        return changed
    }

    func remove(_ id: String, by principal: Principal) async throws {
        guard let webhook = try await store.webhook(id, of: principal.tenant),
            try await store.remove(id, of: principal.tenant)
        else { throw Self.unknown }
        try await record("webhook.deleted", webhook, by: principal)
    }

    func all(of principal: Principal) async throws -> [Webhook] { try await store.all(of: principal.tenant) }

    /// All that is wrong with a request's members beyond their schema.
    func faults(_ json: JSONValue, activeName: String) async -> [AgentError.Detail] {
        let events = json["events"]?.array ?? []
        guard events.allSatisfy({ $0.string != nil }) else {
            // The schema names what is no text; the others are looked at by their own places.
            var whole = json.object ?? [:]
            whole["events"] = .array(events.map { $0.string == nil ? .string(WebhookEvent.names[0]) : $0 })
            return await details(Change(.object(whole), activeName: activeName))
        }
        return await details(Change(json, activeName: activeName))
    }

    private func check(_ change: Change) async throws {
        let details = await details(change)
        guard details.isEmpty else {
            throw AgentError(.invalidArgument, "The webhook does not hold.", details: details)
        }
    }

    private func details(_ change: Change) async -> [AgentError.Detail] {
        var details: [AgentError.Detail] = []
        if let url = change.url, let refusal = await refusal(url) {
            details.append(.init(field: "url", message: refusal.description))
        }
        for (index, event) in (change.events ?? []).enumerated() where !WebhookEvent.names.contains(event) {
            let hint = NearestName.of(event, among: WebhookEvent.names).map { "; did you mean “\($0)”?" } ?? ""
            details.append(.init(field: "events[\(index)]", message: "is no event\(hint)"))
        }
        if let secret = change.secret, secret.utf8.count > Webhook.secretBytesMax {
            details.append(.init(field: "secret", message: "is longer than \(Webhook.secretBytesMax) bytes"))
        }
        return details
    }

    /// Why a URL is refused: by itself, or by where its name leads now.
    ///
    /// A name that cannot be resolved is taken; where it leads then is looked at when a delivery is made.
    private func refusal(_ text: String) async -> URLGuard.Refusal? {
        let url: HTTPURL
        do throws(URLGuard.Refusal) { url = try urlGuard.url(text) } catch { return error }
        guard !urlGuard.allowsPrivate, url.literalAddress == nil else { return nil }
        let found = await addresses(url.host)
        return found.allSatisfy(URLGuard.isPublic) ? nil : URLGuard.inside
    }

    private func unique(_ events: [String]) -> [String] {
        events.reduce(into: []) { all, event in if !all.contains(event) { all.append(event) } }
    }

    /// The secret is never part of a record.
    private func record(_ kind: String, _ webhook: Webhook, by principal: Principal) async throws {
        let draft = RecordDraft(
            kind: RecordKind(kind),
            actor: "user:\(principal.user)",
            payload: [
                "webhook_id": .string(webhook.id), "url": .string(HTTPURL(webhook.url)?.description ?? ""),
                "events": .array(webhook.events.map(JSONValue.string)), "is_active": .bool(webhook.isActive),
            ]
        )
        do throws(JournalError) {
            _ = try await journal.append(JournalAppend(tenant: principal.tenant, drafts: [draft]))
        } catch {
            throw AgentError(journal: error)
        }
    }

    static let unknown = AgentError(.notFound, "There is no such webhook.")
}

extension Webhook {
    /// As the profiles with underscores write it; the secret only where it was just made.
    func json(activeName: String = "is_active", showsSecret: Bool = false) -> JSONObject {
        var filterObject = JSONObject()
        for (name, values) in filters.sorted(by: { $0.key < $1.key }) {
            filterObject[name] = .array(values.map(JSONValue.string))
        }
        var object: JSONObject = [
            "id": .string(id), "name": .optional(name), "url": .string(url),
            "events": .array(events.map(JSONValue.string)), "filters": .object(filterObject),
            activeName: .bool(isActive), "created_at": .string(createdAt.iso8601),
        ]
        if showsSecret { object["secret"] = .string(secret) }
        return object
    }
}
