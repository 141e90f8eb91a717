package import AgentRuntime

/// `anomalies`: what stands out in the ledger.
package struct AnomaliesTool: Tool {
    static let name = "anomalies"
    static let limitDefault = 20
    static let limitMax = 500
    /// Anomalies that an answer cites one by one.
    static let citationsMax = 20

    private let ledger: LedgerStore

    package init(ledger: LedgerStore) { self.ledger = ledger }

    package var declaration: ToolDeclaration {
        ToolDeclaration(
            name: AnomaliesTool.name,
            purpose: """
                Lists months of accounts that differ from their budget, or without one from what is usual: cost spikes, \
                revenue drops and the like, with the expected value and the difference. Newest month first.
                """,
            parameters: FigureSchema.object([
                "period": FigureSchema.period,
                "severity": FigureSchema.choice("Only this one.", Anomaly.Severity.allCases.map(\.rawValue)),
                "status": FigureSchema.choice("Only this one.", AnomalyState.Status.allCases.map(\.rawValue)),
                "category": FigureSchema.choice("Only this one.", Anomaly.Category.allCases.map(\.rawValue)),
                "account": FigureSchema.text("Only the account of this code or name."),
                "limit": FigureSchema.limit("Anomalies to return", AnomaliesTool.limitDefault, AnomaliesTool.limitMax),
            ]),
            permission: .dashboardRead,
            results: .ownFigures
        )
    }

    package func call(_ arguments: JSONObject, context: ToolContext) async throws -> ToolResult {
        try await ledger.answer(context) { ledger, connection in
            try AnomaliesTool.result(arguments, ledger, connection, context.settings)
        }
    }

    private static func result(
        _ arguments: JSONObject,
        _ ledger: LedgerSnapshot,
        _ connection: SQLiteConnection,
        _ settings: TenantSettings
    ) throws -> ToolResult {
        let period = try arguments["period"].map { value throws(FigureFailure) in
            try PeriodArgument(value, settings: settings)
        }
        let severity = try arguments.choice("severity", Anomaly.Severity.allCases.map(\.rawValue))
        let status = try arguments.choice("status", AnomalyState.Status.allCases.map(\.rawValue))
        let category = try arguments.choice("category", Anomaly.Category.allCases.map(\.rawValue))
        let limit = try arguments.count("limit", default: limitDefault, max: limitMax)
        let codes = try arguments["account"]?.string.map { name throws(FigureFailure) in
            try AnomaliesTool.codes(name, ledger)
        }
        let found = try AnomalyBook.all(ledger, connection, settings).filter { anomaly in
            period?.period.overlaps(anomaly.month) ?? true
                && severity ?? anomaly.severity.rawValue == anomaly.severity.rawValue
                && status ?? anomaly.state.status.rawValue == anomaly.state.status.rawValue
                && category ?? anomaly.category.rawValue == anomaly.category.rawValue
                && codes?.contains(anomaly.accountCode) ?? true
        }
        let shown = found.prefix(limit)
        var content: JSONObject = [
            "anomalies": .array(shown.map(\.json)),
            "total": .integer(found.count),
            "currency": .string(settings.currency),
        ]
        if let period { content["period"] = period.json }
        var citations = shown.prefix(citationsMax).map(\.citation)
        if citations.isEmpty { citations = [searched(ledger, period, arguments, settings)] }
        return ToolResult(content: .object(content), citations: citations)
    }

    /// That nothing was found rests on all rows that were looked at.
    private static func searched(
        _ ledger: LedgerSnapshot,
        _ period: PeriodArgument?,
        _ arguments: JSONObject,
        _ settings: TenantSettings
    ) -> Citation {
        let first = ledger.firstDate ?? settings.today
        let day = FiscalCalendar(startMonth: settings.fiscalYearStart).period(.day, containing: first)
        let whole = Period(start: first, end: max(first, ledger.lastDate ?? first)) ?? day
        let looked = period ?? PeriodArgument(whole, settings: settings)
        let rows = ledger.ledger.rows(from: looked.period.start.dayNumber, to: looked.period.end.dayNumber)
        return .ledger(
            accounts: ledger.accounts.indices.filter { ledger.ledgerRows[$0] > 0 }.map { ledger.accounts[$0] },
            rows: rows.count,
            name: "All accounts",
            period: looked,
            query: Citation.query(name, arguments),
            dataVersion: ledger.dataVersion
        )
    }

    private static func codes(_ name: String, _ ledger: LedgerSnapshot) throws(FigureFailure) -> Set<String> {
        let wanted = name.trimmingBlanks().lowercased()
        let code = wanted.hasPrefix("account:") ? String(wanted.dropFirst(8)) : wanted
        let found = ledger.accounts.filter { account in
            account.code.lowercased() == code || account.names.contains { $0.lowercased() == code }
        }
        guard !found.isEmpty else {
            let known = ledger.accounts.flatMap { [$0.code] + $0.names }
            throw .unknownValue(name, dimension: "account", known: known)
        }
        return Set(found.map(\.code))
    }
}
