package import AgentRuntime

/// `customer_intelligence`: what customers are worth, when they buy again, and who may be lost.
package struct CustomerIntelligenceTool: Tool {
    static let name = "customer_intelligence"
    static let limitDefault = 10
    static let limitMax = 200

    enum Order: String, CaseIterable {
        case churn = "churn_probability"
        case reorder = "reorder_probability"
        case value = "lifetime_value"
    }

    private let ledger: LedgerStore

    package init(ledger: LedgerStore) { self.ledger = ledger }

    package var declaration: ToolDeclaration {
        ToolDeclaration(
            name: CustomerIntelligenceTool.name,
            purpose: """
                Tells of customers, from their orders: lifetime value, number and average of orders, recency, frequency \
                and value scores (RFM), the probability and date of the next order, and the risk of having lost them.
                """,
            parameters: FigureSchema.object([
                "customer": FigureSchema.text("One customer (name, code, identifier or e-mail)."),
                "segment": FigureSchema.text("Only customers of this segment."),
                "churn_risk": FigureSchema.choice("Only this risk.", ["low", "medium", "high"]),
                "horizon_days": [
                    "type": "integer", "minimum": 1, "maximum": 730,
                    "description": "Days ahead for the probability of another order: 30 unless said.",
                ],
                "order_by": FigureSchema.choice("lifetime_value unless said.", Order.allCases.map(\.rawValue)),
                "limit": FigureSchema.limit(
                    "Customers to return",
                    CustomerIntelligenceTool.limitDefault,
                    CustomerIntelligenceTool.limitMax
                ),
            ]),
            permission: .customersRead
        )
    }

    package func call(_ arguments: JSONObject, context: ToolContext) async throws -> ToolResult {
        try await ledger.answer(context) { _, connection in
            try CustomerIntelligence(try PurchaseHistory(connection, context.settings)).result(arguments)
        }
    }
}
