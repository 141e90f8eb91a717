package import AgentRuntime

/// `supplier_performance`: who delivers when promised, and good.
package struct SupplierPerformanceTool: Tool {
    static let name = "supplier_performance"
    static let limitDefault = 20
    static let limitMax = 200

    private let ledger: LedgerStore

    package init(ledger: LedgerStore) { self.ledger = ledger }

    package var declaration: ToolDeclaration {
        ToolDeclaration(
            name: SupplierPerformanceTool.name,
            purpose: """
                Rates suppliers by their deliveries: on-time rate (delivered by the promised day, of all that were due), \
                average days late, quality rate (accepted of delivered quantity), and what is overdue now. A period \
                restricts by promised date.
                """,
            parameters: FigureSchema.object([
                "supplier": FigureSchema.text("Only this supplier."),
                "period": FigureSchema.period,
                "order_by": FigureSchema.choice(
                    "overdue unless said: what is overdue now, then the lowest on-time rate.",
                    SupplierPerformance.Order.allCases.map(\.rawValue)
                ),
                "order": FigureSchema.choice("asc shows the lowest rate first; desc the highest.", ["asc", "desc"]),
                "limit": FigureSchema.limit(
                    "Suppliers to return",
                    SupplierPerformanceTool.limitDefault,
                    SupplierPerformanceTool.limitMax
                ),
            ]),
            permission: .materialsRead,
            results: .ownFigures
        )
    }

    package func call(_ arguments: JSONObject, context: ToolContext) async throws -> ToolResult {
        try await ledger.answer(context) { _, connection in
            try SupplierPerformance(arguments, connection, context.settings).result()
        }
    }
}
