package import AgentRuntime

/// A kind of thing that is listed by identifier and name.
package enum CatalogueKind: Sendable { case opportunities, customers, materials, quotations }

/// How much of a material there is.
package enum StockStatus: String, Sendable, CaseIterable {
    case inStock = "in_stock"
    case lowStock = "low_stock"
    case outOfStock = "out_of_stock"
}

/// What has become of a quotation.
package enum QuotationStatus: String, Sendable, CaseIterable { case draft, sent, accepted, rejected, expired }

/// Which entries of a catalogue are wanted; what does not apply to a kind is left `nil`.
///
/// Texts compare without regard to case.
package struct CatalogueFilter: Sendable, Hashable {
    /// Of opportunities.
    package var stage: String?
    /// Of opportunities `open`, `won` or `lost`, of customers `active` or `inactive`, of materials a `StockStatus`, of
    /// quotations a `QuotationStatus`.
    package var status: String?
    /// The owner's name or e-mail, of opportunities.
    package var owner: String?
    /// Of customers.
    package var segment: String?
    /// Of materials.
    package var category: String?
    /// Of materials: whether to keep only those at or below their reorder point.
    package var isLowInStock: Bool?
    /// The identifier of a customer, of quotations.
    package var customer: String?
    /// The first and last day on which a quotation may have been made.
    package var from: CalendarDate?
    package var until: CalendarDate?

    package init() {}
}

/// What a tenant has, by identifier and name, for those who pick something from a list.
package struct Catalogue: Sendable {
    private let databases: DomainDatabases

    package struct Entry: Sendable, Hashable {
        package var id: String
        package var name: String
    }

    package init(_ databases: DomainDatabases) { self.databases = databases }

    /// A quotation is what is offered to win an open deal: each open deal has one, under the deal's identifier.
    package func entries(
        _ kind: CatalogueKind,
        _ filter: CatalogueFilter = CatalogueFilter(),
        of tenant: TenantID
    ) async throws -> [Entry] {
        try await read(tenant) { connection in
            switch kind {
            case .opportunities: try Self.opportunities(connection, filter)
            case .quotations: try Self.quotations(connection, filter)
            case .customers:
                try CustomerStore(connection).all()
                    .filter { Self.isSame($0.segment, filter.segment) && Self.isSame("active", filter.status) }
                    .map { Entry(id: $0.id, name: $0.name) }
            case .materials:
                try MaterialStore(connection).all()
                    .filter { filter.isLowInStock.map { [low = $0.isLow] wanted in wanted == low } ?? true }
                    .filter { material in
                        Self.isSame("Raw Material", filter.category)
                            && Self.isSame(material.status.rawValue, filter.status)
                    }
                    .map { Entry(id: $0.code, name: $0.name) }
            }
        }
    }

    private static func opportunities(_ connection: SQLiteConnection, _ filter: CatalogueFilter) throws -> [Entry] {
        try DealStore(connection).all()
            .filter { deal in
                isSame(deal.stage.trimmingBlanks(), filter.stage) && isSame(deal.status.rawValue, filter.status)
                    && (isSame(deal.owner, filter.owner) || isSame(deal.ownerEmail, filter.owner)
                        || isSame(deal.ownerID ?? "", filter.owner))
            }
            .map { Entry(id: $0.id, name: $0.name) }
    }

    private static func quotations(_ connection: SQLiteConnection, _ filter: CatalogueFilter) throws -> [Entry] {
        var deals = try DealStore(connection).all().filter { $0.status == .open }
        if let id = filter.customer {
            let directory = try CustomerDirectory(connection)
            let wanted = directory.customers.first { $0.id.lowercased() == id.lowercased() }
            deals = deals.filter { deal in wanted != nil && directory.customer(named: deal.account)?.id == wanted?.id }
        }
        return deals.filter { deal in
            guard isSame(status(of: deal).rawValue, filter.status) else { return false }
            guard filter.from != nil || filter.until != nil else { return true }
            guard let date = deal.createdDate else { return false }
            return date >= filter.from ?? date && date <= filter.until ?? date
        }
        .map { Entry(id: $0.id, name: $0.name) }
    }

    /// A quotation is sent once its opportunity has come to a proposal; those that are decided are no longer listed.
    private static func status(of deal: Deal) -> QuotationStatus {
        ["prospecting", "qualification"].contains(deal.stage.trimmingBlanks().lowercased()) ? .draft : .sent
    }

    private static func isSame(_ text: String, _ wanted: String?) -> Bool {
        wanted.map { $0.trimmingBlanks().lowercased() == text.lowercased() } ?? true
    }

    package func hasCustomer(_ id: String, of tenant: TenantID) async throws -> Bool {
        try await customer(id, of: tenant) != nil
    }

    package func customer(_ id: String, of tenant: TenantID) async throws -> Customer? {
        try await read(tenant) { try CustomerStore($0).customer(id) }
    }

    package func material(_ code: String, of tenant: TenantID) async throws -> Material? {
        try await read(tenant) { try MaterialStore($0).material(code) }
    }

    /// Binds a conversation to a customer: what "my order" means in it.
    package func bind(_ session: SessionID, to customer: String, of tenant: TenantID) async throws {
        do {
            try await databases.database(of: tenant).writer.perform { connection in
                try ConversationCustomers(connection).bind(session, to: customer)
            }
        } catch let error as DatabaseError {
            throw Catalogue.failed(error)
        }
    }

    private func read<T: Sendable>(
        _ tenant: TenantID,
        _ body: @escaping @Sendable (SQLiteConnection) throws -> T
    ) async throws -> T {
        do {
            return try await databases.database(of: tenant).reader.perform { try body($0) }
        } catch let error as DatabaseError {
            throw Catalogue.failed(error)
        }
    }

    private static func failed(_ error: DatabaseError) -> AgentError {
        AgentError(.storageFailed, "The data could not be used.", isRetryable: error.isBusy, underlying: "\(error)")
    }
}

extension Material {
    /// Whether what is free is at or below the point at which more is ordered.
    fileprivate var isLow: Bool { reorderPoint.map { available <= $0 } ?? false }

    fileprivate var status: StockStatus {
        if available <= 0 { return .outOfStock }
        return isLow ? .lowStock : .inStock
    }
}
