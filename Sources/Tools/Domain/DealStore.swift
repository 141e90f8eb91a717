package import AgentRuntime

/// An opportunity of the sales pipeline.
package struct Deal: Sendable, Hashable {
    package var id: String
    package var name: String
    package var account: String
    package var owner: String
    package var ownerEmail: String
    /// In 1/10,000 of the currency unit.
    package var units: Int64
    package var stage: String
    /// 0 to 1,000,000 millionths; `nil` where nobody has said.
    package var probability: Int64?
    package var closeDate: CalendarDate?
    package var createdDate: CalendarDate?
    package var lastActivityDate: CalendarDate?
    package var nextStep: String
    package var region: String

    package init(
        id: String,
        name: String,
        account: String = "",
        owner: String = "",
        ownerEmail: String = "",
        units: Int64,
        stage: String,
        probability: Int64? = nil,
        closeDate: CalendarDate? = nil,
        createdDate: CalendarDate? = nil,
        lastActivityDate: CalendarDate? = nil,
        nextStep: String = "",
        region: String = ""
    ) {
        self.id = id
        self.name = name
        self.account = account
        self.owner = owner
        self.ownerEmail = ownerEmail
        self.units = units
        self.stage = stage
        self.probability = probability
        self.closeDate = closeDate
        self.createdDate = createdDate
        self.lastActivityDate = lastActivityDate
        self.nextStep = nextStep
        self.region = region
    }
}

/// The deals of one tenant, over a connection to its database.
package struct DealStore {
    private let connection: SQLiteConnection

    package init(_ connection: SQLiteConnection) { self.connection = connection }

    private static let columns = """
        id, name, account, owner, owner_email, amount, stage, probability, close_date, created_date, \
        last_activity_date, next_step, region
        """

    /// Every deal, by identifier.
    package func all() throws(DatabaseError) -> [Deal] {
        try connection.query("SELECT \(DealStore.columns) FROM deals ORDER BY id", [], DealStore.deal)
    }

    package func deal(_ id: String) throws(DatabaseError) -> Deal? {
        try connection.first("SELECT \(DealStore.columns) FROM deals WHERE id = ?", [.text(id)], DealStore.deal)
    }

    /// Every stage that a deal is in.
    func stages() throws(DatabaseError) -> [String] {
        try connection.query("SELECT DISTINCT stage FROM deals ORDER BY stage") { row in row.text(0) }
    }

    package func isEmpty() throws(DatabaseError) -> Bool {
        try connection.first("SELECT 1 FROM deals") { row in row.int(0) } == nil
    }

    /// Stores a deal in place of the one with its identifier.
    package func put(_ deal: Deal, effectID: String? = nil) throws(DatabaseError) -> Stored {
        let existed = try connection.first("SELECT 1 FROM deals WHERE id = ?", [.text(deal.id)]) { row in row.int(0) }
        func day(_ date: CalendarDate?) -> SQLValue { .optional(date.map { Int64($0.dayNumber) }) }
        try connection.execute(
            "INSERT OR REPLACE INTO deals (\(DealStore.columns), effect_id) VALUES (?,?,?,?,?,?,?,?,?,?,?,?,?,?)",
            [
                .text(deal.id), .text(deal.name), .text(deal.account), .text(deal.owner), .text(deal.ownerEmail),
                .integer(deal.units), .text(deal.stage), .optional(deal.probability), day(deal.closeDate),
                day(deal.createdDate), day(deal.lastActivityDate), .text(deal.nextStep), .text(deal.region),
                .optional(effectID),
            ]
        )
        return existed == nil ? .inserted : .replaced
    }

    /// Changes a deal under an effect identifier, at most once: a repeated call returns what is there.
    ///
    /// Call it within `Database.perform` of the tenant's writer.
    /// - Returns: the deal before and after, for the journal; `nil` when there is no such deal.
    package func update(
        _ id: String,
        effectID: String?,
        _ change: (inout Deal) -> Void
    ) throws -> (before: Deal, after: Deal)? {
        try connection.transaction {
            guard let before = try deal(id) else { return nil }
            let done = try connection.first("SELECT effect_id FROM deals WHERE id = ?", [.text(id)]) { row in
                row.textOrNil(0)
            }
            if let effectID, done == .some(effectID) { return (before, before) }
            var after = before
            change(&after)
            _ = try put(after, effectID: effectID)
            _ = try connection.advanceDataVersion()
            return (before, after)
        }
    }

    private static func deal(_ row: Row) -> Deal {
        func date(_ column: Int32) -> CalendarDate? {
            row.intOrNil(column).map { CalendarDate(daysSinceEpoch: Int($0)) }
        }
        return Deal(
            id: row.text(0),
            name: row.text(1),
            account: row.text(2),
            owner: row.text(3),
            ownerEmail: row.text(4),
            units: row.int(5),
            stage: row.text(6),
            probability: row.intOrNil(7),
            closeDate: date(8),
            createdDate: date(9),
            lastActivityDate: date(10),
            nextStep: row.text(11),
            region: row.text(12)
        )
    }
}
