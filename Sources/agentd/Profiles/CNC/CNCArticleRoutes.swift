internal import AgentRuntime
internal import Tools

/// The knowledge base: list, read, write, search.
struct CNCArticleRoutes: Sendable {
    let services: ProfileServices
    let wire: CNCWire
    let mount: String

    var routes: [Route] { [list, read, create, replace, delete, search] }

    private var book: ArticleBook { services.domain.articles }

    private static let members = ["id", "title", "category", "tags", "status", "file", "created_at", "updated_at"]

    private static let searched = ["title", "category", "tags"]

    private static let properties: JSONObject = [
        "title": ["type": "string", "minLength": 1, "maxLength": 300],
        "content": ["type": "string", "minLength": 1, "maxLength": 1_000_000],
        "category": ["type": ["string", "null"], "maxLength": 64],
        "tags": ["type": "array", "maxItems": 32, "items": ["type": "string", "minLength": 1, "maxLength": 64]],
        "status": ["type": "string", "enum": ["published", "draft"]],
    ]

    private var list: Route {
        Route(
            .get,
            "/knowledge-base/articles",
            summary: "Articles by title.",
            tags: ["knowledge-base"],
            access: .permission(.knowledgeRead),
            parameters: CNCPage.parameters + CNCSort.parameters(["title", "category", "updated_at", "created_at"]) + [
                FieldSelection.parameter(Self.members),
                RouteParameter("category", schema: ["type": "string", "minLength": 1]),
                RouteParameter("status", schema: ["type": "string", "enum": ["published", "draft"]]),
                RouteParameter("tag", schema: ["type": "string", "minLength": 1]),
                RouteParameter(
                    "search",
                    summary: "Holds this; /knowledge-base/search finds by meaning and in the text.",
                    schema: ["type": "string", "minLength": 1, "maxLength": 200]
                ),
                RouteParameter(
                    "search_fields",
                    summary: "Where to search, with commas between them: \(Self.searched.joined(separator: ", ")).",
                    schema: ["type": "string", "minLength": 1]
                ),
            ],
            responses: [RouteResponse(200, "One page of articles.", schema: CNCSchemas.list(CNCSchemas.article))],
            errors: ["INVALID_VALUE"]
        ) { routed in
            let query = routed.query
            let selection = try FieldSelection(query, known: Self.members)
            let sort = try CNCSort.read(
                query,
                known: ["title", "category", "updated_at", "created_at"],
                initial: [("title", false)]
            )
            let page = try CNCPage(routed, keys: sort.count + 1)
            var all = try await book.summaries(of: try routed.principal().tenant)
            if let category = query["category"]?.string?.lowercased() {
                all = all.filter { $0.category?.lowercased() == category }
            }
            if let tag = query["tag"]?.string?.lowercased() {
                all = all.filter { $0.tags.contains { $0.lowercased() == tag } }
            }
            let fields = try FieldSelection(query, parameter: "search_fields", known: Self.searched)
            if let search = query["search"]?.string?.lowercased() {
                all = all.filter { article in
                    let texts = [
                        ("title", [article.title]), ("category", [article.category ?? ""]), ("tags", article.tags),
                    ]
                    return texts.contains { name, texts in
                        fields.includes(name) && texts.contains { $0.lowercased().contains(search) }
                    }
                }
            }
            if let status = query["status"]?.string { all = all.filter { $0.isPublished == (status == "published") } }
            let listing = try CNCListing(all, page, sort: sort, key: Self.key, id: \.id)
            let items = listing.items.map { selection.apply(Self.json($0)) }
            return wire.list(items, page: page, total: all.count, next: listing.next, routed.request)
        }
    }

    private static func key(_ summary: ArticleStore.Summary, _ name: String) -> String {
        switch name {
        case "category": summary.category?.lowercased() ?? ""
        case "updated_at": summary.updatedAt.iso8601
        case "created_at": summary.createdAt.iso8601
        default: summary.title.lowercased()
        }
    }

    private var read: Route {
        Route(
            .get,
            "/knowledge-base/articles/{article_id}",
            summary: "One article with its text.",
            tags: ["knowledge-base"],
            access: .permission(.knowledgeRead),
            responses: [RouteResponse(200, "The article.", schema: CNCSchemas.envelope(CNCSchemas.article))],
            errors: ["RESOURCE_NOT_FOUND"]
        ) { routed in
            let article = try await book.article(routed.parameter("article_id"), of: try routed.principal().tenant)
            return wire.success(.object(Self.json(article)), routed.request)
        }
    }

