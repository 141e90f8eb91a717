package import AgentRuntime

/// A row of the ledger as it comes in.
package struct LedgerEntry: Sendable, Hashable {
    package var date: CalendarDate
    package var accountCode: String
    package var accountName: String
    package var section: LedgerSection
    /// In 1/10,000 of the currency unit; negative for a credit note.
    package var units: Int64
    /// The values of the dimensions, by `LedgerDimension.index`; empty where there is none.
    package var dimensions: [String]

    package init(
        date: CalendarDate,
        accountCode: String,
        accountName: String,
        section: LedgerSection,
        units: Int64,
        dimensions: [LedgerDimension: String] = [:]
    ) {
        self.date = date
        self.accountCode = accountCode
        self.accountName = accountName
        self.section = section
        self.units = units
        self.dimensions = LedgerDimension.allCases.map { dimensions[$0] ?? "" }
    }
}

/// Where tools read ledgers: each call is one look at one tenant's data, on that database's executor.
package struct LedgerStore: Sendable {
    private let databases: DomainDatabases

    package init(_ databases: DomainDatabases) { self.databases = databases }

    /// Runs the body over a tenant's ledger as it is now.
    ///
    /// - Throws: `not_found` for a tenant without data.
    package func read<T: Sendable>(
        _ tenant: TenantID,
        _ body: @escaping @Sendable (LedgerSnapshot, SQLiteConnection) throws -> T
    ) async throws -> T {
        let database = try await databases.database(of: tenant)
        do {
            return try await database.withLedger(body)
        } catch let error as DatabaseError {
            throw AgentError(
                .storageFailed,
                "The tenant's data could not be read.",
                isRetryable: error.isBusy,
                underlying: "\(error)"
            )
        }
    }

    /// Answers a tool call of the context's tenant; a failure that the model can mend becomes a result.
    func answer(
        _ context: ToolContext,
        _ body: @escaping @Sendable (LedgerSnapshot) throws -> ToolResult
    ) async throws -> ToolResult {
        try await answer(context) { ledger, _ in try body(ledger) }
    }

    func answer(
        _ context: ToolContext,
        _ body: @escaping @Sendable (LedgerSnapshot, SQLiteConnection) throws -> ToolResult
    ) async throws -> ToolResult {
        do {
            return try await read(context.principal.tenant, body)
        } catch let failure as FigureFailure {
            return failure.result
        }
    }
}
