internal import AgentRuntime

/// `import relationships`: one row per cause and effect, in place of the one between the same two.
///
/// All relationships together, those that were there before included, may not lead in a circle.
struct RelationshipImport: ImportFormat {
    static let type = "relationships"
    static let refusesRepeatedFiles = false
    static let columns: [ImportColumn] = [
        .required("source"), .required("target"), .required("weight"), .optional("lag_days"), .optional("confidence"),
    ]
    static let lagMax = 3_650
    private static let one: Int64 = 10_000

    private let store: RelationshipStore
    /// What was read, for a file that is checked before anything is stored.
    private var seen: [Relationship] = []

    init(connection: SQLiteConnection) throws { store = RelationshipStore(connection) }

    static func clear(_ connection: SQLiteConnection) throws { try connection.execute("DELETE FROM relationships") }

    mutating func read(_ row: ImportRow) throws(RowFault) -> Relationship {
        let (source, target) = (try row.required("source"), try row.required("target"))
        guard CausalGraph.key(source) != CausalGraph.key(target) else {
            throw RowFault("“\(shown(source))” would be its own cause")
        }
        let lag = try row.optionalQuantity("lag_days") ?? 0
        guard lag % Self.one == 0, lag / Self.one <= Int64(Self.lagMax) else {
            throw RowFault("lag_days “\(shown(row.text("lag_days")))” is no whole number of days up to ten years")
        }
        let weight = try row.amount("weight")
        guard weight != 0, abs(weight) <= CausalGraph.weightMax * Self.one else {
            throw RowFault("weight “\(shown(row.text("weight")))” is zero or out of range")
        }
        let confidence = try row.optionalQuantity("confidence")
        if let confidence, confidence > Self.one || confidence == 0 {
            throw RowFault("confidence “\(shown(row.text("confidence")))” is not above 0 and at most 1")
        }
        let relationship = Relationship(
            source: source,
            target: target,
            weight: weight,
            lagDays: Int(lag / Self.one),
            confidence: confidence
        )
        if seen.count <= CausalGraph.edgesMax { seen.append(relationship) }
        return relationship
    }

    func store(_ relationship: Relationship) throws -> Stored { try store.put(relationship) }

    func finish() throws {
        do {
            let stored = try store.all()
            _ = try CausalGraph(relationships: stored.isEmpty ? seen : stored)
        } catch let failure as FigureFailure {
            throw AgentError(
                .invalidArgument,
                "Nothing was imported: \(failure.message)",
                details: [.init(field: "relationships", message: failure.message)]
            )
        }
    }
}
