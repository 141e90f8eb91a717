internal import AgentRuntime

/// Reads the words that a remote tenant's data brings into questions: accounts, dimension values, deals.
struct RemoteWords: Sendable {
    /// How far back words are looked for where the service does not say where its data begins.
    private static let monthsBack = 36

    let domain: RemoteDomain
    let asker: Asker

    func read(asOf: CalendarDate?) async throws -> TenantVocabulary {
        let facts: RemoteDomain.Facts? = if asOf == nil { try await domain.facts(for: asker) } else { nil }
        let today = asOf ?? facts?.today ?? asker.now.date
        let first = facts?.first ?? today.startOfMonth.adding(months: -Self.monthsBack)
        var entries: [VocabularyEntry] = []
        var lacking: Set<String> = []
        do {
            let query = [
                RemoteQuery("metrics", "revenue,spend"), RemoteQuery("start_date", first.description),
                RemoteQuery("end_date", today.description), RemoteQuery("granularity", "yearly"),
                RemoteQuery(
                    "group_by",
                    (["account"] + LedgerDimension.allCases.map(\.rawValue)).joined(separator: ",")
                ),
            ]
            let items = try await domain.get("/metrics", query, for: asker)["data"]?["metrics"]?.array ?? []
            entries += accounts(items.flatMap { groups($0, "account") }.map { ($0["code"], $0["name"]) })
            for dimension in LedgerDimension.allCases {
                let names = Set(items.flatMap { groups($0, dimension.rawValue) }.compactMap { $0["name"]?.string })
                entries += names.subtracting([LedgerDimension.unassigned]).sorted()
                    .map { VocabularyEntry($0, .value(dimension: dimension.rawValue, value: $0)) }
            }
            if items.allSatisfy({ ($0["summary"]?["total_budget"])?.exact == nil }) { lacking = ["budget"] }
        } catch let failure as FigureFailure where failure.code == "invalid_argument" {
            // A service that does not divide figures still writes statements.
            let query = [RemoteQuery("period", "year"), RemoteQuery("date", today.description)]
            let statement = try await domain.get("/metrics/income-statement", query, for: asker)["data"]
            let items = (statement?["line_items"]?.array ?? []).flatMap { $0["items"]?.array ?? [] }
            entries += accounts(items.map { ($0["account_code"], $0["name"]) })
        } catch let failure as FigureFailure where failure.code == "refused" {
            // Who may not see figures has no use for their words.
        }
        if asker.principal.may(.dealsRead) {
            do {
                entries += deals(try await domain.deals(for: asker), regions: entries)
            } catch let failure as FigureFailure where failure.code == "refused" {
                // Nor for those of deals.
            }
        }
        return TenantVocabulary(
            version: 0,
            entries: entries,
            firstDate: facts?.first,
            lastDate: facts?.last,
            lacking: lacking
        )
    }

    private func groups(_ item: JSONValue, _ name: String) -> [JSONValue] {
        item["breakdowns"]?.array?.first { $0["by"]?.string == name }?["groups"]?.array ?? []
    }

    private func accounts(_ pairs: [(code: JSONValue?, name: JSONValue?)]) -> [VocabularyEntry] {
        var seen: Set<String> = []
        return pairs.flatMap { code, name -> [VocabularyEntry] in
            guard let code = code?.string, let name = name?.string, seen.insert(code).inserted else { return [] }
            let metric = Term.metric("account:\(code)")
            return [VocabularyEntry(name, metric), VocabularyEntry(code, metric)]
        }
    }

    private func deals(_ deals: [Deal], regions: [VocabularyEntry]) -> [VocabularyEntry] {
        func distinct(_ name: (Deal) -> String) -> [String] { Set(deals.map(name)).filter { !$0.isEmpty }.sorted() }
        var entries: [VocabularyEntry] = []
        let kinds: [(String, [String])] = [
            ("deal_owner", distinct(\.owner)), ("deal_stage", distinct(\.stage)), ("deal_account", distinct(\.account)),
        ]
        for (dimension, names) in kinds {
            entries += names.map { VocabularyEntry($0, .value(dimension: dimension, value: $0)) }
        }
        entries += distinct(\.name).prefix(LedgerVocabulary.dealNamesMax)
            .map { VocabularyEntry($0, .value(dimension: "deal", value: $0), isWhole: true) }
        let known = Set(regions)
        entries += distinct(\.region).map { VocabularyEntry($0, .value(dimension: "region", value: $0)) }
            .filter { !known.contains($0) }
        return entries
    }
}
