internal import AgentRuntime
internal import Tools

/// Mails: list, read, answer, pass on, sort.
struct CNCEmailRoutes: Sendable {
    let services: ProfileServices
    let wire: CNCWire

    var routes: [Route] { [list, read, reply, forward, markRead, setCategory, setPriority] }

    private var book: MailBook { services.domain.mails }

    private static let members = [
        "id", "message_id", "subject", "from", "to", "cc", "received_at", "snippet", "category",
        "category_confidence", "category_source", "intent", "priority", "status", "is_unread", "customer_id",
        "attachments", "auto_reply",
    ]

    /// By the members that mails are sorted by; `date` is a short name of when they came.
    private static let orders: [(name: String, order: MailStore.Order)] =
        [("received_at", .date)] + MailStore.Order.allCases.map { ($0.rawValue, $0) }

    private var list: Route {
        Route(
            .get,
            "/emails",
            summary: "Received mails, the newest first.",
            tags: ["emails"],
            access: .permission(.mailRead),
            parameters: CNCPage.parameters + CNCSort.parameters(Self.orders.map(\.name)) + [
                FieldSelection.parameter(Self.members),
                RouteParameter("category", schema: ["type": "string", "minLength": 1]),
                RouteParameter("status", schema: Self.choice(Mail.Status.allCases.map(\.rawValue))),
                RouteParameter("customer_id", schema: ["type": "string", "minLength": 1]),
                RouteParameter("priority", schema: Self.choice(Mail.Priority.allCases.map(\.rawValue))),
                RouteParameter("is_unread", schema: ["type": "boolean"]),
                RouteParameter("direction", schema: Self.choice(["inbound", "outbound", "all"])),
                RouteParameter("date_from", schema: ["type": "string", "format": "date"]),
                RouteParameter("date_to", schema: ["type": "string", "format": "date"]),
                RouteParameter("search", schema: ["type": "string", "minLength": 1, "maxLength": 200]),
                RouteParameter(
                    "search_fields",
                    summary: "Where to search, with commas between them; everywhere without it.",
                    schema: ["type": "string", "minLength": 1]
                ),
            ],
            responses: [RouteResponse(200, "One page of mails.", schema: CNCSchemas.list(CNCSchemas.email))],
            errors: ["INVALID_VALUE"]
        ) { routed in
            let query = routed.query
            let selection = try FieldSelection(query, known: Self.members)
            let searched = try FieldSelection(query, parameter: "search_fields", known: Self.searched.map(\.name))
            let sort = try CNCSort.read(
                query,
                known: Self.orders.map(\.name),
                initial: [("received_at", true)]
            )
            let order = sort.compactMap { entry in
                Self.orders.first { $0.name == entry.name }.map { (order: $0.order, isDescending: entry.isDescending) }
            }
            let page = try CNCPage(routed, keys: order.count + 1)
            let (mails, total) = try await book.page(
                Self.filter(query, searching: Self.searched.filter { searched.includes($0.name) }.map(\.field)),
                customer: query["customer_id"]?.string,
                order: order,
                after: try Self.place(page),
                offset: page.offset,
                limit: page.limit + 1,
                of: try routed.principal().tenant
            )
            let shown = mails.prefix(page.limit)
            let last = mails.count > shown.count ? shown.last : nil
            let next = last.map { mail in order.map { $0.order.key(of: mail) } + [.string(mail.id)] }
            let items = shown.map { selection.apply(Self.json($0)) }
            return wire.list(items, page: page, total: total, next: next, routed.request)
        }
    }

    /// A place is a number or a text for each key, and an identifier.
    private static func place(_ page: CNCPage) throws(AgentError) -> [JSONValue]? {
        guard let place = page.place else { return nil }
        guard place.allSatisfy({ $0.string != nil || $0.int != nil }) else { throw CNCPage.wrongCursor() }
        return place
    }

    private static func choice(_ words: [String]) -> JSONValue {
        ["type": "string", "enum": .array(words.map(JSONValue.string))]
    }

