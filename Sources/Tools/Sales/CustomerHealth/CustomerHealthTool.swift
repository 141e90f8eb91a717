package import AgentRuntime

/// `customer_health`: how customers are, from what they buy, pay and are rated.
package struct CustomerHealthTool: Tool {
    static let name = "customer_health"
    static let limitDefault = 10
    static let limitMax = 200

    private let ledger: LedgerStore

    package init(ledger: LedgerStore) { self.ledger = ledger }

    package var declaration: ToolDeclaration {
        ToolDeclaration(
            name: CustomerHealthTool.name,
            purpose: """
                Scores the health of customers from 0 to 100 out of what is known of each: the rating on record, how \
                usual the silence since the last order is, the trend of orders, and what is overdue; with the band \
                (healthy, watch, at_risk), the recurring revenue at stake and the reasons.
                """,
            parameters: FigureSchema.object([
                "customer": FigureSchema.text("One customer (name, code, identifier or e-mail)."),
                "band": FigureSchema.choice("Only this band.", CustomerHealth.Band.allCases.map(\.rawValue)),
                "limit": FigureSchema.limit(
                    "Customers to return, the least healthy first",
                    CustomerHealthTool.limitDefault,
                    CustomerHealthTool.limitMax
                ),
            ]),
            permission: .customersRead
        )
    }

    package func call(_ arguments: JSONObject, context: ToolContext) async throws -> ToolResult {
        try await ledger.answer(context) { _, connection in
            try CustomerHealth(connection, context.settings).result(arguments)
        }
    }
}
