package import AgentRuntime

/// `demand_forecast`: how much of a material will be needed.
package struct DemandForecastTool: Tool {
    static let name = "demand_forecast"
    static let periodsDefault = 3
    static let periodsMax = 36

    private let ledger: LedgerStore

    package init(ledger: LedgerStore) { self.ledger = ledger }

    package var declaration: ToolDeclaration {
        ToolDeclaration(
            name: DemandForecastTool.name,
            purpose: """
                Forecasts the use of a material by week, month or quarter from what was used so far, with 80 % and 95 % \
                intervals, the method that did best on the past and its error, and how long the stock lasts.
                """,
            parameters: FigureSchema.object(
                [
                    "material": FigureSchema.text("The material (code or name)."),
                    "horizon": FigureSchema.choice(
                        "monthly unless said.",
                        DemandForecast.Horizon.allCases.map(\.rawValue)
                    ),
                    "periods": FigureSchema.limit(
                        "Periods to forecast",
                        DemandForecastTool.periodsDefault,
                        DemandForecastTool.periodsMax
                    ),
                ],
                required: ["material"]
            ),
            permission: .materialsRead
        )
    }

    package func call(_ arguments: JSONObject, context: ToolContext) async throws -> ToolResult {
        try await ledger.answer(context) { _, connection in
            try DemandForecast(arguments, connection, context.settings).result()
        }
    }
}