    /// Where mails are searched, by the names that the profile has for it.
    private static let searched: [(name: String, field: MailStore.SearchField)] = [
        ("subject", .subject), ("content", .text), ("from", .address), ("from_name", .name),
    ]

    private static func filter(_ query: JSONObject, searching fields: [MailStore.SearchField]) -> MailStore.Filter {
        var filter = MailStore.Filter()
        switch query["direction"]?.string {
        case "all": filter.direction = nil
        case let name?: filter.direction = Mail.Direction(rawValue: name)
        case nil: break
        }
        filter.category = query["category"]?.string
        filter.status = query["status"]?.string.flatMap(Mail.Status.init)
        filter.priority = query["priority"]?.string.flatMap(Mail.Priority.init)
        filter.isUnread = query["is_unread"]?.bool
        filter.search = query["search"]?.string
        filter.searchFields = fields
        filter.from = query["date_from"]?.string.flatMap(CalendarDate.init).map(Timestamp.init(startOf:))
        // The last day counts whole.
        filter.until = query["date_to"]?.string.flatMap(CalendarDate.init).map {
            Timestamp(milliseconds: Timestamp(startOf: $0).milliseconds + 86_400_000)
        }
        return filter
    }

    private var read: Route {
        Route(
            .get,
            "/emails/{email_id}",
            summary: "One mail with its text.",
            tags: ["emails"],
            access: .permission(.mailRead),
            responses: [RouteResponse(200, "The mail.", schema: CNCSchemas.envelope(CNCSchemas.email))],
            errors: ["RESOURCE_NOT_FOUND"]
        ) { routed in
            let mail = try await book.mail(routed.parameter("email_id"), of: try routed.principal().tenant)
            return wire.success(.object(Self.whole(mail)), routed.request)
        }
    }

    // MARK: Answering

    private var reply: Route {
        Route(
            .post,
            "/emails/{email_id}/reply",
            summary: "Answer a mail with the words given, or with what the data says (auto_generate).",
            tags: ["emails"],
            access: .permission(.mailWrite),
            body: RouteBody([
                "type": "object",
                "properties": [
                    "content": ["type": ["string", "null"], "maxLength": .integer(MailBook.bodyBytesMax)],
                    "use_template": ["type": "boolean"],
                    "template_id": ["type": ["string", "null"]],
                    "auto_generate": ["type": "boolean"],
                ],
                "additionalProperties": false,
            ]),
            responses: [RouteResponse(200, "What became of the answer.", schema: CNCSchemas.sentEmail)],
            errors: ["RESOURCE_NOT_FOUND", "RESOURCE_CONFLICT", "VALIDATION_ERROR"]
        ) { routed in
            let principal = try routed.principal()
            let id = routed.parameter("email_id")
            _ = try await book.mail(id, of: principal.tenant)
            let isAutomatic = routed.json["auto_generate"]?.bool ?? false
            var words = routed.json["content"]?.string ?? ""
            if routed.json["use_template"]?.bool == true { words = try await template(routed, words) }
            guard isAutomatic || !words.allSatisfy(\.isWhitespace) else {
                throw AgentError(
                    .invalidArgument,
                    "There is nothing to send.",
                    details: [.init(field: "content", message: "must not be empty unless auto_generate is true")]
                )
            }
            let settings = try await services.domain.settings.settings(for: principal)
            let draft = try await book.draft(answering: id, words: isAutomatic ? nil : words, settings: settings)
            let outcome = try await book.answer(
                id,
                draft,
                isAutomatic: isAutomatic,
                of: principal.tenant,
                effectID: Self.effect(routed),
                cause: MailCause(actor: "user:\(principal.user)", origin: principal.origin?.json)
            )
            return wire.success(Self.sent(outcome), routed.request)
        }
        .keepingAnswers()
    }

    /// A template is an article: its text, with the request's words before it.
    private func template(_ routed: RoutedRequest, _ words: String) async throws -> String {
        guard let id = routed.json["template_id"]?.string, !id.isEmpty else {
            throw AgentError(
                .invalidArgument,
                "A template is wanted but none is named.",
                details: [.init(field: "template_id", message: "is needed with use_template")]
            )
        }
        let article = try await services.domain.articles.article(id, of: try routed.principal().tenant)
        return words.isEmpty ? article.article.body : words + "\n\n" + article.article.body
    }

