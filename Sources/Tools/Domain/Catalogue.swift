package import AgentRuntime

/// A kind of thing that is listed by identifier and name.
package enum CatalogueKind: Sendable { case opportunities, customers, materials, quotations }

/// What a tenant has, by identifier and name, for those who pick something from a list.
package struct Catalogue: Sendable {
    private let databases: DomainDatabases

    package struct Entry: Sendable, Hashable {
        package var id: String
        package var name: String
    }

    package init(_ databases: DomainDatabases) { self.databases = databases }

    /// A quotation is what is offered to win an open deal: each open deal has one, under the deal's identifier.
    package func entries(_ kind: CatalogueKind, of tenant: TenantID) async throws -> [Entry] {
        try await read(tenant) { connection in
            switch kind {
            case .opportunities: try DealStore(connection).all().map { Entry(id: $0.id, name: $0.name) }
            case .quotations:
                try DealStore(connection).all().filter { $0.status == .open }.map { Entry(id: $0.id, name: $0.name) }
            case .customers: try CustomerStore(connection).all().map { Entry(id: $0.id, name: $0.name) }
            case .materials: try MaterialStore(connection).all().map { Entry(id: $0.code, name: $0.name) }
            }
        }
    }

    package func hasCustomer(_ id: String, of tenant: TenantID) async throws -> Bool {
        try await read(tenant) { try CustomerStore($0).customer(id) != nil }
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
        _ body: @Sendable (SQLiteConnection) throws -> T
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
