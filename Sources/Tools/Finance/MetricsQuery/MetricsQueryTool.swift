package import AgentRuntime

/// `metrics_query`: any figure of the ledger, with comparison, breakdown and series.
package struct MetricsQueryTool: Tool {
    static let name = "metrics_query"

    private let ledger: LedgerStore

    package init(ledger: LedgerStore) { self.ledger = ledger }

    package var declaration: ToolDeclaration {
        ToolDeclaration(
            name: MetricsQueryTool.name,
            purpose: """
                Gives a financial metric over a period from the ledger: its value and, when asked, the comparison with \
                budget, the period before or the year before, a breakdown by account, region, vendor and the like, and a \
                series by month or another unit. Metrics are revenue, cogs, gross_profit, gross_margin, opex, ebitda, \
                ebitda_margin, operating_income, operating_margin, other, net_income, net_margin, costs, spend, \
                depreciation, or account:CODE for one account. Spend with a vendor is the metric spend filtered by \
                vendor. Variance is actual minus budget.
                """,
            parameters: FigureSchema.object(
                [
                    "metric": FigureSchema.metric,
                    "period": FigureSchema.period,
                    "compare_to": FigureSchema.baseline,
                    "group_by": FigureSchema.choice("Divide the value by this.", Breakdown.names),
                    "granularity": FigureSchema.choice(
                        "Also give the values by this unit.",
                        Granularity.allCases.map(\.rawValue)
                    ),
                    "filters": FigureSchema.filters,
                    "order": FigureSchema.choice("Order of the groups; desc unless by name.", ["desc", "asc"]),
                    "order_by": FigureSchema.choice(
                        "What the groups are ordered by.",
                        MetricsQuery.Order.allCases.map(\.rawValue)
                    ),
                    "limit": FigureSchema.limit("Groups to return", MetricsQuery.groupsDefault, MetricsQuery.groupsMax),
                    "measure": FigureSchema.choice("Figures of the ledger or of the budget.", ["actual", "budget"]),
                ],
                required: ["metric", "period"]
            ),
            permission: .metricsRead,
            results: .ownFigures
        )
    }

    package var worksElsewhere: Bool { true }

    package func call(_ arguments: JSONObject, context: ToolContext) async throws -> ToolResult {
        try await ledger.answer(context) { ledger in
            try MetricsQuery(arguments, ledger: ledger, settings: context.settings).result()
        }
    }
}