    private var forward: Route {
        Route(
            .post,
            "/emails/{email_id}/forward",
            summary: "Pass a mail on, whole.",
            tags: ["emails"],
            access: .permission(.mailWrite),
            body: RouteBody([
                "type": "object", "required": ["to"],
                "properties": [
                    "to": [
                        "type": "array", "minItems": 1, "maxItems": .integer(MailBook.recipientsMax),
                        "items": ["type": "string", "maxLength": 320],
                    ],
                    "note": ["type": ["string", "null"], "maxLength": .integer(MailBook.bodyBytesMax)],
                ],
                "additionalProperties": false,
            ]),
            responses: [RouteResponse(200, "What became of it.", schema: CNCSchemas.sentEmail)],
            errors: ["RESOURCE_NOT_FOUND", "VALIDATION_ERROR"]
        ) { routed in
            let principal = try routed.principal()
            let id = routed.parameter("email_id")
            _ = try await book.mail(id, of: principal.tenant)  // what is not there is said before what is wrong
            let recipients = (routed.json["to"]?.array ?? []).map { MailAddress(address: $0.string ?? "") }
            let wrong = recipients.indices.filter { !recipients[$0].isValid }
            guard wrong.isEmpty else {
                throw AgentError(
                    .invalidArgument,
                    "Not every recipient is an e-mail address.",
                    details: wrong.map { .init(field: "to[\($0)]", message: "is no e-mail address") }
                )
            }
            let outcome = try await book.forward(
                id,
                to: recipients,
                note: routed.json["note"]?.string ?? "",
                of: principal.tenant,
                effectID: Self.effect(routed),
                cause: MailCause(actor: "user:\(principal.user)", origin: principal.origin?.json)
            )
            return wire.success(Self.sent(outcome), routed.request)
        }
        .keepingAnswers()
    }

    /// The effect of a request: of its `Idempotency-Key`, or of this one request.
    private static func effect(_ routed: RoutedRequest) -> String {
        let user = routed.caller.map { "\($0.tenant) \($0.user)" } ?? ""
        let key = IdempotencyKey.read(routed.request) ?? "request \(routed.request.requestID)"
        let body = SHA256.hex(routed.request.body)
        return "http " + SHA256.hex("\(user) \(routed.request.path) \(key) \(body)")
    }

    private static func sent(_ outcome: MailOutbox.Outcome) -> JSONValue {
        [
            "email_id": .string(outcome.mail.id), "status": .string(outcome.mail.status.rawValue),
            "note": .optional(outcome.note), "to": .array(outcome.mail.to.map(\.json)),
            "subject": .string(outcome.mail.subject), "content": .string(outcome.mail.text),
            "in_reply_to": .optional(outcome.mail.inReplyTo),
        ]
    }

    // MARK: Sorting

    private var markRead: Route {
        Route(
            .post,
            "/emails/{email_id}/mark-read",
            summary: "Mark a mail as read.",
            tags: ["emails"],
            access: .permission(.mailWrite),
            body: RouteBody(["type": "object"], isRequired: false),
            responses: [RouteResponse(200, "The mail.", schema: CNCSchemas.envelope(CNCSchemas.email))],
            errors: ["RESOURCE_NOT_FOUND"]
        ) { routed in
            try await change(routed) { mail in
                mail.isUnread = false
                if mail.status == .new { mail.status = .read }
            }
        }
    }

