package import AgentRuntime

/// `cash_runway`: the cash there is, and how long it lasts.
package struct CashRunwayTool: Tool {
    static let name = "cash_runway"

    private let ledger: LedgerStore

    package init(ledger: LedgerStore) { self.ledger = ledger }

    package var declaration: ToolDeclaration {
        ToolDeclaration(
            name: CashRunwayTool.name,
            purpose: """
                Gives the cash balance in total and by account, the net burn over the last three months and how many \
                months the cash lasts at that rate; without a burn it says so.
                """,
            parameters: FigureSchema.object([
                "as_of": [
                    "type": "string", "format": "date", "description": "The day to look from; today unless said.",
                ]
            ]),
            permission: .metricsRead
        )
    }

    package func call(_ arguments: JSONObject, context: ToolContext) async throws -> ToolResult {
        try await ledger.answer(context) { _, connection in
            try CashRunway(
                balances: CashStore(connection).all(),
                settings: context.settings,
                arguments: arguments
            ).result()
        }
    }
}
