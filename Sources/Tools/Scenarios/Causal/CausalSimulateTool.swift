package import AgentRuntime

/// `causal_simulate`: what a change of one measure brings about in others, and when.
package struct CausalSimulateTool: Tool {
    static let name = "causal_simulate"

    private let ledger: LedgerStore

    package init(ledger: LedgerStore) { self.ledger = ledger }

    package var declaration: ToolDeclaration {
        ToolDeclaration(
            name: CausalSimulateTool.name,
            purpose: """
                Spreads a change of one measure along the company's causal relationships and gives what follows in \
                others, with lag and confidence, which falls with every step. Relationships are imported by the \
                company, estimated from its own months (by driver of cost, new customers, orders, revenue) or follow \
                from the income statement; a correlation is no proof of a cause. Without a metric it gives the \
                relationships alone.
                """,
            parameters: FigureSchema.object([
                "metric": FigureSchema.text("What changes: a measure of the relationships, or an account."),
                "change_percent": [
                    "type": "number", "description": "By how many percent it changes, from -100 to 1,000.",
                ],
                "horizon_days": [
                    "type": "integer", "minimum": 1,
                    "description": .string("Days within which effects count: 90 unless said, at most 1,095."),
                ],
                "relationships": [
                    "type": "array", "maxItems": .integer(CausalGraph.edgesMax),
                    "description": """
                    Relationships to take instead of the company's: weight is percent of the target for each percent \
                    of the source.
                    """,
                    "items": FigureSchema.object(
                        [
                            "source": FigureSchema.text("The cause."), "target": FigureSchema.text("The effect."),
                            "weight": ["type": "number"], "lag_days": ["type": "integer", "minimum": 0],
                            "confidence": ["type": "number", "minimum": 0, "maximum": 1],
                        ],
                        required: ["source", "target", "weight"]
                    ),
                ],
            ]),
            permission: .metricsRead,
            results: .ownFigures
        )
    }

    package func call(_ arguments: JSONObject, context: ToolContext) async throws -> ToolResult {
        try await ledger.answer(context) { ledger, connection in
            try CausalSimulation(arguments, ledger: ledger, connection: connection, settings: context.settings).result()
        }
    }
}
