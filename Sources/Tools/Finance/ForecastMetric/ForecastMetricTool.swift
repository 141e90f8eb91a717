package import AgentRuntime

/// `forecast_metric`: what a figure of the ledger is likely to be, with how sure that is.
package struct ForecastMetricTool: Tool {
    static let name = "forecast_metric"

    private let ledger: LedgerStore

    package init(ledger: LedgerStore) { self.ledger = ledger }

    package var declaration: ToolDeclaration {
        ToolDeclaration(
            name: ForecastMetricTool.name,
            purpose: """
                Forecasts a financial metric for a period to come, or for the next months: month by month with 80 and 95 \
                percent intervals, the sum, the method (Holt-Winters, Holt, seasonal naive or naive, whichever did best \
                on the metric's own past) and its errors there (MAPE, RMSE). Months of the period that have ended are as \
                booked.
                """,
            parameters: FigureSchema.object(
                [
                    "metric": FigureSchema.metric, "period": FigureSchema.period, "filters": FigureSchema.filters,
                    "months": FigureSchema.limit(
                        "Months from now on, where no period is given",
                        MetricForecast.monthsDefault,
                        MetricForecast.monthsMax
                    ),
                ],
                required: ["metric"]
            ),
            permission: .metricsRead,
            results: .ownFigures
        )
    }

    package func call(_ arguments: JSONObject, context: ToolContext) async throws -> ToolResult {
        try await ledger.answer(context) { ledger in
            try MetricForecast(arguments, ledger: ledger, settings: context.settings).result()
        }
    }
}
