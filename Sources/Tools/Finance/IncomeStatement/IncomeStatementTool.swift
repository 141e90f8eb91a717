package import AgentRuntime

/// `income_statement`: the whole statement of a period.
package struct IncomeStatementTool: Tool {
    static let name = "income_statement"

    private let ledger: LedgerStore

    package init(ledger: LedgerStore) { self.ledger = ledger }

    package var declaration: ToolDeclaration {
        ToolDeclaration(
            name: IncomeStatementTool.name,
            purpose: """
                Gives the income statement of a period: every account by section with subtotals, and gross profit, \
                operating income and net income with their share of revenue; each beside budget, period before and year \
                before.
                """,
            parameters: FigureSchema.object(
                [
                    "period": FigureSchema.period, "compare_to": FigureSchema.baseline,
                    "filters": FigureSchema.filters,
                ],
                required: ["period"]
            ),
            permission: .metricsRead,
            results: .ownFigures
        )
    }

    package func call(_ arguments: JSONObject, context: ToolContext) async throws -> ToolResult {
        try await ledger.answer(context) { ledger in
            try IncomeStatement(arguments, ledger: ledger, settings: context.settings).result()
        }
    }
}
