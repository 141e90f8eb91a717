internal import AgentRuntime
internal import Tools

/// What an import changes that others want to be told of: anomalies that were not there, deals that have been closed.
///
/// Found by comparing what there is before and after; facts of an import follow its own record in the journal.
struct ImportNews: Sendable {
    /// Facts of one kind that an import tells of, at most; a first import of many years has more anomalies than anyone
    /// reads.
    static let factsMax = 500

    let anomalies: AnomalyBook
    let deals: DealBook
    let settings: any TenantSettingsSource
    let databases: DomainDatabases

    /// What there is before an import.
    struct Before: Sendable {
        fileprivate var anomalies: Set<String>?
        fileprivate var open: Set<String>?
    }

    func before(_ type: String, of tenant: TenantID) async throws -> Before {
        var before = Before()
        let exists = await databases.exists(tenant)
        switch type {
        case "ledger", "budget":
            before.anomalies = exists ? Set(try await found(tenant).map(\.id)) : []
        case "deals":
            before.open = exists ? Set(try await deals.all(of: tenant).filter { $0.status == .open }.map(\.id)) : []
        default: break
        }
        return before
    }

    /// The facts that have come about since.
    func facts(since before: Before, of tenant: TenantID, actor: String) async throws -> [RecordDraft] {
        var drafts: [RecordDraft] = []
        if let known = before.anomalies {
            drafts += try await found(tenant).filter { !known.contains($0.id) }.prefix(Self.factsMax).map { anomaly in
                var payload = anomaly.json.object ?? [:]
                payload["account"] = .string(anomaly.accountCode)
                return RecordDraft(kind: RecordKind("anomaly.detected"), actor: actor, payload: .object(payload))
            }
        }
        if let open = before.open {
            let closed = try await deals.all(of: tenant).filter { $0.status != .open && open.contains($0.id) }
            drafts += closed.prefix(Self.factsMax).map { deal in
                RecordDraft(
                    kind: RecordKind("deal.changed"),
                    actor: actor,
                    payload: [
                        "id": .string(deal.id), "before": ["status": "open"],
                        "after": ["status": .string(deal.status.rawValue), "stage": .string(deal.stage)],
                        "deal": deal.fact,
                    ]
                )
            }
        }
        return drafts
    }

    private func found(_ tenant: TenantID) async throws -> [Anomaly] {
        try await anomalies.all(try await settings.settings(for: tenant))
    }
}

extension Domain {
    var news: ImportNews {
        ImportNews(
            anomalies: AnomalyBook(databases),
            deals: DealBook(databases),
            settings: settings,
            databases: databases
        )
    }
}
