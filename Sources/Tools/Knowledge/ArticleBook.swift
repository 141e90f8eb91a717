package import AgentRuntime
internal import Retrieval

/// The articles of a tenant for those who list, read, write and search them one by one.
package struct ArticleBook: Sendable {
    private let databases: DomainDatabases
    private let wallClock: any WallClock

    /// An article with what lists show of it.
    package struct Entry: Sendable {
        package var article: Article
        package var summary: ArticleStore.Summary
    }

    /// An article that answers a question.
    package struct Found: Sendable {
        package var id: String
        package var title: String
        package var category: String?
        /// The passage that answers, without sentences that speak to assistants.
        package var summary: String
        /// The share of the question's information that the passage holds, 0 to 1.
        package var relevance: Double
    }

    private static let summaryMax = 300

    package init(_ databases: DomainDatabases, wallClock: any WallClock) {
        self.databases = databases
        self.wallClock = wallClock
    }

    package func summaries(of tenant: TenantID) async throws -> [ArticleStore.Summary] {
        try await read(tenant) { try ArticleStore($0).summaries(limit: 1_000_000) }
    }

    /// - Throws: `not_found`.
    package func article(_ id: String, of tenant: TenantID) async throws -> Entry {
        try await read(tenant) { try ArticleBook.entry(id, ArticleStore($0)) }
    }

    /// Stores a new article under the identifier that its title gives.
    ///
    /// - Throws: `already_exists` when there is one of that identifier, `invalid_argument`.
    package func create(_ change: ArticleChange, of tenant: TenantID) async throws -> Entry {
        let now = wallClock.now()
        let article = try change.article(replacing: nil)
        return try await write(tenant) { connection in
            let store = ArticleStore(connection)
            guard try store.article(article.id) == nil else {
                throw AgentError(
                    .alreadyExists,
                    "There is an article with this title.",
                    details: [.init(field: "title", message: "is the title of the article \(article.id)")]
                )
            }
            _ = try store.put([article], now: now)
            return try ArticleBook.entry(article.id, store)
        }
    }

    /// Changes an article; the article before and after, for the journal.
    package func change(
        _ id: String,
        _ change: ArticleChange,
        of tenant: TenantID
    ) async throws -> (before: Article, after: Entry) {
        let now = wallClock.now()
        return try await write(tenant) { connection in
            let store = ArticleStore(connection)
            let before = try ArticleBook.entry(id, store).article
            _ = try store.put([try change.article(replacing: before)], now: now)
            return (before, try ArticleBook.entry(id, store))
        }
    }

    /// Takes an article out; what it was.
    package func remove(_ id: String, of tenant: TenantID) async throws -> Article {
        try await write(tenant) { connection in
            let store = ArticleStore(connection)
            let before = try ArticleBook.entry(id, store).article
            _ = try store.remove(id)
            return before
        }
    }

    /// The articles whose passages answer a question, each once, the best first.
    package func search(
        _ question: String,
        category: String?,
        limit: Int,
        of tenant: TenantID
    ) async throws -> [Found] {
        var options = Retriever.Options()
        options.limit = limit
        options.passagesPerDocument = 1
        options.category = category
        let wanted = options
        return try await read(tenant) { connection in
            try ArticleStore(connection).search(question, options: wanted).map { match in
                let text = InstructionText.cleaned(match.passage.text).split(whereSeparator: \.isWhitespace)
                    .joined(separator: " ")
                return Found(
                    id: match.document,
                    title: match.title,
                    category: match.category,
                    summary: text.count > ArticleBook.summaryMax
                        ? text.prefix(ArticleBook.summaryMax).description + "…" : text,
                    relevance: min(1, max(0, match.coverage))
                )
            }
        }
    }

    private static func entry(_ id: String, _ store: ArticleStore) throws -> Entry {
        guard let article = try store.article(id), let summary = try store.summary(id) else {
            throw AgentError(.notFound, "There is no such article.")
        }
        return Entry(article: article, summary: summary)
    }

    private func read<T: Sendable>(
        _ tenant: TenantID,
        _ body: @escaping @Sendable (SQLiteConnection) throws -> T
    ) async throws -> T {
        do {
            return try await databases.database(of: tenant).reader.perform { connection in
                try connection.transaction { try body(connection) }
            }
        } catch let error as DatabaseError {
            throw ArticleBook.failed(error)
        }
    }

    private func write<T: Sendable>(
        _ tenant: TenantID,
        _ body: @escaping @Sendable (SQLiteConnection) throws -> T
    ) async throws -> T {
        do {
            return try await databases.database(of: tenant).writer.perform { connection in
                try connection.transaction {
                    let result = try body(connection)
                    _ = try connection.advanceDataVersion()
                    return result
                }
            }
        } catch let error as DatabaseError {
            throw ArticleBook.failed(error)
        }
    }

    private static func failed(_ error: DatabaseError) -> AgentError {
        AgentError(.storageFailed, "The articles could not be used.", isRetryable: error.isBusy, underlying: "\(error)")
    }
}

/// What is to be written of an article; what is `nil` stays.
package struct ArticleChange: Sendable {
    package var title: String?
    package var content: String?
    package var category: String?
    package var setsCategory: Bool
    package var tags: [String]?
    package var isPublished: Bool?

    /// Reads a request's members `title`, `content`, `category`, `tags` and `status`.
    package init(_ json: JSONValue) {
        title = json["title"]?.string
        content = json["content"]?.string
        category = json["category"]?.string
        setsCategory = json["category"] != nil
        tags = json["tags"]?.array?.compactMap(\.string)
        isPublished = json["status"]?.string.map { $0 == "published" }
    }

    /// The article as a file that reads back as it.
    ///
    /// - Throws: `invalid_argument` that names what does not hold.
    func article(replacing before: Article?) throws -> Article {
        let title = (self.title ?? before?.title ?? "").split(whereSeparator: \.isWhitespace).joined(separator: " ")
        guard !title.isEmpty else { throw Self.wrong("title", "must not be blank") }
        let fileName = before?.fileName ?? Article.id(fileName: title + ".md") + ".md"
        let bytes = ArticleFile.bytes(
            title: title,
            category: setsCategory ? category : before?.category,
            tags: tags ?? before?.tags ?? [],
            body: content ?? before?.body ?? ""
        )
        do throws(ArticleFault) {
            var article = try ArticleFile.article(fileName: fileName, bytes: bytes)
            if let before { article.id = before.id }
            article.isPublished = isPublished ?? before?.isPublished ?? true
            return article
        } catch {
            let field =
                error.message.contains("tag")
                ? "tags"
                : error.message.contains("category")
                    ? "category"
                    : error.message.contains("title") ? "title" : "content"
            throw Self.wrong(field, error.message)
        }
    }

    private static func wrong(_ field: String, _ message: String) -> AgentError {
        AgentError(.invalidArgument, "The article does not hold.", details: [.init(field: field, message: message)])
    }
}

extension AgentError.Code {
    /// Something of that name is there already.
    ///
    /// For the user.
    package static let alreadyExists = Self("already_exists")
}