    private var create: Route {
        Route(
            .post,
            "/knowledge-base/articles",
            summary: "Write a new article.",
            tags: ["knowledge-base"],
            access: .permission(.knowledgeWrite),
            body: RouteBody([
                "type": "object", "required": ["title", "content"], "properties": .object(Self.properties),
                "additionalProperties": false,
            ]),
            responses: [RouteResponse(201, "The article.", schema: CNCSchemas.envelope(CNCSchemas.article))],
            errors: ["VALIDATION_ERROR", "RESOURCE_ALREADY_EXISTS"]
        ) { routed in
            let principal = try routed.principal()
            let article = try await book.create(ArticleChange(routed.json), of: principal.tenant)
            try await services.domain.record("article.created", Self.fact(article, before: nil), by: principal)
            return wire.success(
                .object(Self.json(article)),
                routed.request,
                status: 201,
                location: "\(mount)/knowledge-base/articles/\(article.article.id)"
            )
        }
        .keepingAnswers()
    }

    private var replace: Route {
        Route(
            .put,
            "/knowledge-base/articles/{article_id}",
            summary: "Change an article; members that are left out stay.",
            tags: ["knowledge-base"],
            access: .permission(.knowledgeWrite),
            body: RouteBody([
                "type": "object", "properties": .object(Self.properties), "additionalProperties": false,
                "minProperties": 1,
            ]),
            responses: [RouteResponse(200, "The article.", schema: CNCSchemas.envelope(CNCSchemas.article))],
            errors: ["RESOURCE_NOT_FOUND", "VALIDATION_ERROR"]
        ) { routed in
            let principal = try routed.principal()
            let (before, after) = try await book.change(
                routed.parameter("article_id"),
                ArticleChange(routed.json),
                of: principal.tenant
            )
            try await services.domain.record("article.changed", Self.fact(after, before: before), by: principal)
            return wire.success(.object(Self.json(after)), routed.request)
        }
    }

    private var delete: Route {
        Route(
            .delete,
            "/knowledge-base/articles/{article_id}",
            summary: "Take an article out; it is no longer found.",
            tags: ["knowledge-base"],
            access: .permission(.knowledgeWrite),
            responses: [RouteResponse(200, "It is out.", schema: CNCSchemas.done)],
            errors: ["RESOURCE_NOT_FOUND"]
        ) { routed in
            let principal = try routed.principal()
            let id = routed.parameter("article_id")
            let before = try await book.remove(id, of: principal.tenant)
            try await services.domain.record(
                "article.deleted",
                ["article_id": .string(id), "before": .string(SHA256.hex(before.file))],
                by: principal
            )
            return wire.success(["id": .string(id), "deleted": true], routed.request)
        }
    }

    private var search: Route {
        Route(
            .get,
            "/knowledge-base/search",
            summary: "Articles that answer a question, the best first.",
            tags: ["knowledge-base"],
            access: .permission(.knowledgeRead),
            parameters: [
                RouteParameter(
                    "query",
                    schema: ["type": "string", "minLength": 1, "maxLength": 2000],
                    isRequired: true
                ),
                RouteParameter("category", schema: ["type": "string", "minLength": 1]),
                RouteParameter("limit", schema: ["type": "integer", "minimum": 1, "maximum": 100]),
            ],
            responses: [RouteResponse(200, "What was found.", schema: CNCSchemas.search)],
            errors: ["INVALID_VALUE"]
        ) { routed in
            let found = try await book.search(
                routed.query["query"]?.string ?? "",
                category: routed.query["category"]?.string,
                limit: routed.query["limit"]?.int ?? 10,
                of: try routed.principal().tenant
            )
            let results = found.map { match -> JSONValue in
                [
                    "id": .string(match.id), "title": .string(match.title), "summary": .string(match.summary),
                    "relevance_score": .double((match.relevance * 100).rounded() / 100),
                    "category": .optional(match.category),
                ]
            }
            return wire.success(["results": .array(results), "total": .integer(results.count)], routed.request)
        }
    }

    // MARK: Shape

    private static func json(_ summary: ArticleStore.Summary) -> JSONObject {
        [
            "id": .string(summary.id), "title": .string(summary.title), "category": .optional(summary.category),
            "tags": .array(summary.tags.map(JSONValue.string)),
            "status": .string(summary.isPublished ? "published" : "draft"), "file": .string(summary.fileName),
            "created_at": .string(summary.createdAt.iso8601), "updated_at": .string(summary.updatedAt.iso8601),
        ]
    }

    private static func json(_ entry: ArticleBook.Entry) -> JSONObject {
        var object = json(entry.summary)
        // The file has an empty line between its head and its text.
        object["content"] = .string(String(entry.article.body.drop(while: \.isNewline)))
        return object
    }

    private static func fact(_ after: ArticleBook.Entry, before: Article?) -> JSONValue {
        [
            "article_id": .string(after.article.id), "title": .string(after.article.title),
            "before": .optional(before.map { SHA256.hex($0.file) }), "after": .string(SHA256.hex(after.article.file)),
            "is_published": .bool(after.article.isPublished),
        ]
    }
}
