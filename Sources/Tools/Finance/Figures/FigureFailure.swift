internal import AgentRuntime

/// Why a question about figures has no answer, in a form that the asker can mend.
struct FigureFailure: Error {
    var code: String
    var message: String
    var more: JSONObject = [:]

    var result: ToolResult { .failure(code, message, more) }

    static func unknownMetric(_ name: String, accounts: [LedgerSnapshot.Account]) -> FigureFailure {
        let names = MetricCatalogue.metrics.map(\.id) + accounts.flatMap { ["account:\($0.code)"] + $0.names }
        let nearest = NearestName.of(name, among: names)
        let hint = nearest.map { "; did you mean “\($0)”?" } ?? "."
        return FigureFailure(
            code: "unknown_metric",
            message: "There is no metric or account “\(shown(name))”\(hint)",
            more: [
                "nearest": .optional(nearest),
                "metrics": .array(MetricCatalogue.metrics.map { .string($0.id) }),
            ]
        )
    }

    /// A vendor, region and the like is asked for as if it were a metric.
    static func noMetricBut(_ value: String, of dimension: LedgerDimension) -> FigureFailure {
        FigureFailure(
            code: "unknown_metric",
            message:
                "“\(shown(value))” is a \(dimension.rawValue), not a metric; ask for spend, revenue or another metric "
                + "with a filter on \(dimension.rawValue).",
            more: ["nearest": "spend", "dimension": .string(dimension.rawValue), "value": .string(value)]
        )
    }

    static func unknownDimension(_ name: String, known: [String]) -> FigureFailure {
        let nearest = NearestName.of(name, among: known)
        return FigureFailure(
            code: "unknown_dimension",
            message: "“\(shown(name))” is no dimension; there are \(known.joined(separator: ", ")).",
            more: ["nearest": .optional(nearest), "dimensions": .array(known.map(JSONValue.string))]
        )
    }

    static func unknownValue(_ value: String, dimension: String, known: [String]) -> FigureFailure {
        let nearest = NearestName.of(value, among: known)
        let hint = nearest.map { "; did you mean “\($0)”?" } ?? "."
        return FigureFailure(
            code: "unknown_value",
            message: "The ledger has no \(dimension) “\(shown(value))”\(hint)",
            more: [
                "dimension": .string(dimension), "nearest": .optional(nearest),
                "values": .array(known.prefix(50).map(JSONValue.string)),
            ]
        )
    }

    static func invalidPeriod(_ reason: String) -> FigureFailure {
        FigureFailure(code: "invalid_period", message: "The period cannot be used: \(reason).")
    }

    static func invalidArgument(_ name: String, _ reason: String) -> FigureFailure {
        FigureFailure(
            code: "invalid_argument",
            message: "\(name) \(reason).",
            more: ["argument": .string(name)]
        )
    }

    /// Nothing is booked (or budgeted) for what was asked in that period.
    static func noData(
        _ what: String,
        _ period: PeriodArgument,
        available: (first: CalendarDate, last: CalendarDate)?
    ) -> FigureFailure {
        var more: JSONObject = ["period": period.json, "available": .null]
        guard let available else {
            return FigureFailure(code: "no_data", message: "There is no \(what) at all.", more: more)
        }
        more["available"] = [
            "start_date": .string(available.first.description), "end_date": .string(available.last.description),
        ]
        return FigureFailure(
            code: "no_data",
            message: "There is no \(what) in \(period.label); it goes from \(available.first) to \(available.last).",
            more: more
        )
    }
}
