package import AgentRuntime

/// `costs_breakdown`: what costs are made of, with the steps from a baseline to them.
package struct CostsBreakdownTool: Tool {
    static let name = "costs_breakdown"

    private let ledger: LedgerStore

    package init(ledger: LedgerStore) { self.ledger = ledger }

    package var declaration: ToolDeclaration {
        ToolDeclaration(
            name: CostsBreakdownTool.name,
            purpose: """
                Divides the costs of a period by category (account), section, vendor, department, driver (people, \
                premises, technology …) or another dimension; with compare_to also the waterfall from the budget or an \
                earlier period to them. Items and rest sum to the total. Budgets carry account, region, lob and \
                department only.
                """,
            parameters: FigureSchema.object(
                [
                    "metric": FigureSchema.choice(
                        "Which costs: costs (cost of goods and operating expenses) unless said.",
                        CostsBreakdown.metrics
                    ),
                    "period": FigureSchema.period,
                    "compare_to": FigureSchema.baseline,
                    "by": FigureSchema.choice("What to divide by; category unless said.", CostsBreakdown.divisions),
                    "filters": FigureSchema.filters,
                    "limit": FigureSchema.limit(
                        "Items to name",
                        CostsBreakdown.limitDefault,
                        CostsBreakdown.limitMax
                    ),
                ],
                required: ["period"]
            ),
            permission: .metricsRead
        )
    }

    package func call(_ arguments: JSONObject, context: ToolContext) async throws -> ToolResult {
        try await ledger.answer(context) { ledger, _ in
            try CostsBreakdown(arguments, ledger: ledger, settings: context.settings).result()
        }
    }
}
