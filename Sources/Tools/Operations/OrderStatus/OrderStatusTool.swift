package import AgentRuntime

/// `order_status`: where orders stand and when they are expected.
package struct OrderStatusTool: Tool {
    static let name = "order_status"
    static let limitDefault = 20
    static let limitMax = 200

    private let ledger: LedgerStore

    package init(ledger: LedgerStore) { self.ledger = ledger }

    package var declaration: ToolDeclaration {
        ToolDeclaration(
            name: OrderStatusTool.name,
            purpose: """
                Tells where orders stand: status, order, required and expected date, and whether they are late. With an \
                order number that order; without any argument the orders of the conversation's customer ("my order"); \
                else all orders that the arguments keep, the latest first.
                """,
            parameters: FigureSchema.object([
                "order_number": FigureSchema.text("One order, by its number."),
                "customer": FigureSchema.text("Only this customer (name, code, identifier or e-mail)."),
                "status": FigureSchema.text(
                    "Only this status; “open” for all that are neither finished nor cancelled."
                ),
                "late": [
                    "type": "boolean", "description": "Only open orders that are late, or only those that are not.",
                ],
                "mine": ["type": "boolean", "description": "Only orders of the conversation's customer."],
                "period": FigureSchema.period,
                "limit": FigureSchema.limit("Orders to return", OrderStatusTool.limitDefault, OrderStatusTool.limitMax),
            ]),
            permission: .ordersRead,
            results: .ownFigures
        )
    }

    package func call(_ arguments: JSONObject, context: ToolContext) async throws -> ToolResult {
        try await ledger.answer(context) { _, connection in
            try OrderStatus(arguments, connection, context).result()
        }
    }
}
