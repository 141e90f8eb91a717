extension PassageIndex {
    /// What a word counts in a title, in headings, in keywords and in the text.
    static let weights = "2.0, 1.5, 1.5, 1.0"

    /// The tables of the index; one migration of the database it lies in.
    ///
    /// `passages` holds the passages and what ranking reads of them; `passage_text` is FTS5's index over it, without a
    /// copy of the text. `passage_terms` counts the passages that hold a term, `passage_state` the collection.
    package static let schema = """
        CREATE TABLE passages (
            id INTEGER PRIMARY KEY, document TEXT NOT NULL, ordinal INTEGER NOT NULL,
            category TEXT COLLATE NOCASE, title TEXT NOT NULL, heading_path TEXT NOT NULL,
            headings TEXT NOT NULL, keywords TEXT NOT NULL, body TEXT NOT NULL,
            start_byte INTEGER NOT NULL, end_byte INTEGER NOT NULL, terms BLOB NOT NULL,
            UNIQUE (document, ordinal)
        );
        CREATE INDEX passages_by_category ON passages (category) WHERE category IS NOT NULL;
        CREATE VIRTUAL TABLE passage_text USING fts5(
            title, headings, keywords, body, content = 'passages', content_rowid = 'id',
            tokenize = 'porter unicode61 remove_diacritics 2'
        );
        INSERT INTO passage_text (passage_text, rank) VALUES ('rank', 'bm25(\(weights))');
        CREATE TABLE passage_terms (term INTEGER PRIMARY KEY, passages INTEGER NOT NULL);
        CREATE TABLE passage_state (key TEXT PRIMARY KEY, value INTEGER NOT NULL) WITHOUT ROWID;
        INSERT INTO passage_state VALUES ('version', 0), ('passages', 0), ('terms', 0);
        """
}
