package import AgentRuntime

/// The passages of a collection, found by word: FTS5 over a table, kept up to date document by document.
///
/// Lives on one connection and adds no transaction of its own to that of its caller: whoever changes documents and
/// index together does it in one `transaction`.
package struct PassageIndex {
    let connection: SQLiteConnection
    private let chunker: Chunker

    /// The most passages that one document may have.
    package static let passagesMax = 5000

    package init(_ connection: SQLiteConnection, chunker: Chunker = Chunker()) {
        self.connection = connection
        self.chunker = chunker
    }

    /// How many passages and words there are, and the number of changes so far.
    package struct Statistics: Sendable, Hashable {
        package var version: Int64
        package var passages: Int
        /// The words of all passages, with repetitions.
        package var terms: Int
    }

    package func statistics() throws(DatabaseError) -> Statistics {
        var values: [String: Int] = [:]
        try connection.forEach("SELECT key, value FROM passage_state") { (row) throws(DatabaseError) in
            values[row.text(0)] = Int(row.int(1))
            return true
        }
        return Statistics(
            version: Int64(values["version"] ?? 0),
            passages: values["passages"] ?? 0,
            terms: values["terms"] ?? 0
        )
    }

    // MARK: Changes

    /// Puts the documents in the place of those with the same identifiers, and returns how many passages they have.
    ///
    /// - Throws: `AgentError.limitExceeded` for a document of more than `passagesMax` passages.
    @discardableResult
    package func replace(_ documents: [Document]) throws -> Int {
        try connection.transaction {
            var changes = TermChanges()
            var count = 0
            for document in documents {
                let passages = chunker.passages(of: document)
                guard passages.count <= Self.passagesMax else {
                    throw AgentError(
                        .limitExceeded,
                        "“\(document.title)” falls into \(passages.count) passages; "
                            + "\(Self.passagesMax) are allowed. Split it into several documents."
                    )
                }
                try remove(document.id, &changes)
                for (ordinal, passage) in passages.enumerated() {
                    try insert(passage, ordinal, of: document, &changes)
                }
                count += passages.count
            }
            try apply(changes)
            return count
        }
    }

    /// Takes documents out; those that are not there are passed over.
    package func remove(_ documents: [String]) throws {
        try connection.transaction {
            var changes = TermChanges()
            for document in documents { try remove(document, &changes) }
            try apply(changes)
        }
    }

    /// Merges FTS5's segments into one: smaller, faster, and without traces of what was removed.
    package func optimize() throws(DatabaseError) {
        try connection.execute("INSERT INTO passage_text (passage_text) VALUES ('optimize')")
    }

    /// What an update does to the counts.
    private struct TermChanges {
        var passages = 0
        var terms = 0
        var passagesByTerm: [UInt32: Int] = [:]

        mutating func add(_ sequence: TermSequence, sign: Int) {
            passages += sign
            terms += sign * sequence.count
            for term in sequence.distinct { passagesByTerm[term, default: 0] += sign }
        }
    }

    private func insert(
        _ passage: Passage,
        _ ordinal: Int,
        of document: Document,
        _ changes: inout TermChanges
    ) throws(DatabaseError) {
        let headings = passage.headingPath.joined(separator: "\n")
        let keywords = ([document.category].compactMap(\.self) + document.keywords).joined(separator: "\n")
        let sequence = TermSequence(
            title: WordReader.terms(in: document.title),
            headings: WordReader.terms(in: headings),
            keywords: WordReader.terms(in: keywords),
            body: WordReader.terms(in: passage.text)
        )
        try connection.execute(
            """
            INSERT INTO passages (document, ordinal, category, title, heading_path, headings, keywords, body,
                start_byte, end_byte, terms) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)
            """,
            [
                .text(document.id), .int(ordinal), .optional(document.category), .text(document.title),
                .text(JSONValue.array(passage.headingPath.map(JSONValue.string)).text), .text(headings),
                .text(keywords), .text(passage.text), .int(passage.range.lowerBound), .int(passage.range.upperBound),
                .blob(sequence.bytes),
            ]
        )
        try connection.execute(
            "INSERT INTO passage_text (rowid, title, headings, keywords, body) VALUES (?, ?, ?, ?, ?)",
            [
                .integer(connection.lastInsertedRowID), .text(document.title), .text(headings), .text(keywords),
                .text(passage.text),
            ]
        )
        changes.add(sequence, sign: 1)
    }

    private func remove(_ document: String, _ changes: inout TermChanges) throws(DatabaseError) {
        let sequences = try connection.query(
            "SELECT terms FROM passages WHERE document = ?",
            [.text(document)]
        ) { (row) throws(DatabaseError) in try Self.sequence(row, 0) }
        guard !sequences.isEmpty else { return }
        for sequence in sequences { changes.add(sequence, sign: -1) }
        // The index holds no text of its own: what is to be forgotten has to be told.
        try connection.execute(
            """
            INSERT INTO passage_text (passage_text, rowid, title, headings, keywords, body)
                SELECT 'delete', id, title, headings, keywords, body FROM passages WHERE document = ?
            """,
            [.text(document)]
        )
        try connection.execute("DELETE FROM passages WHERE document = ?", [.text(document)])
    }

    private func apply(_ changes: TermChanges) throws(DatabaseError) {
        for (term, change) in changes.passagesByTerm where change != 0 {
            try connection.execute(
                """
                INSERT INTO passage_terms VALUES (?, ?)
                    ON CONFLICT (term) DO UPDATE SET passages = passages + excluded.passages
                """,
                [.integer(Int64(term)), .int(change)]
            )
            if change < 0 {
                try connection.execute(
                    "DELETE FROM passage_terms WHERE term = ? AND passages <= 0",
                    [.integer(Int64(term))]
                )
            }
        }
        for (key, change) in [("version", 1), ("passages", changes.passages), ("terms", changes.terms)] {
            try connection.execute(
                "UPDATE passage_state SET value = value + ? WHERE key = ?",
                [.int(change), .text(key)]
            )
        }
    }

    static func sequence(_ row: Row, _ column: Int32) throws(DatabaseError) -> TermSequence {
        guard let sequence = row.withBytes(column, { TermSequence($0) }) else {
            throw DatabaseError(code: 11, message: "the words of a passage do not read back")
        }
        return sequence
    }
}
