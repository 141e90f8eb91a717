package import AgentRuntime

/// `variance_drivers`: what makes up a difference.
package struct VarianceDriversTool: Tool {
    static let name = "variance_drivers"

    private let ledger: LedgerStore

    package init(ledger: LedgerStore) { self.ledger = ledger }

    package var declaration: ToolDeclaration {
        ToolDeclaration(
            name: VarianceDriversTool.name,
            purpose: """
                Explains why a metric differs from its budget, the period before or the year before: the accounts (or \
                vendors, departments, regions …) that make up the difference, largest first, each with its anomaly if it \
                has one. Drivers and rest sum to the total. Budgets carry account, region, lob and department only.
                """,
            parameters: FigureSchema.object(
                [
                    "metric": FigureSchema.metric,
                    "period": FigureSchema.period,
                    "compare_to": FigureSchema.baseline,
                    "by": FigureSchema.choice("What to look for drivers among; account unless said.", Breakdown.names),
                    "filters": FigureSchema.filters,
                    "limit": FigureSchema.limit(
                        "Drivers to name",
                        VarianceDrivers.limitDefault,
                        VarianceDrivers.limitMax
                    ),
                ],
                required: ["metric", "period", "compare_to"]
            ),
            permission: .metricsRead,
            results: .ownFigures
        )
    }

    package func call(_ arguments: JSONObject, context: ToolContext) async throws -> ToolResult {
        try await ledger.answer(context) { ledger, connection in
            try VarianceDrivers(arguments, ledger: ledger, settings: context.settings).result(connection)
        }
    }
}
