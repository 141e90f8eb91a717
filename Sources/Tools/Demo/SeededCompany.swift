package import AgentRuntime

/// A company of the demonstration: generated, fixed data, from which answers are computed like from any other.
///
/// The data is made only when it is to be stored, so that a start over a folder that has it costs nothing.
package struct SeededCompany: Sendable {
    package let tenant: TenantID
    /// What the configuration would say of it.
    package let settings: TenantOverrides
    private let make: @Sendable () -> CompanyContent

    init(tenant: TenantID, settings: TenantOverrides, content: @escaping @Sendable () -> CompanyContent) {
        self.tenant = tenant
        self.settings = settings
        make = content
    }

    /// The company's rows, made anew each time.
    var content: CompanyContent { make() }

    /// Stores everything in one transaction; nothing where the tenant has a ledger already.
    ///
    /// Returns whether it was stored.
    @discardableResult
    package func install(in databases: DomainDatabases) async throws -> Bool {
        let database = try await databases.create(tenant)
        return try await database.writer.perform { connection in
            try connection.transaction {
                guard try connection.first("SELECT 1 FROM ledger", [], { row in row.int(0) }) == nil else {
                    return false
                }
                try content.store(in: connection)
                _ = try connection.advanceDataVersion()
                return true
            }
        }
    }
}

/// What a generated company's tables hold.
struct CompanyContent: Sendable {
    var ledger: [LedgerEntry]
    var budget: [BudgetEntry]
    var deals: [Deal]
    var operations = OperationsContent()

    func store(in connection: SQLiteConnection) throws {
        var ledgerWriter = try LedgerWriter(connection: connection)
        for entry in ledger { try ledgerWriter.add(entry) }
        try ledgerWriter.finish()
        var budgetWriter = try BudgetWriter(connection: connection)
        for entry in budget { _ = try budgetWriter.add(entry) }
        try budgetWriter.finish()
        let store = DealStore(connection)
        for deal in deals { _ = try store.put(deal) }
        try operations.store(in: connection)
    }
}

/// An account of a seeded company: its plan by month, and how its months are posted.
struct PlannedAccount: Sendable {
    /// One posting of each month: its part of the month and its dimensions.
    struct Posting: Sendable {
        var weight: Double
        var dimensions: [LedgerDimension: String]
    }

    var code: String
    var name: String
    var section: LedgerSection
    /// The plan in whole currency units for a month, counted from the first.
    var plan: @Sendable (Int) -> Int64
    /// How far actuals swing around the plan, as a share of it; well below what counts as an anomaly.
    var swing: Double
    var postings: [Posting]
    /// Actuals of single months, by `CalendarDate.monthNumber`, that are not left to chance.
    var fixed: [Int: Int64] = [:]
}

/// Generates a company's ledger and budget from its accounts.
struct CompanyGenerator {
    let accounts: [PlannedAccount]
    let firstMonth: CalendarDate
    /// Months with actuals; the last ends with the company's today.
    let monthCount: Int
    /// Months with a budget, from the first on.
    let budgetMonthCount: Int
    /// The company's today; its month is posted as far as it has come.
    var today = CalendarDate.last
    var random: SeededGenerator

    mutating func ledger() -> [LedgerEntry] {
        var entries: [LedgerEntry] = []
        for index in 0..<monthCount {
            let month = firstMonth.adding(months: index)
            for account in accounts {
                // Drawn for fixed months too, so that fixing one does not change the others.
                let swing = random.swing() * account.swing
                let plan = account.plan(index)
                let total =
                    account.fixed[month.monthNumber] ?? Int64((Double(plan) * (1 + swing) * part(of: month)).rounded())
                append(total, of: account, in: month, to: &entries)
            }
        }
        return entries.sorted { $0.date < $1.date }
    }

    private func isRunning(_ month: CalendarDate) -> Bool { month.monthNumber == today.monthNumber }

    /// The share of a month that has passed.
    private func part(of month: CalendarDate) -> Double {
        let days = CalendarDate.days(inMonth: month.month, of: month.year)
        return isRunning(month) ? Double(today.day) / Double(days) : 1
    }

    private mutating func append(
        _ total: Int64,
        of account: PlannedAccount,
        in month: CalendarDate,
        to entries: inout [LedgerEntry]
    ) {
        let weights = account.postings.map { $0.weight * (1 + random.swing() * 0.06) }
        for (posting, amount) in zip(account.postings, Apportionment.parts(of: total, by: weights)) {
            let days = CalendarDate.days(inMonth: month.month, of: month.year)
            let day = random.number(in: 1...(isRunning(month) ? min(days, today.day) : days))
            guard amount != 0 else { continue }
            entries.append(
                LedgerEntry(
                    date: month.adding(days: day - 1),
                    accountCode: account.code,
                    accountName: account.name,
                    section: account.section,
                    units: amount * 10_000,
                    dimensions: posting.dimensions
                )
            )
        }
    }

    /// The plan, divided by what budgets carry (region, line of business, department).
    func budget() -> [BudgetEntry] {
        var entries: [BudgetEntry] = []
        for index in 0..<budgetMonthCount {
            for account in accounts {
                var weights: [(dimensions: [LedgerDimension: String], weight: Double)] = []
                for posting in account.postings {
                    let dimensions = posting.dimensions.filter { $0.key.isBudgeted }
                    if let place = weights.firstIndex(where: { $0.dimensions == dimensions }) {
                        weights[place].weight += posting.weight
                    } else {
                        weights.append((dimensions, posting.weight))
                    }
                }
                let parts = Apportionment.parts(of: account.plan(index), by: weights.map(\.weight))
                for (part, amount) in zip(weights, parts) {
                    entries.append(
                        BudgetEntry(
                            month: firstMonth.adding(months: index),
                            accountCode: account.code,
                            accountName: account.name,
                            section: account.section,
                            units: amount * 10_000,
                            dimensions: part.dimensions
                        )
                    )
                }
            }
        }
        return entries
    }
}
