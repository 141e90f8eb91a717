package import AgentRuntime
package import Retrieval

/// The articles of one tenant and the index over them, on a connection to the tenant's database.
///
/// Files and index change in one transaction, so a search never finds what is no longer there.
package struct ArticleStore {
    private let connection: SQLiteConnection
    private let index: PassageIndex

    package init(_ connection: SQLiteConnection) {
        self.connection = connection
        index = PassageIndex(connection)
    }

    /// An article as a list shows it.
    package struct Summary: Sendable, Hashable {
        package var id: String
        package var title: String
        package var category: String?
        package var tags: [String]
        package var fileName: String
        package var isPublished: Bool
        package var createdAt: Timestamp
        package var updatedAt: Timestamp
    }

    /// What storing articles did.
    package struct Change: Sendable, Hashable {
        package var inserted = 0
        package var replaced = 0
        /// The same file, stored before.
        package var unchanged = 0

        package var rows: Int { inserted + replaced + unchanged }
    }

    // MARK: Reading

    package func article(_ id: String) throws(DatabaseError) -> Article? {
        try connection.first(
            "SELECT id, title, category, tags, file_name, file, body_start, is_published FROM articles WHERE id = ?",
            [.text(id)]
        ) { (row) throws(DatabaseError) in
            Article(
                id: row.text(0),
                title: row.text(1),
                category: row.textOrNil(2),
                tags: Self.tags(row, 3),
                fileName: row.text(4),
                file: row.blob(5),
                bodyStart: Int(row.int(6)),
                isPublished: row.bool(7)
            )
        }
    }

    package func summary(_ id: String) throws(DatabaseError) -> Summary? {
        try connection.first(
            """
            SELECT id, title, category, tags, file_name, is_published, created_at, updated_at FROM articles WHERE id = ?
            """,
            [.text(id)],
            Self.summary
        )
    }

    private static func summary(_ row: Row) throws(DatabaseError) -> Summary {
        Summary(
            id: row.text(0),
            title: row.text(1),
            category: row.textOrNil(2),
            tags: tags(row, 3),
            fileName: row.text(4),
            isPublished: row.bool(5),
            createdAt: Timestamp(milliseconds: row.int(6)),
            updatedAt: Timestamp(milliseconds: row.int(7))
        )
    }

    /// The articles by title, a page of them; with a category, those in it.
    package func summaries(
        category: String? = nil,
        limit: Int = 100,
        offset: Int = 0
    ) throws(DatabaseError) -> [Summary] {
        try connection.query(
            """
            SELECT id, title, category, tags, file_name, is_published, created_at, updated_at FROM articles
            WHERE ?1 IS NULL OR category = ?1 ORDER BY title COLLATE NOCASE, id LIMIT ?2 OFFSET ?3
            """,
            [.optional(category), .int(limit), .int(offset)]
        ) { (row) throws(DatabaseError) in
            Summary(
                id: row.text(0),
                title: row.text(1),
                category: row.textOrNil(2),
                tags: Self.tags(row, 3),
                fileName: row.text(4),
                isPublished: row.bool(5),
                createdAt: Timestamp(milliseconds: row.int(6)),
                updatedAt: Timestamp(milliseconds: row.int(7))
            )
        }
    }

    package func count(category: String? = nil) throws(DatabaseError) -> Int {
        let sql = "SELECT count(*) FROM articles WHERE ?1 IS NULL OR category = ?1"
        return Int(try connection.first(sql, [.optional(category)]) { (row) throws(DatabaseError) in row.int(0) } ?? 0)
    }

    /// The categories in use, sorted.
    package func categories() throws(DatabaseError) -> [String] {
        try connection.query(
            "SELECT DISTINCT category FROM articles WHERE category IS NOT NULL ORDER BY category"
        ) { (row) throws(DatabaseError) in row.text(0) }
    }

    /// The passages that answer a question; empty when nothing is relevant.
    package func search(
        _ question: String,
        options: Retriever.Options = Retriever.Options()
    ) throws(DatabaseError) -> [Retriever.Match] {
        try Retriever(index).search(question, options: options)
    }

    package func fileName(of id: String) throws(DatabaseError) -> String? {
        try connection.first("SELECT file_name FROM articles WHERE id = ?", [.text(id)]) {
            (row) throws(DatabaseError) in
            row.text(0)
        }
    }

    // MARK: Writing

    /// Stores articles in place of those with the same identifiers, all or none.
    ///
    /// With `replacesAll`, those that are not among them are taken out. An article that is stored just so already is
    /// left alone.
    package func put(_ articles: [Article], now: Timestamp, replacesAll: Bool = false) throws -> Change {
        try connection.transaction {
            var change = Change()
            if replacesAll {
                let kept = Set(articles.map(\.id))
                let all = try connection.query("SELECT id FROM articles") { (row) throws(DatabaseError) in row.text(0) }
                try remove(all.filter { !kept.contains($0) })
            }
            var changed: [Article] = []
            for article in articles {
                let known = try self.article(article.id)
                if known == article {
                    change.unchanged += 1
                    continue
                }
                if known == nil { change.inserted += 1 } else { change.replaced += 1 }
                try write(article, now)
                changed.append(article)
            }
            try index.remove(changed.filter { !$0.isPublished }.map(\.id))
            try index.replace(changed.filter(\.isPublished).map(Self.document))
            if changed.count > 100 { try index.optimize() }
            return change
        }
    }

    /// Takes an article out; false when there is none.
    package func remove(_ id: String) throws -> Bool {
        try connection.transaction {
            try remove([id]) > 0
        }
    }

    /// Takes all articles out.
    package func removeAll() throws {
        _ = try put([], now: Timestamp(milliseconds: 0), replacesAll: true)
    }

    @discardableResult
    private func remove(_ ids: [String]) throws -> Int {
        guard !ids.isEmpty else { return 0 }
        var removed = 0
        for id in ids {
            try connection.execute("DELETE FROM articles WHERE id = ?", [.text(id)])
            removed += connection.changes
        }
        try index.remove(ids)
        return removed
    }

    private func write(_ article: Article, _ now: Timestamp) throws(DatabaseError) {
        try connection.execute(
            """
            INSERT INTO articles (id, title, category, tags, file_name, file, body_start, is_published,
                created_at, updated_at) VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?9)
            ON CONFLICT (id) DO UPDATE SET title = ?2, category = ?3, tags = ?4, file_name = ?5, file = ?6,
                body_start = ?7, is_published = ?8, updated_at = ?9
            """,
            [
                .text(article.id), .text(article.title), .optional(article.category),
                .text(JSONValue.array(article.tags.map(JSONValue.string)).text), .text(article.fileName),
                .blob(article.file), .int(article.bodyStart), .bool(article.isPublished), .integer(now.milliseconds),
            ]
        )
    }

    private static func document(_ article: Article) -> Document {
        Document(
            id: article.id,
            title: article.title,
            category: article.category,
            keywords: article.tags,
            file: article.file,
            bodyStart: article.bodyStart
        )
    }

    private static func tags(_ row: Row, _ column: Int32) -> [String] {
        // Written by `write`; what does not read back has no tags.
        (try? JSONValue(parsing: row.text(column)))?.array?.compactMap(\.string) ?? []
    }
}
