package import AgentRuntime

/// `stock_alerts`: materials that run short, and how much to order.
package struct StockAlertsTool: Tool {
    static let name = "stock_alerts"
    static let limitDefault = 20
    static let limitMax = 500

    private let ledger: LedgerStore

    package init(ledger: LedgerStore) { self.ledger = ledger }

    package var declaration: ToolDeclaration {
        ToolDeclaration(
            name: StockAlertsTool.name,
            purpose: """
                Lists materials whose free stock (stock less reserved) is at or below the reorder point, or lasts less \
                than two weeks, with days of cover from the last 90 days of use, what is on its way, and the quantity to \
                order. With a material that one, short or not.
                """,
            parameters: FigureSchema.object([
                "material": FigureSchema.text("Only this material (code or name)."),
                "supplier": FigureSchema.text("Only materials of this supplier."),
                "limit": FigureSchema.limit(
                    "Materials to return",
                    StockAlertsTool.limitDefault,
                    StockAlertsTool.limitMax
                ),
            ]),
            permission: .materialsRead,
            results: .ownFigures
        )
    }

    package func call(_ arguments: JSONObject, context: ToolContext) async throws -> ToolResult {
        try await ledger.answer(context) { _, connection in
            try StockAlerts(connection, context.settings).result(arguments)
        }
    }
}
