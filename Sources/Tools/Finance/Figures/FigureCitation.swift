internal import AgentRuntime

extension Citation {
    /// Accounts that a citation names; an answer over more of them says how many there are in its text.
    private static let accountsMax = 100

    /// The ledger rows that an answer rests on.
    ///
    /// Its query is the tool's name and canonical arguments, from which the figure can be asked again.
    static func ledger(
        _ calculator: FigureCalculator,
        _ period: PeriodArgument,
        _ measure: FigureCalculator.Measure = .actual,
        tool: String,
        arguments: JSONObject
    ) -> Citation {
        let ledger = calculator.ledger
        let figures = calculator.figures(period.period, measure, by: Grouping(.account, ledger))
        let used = figures.indices.filter { figures[$0].rows > 0 }
        return .ledger(
            accounts: used.map { ledger.accounts[$0] },
            rows: used.reduce(0) { $0 + figures[$1].rows },
            name: calculator.metric.name,
            period: period,
            query: query(tool, arguments),
            dataVersion: ledger.dataVersion,
            noun: measure == .budget ? "budget row" : "ledger row"
        )
    }

    static func query(_ tool: String, _ arguments: JSONObject) -> String {
        tool + " " + String(decoding: JSONValue.object(arguments).canonicalBytes(), as: UTF8.self)
    }

    static func ledger(
        accounts: [LedgerSnapshot.Account],
        rows: Int,
        name: String,
        period: PeriodArgument,
        query: String,
        dataVersion: Int64,
        noun: String = "ledger row"
    ) -> Citation {
        let codes = accounts.map(\.code)
        let single = accounts.count == 1 ? accounts.first : nil
        let part = single.map { "\($0.name) (\($0.code))" } ?? "\(name), \(accounts.count) accounts"
        return Citation(
            source: "ledger",
            id: "ledger_" + SHA256.hex("\(dataVersion) \(name) \(codes.joined(separator: ",")) \(query)").prefix(16),
            text: "\(part), \(period.label), \(rows) \(noun)\(rows == 1 ? "" : "s")",
            fields: [
                "account": .optional(single?.code ?? codes.first),
                "accounts": .array(codes.prefix(accountsMax).map(JSONValue.string)),
                "period": [
                    "start_date": .string(period.period.start.description),
                    "end_date": .string(period.period.end.description),
                ],
                "query": .string(query),
                "rows": .integer(rows),
            ]
        )
    }
}
