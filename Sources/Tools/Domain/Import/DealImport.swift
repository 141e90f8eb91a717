internal import AgentRuntime

/// `import deals`: one row per deal, in place of the one with its identifier.
struct DealImport: ImportFormat {
    static let type = "deals"
    static let refusesRepeatedFiles = false
    static let columns: [ImportColumn] = [
        .required("id"), .required("name"), .optional("account"), .optional("owner"), .optional("owner_email"),
        .required("amount"), .required("stage"), .optional("probability"), .optional("close_date"),
        .optional("created_date"), .optional("last_activity_date"), .optional("next_step"), .optional("region"),
    ]

    private let store: DealStore

    init(connection: SQLiteConnection) throws { store = DealStore(connection) }

    static func clear(_ connection: SQLiteConnection) throws { try connection.execute("DELETE FROM deals") }

    func read(_ row: ImportRow) throws(RowFault) -> Deal {
        Deal(
            id: try row.required("id"),
            name: try row.required("name"),
            account: row.text("account"),
            owner: row.text("owner"),
            ownerEmail: row.text("owner_email"),
            units: try row.amount("amount"),
            stage: try row.required("stage"),
            probability: try probability(row),
            closeDate: try row.optionalDate("close_date"),
            createdDate: try row.optionalDate("created_date"),
            lastActivityDate: try row.optionalDate("last_activity_date"),
            nextStep: row.text("next_step"),
            region: row.text("region")
        )
    }

    func store(_ deal: Deal) throws -> Stored { try store.put(deal) }

    func finish() throws {}

    private func probability(_ row: ImportRow) throws(RowFault) -> Int64? {
        let text = row.text("probability")
        if text.isEmpty { return nil }
        guard let millionths = ExactNumber(text)?.shifted(by: 6).int.map(Int64.init),
            (0...1_000_000).contains(millionths)
        else {
            throw RowFault("probability “\(shown(text))” is no number from 0 to 1 with at most six decimals")
        }
        return millionths
    }
}
