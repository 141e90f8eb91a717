package import AgentRuntime

/// The deals of a tenant for those who list, open and change them one by one.
package struct DealBook: Sendable {
    /// The stages that every pipeline has, in their order.
    package static let stages = [
        "Prospecting", "Qualification", "Proposal", "Negotiation", "Closed Won", "Closed Lost",
    ]

    private let databases: DomainDatabases
    let ledger: LedgerStore

    package init(_ databases: DomainDatabases) {
        self.databases = databases
        ledger = LedgerStore(databases)
    }

    /// One page of the deals that a listing keeps, and how many there are of them.
    package func page(
        _ listing: DealListing,
        offset: Int,
        limit: Int,
        settings: TenantSettings
    ) async throws -> (deals: [Deal], total: Int) {
        try await ledger.read(settings.tenant) { _, connection in
            let found = listing.select(try DealStore(connection).all(), today: settings.today)
            return (Array(found.dropFirst(offset).prefix(limit)), found.count)
        }
    }

    /// Every deal of a tenant, by identifier.
    package func all(of tenant: TenantID) async throws -> [Deal] {
        try await ledger.read(tenant) { _, connection in try DealStore(connection).all() }
    }

    /// How the pipeline of a listing's deals has moved; the listing's stages and status restrict its promise alone.
    package func trends(_ listing: DealListing, settings: TenantSettings) async throws -> PipelineTrends {
        try await ledger.read(settings.tenant) { _, connection in
            let deals = try DealStore(connection).all()
            var all = listing
            all.status = nil
            all.stages = nil
            let open = listing.select(deals, today: settings.today).filter { $0.status == .open }
            // When deals close says which are promised, not which moved.
            all.filters.removeAll { $0.field == DealField.closeDate.rawValue }
            return PipelineTrends(all.select(deals, today: settings.today), open: open, today: settings.today)
        }
    }

    /// - Throws: `not_found` for an identifier that no deal of the tenant has.
    package func deal(_ id: String, of tenant: TenantID) async throws -> Deal {
        let deal = try await ledger.read(tenant) { _, connection in try DealStore(connection).deal(id) }
        guard let deal else { throw DealBook.unknown }
        return deal
    }

    /// Changes a deal, all of the change or nothing.
    ///
    /// A stage must be one of the usual ones or one that a deal of the tenant has; it is stored as these spell it.
    /// A deal that is closed gets the probability that this says, 1 or 0, unless the change gives one.
    /// - Returns: the deal before and after, for the journal.
    /// - Throws: `not_found`, `invalid_argument`.
    package func update(
        _ id: String,
        _ change: DealChange,
        of tenant: TenantID
    ) async throws -> (before: Deal, after: Deal) {
        let database = try await databases.database(of: tenant)
        do {
            return try await database.writer.perform { connection in
                try connection.transaction {
                    let store = DealStore(connection)
                    guard let before = try store.deal(id) else { throw DealBook.unknown }
                    var after = before
                    change.apply(to: &after)
                    if let stage = change.stage {
                        after.stage = try DealBook.stage(stage, known: try store.stages())
                        if change.probability == nil, after.status != before.status, after.status != .open {
                            after.probability = after.status == .won ? 1_000_000 : 0
                        }
                    }
                    _ = try store.put(after)
                    _ = try connection.advanceDataVersion()
                    return (before, after)
                }
            }
        } catch let error as DatabaseError {
            throw AgentError(
                .storageFailed,
                "The deal could not be changed.",
                isRetryable: error.isBusy,
                underlying: "\(error)"
            )
        }
    }

    /// All that is wrong with a change of a deal.
    ///
    /// - Throws: `not_found` for a deal that is not there.
    package func faults(
        in change: JSONObject,
        of id: String,
        tenant: TenantID
    ) async throws -> [AgentError.Detail] {
        try await ledger.read(tenant) { _, connection in
            let store = DealStore(connection)
            guard try store.deal(id) != nil else { throw DealBook.unknown }
            var details: [AgentError.Detail] = []
            do throws(AgentError) { _ = try DealChange(change) } catch { details += error.details }
            if let stage = change["stage"]?.string, !details.contains(where: { $0.field == "stage" }) {
                let known = try store.stages()
                do throws(AgentError) { _ = try DealBook.stage(stage, known: known) } catch { details += error.details }
            }
            return details
        }
    }

    private static let unknown = AgentError(.notFound, "There is no such deal.")

    private static func stage(_ name: String, known: [String]) throws(AgentError) -> String {
        let all = stages + known
        let wanted = name.trimmingBlanks().lowercased()
        if let stage = all.first(where: { $0.lowercased() == wanted }) { return stage }
        let hint = NearestName.of(name, among: all).map { "; did you mean “\($0)”?" } ?? ""
        throw AgentError(
            .invalidArgument,
            "There is no stage “\(shown(name))”\(hint)",
            details: [.init(field: "stage", message: "is none of \(Set(all).sorted().joined(separator: ", "))\(hint)")]
        )
    }
}

