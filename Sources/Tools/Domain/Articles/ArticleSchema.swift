package import AgentRuntime
internal import Retrieval

/// The tables of a tenant's articles: the files as they came, and the index of their passages.
package enum ArticleSchema {
    /// One step of the schema of the database that the articles lie in.
    package static let sql =
        """
        CREATE TABLE articles (
            id TEXT PRIMARY KEY, title TEXT NOT NULL, category TEXT COLLATE NOCASE, tags TEXT NOT NULL,
            file_name TEXT NOT NULL, file BLOB NOT NULL, body_start INTEGER NOT NULL, is_published INTEGER NOT NULL,
            created_at INTEGER NOT NULL, updated_at INTEGER NOT NULL
        ) WITHOUT ROWID;
        """ + "\n" + PassageIndex.schema

    /// For a database of articles alone.
    package static let migrations = [Migration(version: 1, sql: sql)]
}
