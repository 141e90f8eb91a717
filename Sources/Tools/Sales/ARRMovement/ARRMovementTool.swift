package import AgentRuntime

/// `arr_movement`: the annual recurring revenue, what moved it, and how much of it was kept.
package struct ARRMovementTool: Tool {
    static let name = "arr_movement"

    private let ledger: LedgerStore

    package init(ledger: LedgerStore) { self.ledger = ledger }

    package var declaration: ToolDeclaration {
        ToolDeclaration(
            name: ARRMovementTool.name,
            purpose: """
                Gives the annual (and monthly) recurring revenue from subscriptions at the start and the end of a \
                period, and what moved it: new customers, expansion, contraction, churn, reactivation, with net and \
                gross dollar retention (NDR, GRR), logo retention, the reasons of losses and the customers that moved \
                it most; by month, quarter or year, and by plan, segment, region or customer.
                """,
            parameters: FigureSchema.object([
                "period": FigureSchema.period,
                "granularity": FigureSchema.choice("Steps of a series of movements.", ARRMovement.steps),
                "group_by": FigureSchema.choice("Divides the recurring revenue.", ARRMovement.divisions),
                "customer": FigureSchema.text("Only this customer: a name, code or id."),
                "plan": FigureSchema.text("Only this plan."),
                "segment": FigureSchema.text("Only customers of this segment."),
                "region": FigureSchema.text("Only customers of this region."),
                "limit": FigureSchema.limit(
                    "Customers and groups to list",
                    ARRMovement.limitDefault,
                    ARRMovement.limitMax
                ),
            ]),
            permission: .metricsRead
        )
    }

    package func call(_ arguments: JSONObject, context: ToolContext) async throws -> ToolResult {
        try await ledger.answer(context) { _, connection in
            let subscriptions = try SubscriptionStore(connection).all()
            guard !subscriptions.isEmpty else { throw FigureFailure.none(of: "subscriptions") }
            return try ARRMovement(
                arguments,
                subscriptions: subscriptions,
                directory: try CustomerDirectory(connection),
                settings: context.settings
            ).result()
        }
    }
}
