package import AgentRuntime

/// The words that a tenant's own data brings into questions: names and codes of accounts, values of dimensions, who
/// owns deals and with whom, titles of articles.
package struct EmbeddedVocabulary: VocabularySource {
    private let catalogue: TenantCatalogue
    private let databases: DomainDatabases

    package init(catalogue: TenantCatalogue, databases: DomainDatabases) {
        self.catalogue = catalogue
        self.databases = databases
    }

    package func version(for tenant: TenantID) async throws -> Int {
        guard await databases.exists(tenant) else { return 0 }
        return Int(try await catalogue.vocabulary(of: tenant).dataVersion)
    }

    /// A tenant without data has no words of its own; its questions are then refused, naming what is missing.
    package func entries(for tenant: TenantID) async throws -> TenantVocabulary {
        guard await databases.exists(tenant) else { return TenantVocabulary(version: 0, entries: []) }
        let ledger = try await catalogue.vocabulary(of: tenant)
        var entries: [VocabularyEntry] = []
        for account in ledger.accounts {
            let metric = Term.metric("account:\(account.code)")
            entries += account.names.map { VocabularyEntry($0, metric) }
            entries.append(VocabularyEntry(account.code, metric))
        }
        for dimension in LedgerDimension.allCases {
            for value in ledger.values[dimension] ?? [] {
                entries.append(VocabularyEntry(value.name, .value(dimension: dimension.rawValue, value: value.name)))
            }
        }
        let people: [(String, [String])] = [
            ("deal_owner", ledger.dealOwners), ("deal_stage", ledger.dealStages), ("deal_account", ledger.dealAccounts),
        ]
        for (dimension, names) in people {
            entries += names.map { VocabularyEntry($0, .value(dimension: dimension, value: $0)) }
        }
        // Names of deals share most of their words; only a whole one tells a deal.
        entries += ledger.dealNames.map {
            VocabularyEntry($0, .value(dimension: "deal", value: $0), isWhole: true)
        }
        let regions = Set((ledger.values[.region] ?? []).map(\.name))
        entries += ledger.dealRegions.filter { !regions.contains($0) }
            .map { VocabularyEntry($0, .value(dimension: "region", value: $0)) }
        let (articles, operations) = try await databases.database(of: tenant).reader.perform { connection in
            (try ArticleStore(connection).summaries(limit: 5000), try OperationsVocabulary.entries(connection))
        }
        entries += operations
        entries += articles.map { VocabularyEntry($0.title, .topic(kind: "article", id: $0.id)) }
        return TenantVocabulary(
            version: Int(ledger.dataVersion),
            entries: entries,
            firstDate: ledger.firstDate,
            lastDate: ledger.lastDate,
            lacking: ledger.firstBudgetMonth == nil ? ["budget"] : []
        )
    }
}
