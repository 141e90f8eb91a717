package import AgentRuntime

/// `revenue_forecast`: what a period will bring, from the past and from the pipeline.
package struct RevenueForecastTool: Tool {
    static let name = "revenue_forecast"

    private let ledger: LedgerStore

    package init(ledger: LedgerStore) { self.ledger = ledger }

    package var declaration: ToolDeclaration {
        ToolDeclaration(
            name: RevenueForecastTool.name,
            purpose: """
                Forecasts the revenue of a period that has not ended, with 80 % and 95 % intervals: what is booked, what \
                the past months foretell of the rest, and beside it the deals that close in the period, each with its \
                own probability of being won; against the budget.
                """,
            parameters: FigureSchema.object(["period": FigureSchema.period]),
            permission: .dealsRead
        )
    }

    package func call(_ arguments: JSONObject, context: ToolContext) async throws -> ToolResult {
        try await ledger.answer(context) { ledger, connection in
            try RevenueForecast(arguments, ledger, connection, context.settings).result()
        }
    }
}
