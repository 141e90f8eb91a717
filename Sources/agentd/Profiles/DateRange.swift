internal import AgentRuntime

/// The days between two parameters of a query, both included.
enum DateRange {
    static func parameters(areRequired: Bool) -> [RouteParameter] {
        [
            RouteParameter(
                "start_date",
                summary: "First day, YYYY-MM-DD.",
                schema: ["type": "string", "format": "date"],
                isRequired: areRequired
            ),
            RouteParameter(
                "end_date",
                summary: "Last day, YYYY-MM-DD.",
                schema: ["type": "string", "format": "date"],
                isRequired: areRequired
            ),
        ]
    }

    /// Reads a query that the route has checked.
    ///
    /// - Throws: `invalid_argument` when the days are in the wrong order.
    static func read(_ query: JSONObject) throws(AgentError) -> (start: CalendarDate?, end: CalendarDate?) {
        let start = query["start_date"]?.string.flatMap(CalendarDate.init)
        let end = query["end_date"]?.string.flatMap(CalendarDate.init)
        if let start, let end, end < start {
            throw AgentError(
                .invalidArgument,
                "The start date must not be after the end date.",
                details: [.init(field: "start_date", message: "must not be after end_date")]
            )
        }
        return (start, end)
    }
}

/// What figures are compared with, as queries name it.
enum ComparisonParameter {
    static let parameter = RouteParameter(
        "compare_to",
        summary: "What to compare with. A forecast is not available and answered with an error.",
        schema: ["type": "string", "enum": ["budget", "prior_period", "prior_year", "forecast"]]
    )

    static func read(_ query: JSONObject) throws(AgentError) -> String? {
        let name = query["compare_to"]?.string
        guard name != "forecast" else {
            throw AgentError(
                .invalidParameter,
                "Figures cannot be compared with a forecast: there is none. Use budget, prior_period or prior_year.",
                details: [.init(field: "compare_to", message: "forecast is not available")]
            )
        }
        return name
    }
}