/// What is to change of a deal; what is `nil` stays.
package struct DealChange: Sendable {
    package static let textMax = 2000

    package var stage: String?
    package var amount: Money?
    /// In millionths.
    package var probability: Int64?
    package var closeDate: CalendarDate?
    package var nextStep: String?
    package var name: String?
    package var owner: String?
    package var ownerEmail: String?
    package var region: String?

    /// The members that `init` reads.
    package static let members = [
        "stage", "amount", "probability", "close_date", "next_step", "name", "owner", "owner_email", "region",
    ]

    /// Reads a request's members; others are passed over.
    ///
    /// - Throws: `invalid_argument` that names every wrong member.
    package init(_ object: JSONObject) throws(AgentError) {
        var details: [AgentError.Detail] = []
        func text(_ name: String, isNeeded: Bool = false) -> String? {
            guard let value = object[name] else { return nil }
            if value.isNull, !isNeeded { return "" }
            let text = value.string?.trimmingBlanks()
            guard let text, text.count <= DealChange.textMax, !(isNeeded && text.isEmpty) else {
                details.append(
                    .init(field: name, message: "must be a text of at most \(DealChange.textMax) characters")
                )
                return nil
            }
            return text
        }
        stage = text("stage", isNeeded: true)
        nextStep = text("next_step")
        name = text("name", isNeeded: true)
        owner = text("owner")
        ownerEmail = text("owner_email")
        region = text("region")
        if let value = object["amount"] {
            amount = value.exact.flatMap(Money.init(exact:))
            if amount.map(\.isNegative) ?? true {
                details.append(.init(field: "amount", message: "must be a positive number with at most four decimals"))
            }
        }
        if let value = object["probability"] {
            probability = value.exact?.shifted(by: 6).int.map(Int64.init)
            if !(probability.map { (0...1_000_000).contains($0) } ?? false) {
                let message = "must be a number from 0 to 1 with at most six decimals"
                details.append(.init(field: "probability", message: message))
            }
        }
        if let value = object["close_date"] {
            closeDate = value.string.flatMap(CalendarDate.init)
            if closeDate == nil {
                details.append(.init(field: "close_date", message: "must be a date of the form YYYY-MM-DD"))
            }
        }
        guard details.isEmpty else {
            throw AgentError(.invalidArgument, "The change of the deal does not hold.", details: details)
        }
    }

    func apply(to deal: inout Deal) {
        if let amount { deal.units = amount.units }
        if let probability { deal.probability = probability }
        if let closeDate { deal.closeDate = closeDate }
        if let nextStep { deal.nextStep = nextStep }
        if let name { deal.name = name }
        if let owner { deal.owner = owner }
        if let ownerEmail { deal.ownerEmail = ownerEmail }
        if let region { deal.region = region }
    }
}
