package import AgentRuntime

/// `what_if`: what a period would have been with some of its actuals changed.
package struct WhatIfTool: Tool {
    static let name = "what_if"

    private let ledger: LedgerStore

    package init(ledger: LedgerStore) { self.ledger = ledger }

    package var declaration: ToolDeclaration {
        ToolDeclaration(
            name: WhatIfTool.name,
            purpose: """
                Supposes changes to the actuals of a period (travel cut by 15%, revenue up 10% and costs up 5%, an amount \
                added or a new level, people hired at a yearly cost) and gives for each the base, the change and the new \
                level, and what results such as operating income and net income would have been. Nothing is projected: \
                the base is what was booked.
                """,
            parameters: FigureSchema.object(
                [
                    "period": FigureSchema.period, "changes": ChangeArgument.schema,
                    "outcomes": [
                        "type": "array", "maxItems": .integer(WhatIf.outcomesMax), "items": FigureSchema.metric,
                        "description":
                            "Measures to give as they would have been; results of the statement unless said.",
                    ],
                ],
                required: ["period", "changes"]
            ),
            permission: .metricsRead,
            results: .ownFigures
        )
    }

    package func call(_ arguments: JSONObject, context: ToolContext) async throws -> ToolResult {
        try await ledger.answer(context) { ledger in
            try WhatIf(arguments, ledger: ledger, settings: context.settings).result()
        }
    }
}
