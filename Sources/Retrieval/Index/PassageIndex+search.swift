internal import AgentRuntime

extension PassageIndex {
    /// A passage that holds a word of the query, as ranking sees it.
    struct Candidate {
        var id: Int64
        var document: String
        var ordinal: Int
        var terms: TermSequence
    }

    /// The passages that match an expression and that FTS5 thinks the best, best first.
    func candidates(
        matching expression: String,
        category: String?,
        limit: Int
    ) throws(DatabaseError) -> [Candidate] {
        let filter = category == nil ? "" : "AND rowid IN (SELECT id FROM passages WHERE category = ?)"
        var arguments: [SQLValue] = [.text(expression)]
        if let category { arguments.append(.text(category)) }
        arguments.append(.int(limit))
        // By the function itself: for `rank`, FTS5 prepares a statement of its own in every query.
        return try connection.query(
            """
            SELECT p.id, p.document, p.ordinal, p.terms FROM (
                SELECT rowid AS found FROM passage_text WHERE passage_text MATCH ? \(filter)
                ORDER BY bm25(passage_text, \(Self.weights)) LIMIT ?
            ) CROSS JOIN passages AS p ON p.id = found
            """,
            arguments
        ) { (row) throws(DatabaseError) in
            Candidate(
                id: row.int(0),
                document: row.text(1),
                ordinal: Int(row.int(2)),
                terms: try Self.sequence(row, 3)
            )
        }
    }

    /// In how many passages each of the terms occurs; terms that occur in none are left out.
    func passageCounts(of terms: some Sequence<UInt32>) throws(DatabaseError) -> [UInt32: Int] {
        var counts: [UInt32: Int] = [:]
        for term in terms {
            let count = try connection.first(
                "SELECT passages FROM passage_terms WHERE term = ?",
                [.integer(Int64(term))]
            ) { (row) throws(DatabaseError) in Int(row.int(0)) }
            if let count { counts[term] = count }
        }
        return counts
    }

    /// The passage with its document's identifier, title and category.
    func passage(_ id: Int64) throws(DatabaseError) -> StoredPassage? {
        try connection.first(
            """
            SELECT document, title, category, heading_path, start_byte, end_byte, body FROM passages WHERE id = ?
            """,
            [.integer(id)]
        ) { (row) throws(DatabaseError) in
            let path = (try? JSONValue(parsing: row.text(3)))?.array?.compactMap(\.string)
            guard let path else { throw DatabaseError(code: 11, message: "a heading path does not read back") }
            return StoredPassage(
                document: row.text(0),
                title: row.text(1),
                category: row.textOrNil(2),
                passage: Passage(
                    headingPath: path,
                    range: Int(row.int(4))..<max(Int(row.int(4)), Int(row.int(5))),
                    text: row.text(6)
                )
            )
        }
    }
}

/// A passage as the index keeps it.
package struct StoredPassage: Sendable, Hashable {
    package var document: String
    package var title: String
    package var category: String?
    package var passage: Passage
}
