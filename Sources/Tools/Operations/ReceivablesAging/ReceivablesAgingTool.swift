package import AgentRuntime

/// `receivables_aging`: what customers owe, by how long it has been due.
package struct ReceivablesAgingTool: Tool {
    static let name = "receivables_aging"
    static let limitDefault = 20
    static let limitMax = 200

    private let ledger: LedgerStore

    package init(ledger: LedgerStore) { self.ledger = ledger }

    package var declaration: ToolDeclaration {
        ToolDeclaration(
            name: ReceivablesAgingTool.name,
            purpose: """
                Ages accounts receivable: what is outstanding in total and by days past the due date (not due, 1–30, \
                31–60, 61–90, over 90), by customer, with days sales outstanding.
                """,
            parameters: FigureSchema.object([
                "customer": FigureSchema.text("Only this customer."),
                "limit": FigureSchema.limit(
                    "Customers to return",
                    ReceivablesAgingTool.limitDefault,
                    ReceivablesAgingTool.limitMax
                ),
            ]),
            permission: .invoicesRead,
            results: .ownFigures
        )
    }

    package func call(_ arguments: JSONObject, context: ToolContext) async throws -> ToolResult {
        try await ledger.answer(context) { _, connection in
            let receivables = try Receivables(arguments, connection, context.settings)
            return ReceivablesAging(receivables).result(arguments)
        }
    }
}