    private var setCategory: Route {
        Route(
            .put,
            "/emails/{email_id}/category",
            summary: "Set the category of a mail; the classifier learns from it.",
            tags: ["emails"],
            access: .permission(.mailWrite),
            body: RouteBody([
                "type": "object", "required": ["category"],
                "properties": ["category": ["type": "string", "minLength": 1, "maxLength": 64]],
                "additionalProperties": false,
            ]),
            responses: [RouteResponse(200, "The mail.", schema: CNCSchemas.envelope(CNCSchemas.email))],
            errors: ["RESOURCE_NOT_FOUND", "VALIDATION_ERROR"]
        ) { routed in
            let category = (routed.json["category"]?.string ?? "").split(whereSeparator: \.isWhitespace)
                .joined(separator: " ")
            guard !category.isEmpty else {
                throw AgentError(
                    .invalidArgument,
                    "A category has a name.",
                    details: [.init(field: "category", message: "must not be blank")]
                )
            }
            return try await change(routed) { mail in
                mail.category = category
                mail.categorySource = .label
                mail.confidence = 1_000_000
            }
        }
    }

    private var setPriority: Route {
        Route(
            .put,
            "/emails/{email_id}/priority",
            summary: "Set the priority of a mail.",
            tags: ["emails"],
            access: .permission(.mailWrite),
            body: RouteBody([
                "type": "object", "required": ["priority"],
                "properties": ["priority": Self.choice(Mail.Priority.allCases.map(\.rawValue))],
                "additionalProperties": false,
            ]),
            responses: [RouteResponse(200, "The mail.", schema: CNCSchemas.envelope(CNCSchemas.email))],
            errors: ["RESOURCE_NOT_FOUND", "VALIDATION_ERROR"]
        ) { routed in
            let priority = routed.json["priority"]?.string.flatMap(Mail.Priority.init) ?? .normal
            return try await change(routed) { $0.priority = priority }
        }
    }

    private func change(
        _ routed: RoutedRequest,
        _ change: @escaping @Sendable (inout Mail) -> Void
    ) async throws -> HTTPResponse {
        let principal = try routed.principal()
        let id = routed.parameter("email_id")
        let (before, after) = try await book.update(id, of: principal.tenant, change)
        if before != after {
            try await services.domain.record(
                "email.changed",
                ["email_id": .string(id), "before": Self.decided(before), "after": Self.decided(after)],
                by: principal
            )
        }
        return wire.success(.object(Self.whole(try await book.mail(id, of: principal.tenant))), routed.request)
    }

    private static func decided(_ mail: Mail) -> JSONValue {
        [
            "category": .optional(mail.category), "priority": .string(mail.priority.rawValue),
            "status": .string(mail.status.rawValue), "is_unread": .bool(mail.isUnread),
        ]
    }

    // MARK: Shape

    private static func json(_ mail: Mail) -> JSONObject {
        let words = mail.text.prefix(400).split(whereSeparator: \.isWhitespace).joined(separator: " ")
        return [
            "id": .string(mail.id),
            "message_id": .optional(mail.messageID),
            "subject": .string(mail.subject),
            "from": mail.from.json,
            "to": .array(mail.to.map(\.json)),
            "cc": .array(mail.cc.map(\.json)),
            "received_at": .string(mail.date.iso8601),
            "snippet": .string(String(words.prefix(160))),
            "category": .optional(mail.category),
            "category_confidence": mail.confidence.map {
                .exact(ExactNumber(significand: Int128($0), exponent: -6))
            } ?? .null,
            "category_source": .optional(mail.categorySource?.rawValue),
            "intent": .optional(mail.intent?.rawValue),
            "priority": .string(mail.priority.rawValue),
            "status": .string(mail.status.rawValue),
            "is_unread": .bool(mail.isUnread),
            "customer_id": .optional(mail.customerID),
            "attachments": .array(mail.attachments.map(\.json)),
            "auto_reply": [
                "allowed": .bool(mail.direction == .inbound && mail.refusal == nil), "reason": .optional(mail.refusal),
            ],
        ]
    }

    private static func whole(_ mail: Mail) -> JSONObject {
        var object = json(mail)
        object["body"] = .string(mail.text)
        object["direction"] = .string(mail.direction.rawValue)
        object["in_reply_to"] = .optional(mail.inReplyTo)
        object["references"] = .array(mail.references.map(JSONValue.string))
        object["reply_to"] = mail.replyTo.json
        return object
    }
}
