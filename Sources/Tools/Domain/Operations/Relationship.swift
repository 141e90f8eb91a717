package import AgentRuntime

/// What a company holds to be a cause and its effect.
package struct Relationship: Sendable, Hashable {
    /// Names of measures, as people write them.
    package var source: String
    package var target: String
    /// By how many percent the target changes for each percent of the source, in 1/10,000.
    package var weight: Int64
    package var lagDays: Int
    /// From 0 to 1 in 1/10,000; `nil` where nobody has said.
    package var confidence: Int64?

    package init(source: String, target: String, weight: Int64, lagDays: Int = 0, confidence: Int64? = nil) {
        self.source = source
        self.target = target
        self.weight = weight
        self.lagDays = lagDays
        self.confidence = confidence
    }
}

/// The relationships of one tenant, over a connection to its database.
package struct RelationshipStore {
    private let connection: SQLiteConnection

    package init(_ connection: SQLiteConnection) { self.connection = connection }

    static let sql = """
        CREATE TABLE relationships (
            source TEXT NOT NULL, target TEXT NOT NULL, weight INTEGER NOT NULL, lag_days INTEGER NOT NULL,
            confidence INTEGER, PRIMARY KEY (source, target)
        ) WITHOUT ROWID;
        """

    /// Every relationship, by source and target.
    package func all() throws(DatabaseError) -> [Relationship] {
        try connection.query(
            "SELECT source, target, weight, lag_days, confidence FROM relationships ORDER BY source, target"
        ) { row in
            Relationship(
                source: row.text(0),
                target: row.text(1),
                weight: row.int(2),
                lagDays: Int(row.int(3)),
                confidence: row.intOrNil(4)
            )
        }
    }

    /// Stores a relationship in place of the one between the same two.
    package func put(_ relationship: Relationship) throws(DatabaseError) -> Stored {
        let key: [SQLValue] = [.text(relationship.source), .text(relationship.target)]
        return try connection.put(
            "INSERT OR REPLACE INTO relationships (source, target, weight, lag_days, confidence) VALUES (?,?,?,?,?)",
            key + [
                .integer(relationship.weight), .integer(Int64(relationship.lagDays)),
                .optional(relationship.confidence),
            ],
            unless: "SELECT 1 FROM relationships WHERE source = ? AND target = ?",
            key
        )
    }
}
