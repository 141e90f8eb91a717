package import AgentRuntime

/// The words that a tenant's ledger brings into a question: its accounts, dimension values and dates.
package struct LedgerVocabulary: Sendable, Hashable {
    package struct Account: Sendable, Hashable {
        package var code: String
        package var name: String
        /// Every name it has had, the current one included.
        package var names: [String]
        package var section: LedgerSection
        package var rows: Int
    }

    package struct Value: Sendable, Hashable {
        package var name: String
        package var rows: Int
    }

    package var dataVersion: Int64
    /// By code.
    package var accounts: [Account]
    /// The values that ledger rows carry, by name; blanks are left out.
    package var values: [LedgerDimension: [Value]]
    package var rows: Int
    package var firstDate: CalendarDate?
    package var lastDate: CalendarDate?
    package var firstBudgetMonth: CalendarDate?
    package var lastBudgetMonth: CalendarDate?
    /// Names and stages of deals and the like, for those who place words in questions.
    package var dealOwners: [String]
    package var dealStages: [String]
    package var dealAccounts: [String]
    package var dealNames: [String]
    package var dealRegions: [String]
    /// Deals beyond this are found by their account, owner or stage only.
    package static let dealNamesMax = 2_000

    init(_ ledger: LedgerSnapshot, deals: [Deal]) {
        dataVersion = ledger.dataVersion
        accounts = ledger.accounts.indices.map { index in
            let account = ledger.accounts[index]
            return Account(
                code: account.code,
                name: account.name,
                names: account.names,
                section: account.section,
                rows: ledger.ledgerRows[index]
            )
        }
        var tupleRows = [Int](repeating: 0, count: ledger.tupleCount)
        for tuple in ledger.ledger.tuples { tupleRows[Int(tuple)] += 1 }
        values = [:]
        for dimension in LedgerDimension.allCases {
            let names = ledger.values[dimension.index]
            var counts = [Int](repeating: 0, count: names.count)
            for (tuple, value) in ledger.tuples[dimension.index].enumerated() {
                counts[Int(value)] += tupleRows[tuple]
            }
            values[dimension] = names.indices
                .filter { !names[$0].isEmpty && counts[$0] > 0 }
                .map { Value(name: names[$0], rows: counts[$0]) }
                .sorted { $0.name < $1.name }
        }
        rows = ledger.ledger.count
        firstDate = ledger.firstDate
        lastDate = ledger.lastDate
        firstBudgetMonth = ledger.firstBudgetMonth
        lastBudgetMonth = ledger.lastBudgetMonth
        func distinct(_ name: (Deal) -> String) -> [String] { Set(deals.map(name)).filter { !$0.isEmpty }.sorted() }
        dealOwners = distinct(\.owner)
        dealStages = distinct(\.stage)
        dealAccounts = distinct(\.account)
        dealNames = Array(distinct(\.name).prefix(LedgerVocabulary.dealNamesMax))
        dealRegions = distinct(\.region)
    }
}

/// Gives the tenants' vocabularies, each computed once per data version.
package actor TenantCatalogue {
    /// Vocabularies kept; beyond it the longest unused goes.
    package static let keptMax = 64

    private let ledger: LedgerStore
    private var kept: [TenantID: LedgerVocabulary] = [:]
    private var order: [TenantID] = []

    package init(_ ledger: LedgerStore) { self.ledger = ledger }

    /// - Throws: `not_found` for a tenant without data.
    package func vocabulary(of tenant: TenantID) async throws -> LedgerVocabulary {
        let known = kept[tenant]
        let fresh: LedgerVocabulary? = try await ledger.read(tenant) { ledger, connection in
            if known?.dataVersion == ledger.dataVersion { return nil }
            return LedgerVocabulary(ledger, deals: try DealStore(connection).all())
        }
        order.removeAll { $0 == tenant }
        order.append(tenant)
        if order.count > TenantCatalogue.keptMax { kept[order.removeFirst()] = nil }
        guard let vocabulary = fresh ?? known else {
            throw AgentError(.internalError, "The tenant's vocabulary was lost.")
        }
        kept[tenant] = vocabulary
        return vocabulary
    }
}
